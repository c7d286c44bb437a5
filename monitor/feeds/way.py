"""The way of a request: which addresses may be asked for, where an answer leads on to, and what moved for good."""

import re
from ipaddress import IPv4Address
from urllib.parse import urlsplit

from aiohttp import ClientResponse
from yarl import URL

from monitor.core.errors import FetchError

LONGEST_ADDRESS = 2_048
"""Characters; what is longer is no address that a person wrote, and some servers refuse it."""

MOST_REDIRECTS = 5
"""Followed on one way; more are a loop, or somebody who passes us round."""

_LEADS_ON = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
"""Source: RFC 9110 15.4; of the others it says that the address asked for stays the one to ask."""

_LABEL = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}\.?")
_LONGEST_NAME = 254
_NUMBER = re.compile("[0-9]+|0x[0-9a-f]*")

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Way:
    """Where a request is on its way, whether anything was `heard`, and whether all that led it there was permanent.

    Raises:
        FetchError: `start` can be no address of a document.
    """

    def __init__(self, start: str) -> None:
        self.start = self.url = _address(start)
        self.redirects = 0
        self.heard = False
        self._for_good = True

    @property
    def server(self) -> str:
        """Name the first server, as `host:port`."""
        return f"{self.start.raw_host}:{self.start.port}"

    @property
    def host(self) -> str:
        """Name the host that is asked now, as it is looked up."""
        return self.url.raw_host or ""

    @property
    def place(self) -> str:
        """Name the host that is asked, and the one that led there; no more of any address is fit for a log."""
        first, last = self.start.host or "", self.url.host or ""
        return first if first == last else f"{first}, redirected to {last}"

    @property
    def moved_to(self) -> str:
        """Give the last address if each step to it was a permanent one; else, and without any, nothing."""
        return str(self.url) if self.redirects and self._for_good else ""

    def leads_on(self, response: ClientResponse) -> bool:
        """Go on where an answer leads to; false: it is the last one.

        Raises:
            FetchError: it leads on too often, or to where no document is.
        """
        self.heard = True
        location = response.headers.get("Location")
        if response.status not in _LEADS_ON or location is None:
            return False
        self.redirects += 1
        if self.redirects > MOST_REDIRECTS:
            raise FetchError(f"{self.place}: redirected too often, {MOST_REDIRECTS} times are followed")
        self._for_good = self._for_good and response.status in _FOR_GOOD
        self.url = self._next(location)
        return True

    def _next(self, location: str) -> URL:
        try:
            written = URL(location)
            found = _plain(self.url.join(written))
        except ValueError as error:
            raise FetchError(f"{self.place}: redirected to what is no valid address") from error
        if found.scheme not in _DEFAULT_PORTS:
            raise FetchError(f"{self.place}: redirected to what is no http or https address")
        astray = written.scheme and not written.raw_host
        if astray or len(str(found)) > LONGEST_ADDRESS or not _is_host(found.raw_host or ""):
            raise FetchError(f"{self.place}: redirected to what is no valid address")
        if (self.url.scheme, found.scheme) == ("https", "http"):
            raise FetchError(f"{self.place}: redirected from https to http, where anybody on the way may change it")
        return found


def _address(written: str) -> URL:
    if len(written) > LONGEST_ADDRESS:
        raise FetchError(f"an address of {len(written):,} characters - {LONGEST_ADDRESS:,} at most")
    try:
        parts = urlsplit(written)
        if parts.scheme.lower() not in _DEFAULT_PORTS or not parts.hostname:
            raise FetchError("no http or https address")
        found = _plain(URL(written.strip()))
    except ValueError as error:
        raise FetchError("no valid address") from error
    if not _is_host(found.raw_host or ""):
        raise FetchError("no valid address: its host is neither a name nor an address as 192.0.2.1")
    return found


def _is_host(host: str) -> bool:
    """Say whether a host is a name, or an address as it is usually written.

    127.1, 0x7f000001, 127.0.0.1. and the like are addresses to some and names to others, so none of them is asked for.
    Source: WHATWG URL 3.5, a host that ends in a number.
    """
    if ":" in host:
        return True  # as far as yarl reads it: an address in brackets
    if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return _is_address(host)
    return bool(_NAME.fullmatch(host)) and len(host) <= _LONGEST_NAME


def _is_address(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True


def _plain(url: URL) -> URL:
    """Take user, password and fragment from an address: they are not for the request line, and not for a log."""
    return (url.with_user(None) if url.absolute and url.raw_user is not None else url).with_fragment(None)


def is_home(home: URL, url: URL) -> bool:
    """Say whether an address is of the server that a feed names: the same, or the same host with TLS where it had none.

    Only there its headers, cookies and passwords are sent.
    """
    if home.raw_host != url.raw_host:
        return False
    upgraded = (home.scheme, home.port, url.scheme, url.port) == ("http", 80, "https", 443)
    return upgraded or (home.scheme, home.port) == (url.scheme, url.port)
