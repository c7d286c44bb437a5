"""JSON Feed 1.0 and 1.1. Source: jsonfeed.org/version/1.1."""

import json
from collections.abc import Mapping
from typing import Any

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import dates, html
from monitor.feeds.fetched import Fetched
from monitor.feeds.identity import identify
from monitor.feeds.links import absolute
from monitor.feeds.sniff import decode

_VERSION = "://jsonfeed.org/version/1"

Found = Mapping[str, Any]
"""A JSON object whose values nobody has checked."""


def parse_json_feed(fetched: Fetched, feed: Feed) -> tuple[Entry, ...]:
    """Read the entries of a JSON Feed, in its order.

    Raises:
        ParseError: it is no JSON, or no JSON Feed.
    """
    try:
        document = json.loads(decode(fetched.body, fetched.content_type))
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {html.line(str(error))[:200]}") from error
    if not isinstance(document, dict) or _VERSION not in _string(document, "version"):
        raise ParseError("JSON, but not a JSON Feed: no version of jsonfeed.org in it")
    rows = [row for row in _list(document, "items") if isinstance(row, dict)]
    pages = (fetched.url, _string(document, "feed_url"), _string(document, "home_page_url"))
    return identify([_entry(row, document, fetched.url, feed) for row in rows], pages=pages)


def _entry(row: Found, document: Found, url: str, feed: Feed) -> Entry:
    link = _string(row, "url") or _string(row, "external_url")
    return Entry(
        feed=feed.name,
        identity="",
        title=html.line(_string(row, "title")),
        text=_text(row),
        link=html.clean(absolute(url, link)),
        guid=html.clean(_string(row, "id")).strip() or None,
        author=_author(row) or _author(document),
        categories=tuple(dict.fromkeys(html.line(tag) for tag in _list(row, "tags") if isinstance(tag, str) and tag)),
        language=_string(row, "language") or ("" if feed.language else _string(document, "language")),
        published=dates.moment(_string(row, "date_published"), feed.zone),
        updated=dates.moment(_string(row, "date_modified"), feed.zone),
    )


def _text(row: Found) -> str:
    texts = (
        html.text(_string(row, "content_html"), is_html=True),
        html.text(_string(row, "content_text")),
        html.text(_string(row, "summary")),
    )
    return next((text for text in texts if text), "")


def _author(found: Found) -> str:
    """Name the authors: `authors` since 1.1, `author` before."""
    people = _list(found, "authors") or [found.get("author")]
    return html.line(
        ", ".join(name for name in (_string(one, "name") for one in people if isinstance(one, dict)) if name)
    )


def _string(found: Found, name: str) -> str:
    """Give a text; a number is one, too, where ids are written so."""
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _list(found: Found, name: str) -> list[Any]:
    value = found.get(name)
    return value if isinstance(value, list) else []
