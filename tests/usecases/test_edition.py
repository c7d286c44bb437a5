"""The book in force: the newest one that was published and can be read."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.core.errors import LedgerError
from monitor.edition import BUILD_LASTS, Edition, Editions
from monitor.ledger import Ledger
from tests.usecases.conftest import Said
from tests.usecases.newsroom import OTAN, RULES, Newsroom, until

HOUR = timedelta(hours=1)
NATO = {**RULES, "otan.yaml": OTAN.replace("otan:", "nato:")}

Open = Callable[..., Editions]


@pytest.fixture
def open_editions(newsroom: Newsroom) -> Iterator[Open]:
    """Open some; those that were started are closed in the end."""
    started: list[Editions] = []

    def open_(*, start: bool = True, matching: bool = False, patience: timedelta = BUILD_LASTS) -> Editions:
        editions = Editions(newsroom.ledger, "match-1", matching=matching, patience=patience)
        if start:
            editions.start()
            started.append(editions)
        return editions

    yield open_
    for editions in started:
        editions.close()


def now_in_force(editions: Editions) -> Edition:
    edition = editions.current()
    assert edition is not None
    return edition


def rules(editions: Editions) -> set[str]:
    return set(now_in_force(editions).book.rules)


def test_it_is_said_which_part_works_with_which_edition(newsroom: Newsroom, open_editions: Open, said: Said) -> None:
    newsroom.publish()
    now_in_force(open_editions())
    (line,) = until_said(said, "edition_in_force")
    assert line.items() >= {"name": "match-1", "version": 1, "rules": 1, "feeds": 0}.items()
    assert line["ms"] > 0


def until_said(said: Said, event: str) -> list[dict[str, Any]]:
    until(lambda: said(event))
    return said(event)


def test_there_is_no_edition_before_the_first_is_published(newsroom: Newsroom, open_editions: Open) -> None:
    editions = open_editions()
    assert editions.current() is None
    newsroom.publish()
    until(editions.current)
    assert rules(editions) == {"otan"}


def test_the_first_edition_is_waited_for(newsroom: Newsroom, open_editions: Open) -> None:
    newsroom.publish()
    assert rules(open_editions()) == {"otan"}


def test_a_matcher_never_works_under_older_rules_than_those_that_are_published(
    newsroom: Newsroom, open_editions: Open
) -> None:
    newsroom.publish()
    editions = open_editions(matching=True)
    assert editions.newest()
    newsroom.publish(NATO)
    newest = editions.newest()
    assert newest is not None
    assert "nato" in newest.book.rules, "at once: what was read under these rules may lie in the inbox already"


def test_what_is_newest_is_nothing_before_the_first_edition(open_editions: Open) -> None:
    assert open_editions(matching=True).newest() is None


def test_a_new_edition_comes_into_force_beside_the_work(newsroom: Newsroom, open_editions: Open) -> None:
    newsroom.publish()
    editions = open_editions()
    first = now_in_force(editions)
    newsroom.publish(NATO)
    until(lambda: rules(editions) == {"nato"})
    assert set(first.book.rules) == {"otan"}, "whoever works with the old one is not disturbed"
    assert (first.version, now_in_force(editions).version) == (1, 2)


def test_a_follower_that_breaks_down_keeps_nobody_from_the_next_edition(
    newsroom: Newsroom, open_editions: Open, said: Said
) -> None:
    editions, heard = open_editions(), list[int]()

    def break_down(edition: Edition) -> None:
        raise ZeroDivisionError(edition.version)

    editions.follow(break_down)
    editions.follow(lambda edition: heard.append(edition.version))
    newsroom.publish()
    until(lambda: heard == [1])
    newsroom.publish(NATO)
    until(lambda: heard == [1, 2])
    assert [line["version"] for line in said("edition_not_followed")] == [1, 2]


def test_a_look_that_breaks_down_is_said_and_the_next_one_finds_the_edition(
    newsroom: Newsroom, tmp_path: Path, said: Said
) -> None:
    """Such as one at a ledger that is not yet there, which no waiting mends."""
    newsroom.publish()
    newsroom.ledger.close()
    later = tmp_path / "later.db"
    ledger = Ledger.open(f"sqlite:///{later}")
    editions = Editions(ledger, "match-1")
    editions.start()
    assert "there is no ledger" in until_said(said, "look_failed")[0]["error"]
    shutil.copy(newsroom.path, tmp_path / "copy")
    (tmp_path / "copy").rename(later)
    until(lambda: said("look_mended"))
    assert rules(editions) == {"otan"}
    editions.close()
    ledger.close()


def test_work_waits_for_an_edition_that_was_published_more_than_two_seconds_ago(
    newsroom: Newsroom, open_editions: Open
) -> None:
    newsroom.publish(ago=HOUR)
    editions = open_editions()
    assert rules(editions) == {"otan"}
    editions.close()
    newsroom.publish(NATO, ago=HOUR)
    after = open_editions()
    assert rules(after) == {"nato"}


def test_the_ledger_is_asked_once_a_second_and_not_by_every_job(newsroom: Newsroom, open_editions: Open) -> None:
    newsroom.publish()
    editions = open_editions()
    now_in_force(editions)
    with newsroom.away():
        assert rules(editions) == {"otan"}


def test_whoever_has_not_looked_lately_asks_the_ledger(newsroom: Newsroom, open_editions: Open, said: Said) -> None:
    newsroom.publish()
    editions = open_editions()
    now_in_force(editions)
    with newsroom.away():
        until(lambda: _away(editions))
        until(lambda: said("ledger_away"))
    until(lambda: said("ledger_back"))
    assert rules(editions) == {"otan"}
    assert len(said("ledger_away")) == 1, "said once, not every second"


def _away(editions: Editions) -> bool:
    try:
        editions.current()
    except LedgerError:
        return True
    return False


def test_an_edition_that_this_program_cannot_read_leaves_the_old_one_in_force(
    newsroom: Newsroom, open_editions: Open, said: Said
) -> None:
    newsroom.publish()
    editions = open_editions()
    now_in_force(editions)
    newsroom.publish({"otan.yaml": "vigie: rules/99"}, ago=HOUR)
    until(lambda: said("edition_refused"))
    assert rules(editions) == {"otan"}
    assert said("edition_refused")[0]["version"] == 2
    newsroom.publish(NATO, ago=HOUR)
    until(lambda: rules(editions) == {"nato"})
    assert len(said("edition_refused")) == 1


def test_an_edition_that_is_damaged_in_the_ledger_leaves_the_old_one_in_force(
    newsroom: Newsroom, open_editions: Open, said: Said
) -> None:
    newsroom.publish()
    editions = open_editions()
    now_in_force(editions)
    with sqlite3.connect(newsroom.path) as other:
        other.execute("CREATE TRIGGER damage AFTER INSERT ON file BEGIN UPDATE content SET text = x'00'; END")
    other.close()
    newsroom.publish(NATO)
    until(lambda: said("edition_refused"))
    assert rules(editions) == {"otan"}


def test_work_goes_on_with_the_old_edition_when_a_build_takes_too_long(
    newsroom: Newsroom, open_editions: Open, said: Said
) -> None:
    newsroom.publish(ago=HOUR)
    editions = open_editions(start=False, patience=timedelta(milliseconds=10))
    assert editions.current() is None
    assert said("edition_late") == [{"name": "match-1", "version": 1}]


@pytest.mark.parametrize("matching", [False, True])
def test_only_whoever_matches_compiles_the_rules(newsroom: Newsroom, open_editions: Open, *, matching: bool) -> None:
    newsroom.publish()
    edition = now_in_force(open_editions(matching=matching))
    assert ("matcher" in vars(edition)) is matching
    assert edition.matcher is edition.matcher


def test_whoever_follows_is_told_of_each_edition_once(newsroom: Newsroom, open_editions: Open) -> None:
    early: list[int] = []
    late: list[int] = []
    editions = open_editions()
    editions.follow(lambda edition: early.append(edition.version))
    newsroom.publish()
    until(lambda: early == [1])
    editions.follow(lambda edition: late.append(edition.version))
    newsroom.publish({**RULES, "routes.yaml": "routes: ["})  # refused, and no news
    newsroom.publish(NATO)
    until(lambda: rules(editions) == {"nato"})
    until(lambda: early == [1, 3] and late == [1, 3])
