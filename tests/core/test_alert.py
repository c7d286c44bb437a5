from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from

from monitor.core.book import Book
from monitor.core.entry import Entry, Revision
from monitor.core.feed import Feed
from monitor.core.revise import BEFORE, OLD
from monitor.core.route import Route, Send
from monitor.core.rule import PER_ENTRY, Finding, Once, OnEdit, Rule
from monitor.core.telling.alert import (
    EDITED,
    HELD,
    KNOWN_BEFORE,
    MET_BEFORE,
    OLD_STILL,
    SHADOW,
    Past,
    Proposal,
    Scope,
    asks_the_past,
    propose,
    scope_of,
)

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
DAY = timedelta(days=1)
REVISION = Revision(11, 7, 2, Entry("geneva", "a", text="Riabkov"), T0)
BOOK = Book(
    rules={"talks": Rule("talks", send=("desk",)), "names": Rule("names", once=Once("duration", DAY))},
    routes={"desk": Route("desk", ("phone",)), "fallback": Route("fallback", ("mail",))},
)


@pytest.mark.parametrize(
    ("once", "scope"),
    [
        (PER_ENTRY, Scope("entry:7", None)),
        (Once("feed", DAY), Scope("feed:geneva", T0 + DAY)),
        (Once("duration", DAY), Scope("rule", T0 + DAY)),
    ],
)
def test_a_rule_tells_once_within_its_scope(once: Once, scope: Scope) -> None:
    assert scope_of(once, REVISION, T0) == scope


def test_every_finding_is_proposed_by_its_own_rule() -> None:
    talks, names = Finding("talks", "high", ()), Finding("names", "low", ())
    assert propose(REVISION, (talks, names), BOOK, T0) == (
        Proposal(talks, Scope("entry:7", None), (Send("phone", "desk", T0),)),
        Proposal(names, Scope("rule", T0 + DAY), (Send("mail", "fallback", T0),), corrects=True),
    )


def test_no_finding_is_no_proposal() -> None:
    assert propose(REVISION, (), BOOK, T0) == ()


def test_of_a_withdrawn_entry_nothing_is_told_anew() -> None:
    withdrawn = replace(REVISION, entry=replace(REVISION.entry, deleted=True))
    assert propose(withdrawn, (Finding("talks", "high", ()),), BOOK, T0) == ()


FOUND = Finding("talks", "high", ())
BEFORE_EDIT = Past()
MET_TOO = Past(frozenset({"talks"}))


def _proposed(past: Past | None, **keys: Any) -> Proposal:  # Any: each key of a rule has its own type
    book = replace(BOOK, rules={"talks": replace(BOOK.rules["talks"], **keys)})
    (proposal,) = propose(REVISION, (FOUND,), book, T0, past)
    return proposal


@pytest.mark.parametrize("on_edit", get_args(OnEdit))
@pytest.mark.parametrize("past", [None, BEFORE_EDIT, MET_TOO])
def test_what_a_rule_in_shadow_finds_is_told_to_nobody(on_edit: OnEdit, past: Past | None) -> None:
    proposal = _proposed(past, status="shadow", on_edit=on_edit)
    assert (proposal.suppressed, proposal.sends, proposal.again) == (SHADOW, (), False)
    assert not asks_the_past(Rule("talks", status="shadow", on_edit=on_edit))


@pytest.mark.parametrize("on_edit", get_args(OnEdit))
def test_the_first_text_of_an_entry_is_told_whatever_a_rule_says_of_edits(on_edit: OnEdit) -> None:
    proposal = _proposed(None, on_edit=on_edit)
    assert (proposal.suppressed, proposal.again) == ("", False)
    assert proposal.sends == (Send("phone", "desk", T0),)


@pytest.mark.parametrize("past", [BEFORE_EDIT, MET_TOO])
@pytest.mark.parametrize(
    ("on_edit", "once", "again"),
    [
        ("correct", PER_ENTRY, False),
        ("always", PER_ENTRY, True),
        ("always", Once("feed", DAY), False),
        ("always", Once("duration", DAY), False),
    ],
)
def test_an_edit_is_told_again_by_a_rule_that_says_always_within_the_scope_of_the_entry_alone(
    past: Past, on_edit: OnEdit, once: Once, *, again: bool
) -> None:
    proposal = _proposed(past, on_edit=on_edit, once=once)
    assert (proposal.suppressed, proposal.again) == ("", again)
    assert proposal.sends


@pytest.mark.parametrize("on_edit", get_args(OnEdit))
@pytest.mark.parametrize(
    ("once", "outlived"), [(PER_ENTRY, False), (Once("feed", DAY), True), (Once("duration", DAY), True)]
)
def test_only_a_rule_that_corrects_keeps_edits_of_what_it_told_back_when_its_scope_is_free_again(
    on_edit: OnEdit, once: Once, *, outlived: bool
) -> None:
    assert _proposed(None, on_edit=on_edit, once=once).corrects is (on_edit == "correct" and outlived)


def test_an_edit_is_told_to_nobody_by_a_rule_that_says_never() -> None:
    assert _proposed(BEFORE_EDIT, on_edit="never") == Proposal(FOUND, Scope("entry:7", None), (), EDITED)


def test_an_edit_is_told_again_by_a_rule_that_says_rematch_where_the_text_before_did_not_meet_it() -> None:
    assert _proposed(BEFORE_EDIT, on_edit="rematch").again
    assert not _proposed(BEFORE_EDIT, on_edit="rematch", once=Once("feed", DAY)).again
    met_before = _proposed(MET_TOO, on_edit="rematch")
    assert (met_before.suppressed, met_before.sends, met_before.again) == (MET_BEFORE, (), False)


@pytest.mark.parametrize("on_edit", get_args(OnEdit))
def test_a_live_rule_asks_for_the_past(on_edit: OnEdit) -> None:
    assert asks_the_past(Rule("talks", on_edit=on_edit))


@given(
    once=sampled_from([PER_ENTRY, Once("feed", DAY), Once("duration", DAY)]),
    past=sampled_from([None, BEFORE_EDIT, MET_TOO]),
)
def test_a_rule_that_does_not_speak_of_edits_is_told_as_if_there_were_none(once: Once, past: Past | None) -> None:
    assert _proposed(past, once=once) == _proposed(None, once=once)


def test_of_what_is_held_only_urgent_rules_tell() -> None:
    held = replace(REVISION, held="its text is known under another name")
    high, urgent = propose(held, (Finding("talks", "high", ()), Finding("names", "urgent", ())), BOOK, T0)
    assert (high.suppressed, high.sends) == (HELD + held.held, ())
    assert (urgent.suppressed, len(urgent.sends)) == ("", 1)


@pytest.mark.parametrize("quiet", [BEFORE, OLD])
@pytest.mark.parametrize(
    ("on_edit", "met_before"), [("correct", KNOWN_BEFORE), ("rematch", KNOWN_BEFORE), ("never", EDITED), ("always", "")]
)
def test_of_an_entry_that_was_quiet_only_an_edit_that_makes_a_rule_met_is_told(
    on_edit: OnEdit, quiet: str, met_before: str
) -> None:
    """Unless the rule says `always` or `never`."""
    assert _proposed(Past(frozenset({"talks"}), quiet), on_edit=on_edit).suppressed == met_before
    assert _proposed(Past(frozenset(), quiet), on_edit=on_edit).suppressed == (EDITED if on_edit == "never" else "")


@pytest.mark.parametrize(
    ("on_edit", "hours", "quiet", "suppressed"),
    [
        ("correct", 25, OLD, OLD_STILL),
        ("rematch", 25, OLD, OLD_STILL),
        ("always", 25, OLD, ""),
        ("correct", 23, OLD, ""),
        ("correct", 25, BEFORE, ""),
    ],
)
def test_an_edit_of_what_was_too_old_tells_nobody_unless_its_feed_dates_it_anew(
    on_edit: OnEdit, hours: int, quiet: str, suppressed: str
) -> None:
    rules = {"talks": replace(BOOK.rules["talks"], on_edit=on_edit)}
    book = replace(BOOK, rules=rules, feeds={"geneva": Feed("geneva", "https://example.org/", max_age=DAY)})
    dated = replace(REVISION, entry=replace(REVISION.entry, published=T0 - timedelta(hours=hours)))
    (proposal,) = propose(dated, (FOUND,), book, T0, Past(quiet=quiet))
    assert proposal.suppressed == suppressed
