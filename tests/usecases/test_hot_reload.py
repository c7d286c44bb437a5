"""Rules that change while entries stream in: each is matched with one whole set, and soon with the new one."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread

from monitor.clock import run
from monitor.edition import OLD_AFTER, Editions
from monitor.ledger import Ledger
from monitor.pipeline import match_batch
from monitor.rulebook import read
from monitor.signals import StopSign
from tests.usecases.conftest import Said
from tests.usecases.newsroom import DESK, Newsroom, until, write

TERMS = ("Otan", "Onu", "OSCE", "AIEA")
BUILD = timedelta(seconds=5)
"""More than a build of three rules ever takes on a busy machine."""


def rules(generation: int) -> dict[str, str]:
    """Two files of rules which meet one entry each, and which one depends on the generation: never mixed by halves."""
    one, two = TERMS[generation % 4], TERMS[(generation + 1) % 4]
    return {
        "one": f"vigie: rules/1\none: {{any_of: [{one}]}}\nboth: {{any_of: [{one}, {two}], send: [out]}}\n",
        "two": f"vigie: rules/1\ntwo-{generation}: {{any_of: [{two}], send: [out]}}\n",
        "routes": DESK,
    }


@contextmanager
def working(work: Callable[[], object]) -> Iterator[None]:
    """Repeat some work in a thread."""
    ended, crashed = Event(), []

    def repeat() -> None:
        while not ended.wait(0.01):
            try:
                work()
            except Exception as error:  # noqa: BLE001 - the test says it
                crashed.append(error)
                return

    thread = Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(30)
    assert not crashed


@contextmanager
def matcher(newsroom: Newsroom, name: str) -> Iterator[None]:
    """Match what comes, as a worker does."""
    ledger = Ledger.open(newsroom.database)
    editions = Editions(ledger, name, matching=True)
    editions.start()
    with working(lambda: match_batch(ledger, editions.newest, newsroom.bells)):
        yield
    editions.close()
    ledger.close()


@contextmanager
def clock(newsroom: Newsroom, folder: Path) -> Iterator[None]:
    """Let a clock tick."""
    ledger, stop = Ledger.open(newsroom.database), StopSign()
    ticking = Thread(target=run, args=(ledger, newsroom.bells, folder, stop, lambda: None))
    ticking.start()
    yield
    stop.set()
    ticking.join(30)
    ledger.close()


def test_rules_that_change_under_load_are_in_force_soon_and_never_by_halves(
    newsroom: Newsroom, tmp_path: Path, said: Said
) -> None:
    folder = tmp_path / "changing"
    folder.mkdir()
    write(folder, **rules(0))
    posted = iter(range(10_000))
    with ExitStack() as stack:
        stack.enter_context(clock(newsroom, folder))
        until(newsroom.version)
        for name in ("match-1", "match-2"):
            stack.enter_context(matcher(newsroom, name))
        stack.enter_context(
            working(lambda: newsroom.post(*(f"{term}-{next(posted)}" for term in TERMS), text="Dépêche"))
        )
        for generation in (1, 2):
            write(folder, **rules(generation))
            until(partial(is_in_force, newsroom, said, generation + 1))
            write(folder, two=rules(generation)["two"].replace("any_of", "any_off"))
            until(partial(kept_back, said, generation))
        write(folder, **rules(2))
        until(lambda: matched_with(newsroom) == {1, 2, 3})
    until(lambda: match_batch(newsroom.ledger, lambda: None, newsroom.bells) == 0)

    assert newsroom.version() == 3, "a broken file keeps its last good content, which is in force already"
    _whole_sets(newsroom)
    _none_is_stale(newsroom)


def is_in_force(newsroom: Newsroom, said: Said, version: int) -> bool:
    """Say whether an edition is the newest, and both matchers have said to work with it."""
    parts = {line["name"] for line in said("edition_in_force") if line["version"] == version}
    return newsroom.version() == version and parts == {"match-1", "match-2"}


def kept_back(said: Said, times: int) -> bool:
    return len(said("rules_kept_back")) == times


def rows(newsroom: Newsroom, query: str) -> list[tuple[int, ...]]:
    with closing(sqlite3.connect(newsroom.path)) as ledger:
        return ledger.execute(query).fetchall()


def matched_with(newsroom: Newsroom) -> set[int]:
    return {row[0] for row in rows(newsroom, "SELECT DISTINCT version FROM revision WHERE state = 'matched'")}


def _whole_sets(newsroom: Newsroom) -> None:
    """See that every entry was found to meet what all rules of its edition say, and nothing else."""
    wanted = {}
    for version in range(1, 4):
        book = read(newsroom.ledger.sources(version)).book
        assert book is not None
        assert set(book.rules) == {"one", "both", f"two-{version - 1}"}
        wanted[version] = {
            term: {rule.name for rule in book.rules.values() if term in {t.text for t in rule.any_of}} for term in TERMS
        }
    found = (
        "SELECT r.version, r.title, group_concat(f.rule) FROM revision r LEFT JOIN finding f ON f.revision_id = r.id"
    )
    matched = rows(newsroom, f"{found} WHERE r.state = 'matched' GROUP BY r.id")
    assert len(matched) > 50
    for version, title, met in matched:
        term = str(title).split()[-1].partition("-")[0]
        assert set(str(met).split(",") if met else ()) == wanted[version][term], title


def _none_is_stale(newsroom: Newsroom) -> None:
    older = (
        "SELECT count(*) FROM revision r JOIN edition e ON e.version > r.version "
        f"WHERE r.state = 'matched' AND r.matched_at > e.at + {(OLD_AFTER + BUILD) // timedelta(microseconds=1)}"
    )
    assert rows(newsroom, older) == [(0,)]
