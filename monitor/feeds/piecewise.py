"""A feed of which only those items are parsed that were not in its last document; the others are as they were read.

Wherever it is not plain that this gives what a parse of the whole gives, the whole is parsed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import zip_longest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, reading
from monitor.feeds.fetched import Fetched
from monitor.feeds.identity import Marks, marks_of
from monitor.feeds.limits import Contents
from monitor.feeds.parse import Read, contents_of, in_utf8, read_entries, refuse_what_is_no_feed
from monitor.feeds.seen import Seen
from monitor.feeds.sniff import is_utf8
from monitor.feeds.split import Split, odd, split

_PART = "items"
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION = 200
"""Bytes in which an XML declaration stands."""

_ONE_BY_ONE = re.compile(rb"utf-?8|us-ascii|ascii|iso-8859-[0-9]+|windows-125[0-9]", re.IGNORECASE)
"""Charsets in which ASCII is ASCII wherever it stands; in others a part of a text may not read as it does in it."""


@dataclass(frozen=True, slots=True)
class _Item:
    """What an item was read as."""

    entry: Entry
    marks: Marks


@dataclass(frozen=True, slots=True)
class _Cut:
    """A document cut into items, each by a name of all that decides how it is read.

    `known` are items that were read before, `fresh` those of the document that were not.
    """

    split: Split
    names: Sequence[bytes]
    known: Mapping[bytes, _Item]
    fresh: Mapping[bytes, bytes]


def parse_feed_again(fetched: Fetched, feed: Feed, seen: Seen) -> Contents:
    """Read a feed as `parse_feed` does, with the same result; what its last document held is taken from there.

    Raises:
        ParseError: as `parse_feed` does.
    """
    refuse_what_is_no_feed(fetched.body)
    cut = _cut(fetched, feed, seen)
    read = (cut and _spliced(fetched, feed, cut)) or read_entries(fetched, feed)
    names = cut.names if cut and read.sound and len(cut.names) == len(read.entries) else ()
    before = [cut.known.get(name) for name in names] if cut else []
    items = [_item(entry, known) for entry, known in zip_longest(read.entries, before)]
    seen.keep(feed.name, _PART, dict(zip(names, items, strict=False)), read.entries if names else ())
    return contents_of(fetched, feed, read, [item.marks for item in items])


def _cut(fetched: Fetched, feed: Feed, seen: Seen) -> _Cut | None:
    """Cut a document into items; None where they are no items that can be read one by one."""
    declared = fetched.content_type.encode("ascii", "replace") + b" " + fetched.body[:_DECLARATION]
    if not all(map(_ONE_BY_ONE.fullmatch, _CHARSET.findall(declared))):
        return None
    cut = split(fetched.body) if fetched.body.isascii() or is_utf8(fetched.body) else None
    if cut is None:
        return None
    names, known = _names(cut, fetched, feed), seen.last(feed.name, _PART)
    fresh = {name: item for name, item in zip(names, cut.items, strict=True) if name not in known}
    if any(odd(item, carries=cut.carries) for item in fresh.values()):
        return None
    return _Cut(cut, names, known, fresh)


def _names(cut: Split, fetched: Fetched, feed: Feed) -> list[bytes]:
    inherited = blake2b(cut.shell, digest_size=32)
    inherited.update(f"{fetched.url}\x1f{reading(feed)}".encode("utf-8", "surrogatepass"))
    key = inherited.digest()
    return [blake2b(item, key=key, digest_size=16).digest() for item in cut.items]


def _spliced(fetched: Fetched, feed: Feed, cut: _Cut) -> Read | None:
    """Read the fresh items in their shell, the others from memory; None where all are fresh or one is no item."""
    if len(cut.fresh) == len(cut.names):
        return None
    content_type = fetched.content_type if fetched.body.isascii() else in_utf8(fetched.content_type)
    body = cut.split.only(cut.fresh.values())
    try:
        read = read_entries(replace(fetched, body=body, content_type=content_type), feed)
    except ParseError:
        return None
    if not read.sound or len(read.entries) != len(cut.fresh):
        return None
    new = dict(zip(cut.fresh, read.entries, strict=True))
    return replace(read, entries=[new[name] if name in new else cut.known[name].entry for name in cut.names])


def _item(entry: Entry, known: _Item | None) -> _Item:
    return known if known and known.entry is entry else _Item(entry, marks_of(entry))
