"""Feeds: the URLs we poll, how each is read, and how politely."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Literal

Kind = Literal["auto", "feed", "json_feed", "live_blog", "wordpress", "liveblog_pro", "page"]


@dataclass(frozen=True, slots=True)
class Selector:
    """A CSS selector; `attr` names the attribute to read (empty: the text), `formats` are strptime formats."""

    css: str
    attr: str = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to read the entries of a page that says nothing about its structure; selectors are relative to `entry`."""

    entry: str
    id: Selector | None = None
    time: Selector | None = None
    title: Selector | None = None
    text: Selector | None = None
    link: Selector | None = None
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A URL we poll.

    `every` bounds the polling interval; `zone` (IANA name) is for times printed without one; an entry older than
    `max_age` at first sight is stored and not told; of a first fetch only what is younger than `backfill` is told.
    """

    name: str
    url: str
    kind: Kind = "auto"
    title: str = ""
    language: str = ""
    zone: str = ""
    topic: tuple[str, ...] = ()
    every: tuple[timedelta, timedelta] = (timedelta(minutes=1), timedelta(minutes=15))
    timeout: timedelta = timedelta(seconds=20)
    max_age: timedelta = timedelta(hours=24)
    live: bool = False
    backfill: timedelta = timedelta(0)
    allow_private: bool = False
    recipe: Recipe | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of its document, to be said back with the next request (RFC 9110 8.8); empty: nothing."""

    etag: str = ""
    last_modified: str = ""


def reading(feed: Feed) -> str:
    """Name what of a feed decides how its document is read: with another name an unchanged document may read anew."""
    ways = repr((feed.url, feed.kind, feed.zone, feed.language, feed.recipe))
    return blake2b(ways.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
