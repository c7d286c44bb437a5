"""What becomes of an edited entry, by what its rules say of edits and by their status."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import pytest

from monitor.core.entry import Entry
from monitor.core.feed import Validators
from monitor.core.rule import Once, OnEdit, Rule
from monitor.core.telling.alert import CORRECTED, EDITED, MET_BEFORE, SHADOW
from monitor.edition import Edition
from monitor.pipeline import match_batch
from monitor.rulebook import read
from tests.usecases.newsroom import RULES, Newsroom

READ = read(RULES).book
assert READ is not None
OTAN = READ.rules["otan"]


def in_force(*rules: Rule, version: int = 1) -> Edition:
    """An edition with these rules."""
    assert READ is not None
    return Edition(version, replace(READ, rules={rule.name: rule for rule in rules}))


BY_EDIT = in_force(*(replace(OTAN, name=on_edit, on_edit=on_edit) for on_edit in get_args(OnEdit)))
"""Four rules with the same terms, named by what they say of edits."""


def match(newsroom: Newsroom, edition: Edition = BY_EDIT) -> None:
    match_batch(newsroom.ledger, lambda: edition, newsroom.bells)


def told(newsroom: Newsroom) -> dict[str, str]:
    """The last words of the titles that each rule told, in order."""
    words: dict[str, str] = {}
    for alert in newsroom.ledger.alerts():
        for finding in alert.findings:
            words[finding.rule] = words.get(finding.rule, "") + alert.revision.entry.title.split()[-2]
    return words


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ("A+ B+", {"correct": "A", "never": "A", "always": "AB", "rematch": "A"}),
        ("x+ A+", {"correct": "A", "always": "A", "rematch": "A"}),
        ("A+ x+ B+", {"correct": "A", "never": "A", "always": "AB", "rematch": "AB"}),
        ("A+ x+ A+", {"correct": "A", "never": "A", "always": "A", "rematch": "A"}),
        ("A+ x+ A+ B+", {"correct": "A", "never": "A", "always": "AB", "rematch": "A"}),
        ("x- A+", {"correct": "A", "never": "A", "always": "A", "rematch": "A"}),
        ("x+ A- B+", {"correct": "B", "always": "B", "rematch": "B"}),
        ("A- B+ A+", {"correct": "B", "never": "B", "always": "BA", "rematch": "B"}),
        ("A+ B- A+ C+", {"correct": "A", "never": "A", "always": "AC", "rematch": "A"}),
        ("A- B- C+", {"correct": "C", "never": "C", "always": "C", "rematch": "C"}),
    ],
)
def test_what_is_told_of_an_entry_that_is_edited(newsroom: Newsroom, history: str, expected: Mapping[str, str]) -> None:
    """Capitals meet the rules, x does not; what is marked `-` is overtaken before anybody matches it."""
    for name, fate in map(tuple, history.split()):
        newsroom.post("entry", text=f"L'{'Onu' if name == 'x' else 'Otan'} {name}")
        if fate == "+":
            match(newsroom)
    assert told(newsroom) == expected


def test_why_an_edit_was_not_told_is_recorded(newsroom: Newsroom) -> None:
    for name in "AB":
        newsroom.post("entry", text=f"L'Otan {name}")
        match(newsroom)
    assert {quiet.rule: quiet.reason for quiet in newsroom.ledger.not_told()} == {
        "correct": "told before within entry:1",
        "never": EDITED,
        "rematch": MET_BEFORE,
    }


@pytest.mark.parametrize(("on_edit", "expected"), [("rematch", {}), ("correct", {"otan": "B"})])
def test_the_text_before_an_edit_is_tried_by_the_rules_of_today(
    newsroom: Newsroom, on_edit: OnEdit, expected: Mapping[str, str]
) -> None:
    """An alias that is added at two o'clock must not make every small edit of the morning's entries newly met."""
    newsroom.post("entry", text="L'Otan A")
    match(newsroom, in_force(replace(OTAN, any_of=(), only_in=replace(OTAN.only_in, feed=("elsewhere",)))))
    newsroom.post("entry", text="L'Otan B")
    match(newsroom, in_force(replace(OTAN, on_edit=on_edit), version=2))
    assert told(newsroom) == expected


def test_what_a_rule_in_shadow_finds_is_recorded_and_told_only_once_it_is_live(newsroom: Newsroom) -> None:
    newsroom.post("entry", text="L'Otan A")
    match(newsroom, in_force(replace(OTAN, status="shadow")))
    assert newsroom.ledger.counts().alerts == 0
    assert newsroom.ledger.counts().deliveries == {}
    assert [(quiet.rule, quiet.reason) for quiet in newsroom.ledger.not_told()] == [("otan", SHADOW)]
    newsroom.post("entry", text="L'Otan B")
    match(newsroom, in_force(OTAN, version=2))
    assert told(newsroom) == {"otan": "B"}


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_rule_that_is_a_draft_or_retired_does_not_run(newsroom: Newsroom, status: str) -> None:
    newsroom.post("entry", text="L'Otan A")
    match(newsroom, in_force(replace(OTAN, status=status)))  # type: ignore[arg-type]  # a case
    counts = newsroom.ledger.counts()
    assert (counts.unmatched, counts.alerts) == (0, 0)
    assert newsroom.ledger.not_told() == ()


@pytest.mark.parametrize("per", ["feed", "duration"])
def test_an_edit_of_what_was_told_is_no_news_when_the_scope_is_free_again(
    newsroom: Newsroom, per: Literal["feed", "duration"]
) -> None:
    """A scope that lasts no time at all is free at once; what the rule has not told yet is told by any edit."""
    once = Once(per, timedelta(0))
    edition = in_force(*(replace(OTAN, name=on_edit, on_edit=on_edit, once=once) for on_edit in get_args(OnEdit)))
    for text in ("l'Onu x", "l'Otan A", "l'Onu x", "l'Otan B"):
        newsroom.post("entry", text=text)
        match(newsroom, edition)
    assert told(newsroom) == {"correct": "A", "always": "AB", "rematch": "AB"}
    assert ("correct", CORRECTED) in {(quiet.rule, quiet.reason) for quiet in newsroom.ledger.not_told()}
    newsroom.post("other", text="l'Otan C")
    match(newsroom, edition)
    assert told(newsroom)["correct"] == "AC", "another entry is news"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("l'Otan|l'Otan 1|l'Otan 2|l'Otan 3", {}),
        ("l'Otan répond|l'Otan répnd", {}),
        ("l'Otan A|l'Otan B|l'Otan A|l'Otan B", {}),
        ("l'Onu A|l'Onu B|l'Otan C|l'Otan D", {"otan": "C"}),
        ("l'Otan A|l'Onu B|l'Otan C", {"otan": "C"}),
    ],
)
def test_an_entry_that_stood_in_the_feed_before_tells_only_by_an_edit_that_makes_a_rule_met(
    newsroom: Newsroom, texts: str, expected: Mapping[str, str]
) -> None:
    """A counter in every text, a typo, a server with an old version: all that was known from the beginning."""
    feed = newsroom.feed(backfill=timedelta(0))
    for text in texts.split("|"):
        shown = (Entry(feed.name, "entry", f"{text} entry"),)
        newsroom.ledger.record_poll(feed, shown, Validators(), datetime.now(UTC))
        match(newsroom, in_force(OTAN))
    assert told(newsroom) == expected
