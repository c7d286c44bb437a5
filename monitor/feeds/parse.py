"""RSS, Atom and RDF, read by feedparser: what it found, in our words.

feedparser's own sanitizer and link rewriting are off: two to three times faster, and its sanitizer takes quadratic
time on hostile input. Its dates are not used: it reads `21:36 10.01.2022` as today and `MSK` as UTC.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.sax import SAXException

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import dates, html, tamed, tombstones
from monitor.feeds.fetched import Fetched
from monitor.feeds.halves import joined
from monitor.feeds.hints import hints
from monitor.feeds.identity import Marks, identify, marks_of
from monitor.feeds.limits import Contents, refuse_too_many
from monitor.feeds.links import absolute
from monitor.feeds.sniff import head, is_html, is_utf8

MOST_TAGS = 300_000
"""Tags in one document; a hostile one of 15 MB would keep the parser busy for minutes."""

Found = Mapping[str, Any]
"""What feedparser found of a feed or an entry; its values are as mixed as feeds are."""

_FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    SAXException,
    TypeError,
    ValueError,
)
"""What feedparser raises on some broken documents instead of saying so: `&#xFFFFFFF;` is an OverflowError."""

_TITLE = re.compile(rb"<title[^<>]*>([^<]*)", re.IGNORECASE)
_ROOT = re.compile(
    rb"(?:\s++|<\?[^>]*+>|(?><!--.*?-->)|<!(?!--)[^\[>]*+(?:\[[^\]]*+\]\s*+)?+>)*+<([A-Za-z][\w:.-]{0,60})", re.DOTALL
)
_CUT = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--.*)?$", re.IGNORECASE | re.DOTALL)
_ENTRY = re.compile(rb"<(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_ENTRY_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_TAIL = 256
"""Bytes at the end of a document in which its root element must end."""


@dataclass(frozen=True, slots=True)
class Read:
    """The entries of a feed, without identities, and what it says of itself; `sound`: it is well-formed XML."""

    channel: Found
    entries: Sequence[Entry]
    sound: bool


def parse_feed(fetched: Fetched, feed: Feed) -> Contents:
    """Read the entries of a feed, in its order; tombstones (RFC 6721) are entries that are deleted.

    Of a feed that breaks off, the whole entries are read.

    Raises:
        ParseError: it is no feed, nothing of it could be read, or it has too many entries.
    """
    refuse_what_is_no_feed(fetched.body)
    return contents_of(fetched, feed, read_entries(fetched, feed))


def contents_of(fetched: Fetched, feed: Feed, read: Read, marks: Iterable[Marks] = ()) -> Contents:
    """Name the entries of a feed, and say what it says of itself; `marks` are those of the entries, if known."""
    deleted = tombstones.read(fetched.body, feed)
    marks = [*(marks or map(marks_of, read.entries)), *map(marks_of, deleted)]
    pages = (fetched.url, read.channel.get("link", ""))
    return replace(
        hints(read.channel, fetched.body),
        entries=identify([*read.entries, *deleted], pages=pages, marks=marks),
        kind="feed",
        title=_title(read.channel),
        language=_language(read.channel) or _language(read.channel.get("title_detail") or {}),
    )


def read_entries(fetched: Fetched, feed: Feed) -> Read:
    """Read the entries of a feed, without identities.

    Raises:
        ParseError: it is no feed, or nothing of it could be read.
    """
    found = _parsed(fetched)
    rows = [vars_of(row) for row in found.get("entries", ())]
    channel = vars_of(found.get("feed", {}))
    fault = found.get("bozo_exception")
    if not rows and (not found.get("version") or isinstance(fault, SAXException)):
        raise ParseError(f"not a feed: {_words(fault, fetched.body)}")
    if isinstance(fault, SAXException):
        rows = rows[: _whole(fetched.body, len(rows))]
    context = _Context(feed, fetched.url, channel, str(found.get("version", "")))
    return Read(channel, [context.entry(row) for row in rows], sound=not isinstance(fault, SAXException))


def vars_of(found: Mapping[str, Any]) -> Found:
    """Give feedparser's findings as a plain mapping: its own class invents values for names that are missing."""
    return dict(found)


def refuse_what_is_no_feed(body: bytes) -> None:
    """Raise ParseError where a document is none that feedparser should be given."""
    if is_html(body):
        title = _TITLE.search(head(body))
        said = html.line(title[1].decode("utf-8", "replace"), is_html=True)[:80] if title else ""
        raise ParseError(f"an HTML page, not a feed{said and f': “{said}”'}")
    if b"<" not in body:
        raise ParseError("not a feed: neither XML nor JSON nor HTML")
    if body.count(b"<") > MOST_TAGS:
        raise ParseError(f"more than {MOST_TAGS} tags, no feed that a person wrote")
    refuse_too_many(sum(1 for _ in _ENTRY.finditer(body)))


def in_utf8(content_type: str) -> str:
    """Give a content type with the charset that its document has, whatever the server says."""
    return f"{content_type.partition(';')[0].strip() or 'application/xml'}; charset=utf-8"


def _parsed(fetched: Fetched) -> Found:
    """Give feedparser the real type, but for the charset of what is UTF-8."""
    content_type = fetched.content_type
    if is_utf8(fetched.body):
        content_type = in_utf8(content_type)
    try:
        return vars_of(tamed.parse(joined(fetched.body), content_type))
    except _FAULTS as error:
        raise ParseError(f"not a feed: {_words(error, fetched.body)}") from error


def _words(fault: BaseException | None, body: bytes) -> str:
    if fault is None:
        root = _ROOT.match(head(body))
        return f"no RSS, Atom or RDF in it{(root and f', but <{root[1].decode()}>') or ''}"
    said = fault.getMessage() if isinstance(fault, SAXException) else str(fault)
    return html.line(f"not well-formed XML ({said or type(fault).__name__})")[:200]


def _whole(body: bytes, count: int) -> int:
    """Say how many of the entries found are whole: where the document breaks off, its last one may be half."""
    if b"\0" in body[:4] or _CUT.search(body[-_TAIL:]):
        return count
    return min(count, len(_ENTRY_END.findall(body)))


class _Context:
    """What an entry inherits from its feed and its document."""

    def __init__(self, feed: Feed, url: str, channel: Found, version: str) -> None:
        self._feed, self._url, self._channel = feed, url, channel
        self._is_atom = version.startswith("atom")
        self._languages = {_language(channel), _language(channel.get("title_detail") or {})} - {""}

    def entry(self, row: Found) -> Entry:
        """Put one entry in our words."""
        published, updated = self._times(row)
        return Entry(
            feed=self._feed.name,
            identity="",
            title=_title(row),
            text=_text(row),
            link=self._link(row),
            guid=html.clean(str(row.get("id") or "")).strip() or None,
            author=_author(row) or (_author(self._channel) if self._is_atom else ""),
            categories=_categories(row),
            language=self._language(row),
            published=published,
            updated=updated,
        )

    def _times(self, row: Found) -> tuple[Any, Any]:
        published, updated = (
            dates.moment(str(row.get(name) or ""), self._feed.zone) for name in ("published", "updated")
        )
        if published is None and "published" not in row and not self._is_atom:
            return updated, None  # `dc:date`, the only date of RSS 1.0, is that of publication
        return published, updated

    def _link(self, row: Found) -> str:
        link = str(row.get("link") or "")
        if link == row.get("id") and not link.lower().startswith(("http://", "https://")):
            return ""  # a guid that feedparser takes for a link
        return html.clean(absolute(self._url, link))

    def _language(self, row: Found) -> str:
        """Give the entry's own language, or else the document's: what the feed is configured with knows better."""
        contents = row.get("content") or ()
        details = (row, *contents[:1], row.get("summary_detail") or {}, row.get("title_detail") or {})
        said = [one for one in map(_language, details) if one]
        own = next((one for one in said if one not in self._languages), "")
        if own or self._feed.language:
            return own
        return next(iter(said), "") or next(iter(sorted(self._languages)), "")


def _title(found: Found) -> str:
    return html.line(str(found.get("title") or ""), is_html=_is_html(found.get("title_detail") or {}))


def _language(found: Found) -> str:
    return html.line(str(found.get("language") or "")).replace("_", "-")


def _is_html(detail: Found) -> bool:
    return "html" in str(detail.get("type", ""))


def _text(row: Found) -> str:
    """Give the content or, where there is none to read, the summary."""
    contents = [*row.get("content", ()), row.get("summary_detail") or {"value": row.get("summary")}]
    texts = (html.text(str(one.get("value") or ""), is_html=_is_html(one)) for one in contents)
    return next((text for text in texts if text), "")


def _author(found: Found) -> str:
    names = [str(one.get("name") or one.get("email") or "") for one in found.get("authors") or ()]
    return html.line(", ".join(dict.fromkeys(name for name in names if name)) or str(found.get("author") or ""))


def _categories(row: Found) -> tuple[str, ...]:
    names = (html.line(str(tag.get("term") or tag.get("label") or "")) for tag in row.get("tags") or ())
    return tuple(dict.fromkeys(name for name in names if name))
