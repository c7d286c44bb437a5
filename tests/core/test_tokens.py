"""The gold tokens: what text may do to a term, and exactly where it is found."""

from pathlib import Path

import pytest
import yaml

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Rule
from tests.core.oracle import Oracle, told_by
from tests.core.worlds import term

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "tokens.yaml").read_text(encoding="utf-8"))
TOKENS = [(written, marked) for cases in CASES.values() for written, marked in cases]


def spans(marked: str) -> tuple[tuple[int, int], ...]:
    """Read where a text is marked, in characters of the text without marks."""
    found, place = [], 0
    for number, piece in enumerate(marked.replace("]]", "[[").split("[[")):
        found += [(place, place + len(piece))] if number % 2 else []
        place += len(piece)
    return tuple(found)


@pytest.mark.parametrize(("written", "marked"), TOKENS)
def test_a_token_is_found_where_it_is_marked_by_the_engine_and_by_the_oracle(written: str, marked: str) -> None:
    rule = Rule("rule", any_of=(term(written),))
    book, entry = Book(rules={"rule": rule}), Entry("feed", "entry", text=marked.replace("[[", "").replace("]]", ""))
    findings = Matcher(book).findings(entry)
    assert tuple((hit.start, hit.end) for finding in findings for hit in finding.hits) == spans(marked)
    assert Oracle(book, entry).told(rule) == (told_by(findings[0].hits) if findings else None)


def test_all_87_tokens_are_there() -> None:
    assert len(TOKENS) == 87
    assert sum(len(spans(marked)) for _, marked in TOKENS) == 118
