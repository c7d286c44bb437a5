"""Polls that brought nothing new, written many at a time, and what feeds are polled with."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.core.feed import Validators, reading
from monitor.core.route import Send
from monitor.core.telling.notice import Notice
from monitor.core.watching.asking import Asking
from monitor.core.watching.deciding import Decision, decide, document
from monitor.core.watching.learning import Failure
from monitor.core.watching.memory import Memory
from monitor.ledger import Failed, Same, Standing
from monitor.ledger.database import Database
from monitor.ledger.polls import Poll, record
from monitor.ledger.recalling import look
from tests.ledger.desk import FEED, T0, entry

GIVEN = Validators('"1"', "Mon")
NEWER = Validators('"2"', "Tue")
LEARNT = Memory(asking=Asking(digest="d", lacks="no entry has a date"))


def failed(failures: int, name: str = FEED.name, *, gone: bool = False, writes: int = 0) -> Failed:
    failure = Failure("gone" if gone else "failing", "503", failures, T0)
    return Failed(name, FEED.url, failure, LEARNT, told("failing"), writes)


def same(name: str = FEED.name, lacks: str = "", *, writes: int = 1, state: str = "") -> Same:
    return Same(name, T0 + timedelta(hours=1), NEWER, lacks, LEARNT, told(state), writes)


def told(state: str) -> tuple[tuple[Notice, tuple[Send, ...]], ...]:
    notice = Notice("feed", "geneva:failing", state, "high", "Feed fails: geneva", "It does.", 1, T0)
    return ((notice, (Send("desk", "operator", T0),)),)


def health(desk: Any) -> tuple[Any, ...]:
    return tuple((feed.name, feed.failures, feed.reason, feed.gone) for feed in desk.ledger.feeds())


def test_what_is_known_of_feeds_is_given_of_all_at_once(desk: Any) -> None:
    assert desk.ledger.standings(["geneva", "other"]) == {}
    desk.ledger.record_poll(FEED, (), GIVEN, T0)
    (standing,) = desk.ledger.standings(["geneva", "other"]).values()
    assert standing == Standing(GIVEN, reading(FEED), 0, 1, standing.memory)


def test_feeds_that_answered_are_noted_together_with_what_was_learnt(desk: Any) -> None:
    for name in ("a", "b", "c"):
        desk.ledger.record_failed([failed(3, name, gone=True)])
    desk.ledger.record_same([same("a"), same("b", "holds no entries")])
    assert health(desk) == (("a", 0, "", False), ("b", 0, "holds no entries", False), ("c", 3, "503", True))
    found = desk.ledger.standings("ab")
    assert {standing.validators for standing in found.values()} == {NEWER}
    assert {standing.memory for standing in found.values()} == {LEARNT}


def test_a_feed_that_the_ledger_does_not_know_has_not_answered(desk: Any) -> None:
    assert desk.ledger.record_same([same("unknown", writes=0)]) == ()
    assert desk.ledger.feeds() == ()


def test_no_polls_are_nothing(desk: Any) -> None:
    assert desk.ledger.record_same([]) == desk.ledger.record_failed([]) == ()


def test_failures_are_noted_together_of_feeds_that_were_never_polled_too(desk: Any) -> None:
    desk.ledger.record_poll(FEED, (), GIVEN, T0)
    desk.ledger.record_failed([failed(2, writes=1), failed(1, "new")])
    assert health(desk) == (("geneva", 2, "503", False), ("new", 1, "503", False))
    assert desk.ledger.standings(["geneva"])["geneva"].validators == GIVEN, "what its document said stands"


def test_operators_are_told_with_the_note_and_not_twice(desk: Any) -> None:
    assert len(desk.ledger.record_failed([failed(3)])) == 1
    assert desk.ledger.record_failed([failed(4, writes=1)]) == ()
    assert len(desk.ledger.record_same([same(writes=2)])) == 1


LATE: dict[str, Callable[[int], Same | Failed]] = {
    "record_same": lambda writes: same(writes=writes, state="silent"),
    "record_failed": lambda writes: failed(3, writes=writes),
}
BETWEEN: dict[str, Callable[[Any], object]] = {
    "a document": lambda desk: desk.poll(entry("b", published=T0), entry("a")),
    "an answer": lambda desk: desk.same(),
    "a failure": lambda desk: desk.fail(),
    "a release": lambda desk: desk.ledger.release(FEED.name),
}


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("late", LATE)
def test_a_poll_since_whose_beginning_the_feed_was_written_of_changes_nothing_and_tells_nobody(
    desk: Any, late: str, between: str
) -> None:
    desk.poll(entry("a"))
    began = desk.standing().writes
    BETWEEN[between](desk)
    standing, feeds = desk.standing(), desk.ledger.feeds()
    assert getattr(desk.ledger, late)([LATE[late](began)]) == ()
    assert (desk.standing(), desk.ledger.feeds(), desk.ledger.notices()) == (standing, feeds, ())
    assert standing.memory != LEARNT


@pytest.mark.parametrize("late", LATE)
def test_of_two_polls_of_one_feed_that_are_written_together_the_first_counts(desk: Any, late: str) -> None:
    desk.poll(entry("a"))
    polls = [LATE[late](1), LATE[late](1)]
    assert len(getattr(desk.ledger, late)(polls)) == 1
    assert desk.standing().writes == 2


@pytest.mark.parametrize("between", ["an answer", "a failure", "a release"])
def test_a_document_is_decided_anew_where_its_feed_was_written_of_meanwhile(desk: Any, url: str, between: str) -> None:
    desk.poll(entry("a"))
    poll = Poll(document(FEED, (entry("a"), entry("b", "two")), T0), NEWER)
    with closing(Database(url)) as database:
        before = database.read(lambda tx: look(tx, poll.document))
        BETWEEN[between](desk)
        stale = Decision((), Memory(asking=Asking(digest="stale")))
        recorded = database.write(lambda tx: record(tx, poll, before, stale))
    assert len(recorded.unmatched) == 1
    assert desk.standing().memory == recorded.memory != stale.memory


def test_what_edits_a_text_that_is_released_meanwhile_is_not_held(desk: Any, url: str) -> None:
    texts = [entry(f"{n}", f"Riabkov, {n}e fois", published=T0) for n in range(6)]
    desk.poll(*texts)
    assert desk.poll(*(replace(one, identity=f"new-{one.identity}") for one in texts)).held == 6
    edited = document(FEED, (replace(texts[0], identity="new-0", text="Riabkov autrement"),), T0)
    with closing(Database(url)) as database:
        before = database.read(lambda tx: look(tx, edited))
        decision = decide(edited, before.recalled)
        assert decision.news[0].held
        assert desk.ledger.release(FEED.name) == 6
        assert database.write(lambda tx: record(tx, Poll(edited, NEWER), before, decision)).held == 0
    assert not any(revision.held for revision in desk.ledger.unmatched())
