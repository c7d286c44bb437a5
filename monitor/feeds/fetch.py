"""One polite request for a feed: conditional, bounded in time and size, and only to where it may go."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp

from monitor.core.errors import FetchError, UnheardError
from monitor.core.feed import Feed, Validators
from monitor.feeds.body import whole
from monitor.feeds.failures import FOREIGN, status_words, words
from monitor.feeds.fetched import Fetched, Unchanged
from monitor.feeds.freshness import fresh_for, retry_after
from monitor.feeds.line import Line
from monitor.feeds.session import Session
from monitor.feeds.way import Way

NOTHING_SAID = Validators()
"""What to say back to a server that was never asked."""

ROBOTS_ASKED = frozenset({"page", "live_blog"})
"""Kinds of which robots.txt is asked first. A feed is made to be polled, a page is not."""

_OF_ALL = frozenset({429, 503})
"""What is said of a whole server: too many requests, or none for a while."""


async def fetch(session: Session, feed: Feed, validators: Validators = NOTHING_SAID) -> Fetched | Unchanged:
    """Ask for a feed once, with what its server said last time; `Unchanged` where it answers 304.

    Everything together, redirects, robots.txt and the last byte included, takes no longer than the feed's timeout; a
    wait while the same server is asked for other feeds comes before, one for room for a large body does not count, and
    neither is a failure.

    Raises:
        FetchError: there is no document, for a reason that says no more of its address than the host.
    """
    way = Way(feed.url)
    line = session.line(feed, way)
    try:
        async with session.slot(way.server), asyncio.timeout(feed.timeout.total_seconds()) as limit:
            return await _get(session, feed, line, way, validators, limit)
    except TimeoutError as error:
        said = f"{way.place}: not all there after {feed.timeout.total_seconds():g} s"
        raise (FetchError if way.heard else UnheardError)(said) from error
    except FOREIGN as error:
        raise (FetchError if way.heard else UnheardError)(f"{way.place}: {words(error)}") from error


async def _get(
    session: Session, feed: Feed, line: Line, way: Way, said: Validators, limit: asyncio.Timeout
) -> Fetched | Unchanged:
    asked = {"If-None-Match": said.etag, "If-Modified-Since": said.last_modified}
    conditions = {name: value for name, value in asked.items() if value}
    while True:
        if feed.robots and (feed.kind in ROBOTS_ASKED or feed.recipe is not None):
            await session.robots.permit(line, way.url)
        async with await line.ask(way.url, conditions) as response:
            if way.leads_on(response):
                continue
            if response.status == 304 and conditions:  # noqa: PLR2004 - Not Modified
                return _unchanged(response, said, line, way, session.robots.delay(line, way.url))
            if response.status not in {200, 203}:
                raise _refusal(response, way)
            if feed.robots and feed.kind == "auto" and "html" in response.content_type:
                await session.robots.permit(line, way.url)
            body = await whole(response, session.room, limit, session.patience)
            return _fetched(response, body, line, way, session.robots.delay(line, way.url))


def _unchanged(
    response: aiohttp.ClientResponse, said: Validators, line: Line, way: Way, crawl_delay: timedelta
) -> Unchanged:
    """Take over what a 304 says; it may leave out what has not changed. Source: RFC 9110 15.4.5."""
    received_at = datetime.now(UTC)
    etag, last_modified = _header(response, "ETag"), _header(response, "Last-Modified")
    return Unchanged(
        validators=Validators(etag or said.etag, last_modified or said.last_modified),
        received_at=received_at,
        fresh_for=fresh_for(response.headers, received_at),
        moved_to=line.moved_to(way),
        host=way.host,
        crawl_delay=crawl_delay,
    )


def _fetched(response: aiohttp.ClientResponse, body: bytes, line: Line, way: Way, crawl_delay: timedelta) -> Fetched:
    received_at = datetime.now(UTC)  # the moment from which latency is told; only this function sees it
    return Fetched(
        body=body,
        content_type=_header(response, "Content-Type"),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        url=str(way.url),
        received_at=received_at,
        fresh_for=fresh_for(response.headers, received_at),
        moved_to=line.moved_to(way),
        host=way.host,
        crawl_delay=crawl_delay,
    )


def _refusal(response: aiohttp.ClientResponse, way: Way) -> FetchError:
    wait = retry_after(response.headers, datetime.now(UTC))
    return FetchError(
        f"{way.place}: {status_words(response.status)}",
        retry_after=wait,
        gone=response.status == 410,  # noqa: PLR2004 - Gone
        host_wide=wait is not None and response.status in _OF_ALL,
        host=way.host,
    )


def _header(response: aiohttp.ClientResponse, name: str) -> str:
    """Give a header exactly as received; one that is no text could not be said back, nor kept."""
    value = response.headers.get(name, "")
    try:
        value.encode()
    except UnicodeEncodeError:
        return ""
    return value
