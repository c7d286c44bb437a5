"""What a replay decides: who would have been told, and why others not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.book import Book
from monitor.core.entry import Entry, Occasion, Revision
from monitor.core.hindsight.replaying import Replay
from monitor.core.revise import BEFORE
from monitor.core.route import Route
from monitor.core.rule import PER_ENTRY, Once, OnEdit, Rule, Status, Term
from monitor.core.telling.alert import CORRECTED, EDITED, HELD, KNOWN_BEFORE, MET_BEFORE, SHADOW, TOLD_BEFORE

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
HOUR = timedelta(hours=1)
PER_FEED, SIX_HOURS = Once("feed", 24 * HOUR), Once("duration", 6 * HOUR)
ROUTES = {"out": Route("out", ("desk", "phone")), "mail": Route("mail", ("mail", "desk"))}


def occasion(number: int, hours: float, text: str = "L'Otan répond", feed: str = "fil", **more: object) -> Occasion:
    """Let the entry of this number be matched so many hours later."""
    entry = Entry(feed, str(number), text=text)
    at = T0 + hours * HOUR
    return Occasion(Revision(number, number, 1, entry, at), at, **more)  # type: ignore[arg-type]


def rule(once: Once = PER_ENTRY, on_edit: OnEdit = "correct", status: Status = "live") -> Rule:
    terms = (Term("Otan", "plain", "Otan"),)
    return Rule("otan", any_of=terms, once=once, on_edit=on_edit, status=status, send=("out", "mail"))


def outcomes(book_rule: Rule, *occasions: Occasion) -> list[str]:
    """Say for each finding why nobody is told; empty where somebody is."""
    replay = Replay(Book(rules={book_rule.name: book_rule}, routes=ROUTES))
    return [found.suppressed for one in occasions for found in replay.of(one)]


def test_what_is_told_names_the_channels_of_all_routes_once() -> None:
    replay = Replay(Book(rules={"otan": rule()}, routes=ROUTES))
    (found,) = replay.of(occasion(1, 0))
    assert found.channels == ("desk", "phone", "mail")
    assert (found.at, found.finding.rule, found.suppressed) == (T0, "otan", "")


def test_what_meets_no_rule_is_nothing() -> None:
    assert outcomes(rule(), occasion(1, 0, "L'Onu répond")) == []


@pytest.mark.parametrize(
    ("once", "hours", "told"),
    [
        (PER_ENTRY, (0, 1, 2), "yyy"),
        (PER_FEED, (0, 23.9, 24, 30, 48), "ynyny"),
        (SIX_HOURS, (0, 1, 5.9, 6, 11, 12), "ynnyny"),
    ],
)
def test_a_rule_tells_once_in_its_scope(once: Once, hours: tuple[float, ...], told: str) -> None:
    found = outcomes(rule(once), *(occasion(number, hour) for number, hour in enumerate(hours)))
    assert "".join("n" if why else "y" for why in found) == told


def test_another_feed_is_another_scope() -> None:
    two = occasion(1, 0), occasion(2, 1, feed="autre")
    assert outcomes(rule(PER_FEED), *two) == ["", ""]
    assert outcomes(rule(SIX_HOURS), *two) == ["", f"{TOLD_BEFORE}rule"]


def test_what_was_overtaken_or_known_tells_nobody_and_takes_nothing_from_the_scope() -> None:
    assert outcomes(rule(SIX_HOURS), occasion(1, 0, quiet="known"), occasion(2, 1), occasion(3, 2)) == [
        "known",
        "",
        f"{TOLD_BEFORE}rule",
    ]


def test_a_shadow_tells_nobody_and_takes_nothing_from_the_scope() -> None:
    assert outcomes(rule(SIX_HOURS, status="shadow"), occasion(1, 0), occasion(2, 1)) == [SHADOW, SHADOW]


def test_a_withdrawal_is_nothing() -> None:
    gone = Revision(1, 1, 2, Entry("fil", "1", text="Otan", deleted=True), T0)
    assert outcomes(rule(), Occasion(gone, T0)) == []


@pytest.mark.parametrize(
    ("on_edit", "texts", "expected"),
    [
        ("correct", ("Otan", "Otan bis"), ["", f"{TOLD_BEFORE}entry:1"]),
        ("correct", ("Onu", "Otan"), [""]),
        ("never", ("Onu", "Otan"), [EDITED]),
        ("always", ("Otan", "Otan bis", "Otan ter"), ["", "", ""]),
        ("rematch", ("Otan", "Otan bis"), ["", MET_BEFORE]),
        ("rematch", ("Otan", "Onu", "Otan ter"), ["", ""]),
    ],
)
def test_an_edit_tells_as_its_rule_says(on_edit: OnEdit, texts: tuple[str, ...], expected: list[str]) -> None:
    revisions = [
        Revision(number, 1, number, Entry("fil", "1", text=text), T0 + number * HOUR)
        for number, text in enumerate(texts, 1)
    ]
    edits = [None, *revisions]
    occasions = (Occasion(one, one.seen_at, edits=before) for one, before in zip(revisions, edits, strict=False))
    assert outcomes(rule(on_edit=on_edit), *occasions) == expected


@pytest.mark.parametrize("once", [Once("feed", HOUR), Once("duration", HOUR)])
@pytest.mark.parametrize(("on_edit", "expected"), [("correct", ["", CORRECTED]), ("always", ["", ""])])
def test_an_edit_of_what_was_told_is_no_news_when_the_scope_is_free_again(
    once: Once, on_edit: OnEdit, expected: list[str]
) -> None:
    first, edit = (
        Revision(number, 1, number, Entry("fil", "1", text="Otan" + " bis" * number), T0 + number * 2 * HOUR)
        for number in (1, 2)
    )
    occasions = Occasion(first, first.seen_at), Occasion(edit, edit.seen_at, edits=first)
    assert outcomes(rule(once=once, on_edit=on_edit), *occasions) == expected


def test_what_is_held_tells_nobody_and_takes_nothing_from_its_scope() -> None:
    first = occasion(1, 0)
    held = replace(first, revision=replace(first.revision, held="known"))
    assert outcomes(rule(PER_FEED), held, occasion(2, 1)) == [HELD + "known", ""]


@pytest.mark.parametrize(("before", "expected"), [("Otan", [KNOWN_BEFORE]), ("Onu", [""])])
def test_an_edit_of_what_was_known_before_tells_if_it_makes_the_rule_met(before: str, expected: list[str]) -> None:
    known = Revision(1, 1, 1, Entry("fil", "1", text=before), T0, quiet=BEFORE)
    edit = Revision(2, 1, 2, Entry("fil", "1", text="Otan bis"), T0 + HOUR)
    assert outcomes(rule(), Occasion(edit, edit.seen_at, edits=known)) == expected
