"""Pages that say nothing about their structure, read by a recipe of CSS selectors."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Recipe, Selector
from monitor.feeds import dates, html
from monitor.feeds.fetched import Fetched
from monitor.feeds.identity import identify
from monitor.feeds.links import absolute, resolved
from monitor.feeds.markup import CLOSED_BY_ITSELF, VOID, tokens
from monitor.feeds.sniff import decode

DEEPEST = 512
"""Open elements at one time; browsers build no deeper tree, and building one takes quadratic time."""

_WALLS = frozenset(("applet", "caption", "html", "marquee", "object", "table", "template"))
"""Elements that an end tag within them does not reach through. Source: WHATWG HTML 13.2.4.2."""


def parse_page(fetched: Fetched, feed: Feed) -> tuple[Entry, ...]:
    """Read the entries that a feed's recipe finds in a page, in its order.

    Raises:
        ParseError: there is no recipe, it finds nothing, or the page is no page.
    """
    if feed.recipe is None:
        raise ParseError("a page needs a recipe that says where its entries are")
    text = decode(fetched.body, fetched.content_type)
    _refuse_what_is_too_deep(text)
    try:
        return _entries(LexborHTMLParser(text), fetched.url, feed, feed.recipe)
    except (SelectolaxError, ValueError) as error:
        raise ParseError(f"the recipe has a selector that is none: {html.line(str(error))[:200]}") from error


def _refuse_what_is_too_deep(text: str) -> None:
    opened: list[str] = []
    for token in tokens(text):
        if token.kind == "start" and token.value not in VOID and token.value not in CLOSED_BY_ITSELF:
            opened.append(token.value)
        elif token.kind == "end":
            _close(opened, token.value)
        if len(opened) > DEEPEST:
            raise ParseError(f"the page is nested deeper than {DEEPEST} elements")


def _close(opened: list[str], name: str) -> None:
    for at in range(len(opened) - 1, -1, -1):
        if opened[at] == name:
            del opened[at:]
            return
        if opened[at] in _WALLS:
            return


def _entries(tree: LexborHTMLParser, url: str, feed: Feed, recipe: Recipe) -> tuple[Entry, ...]:
    base_node = tree.css_first("base[href]")
    base = resolved(url, "" if base_node is None else _attribute(base_node, "href"))
    blocks = _outermost(tree.css(recipe.entry))
    if not blocks:
        raise ParseError(f"the recipe finds no entry: nothing in the page is {recipe.entry}")
    kept = [block for block in blocks if _pruned(block, recipe.drop)]
    entries = [_entry(block, base, feed, recipe) for block in kept]
    told = [entry for entry in entries if entry.title or entry.text]
    if kept and not told:
        raise ParseError(f"the recipe finds {len(kept)} entries, but neither title nor text in any of them")
    return identify(told, pages=(url, base), base=base)


def _outermost(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    """Leave out what lies within another one that was found: its text is there already."""
    found = list(nodes)
    ids = {node.mem_id for node in found}
    return [node for node in found if not any(above.mem_id in ids for above in _above(node))]


def _above(node: LexborNode) -> Iterator[LexborNode]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _pruned(block: LexborNode, drop: Iterable[str]) -> bool:
    """Take what is to be dropped out of a block; say whether the block itself is left."""
    for css in drop:
        while (node := block.css_first(css)) is not None:  # one by one: some lie within others
            if node.mem_id == block.mem_id:
                return False
            node.decompose()
    return True


def _entry(block: LexborNode, base: str, feed: Feed, recipe: Recipe) -> Entry:
    guid, link = _read(block, recipe.id), _read(block, recipe.link, default="href")
    published = _time(block, recipe.time, feed.zone)
    title = _first(block, recipe.title)
    entry = Entry(
        feed=feed.name,
        identity="",
        title="" if title is None else html.line(_html(title), is_html=True),
        link=html.clean(absolute(base, link)),
        guid=guid or None,
        language="" if feed.language else _language(block),
        published=published,
    )
    return replace(entry, text=_text(block, recipe))


def _first(block: LexborNode, selector: Selector | None) -> LexborNode | None:
    """Find what a selector names in a block, or the block itself."""
    return None if selector is None else block.css_first(selector.css)


def _read(block: LexborNode, selector: Selector | None, default: str = "") -> str:
    node = _first(block, selector)
    if node is None or selector is None:
        return ""
    name = selector.attr or default
    return html.clean(_attribute(node, name)).strip() if name else html.line(_html(node), is_html=True)


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""


def _html(node: LexborNode) -> str:
    return node.html or ""


def _time(block: LexborNode, selector: Selector | None, zone: str) -> datetime | None:
    """Read a time by the recipe's formats or, without any, as ISO 8601, RFC 822 or Unix seconds.

    Of a `<time>` the machine's reading is taken, unless the recipe says how people's is written.
    """
    node = _first(block, selector)
    if node is None or selector is None:
        return None
    default = "" if selector.formats or not _attribute(node, "datetime") else "datetime"
    written = _read(block, selector, default)
    return dates.moment(written, zone, selector.formats) or (None if selector.formats else dates.unix(written))


def _text(block: LexborNode, recipe: Recipe) -> str:
    """Give the text where the recipe says it is; else all of the block but its title and time."""
    if recipe.text is not None:
        return "\n".join(
            filter(None, (html.text(_html(node), is_html=True) for node in _outermost(block.css(recipe.text.css))))
        )
    for selector in (recipe.title, recipe.time):
        node = _first(block, selector)
        if node is not None and node.mem_id != block.mem_id:
            node.decompose()
    return html.text(_html(block), is_html=True)


def _language(block: LexborNode) -> str:
    said = (_attribute(node, "lang") for node in (block, *_above(block)))
    return html.line(next((one for one in said if one), ""))
