"""Which feeds there are, which of them are due, and which are polled at this moment.

what is due (Redis) | of that what may be polled now (one call) | what is known of it (one look into the ledger)
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

from monitor.core.errors import LedgerError, QueueError
from monitor.core.feed import Feed
from monitor.edition import Editions
from monitor.feeds.session import AT_ONCE_PER_HOST
from monitor.leases import said_of
from monitor.ledger import Ledger
from monitor.log import Trouble, get
from monitor.operators import OPERATOR, Operators
from monitor.poller import Poller
from monitor.state import State

LOOK_EVERY = timedelta(milliseconds=200)
"""How often the schedule is asked for due feeds; small beside the shortest interval of one second."""

ENROL_EVERY = timedelta(seconds=5)
"""How often it is seen whether the schedule knows all feeds; a Redis that lost it knows none."""

SPREAD = timedelta(minutes=1)
"""Feeds that were polled before and that the schedule has forgotten are due within this, or their shortest interval."""

AT_ONCE = 64
"""Feeds in flight at the same time; each holds at most one body of 15 MB."""

THREADS = AT_ONCE + 16
"""For every poll one that parses or asks the ledger, and some for the schedule and the leases: none waits for
another's. They are made when they are needed. Names are looked up in others (`feeds.lookups`): that nobody can end."""

MOST_TURNS = 1000
"""Feeds that are overdue and of which it is asked at one look whether they may be polled."""

log = get("poller")


class Round:
    """Which feeds there are, which of them are in flight, and which are to be polled though they are not due."""

    def __init__(
        self, poller: Poller, editions: Editions, ledger: Ledger, state: State, at_once: int = AT_ONCE
    ) -> None:
        self._poller, self._editions, self._ledger, self._state = poller, editions, ledger, state
        self._at_once = at_once
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._feeds: Mapping[str, Feed] = {}
        self._edited: set[str] = set()
        self._enrol_at = 0.0
        self._trouble = Trouble(log, "look_failed", "look_mended")

    async def look(self) -> None:
        """Begin to poll what is due; forget the polls that ended."""
        self._reap()
        try:
            await self._begin()
        except (LedgerError, QueueError) as error:
            self._trouble.met(error)
        else:
            self._trouble.over()

    async def end(self) -> None:
        """Wait for the polls in flight; if that is cancelled, they are."""
        await asyncio.gather(*self._polls.values(), return_exceptions=True)
        self._reap()

    async def _begin(self) -> None:
        edition = await asyncio.to_thread(self._editions.current)
        if edition is None:
            return
        self._take_up(edition.book.feeds)
        self._poller.operators = Operators(edition.version, edition.book.routes[OPERATOR])
        if monotonic() >= self._enrol_at:
            await asyncio.to_thread(self._enrol)
            self._enrol_at = monotonic() + ENROL_EVERY.total_seconds()
        if self._edited:
            await asyncio.to_thread(self._leave_to_others)
        places = self._at_once - len(self._polls)
        turns = self._turns(await asyncio.to_thread(self._state.due)) if places else []
        if not turns:
            return
        for lease in await asyncio.to_thread(self._poller.leases.take, turns, places, frozenset(self._edited)):
            name = lease.feed.name
            self._edited.discard(name)
            self._polls[name] = asyncio.create_task(self._poller.poll(lease), name=name)

    def _take_up(self, feeds: Mapping[str, Feed]) -> None:
        """Take up the feeds of an edition; whoever mends the address of one must not wait for its long pause."""
        if feeds is not self._feeds:
            self._edited |= {name for name, feed in feeds.items() if self._feeds.get(name, feed) != feed}
            self._edited &= feeds.keys()
            self._feeds = feeds
            self._enrol_at = 0.0

    def _leave_to_others(self) -> None:
        """Forget of the edited feeds those that a poller has asked for since they are as they are."""
        asked = self._state.asked(sorted(self._edited))
        self._edited -= {name for name, said in asked.items() if said == said_of(self._feeds[name])}

    def _enrol(self) -> None:
        """Say when feeds are due that the schedule does not know: new ones at once, the others spread over a while.

        What the schedule knows and the rules do not is forgotten.
        """
        if strangers := set(self._state.due()) - self._feeds.keys():
            self._state.forget(strangers)
        unknown = self._feeds.keys() - self._state.next_due(list(self._feeds)).keys()
        if unknown:
            polled = self._ledger.standings(unknown).keys()
            self._state.enrol({name: _spread(self._feeds[name], name in polled) for name in unknown})

    def _turns(self, due: Iterable[str]) -> list[Feed]:
        """Choose what may get its turn: of one host no more than it answers at once, lest it takes all places."""
        asked = Counter(self._poller.leases.asked)
        turns = []
        for name in dict.fromkeys([*self._edited, *due]):
            feed = self._feeds.get(name)
            if feed is None or name in self._polls:
                continue
            host = self._poller.leases.host(feed)
            asked[host] += 1
            if asked[host] <= AT_ONCE_PER_HOST:
                turns.append(feed)
            if len(turns) == MOST_TURNS:
                break
        return turns

    def _reap(self) -> None:
        for name in [name for name, task in self._polls.items() if task.done()]:
            error = self._polls.pop(name).exception()
            if isinstance(error, QueueError):
                log.warning("feed_unscheduled", feed=name, error=str(error))  # due when its lease has run out
            elif error is not None:
                log.error("poll_crashed", exc_info=error, feed=name)


def _spread(feed: Feed, polled: bool) -> timedelta:  # noqa: FBT001 - one of two ways
    return min(feed.every[0], SPREAD) * random.random() if polled else timedelta(0)  # noqa: S311 - spreads polls


async def run(round_: Round, stop: asyncio.Event, beat: Callable[[], None]) -> None:
    """Poll what is due until told to stop; then wait for the polls in flight."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "poller"))
    while not stop.is_set():
        beat()
        await round_.look()
        await _wait(stop, LOOK_EVERY)
    await round_.end()


async def _wait(stop: asyncio.Event, pause: timedelta) -> None:
    try:
        await asyncio.wait_for(stop.wait(), pause.total_seconds())
    except TimeoutError:
        return
