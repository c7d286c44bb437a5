from datetime import UTC, datetime, timedelta
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.route import (
    AMBIGUOUS_PAUSES,
    CLAIM_LASTS,
    LONGEST_PAUSE,
    MAX_AGE,
    MAX_ATTEMPTS,
    SEND_LASTS,
    Delivery,
    Outcome,
    Result,
    Route,
    Send,
    sends_of,
    settle,
)
from monitor.core.rule import Rule

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def claimed(attempts: int = 1, *, uncertain: bool = False) -> Delivery:
    return Delivery(1, "desk", "fallback", "new", "claimed", T0, T0, attempts=attempts, uncertain=uncertain)


def test_a_rule_is_sent_to_every_channel_of_its_routes_once() -> None:
    routes = {
        "one": Route("one", ("desk", "phone")),
        "two": Route("two", ("phone", "mail")),
        "not": Route("not", ("x",)),
    }
    assert sends_of(Rule("talks", send=("one", "two")), routes, T0) == (
        Send("desk", "one", T0),
        Send("phone", "one", T0),
        Send("mail", "two", T0),
    )


def test_a_claim_outlasts_the_longest_send() -> None:
    assert CLAIM_LASTS > SEND_LASTS


@pytest.mark.parametrize("uncertain", [False, True])
def test_a_success_keeps_what_was_known(uncertain: bool) -> None:  # noqa: FBT001 - a case
    settled = settle(claimed(3, uncertain=uncertain), Outcome("sent", "250 OK"), T0 + SECOND, 0.5)
    assert (settled.state, settled.due, settled.attempts) == ("sent", T0, 3)
    assert (settled.uncertain, settled.reason) == (uncertain, "250 OK")


@pytest.mark.parametrize("result", ["channel broken", "message broken"])
def test_what_is_broken_is_not_tried_again(result: Result) -> None:
    settled = settle(claimed(), Outcome(result, "404"), T0, 0.5)
    assert (settled.state, settled.reason, settled.uncertain) == ("dead", "404", False)


def test_a_limit_counts_no_attempt_and_is_kept_to_closely() -> None:
    asked = Outcome("limited", "429", retry_after=7 * SECOND)
    soonest, latest = (settle(claimed(), asked, T0, jitter) for jitter in (0, 1))
    assert (soonest.state, soonest.attempts) == ("retry", 0)
    assert soonest.due == T0 + 7 * SECOND
    assert latest.due <= T0 + 7.5 * SECOND


def test_a_limit_that_names_no_time_lasts_a_second() -> None:
    assert settle(claimed(), Outcome("limited"), T0, 0).due == T0 + SECOND


def test_pauses_double_up_to_the_longest() -> None:
    pauses = [settle(claimed(n), Outcome("failed"), T0, 1).due - T0 for n in range(1, MAX_ATTEMPTS)]
    assert pauses == [n * SECOND for n in (1, 2, 4, 8, 16, 32, 64)]
    assert max(pauses) <= LONGEST_PAUSE


def test_a_failure_waits_as_long_as_the_channel_asked() -> None:
    settled = settle(claimed(), Outcome("failed", "503", retry_after=60 * SECOND), T0, 0.5)
    assert settled.due == T0 + 60 * SECOND


@pytest.mark.parametrize(("result", "uncertain"), [("failed", False), ("ambiguous", True)])
def test_an_attempt_without_an_answer_may_have_arrived(result: Result, uncertain: bool) -> None:  # noqa: FBT001 - a case
    assert settle(claimed(), Outcome(result), T0, 0.5).uncertain is uncertain


def test_what_may_have_arrived_stays_uncertain() -> None:
    assert settle(claimed(uncertain=True), Outcome("failed"), T0, 0.5).uncertain


def test_what_may_have_arrived_often_is_not_tried_again() -> None:
    settled = settle(claimed(MAX_ATTEMPTS, uncertain=True), Outcome("ambiguous", "reset"), T0, 0.5)
    assert (settled.state, settled.reason) == ("dead", "gave up after 8 attempts: reset")
    assert settle(claimed(MAX_ATTEMPTS - 1, uncertain=True), Outcome("ambiguous"), T0, 0.5).state == "retry"


def test_what_surely_did_not_arrive_is_tried_for_hours() -> None:
    delivery, now, tried = claimed(), T0, 0
    while (settled := settle(delivery, Outcome("failed", "refused"), now, 0.5)).state == "retry":
        delivery, now, tried = claimed(settled.attempts + 1), settled.due, tried + 1
    assert now - T0 > MAX_AGE - LONGEST_PAUSE
    assert MAX_ATTEMPTS < tried < 50


@pytest.mark.parametrize("jitter", [0.0, 1.0])
def test_a_channel_that_breaks_down_for_hours_is_tried_eight_times_within_them(jitter: float) -> None:
    delivery, now, pauses = claimed(), T0, []
    while (settled := settle(delivery, Outcome("ambiguous", "500"), now, jitter)).state == "retry":
        pauses.append(settled.due - now)
        delivery, now = claimed(settled.attempts + 1, uncertain=True), settled.due
    assert settled.reason == "gave up after 8 attempts: 500"
    assert len(pauses) == MAX_ATTEMPTS - 1 == len(AMBIGUOUS_PAUSES)
    assert pauses[0] < 45 * SECOND
    assert min(pauses[1:]) >= 60 * SECOND
    assert MAX_AGE * 0.9 < now - T0 < MAX_AGE


def test_the_first_answer_that_is_lost_after_many_refusals_is_soon_asked_again() -> None:
    for attempts in (1, 5, MAX_ATTEMPTS + 4):
        assert settle(claimed(attempts), Outcome("ambiguous"), T0, 0).due == T0 + AMBIGUOUS_PAUSES[0]


def test_a_lost_answer_waits_as_long_as_the_channel_asked() -> None:
    settled = settle(claimed(), Outcome("ambiguous", "500", retry_after=300 * SECOND), T0, 0)
    assert settled.due == T0 + 300 * SECOND


def test_a_limit_of_no_time_or_a_time_gone_by_lasts_a_second() -> None:
    for asked in (timedelta(0), -5 * SECOND):
        assert settle(claimed(), Outcome("limited", retry_after=asked), T0, 0).due == T0 + SECOND


@pytest.mark.parametrize(
    ("outcome", "after", "reason"),
    [
        (
            Outcome("limited", "429", timedelta(hours=7)),
            SECOND,
            "asked to wait 7 h, and after 6 h nobody tries again: 429",
        ),
        (
            Outcome("failed", "503", timedelta(minutes=90)),
            timedelta(hours=5),
            "asked to wait 1 h 30 min, and after 6 h nobody tries again: 503",
        ),
        (
            Outcome("limited", "429", timedelta(minutes=15)),
            timedelta(hours=5, minutes=50),
            "gave up after 5 h 50 min: 429",
        ),
        (Outcome("failed", "refused"), MAX_AGE + SECOND, "gave up after 6 h: refused"),
    ],
)
def test_why_a_delivery_was_given_up_is_told_by_what_happened(outcome: Outcome, after: timedelta, reason: str) -> None:
    settled = settle(claimed(), outcome, T0 + after, 0)
    assert (settled.state, settled.reason) == ("dead", reason)


def test_what_would_be_tried_too_late_is_given_up() -> None:
    settled = settle(claimed(), Outcome("limited", "429"), T0 + MAX_AGE, 0.5)
    assert (settled.state, settled.reason) == ("dead", "gave up after 6 h: 429")
    assert settle(claimed(), Outcome("limited", "429"), T0 + MAX_AGE - SECOND, 0).state == "retry"


UNFINISHED: tuple[Result, ...] = ("limited", "failed", "ambiguous")
asked = st.timedeltas(10 * 60 * SECOND, timedelta(days=2))
"""Pauses of ten minutes and more: a channel may ask for a second six hours long, which is many attempts."""


@given(st.lists(st.builds(Outcome, st.sampled_from(UNFINISHED), st.just(""), asked), min_size=1), st.floats(0, 1))
def test_whatever_a_channel_answers_a_delivery_ends(answers: list[Outcome], jitter: float) -> None:
    delivery, now, tried = claimed(), T0, 0
    for tried, outcome in enumerate(cycle(answers), start=1):  # noqa: B007 - how many there were
        settled = settle(delivery, outcome, now, jitter)
        assert settled.uncertain >= delivery.uncertain
        if settled.state == "dead":
            break
        assert settled.due > now
        delivery, now = claimed(settled.attempts + 1, uncertain=settled.uncertain), settled.due
    assert tried <= MAX_ATTEMPTS + MAX_AGE / timedelta(minutes=10)
