"""The engine against the oracle, on books and entries in many scripts; a longer run: `python -m benchmarks.oracle`."""

from collections import Counter
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.core.match import Matcher
from tests.core.differing import difference
from tests.core.worlds import case

seeds = st.integers(0, 2**60)
without_shrinking = settings(
    deadline=None, phases=[Phase.generate]
)  # a seed has no size; `difference` makes cases small


@settings(without_shrinking, max_examples=500)
@given(seeds)
def test_the_engine_tells_and_explains_what_the_oracle_tells(seed: int) -> None:
    assert difference(*case(Random(seed))) == ""


@settings(without_shrinking, max_examples=200)
@given(seeds)
def test_every_hit_cuts_its_field_exactly_and_is_told_once_in_order(seed: int) -> None:
    book, entry = case(Random(seed))
    findings = Matcher(book).findings(entry)
    assert [finding.rule for finding in findings] == sorted({finding.rule for finding in findings})
    for finding in findings:
        assert len(set(finding.hits)) == len(finding.hits)
        assert [hit.field for hit in finding.hits] == sorted((hit.field for hit in finding.hits), reverse=True)
        for hit in finding.hits:
            assert hit.text == getattr(entry, hit.field)[hit.start : hit.end]
            assert hit.text


def test_most_made_up_cases_find_something_and_all_that_the_language_has_is_among_them() -> None:
    counts: Counter[str] = Counter()
    for seed in range(400):
        book, entry = case(Random(seed))
        findings = Matcher(book).findings(entry)
        counts["found"] += bool(findings)
        counts["near"] += any(book.rules[finding.rule].near is not None for finding in findings)
        counts.update({hit.how for finding in findings for hit in finding.hits})
        counts["regex"] += any(hit.term.endswith("/") for finding in findings for hit in finding.hits)
    assert counts["found"] >= 240
    assert min(counts[kind] for kind in ("near", "exact", "alias", "inflected", "variant", "regex")) >= 8
