"""The engine against the oracle, on books and entries in many scripts; a longer run: `python -m benchmarks.oracle`."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from tests.core.oracle import Oracle, live, told_by
from tests.core.worlds import case

cases = st.randoms(use_true_random=False).map(case)


@settings(max_examples=250, deadline=None)
@given(cases)
def test_the_engine_tells_what_the_oracle_tells(made: tuple[Book, Entry]) -> None:
    book, entry = made
    oracle, findings = Oracle(book, entry), Matcher(book).findings(entry)
    expected = {rule.name: told for rule in live(book) if (told := oracle.told(rule)) is not None}
    assert {finding.rule: told_by(finding.hits) for finding in findings} == expected
    assert [finding.rule for finding in findings] == sorted(expected)


@settings(max_examples=100, deadline=None)
@given(cases)
def test_every_rule_is_explained_as_the_oracle_tells_it(made: tuple[Book, Entry]) -> None:
    book, entry = made
    oracle, matcher = Oracle(book, entry), Matcher(book)
    for rule in book.rules.values():
        explanation, expected = matcher.explain(entry, rule.name), oracle.told(rule)
        assert explanation.met == (expected is not None)
        assert told_by(explanation.hits) == (expected or ())
        assert explanation.met == (not entry.deleted and all(condition.met for condition in explanation.conditions))
        assert bool(explanation.lacks) != explanation.met


@settings(max_examples=100, deadline=None)
@given(cases)
def test_every_hit_cuts_its_field_exactly_and_is_told_once_in_order(made: tuple[Book, Entry]) -> None:
    book, entry = made
    fields = {"title": entry.title, "text": entry.text}
    for finding in Matcher(book).findings(entry):
        assert len(set(finding.hits)) == len(finding.hits)
        assert [hit.field for hit in finding.hits] == sorted((hit.field for hit in finding.hits), reverse=True)
        for hit in finding.hits:
            assert hit.text == fields[hit.field][hit.start : hit.end]
            assert hit.text


def test_most_made_up_cases_find_something_and_all_that_the_language_has_is_among_them() -> None:
    counts: Counter[str] = Counter()
    for seed in range(400):
        book, entry = case(Random(seed))
        findings = Matcher(book).findings(entry)
        counts["found"] += bool(findings)
        counts["near"] += any(book.rules[finding.rule].near is not None for finding in findings)
        counts.update({hit.how for finding in findings for hit in finding.hits})
    assert counts["found"] >= 240
    assert min(counts[kind] for kind in ("near", "exact", "alias")) >= 40
