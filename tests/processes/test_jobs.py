"""The two jobs, called as RQ calls them, on a real ledger and a real Valkey."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from monitor.beat import Beat, pulse
from monitor.edition import Editions
from monitor.ledger import Ledger
from monitor.notify.terms import Terms
from workers import jobs
from workers.context import Context

Make = Callable[..., Context]


@pytest.fixture
def context(desk: Any, hook: Any, tmp_path: Path) -> Iterator[Make]:
    """What the jobs of a worker use; `stopping` says at which question it was told to end."""
    beat = Beat(tmp_path, "worker")
    beat.start()
    opened: list[Editions] = []

    def make(ledger: Ledger | None = None, stopping: Callable[[], bool] = lambda: False) -> Context:
        editions = Editions(desk.ledger, matching=True)
        editions.start()
        opened.append(editions)
        return Context(ledger or desk.ledger, editions, desk.bells, beat, lambda _: hook.address, Terms(), stopping)

    yield make
    for editions in opened:
        editions.close()
    beat.close()


@pytest.fixture
def away() -> Iterator[Ledger]:
    """A ledger whose database does not answer."""
    ledger = Ledger.open("postgresql://nobody@127.0.0.1:1/none", timedelta(seconds=1))
    yield ledger
    ledger.close()


def test_named_revisions_are_matched_first(desk: Any, context: Make) -> None:
    first, second = desk.post("a", "b")
    jobs.match(context(stopping=lambda: True), [second])
    assert [revision.id for revision in desk.ledger.unmatched()] == [first]
    assert desk.bells.depths()["match"] == 1, "for the other"


def test_whoever_is_called_by_name_also_matches_what_lost_its_own_bell(desk: Any, context: Make) -> None:
    desk.post("a", *(str(number) for number in range(150)))
    (named,) = desk.post("z")
    desk.bells.ring_match([named])
    assert desk.bells.ring_match() == 0, "the clock's bell is not rung: the one that waits says the same"
    jobs.match(context(), [named])
    assert desk.ledger.counts().unmatched == 0


def test_what_is_due_is_sent_until_nothing_is(desk: Any, hook: Any, context: Make) -> None:
    desk.post("a", "b", "c")
    working = context()
    jobs.match(working)
    jobs.deliver(working)
    assert desk.sent() == len(hook.bodies)
    assert desk.sent() > 0
    assert desk.bells.depths()["match"] == 0


def test_a_worker_that_is_told_to_stop_rings_for_another(desk: Any, context: Make) -> None:
    asked = count()
    desk.post(*(str(number) for number in range(150)))
    desk.bells.ring_deliver()
    working = context(stopping=lambda: next(asked) >= 1)
    jobs.match(working)
    assert desk.ledger.counts().unmatched == 50
    assert desk.bells.depths()["match"] == 1
    jobs.deliver(working)
    assert desk.sent() == 0
    assert desk.bells.depths()["deliver"] > 1


def test_a_ledger_that_is_away_postpones_the_job(context: Make, away: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    working = context(ledger=away)
    for job in (jobs.match, jobs.deliver):
        job(working)
    said = [record for record in caplog.records if record.getMessage() == "job_postponed"]
    assert [record.levelname for record in said] == ["WARNING", "WARNING"]


def test_a_redis_that_is_away_postpones_the_ring(desk: Any, valkey: Any, context: Make) -> None:
    desk.post("a")
    valkey.kill()
    jobs.match(context(stopping=lambda: True))
    assert desk.ledger.counts().unmatched == 1


def test_a_job_shows_its_deadline_and_then_none(context: Make, tmp_path: Path, desk: Any) -> None:
    seen: list[float | None] = []

    def look() -> bool:
        beat = pulse(tmp_path, "worker")
        seen.append(beat.until if beat else None)
        return False

    jobs.deliver(context(stopping=look))
    assert seen[0] is not None
    beat = pulse(tmp_path, "worker")
    assert beat is not None
    assert beat.until is None
    assert desk.sent() == 0


@pytest.mark.parametrize(
    "revisions", ["abc", 7, None, ["1"], [True], [0], [-1], [1.0], [2**63], [[1]], {"1": 1}, list(range(1, 102))]
)
def test_a_bell_that_names_no_revisions_is_refused(context: Make, revisions: Any) -> None:
    with pytest.raises(ValueError, match="a bell names"):
        jobs.match(context(), revisions)
