"""One polite request for a feed: conditional, bounded in time and size, and only to where it may go."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp

from monitor.core.errors import FetchError
from monitor.core.feed import Feed, Validators
from monitor.feeds import dates
from monitor.feeds.failures import FOREIGN, status_words, words
from monitor.feeds.fetched import Fetched, Unchanged
from monitor.feeds.guard import socket_factory

LARGEST = 15 * 1024 * 1024
"""Bytes of a document, counted after decompression: 300 KB of gzip can hold 300 MB."""

MOST_REDIRECTS = 5
CONNECT_LASTS = 10
"""Seconds for one connection, its TLS included."""

AT_ONCE_PER_HOST = 6
"""As many as a browser; a feed that hangs holds one for as long as its timeout."""

LONGEST_HEADER = 32 * 1024
"""Bytes; some sites' security policies are longer than aiohttp's 8,190."""

LONGEST_WAIT = timedelta(days=1)
"""However long a server asks us to wait: Retry-After of 88 hours has been seen, by mistake."""

NOTHING_SAID = Validators()
"""What to say back to a server that was never asked."""

_CHUNK = 64 * 1024
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "application/json;q=0.9, text/html;q=0.8, */*;q=0.5"
)


class Session:
    """Connections to servers: those of one pool reach public addresses only, those of the other private ones, too.

    They are apart, so that no feed gets a connection that only another one may have. No cookies, no proxy, no
    netrc: nothing from the environment has a part in where a request goes. Use it as an async context, in a running
    event loop.
    """

    def __init__(self, user_agent: str) -> None:
        self._public = _pool(user_agent, allow_private=False)
        self._private = _pool(user_agent, allow_private=True)
        self._slots: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE_PER_HOST))

    def pool(self, feed: Feed) -> aiohttp.ClientSession:
        """Give the connections that a feed may use."""
        return self._private if feed.allow_private else self._public

    def slot(self, server: str) -> asyncio.Semaphore:
        """Give what lets few requests at a time go to one server, written `host` or `host:port`."""
        return self._slots[server]

    async def close(self) -> None:
        """Close all connections."""
        await self._public.close()
        await self._private.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _pool(user_agent: str, *, allow_private: bool) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        # no limits of its own: a wait for one of its connections would count as time that the server took
        connector=aiohttp.TCPConnector(socket_factory=socket_factory(allow_private=allow_private), limit=0),
        headers={"User-Agent": user_agent, "Accept": _ACCEPT},
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_LASTS),
        max_line_size=LONGEST_HEADER,
        max_field_size=LONGEST_HEADER,
        trust_env=False,
    )


async def fetch(session: Session, feed: Feed, validators: Validators = NOTHING_SAID) -> Fetched | Unchanged:
    """Ask for a feed once, with what its server said last time; `Unchanged` where it answers 304.

    Everything together, redirects and the last byte included, takes no longer than the feed's timeout; a wait while the
    same server is asked for other feeds comes before, and is no failure.

    Raises:
        FetchError: there is no document, for a reason that says no more of its address than the host.
    """
    host, server = _host(feed.url)
    try:
        async with session.slot(server), asyncio.timeout(feed.timeout.total_seconds()):
            return await _get(session.pool(feed), feed.url, validators)
    except TimeoutError as error:
        raise FetchError(f"{host}: not all there after {feed.timeout.total_seconds():g} s") from error
    except FOREIGN as error:
        raise FetchError(f"{host}: {words(error)}") from error


def _host(url: str) -> tuple[str, str]:
    """Give a URL's host, alone and with its port."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise FetchError("no valid address") from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise FetchError("no http or https address")
    return host, parts.netloc.rpartition("@")[2].lower()


async def _get(pool: aiohttp.ClientSession, url: str, validators: Validators) -> Fetched | Unchanged:
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    headers = {name: value for name, value in asked.items() if value}
    async with pool.get(url, headers=headers, max_redirects=MOST_REDIRECTS) as response:
        if response.status == 304 and headers:  # noqa: PLR2004 - Not Modified
            return Unchanged(_newer(validators, response), datetime.now(UTC))
        if response.status not in {200, 203}:
            raise _refusal(response)
        body = await _body(response)
        return Fetched(
            body=body,
            content_type=_header(response, "Content-Type"),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            url=str(response.url),
            received_at=datetime.now(UTC),  # the moment from which latency is told; only this function sees it
        )


def _refusal(response: aiohttp.ClientResponse) -> FetchError:
    retry_after = _retry_after(response.headers.get("Retry-After", ""), datetime.now(UTC))
    said = f"{response.url.host}: {status_words(response.status)}"
    return FetchError(said, retry_after=retry_after, gone=response.status == 410)  # noqa: PLR2004 - Gone


def _retry_after(written: str, now: datetime) -> timedelta | None:
    """Read seconds or a date. Source: RFC 9110 10.2.3."""
    written = written.strip()
    if written.isascii() and written.isdigit():
        return min(timedelta(seconds=int(written[:9])), LONGEST_WAIT)
    at = dates.moment(written)
    return None if at is None else min(max(at - now, timedelta(0)), LONGEST_WAIT)


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > LARGEST:
            raise FetchError(f"{response.url.host}: more than {LARGEST // 1024 // 1024} MB")
    return bytes(body)


def _newer(said: Validators, response: aiohttp.ClientResponse) -> Validators:
    """Take over what a 304 says; it may leave out what has not changed. Source: RFC 9110 15.4.5."""
    etag, last_modified = _header(response, "ETag"), _header(response, "Last-Modified")
    return Validators(etag or said.etag, last_modified or said.last_modified)


def _header(response: aiohttp.ClientResponse, name: str) -> str:
    """Give a header exactly as received; one that is no text could not be said back, nor kept."""
    value = response.headers.get(name, "")
    try:
        value.encode()
    except UnicodeEncodeError:
        return ""
    return value
