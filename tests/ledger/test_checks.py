"""Polls that brought nothing new, written many at a time, and what feeds are polled with."""

from datetime import timedelta
from typing import Any

from monitor.core.feed import Validators, reading
from monitor.core.route import Send
from monitor.core.telling.notice import Notice
from monitor.core.watching.asking import Asking
from monitor.core.watching.learning import Failure
from monitor.core.watching.memory import Memory
from monitor.ledger import Failed, Same, Standing
from tests.ledger.desk import FEED, T0

GIVEN = Validators('"1"', "Mon")
NEWER = Validators('"2"', "Tue")
LEARNT = Memory(asking=Asking(digest="d", lacks="no entry has a date"))


def failed(failures: int, name: str = FEED.name, gone: bool = False) -> Failed:  # noqa: FBT001, FBT002 - a row
    return Failed(name, FEED.url, Failure("gone" if gone else "failing", "503", failures, T0), LEARNT)


def same(name: str = FEED.name, lacks: str = "") -> Same:
    return Same(name, T0 + timedelta(hours=1), NEWER, lacks, LEARNT)


def told(state: str) -> tuple[tuple[Notice, tuple[Send, ...]], ...]:
    notice = Notice("feed", "geneva:failing", state, "high", "Feed fails: geneva", "It does.", 1, T0)
    return ((notice, (Send("desk", "operator", T0),)),)


def health(desk: Any) -> tuple[Any, ...]:
    return tuple((feed.name, feed.failures, feed.reason, feed.gone) for feed in desk.ledger.feeds())


def test_what_is_known_of_feeds_is_given_of_all_at_once(desk: Any) -> None:
    assert desk.ledger.standings(["geneva", "other"]) == {}
    desk.ledger.record_poll(FEED, (), GIVEN, T0)
    (standing,) = desk.ledger.standings(["geneva", "other"]).values()
    assert standing == Standing(GIVEN, reading(FEED), None, 0, standing.memory)


def test_feeds_that_answered_are_noted_together_with_what_was_learnt(desk: Any) -> None:
    for name in ("a", "b", "c"):
        desk.ledger.record_failed([failed(3, name, gone=True)])
    assert desk.ledger.record_same([same("a"), same("b", "holds no entries")]) == ()
    assert health(desk) == (("a", 0, "", False), ("b", 0, "holds no entries", False), ("c", 3, "503", True))
    found = desk.ledger.standings("ab")
    assert {standing.validators for standing in found.values()} == {NEWER}
    assert {standing.memory for standing in found.values()} == {LEARNT}


def test_a_feed_that_the_ledger_does_not_know_has_not_answered(desk: Any) -> None:
    desk.ledger.record_same([same("unknown")])
    assert desk.ledger.feeds() == ()


def test_failures_are_noted_together_of_feeds_that_were_never_polled_too(desk: Any) -> None:
    desk.ledger.record_poll(FEED, (), GIVEN, T0)
    desk.ledger.record_failed([failed(2), failed(1, "new")])
    assert health(desk) == (("geneva", 2, "503", False), ("new", 1, "503", False))
    assert desk.ledger.standings(["geneva"])["geneva"].validators == GIVEN, "what its document said stands"


def test_operators_are_told_with_the_note_and_not_twice(desk: Any) -> None:
    begins = Failed("geneva", FEED.url, Failure("failing", "503", 3, T0), LEARNT, told("failing"))
    assert len(desk.ledger.record_failed([begins])) == 1
    assert desk.ledger.record_failed([begins]) == ()
    ends = Same("geneva", T0, NEWER, "", LEARNT, told(""))
    assert len(desk.ledger.record_same([ends])) == 1
