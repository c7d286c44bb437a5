"""What rules tell, by cases written as an analyst writes them."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Field
from monitor.rulebook import read

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "rules.yaml").read_text(encoding="utf-8"))
FEEDS = """vigie: feeds/1
fil: {url: "https://fil.example/", language: fr-CH, topic: [diplomatie]}
autre: {url: "https://autre.example/"}
"""

Case = dict[str, Any]  # whatever the YAML holds


def engine(case: Case) -> Matcher:
    rules = yaml.safe_dump(
        {"vigie": "rules/1", "rule": {"severity": "low", **case["rule"]}}, allow_unicode=True, sort_keys=False
    )
    entities = yaml.safe_dump({"vigie": "entities/1", **case.get("entities", {})}, allow_unicode=True, sort_keys=False)
    reading = read({"feeds.yaml": FEEDS, "rules.yaml": rules, "entities.yaml": entities})
    assert reading.book, reading.errors
    return Matcher(reading.book)


def entry(given: str | Case) -> Entry:
    told = {"text": given} if isinstance(given, str) else given
    return Entry(
        feed=told.get("feed", ""),
        identity="entry",
        title=unmarked(told.get("title", "")),
        text=unmarked(told.get("text", "")),
        author=told.get("author", ""),
        categories=tuple(told.get("topic", ())),
        language=told.get("language", ""),
    )


def unmarked(text: str) -> str:
    return text.replace("[[", "").replace("]]", "")


def highlights(text: str, field: Field, matcher: Matcher, read_: Entry) -> str:
    """Mark the outermost hits of a field."""
    (finding,) = matcher.findings(read_)
    spans = {(hit.start, hit.end) for hit in finding.hits if hit.field == field}
    outermost = [s for s in spans if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]
    for start, end in sorted(outermost, reverse=True):
        text = f"{text[:start]}[[{text[start:end]}]]{text[end:]}"
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_rule_is_met_with_the_highlights_of_the_case(case: Case) -> None:
    matcher = engine(case)
    for given in case["met"]:
        told = {"text": given} if isinstance(given, str) else given
        found = entry(given)
        assert matcher.findings(found), given
        assert highlights(found.text, "text", matcher, found) == told.get("text", "")
        assert highlights(found.title, "title", matcher, found) == told.get("title", "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_rule_is_not_met_by_the_others_and_what_lacks_is_said(case: Case) -> None:
    matcher = engine(case)
    for given in case.get("not_met", ()):
        assert not matcher.findings(entry(given)), given
        assert matcher.explain(entry(given), "rule").lacks


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_an_explanation_says_what_the_engine_does(case: Case) -> None:
    matcher = engine(case)
    for given in (*case["met"], *case.get("not_met", ())):
        explanation = matcher.explain(entry(given), "rule")
        findings = matcher.findings(entry(given))
        assert explanation.met == bool(findings) == all(condition.met for condition in explanation.conditions)
        assert explanation.hits == (findings[0].hits if findings else ())
        assert bool(explanation.lacks) != explanation.met
