from datetime import timedelta

from monitor.core.route import Outcome
from monitor.core.telling.alert import Proposal, Scope
from tests.ledger.desk import T0, Desk, entry, finding

DAY = timedelta(days=1)
SENT = Outcome("sent")


def test_what_the_feed_no_longer_shows_is_forgotten_with_all_that_hangs_on_it(desk: Desk) -> None:
    desk.watch()
    desk.alert("old", to=("desk", "phone"))
    desk.settle(desk.claim().delivery, SENT)
    desk.settle(desk.claim().delivery, Outcome("channel broken"))
    desk.later(40 * DAY)
    desk.poll(entry("new"))

    assert desk.ledger.prune(desk.now - 30 * DAY) == 1
    counts = desk.ledger.counts()
    assert (counts.entries, counts.alerts, counts.deliveries) == (1, 0, {})
    assert desk.ledger.prune(desk.now - 30 * DAY) == 0


def test_what_the_feed_still_shows_is_kept_however_old(desk: Desk) -> None:
    desk.poll(entry("slow"))
    for _ in range(60):
        desk.later(DAY)
        desk.same()
    assert desk.ledger.prune(desk.now) == 0
    assert desk.poll(entry("slow")).unmatched == ()


def test_a_feed_that_fails_forgets_nothing(desk: Desk) -> None:
    desk.poll(entry("a"))
    desk.later(60 * DAY)
    desk.fail()
    assert desk.ledger.prune(desk.now) == 0


def test_what_is_unmatched_or_undelivered_is_kept(desk: Desk) -> None:
    desk.watch()
    desk.alert("undelivered")
    desk.poll(entry("unmatched", "two"))
    desk.later(40 * DAY)
    desk.poll(entry("new", "three"))
    assert desk.ledger.prune(desk.now) == 0

    claim = desk.claim()
    assert desk.ledger.prune(desk.now) == 0
    desk.settle(claim.delivery, SENT)
    assert desk.ledger.prune(desk.now) == 1
    assert len(desk.ledger.unmatched()) == 2


def test_many_are_forgotten_in_parts(desk: Desk) -> None:
    desk.poll(*(entry(f"e{n}") for n in range(1_200)))
    desk.later(40 * DAY)
    desk.poll(entry("new"))
    assert desk.ledger.prune(desk.now - DAY) == 1_200


def test_a_new_entry_is_not_taken_for_a_forgotten_one(desk: Desk) -> None:
    """What was told of an entry must not silence another that got its number."""
    desk.watch()
    desk.alert("last")
    desk.settle(desk.claim().delivery, SENT)
    first = desk.ledger.alerts()[-1]
    desk.later(40 * DAY)
    desk.poll()
    assert desk.ledger.prune(desk.now) == 1

    desk.alert("next")
    alert = desk.ledger.alerts()[-1]
    assert alert.id > first.id
    assert alert.revision.entry_id > first.revision.entry_id


def test_a_scope_that_ended_is_forgotten_and_one_for_ever_is_not(desk: Desk) -> None:
    desk.watch()
    ids = desk.poll(*(entry(f"e{n}", f"text {n}") for n in range(4))).unmatched
    ends, stays = Scope("rule", T0 + DAY), Scope("always", None)
    desk.ledger.record_match({ids[0]: tuple(Proposal(finding(s.key), s, ()) for s in (ends, stays))}, 1, T0)
    desk.ledger.prune(T0 + 2 * DAY)
    desk.ledger.record_match({ids[1]: tuple(Proposal(finding(s.key), s, ()) for s in (ends, stays))}, 1, T0)
    assert [[f.rule for f in alert.findings] for alert in desk.ledger.alerts()] == [["always", "rule"], ["rule"]]
