from dataclasses import replace

from monitor.core.feed import Feed
from monitor.core.route import Outcome
from monitor.core.telling.alert import Proposal, Scope
from tests.ledger.desk import Desk, entry, finding


def test_alerts_are_shown_as_they_were_made(desk: Desk) -> None:
    desk.watch()
    desk.alert("a", severity="high")
    desk.tell(*desk.poll(entry("a", "edited")).unmatched)
    (alert,) = desk.ledger.alerts()
    assert (alert.revision.number, alert.revision.entry.text) == (1, "Riabkov à Genève")
    assert [hit.text for found in alert.findings for hit in found.hits] == ["Riabkov"]


def test_the_newest_are_given_oldest_first(desk: Desk) -> None:
    desk.watch()
    for name in "abcd":
        desk.alert(name)
    alerts, deliveries = desk.ledger.alerts(), desk.ledger.deliveries()

    assert [alert.revision.entry.identity for alert in alerts] == list("abcd")
    assert desk.ledger.alerts(2) == alerts[2:]
    assert desk.ledger.alerts(2, after=alerts[0].id) == alerts[1:3]
    assert desk.ledger.deliveries(2) == deliveries[2:]
    assert desk.ledger.deliveries(2, after=deliveries[0].id) == deliveries[1:3]
    assert desk.ledger.alerts(after=alerts[3].id) == ()
    assert desk.ledger.deliveries(after=deliveries[3].id) == ()


def test_alerts_can_be_asked_by_feed_and_by_rule(desk: Desk) -> None:
    desk.watch()
    other = Feed("other", "https://example.org/other")
    desk.watch(other)
    desk.alert("a")
    (revision_id,) = desk.poll(entry("b", feed="other"), feed=other).unmatched
    desk.ledger.record_match({revision_id: (desk.proposal(revision_id, "other-rule"),)}, 1, desk.now)

    first, second = desk.ledger.alerts()
    assert desk.ledger.alerts(feed="geneva") == (first,)
    assert desk.ledger.alerts(rule="other-rule") == (second,)
    assert desk.ledger.alerts(feed="geneva", rule="other-rule") == ()


def test_a_suppressed_finding_is_no_part_of_an_alert(desk: Desk) -> None:
    desk.watch()
    desk.alert("a")
    (edit,) = desk.poll(entry("a", "edited")).unmatched
    both = (desk.proposal(edit), desk.proposal(edit, "new-rule"))
    desk.ledger.record_match({edit: both}, 1, desk.now)
    assert [f.rule for f in desk.ledger.alerts(1)[0].findings] == ["new-rule"]
    assert len(desk.ledger.alerts(rule="talks")) == 1


def test_what_was_not_told_says_why(desk: Desk) -> None:
    desk.poll(entry("before", "avant"))
    desk.alert("a")
    (edit,) = desk.poll(entry("a", "edited")).unmatched
    both = (desk.proposal(edit), desk.proposal(edit, "names"))
    desk.ledger.record_match({edit: both}, 1, desk.now)
    again = desk.poll(entry("a", "edited again")).unmatched[0]
    desk.ledger.record_match({again: (desk.proposal(again, "talks"), desk.proposal(again, "names"))}, 1, desk.now)
    desk.poll(entry("a", "overtaken"))
    desk.poll(entry("a", "newest"))
    desk.ledger.unmatched()

    found = desk.ledger.not_told()
    assert [(n.revision.entry.text, n.rule, n.reason) for n in found] == [
        ("avant", None, "stood in the feed before it was watched"),
        ("edited", "talks", "told before within entry:2"),
        ("edited again", "names", "told before within entry:2"),
        ("edited again", "talks", "told before within entry:2"),
        ("overtaken", None, "a newer revision came first"),
    ]
    assert desk.ledger.not_told(1) == found[4:]
    assert desk.ledger.not_told(2, after=found[0].id) == found[1:4], "so many revisions, each with all its rules"
    assert desk.ledger.not_told(rule="names") == found[2:3]
    assert desk.ledger.not_told(feed="geneva") == found
    assert desk.ledger.not_told(feed="other") == ()


def test_the_oldest_due_is_that_of_the_delivery_that_waits_longest(desk: Desk) -> None:
    desk.watch()
    assert desk.ledger.counts().oldest_due is None
    desk.alert("a", to=("phone",))
    first = desk.now
    desk.later()
    desk.alert("b")
    assert desk.ledger.counts().oldest_due == first
    desk.settle(desk.claim().delivery, Outcome("sent"))
    assert desk.ledger.counts().oldest_due == desk.now
    desk.claim()
    assert desk.ledger.counts().oldest_due is None


def test_deliveries_can_be_asked_by_state_and_are_counted(desk: Desk) -> None:
    desk.watch()
    for name in "abc":
        desk.alert(name, to=(name,))
    desk.settle(desk.claim().delivery, Outcome("sent"))
    desk.claim()

    counts = desk.ledger.counts()
    assert counts.deliveries == {"sent": 1, "claimed": 1, "queued": 1}
    assert (counts.entries, counts.revisions, counts.unmatched, counts.alerts) == (3, 3, 0, 3)
    for state in ("sent", "claimed", "queued"):
        assert [d.state for d in desk.ledger.deliveries(state=state)] == [state]
    assert desk.ledger.deliveries(state="dead") == ()


def test_more_than_one_statement_takes_are_shown(desk: Desk) -> None:
    desk.watch()
    ids = desk.poll(*(entry(f"e{n}", f"text {n}") for n in range(1_100))).unmatched
    proposal = Proposal(finding(), Scope("", None), desk.sends("desk"))
    batch = {i: (replace(proposal, scope=Scope(f"entry {i}", None)),) for i in ids}
    assert len(desk.ledger.record_match(batch, 1, desk.now)) == 1_100
    assert [alert.revision.id for alert in desk.ledger.alerts()] == list(ids)
    assert all(len(d.alerts) == 1 for d in desk.ledger.deliveries())
