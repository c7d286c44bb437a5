"""The connections to servers, few at a time to each, and what is known of their hosts while they are open."""

import asyncio
import ssl
from collections import defaultdict
from datetime import timedelta
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver

from monitor.core.errors import ConfigError, Fault, Place
from monitor.core.feed import SECRET, Feed
from monitor.feeds.body import PATIENCE
from monitor.feeds.guard import socket_factory
from monitor.feeds.line import Line, Secrets, own_headers, proxy_of
from monitor.feeds.lookups import Lookups
from monitor.feeds.robots import Robots
from monitor.feeds.way import Way

CONNECT_LASTS = 10
"""Seconds for one connection, its TLS included."""

AT_ONCE_PER_HOST = 2
"""Requests to one server at a time; one that hangs holds its place for as long as its feed's timeout."""

LARGE_AT_ONCE = 4
"""Large bodies that are read at the same time, of all servers together: 60 MB at most."""

LONGEST_HEADER = 32 * 1024
"""Bytes; some sites' security policies are longer than aiohttp's 8,190."""

MOST_HEADERS = 200

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "application/json;q=0.9, text/html;q=0.8, */*;q=0.5"
)


def no_secrets(written: str) -> str:
    """Know no secret. Raises: ConfigError."""
    message = f"the secret {written.removeprefix(SECRET)} is not known here"
    raise ConfigError([Fault(Place("environment", 0, 0), "error", "unset_secret", message)])


class Session:
    """Connections to servers: those of one pool reach public addresses only, those of another private ones, too.

    They are apart, so that no feed gets a connection that only another one may have; those of a third lead to proxies,
    whose addresses come from the operator. No cookies, no netrc, nothing from the environment has a part in where a
    request goes. `secrets` gives what `secret:NAME` stands for; `trust` says whose certificates are good (None: those
    of the system, or of SSL_CERT_FILE). Use it as an async context, in a running event loop.
    """

    def __init__(
        self,
        user_agent: str,
        secrets: Secrets = no_secrets,
        resolver: AbstractResolver | None = None,
        patience: timedelta = PATIENCE,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._resolver = resolver or Lookups()
        self._secrets, self.patience = secrets, patience
        self._public = self._pool(user_agent, trust, allow_private=False)
        self._private = self._pool(user_agent, trust, allow_private=True)
        self._proxied = self._pool(user_agent, trust, allow_private=True)
        self._slots: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE_PER_HOST))
        self.room = asyncio.Semaphore(LARGE_AT_ONCE)
        self.robots = Robots(user_agent)

    def line(self, feed: Feed, way: Way) -> Line:
        """Say how the requests of a feed go out. Raises: FetchError: a secret is not set, or not what it should be."""
        proxy = proxy_of(feed, self._secrets)
        pool = self._proxied if proxy else self._private if feed.allow_private else self._public
        return Line(pool, self._resolver, way.start, own_headers(feed, self._secrets), proxy, feed.allow_private)

    def slot(self, server: str) -> asyncio.Semaphore:
        """Give what lets few requests at a time go to one server, written `host:port`."""
        return self._slots[server]

    async def close(self) -> None:
        """Close all connections."""
        for pool in (self._public, self._private, self._proxied):
            await pool.close()
        await self._resolver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _pool(self, user_agent: str, trust: ssl.SSLContext | None, *, allow_private: bool) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                socket_factory=socket_factory(allow_private=allow_private),
                resolver=self._resolver,
                ssl=trust or True,
                limit=0,  # a wait for one of its connections would count as time that the server took
            ),
            headers={"User-Agent": user_agent, "Accept": _ACCEPT},
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_LASTS),
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            max_headers=MOST_HEADERS,
            trust_env=False,
        )
