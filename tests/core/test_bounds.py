"""What is too long or has too many forms is still right, or left out on purpose."""

import pytest

from monitor.core.book import Book
from monitor.core.engine.scan import REACH
from monitor.core.entry import Entry
from monitor.core.errors import did_you_mean
from monitor.core.match import Matcher
from monitor.core.naming.names import outlines
from monitor.core.rule import Rule, Term

LONG = " ".join(f"mot{number}" for number in range(REACH // 4))


@pytest.mark.parametrize(
    ("text", "found"),
    [(f"avant {LONG} après", [LONG]), (f"avant {LONG}x après", []), (f"{LONG[:REACH]} {LONG}", [LONG])],
)
def test_a_term_longer_than_the_scan_reaches_is_found_at_full_length(text: str, found: list[str]) -> None:
    engine = Matcher(Book(rules={"r": Rule("r", any_of=(Term(LONG, "plain", LONG),))}))
    assert [hit.text for finding in engine.findings(Entry("", "e", text=text)) for hit in finding.hits] == found


def test_a_word_too_long_for_a_name_is_likened_to_none() -> None:
    assert did_you_mean("riabkof", ["riabkov"]) == " - did you mean riabkov?"
    assert did_you_mean("riabkov" * 20, ["riabkov" * 20 + "a"]) == ""


def test_a_name_that_could_be_written_in_thousands_of_ways_is_not_looked_for_in_them() -> None:
    assert outlines(" ".join(["Chachechichochuchachechichochuchache"] * 3)) == ()
