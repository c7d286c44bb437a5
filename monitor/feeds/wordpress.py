"""WordPress live blogs: the REST answers of Automattic's plugin, `/wp-json/liveblog/v1/<post>/entries/<from>/<to>`.

What happened is told row by row: an entry that is new, an update of it, that it is deleted. Of all rows of an entry the
last counts. Source: github.com/Automattic/liveblog, EntryPresenter::for_json.
"""

import re
from datetime import datetime
from typing import Any

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import dates, html
from monitor.feeds.fetched import Fetched
from monitor.feeds.headings import headed
from monitor.feeds.identity import identify
from monitor.feeds.json_document import Found, names, objects, string, values
from monitor.feeds.limits import Contents, refuse_too_many
from monitor.feeds.links import absolute

_TYPES = ("new", "update", "delete")
"""What a row may be, in the order in which they can follow one another within a second."""

_SIGNS = ("latest_timestamp", "refresh_interval", "pages", "total", "nextTimestamp", "index")
"""What stands beside the entries in the answers, by which one without entries is known."""

_TEXT = re.compile(r"<div\b[^<>]*\bclass=[\"'][^\"'<>]*\bliveblog-entry-text\b[^<>]*>")

_HIDDEN = ("draft", "trash", "pending", "private")


def is_wordpress(document: Any) -> bool:
    """Say whether a JSON document is an answer of the plugin."""
    if not isinstance(document, dict) or "entries" not in document:
        return False
    rows = objects(document, "entries")
    return any(_is_row(row) for row in rows) or (not rows and any(name in document for name in _SIGNS))


def parse_wordpress(document: Any, fetched: Fetched, feed: Feed) -> Contents:
    """Read the entries of a WordPress live blog, in the document's order; one that was deleted is a tombstone.

    Raises:
        ParseError: it is no answer of the plugin, or has too many rows.
    """
    if not is_wordpress(document):
        raise ParseError("JSON, but no entries of a WordPress live blog: `entries` with `id` and `type`")
    rows = [row for row in objects(document, "entries") if _is_row(row) and string(row, "status") not in _HIDDEN]
    refuse_too_many(len(rows))
    kept: dict[str, Found] = {}
    for row in rows:
        before = kept.setdefault(_id(row), row)
        if _turn(row) > _turn(before):
            kept[_id(row)] = row
    born = {_id(row): row for row in rows if string(row, "type") == "new"}
    in_utc = all(_same_time(row) for row in born.values())
    entries = [_entry(row, born.get(id_, row), fetched.url, feed, in_utc=in_utc) for id_, row in kept.items()]
    return Contents(identify(entries, pages=(fetched.url,)), kind="wordpress")


def _is_row(row: Found) -> bool:
    return bool(string(row, "id")) and string(row, "type") in _TYPES


def _id(row: Found) -> str:
    """Name the entry that a row is of; what it replaces, where the row has an id of its own."""
    return string(row, "replaces").strip("0") or string(row, "id")


def _turn(row: Found) -> tuple[float, int]:
    at = _at(row, "timestamp")
    return (0.0 if at is None else at.timestamp(), _TYPES.index(string(row, "type")))


def _same_time(row: Found) -> bool:
    """Say whether a new row's two times agree: `entry_time` is in the site's own zone before WordPress 5.3."""
    return _at(row, "entry_time") in {None, _at(row, "timestamp")}


def _entry(row: Found, born: Found, url: str, feed: Feed, *, in_utc: bool) -> Entry:
    """Make an entry of the last row of an entry; `born` is the row that was new, if the document has it."""
    place = absolute(url, string(row, "share_link"))
    guid = html.clean(place or _id(row)).strip()
    also = (f"wordpress:{_id(row)}",)
    if string(row, "type") == "delete":
        return Entry(feed.name, "", aliases=also, guid=guid, updated=_at(row, "timestamp"), deleted=True)
    title, text = headed(html.line(string(row, "headline")), _markup(row))
    changed = string(row, "type") == "update"
    return Entry(
        feed=feed.name,
        identity="",
        title=title,
        text=text,
        link=html.clean(place),
        aliases=also,
        guid=guid,
        author=names(values(row, "authors"), "name", "display_name"),
        published=_published(row, born, in_utc=in_utc),
        updated=_at(row, "timestamp") if changed else None,
    )


def _published(row: Found, born: Found, *, in_utc: bool) -> datetime | None:
    if string(born, "type") == "new":
        return _at(born, "timestamp")
    return _at(row, "entry_time") if in_utc else None


def _at(row: Found, name: str) -> datetime | None:
    return dates.unix(string(row, name))


def _markup(row: Found) -> str:
    """Give an entry's HTML: as rendered, or as typed; before version 1.6 the whole block, of which the text is part."""
    markup = next(filter(None, (string(row, name) for name in ("render", "content", "html"))), "")
    found = _TEXT.search(markup)
    return markup if found is None else markup[found.end() :]
