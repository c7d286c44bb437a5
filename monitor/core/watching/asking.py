"""What to ask of a feed's server next: for what, and at which address.

A server that says "not modified" is believed for a day; then the document is asked for whole. Some servers say it of
documents that have changed, and these are asked for whole each time. Source: rss-fetcher of Media Cloud, which asks
180,000 feeds never conditionally because some keep their ETag though they change.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import urlsplit, urlunsplit

from monitor.core.address import without_login
from monitor.core.feed import Feed, Validators, reading

WHOLE_EVERY = timedelta(days=1)
"""How often a document is asked for whole at least, whatever its validators say."""

DISTRUST_LASTS = timedelta(days=7)
"""How long validators that were wrong once are not used; a server may be mended."""

SIGHTINGS = 5
"""So many permanent redirects in a row to one address, over `MOVE_TAKES` at least, and the feed has moved there."""

MOVE_TAKES = timedelta(days=1)

GIVEN_UP_AFTER = 5
"""Failures in a row at an address that was taken over, after which the old one is asked again."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What was learnt of a feed's server by asking it.

    `whole`: when it last gave its document unconditionally; `digest` names the last document, `lacks` says what that
    one lacks; `distrusted`: since when its validators are not used. What follows holds for the address `home` only,
    which the rules name: permanent redirects to `moved_to` were seen `sightings` times in a row `since` then; `address`
    was taken over from them.
    """

    whole: datetime | None = None
    digest: str = ""
    lacks: str = ""
    distrusted: datetime | None = None
    home: str = ""
    moved_to: str = ""
    sightings: int = 0
    since: datetime | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a document says of its server.

    `whole`: it was asked for unconditionally; `same_validators`: it came with those of the document before it;
    `news`: it held something that was not in that one.
    """

    digest: str
    whole: bool
    same_validators: bool
    news: bool


def digest_of(body: bytes, url: str, content_type: str, feed: Feed) -> str:
    """Name a document together with all that decides what is read in it: two of one name need not be read twice."""
    also = "\x1f".join((url, content_type, reading(feed)))
    return blake2b(body, key=blake2b(also.encode("utf-8", "surrogatepass")).digest(), digest_size=16).hexdigest()


def asked(feed: Feed, asking: Asking) -> Feed:
    """Give the feed with the address at which it is to be asked for; its headers and passwords stay with its host.

    Those that stand in its address go with it to another one of the same host, which a server writes without them.
    """
    if not taken_over(feed, asking):
        return feed
    login, host = _login_and_host(feed.url)
    if not (feed.headers or feed.cookies or feed.auth or login):
        return replace(feed, url=asking.address)
    _, new = _login_and_host(asking.address)
    if new != host:
        return feed
    return replace(feed, url=urlunsplit(urlsplit(asking.address)._replace(netloc=login + new)))


def taken_over(feed: Feed, asking: Asking) -> str:
    """Give the address that was taken over instead of the one in the rules; empty: none."""
    return asking.address if asking.home == without_login(feed.url) else ""


def _login_and_host(url: str) -> tuple[str, str]:
    """Take apart `user:password@` of an address (empty: none), and host with port."""
    user, at, host = urlsplit(url).netloc.rpartition("@")
    return user + at, host.lower()


def said_back(validators: Validators, asking: Asking, now: datetime) -> Validators:
    """Give the validators for the next request; none of them: the document is asked for whole."""
    if asking.whole is None or now - asking.whole >= WHOLE_EVERY or now < asking.whole:
        return Validators()  # a whole one from the future: a clock has jumped
    return Validators() if _distrusted(asking, now) else validators


def came(asking: Asking, document: Document, now: datetime) -> Asking:
    """Learn from a document; one that brings news under old validators proves them wrong."""
    wrong = document.same_validators and document.news and document.digest != asking.digest
    return replace(
        asking,
        digest=document.digest,
        whole=now if document.whole else asking.whole,
        distrusted=now if wrong else asking.distrusted if _distrusted(asking, now) else None,
    )


def once_more(asking: Asking) -> Asking:
    """Have the document asked for whole and read next time even if it is the same: what it lacks must be seen twice."""
    return replace(asking, digest="", whole=None)


def moved(asking: Asking, home: str, moved_to: str, now: datetime) -> Asking:
    """Learn from where an answer came: `moved_to` after permanent redirects only, else empty; `home`: as rules say.

    Of both no user or password is remembered.
    """
    home, moved_to = without_login(home), without_login(moved_to)
    if asking.home != home:
        asking = replace(asking, home=home, moved_to="", sightings=0, since=None, address="")
    if not moved_to or moved_to in {home, asking.address}:
        return replace(asking, moved_to="", sightings=0, since=None) if asking.sightings else asking
    if moved_to != asking.moved_to or asking.since is None or now < asking.since:
        return replace(asking, moved_to=moved_to, sightings=1, since=now)
    sightings = min(asking.sightings + 1, SIGHTINGS)
    if sightings < SIGHTINGS or now - asking.since < MOVE_TAKES:
        return asking if sightings == asking.sightings else replace(asking, sightings=sightings)
    return replace(asking, address=moved_to, moved_to="", sightings=0, since=None)


def failed(asking: Asking, failures: int) -> Asking:
    """Learn from so many failures in a row: an address that was taken over may be a mistake."""
    return replace(asking, address="") if asking.address and failures >= GIVEN_UP_AFTER else asking


def _distrusted(asking: Asking, now: datetime) -> bool:
    return asking.distrusted is not None and timedelta(0) <= now - asking.distrusted < DISTRUST_LASTS
