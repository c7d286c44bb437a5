from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.edit import MOST_PAIRS, MOST_WORDS, Span, edit_of
from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.core.revise import Known, revise

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "cases" / "edits.yaml").read_text())


def entry(text: str = "", title: str = "", language: str = "", *, deleted: bool = False) -> Entry:
    return Entry("live", "a", title=title, text=text, language=language, deleted=deleted)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_an_edit_is_minor_if_nothing_but_spelling_changed(case: dict[str, Any]) -> None:
    before, after = (entry(case[key], language=case["language"]) for key in ("given", "then"))
    expected = "minor" if case["minor"] else "substantial"
    assert edit_of(before, after).kind == expected, case["why"]
    assert edit_of(after, before).kind == expected, case["why"]


def test_what_was_taken_out_and_put_in_is_named_by_its_places() -> None:
    edit = edit_of(entry("Il ne négocie pas avec eux", "Douze"), entry("Il négocie avec nous", "Treize"))
    assert edit.removed == (Span("title", 0, 5), Span("text", 3, 5), Span("text", 14, 17), Span("text", 23, 26))
    assert edit.added == (Span("title", 0, 6), Span("text", 16, 20))


def test_a_withdrawal_is_a_deletion_and_what_follows_it_restores() -> None:
    assert edit_of(entry("a"), entry(deleted=True)).kind == "deletion"
    assert edit_of(entry(deleted=True), entry("a")).kind == "restored"


def test_the_same_letter_may_change_a_german_noun_and_no_french_name() -> None:
    before, after = "dann der Gebirgsjäger", "dann der Gebirgsjägen"
    assert edit_of(entry(before, language="de-AT"), entry(after, language="de-AT")).kind == "minor"
    assert edit_of(entry(before, language="fr"), entry(after, language="fr")).kind == "substantial"


def test_a_text_that_is_rewritten_as_a_whole_is_compared_in_no_time() -> None:
    old, new = (entry(" ".join(mark + "xyzuvw"[number % 7 :] for number in range(20 * MOST_WORDS))) for mark in "ab")
    began = perf_counter()
    edit = edit_of(old, new)
    assert perf_counter() - began < 5
    assert edit.kind == "substantial"
    assert edit.removed == (Span("text", 0, len(old.text)),)


def _with_one_that_comes_back(count: int, seldom: str) -> tuple[Entry, Entry]:
    return entry("begin " + "wa " * 2 * count + "end"), entry(f"start {f'wa {seldom} ' * count}fin")


def test_a_text_of_one_word_again_and_again_is_compared_in_no_time() -> None:
    began = perf_counter()
    edit = edit_of(*_with_one_that_comes_back(499, "wc"))
    assert perf_counter() - began < 1
    assert (edit.kind, len(edit.removed), len(edit.added)) == ("substantial", 1, 1)


@pytest.mark.parametrize(("most", "parts"), [(MOST_PAIRS, 11), (200, 11), (199, 1)])
def test_of_as_many_like_words_as_may_be_compared_each_is_and_of_more_none(most: int, parts: int) -> None:
    assert len(edit_of(*_with_one_that_comes_back(10, "wc"), most).added) == parts


@pytest.mark.parametrize(("many", "edit"), [(10, "minor"), (11, "substantial")])
def test_what_one_document_may_compare_is_shared_out_among_all_that_it_edits(many: int, edit: str) -> None:
    """Two slips that are seen where the words between are compared, 10,000 pairs of like ones in each entry."""
    before, after = (entry(f"au{gap}jourdhui {'wa ' * 100} négociat{i}ons") for gap, i in ((" ", ""), ("", "i")))
    ids = {f"e{number}": number for number in range(many)}
    known = Known(first=False, ids=ids, texts=dict.fromkeys(ids.values(), before))
    shown = tuple(replace(after, identity=name) for name in ids)
    news = revise(Feed("live", "https://example.org/"), shown, known, datetime(2022, 1, 10, tzinfo=UTC))
    assert [one.edit for one in news] == [edit] * many


def test_a_typo_in_each_of_many_words_is_one_all_the_same() -> None:
    assert edit_of(entry("négociatons pas, " * MOST_WORDS), entry("négociations pas, " * MOST_WORDS)).kind == "minor"


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_places_lie_in_the_texts_and_the_same_text_is_no_edit(before: str, after: str) -> None:
    edit = edit_of(entry(before), entry(after))
    assert all(0 <= span.start < span.end <= len(before) for span in edit.removed)
    assert all(0 <= span.start < span.end <= len(after) for span in edit.added)
    same = edit_of(entry(before), entry(before))
    assert (same.kind, same.removed, same.added) == ("minor", (), ())
