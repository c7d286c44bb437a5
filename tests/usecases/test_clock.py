"""What happens by time: rings, rules published, claims freed, old entries forgotten."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from monitor.clock import KEPT, LONGEST_SLEEP, PRUNE_EVERY, Clock, ring, run
from monitor.core.entry import Entry, Validators
from monitor.core.route import CLAIM_LASTS, MAX_ATTEMPTS
from monitor.edition import Edition
from monitor.ledger import Ledger
from monitor.pipeline import match_batch
from monitor.publisher import Publisher
from monitor.rulebook import read
from monitor.signals import StopSign
from tests.usecases.conftest import Said
from tests.usecases.newsroom import DESK, OTAN, RULES, Newsroom, until

SECOND = timedelta(seconds=1)
NOW = datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "rules"
    path.mkdir()
    write(path, **{name.removesuffix(".yaml"): text for name, text in RULES.items()})
    return path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)


@pytest.fixture
def publisher(newsroom: Newsroom, folder: Path) -> Publisher:
    return Publisher(newsroom.ledger, folder)


def rules_of(newsroom: Newsroom) -> set[str]:
    """Name the published rules."""
    published = newsroom.ledger.published()
    book = read(newsroom.ledger.sources(published.version)).book if published else None
    return set(book.rules) if book else set()


def version(newsroom: Newsroom) -> int:
    published = newsroom.ledger.published()
    return published.version if published else 0


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


# Rules.


def test_a_folder_is_published_as_it_is_at_the_start(newsroom: Newsroom, publisher: Publisher, said: Said) -> None:
    publisher.look(NOW)
    assert rules_of(newsroom) == {"otan"}
    assert said("rules_published") == [{"version": 1, "files": 2}]


def test_a_changed_folder_is_published_when_it_has_been_quiet_for_half_a_second(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    publisher.look(NOW)
    write(folder, more=OTAN.replace("otan:", "more:"))
    publisher.look(NOW + SECOND)
    write(folder, most=OTAN.replace("otan:", "most:"))
    publisher.look(NOW + 1.3 * SECOND)
    publisher.look(NOW + 1.7 * SECOND)
    assert version(newsroom) == 1
    publisher.look(NOW + 1.8 * SECOND)
    assert rules_of(newsroom) == {"otan", "more", "most"}


def test_a_folder_that_says_the_same_is_not_published_again(
    newsroom: Newsroom, publisher: Publisher, folder: Path
) -> None:
    publisher.look(NOW)
    write(folder, otan=OTAN)
    publisher.look(NOW + SECOND)
    publisher.look(NOW + 2 * SECOND)
    Publisher(newsroom.ledger, folder).look(NOW)
    assert version(newsroom) == 1


def edited(publisher: Publisher, folder: Path, at: datetime, **files: str) -> None:
    write(folder, **files)
    publisher.look(at)
    publisher.look(at + SECOND)


def test_a_faulty_rules_file_is_kept_back_and_the_others_go_live(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    publisher.look(NOW)
    more = OTAN.replace("otan:", "more:")
    edited(publisher, folder, NOW + SECOND, otan=OTAN.replace("any_of", "any_off"), more=more)
    assert rules_of(newsroom) == {"otan", "more"}
    assert said("rules_kept_back") == [{"file": "otan.yaml"}]
    assert "any_off" in said("rules_fault")[-1]["fault"]

    for seconds in range(5, 10):
        publisher.look(NOW + seconds * SECOND)
    assert len(said("rules_kept_back")) == 1, "said once for each change"
    edited(publisher, folder, NOW + 20 * SECOND, otan=OTAN.replace("otan:", "nato:"))
    assert rules_of(newsroom) == {"nato", "more"}
    assert len(said("rules_kept_back")) == 1


def test_a_fault_elsewhere_keeps_the_whole_edition(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    publisher.look(NOW)
    more = OTAN.replace("otan:", "more:")
    edited(publisher, folder, NOW + SECOND, routes=DESK.replace("to:", "too:"), more=more)
    assert rules_of(newsroom) == {"otan"}
    assert {line["file"] for line in said("rules_kept_back")} == {"routes.yaml", "more.yaml"}


def test_nothing_is_published_of_a_folder_that_was_never_sound(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    write(folder, otan="otan: [")
    publisher.look(NOW)
    assert version(newsroom) == 0
    assert said("rules_fault")


@pytest.mark.parametrize("gone", ["files", "folder"])
def test_an_emptied_folder_does_not_unpublish(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said, gone: str
) -> None:
    publisher.look(NOW)
    for path in folder.iterdir():
        path.unlink()
    if gone == "folder":
        folder.rmdir()
    for seconds in range(1, 6):
        publisher.look(NOW + seconds * SECOND)
    assert version(newsroom) == 1
    assert rules_of(newsroom) == {"otan"}
    assert len(said("rules_fault")) == 1, "said once, not every second"

    folder.mkdir(exist_ok=True)
    edited(publisher, folder, NOW + 10 * SECOND, otan=OTAN.replace("otan:", "nato:"), routes=DESK)
    assert rules_of(newsroom) == {"nato"}


def test_a_file_that_cannot_be_read_is_said_once_and_again_when_mended(
    newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said
) -> None:
    publisher.look(NOW)
    (folder / "link.yaml").symlink_to(folder / "nowhere.yaml")
    (folder / "folder.yaml").mkdir()
    edited(publisher, folder, NOW + SECOND, more=OTAN.replace("otan:", "more:"))
    for seconds in range(3, 8):
        publisher.look(NOW + seconds * SECOND)
    assert len(said("rules_fault")) == 2
    assert version(newsroom) == 1

    (folder / "link.yaml").unlink()
    (folder / "folder.yaml").rmdir()
    publisher.look(NOW + 10 * SECOND)
    publisher.look(NOW + 11 * SECOND)
    assert rules_of(newsroom) == {"otan", "more"}


def test_a_change_that_keeps_size_and_time_is_seen(newsroom: Newsroom, publisher: Publisher, folder: Path) -> None:
    publisher.look(NOW)
    path = folder / "otan.yaml"
    before = path.stat()
    path.write_text(OTAN.replace("otan:", "nato:"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    publisher.look(NOW + SECOND)
    publisher.look(NOW + 2 * SECOND)
    assert rules_of(newsroom) == {"nato"}


def test_what_is_hidden_does_not_count(newsroom: Newsroom, publisher: Publisher, folder: Path, said: Said) -> None:
    publisher.look(NOW)
    (folder / ".git").mkdir()
    (folder / ".git" / "index.yaml").write_text("?")
    (folder / ".otan.yaml.swp").write_text("?")
    edited(publisher, folder, NOW + SECOND, otan=OTAN.replace("otan:", "nato:"))
    assert rules_of(newsroom) == {"nato"}
    assert not said("rules_fault")


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
    clock = Clock(impatient, newsroom.bells, folder)
    now = datetime.now(UTC) + 4 * SECOND
    with newsroom.locked():
        for seconds in range(3):
            assert clock.tick(now + seconds * SECOND) == now + (seconds + 1) * SECOND
    for step in ("publish", "ring", "prune"):
        assert "locked" in said(f"{step}_failed")[0]["error"]
        assert len(said(f"{step}_failed")) == 1
    clock.tick(now + 4 * SECOND)
    assert len(said("publish_mended")) == len(said("ring_mended")) == len(said("prune_mended")) == 1
    assert newsroom.bells.depths()["match"] == 1
    assert version(newsroom) == 1


def test_rules_are_published_and_old_entries_forgotten_while_redis_is_away(
    newsroom: Newsroom, folder: Path, said: Said
) -> None:
    newsroom.post("a")
    newsroom.valkey.kill()
    Clock(newsroom.ledger, newsroom.bells, folder).tick(datetime.now(UTC) + 4 * SECOND)
    assert "Redis is away" in said("ring_failed")[0]["error"]
    assert version(newsroom) == 1
    assert not said("prune_failed")


def test_a_folder_that_breaks_its_reader_does_not_silence_the_bells(newsroom: Newsroom, said: Said) -> None:
    newsroom.post("a")
    newsroom.valkey.redis.flushall()
    clock = Clock(newsroom.ledger, newsroom.bells, Path("no\0name"))
    for seconds in range(4, 8):
        clock.tick(datetime.now(UTC) + seconds * SECOND)
    assert newsroom.bells.depths()["match"] == 1
    assert [line["error"] for line in said("publish_failed")] == ["embedded null byte"]


def test_what_no_feed_shows_any_more_is_forgotten_after_a_month(newsroom: Newsroom, folder: Path, said: Said) -> None:
    feed, now = newsroom.feed("posted", max_age=SECOND, backfill=SECOND), datetime.now(UTC)
    old = Entry(feed.name, "old", title="Otan", published=now - 3 * KEPT)
    newsroom.ledger.record_poll(feed, (old,), Validators(), now - 2 * KEPT)
    newsroom.ledger.record_poll(feed, (replace(old, identity="older"),), Validators(), now - 2 * KEPT + SECOND)
    clock = Clock(newsroom.ledger, newsroom.bells, folder)
    clock.tick(now)
    assert newsroom.ledger.counts().entries == 2, "the feed may still show them"
    newsroom.post("new")
    clock.tick(now + PRUNE_EVERY)
    assert newsroom.ledger.counts().entries == 3, "once an hour"
    clock.tick(now + PRUNE_EVERY + SECOND)
    assert newsroom.ledger.counts().entries == 1
    assert said("entries_pruned") == [{"entries": 2}]


def test_the_clock_ticks_until_it_is_told_to_stop(newsroom: Newsroom, folder: Path) -> None:
    newsroom.post("a")
    newsroom.valkey.redis.flushall()
    stop, beats = StopSign(), []
    words = (newsroom.ledger, newsroom.bells, folder, stop, lambda: beats.append(1))
    ticking = Thread(target=run, args=words)
    ticking.start()
    until(lambda: newsroom.bells.depths()["match"] == 1)
    stop.set()
    ticking.join(10)
    assert not ticking.is_alive()
    assert len(beats) >= 3
    assert version(newsroom) == 1
