"""Poll every feed when it is due: one straight line a feed, any number of feeds and pollers at once.

    lease | fetch | parse | ONE ledger transaction: new revisions + validators | ring match | next due

A poller that is killed loses nothing: its lease runs out, another takes the feed, the ledger knows what it has.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import uuid4

import aiohttp

from monitor.core.entry import Entry, Feed
from monitor.core.errors import FetchError, LedgerError, ParseError, QueueError
from monitor.core.schedule import backoff, interval
from monitor.edition import Editions
from monitor.feeds import Fetched, fetch, read
from monitor.ledger import Ledger
from monitor.log import get
from monitor.queue import Bells
from monitor.state import State

LEASE_LASTS = timedelta(seconds=30)
RENEW_EVERY = timedelta(seconds=10)

LOOK_EVERY = timedelta(milliseconds=200)
"""How often the schedule is asked for due feeds; small beside the shortest interval of one second."""

AT_ONCE = 64
"""Feeds in flight at the same time; each holds at most one body of 15 MB."""

THREAD_ABOVE = 64 * 1024
"""Bodies above this many bytes are parsed in a thread: 100 entries stall the loop for 16 ms, 1.8 MB for 143 ms."""

FAILED_PAUSE = timedelta(minutes=15)
"""The longest pause after failures, unless the feed's own longest interval is longer."""

GONE_PAUSE = timedelta(days=1)
"""A feed that said 410 Gone is asked once a day, in case it was a mistake."""

UNRECORDED_PAUSE = timedelta(seconds=1)
"""When to poll again what the ledger could not take: it was away or locked, and the feed still shows its entries."""

log = get("poller")


class Poller:
    """Polls feeds under one owner's leases; holds what every poll needs."""

    def __init__(self, ledger: Ledger, state: State, bells: Bells, session: aiohttp.ClientSession) -> None:
        self._ledger, self._state, self._bells, self._session = ledger, state, bells, session
        self._owner = uuid4().hex

    async def poll(self, feed: Feed) -> None:
        """Poll one feed, unless another poller holds its lease; whatever happens, say when it is due again."""
        if not await asyncio.to_thread(self._state.lease, feed.name, self._owner, LEASE_LASTS):
            return
        async with self._renewing(feed):
            due = await self._poll(feed)
        await asyncio.to_thread(self._state.schedule, feed.name, self._owner, due)

    async def _poll(self, feed: Feed) -> datetime:
        began = perf_counter()
        try:
            newest, told = await self._take(feed)
        except (FetchError, ParseError) as error:
            return await self._failed(feed, error)
        except LedgerError as error:
            log.warning("poll_unrecorded", feed=feed.name, error=str(error))
            return datetime.now(UTC) + UNRECORDED_PAUSE
        now = datetime.now(UTC)
        pause = interval(feed, newest, now)
        log.info("feed_polled", feed=feed.name, new=told, next_s=_seconds(pause), ms=_since(began))
        return now + pause

    async def _take(self, feed: Feed) -> tuple[datetime | None, int]:
        """Fetch, parse and record; give the time of the feed's newest entry and the number of revisions to match."""
        validators = await asyncio.to_thread(self._ledger.validators, feed.name, feed.url)
        fetched = await fetch(self._session, feed, validators)
        if fetched is None:
            await asyncio.to_thread(self._ledger.record_unchanged, feed, datetime.now(UTC))
            return await asyncio.to_thread(self._ledger.newest, feed.name), 0
        entries = await _parse(fetched, feed)
        recorded = await asyncio.to_thread(
            self._ledger.record_poll, feed, entries, fetched.validators, fetched.received_at
        )
        if recorded.unmatched:
            await asyncio.to_thread(self._ring, recorded.unmatched)
        return max((e.published for e in entries if e.published is not None), default=None), len(recorded.unmatched)

    def _ring(self, revisions: tuple[int, ...]) -> None:
        try:
            self._bells.ring_match(revisions)
        except QueueError as error:
            log.warning("bell_lost", error=str(error))  # the clock rings again for what lies in the inbox

    async def _failed(self, feed: Feed, error: FetchError | ParseError) -> datetime:
        now = datetime.now(UTC)
        gone = isinstance(error, FetchError) and error.gone
        failures = await asyncio.to_thread(self._ledger.record_failure, feed, str(error), now, gone=gone)
        pause = _pause(feed, failures, error)
        log.warning("feed_failed", feed=feed.name, failures=failures, error=str(error), next_s=_seconds(pause))
        return now + pause

    @asynccontextmanager
    async def _renewing(self, feed: Feed) -> AsyncIterator[None]:
        renewal = asyncio.create_task(self._renew(feed))
        try:
            yield
        finally:
            renewal.cancel()

    async def _renew(self, feed: Feed) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY.total_seconds())
            await asyncio.to_thread(self._state.renew, feed.name, self._owner, LEASE_LASTS)


def _pause(feed: Feed, failures: int, error: FetchError | ParseError) -> timedelta:
    """Say how long to leave a feed alone that failed; what the server asked for is obeyed."""
    shortest, longest = feed.every
    ours = backoff(failures, shortest, max(longest, FAILED_PAUSE), random.random())  # noqa: S311 - spreads retries
    if isinstance(error, ParseError):
        return ours
    return GONE_PAUSE if error.gone else max(ours, error.retry_after or ours)


def _seconds(pause: timedelta) -> float:
    return round(pause.total_seconds(), 1)


def _since(began: float) -> float:
    return round(1000 * (perf_counter() - began), 1)


async def _parse(fetched: Fetched, feed: Feed) -> tuple[Entry, ...]:
    if len(fetched.body) > THREAD_ABOVE:
        return await asyncio.to_thread(read, fetched, feed)
    return read(fetched, feed)


async def run(poller: Poller, editions: Editions, state: State, stop: asyncio.Event, beat: Callable[[], None]) -> None:
    """Poll what is due until told to stop; then wait for the polls in flight."""
    polls: dict[str, asyncio.Task[None]] = {}
    while not stop.is_set():
        beat()
        try:
            await _start_due(poller, editions, state, polls)
        except (LedgerError, QueueError) as error:
            log.warning("look_failed", error=str(error))
        await _wait(stop, LOOK_EVERY)
        _reap(polls)
    await asyncio.gather(*polls.values(), return_exceptions=True)


async def _start_due(poller: Poller, editions: Editions, state: State, polls: dict[str, asyncio.Task[None]]) -> None:
    edition = await asyncio.to_thread(editions.current)
    if edition is None:
        return
    feeds = edition.book.feeds
    idle = [name for name in feeds if name not in polls]
    for name in (await asyncio.to_thread(state.due, idle, datetime.now(UTC)))[: AT_ONCE - len(polls)]:
        polls[name] = asyncio.create_task(poller.poll(feeds[name]), name=name)


async def _wait(stop: asyncio.Event, pause: timedelta) -> None:
    try:
        await asyncio.wait_for(stop.wait(), pause.total_seconds())
    except TimeoutError:
        return


def _reap(polls: dict[str, asyncio.Task[None]]) -> None:
    """Forget the polls that ended; one that failed for the ledger or Redis is due again when its lease runs out."""
    for name in [name for name, task in polls.items() if task.done()]:
        error = polls.pop(name).exception()
        if isinstance(error, LedgerError | QueueError):
            log.warning("poll_failed", feed=name, error=str(error))
        elif error is not None:
            log.error("poll_crashed", feed=name, exc_info=error)
