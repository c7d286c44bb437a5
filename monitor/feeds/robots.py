"""robots.txt: which pages a host does not want to be polled, and how slowly it wants to be asked. Source: RFC 9309."""

import asyncio
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from protego import Protego
from yarl import URL

from monitor.core.errors import FetchError
from monitor.feeds.body import beginning
from monitor.feeds.failures import FOREIGN, words
from monitor.feeds.line import Line
from monitor.feeds.way import Way

IGNORED = "`robots: ignore`"
"""How rules let a feed be asked for all the same."""

KNOWN_FOR = timedelta(days=1)
"""How long a robots.txt holds; no longer, by RFC 9309 2.4."""

AWAY_FOR = timedelta(minutes=5)
"""How long a robots.txt that could not be read is not asked for again; until it can be, its host forbids everything,
unless an older one of it is known (RFC 9309 2.3.1.4)."""

LONGEST = 500 * 1024
"""Bytes that are read of it. Source: RFC 9309 2.5."""

LASTS = timedelta(seconds=10)
"""For asking, all redirects included."""

SLOWEST = timedelta(seconds=30)
"""The longest Crawl-delay that is obeyed; it is in no standard, and a day has been seen."""

MOST_HOSTS = 1_000
"""Hosts of which it is remembered."""

_THREAD_ABOVE = 32 * 1024
"""Bytes; what is longer is read in a thread, where it takes up to half a second."""

_TOKEN = re.compile(r"[a-z_-]*")
_GROUP = re.compile(r"^([^\S\n]*+user[- ]?agent\b[^\S\n]*+:?[^\S\n]*+)(.*)$", re.IGNORECASE | re.MULTILINE)

Key = tuple[URL, str, bool]
"""A server, and the way to it: what is away on one may be there on another."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a host said, until when that holds (seconds of the monotonic clock), and why it is not known."""

    rules: Protego | None
    until: float
    trouble: str = ""


class Robots:
    """Asks each host once a day, whoever wants to know, and remembers what it said of `agent`."""

    def __init__(
        self, agent: str, known_for: timedelta = KNOWN_FOR, away_for: timedelta = AWAY_FOR, lasts: timedelta = LASTS
    ) -> None:
        self._name = _token(agent) or "vigie"
        self._known_for, self._away_for, self._lasts = (one.total_seconds() for one in (known_for, away_for, lasts))
        self._said: dict[Key, Said] = {}
        self._asking: dict[Key, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def permit(self, line: Line, url: URL) -> None:
        """Let pass what a host lets us ask for. Raises: FetchError: it does not, or nobody knows."""
        rules = await self._rules(line, url)
        if not rules.can_fetch(str(url), self._name):
            said = f"robots.txt of {url.host} forbids this page - {IGNORED} would ask for it all the same"
            raise FetchError(said, robots=True)

    def delay(self, line: Line, url: URL) -> timedelta:
        """Say how far apart a host wants requests to be, as far as it was asked; at most `SLOWEST`."""
        said = self._said.get(_key(line, url))
        seconds = said.rules.crawl_delay(self._name) if said and said.rules else None
        return timedelta(seconds=min(seconds or 0, SLOWEST.total_seconds()))

    async def _rules(self, line: Line, url: URL) -> Protego:
        key = _key(line, url)
        async with self._asking[key]:
            said = self._said.get(key)
            if said is None or said.until <= monotonic():
                said = self._said[key] = await self._asked(line, key[0], said)
        self._forget()
        if said.rules is None:
            raise FetchError(f"robots.txt of {url.host}: {said.trouble} - {IGNORED} would do without")
        return said.rules

    async def _asked(self, line: Line, origin: URL, before: Said | None) -> Said:
        way = Way(str(origin / "robots.txt"))
        try:
            async with asyncio.timeout(self._lasts):
                text = await _read(line, way)
        except TimeoutError:
            trouble = f"not all there after {self._lasts:g} s"
        except FetchError as error:
            trouble = error.reason
        except FOREIGN as error:
            trouble = words(error)
        else:
            return Said(await self._parsed(text), monotonic() + self._known_for)
        return Said(before.rules if before else None, monotonic() + self._away_for, trouble)

    async def _parsed(self, text: str) -> Protego:
        return await asyncio.to_thread(self._understood, text) if len(text) > _THREAD_ABOVE else self._understood(text)

    def _understood(self, text: str) -> Protego:
        return Protego.parse(_GROUP.sub(self._ours_or_another, "\n".join(text.splitlines())))

    def _ours_or_another(self, group: re.Match[str]) -> str:
        """Name each group after us, all or another: the reader takes time in proportion to names times rules.

        A name counts up to its version. Source: RFC 9309 2.2.1.
        """
        if group[2].startswith("*"):
            return group[0]
        return f"{group[1]}{self._name if _token(group[2]) == self._name else 'another bot'}"

    def _forget(self) -> None:
        while len(self._said) > MOST_HOSTS:
            oldest = next(iter(self._said))
            del self._said[oldest]
            self._asking.pop(oldest, None)


def _token(agent: str) -> str:
    found = _TOKEN.match(agent.lower())
    return found[0] if found else ""


def _key(line: Line, url: URL) -> Key:
    return url.origin(), line.proxy, line.allow_private


async def _read(line: Line, way: Way) -> str:
    """Read a robots.txt; nothing, where a host has none: then all may be asked for. Source: RFC 9309 2.3.1.

    Raises:
        FetchError: its server has a problem, or asks for patience.
    """
    while True:
        async with await line.ask(way.url, {}) as response:
            if way.leads_on(response):
                continue
            if response.status == 200:  # noqa: PLR2004 - OK
                return (await beginning(response, LONGEST)).decode("utf-8-sig", "replace")
            if response.status >= 500 or response.status == 429:  # noqa: PLR2004 - server errors; Too Many Requests
                raise FetchError(f"{response.status}")
            return ""
