"""Live blogs that describe themselves: JSON-LD LiveBlogPosting, its updates as entries.

What every update of a page says alike says nothing of any of them: publishers fill in the page's own headline
and time. Source: schema.org/LiveBlogPosting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import dates, html
from monitor.feeds.fetched import Fetched
from monitor.feeds.identity import identify
from monitor.feeds.json_ld import Node, is_a, listed, loads, nodes, scripts, string
from monitor.feeds.links import absolute, resolved
from monitor.feeds.markup import attributes, tokens
from monitor.feeds.sniff import decode


@dataclass(frozen=True, slots=True)
class _Page:
    """What an update inherits: the page's address, and the language of its document."""

    base: str
    language: str
    feed: Feed


def parse_live_blog(fetched: Fetched, feed: Feed) -> tuple[Entry, ...]:
    """Read the updates of the live blogs of a page, in its order; none where a blog has not begun.

    Raises:
        ParseError: there is no LiveBlogPosting in it.
    """
    text = decode(fetched.body, fetched.content_type)
    found = [node for script in scripts(text) if "LiveBlog" in script for node in nodes(loads(script))]
    blogs = [node for node in found if is_a(node, "LiveBlogPosting")]
    if not blogs:
        raise ParseError("no LiveBlogPosting in it: a page without one needs `kind: page` and a recipe")
    page = _page(text, fetched.url, feed)
    by_id = {node["@id"]: node for node in found if isinstance(node.get("@id"), str) and len(node) > 1}
    entries = [entry for blog in blogs for entry in _updates(blog, by_id, page)]
    return identify(entries, pages=(fetched.url, page.base), base=page.base, numbered=True)


def _page(text: str, url: str, feed: Feed) -> _Page:
    base, language = "", ""
    for token in tokens(text):
        if token.kind == "start" and token.value == "html":
            language = language or attributes(token.attributes).get("lang", "")
        if token.kind == "start" and token.value == "base":
            base = base or attributes(token.attributes).get("href", "")
        if token.kind == "start" and token.value == "body":
            break
    return _Page(resolved(url, base), html.line(language), feed)


def _updates(blog: Node, by_id: dict[str, Node], page: _Page) -> list[Entry]:
    written = [one for one in listed(blog.get("liveBlogUpdate")) if isinstance(one, dict)]
    rows = [by_id.get(row["@id"], row) if set(row) == {"@id"} else row for row in written]
    language = _language(blog) or page.language
    entries = [_entry(row, language, page) for row in rows]
    told = [entry for entry in entries if entry.title or entry.text or entry.guid]
    return _without_what_all_say(told, html.line(string(blog.get("headline") or blog.get("name"))))


def _entry(row: Node, language: str, page: _Page) -> Entry:
    guid = _guid(row)
    link = string(row.get("url")) or guid
    return Entry(
        feed=page.feed.name,
        identity="",
        title=html.line(string(row.get("headline") or row.get("name"))),
        text=_text(row),
        link=html.clean(absolute(page.base, link)),
        guid=guid or None,
        author=html.line(string(row.get("author")).replace("\n", ", ")),
        categories=_categories(row),
        language=_language(row) or ("" if page.feed.language else language),
        published=dates.moment(string(row.get("datePublished")), page.feed.zone),
        updated=dates.moment(string(row.get("dateModified")), page.feed.zone),
    )


def _language(node: Node) -> str:
    """Give a language's tag: written as a text, or as an object where its name is that in words."""
    said = next(iter(listed(node.get("inLanguage"))), "")
    return html.line(string(said.get("alternateName") if isinstance(said, dict) else said))


def _guid(row: Node) -> str:
    """Give the update's id or its URL, if that names a place in the page; a blank node's name is made up each time."""
    name = string(row.get("@id"))
    if not name or name.startswith("_:"):
        url = string(row.get("url"))
        name = url if "#" in url else ""
    return html.clean(name).strip()


def _text(row: Node) -> str:
    texts = (html.text(string(row.get(name))) for name in ("articleBody", "text", "description"))
    return next((text for text in texts if text), "")


def _categories(row: Node) -> tuple[str, ...]:
    written = [*listed(row.get("articleSection")), *listed(row.get("keywords"))]
    names = (html.line(name) for one in written for name in string(one).split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _without_what_all_say(entries: Sequence[Entry], headline: str) -> list[Entry]:
    """Empty the titles that are the page's, and titles and times that are the same in all of several updates."""
    several = len({(entry.guid, entry.text) for entry in entries}) > 1
    titles = {entry.title for entry in entries}
    times = {entry.published for entry in entries}
    void = {headline} | (titles if several and len(titles) == 1 else set())
    untimed = several and len(times) == 1
    return [
        replace(
            entry,
            title="" if entry.title in void else entry.title,
            published=None if untimed else entry.published,
        )
        for entry in entries
    ]
