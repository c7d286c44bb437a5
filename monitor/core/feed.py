"""Feeds: the URLs we poll, how each is read, and how politely."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Literal

Kind = Literal["auto", "feed", "json_feed", "live_blog", "wordpress", "liveblog_pro", "page"]

SECRET = "secret:"  # noqa: S105 - a prefix of names
"""What a text begins with that is the name of a secret, not the secret itself."""


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

    `heed`: what the server and the document say of how often to ask is obeyed. `robots`: so is the robots.txt of its
    host, for pages. `spacing` is between the beginnings of two requests to one host, whoever asks. `cookies`, `auth`
    and `proxy` are written `secret:NAME` (empty: none), values of `headers` may be; the secrets are no part of this.
    """

    name: str
    url: str
    kind: Kind = "auto"
    title: str = ""
    language: str = ""
    zone: str = ""
    topic: tuple[str, ...] = ()
    every: tuple[timedelta, timedelta] = (timedelta(minutes=1), timedelta(minutes=30))
    timeout: timedelta = timedelta(seconds=20)
    max_age: timedelta = timedelta(hours=24)
    live: bool = False
    backfill: timedelta = timedelta(0)
    allow_private: bool = False
    recipe: Recipe | None = None
    heed: bool = True
    robots: bool = True
    spacing: timedelta = timedelta(seconds=1)
    headers: tuple[tuple[str, str], ...] = ()
    cookies: str = ""
    auth: str = ""
    proxy: str = ""

    @property
    def secrets(self) -> tuple[str, ...]:
        """List what of this feed is a secret, as it is written: `secret:NAME`."""
        written = (*(value for _, value in self.headers), self.cookies, self.auth, self.proxy)
        return tuple(value for value in written if value.startswith(SECRET))


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said of its document, to be said back with the next request (RFC 9110 8.8); empty: nothing."""

    etag: str = ""
    last_modified: str = ""


def reading(feed: Feed) -> str:
    """Name what of a feed decides how its document is read: with another name an unchanged document may read anew."""
    ways = repr((feed.url, feed.kind, feed.zone, feed.language, feed.recipe, *_asked_with(feed)))
    return blake2b(ways.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _asked_with(feed: Feed) -> tuple[object, ...]:
    """Give what is sent with a request and may change the answer; nothing, where nothing is."""
    sent = (feed.headers, feed.cookies, feed.auth)
    return sent if any(sent) else ()
