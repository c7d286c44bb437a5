"""One poll of one feed, in a straight line; any number of feeds and pollers at once.

    lease | ask | parse | ONE ledger transaction: new revisions + validators + memory | ring match | next due

What did not change is neither parsed nor recorded; that it did not is written of many feeds together. A poller that is
killed loses nothing: its leases run out, another takes the feeds, the ledger knows what it has.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter

from monitor.core.backoff import backoff
from monitor.core.entry import Entry
from monitor.core.errors import FetchError, LedgerError, ParseError, QueueError
from monitor.core.feed import Feed, Validators, reading
from monitor.core.revise import each_once, remark
from monitor.core.schedule import Hints, next_poll, pause_after, rest_of_host
from monitor.core.telling.notice import Notice
from monitor.core.watching import asking, learning, outage
from monitor.core.watching.asking import Asking, Document
from monitor.core.watching.deciding import Decision, document
from monitor.core.watching.flood import Source
from monitor.core.watching.health import trouble_of
from monitor.core.watching.learning import Answer, Failure, Lesson
from monitor.core.watching.memory import Memory
from monitor.core.watching.rhythm import Wishes
from monitor.feeds import Contents, Fetched, Seen, Session, Unchanged, contents, fetch
from monitor.gather import Gather
from monitor.leases import LEASE_LASTS, UNRECORDED_PAUSE, Lease, Leases, host_of
from monitor.ledger import Failed, Learn, Learnt, Ledger, Recorded, Same
from monitor.log import get, since
from monitor.operators import Operators
from monitor.queue import Bells
from monitor.state import Next, State

THREAD_ABOVE = 64 * 1024
"""Bodies above this many bytes are parsed in a thread: 100 entries stall the loop for 16 ms, 1.8 MB for 143 ms."""

RECORDED_AT_ONCE = 4
"""Documents that are written at the same time: not so many that nobody can read while the ledger is locked."""

NOTHING = Recorded((), 0, 0)
"""What an unchanged document brings."""

Teach = Callable[[Answer, Decision], Lesson]
"""What is learnt from a document once it is decided upon."""

log = get("poller")


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a poll brought, and what is remembered of its feed from then on."""

    answer: Fetched | Unchanged
    memory: Memory
    recorded: Recorded = NOTHING


class Poller:
    """Polls feeds under one owner's leases; `operators` are those of the book in force."""

    def __init__(
        self, ledger: Ledger, state: State, bells: Bells, session: Session, lease_lasts: timedelta = LEASE_LASTS
    ) -> None:
        self.leases = Leases(ledger, state, lease_lasts)
        self.operators = Operators()
        self._ledger, self._bells, self._session = ledger, bells, session
        self._recording = asyncio.Semaphore(RECORDED_AT_ONCE)
        self._same: Gather[Same] = Gather(lambda polls: _say(ledger.record_same(polls)))
        self._failed: Gather[Failed] = Gather(lambda polls: _say(ledger.record_failed(polls)))
        self._unrecorded: Counter[str] = Counter()
        self._seen = Seen()
        self._network = outage.Network()
        self._untold: list[Notice] = []

    async def poll(self, lease: Lease) -> None:
        """Poll a feed that was leased; whatever came of it, say when it is due again, and give the lease back.

        Raises: QueueError: what came is recorded; the lease runs out, and the feed is due.
        """
        async with self.leases.holding(lease.feed.name):
            await self.leases.give_back(await self._poll(lease))

    async def _poll(self, lease: Lease) -> Next:
        feed = lease.feed
        try:
            coming = await self._polled(lease)
        except LedgerError as error:
            self._unrecorded[feed.name] += 1
            pause = backoff(self._unrecorded[feed.name], UNRECORDED_PAUSE, feed.every[1], _chance())
            log.warning("poll_unrecorded", feed=feed.name, error=str(error), next_s=_seconds(pause))
            return Next(feed.name, pause)
        self._unrecorded.pop(feed.name, None)
        return coming

    async def _polled(self, lease: Lease) -> Next:
        began = perf_counter()
        feed = lease.feed
        try:
            taken = await self._take(lease)
        except (FetchError, ParseError) as error:
            return await self._miss(lease, error)
        except LedgerError:
            raise
        except Exception as error:  # whatever it is, it is this feed's failure, counted and shown like any other
            log.error("poll_crashed", exc_info=error, feed=feed.name)
            return await self._miss(lease, ParseError(f"reading it broke down: {type(error).__name__}"))
        answer, now = taken.answer, datetime.now(UTC)
        await self._learn_of_network(feed, answered=True)
        hints = Hints(answer.fresh_for, answer.crawl_delay)
        pause = next_poll(feed, taken.memory.rhythm, hints, now, _chance()) - now
        log.info(
            "feed_polled",
            feed=feed.name,
            new=len(taken.recorded.unmatched),
            revised=taken.recorded.revised,
            quiet=taken.recorded.quiet,
            **_rare(taken.recorded),
            next_s=_seconds(pause),
            ms=since(began),
            **_remark(lease.known.memory.asking, taken.memory.asking),
        )
        return Next(feed.name, pause, answer.host, answer.crawl_delay)

    async def _take(self, lease: Lease) -> _Taken:
        """Ask for a document; parse and record it if it is another than the last one."""
        learnt = lease.known.memory.asking
        feed = asking.asked(lease.feed, learnt)
        last = lease.known.validators if lease.known.reading == reading(feed) else Validators()
        said = asking.said_back(last, learnt, datetime.now(UTC))
        with self.leases.asking(lease.feed, feed.url):
            answer = await fetch(self._session, feed, said)
        learnt = asking.moved(learnt, lease.feed.url, answer.moved_to, answer.received_at)
        if isinstance(answer, Unchanged):
            return await self._leave(lease, answer, learnt)
        digest = asking.digest_of(answer.body, answer.url, answer.content_type, feed)
        same_validators = answer.validators == last != Validators()
        shown = Document(digest, whole=said == Validators(), same_validators=same_validators, news=False)
        if digest == learnt.digest:
            return await self._leave(lease, answer, asking.came(learnt, shown, answer.received_at))
        return await self._read(feed, answer, shown, partial(learning.of_document, lease.feed, learnt))

    async def _leave(self, lease: Lease, answer: Fetched | Unchanged, learnt: Asking) -> _Taken:
        """Note that a feed answered, and showed what it had shown before."""
        feed, at = lease.feed, answer.received_at
        lesson = learning.of_silence(feed, lease.known.memory, learnt, at)
        told = self.operators.told(lesson.notices)
        await self._same.do(
            Same(feed.name, at, answer.validators, learnt.lacks, lesson.memory, told, lease.known.writes)
        )
        return _Taken(answer, lesson.memory)

    async def _read(self, feed: Feed, fetched: Fetched, asked: Document, teach: Teach) -> _Taken:
        """Read a document, record it, and ring for what is new in it."""
        found = await _parse(fetched, feed, self._seen)
        living = sum(not entry.deleted for entry in found.entries)
        answer = Answer(asked, _wishes(found), found.kind, living, remark(found.entries), fetched.received_at)

        def learn(_: Memory, decision: Decision) -> Learnt:
            lesson = teach(answer, decision)
            return Learnt(lesson.memory, self.operators.told(lesson.notices))

        source, at = Source(host_of(fetched.url), found.title), fetched.received_at
        async with self._recording:
            recorded = await asyncio.to_thread(
                self._record, (feed, found.entries, at, source), fetched.validators, learn
            )
        _say(recorded.deliveries)
        if recorded.unmatched:
            await asyncio.to_thread(self._ring, recorded.unmatched)
        return _Taken(fetched, recorded.memory, recorded)

    def _record(  # what a document is, and what is made of it
        self,
        said: tuple[Feed, tuple[Entry, ...], datetime, Source],
        validators: Validators,
        learn: Learn,
    ) -> Recorded:
        """Record a document, reading the texts of those entries only that are not as they were."""
        feed, entries, at, source = said
        digests = self._seen.digests(feed.name, each_once(entries))
        return self._ledger.record_document(document(feed, entries, at, source, digests), validators, learn)

    def _ring(self, revisions: tuple[int, ...]) -> None:
        try:
            self._bells.ring_match(revisions)
        except QueueError as error:
            log.warning("bell_lost", error=str(error))  # the clock rings again for what lies in the inbox

    async def _miss(self, lease: Lease, error: FetchError | ParseError) -> Next:
        """Note that a poll failed; say when to try again."""
        feed, failures = lease.feed, lease.known.failures + 1
        rests = (error.retry_after if isinstance(error, FetchError) else None) or timedelta(0)
        await self._learn_of_network(feed, answered=outage.answered(error))
        away = outage.holds(self._network, error)
        failure = Failure(trouble_of(error), str(error), failures, datetime.now(UTC), rests, away)
        lesson = learning.of_failure(feed, lease.known.memory, failure)
        told = self.operators.told(lesson.notices)
        await self._failed.do(Failed(feed.name, feed.url, failure, lesson.memory, told, lease.known.writes))
        pause = pause_after(error, failures, feed, _chance())
        log.warning("feed_failed", feed=feed.name, failures=failures, error=str(error), next_s=_seconds(pause))
        host = error.host if isinstance(error, FetchError) else ""
        return Next(feed.name, pause, host, rest_of_host(error))

    async def _learn_of_network(self, feed: Feed, *, answered: bool | None) -> None:
        """Learn from a poll whether anything can be reached from here; tell operators, or have it told after the next.

        Raises: LedgerError: nobody was told yet.
        """
        if answered is not None:
            poll = outage.Polled(feed.name, self.leases.host(feed), answered, datetime.now(UTC))
            self._network, notices = outage.seen(self._network, poll)
            self._untold += notices
        while self._untold:
            notice = self._untold.pop(0)
            try:
                for told, sends in self.operators.told([notice]):
                    _say(await asyncio.to_thread(self._ledger.notify, told, sends))
            except LedgerError:
                self._untold.insert(0, notice)
                raise


def _chance() -> float:
    return random.random()  # noqa: S311 - spreads what would fall on one moment


def _seconds(pause: timedelta) -> float:
    return round(pause.total_seconds(), 1)


def _remark(before: Asking, after: Asking) -> dict[str, str]:
    """Give what a feed's document lacks where that has changed."""
    return {} if before.lacks == after.lacks else {"remark": after.lacks}


def _rare(recorded: Recorded) -> dict[str, object]:
    """Give of what a document brought that which few do."""
    found = {"held": recorded.held, "vanished": recorded.vanished, "overflow": recorded.overflow}
    return {name: value for name, value in found.items() if value}


def _wishes(found: Contents) -> Wishes:
    """Give what a document says of how often to ask for it."""
    return Wishes(found.ttl, tuple(sorted(found.skip_hours)), tuple(sorted(found.skip_days)), found.over)


def _say(deliveries: Sequence[int]) -> None:
    if deliveries:
        log.info("operators_told", deliveries=len(deliveries))


async def _parse(fetched: Fetched, feed: Feed, seen: Seen) -> Contents:
    long = len(fetched.body) > THREAD_ABOVE
    found = await asyncio.to_thread(contents, fetched, feed, seen) if long else contents(fetched, feed, seen)
    if found.cut:
        log.warning("entries_cut", feed=feed.name, entries=found.cut)
    return found
