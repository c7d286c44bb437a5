"""Pages that say nothing about their structure, read by a recipe of CSS selectors."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Recipe, Selector
from monitor.feeds import dates, html
from monitor.feeds.fetched import Fetched
from monitor.feeds.identity import identify
from monitor.feeds.limits import Contents, refuse_too_many
from monitor.feeds.links import absolute, resolved
from monitor.feeds.sniff import decode
from monitor.feeds.tree import above, attribute, markup, outermost, tree_of

_CAPTION = "figcaption"
_ANY_DAY = datetime(1970, 1, 2, 12, tzinfo=UTC)
"""The day on which a printed time is read where it is to name its entry."""


def parse_page(fetched: Fetched, feed: Feed) -> Contents:
    """Read the entries that a feed's recipe finds in a page, in its order.

    Raises:
        ParseError: there is no recipe, it finds nothing, or the page is no page.
    """
    blocks = found_in(fetched, feed)
    return Contents(identified(blocks, fetched), kind="page", title=blocks.title, language=blocks.language)


@dataclass(frozen=True, slots=True)
class Block:
    """An entry as it stands in the page, without its identity; `found` names the keys of the recipe that it shows.

    `written` is its time as it is printed, `face` as it is read whatever day it is: a time of day alone moves on with
    the days, and names nothing.
    """

    entry: Entry
    found: frozenset[str]
    written: str
    face: datetime | None


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks that a recipe's `entry` names, those that say nothing included; `base` is of the links.

    `title` and `language` are the page's.
    """

    rows: tuple[Block, ...]
    base: str
    title: str = ""
    language: str = ""


def found_in(fetched: Fetched, feed: Feed) -> Blocks:
    """Find what a feed's recipe names in a page.

    Raises:
        ParseError: there is no recipe, nothing is what it calls an entry, or the page is no page.
    """
    if feed.recipe is None:
        raise ParseError("a page needs a recipe that says where its entries are")
    text = decode(fetched.body, fetched.content_type)
    tree = tree_of(text)
    try:
        return _blocks(tree, fetched, feed, feed.recipe)
    except (SelectolaxError, ValueError) as error:
        raise ParseError(f"the recipe has a selector that is none: {html.line(str(error))[:200]}") from error


def identified(blocks: Blocks, fetched: Fetched) -> tuple[Entry, ...]:
    """Give the entries that say something, each once, with an identity each."""
    told = [row for row in blocks.rows if row.entry.title or row.entry.text]
    times = {row.face: row.entry.published for row in told}
    faces = [replace(row.entry, published=row.face) for row in told]
    named = identify(faces, pages=(fetched.url, blocks.base), base=blocks.base)
    return tuple(replace(entry, published=times[entry.published]) for entry in named)


def _blocks(tree: LexborHTMLParser, fetched: Fetched, feed: Feed, recipe: Recipe) -> Blocks:
    title, root = tree.css_first("title"), tree.root  # before anything is dropped
    base_node = tree.css_first("base[href]")
    base = resolved(fetched.url, "" if base_node is None else attribute(base_node, "href"))
    nodes = outermost(tree.css(recipe.entry))
    if not nodes:
        raise ParseError(f"the recipe finds no entry: nothing in the page is {recipe.entry}")
    refuse_too_many(len(nodes))
    reading = _Reading(feed, recipe, base, fetched.received_at)
    kept = [node for node in nodes if _pruned(node, _dropped(recipe))]
    rows = tuple(reading.block(node) for node in kept)
    _refuse_what_is_empty(rows, recipe)
    return Blocks(
        rows,
        base,
        title="" if title is None else " ".join(html.clean(title.text()).split()),
        language="" if root is None else html.line(attribute(root, "lang")),
    )


def _refuse_what_is_empty(rows: Sequence[Block], recipe: Recipe) -> None:
    """Refuse a recipe whose words, or whose ids, are in no block: without its id each entry would be a new one."""
    count = f"{len(rows)} {'entry' if len(rows) == 1 else 'entries'}"
    if rows and not any(row.entry.title or row.entry.text for row in rows):
        named = [f"`{key}` {one.css}" for key in ("title", "text") if (one := getattr(recipe, key)) is not None]
        where = f": nothing is {' or '.join(named)}" if named else ""
        raise ParseError(f"the recipe finds {count}, but neither title nor text in any of them{where}")
    if rows and recipe.id is not None and not any("id" in row.found for row in rows):
        raise ParseError(f"the recipe finds {count}, but no id in any of them: nothing is `id` {_shown(recipe.id)}")


def _shown(selector: Selector) -> str:
    return f"{selector.css} with {selector.attr}" if selector.attr else selector.css


def _dropped(recipe: Recipe) -> tuple[str, ...]:
    """List what to leave out: what the recipe says, and captions, unless it reads one."""
    named = (recipe.entry, *(one.css for one in selectors(recipe).values()))
    captions = () if any(_CAPTION in css for css in named) else (_CAPTION,)
    return recipe.drop + captions


def selectors(recipe: Recipe) -> dict[str, Selector]:
    """Give the selectors of what is read of an entry, by the recipe's keys."""
    named = {key: getattr(recipe, key) for key in ("id", "time", "title", "text", "link")}
    return {key: one for key, one in named.items() if one is not None}


def _pruned(block: LexborNode, drop: Iterable[str]) -> bool:
    """Take what is to be dropped out of a block; say whether the block itself is left."""
    for css in drop:
        found = block.css(css)
        if any(node.mem_id == block.mem_id for node in found):
            return False
        for node in reversed(found):  # what lies within another one before that
            node.decompose()
    return True


@dataclass(frozen=True, slots=True)
class _Reading:
    """What all blocks of a page are read with."""

    feed: Feed
    recipe: Recipe
    base: str
    now: datetime

    def block(self, node: LexborNode) -> Block:
        """Read one block; what is its text is read last, for title and time are taken out of it."""
        recipe, written = self.recipe, _written_time(node, self.recipe.time)
        guid, link = _read(node, recipe.id), _read(node, recipe.link, default="href")
        title = _first(node, recipe.title)
        published, face = self.moment(written, self.now), self.moment(written, _ANY_DAY)
        named = {"id": guid, "time": written, "title": title, "link": link}
        found = {key for key, value in named.items() if value}
        found |= {"text"} if recipe.text is not None and node.css_first(recipe.text.css) is not None else set()
        entry = Entry(
            feed=self.feed.name,
            identity="",
            title="" if title is None else html.line(markup(title), is_html=True),
            link=html.clean(absolute(self.base, link)),
            guid=guid or None,
            language="" if self.feed.language else _language(node),
            published=published,
        )
        return Block(replace(entry, text=_text(node, recipe)), frozenset(found), written, face)

    def moment(self, written: str, now: datetime) -> datetime | None:
        """Read a time by the recipe's formats; without any, or of an attribute, as ISO 8601, RFC 822 or Unix time."""
        selector = self.recipe.time
        formats, attr = (selector.formats, selector.attr) if selector else ((), "")
        by_format = dates.moment(written, self.feed.zone, formats, now) if formats else None
        if by_format is not None or (formats and not attr):
            return by_format
        return dates.moment(written, self.feed.zone) or dates.unix(written)


def _first(block: LexborNode, selector: Selector | None) -> LexborNode | None:
    """Find what a selector names in a block, or the block itself."""
    return None if selector is None else block.css_first(selector.css)


def _read(block: LexborNode, selector: Selector | None, default: str = "") -> str:
    node = _first(block, selector)
    if node is None or selector is None:
        return ""
    name = selector.attr or default
    return html.clean(attribute(node, name)).strip() if name else html.line(markup(node), is_html=True)


def _written_time(block: LexborNode, selector: Selector | None) -> str:
    """Give a time as it is written; of a `<time>` the machine's, unless the recipe says how people's is written."""
    node = _first(block, selector)
    if node is None or selector is None:
        return ""
    return _read(block, selector, "" if selector.formats or not attribute(node, "datetime") else "datetime")


def _text(block: LexborNode, recipe: Recipe) -> str:
    """Give the text where the recipe says it is; else all of the block but its title and time."""
    if recipe.text is not None:
        return "\n".join(
            filter(None, (html.text(markup(node), is_html=True) for node in outermost(block.css(recipe.text.css))))
        )
    for selector in (recipe.title, recipe.time):
        node = _first(block, selector)
        if node is not None and node.mem_id != block.mem_id:
            node.decompose()
    return html.text(markup(block), is_html=True)


def _language(block: LexborNode) -> str:
    said = (attribute(node, "lang") for node in (block, *above(block)))
    return html.line(next((one for one in said if one), ""))
