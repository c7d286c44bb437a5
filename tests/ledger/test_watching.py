"""What a feed no longer shows, what it shows under other names, and what is remembered of it: in both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.entry import Entry, Revision
from monitor.core.feed import Feed, Validators
from monitor.core.rule import Severity
from monitor.core.telling.alert import HELD
from monitor.core.telling.notice import Notice
from monitor.core.watching.deciding import Decision
from monitor.core.watching.flood import AGAIN, Source
from monitor.core.watching.memory import Memory
from monitor.ledger import Learnt, Ledger, Recorded
from tests.ledger.desk import FEED, T0, Desk, entry

HERE = Source("example.org", "Genève")


@pytest.fixture
def desk(ledger: Ledger) -> Desk:
    return Desk(ledger)


def posts(numbers: Sequence[int], prefix: str = "", feed: Feed = FEED) -> tuple[Entry, ...]:
    """Write entries that say different things, published a minute after each other, the newest first."""
    ordered = sorted(numbers, reverse=True)
    return tuple(
        replace(entry(f"{prefix}{i}", f"Riabkov, {i}e fois", published=T0 + timedelta(seconds=i)), feed=feed.name)
        for i in ordered
    )


def show(desk: Desk, *entries: Entry, source: Source = HERE, feed: Feed = FEED) -> Recorded:
    desk.later()
    return desk.ledger.record_poll(feed, entries, Validators(), desk.now, source=source)


def current(desk: Desk, name: str) -> Revision:
    (found,) = desk.ledger.entries_named(name)
    fate = desk.ledger.fate_of_entry(found.id)
    assert fate is not None
    return fate.revision


def match(desk: Desk, severity: Severity = "normal", rule: str = "talks") -> tuple[int, ...]:
    """Match the whole inbox by one rule, which is met by all that is not deleted, as the matchers would."""
    proposals = {}
    for revision in desk.ledger.unmatched():
        one = desk.proposal(revision.id, rule, severity)
        is_held = bool(revision.held) and severity != "urgent"
        one = replace(one, suppressed=HELD + revision.held, sends=()) if is_held else one
        proposals[revision.id] = () if revision.entry.deleted else (one,)
    return desk.ledger.record_match(proposals, 1, desk.now)


# What vanishes.


def test_an_entry_that_two_documents_lack_is_deleted_and_nobody_is_told(desk: Desk) -> None:
    show(desk, *posts(range(1, 7)))
    assert show(desk, *posts([1, 2, 3, 5, 6])).vanished == 0
    recorded = show(desk, *posts([1, 2, 3, 5, 6, 7]))
    assert (recorded.vanished, recorded.revised) == (1, 1)
    revision = current(desk, "4")
    assert (revision.entry.deleted, revision.edit, revision.number) == (True, "deletion", 2)
    assert len(match(desk)) == 1, "only entry 7 is told"


def test_it_is_deleted_once_and_what_a_tombstone_says_of_it_later_adds_nothing(desk: Desk) -> None:
    for _ in range(5):
        show(desk, *posts([1, 2, 3, 5, 6] if desk.now > T0 else range(1, 7)))
    assert desk.ledger.counts().revisions == 7
    show(desk, *posts([1, 2, 3, 5, 6]), entry("4", "", deleted=True))
    assert desk.ledger.counts().revisions == 7


def test_an_entry_that_is_shown_again_is_restored_and_nobody_is_told_anew(desk: Desk) -> None:
    for shown in (range(1, 7), [1, 2, 3, 5, 6], [1, 2, 3, 5, 6], range(1, 7)):
        recorded = show(desk, *posts(shown))
        match(desk)
    assert recorded.unmatched == ()
    revision = current(desk, "4")
    assert (revision.entry.deleted, revision.edit, revision.number) == (False, "restored", 1)
    assert desk.ledger.alerts() == ()


def test_a_feed_that_takes_back_an_absence_deletes_nothing_for_a_day(desk: Desk) -> None:
    for shown in ([1, 2, 3, 5, 6], [1, 2, 3, 5, 6], range(1, 7), [1, 2, 3, 5, 6], [1, 2, 3, 5, 6], [1, 2, 3, 5, 6]):
        if desk.now == T0:
            show(desk, *posts(range(1, 7)))
        recorded = show(desk, *posts(shown))
    assert recorded.vanished == 0
    assert not current(desk, "4").entry.deleted


def test_what_fell_off_the_end_is_not_deleted(desk: Desk) -> None:
    for newest in range(6, 30, 2):
        assert show(desk, *posts(range(newest - 5, newest + 1))).vanished == 0


def test_an_entry_without_times_vanishes_too(desk: Desk) -> None:
    def undated(numbers: Sequence[int]) -> tuple[Entry, ...]:
        return tuple(replace(one, published=None) for one in posts(numbers))

    show(desk, *undated(range(1, 7)))
    show(desk, *undated([1, 2, 3, 5, 6, 7]))
    assert show(desk, *undated([1, 2, 3, 5, 6, 7])).vanished == 1


def test_all_new_says_that_entries_may_have_been_missed(desk: Desk) -> None:
    assert not show(desk, *posts(range(1, 7))).overflow
    assert not show(desk, *posts(range(6, 12))).overflow
    assert show(desk, *posts(range(20, 26))).overflow


# What an edit is.


@pytest.mark.parametrize(
    ("text", "edit"),
    [("Riabkvo, 1e fois", "minor"), ("Lavrov, 1e fois", "substantial"), ("Riabkov, 2e fois", "substantial")],
)
def test_a_revision_says_what_kind_of_edit_it_is(desk: Desk, text: str, edit: str) -> None:
    show(desk, *posts([1, 2]))
    show(desk, replace(posts([1])[0], text=text), *posts([2]))
    assert current(desk, "1").edit == edit
    assert current(desk, "2").edit == ""


def test_the_fate_of_an_edit_tells_what_it_edits(desk: Desk) -> None:
    show(desk, *posts([1]))
    show(desk, replace(posts([1])[0], text="Lavrov"))
    first, second = (desk.ledger.fate_of_entry(1, number) for number in (1, 2))
    assert first is not None
    assert second is not None
    assert second.edits == first.revision
    assert first.edits is None


# What is held.


def flood(desk: Desk, *, count: int = 6) -> Recorded:
    """Watch a feed whose entries all get other names."""
    show(desk, *posts(range(1, count + 1)))
    return show(desk, *posts(range(1, count + 1), "new-"))


def test_known_texts_under_other_names_are_held_and_tell_nobody(desk: Desk) -> None:
    recorded = flood(desk)
    assert (recorded.held, len(recorded.unmatched)) == (6, 6)
    assert match(desk) == ()
    assert [one.reason for one in desk.ledger.not_told(rule="talks")] == [HELD + AGAIN] * 6


def test_an_urgent_rule_tells_of_what_is_held(desk: Desk) -> None:
    flood(desk)
    assert len(match(desk, "urgent")) == 6
    assert len(desk.ledger.alerts()) == 6


def test_names_that_change_with_each_document_add_nothing(desk: Desk) -> None:
    flood(desk)
    before = desk.ledger.counts()
    for number in range(5):
        recorded = show(desk, *posts(range(1, 7), f"again-{number}-"))
        assert (recorded.held, recorded.unmatched, recorded.overflow) == (0, (), False)
    assert desk.ledger.counts() == before


def test_a_few_entries_under_other_names_are_the_same_entries(desk: Desk) -> None:
    show(desk, *posts(range(1, 4)))
    for number in range(4):
        assert show(desk, *posts(range(1, 4), f"again-{number}-")).unmatched == ()
    assert desk.ledger.counts().entries == 3


def test_a_new_name_is_kept_unless_names_change_all_the_time(desk: Desk) -> None:
    show(desk, *posts(range(1, 4)))
    show(desk, *posts(range(1, 4), "new-"))
    edited = replace(posts([1], "new-")[0], text="Lavrov")
    assert show(desk, *posts([3, 2], "new-"), edited).revised == 1
    show(desk, *posts([3, 2], "new-"), edited)
    assert desk.ledger.counts().entries == 3


def test_what_is_new_beside_a_flood_is_told(desk: Desk) -> None:
    show(desk, *posts(range(1, 7)))
    recorded = show(desk, *posts(range(1, 7), "new-"), entry("x", "Lavrov à Genève"))
    assert (recorded.held, len(recorded.unmatched)) == (6, 7)
    assert len(match(desk)) == 1


def test_what_another_site_shows_is_held(desk: Desk) -> None:
    show(desk, *posts(range(1, 7)))
    assert show(desk, *posts(range(20, 26)), source=Source("parked.example", "Genève")).held == 6
    assert show(desk, *posts(range(21, 27)), source=Source("parked.example", "Genève")).held == 1, (
        "until it is released"
    )
    assert desk.ledger.release(FEED.name) == 7
    assert show(desk, *posts(range(22, 28)), source=Source("parked.example", "Genève")).held == 0
    assert show(desk, *posts(range(30, 36)), source=Source("example.org", "Genève")).held == 0, (
        "it came from there before"
    )


def test_another_feed_may_say_the_same(desk: Desk) -> None:
    other = replace(FEED, name="other")
    show(desk, *posts(range(1, 7)))
    show(desk, *posts([40], feed=other), feed=other)
    assert show(desk, *posts(range(1, 7), feed=other), feed=other).held == 0


def test_an_edit_of_what_is_held_is_held(desk: Desk) -> None:
    flood(desk)
    edited = replace(posts([1], "new-")[0], text="Riabkov autrement")
    assert show(desk, edited, *posts(range(2, 7), "new-")).held == 1
    assert match(desk) == ()


def test_what_is_released_is_told_by_all_rules(desk: Desk) -> None:
    flood(desk)
    match(desk)
    assert desk.ledger.release(FEED.name) == 6
    assert len(match(desk)) == 6
    assert desk.ledger.not_told(rule="talks") == ()
    assert desk.ledger.release(FEED.name) == 0


def test_what_was_not_matched_yet_is_released_as_well(desk: Desk) -> None:
    flood(desk)
    assert desk.ledger.release(FEED.name) == 6
    assert len(match(desk)) == 6


def test_what_is_released_while_a_matcher_looks_at_it_is_matched_anew(desk: Desk) -> None:
    flood(desk)
    waiting = desk.ledger.unmatched()
    one = desk.proposal(waiting[0].id)
    as_held = {revision.id: (replace(one, suppressed=HELD + AGAIN, sends=()),) for revision in waiting}
    assert desk.ledger.release(FEED.name) == 6
    assert desk.ledger.record_match(as_held, 1, desk.now) == ()
    assert len(match(desk)) == 6


def test_only_the_named_feed_is_released(desk: Desk) -> None:
    flood(desk)
    match(desk)
    assert desk.ledger.release("other") == 0
    assert match(desk) == ()


def test_what_an_urgent_rule_told_is_not_told_again_on_release(desk: Desk) -> None:
    flood(desk)
    match(desk, "urgent", "attack")
    desk.ledger.release(FEED.name)
    assert match(desk, "urgent", "attack") == ()
    fate = desk.ledger.fate_of_alert(1)
    assert fate is not None
    assert [(one.finding.rule, one.alert) for one in fate.judged] == [("attack", 1)]


def test_another_rule_tells_on_release_by_the_same_alert(desk: Desk) -> None:
    flood(desk)
    match(desk, "urgent", "attack")
    desk.ledger.release(FEED.name)
    assert len(match(desk, "normal", "talks")) == 6
    alerts = desk.ledger.alerts()
    assert len(alerts) == 6
    assert {finding.rule for finding in alerts[0].findings} == {"attack", "talks"}
    assert desk.claim().alerts[0].findings[0].severity == "urgent"


def test_a_rule_that_is_not_met_any_more_leaves_no_finding_behind(desk: Desk) -> None:
    flood(desk)
    match(desk)
    desk.ledger.release(FEED.name)
    desk.ledger.record_match({r.id: () for r in desk.ledger.unmatched()}, 2, desk.now)
    assert desk.ledger.not_told(rule="talks") == ()


def test_of_an_entry_that_was_edited_since_the_newest_text_is_told_on_release(desk: Desk) -> None:
    flood(desk)
    match(desk)
    edited = replace(posts([1], "new-")[0], text="Riabkov autrement")
    show(desk, edited, *posts(range(2, 7), "new-"))
    assert desk.ledger.release(FEED.name) == 7
    assert len(match(desk)) == 6


# What is remembered.


def test_what_is_learnt_from_a_document_is_remembered_and_told_with_it(desk: Desk) -> None:
    sends = desk.sends("ops")

    def learn(before: Memory, decision: Decision) -> Learnt:
        host = before.source.host + decision.memory.source.host
        notice = Notice("feed", "geneva:flood", "held", "high", "Held", "…", 1, desk.now)
        return Learnt(replace(decision.memory, source=Source(host)), ((notice, sends),))

    for told in (1, 0):
        recorded = desk.ledger.record_poll(FEED, posts([2, 1]), Validators(), desk.now, source=HERE, learn=learn)
        assert len(recorded.deliveries) == told
    assert recorded.memory.source.host == "example.orgexample.org"
    assert recorded.memory.window.shown == (1, 2)
