"""Many at once: threads here, each with connections of its own; what one of them does counts once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier
from typing import TypeVar

from monitor.core.feed import Validators
from monitor.core.route import Outcome, Send, settle
from monitor.core.telling.alert import Proposal, Scope
from monitor.core.telling.notice import Notice
from monitor.core.watching.learning import Failure
from monitor.core.watching.memory import Memory
from monitor.ledger import Failed, Ledger
from monitor.ledger.migrations import migrate
from tests.ledger.desk import FEED, T0, Desk, entry, finding

S = TypeVar("S")
T = TypeVar("T")
MANY = 4


@contextmanager
def ledgers(url: str) -> Iterator[tuple[Ledger, ...]]:
    opened = tuple(Ledger.open(url) for _ in range(MANY))
    try:
        yield opened
    finally:
        for ledger in opened:
            ledger.close()


def at_once(work: Callable[[S], T], over: Sequence[S]) -> list[T]:
    barrier = Barrier(len(over))

    def begin(on: S) -> T:
        barrier.wait(timeout=30)
        return work(on)

    with ThreadPoolExecutor(len(over)) as pool:
        return list(pool.map(begin, over))


def test_pollers_of_one_document_record_each_revision_once(url: str, desk: Desk) -> None:
    desk.watch()
    with ledgers(url) as many:
        for turn in range(5):
            document = tuple(entry(f"e{n}", f"text {n}, turn {turn}", aliases=(f"l{n}",)) for n in range(20))
            poll = partial(Ledger.record_poll, feed=FEED, entries=document, validators=Validators(), at=T0)
            found = at_once(poll, many)
            assert sorted(len(recorded.unmatched) for recorded in found) == [0] * (MANY - 1) + [20]
    assert (desk.ledger.counts().entries, desk.ledger.counts().revisions) == (20, 100)


def test_pollers_of_a_first_document_record_it_once(url: str, desk: Desk) -> None:
    with ledgers(url) as many:
        found = at_once(lambda each: Desk(each).poll(entry("a"), entry("b", "two")), many)
    assert sorted(recorded.quiet for recorded in found) == [0] * (MANY - 1) + [2]
    assert desk.ledger.counts().unmatched == 0


def test_matchers_of_the_same_revisions_tell_each_once(url: str, desk: Desk) -> None:
    desk.watch()
    ids = desk.poll(*(entry(f"e{n}", f"text {n}") for n in range(30))).unmatched
    proposals = {i: (desk.proposal(i),) for i in ids}
    with ledgers(url) as many:
        made = at_once(lambda each: each.record_match(proposals, 1, T0), many)
    assert sum(map(len, made)) == 30
    assert len(desk.ledger.alerts()) == len(desk.ledger.deliveries()) == 30


def test_matchers_of_one_wire_copy_in_many_feeds_tell_it_once(url: str, desk: Desk) -> None:
    """The same thirty keys, in other orders: unsorted, PostgreSQL finds deadlocks."""
    desk.watch()
    ids = desk.poll(*(entry(f"e{n}", f"text {n}") for n in range(30 * MANY))).unmatched

    def batch(part: int) -> dict[int, tuple[Proposal, ...]]:
        mine = ids[30 * part : 30 * part + 30]
        keys = range(30) if part % 2 else range(29, -1, -1)
        sends = desk.sends("desk")
        return {
            i: (Proposal(finding(), Scope(f"story:{key}", None), sends),) for i, key in zip(mine, keys, strict=True)
        }

    with ledgers(url) as many:
        made = at_once(lambda part: many[part].record_match(batch(part), 1, T0), range(MANY))
    assert sum(map(len, made)) == 30
    assert desk.ledger.counts().unmatched == 0


def test_deliverers_never_send_to_one_channel_at_once(url: str, desk: Desk) -> None:
    desk.watch()
    ids = desk.poll(*(entry(f"e{n}", f"text {n}") for n in range(12))).unmatched
    desk.tell(*ids, to=("desk", "phone"))
    in_flight = {"desk": 0, "phone": 0}

    def deliver(ledger: Ledger) -> int:
        sent = 0
        while ledger.counts().deliveries.get("sent", 0) < 24:
            claim = ledger.claim(T0)
            if claim is None:
                continue
            channel = claim.delivery.channel
            in_flight[channel] += 1
            assert in_flight[channel] == 1
            in_flight[channel] -= 1
            assert ledger.settle(claim.delivery, settle(claim.delivery, Outcome("sent"), T0, 0), T0)
            sent += 1
        return sent

    with ledgers(url) as many:
        sent = at_once(deliver, many)
    assert sum(sent) == 24
    assert all(d.attempts == 1 for d in desk.ledger.deliveries())


def test_clocks_publish_one_edition(url: str, ledger: Ledger) -> None:
    with ledgers(url) as many:
        for turn in range(1, 6):
            sources = {"a.yaml": "same", "b.yaml": f"turn {turn}"}
            versions = at_once(partial(Ledger.publish, sources=sources, at=T0), many)
            assert versions == [turn] * MANY
    assert ledger.sources(5) == {"a.yaml": "same", "b.yaml": "turn 5"}


def test_of_polls_of_one_feed_that_failed_at_once_one_counts(url: str, desk: Desk) -> None:
    notice = Notice("feed", "geneva:failing", "failing", "high", "Feed fails: geneva", "It does.", 1, T0)
    told = ((notice, (Send("desk", "operator", T0),)),)
    with ledgers(url) as many:
        for failures in range(1, 4):
            failure, writes = Failure("failing", "503", failures, T0), desk.standing().writes
            poll = Failed(FEED.name, FEED.url, failure, Memory(), told, writes)
            at_once(lambda each, poll=poll: each.record_failed((poll,)), many)  # type: ignore[misc]  # bound here
            assert desk.standing().writes == writes + 1
    assert desk.ledger.feeds()[0].failures == 3
    assert len(desk.ledger.notices()) == 1


def test_services_that_start_at_once_migrate_once(empty_url: str) -> None:
    found = at_once(migrate, [empty_url] * MANY)
    assert sorted(migrated.before for migrated in found) == [""] + [found[0].after] * (MANY - 1)
