import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.watching.window import Compared, Place, Window, compare

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "window.yaml").read_text())


class Watch:
    """Compares documents as the ledger does, which numbers entries and remembers when it saw them first."""

    def __init__(self, *, dated: bool = True) -> None:
        self.window, self.now, self.dated = Window(), T0, dated
        self.seen: dict[int, Place] = {}
        self.deleted: set[int] = set()
        self.vanished: list[int] = []

    def document(self, ids: Sequence[int], wait: timedelta = MINUTE, reading: str = "") -> Compared:
        """Show entries, numbered from 1 by their age; a number that is greater is newer."""
        self.now += wait
        published = {i: T0 + i * MINUTE if self.dated else None for i in (*ids, *self.seen)}
        shown = [Place(i if i in self.seen else -i, self._first(i), published[i]) for i in ids]
        absent = {i: self.seen[i] for i in self.window.shown if i not in ids and i in self.seen}
        compared = compare(self.window, shown, absent, self.now, reading)
        self.seen |= {i: Place(i, self._first(i), published[i]) for i in ids}
        window = compared.window
        self.window = Window(tuple(map(abs, window.shown)), window.missing, window.reading, window.unsteady)
        self.vanished += compared.vanished
        return compared

    def _first(self, number: int) -> datetime:
        return self.seen[number].first_seen if number in self.seen else self.now


def numbers(letters: str) -> list[int]:
    return [ord(letter) - 96 for letter in letters.split()]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_from_what_a_document_lacks_it_is_concluded(case: dict[str, Any]) -> None:
    watch = Watch(dated=case.get("dated", True))
    for document in case["given"][:-1]:
        before = watch.document(numbers(document), timedelta(hours=case.get("wait_hours", 0)) or MINUTE)
        assert before.vanished in {(), tuple(numbers("f"))}, case["why"]
    last = watch.document(numbers(case["given"][-1]))
    assert sorted(last.vanished) == numbers(case.get("then", "")), case["why"]
    assert last.overflow is case.get("missed", False), case["why"]


def test_a_document_that_is_read_in_another_way_begins_anew() -> None:
    watch = Watch()
    watch.document([5, 4, 3, 2, 1], reading="one")
    watch.document([5, 4, 2, 1], reading="two")
    assert watch.document([5, 4, 2, 1], reading="two") == Compared(Window((5, 4, 2, 1), reading="two"))


def test_an_entry_that_the_ledger_has_forgotten_is_not_missed() -> None:
    watch = Watch()
    watch.document([5, 4, 3, 2, 1])
    del watch.seen[3]
    watch.document([5, 4, 2, 1])
    assert watch.document([5, 4, 2, 1]).vanished == ()


@given(st.integers(2, 12), st.lists(st.integers(0, 15), min_size=1, max_size=25), st.booleans(), st.booleans())
def test_a_window_that_slides_never_yields_a_deletion(
    size: int,
    steps: list[int],
    dated: bool,  # noqa: FBT001 - hypothesis draws it
    oldest_first: bool,  # noqa: FBT001 - hypothesis draws it
) -> None:
    watch, last = Watch(dated=dated), size
    for step in steps:
        last += step
        shown = range(last, last - size, -1)
        watch.document(shown[::-1] if oldest_first else shown)
    assert watch.vanished == []


@given(st.integers(4, 12), st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=25), st.booleans())
def test_a_server_that_is_late_deletes_nothing(
    size: int,
    steps: list[tuple[int, bool]],
    dated: bool,  # noqa: FBT001 - hypothesis draws it
) -> None:
    """Two servers behind one address, of which one shows what the other showed one document before."""
    watch, last, before = Watch(dated=dated), size, size
    for step, is_late in steps:
        before, last = last, last + min(step, size - 1)
        newest = before if is_late else last
        watch.document(range(newest, newest - size, -1))
    assert watch.vanished == []


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(("shown", "of"), [(10, 50), (40, 50), (48, 50), (5, 8)])
def test_a_page_that_shows_some_of_many_at_random_deletes_next_to_nothing(seed: int, shown: int, of: int) -> None:
    """Of 100 documents within two hours; before it has shown again what it left out nothing tells it from another."""
    chance = random.Random(seed)
    watch = Watch()
    watch.document(range(of, 0, -1))
    for _ in range(100):
        watch.document(sorted(chance.sample(range(1, of + 1), shown), reverse=True))
    assert len(watch.vanished) <= 1


@given(st.lists(st.sets(st.integers(1, 30)), max_size=15), st.integers(0, 2**16))
def test_documents_in_any_order_are_compared_without_a_fault(documents: list[set[int]], seed: int) -> None:
    chance, watch = random.Random(seed), Watch()
    for document in documents:
        shown = chance.sample(sorted(document), len(document))
        compared = watch.document(shown)
        assert not set(compared.vanished) & set(shown)
        assert set(map(abs, compared.window.shown)) >= set(shown)
