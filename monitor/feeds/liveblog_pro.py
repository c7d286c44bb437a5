"""Liveblog.pro: the posts of a Superdesk live blog, `/api/client_blogs/<blog>/posts` or `/api/v2/client_blogs/...`.

A post holds items (texts, quotes, pictures, embeds): version 1 in groups of references, version 2 in a list. A post
that is deleted, or withdrawn after it was public, is a tombstone. Source: github.com/liveblog/liveblog,
client_modules.py and posts.py.
"""

from collections.abc import Iterator
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

_PUBLIC = ("", "open")
"""`post_status` of what readers see; the others are `draft`, `submitted` and `comment`."""

_SIGNS = ("post_status", "lb_highlight", "sticky", "groups", "items")


def is_liveblog_pro(document: Any) -> bool:
    """Say whether a JSON document is a list of posts; one that is empty is not told apart from other lists of Eve."""
    return any(string(row, "_id") and any(name in row for name in _SIGNS) for row in _rows(document))


def parse_liveblog_pro(document: Any, fetched: Fetched, feed: Feed) -> Contents:
    """Read the posts of a live blog, in its order; drafts, comments and advertisements are none.

    Raises:
        ParseError: it is no list of posts, or has too many.
    """
    rows = _rows(document)
    if (rows and not is_liveblog_pro(document)) or not isinstance(_list(document), list):
        raise ParseError("JSON, but no posts of Liveblog.pro: no `_items` with `post_status`, `groups` or `items`")
    refuse_too_many(len(rows))
    entries = [entry for row in rows if (entry := _entry(row, fetched.url, feed)) is not None]
    return Contents(identify(entries, pages=(fetched.url,)), kind="liveblog_pro")


def _list(document: Any) -> Any:
    """Give the list of posts: at the top, or under `posts` beside the blog."""
    if isinstance(document, dict) and "_items" not in document and isinstance(document.get("posts"), dict):
        document = document["posts"]
    return document.get("_items") if isinstance(document, dict) else None


def _rows(document: Any) -> list[Found]:
    rows = _list(document)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _entry(row: Found, url: str, feed: Feed) -> Entry | None:
    """Make an entry of a post; None for what readers never saw."""
    guid = html.clean(string(row, "_id") or string(row, "guid")).strip() or None
    published = dates.moment(string(row, "published_date") or string(row, "_created"), feed.zone)
    changed = dates.moment(string(row, "content_updated_date") or string(row, "_updated"), feed.zone)
    public = string(row, "post_status") in _PUBLIC
    if row.get("deleted") is True or (not public and string(row, "unpublished_date")):
        gone = dates.moment(string(row, "unpublished_date") or string(row, "_updated"), feed.zone)
        return Entry(feed.name, "", guid=guid, updated=gone, deleted=True) if guid else None
    items = [item for item in _items(row) if not string(item, "item_type").lower().startswith("advert")]
    title, text = _said(html.line(string(row, "headline")), [_markup(item) for item in items])
    if not public or not (title or text):
        return None
    return Entry(
        feed=feed.name,
        identity="",
        title=title,
        text=text,
        link=html.clean(absolute(url, string(row, "permalink") or string(row, "url"))),
        guid=guid,
        author=_author(row),
        categories=tuple(dict.fromkeys(html.line(tag) for tag in values(row, "tags") if isinstance(tag, str) and tag)),
        language="" if feed.language else next(filter(None, (string(item, "language") for item in items)), ""),
        published=published,
        updated=changed,
    )


def _said(headline: str, markups: list[str]) -> tuple[str, str]:
    title, first = headed(headline, next(iter(markups), ""))
    return title, "\n".join(filter(None, (first, *map(html.text, markups[1:]))))


def _items(row: Found) -> Iterator[Found]:
    yield from objects(row, "items")
    for group in objects(row, "groups"):
        for reference in objects(group, "refs"):
            item = reference.get("item")
            if isinstance(item, dict):
                yield item


def _markup(item: Found) -> str:
    """Give the HTML of an item: of a quote with who said it, of a picture its caption, of an embed what names it."""
    meta = item.get("meta")
    kind = string(item, "item_type").lower()
    parts = {
        "quote": ("quote", "credit"),
        "image": ("caption", "credit"),
        "embed": ("title", "description"),
    }.get(kind, ())
    said = "".join(f"<p>{string(meta, part)}</p>" for part in parts if string(meta, part))
    return said or string(item, "text")


def _author(row: Found) -> str:
    """Name who published the post; of an older answer, who wrote it."""
    people = (row.get("publisher"), row.get("original_creator"))
    return next(filter(None, (names([one], "display_name", "byline") for one in people)), "")
