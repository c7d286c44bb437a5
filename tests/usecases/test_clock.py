"""What happens by time: rings, rules published, claims freed, old entries forgotten, texts folded."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import pytest

from monitor.clock import FOLDED_AT_ONCE, KEPT, LONGEST_SLEEP, LOOK_LASTS, PRUNE_EVERY, Clock, Publishing, ring, run
from monitor.core.entry import Entry
from monitor.core.feed import Validators
from monitor.core.route import CLAIM_LASTS, MAX_ATTEMPTS
from monitor.edition import Edition
from monitor.ledger import Ledger
from monitor.pipeline import match_batch
from monitor.publisher import QUIET
from monitor.rulebook import read
from monitor.signals import StopSign
from tests.usecases.conftest import Said
from tests.usecases.newsroom import OTAN, RULES, Newsroom, until, write

SECOND = timedelta(seconds=1)
NOW = datetime.now(UTC)


def matched(newsroom: Newsroom, *identities: str) -> None:
    """Let entries come, and be matched."""
    book = read(RULES).book
    assert book is not None
    assert match_batch(newsroom.ledger, lambda: Edition(1, book), newsroom.bells, newsroom.post(*identities))
    newsroom.valkey.redis.flushall()


# Rings.


def test_the_clock_rings_for_what_has_been_unmatched_for_three_seconds(newsroom: Newsroom) -> None:
    newsroom.post("a")
    newsroom.valkey.redis.flushall()
    now = datetime.now(UTC)
    ring(newsroom.ledger, newsroom.bells, now)
    assert newsroom.bells.depths() == {"match": 0, "deliver": 0}
    ring(newsroom.ledger, newsroom.bells, now + 4 * SECOND)
    assert newsroom.bells.depths() == {"match": 1, "deliver": 0}


def test_the_clock_rings_for_what_is_due(newsroom: Newsroom) -> None:
    matched(newsroom, "a")
    ring(newsroom.ledger, newsroom.bells, datetime.now(UTC))
    assert newsroom.bells.depths() == {"match": 0, "deliver": 1}


def test_the_clock_frees_a_claim_that_ran_out_and_rings_for_it(newsroom: Newsroom, said: Said) -> None:
    matched(newsroom, "a")
    now = datetime.now(UTC)
    assert newsroom.ledger.claim(now)
    ring(newsroom.ledger, newsroom.bells, now)
    assert newsroom.bells.depths()["deliver"] == 0
    ring(newsroom.ledger, newsroom.bells, now + CLAIM_LASTS)
    assert newsroom.bells.depths()["deliver"] == 1
    assert newsroom.delivery().uncertain
    assert said("claims_expired") == [{"deliveries": 1}]


def test_the_clock_says_which_delivery_is_given_up_because_nobody_ever_answered(newsroom: Newsroom, said: Said) -> None:
    matched(newsroom, "a")
    now = datetime.now(UTC)
    for _ in range(MAX_ATTEMPTS):
        assert newsroom.ledger.claim(now)
        now += CLAIM_LASTS
        ring(newsroom.ledger, newsroom.bells, now)
    (line,) = said("delivery_settled")
    assert line.items() >= {"delivery": newsroom.delivery().id, "channel": "desk", "state": "dead"}.items()
    assert "never answered" in line["reason"]


def test_the_clock_wakes_when_a_claim_runs_out_and_at_the_latest_after_a_second(newsroom: Newsroom) -> None:
    now = datetime.now(UTC)
    assert ring(newsroom.ledger, newsroom.bells, now) == now + LONGEST_SLEEP
    matched(newsroom, "a")
    now = datetime.now(UTC)
    newsroom.ledger.claim(now)
    assert ring(newsroom.ledger, newsroom.bells, now + SECOND) == now + SECOND + LONGEST_SLEEP
    assert ring(newsroom.ledger, newsroom.bells, now + CLAIM_LASTS - SECOND / 4) == now + CLAIM_LASTS


# Ticks.


@pytest.fixture
def impatient(newsroom: Newsroom) -> Iterator[Ledger]:
    ledger = Ledger.open(newsroom.database, patience=timedelta(milliseconds=20))
    yield ledger
    ledger.close()


def test_a_ledger_that_is_locked_is_said_once_and_then_all_is_done(
    newsroom: Newsroom, folder: Path, impatient: Ledger, said: Said
) -> None:
    newsroom.post("a")
    newsroom.valkey.redis.flushall()
    clock, publishing = Clock(impatient, newsroom.bells), Publishing(impatient, folder, StopSign())
    now = datetime.now(UTC) + 4 * SECOND
    with newsroom.locked():
        for seconds in range(3):
            at = now + seconds * SECOND
            assert clock.tick(at) == publishing.look(at) == at + SECOND
    for step in ("publish", "ring", "prune"):
        assert "locked" in said(f"{step}_failed")[0]["error"]
        assert len(said(f"{step}_failed")) == 1
    clock.tick(now + 4 * SECOND)
    publishing.look(now + 4 * SECOND)
    assert len(said("publish_mended")) == len(said("ring_mended")) == len(said("prune_mended")) == 1
    assert newsroom.bells.depths()["match"] == 1
    assert newsroom.version() == 1


def test_old_entries_are_forgotten_while_redis_is_away(newsroom: Newsroom, said: Said) -> None:
    newsroom.post("a")
    newsroom.valkey.kill()
    Clock(newsroom.ledger, newsroom.bells).tick(datetime.now(UTC) + 4 * SECOND)
    assert "Redis is away" in said("ring_failed")[0]["error"]
    assert not said("prune_failed")


def test_what_no_feed_shows_any_more_is_forgotten_after_a_month(newsroom: Newsroom, said: Said) -> None:
    feed, now = newsroom.feed("posted", max_age=SECOND, backfill=SECOND), datetime.now(UTC)
    old = Entry(feed.name, "old", title="Otan", published=now - 3 * KEPT)
    newsroom.ledger.record_poll(feed, (old,), Validators(), now - 2 * KEPT)
    other = replace(old, identity="older", title="Genève")
    newsroom.ledger.record_poll(feed, (other,), Validators(), now - 2 * KEPT + SECOND)
    clock = Clock(newsroom.ledger, newsroom.bells)
    clock.tick(now)
    assert newsroom.ledger.counts().entries == 2, "the feed may still show them"
    newsroom.post("new")
    clock.tick(now + PRUNE_EVERY)
    assert newsroom.ledger.counts().entries == 3, "once an hour"
    clock.tick(now + PRUNE_EVERY + SECOND)
    assert newsroom.ledger.counts().entries == 1
    assert said("entries_pruned") == [{"entries": 2}]


def test_editions_are_forgotten_after_a_month_but_for_the_newest(newsroom: Newsroom, said: Said) -> None:
    for number in range(25):
        newsroom.publish({**RULES, f"{number}.yaml": ""}, ago=2 * KEPT)
    Clock(newsroom.ledger, newsroom.bells).tick(datetime.now(UTC))
    assert said("editions_pruned") == [{"editions": 5}]
    assert len(newsroom.ledger.versions()) == 20


def test_what_an_older_program_left_unfolded_is_folded_bit_by_bit(newsroom: Newsroom, said: Said) -> None:
    newsroom.post(*(str(number) for number in range(FOLDED_AT_ONCE + 1)))
    unfold(newsroom)
    clock, now = Clock(newsroom.ledger, newsroom.bells), datetime.now(UTC)
    for seconds in range(4):
        clock.tick(now + seconds * SECOND)
    assert said("texts_folded") == [{"revisions": FOLDED_AT_ONCE}, {"revisions": 1}]
    assert newsroom.ledger.refold() == 0

    unfold(newsroom)
    clock.tick(now + PRUNE_EVERY)
    assert len(said("texts_folded")) == 2, "looked for once an hour"
    clock.tick(now + PRUNE_EVERY + SECOND)
    assert len(said("texts_folded")) == 3


def unfold(newsroom: Newsroom) -> None:
    """Take the folded texts away, as if a program had written the entries that knew of none."""
    with closing(sqlite3.connect(newsroom.path)) as database, database:
        database.execute("DELETE FROM folded")


# Publishing, beside the ticks.


def test_publishing_looks_again_when_the_folder_may_be_quiet_and_at_the_latest_after_a_second(
    newsroom: Newsroom, folder: Path
) -> None:
    publishing = Publishing(newsroom.ledger, folder, StopSign())
    assert publishing.look(NOW) == NOW + LONGEST_SLEEP
    write(folder, more=OTAN.replace("otan:", "more:"))
    assert publishing.look(NOW + SECOND) == NOW + SECOND + QUIET
    publishing.look(NOW + SECOND + QUIET)
    assert newsroom.rules() == {"otan", "more"}


def test_a_folder_that_breaks_its_reader_is_said_once(newsroom: Newsroom, said: Said) -> None:
    publishing = Publishing(newsroom.ledger, Path("no\0name"), StopSign())
    for seconds in range(4):
        publishing.look(NOW + seconds * SECOND)
    assert [line["error"] for line in said("publish_failed")] == ["embedded null byte"]


def test_a_look_that_takes_long_gets_on_and_one_that_takes_an_hour_hangs(newsroom: Newsroom, folder: Path) -> None:
    stop = StopSign()
    publishing = Publishing(newsroom.ledger, folder, stop)
    publishing.start()
    now, hour = monotonic(), LOOK_LASTS.total_seconds()
    assert publishing.gets_on(now + hour / 2)
    assert not publishing.gets_on(now + 2 * hour)
    stop.set()
    publishing.close()
    assert publishing.gets_on(now), "it was asked to end"


class Slow(type(Path())):  # type: ignore[misc]  # the class of this system's paths
    """A folder at which each look waits until it may go on."""

    may_go_on = Event()

    def __fspath__(self) -> str:
        self.may_go_on.wait(30)
        return str(self)


class Trap(type(Path())):  # type: ignore[misc]  # the class of this system's paths
    """A folder at which whoever looks is ended."""

    def __fspath__(self) -> str:
        raise SystemExit(1)


def test_the_clock_rings_and_beats_while_a_look_at_the_folder_takes_long(newsroom: Newsroom, folder: Path) -> None:
    newsroom.post("a")
    newsroom.valkey.redis.flushall()
    with in_a_thread(newsroom, Slow(folder)) as beats:
        until(lambda: newsroom.bells.depths()["match"] == 1 and len(beats) >= 3)
        assert newsroom.ledger.published() is None
        Slow.may_go_on.set()
        until(newsroom.ledger.published)


def test_a_clock_whose_publishing_thread_has_ended_ends_too(newsroom: Newsroom) -> None:
    """Else nobody would see that rules are no longer published; it is started again."""
    with pytest.raises(RuntimeError, match="the thread that publishes the rules has ended") as ended:
        run(newsroom.ledger, newsroom.bells, Trap("rules"), StopSign(), list[int]().clear)
    assert isinstance(ended.value.__cause__, SystemExit)


@contextmanager
def in_a_thread(newsroom: Newsroom, folder: Path) -> Iterator[list[int]]:
    """Let the clock run, and stop it; give its beats."""
    stop, beats = StopSign(), list[int]()
    words = (newsroom.ledger, newsroom.bells, folder, stop, lambda: beats.append(1))
    ticking = Thread(target=run, args=words)
    ticking.start()
    try:
        yield beats
    finally:
        stop.set()
        ticking.join(10)
    assert not ticking.is_alive()


def test_the_clock_ticks_and_publishes_until_it_is_told_to_stop(newsroom: Newsroom, folder: Path) -> None:
    newsroom.post("a")
    newsroom.valkey.redis.flushall()
    with in_a_thread(newsroom, folder) as beats:
        until(lambda: newsroom.bells.depths()["match"] == 1)
    assert len(beats) >= 3
    assert newsroom.version() == 1
