"""The sole right to poll a feed: had for a while, prolonged while the feed is polled, given back with its next time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b
from uuid import uuid4

from yarl import URL

from monitor.core.errors import LedgerError, QueueError
from monitor.core.feed import Feed
from monitor.gather import Gather
from monitor.ledger import Ledger, Standing
from monitor.log import get
from monitor.state import Next, State, Turn

LEASE_LASTS = timedelta(seconds=30)
"""How long a killed poller keeps a feed from the others; one that lives renews its leases three times as often."""

UNRECORDED_PAUSE = timedelta(seconds=1)
"""When to poll again what the ledger could not take: it was away or locked, and the feed still shows its entries.

Doubled each time up to the feed's longest interval: a full disk lasts, and a whole document is fetched in vain.
"""

log = get("poller")


@dataclass(frozen=True, slots=True)
class Lease:
    """The sole right to poll a feed, for a while, and how it stands with that."""

    feed: Feed
    known: Standing = field(default_factory=Standing)


class Leases:
    """The leases of one owner.

    `asked` counts by host the requests that are under way.
    """

    def __init__(self, ledger: Ledger, state: State, lasts: timedelta = LEASE_LASTS) -> None:
        self.asked: Counter[str] = Counter()
        self._ledger, self._state, self._lasts = ledger, state, lasts
        self._owner = uuid4().hex
        self._nexts: Gather[Next] = Gather(lambda nexts: state.schedule(nexts, self._owner))
        self._addresses: dict[str, str] = {}
        self._held: set[str] = set()
        self._renewal: asyncio.Task[None] | None = None

    def take(self, feeds: Sequence[Feed], most: int, at_once: Collection[str] = ()) -> tuple[Lease, ...]:
        """Take the right to poll those of these feeds, `most` at most, that are due, or to be polled `at_once`.

        Not to be had are those that another owner has, or whose host is to be left alone just now. This waits for
        Redis and the ledger. Raises: QueueError, LedgerError: nothing is leased, or not for long.
        """
        turns = [Turn(one.name, self.host(one), one.spacing, one.name in at_once, said_of(one)) for one in feeds]
        names = self._state.lease(turns, self._owner, self._lasts, most)
        try:
            known = self._ledger.standings(names) if names else {}
        except LedgerError:
            self._state.schedule([Next(name, UNRECORDED_PAUSE) for name in names], self._owner)
            raise
        named = {feed.name: feed for feed in feeds}
        return tuple(Lease(named[name], known.get(name, Standing())) for name in names)

    async def give_back(self, coming: Next) -> None:
        """Say when a feed is due again, and give its lease back. Raises: QueueError: the lease runs out."""
        await self._nexts.do(coming)

    def host(self, feed: Feed) -> str:
        """Name the host that is asked for a feed, as far as is known."""
        return host_of(self._addresses.get(feed.name, feed.url))

    @contextmanager
    def asking(self, feed: Feed, url: str) -> Iterator[None]:
        """Let others see that a host is asked for a feed; `url` may be another than that in the rules."""
        if url != feed.url:
            self._addresses[feed.name] = url
        else:
            self._addresses.pop(feed.name, None)
        host = host_of(url)
        self.asked[host] += 1
        try:
            yield
        finally:
            self.asked[host] -= 1
            if not self.asked[host]:
                del self.asked[host]

    @asynccontextmanager
    async def holding(self, name: str) -> AsyncIterator[None]:
        """Have a lease renewed, together with all others, for as long as its feed is polled."""
        self._held.add(name)
        if self._renewal is None:
            self._renewal = asyncio.create_task(self._renew())
        try:
            yield
        finally:
            self._held.discard(name)
            if not self._held and self._renewal is not None:
                self._renewal.cancel()
                self._renewal = None

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(self._lasts.total_seconds() / 3)
            try:
                await asyncio.to_thread(self._state.renew, tuple(self._held), self._owner, self._lasts)
            except QueueError as error:
                log.warning("leases_not_renewed", feeds=len(self._held), error=str(error))


@lru_cache(maxsize=100_000)
def said_of(feed: Feed) -> str:
    """Name all that the rules say of a feed: with another name it was edited."""
    return blake2b(repr(feed).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@lru_cache(maxsize=100_000)
def host_of(url: str) -> str:
    """Name the host of an address as it is looked up; empty: there is none, and no request leaves for it."""
    try:
        return URL(url.strip()).raw_host or ""
    except ValueError:
        return ""
