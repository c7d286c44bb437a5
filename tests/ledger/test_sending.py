from datetime import timedelta

import pytest

from monitor.core.route import CLAIM_LASTS, MAX_ATTEMPTS, Outcome
from monitor.ledger import Pending
from tests.ledger.desk import MINUTE, T0, Desk, entry, finding

SENT = Outcome("sent", "250 OK")
FAILED = Outcome("failed", "503")
NONE = timedelta(0)


def test_a_claim_gives_the_alert_and_counts_the_attempt(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    claim = desk.claim()

    assert (claim.delivery.state, claim.delivery.attempts, claim.delivery.uncertain) == ("claimed", 1, False)
    assert claim.alerts == desk.ledger.alerts()
    assert claim.delivery.alerts == (claim.alerts[0].id,)
    assert claim.delivery.token


def test_nothing_due_is_no_claim(desk: Desk) -> None:
    assert desk.ledger.claim(T0) is None
    desk.watch()
    desk.alert()
    assert desk.ledger.claim(T0 - timedelta(microseconds=1)) is None


def test_the_most_urgent_goes_first_then_the_longest_due(desk: Desk) -> None:
    desk.watch()
    order = {"n1": "normal", "l": "low", "u": "urgent", "n2": "normal", "h": "high"}
    for name, severity in order.items():
        desk.alert(name, severity, to=(name,))  # type: ignore[arg-type]
        desk.later()
    claimed = []
    while claim := desk.ledger.claim(desk.now):
        claimed.append(claim.delivery.channel)
    assert claimed == ["u", "h", "n1", "n2", "l"]


def test_a_channel_has_one_send_in_flight(desk: Desk) -> None:
    desk.watch()
    desk.alert("a", "urgent")
    desk.alert("b", "urgent")
    desk.alert("c", "low", to=("other",))

    first = desk.claim()
    assert desk.claim().delivery.channel == "other"
    assert desk.ledger.claim(desk.now) is None
    assert desk.settle(first.delivery, SENT)
    assert desk.claim().delivery.channel == "desk"


def test_what_was_sent_is_sent(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    claim = desk.claim()
    desk.later(timedelta(seconds=1))
    assert desk.settle(claim.delivery, SENT)

    delivery = desk.delivery(claim.delivery.id)
    assert (delivery.state, delivery.sent, delivery.attempts) == ("sent", desk.now, 1)
    assert desk.ledger.claim(desk.later(10 * MINUTE)) is None


def test_a_failure_is_tried_again_when_it_is_due(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    assert desk.settle(desk.claim().delivery, FAILED)
    assert desk.ledger.claim(desk.now) is None
    again = desk.ledger.claim(desk.later())
    assert again is not None
    assert (again.delivery.attempts, again.delivery.uncertain, again.delivery.reason) == (2, False, "503")


def test_a_broken_channel_ends_the_delivery(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    claim = desk.claim()
    assert desk.settle(claim.delivery, Outcome("channel broken", "410 bot was blocked\x00"))
    delivery = desk.delivery(claim.delivery.id)
    assert (delivery.state, delivery.reason, delivery.sent) == ("dead", "410 bot was blocked\ufffd", None)


def test_a_claim_that_ran_out_is_claimed_again_as_uncertain(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    first = desk.claim()
    desk.later(CLAIM_LASTS - timedelta(microseconds=1))
    assert desk.expire() == ()
    desk.later(timedelta(microseconds=1))
    (freed,) = desk.expire()
    assert freed == desk.delivery(first.delivery.id)
    assert (freed.state, freed.alerts) == ("queued", first.delivery.alerts)
    second = desk.claim()

    assert (second.delivery.id, second.delivery.uncertain, second.delivery.attempts) == (first.delivery.id, True, 2)
    assert second.delivery.token != first.delivery.token


def test_a_claim_that_ran_out_is_freed_by_the_clock_alone_which_can_say_so(desk: Desk) -> None:
    desk.watch()
    desk.alert("a", to=("desk", "phone"))
    desk.alert("b", to=("desk",))
    claims = [desk.claim(), desk.claim()]
    assert desk.ledger.pending(desk.now, NONE).next_due == desk.later(CLAIM_LASTS), "that is when the clock wakes"
    assert desk.ledger.claim(desk.now) is None
    assert [d.id for d in desk.expire()] == sorted(claim.delivery.id for claim in claims)
    assert desk.expire() == ()
    assert desk.ledger.pending(desk.now, NONE).due
    assert desk.claim().delivery.id == claims[0].delivery.id


@pytest.mark.parametrize("expired", [False, True])
def test_a_late_success_counts_while_nobody_claimed_anew(desk: Desk, expired: bool) -> None:  # noqa: FBT001
    desk.watch()
    desk.alert()
    claim = desk.claim()
    desk.later(2 * CLAIM_LASTS)
    if expired:
        desk.ledger.expire_claims(desk.now)
    assert desk.settle(claim.delivery, SENT)
    delivery = desk.delivery(claim.delivery.id)
    assert (delivery.state, delivery.uncertain) == ("sent", False)


@pytest.mark.parametrize("outcome", [SENT, FAILED], ids=["success", "failure"])
def test_nothing_counts_after_a_new_claim(desk: Desk, outcome: Outcome) -> None:
    desk.watch()
    desk.alert()
    first = desk.claim()
    desk.later(CLAIM_LASTS)
    desk.expire()
    second = desk.claim()
    assert not desk.settle(first.delivery, outcome)
    assert desk.delivery(first.delivery.id) == second.delivery


@pytest.mark.parametrize("expired", [False, True])
@pytest.mark.parametrize("result", ["failed", "ambiguous", "limited", "channel broken", "message broken"])
def test_a_late_failure_never_counts(desk: Desk, result: str, expired: bool) -> None:  # noqa: FBT001
    desk.watch()
    desk.alert()
    claim = desk.claim()
    desk.later(CLAIM_LASTS)
    if expired:
        desk.ledger.expire_claims(desk.now)
    assert not desk.settle(claim.delivery, Outcome(result, "late"))  # type: ignore[arg-type]


def test_a_success_told_twice_is_true_twice(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    claim = desk.claim()
    assert desk.settle(claim.delivery, SENT)
    assert desk.settle(claim.delivery, SENT)
    assert not desk.settle(claim.delivery, FAILED)


def test_a_message_that_kills_its_senders_is_given_up(desk: Desk) -> None:
    desk.watch()
    first = desk.alert()
    for _ in range(MAX_ATTEMPTS):
        claim = desk.claim()
        assert claim.delivery.id == first
        desk.later(CLAIM_LASTS)
        (freed,) = desk.expire()
    assert desk.ledger.claim(desk.now) is None
    assert freed == desk.delivery(first)
    assert (freed.state, freed.uncertain) == ("dead", True)
    assert "8 attempts" in freed.reason

    assert not desk.settle(claim.delivery, FAILED)
    assert desk.settle(claim.delivery, SENT), "the last sender was late, not dead"
    delivery = desk.delivery(first)
    assert (delivery.state, delivery.sent, delivery.reason) == ("sent", desk.now, "250 OK")


def test_what_is_retried_tells_the_newest_text(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    desk.settle(desk.claim().delivery, FAILED)
    (edit,) = desk.poll(entry("a", "Riabkov dément")).unmatched
    desk.tell(edit)
    desk.later()

    (alert,) = desk.claim().alerts
    assert alert.revision.entry.text == "Riabkov dément"
    assert alert.findings == (finding(),)


def test_a_newer_text_that_is_not_yet_matched_waits(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    desk.poll(entry("a", "Riabkov dément"))
    assert desk.claim().alerts[0].revision.number == 1


def test_a_rule_that_the_newest_text_no_longer_meets_stands_without_hits(desk: Desk) -> None:
    desk.watch()
    desk.alert(severity="high")
    (edit,) = desk.poll(entry("a", "corrigé")).unmatched
    desk.ledger.record_match({edit: ()}, 1, desk.now)

    (alert,) = desk.claim().alerts
    assert alert.revision.entry.text == "corrigé"
    assert [(f.rule, f.severity, f.hits) for f in alert.findings] == [("talks", "high", ())]


def test_what_the_feed_shows_again_is_told_and_not_what_it_took_back(desk: Desk) -> None:
    desk.watch()
    desk.alert()
    for text in ("corrigé", "corrigé encore"):
        desk.ledger.record_match(dict.fromkeys(desk.poll(entry("a", text)).unmatched, ()), 1, desk.now)
    assert desk.poll(entry("a")).unmatched == ()

    (alert,) = desk.claim().alerts
    assert (alert.revision.number, alert.revision.entry.text) == (1, "Riabkov à Genève")
    assert alert.findings == (finding(),)


def test_an_entry_that_was_withdrawn_and_stands_there_again_is_told_as_it_stands(desk: Desk) -> None:
    desk.watch()
    first = desk.alert()
    desk.ledger.record_match(dict.fromkeys(desk.poll(entry("a", "", deleted=True)).unmatched, ()), 1, desk.now)
    claim = desk.claim()
    assert claim.alerts[0].revision.entry.deleted
    desk.settle(claim.delivery, FAILED)

    desk.poll(entry("a"))
    desk.later()
    claim = desk.claim()
    assert (claim.delivery.id, claim.alerts[0].revision.entry) == (first, entry("a"))


def test_a_text_from_before_the_feed_was_watched_is_told_where_the_feed_shows_it_again(desk: Desk) -> None:
    desk.poll(entry("a", "avant"))
    desk.alert("a")
    assert desk.poll(entry("a", "avant")).unmatched == ()

    (alert,) = desk.claim().alerts
    assert alert.revision.entry.text == "avant"
    assert [(f.rule, f.hits) for f in alert.findings] == [("talks", ())]


def test_empty_inboxes_leave_nothing_ahead(desk: Desk) -> None:
    assert desk.ledger.pending(T0, NONE) == Pending(unmatched=False, due=False, next_due=None)


def test_a_revision_is_pending_when_it_has_waited(desk: Desk) -> None:
    desk.watch()
    desk.poll(entry("a"))
    assert not desk.ledger.pending(T0 + MINUTE - timedelta(microseconds=1), MINUTE).unmatched
    assert desk.ledger.pending(T0 + MINUTE, MINUTE).unmatched


def test_a_due_delivery_is_pending_until_its_channel_is_busy(desk: Desk) -> None:
    desk.watch()
    desk.alert("a")
    desk.alert("b")
    assert desk.ledger.pending(T0, NONE) == Pending(unmatched=False, due=True, next_due=None)
    desk.claim()
    assert desk.ledger.pending(T0, NONE) == Pending(unmatched=False, due=False, next_due=T0 + CLAIM_LASTS)


def test_a_retry_is_ahead(desk: Desk) -> None:
    desk.watch()
    desk.alert("a")
    claim = desk.claim()
    desk.settle(claim.delivery, FAILED)
    due = desk.delivery(claim.delivery.id).due
    assert desk.ledger.pending(T0, NONE) == Pending(unmatched=False, due=False, next_due=due)
    assert desk.ledger.pending(due, NONE).due
