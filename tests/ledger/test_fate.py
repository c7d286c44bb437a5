"""What became of a revision, as whoever was not told asks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.feed import Feed
from monitor.core.route import Outcome
from monitor.core.telling.alert import Scope
from monitor.ledger import Fate
from tests.ledger.desk import T0, Desk, entry


def fate(desk: Desk, entry_id: int, number: int | None = None) -> Fate:
    found = desk.ledger.fate_of_entry(entry_id, number)
    assert found is not None
    return found


def test_what_was_told_names_its_alert_and_its_messages(desk: Desk) -> None:
    desk.watch()
    desk.alert("a", to=("desk", "phone"))
    desk.settle(desk.claim().delivery, Outcome("sent", "250 OK"))
    found = fate(desk, 1)
    assert (found.state, found.version, found.matched_at, found.is_current) == ("matched", 1, T0, True)
    assert [(j.finding.rule, j.alert, j.suppressed, j.earlier) for j in found.judged] == [("talks", 1, "", None)]
    assert [hit.text for hit in found.judged[0].finding.hits] == ["Riabkov"]
    assert [(d.channel, d.state) for d in found.deliveries] == [("desk", "sent"), ("phone", "queued")]
    assert desk.ledger.fate_of_alert(1) == found


def test_what_was_told_before_names_the_alert_that_told_it(desk: Desk) -> None:
    desk.watch()
    desk.alert("other")
    desk.alert("a")
    desk.tell(*desk.poll(entry("a", "edited")).unmatched)
    (judged,) = fate(desk, 2).judged
    assert (judged.alert, judged.suppressed, judged.earlier) == (None, "told before within entry:2", 2)


@pytest.mark.parametrize(("scope", "earlier"), [("feed:geneva", 1), ("rule", 2)])
def test_a_wider_scope_names_the_newest_alert_within_it(desk: Desk, scope: str, earlier: int) -> None:
    desk.watch()
    other = Feed("other", "https://example.org/other")
    desk.watch(other)

    def met(identity: str, feed: Feed, *, key: str) -> None:
        (revision_id,) = desk.poll(entry(identity, feed=feed.name), feed=feed).unmatched
        proposal = replace(desk.proposal(revision_id), scope=Scope(key, None))
        desk.ledger.record_match({revision_id: (proposal,)}, 1, desk.later())

    geneva = Feed("geneva", "https://example.org/geneva")
    met("a", geneva, key=scope)
    met("b", other, key="elsewhere")
    met("c", geneva, key=scope)
    (judged,) = fate(desk, 3).judged
    assert (judged.suppressed, judged.earlier) == (f"told before within {scope}", earlier)


def test_what_no_rule_was_tried_on_says_why(desk: Desk) -> None:
    desk.watch()
    desk.poll(entry("old", published=T0 - timedelta(days=3)))
    desk.poll(entry("new"))
    old, new = fate(desk, 1), fate(desk, 2)
    assert (old.state, old.reason, old.judged) == ("known", "older than max_age at first sight", ())
    assert (new.state, new.reason, new.matched_at, new.version) == ("unmatched", "", None, None)


def test_without_a_number_it_is_the_revision_that_the_feed_shows(desk: Desk) -> None:
    desk.watch()
    desk.alert("a")
    desk.tell(*desk.poll(entry("a", "edited")).unmatched)
    assert (fate(desk, 1).revision.number, fate(desk, 1).numbers) == (2, (1, 2))
    assert (fate(desk, 1, 1).revision.entry.text, fate(desk, 1, 1).is_current) == ("Riabkov à Genève", False)
    desk.poll(entry("a"))
    assert (fate(desk, 1).revision.number, fate(desk, 1).is_current) == (1, True)


def test_an_entry_is_known_by_its_identity_and_by_every_link_it_had(desk: Desk) -> None:
    desk.watch()
    desk.poll(entry("a", link="https://example.org/1"), entry("b", link="https://example.org/2"), entry("c"))
    desk.poll(entry("a", "edited", link="https://example.org/2"))
    assert [(n.id, n.feed) for n in desk.ledger.entries_named("a")] == [(1, "geneva")]
    assert [n.id for n in desk.ledger.entries_named("https://example.org/1")] == [1]
    assert [n.id for n in desk.ledger.entries_named("https://example.org/2")] == [2, 1]
    assert desk.ledger.entries_named("") == ()


def test_what_is_not_there_is_none(desk: Desk) -> None:
    assert desk.ledger.newest_numbers() == (0, 0)
    desk.watch()
    desk.alert("a")
    assert desk.ledger.newest_numbers() == (1, 1)
    assert desk.ledger.fate_of_entry(2) is None
    assert desk.ledger.fate_of_entry(1, 2) is None
    assert desk.ledger.fate_of_alert(2) is None
