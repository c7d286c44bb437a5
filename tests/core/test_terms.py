"""What each form of term finds, by cases."""

import re
from pathlib import Path

import pytest
import yaml

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Field, Form, Rule, Term

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "terms.yaml").read_text(encoding="utf-8"))


def term(written: str) -> Term:
    forms: dict[str, Form] = {"=": "exact", "$": "entity"}
    if written[0] in forms:
        return Term(written, forms[written[0]], written[1:])
    return Term(written, "prefix", written[:-1]) if written.endswith("*") else Term(written, "plain", written)


def marked(written: str, text: str, field: Field = "text") -> str:
    """Mark every place where a term is found, from the last to the first."""
    matcher = Matcher(Book(rules={"rule": Rule("rule", any_of=(term(written),))}))
    entry = Entry("feed", "entry", title=text) if field == "title" else Entry("feed", "entry", text=text)
    for finding in matcher.findings(entry):
        for hit in reversed(finding.hits):
            assert (hit.field, hit.text) == (field, (entry.title or entry.text)[hit.start : hit.end])
            text = f"{text[: hit.start]}[[{hit.text}]]{text[hit.end :]}"
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_term_is_found_where_the_case_marks_it(case: dict[str, str]) -> None:
    for text in case["text"]:
        assert marked(case["term"], re.sub(r"\[\[|\]\]", "", text)) == text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_title_is_read_like_a_text(case: dict[str, str]) -> None:
    for text in case["text"]:
        assert marked(case["term"], re.sub(r"\[\[|\]\]", "", text), "title") == text


def test_a_phrase_does_not_cross_from_title_to_text() -> None:
    matcher = Matcher(Book(rules={"rule": Rule("rule", any_of=(term("New START"), Term("N", "plain", "New\0START")))}))
    assert not matcher.findings(Entry("feed", "entry", title="New", text="START"))


def test_a_term_without_letter_or_digit_finds_nothing() -> None:
    assert marked("++", "C++ ++") == "C++ ++"
