"""How the requests of one feed go out: over which connections and proxy, and what is sent to its own host only."""

import re
import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from aiohttp import ClientResponse, ClientSession, encode_basic_auth
from aiohttp.abc import AbstractResolver
from yarl import URL

from monitor.core.errors import ConfigError, FetchError
from monitor.core.feed import SECRET, Feed
from monitor.feeds.guard import ALLOWED, Address, is_private_name, refused
from monitor.feeds.way import Way, is_home

Secrets = Callable[[str], str]
"""Gives what `secret:NAME` stands for. Raises: ConfigError: nobody has set it."""

_UNFIT = re.compile(r"[^\t -~\x80-\U0010ffff]")
"""What no header may hold: line breaks above all, for what follows one would be another header."""


@dataclass(frozen=True, slots=True)
class Line:
    """Where the requests of a feed go through.

    `own` goes to the server of `home` only; with a `proxy` the names of targets are looked up to be checked, and
    only for that.
    """

    pool: ClientSession
    resolver: AbstractResolver
    home: URL
    own: Mapping[str, str] = field(default_factory=dict, repr=False)
    proxy: str = field(default="", repr=False)
    allow_private: bool = False

    async def ask(self, url: URL, headers: Mapping[str, str]) -> AbstractAsyncContextManager[ClientResponse]:
        """Ask for an address; redirects are not followed. Raises: FetchError, and whatever a request raises."""
        if self.proxy:
            await self._check(url)
        sent = {**self.own, **headers} if is_home(self.home, url) else headers
        return self.pool.get(url, headers=sent, allow_redirects=False, proxy=self.proxy or None)

    def moved_to(self, way: Way) -> str:
        """Give the address that a feed moved to for good; not to another host, where it has anything of its own.

        Who asks there from now on would hand it over.
        """
        return way.moved_to if not self.own or is_home(self.home, way.url) else ""

    async def _check(self, url: URL) -> None:
        """Refuse what must not be asked for through a proxy either, as far as we know where its name leads."""
        if not self.allow_private and is_private_name(url.raw_host or ""):
            raise FetchError(
                f"{url.host} is a name of a private network - {ALLOWED} would let this feed be fetched from it"
            )
        for address in await self._addresses(url.raw_host or "", url.port or 0):
            if reason := refused(address, allow_private=self.allow_private):
                raise FetchError(f"{url.host}: {reason}")

    async def _addresses(self, host: str, port: int) -> tuple[Address, ...]:
        """List the addresses of a host; none, where only the proxy knows its name."""
        with suppress(ValueError):
            return (ip_address(host),)
        try:
            return tuple(ip_address(one["host"]) for one in await self.resolver.resolve(host, port, socket.AF_UNSPEC))
        except OSError:
            return ()


def own_headers(feed: Feed, secrets: Secrets) -> dict[str, str]:
    """List the headers that a feed is asked with, its passwords and cookies among them. Raises: FetchError."""
    headers = {name: _said(value, secrets) for name, value in feed.headers}
    if feed.cookies:
        headers["Cookie"] = _said(feed.cookies, secrets)
    if login := _login(feed, secrets):
        headers["Authorization"] = encode_basic_auth(*login, encoding="utf-8")
    return headers


def _login(feed: Feed, secrets: Secrets) -> tuple[str, str] | None:
    """Give user and password: as set, else those that stand in the address."""
    if feed.auth:
        user, colon, password = _said(feed.auth, secrets).partition(":")
        if not colon:
            raise FetchError(f"{_name(feed.auth)} is no `user:password`")
        return user, password
    parts = urlsplit(feed.url)
    return (unquote(parts.username or ""), unquote(parts.password or "")) if "@" in parts.netloc else None


def proxy_of(feed: Feed, secrets: Secrets) -> str:
    """Give the address of a feed's proxy; empty: none. Raises: FetchError."""
    if not feed.proxy:
        return ""
    written = _said(feed.proxy, secrets)
    try:
        parts = urlsplit(written)
        fit = parts.scheme in {"http", "https"} and bool(parts.hostname) and bool(parts.port)
    except ValueError:
        fit = False
    if not fit:
        raise FetchError(f"{_name(feed.proxy)} is no address of a proxy - as http://user:password@host:3128")
    return written


def unfit_secret(feed: Feed, secrets: Secrets) -> str:
    """Say which of a feed's secrets is not what it should be, and what would be right; empty: all are."""
    try:
        own_headers(feed, secrets)
        proxy_of(feed, secrets)
    except FetchError as error:
        return error.reason
    return ""


def _said(written: str, secrets: Secrets) -> str:
    if not written.startswith(SECRET):
        return written
    try:
        value = secrets(written)
    except ConfigError as error:
        raise FetchError(error.words) from error
    if _UNFIT.search(value):
        raise FetchError(f"{_name(written)} is not one line of printable characters")
    return value


def _name(written: str) -> str:
    return f"the secret {written.removeprefix(SECRET)}"
