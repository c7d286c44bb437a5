"""Poll every feed when it is due: one straight line a feed, any number of feeds and pollers at once.

    lease | fetch | parse | ONE ledger transaction: new revisions + validators | ring match | next due

A poller that is killed loses nothing: its lease runs out, another takes the feed, the ledger knows what it has.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Concatenate, ParamSpec, TypeVar
from uuid import uuid4

from monitor.core.backoff import backoff
from monitor.core.entry import Entry
from monitor.core.errors import FetchError, LedgerError, ParseError, QueueError
from monitor.core.feed import Feed
from monitor.core.schedule import interval
from monitor.edition import Editions
from monitor.feeds import Fetched, Session, Unchanged, contents, fetch
from monitor.ledger import Ledger, Recorded
from monitor.log import Trouble, get, since
from monitor.queue import Bells
from monitor.state import State

LEASE_LASTS = timedelta(seconds=30)
"""How long a killed poller keeps a feed from the others; one that lives renews its lease three times as often."""

LOOK_EVERY = timedelta(milliseconds=200)
"""How often the schedule is asked for due feeds; small beside the shortest interval of one second."""

AT_ONCE = 64
"""Feeds in flight at the same time; each holds at most one body of 15 MB."""

THREADS = 2 * AT_ONCE + 2
"""For every poll one that waits for the ledger or a name server and one for its lease, and two for the schedule: none
waits for another's. They are made when they are needed."""

THREAD_ABOVE = 64 * 1024
"""Bodies above this many bytes are parsed in a thread: 100 entries stall the loop for 16 ms, 1.8 MB for 143 ms."""

FAILED_PAUSE = timedelta(minutes=15)
"""The longest pause after failures, unless the feed's own longest interval is longer."""

GONE_PAUSE = timedelta(days=1)
"""A feed that said 410 Gone is asked once a day, in case it was a mistake."""

UNRECORDED_PAUSE = timedelta(seconds=1)
"""When to poll again what the ledger could not take: it was away or locked, and the feed still shows its entries.

Doubled each time up to the feed's longest interval: a full disk lasts, and a whole document is fetched in vain.
"""

RECORDED_AT_ONCE = 4
"""Polls that write to the ledger at the same time: not so many that nobody can read while it is locked."""

NOTHING = Recorded((), 0, 0)
"""What an unchanged document brings."""

P = ParamSpec("P")
T = TypeVar("T")

log = get("poller")


class Poller:
    """Polls feeds under one owner's leases; holds what every poll needs."""

    def __init__(
        self, ledger: Ledger, state: State, bells: Bells, session: Session, lease_lasts: timedelta = LEASE_LASTS
    ) -> None:
        self._ledger, self._state, self._bells, self._session = ledger, state, bells, session
        self._lease_lasts = lease_lasts
        self._recording = asyncio.Semaphore(RECORDED_AT_ONCE)
        self._unrecorded: Counter[str] = Counter()
        self._remarks: dict[str, str] = {}
        self._owner = uuid4().hex

    async def lease(self, feed: Feed) -> bool:
        """Take the sole right to poll a feed; false: another poller has it. Raises: QueueError."""
        return await asyncio.to_thread(self._state.lease, feed.name, self._owner, self._lease_lasts)

    async def poll(self, feed: Feed) -> None:
        """Poll a feed that was leased; whatever came of it, say when it is due again, and give the lease back.

        Raises: QueueError: what came is recorded; the lease runs out, and the feed is due.
        """
        async with self._renewing(feed):
            due = await self._poll(feed)
        await asyncio.to_thread(self._state.schedule, feed.name, self._owner, due)

    async def _poll(self, feed: Feed) -> datetime:
        try:
            pause = await self._polled(feed)
        except LedgerError as error:
            failures = self._unrecorded[feed.name]
            pause = backoff(failures, UNRECORDED_PAUSE, feed.every[1], random.random())  # noqa: S311 - spreads retries
            log.warning("poll_unrecorded", feed=feed.name, error=str(error), next_s=_seconds(pause))
        return datetime.now(UTC) + pause

    async def _polled(self, feed: Feed) -> timedelta:
        began = perf_counter()
        try:
            newest, recorded = await self._take(feed)
        except (FetchError, ParseError) as error:
            return await self._failed(feed, error)
        except LedgerError:
            raise
        except Exception as error:  # whatever it is, it is this feed's failure, counted and shown like any other
            log.error("poll_crashed", exc_info=error, feed=feed.name)
            return await self._failed(feed, ParseError(f"reading it broke down: {type(error).__name__}"))
        pause = interval(feed, newest, datetime.now(UTC))
        log.info(
            "feed_polled",
            feed=feed.name,
            new=len(recorded.unmatched),
            revised=recorded.revised,
            quiet=recorded.quiet,
            next_s=_seconds(pause),
            ms=since(began),
            **self._remark(feed, recorded),
        )
        return pause

    def _remark(self, feed: Feed, recorded: Recorded) -> dict[str, str]:
        """Give what a feed's document lacks where that has changed; an unchanged document says nothing of it."""
        before = self._remarks.get(feed.name, "")
        if recorded is NOTHING or recorded.remark == before:
            return {}
        self._remarks[feed.name] = recorded.remark
        return {"remark": recorded.remark}

    async def _take(self, feed: Feed) -> tuple[datetime | None, Recorded]:
        """Fetch, parse and record; give the time of the feed's newest entry and what was recorded."""
        validators = await asyncio.to_thread(self._ledger.validators, feed)
        fetched = await fetch(self._session, feed, validators)
        if isinstance(fetched, Unchanged):
            await self._record(self._ledger.record_unchanged, feed, fetched.received_at)
            return await asyncio.to_thread(self._ledger.newest, feed.name), NOTHING
        entries = await _parse(fetched, feed)
        recorded = await self._record(self._ledger.record_poll, feed, entries, fetched.validators, fetched.received_at)
        if recorded.unmatched:
            await asyncio.to_thread(self._ring, recorded.unmatched)
        return _newest(entries), recorded

    async def _record(
        self, record: Callable[Concatenate[Feed, P], T], feed: Feed, *args: P.args, **more: P.kwargs
    ) -> T:
        """Write to the ledger, in a thread; few at a time, for one that waits for a lock holds a connection."""
        self._unrecorded[feed.name] += 1
        async with self._recording:
            recorded = await asyncio.to_thread(record, feed, *args, **more)
        del self._unrecorded[feed.name]
        return recorded

    def _ring(self, revisions: tuple[int, ...]) -> None:
        try:
            self._bells.ring_match(revisions)
        except QueueError as error:
            log.warning("bell_lost", error=str(error))  # the clock rings again for what lies in the inbox

    async def _failed(self, feed: Feed, error: FetchError | ParseError) -> timedelta:
        gone = isinstance(error, FetchError) and error.gone
        now = datetime.now(UTC)
        failures = await self._record(self._ledger.record_failure, feed, str(error), now, gone=gone)
        pause = _pause(feed, failures, error)
        log.warning("feed_failed", feed=feed.name, failures=failures, error=str(error), next_s=_seconds(pause))
        return pause

    @asynccontextmanager
    async def _renewing(self, feed: Feed) -> AsyncIterator[None]:
        renewal = asyncio.create_task(self._renew(feed))
        try:
            yield
        finally:
            renewal.cancel()

    async def _renew(self, feed: Feed) -> None:
        while True:
            await asyncio.sleep(self._lease_lasts.total_seconds() / 3)
            try:
                await asyncio.to_thread(self._state.renew, feed.name, self._owner, self._lease_lasts)
            except QueueError as error:
                log.warning("lease_not_renewed", feed=feed.name, error=str(error))


def _pause(feed: Feed, failures: int, error: FetchError | ParseError) -> timedelta:
    """Say how long to leave a feed alone that failed; what the server asked for is obeyed."""
    shortest, longest = feed.every
    ours = backoff(failures, shortest, max(longest, FAILED_PAUSE), random.random())  # noqa: S311 - spreads retries
    if isinstance(error, ParseError):
        return ours
    return GONE_PAUSE if error.gone else max(ours, error.retry_after or ours)


def _seconds(pause: timedelta) -> float:
    return round(pause.total_seconds(), 1)


def _newest(entries: Iterable[Entry]) -> datetime | None:
    times = (entry.published or entry.updated for entry in entries)
    return max((time for time in times if time is not None), default=None)


async def _parse(fetched: Fetched, feed: Feed) -> tuple[Entry, ...]:
    long = len(fetched.body) > THREAD_ABOVE
    found = await asyncio.to_thread(contents, fetched, feed) if long else contents(fetched, feed)
    if found.cut:
        log.warning("entries_cut", feed=feed.name, entries=found.cut)
    return found.entries


class Round:
    """Which feeds there are, which of them are in flight, and which are due though the schedule does not say so."""

    def __init__(self, poller: Poller, editions: Editions, state: State) -> None:
        self._poller, self._editions, self._state = poller, editions, state
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._feeds: Mapping[str, Feed] = {}
        self._edited: set[str] = set()
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
        for name in await self._due():
            if len(self._polls) == AT_ONCE:
                return
            feed = self._feeds[name]
            if await self._poller.lease(feed):  # asked here, or the feeds of other pollers would hold our places
                self._edited.discard(name)
                self._polls[name] = asyncio.create_task(self._poller.poll(feed), name=name)

    def _take_up(self, feeds: Mapping[str, Feed]) -> None:
        """Take up the feeds of an edition; whoever mends the address of one must not wait for its long pause."""
        if feeds is not self._feeds:
            self._edited |= {name for name, feed in feeds.items() if self._feeds.get(name, feed) != feed}
            self._edited &= feeds.keys()
            self._feeds = feeds

    async def _due(self) -> list[str]:
        idle = [name for name in self._feeds if name not in self._polls]
        due = await asyncio.to_thread(self._state.due, idle, datetime.now(UTC))
        return [*(name for name in idle if name in self._edited and name not in due), *due]

    def _reap(self) -> None:
        for name in [name for name, task in self._polls.items() if task.done()]:
            error = self._polls.pop(name).exception()
            if isinstance(error, QueueError):
                log.warning("feed_unscheduled", feed=name, error=str(error))  # due when its lease has run out
            elif error is not None:
                log.error("poll_crashed", exc_info=error, feed=name)


async def run(poller: Poller, editions: Editions, state: State, stop: asyncio.Event, beat: Callable[[], None]) -> None:
    """Poll what is due until told to stop; then wait for the polls in flight."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "poller"))
    round_ = Round(poller, editions, state)
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
