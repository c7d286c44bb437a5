"""JSON Feed 1.0 and 1.1. Source: jsonfeed.org/version/1.1."""

from datetime import datetime
from typing import Any

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import dates, html
from monitor.feeds.fetched import Fetched
from monitor.feeds.identity import identify
from monitor.feeds.json_document import Found, names, objects, string, values
from monitor.feeds.limits import Contents, refuse_too_many
from monitor.feeds.links import absolute

_VERSION = "://jsonfeed.org/version/1"


def is_json_feed(document: Any) -> bool:
    """Say whether a JSON document says that it is a JSON Feed."""
    return _VERSION in string(document, "version")


def parse_json_feed(document: Any, fetched: Fetched, feed: Feed) -> Contents:
    """Read the entries of a JSON Feed, in its order.

    Raises:
        ParseError: it is no JSON Feed, or has too many items.
    """
    if not is_json_feed(document):
        raise ParseError("JSON, but not a JSON Feed: no version of jsonfeed.org in it")
    rows = objects(document, "items")
    refuse_too_many(len(rows))
    pages = (fetched.url, string(document, "feed_url"), string(document, "home_page_url"))
    entries = identify([_entry(row, document, fetched.url, feed) for row in rows], pages=pages)
    return Contents(
        entries,
        kind="json_feed",
        title=html.line(string(document, "title")),
        language=html.line(string(document, "language")),
        over=_over(document, entries, fetched.received_at),
    )


def _over(document: Found, entries: tuple[Entry, ...], now: datetime) -> datetime | None:
    """Say when a feed that calls itself finished ended: with its last entry."""
    if document.get("expired") is not True:
        return None
    return max((at for entry in entries for at in (entry.updated, entry.published) if at is not None), default=now)


def _entry(row: Found, document: Found, url: str, feed: Feed) -> Entry:
    link = string(row, "url") or string(row, "external_url")
    return Entry(
        feed=feed.name,
        identity="",
        title=html.line(string(row, "title")),
        text=_text(row),
        link=html.clean(absolute(url, link)),
        guid=html.clean(string(row, "id")).strip() or None,
        author=_author(row) or _author(document),
        categories=tuple(dict.fromkeys(html.line(tag) for tag in values(row, "tags") if isinstance(tag, str) and tag)),
        language=string(row, "language") or ("" if feed.language else string(document, "language")),
        published=dates.moment(string(row, "date_published"), feed.zone),
        updated=dates.moment(string(row, "date_modified"), feed.zone),
    )


def _text(row: Found) -> str:
    texts = (
        html.text(string(row, "content_html"), is_html=True),
        html.text(string(row, "content_text")),
        html.text(string(row, "summary")),
    )
    return next((text for text in texts if text), "")


def _author(found: Found) -> str:
    """Name the authors: `authors` since 1.1, `author` before."""
    return names(values(found, "authors") or [found.get("author")], "name")
