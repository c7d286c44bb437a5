"""The updates of a live blog as entries: what each says, without what all of them, or their page, say alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.feeds import dates, html
from monitor.feeds.json_ld import Node, address, listed, string
from monitor.feeds.links import absolute

_MANY = 3
"""Updates that share a time and do not happen to: two may well be of one minute."""


@dataclass(frozen=True, slots=True)
class Page:
    """What an update inherits: the page's address, the language and the title of its document."""

    base: str
    language: str
    title: str
    feed: Feed


def entries_of(blog: Node, rows: Iterable[Node], page: Page) -> list[Entry]:
    """Make entries of the updates of a blog, in their order; one that says nothing is left out."""
    language = language_of(blog) or page.language
    entries = (_entry(row, language, page) for row in rows)
    told = [entry for entry in entries if entry.title or entry.text or entry.guid]
    times = {dates.moment(string(blog.get(name)), page.feed.zone) for name in ("datePublished", "dateModified")}
    return _without_what_all_say(told, {page.title, *_titles(blog)}, times)


def language_of(node: Node) -> str:
    """Give a language's tag: written as a text, or as an object where its name is that in words."""
    said = next(iter(listed(node.get("inLanguage"))), "")
    return html.line(string(said.get("alternateName") if isinstance(said, dict) else said))


def _titles(node: Node) -> list[str]:
    return [html.line(string(node.get(name))) for name in ("headline", "name", "alternativeHeadline")]


def _entry(row: Node, language: str, page: Page) -> Entry:
    guid = _guid(row)
    link = address(row.get("url")) or guid
    title, text = html.line(string(row.get("headline") or row.get("name"))), _text(row)
    return Entry(
        feed=page.feed.name,
        identity="",
        title="" if _begins(title, text) else title,
        text=text,
        link=html.clean(absolute(page.base, link)),
        guid=guid or None,
        author=html.line(string(row.get("author")).replace("\n", ", ")),
        categories=_categories(row),
        language=language_of(row) or ("" if page.feed.language else language),
        published=dates.moment(string(row.get("datePublished")), page.feed.zone),
        updated=dates.moment(string(row.get("dateModified")), page.feed.zone),
    )


def _begins(title: str, text: str) -> bool:
    """Say whether a title is but the beginning of the text, cut by a machine: WordPress makes it of ten words."""
    start = title.removesuffix("…").removesuffix("...").rstrip()
    return start != title and " ".join(text.split()).startswith(start)


def _guid(row: Node) -> str:
    """Give the update's id, or its URL if that names a place in the page; a blank node's name is made up each time."""
    name = address(row.get("@id"))
    if not name or name.startswith("_:"):
        places = (address(row.get("url")), address(row.get("mainEntityOfPage")))
        name = next((place for place in places if "#" in place), "")
    return html.clean(name).strip()


def _text(row: Node) -> str:
    texts = (html.text(string(row.get(name))) for name in ("articleBody", "text", "description"))
    return next((text for text in texts if text), "")


def _categories(row: Node) -> tuple[str, ...]:
    written = [*listed(row.get("articleSection")), *listed(row.get("keywords"))]
    names = (html.line(name) for one in written for name in string(one).split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _without_what_all_say(entries: Sequence[Entry], titles: set[str], times: set[datetime | None]) -> list[Entry]:
    """Empty the titles that are the page's, and what is the same in all of several updates.

    A time that all of two updates share is dropped only if it is the page's own, `times`.
    """
    different = len({(entry.guid, entry.title, entry.text) for entry in entries})
    several = different > 1

    def shared(values: Iterable[object]) -> set[object]:
        found = set(values)
        return found if several and len(found) == 1 and (different >= _MANY or found <= times) else set()

    headlines, texts = {entry.title for entry in entries}, {entry.text for entry in entries}
    void = titles | (headlines if several and len(headlines) == 1 else set())
    published, updated = shared(entry.published for entry in entries), shared(entry.updated for entry in entries)
    return [
        replace(
            entry,
            title="" if entry.title in void else entry.title,
            text="" if several and len(texts) == 1 else entry.text,
            published=None if entry.published in published else entry.published,
            updated=None if entry.updated in updated else entry.updated,
        )
        for entry in entries
    ]
