"""What counts as told is what a sink accepted; the ledger says what it was about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.demo.coverage import Gold, Told
from monitor.demo.sinks import HOOK, MAIL, Accepted
from monitor.demo.verdict import Sent, Verdict, judge

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
GOLD = Gold(
    told=(Told("fr-1", "talks", "both names"), Told("fr-1", "arms", "the treaty"), Told("fr-2", "arms", "edited", 2)),
    not_told=(Told("fr-3", "arms", "a newspaper"),),
)
SINKS = {"talks": (HOOK, MAIL), "arms": (MAIL,)}

MAILED = Sent(1, MAIL, "fr-1", 1, ("talks", "arms"), "sent", uncertain=False, fetched=NOW)
HOOKED = Sent(2, HOOK, "fr-1", 1, ("talks",), "sent", uncertain=False, fetched=NOW)
EDITED = Sent(3, MAIL, "fr-2", 2, ("arms",), "sent", uncertain=False, fetched=NOW)
ALL = (MAILED, HOOKED, EDITED)


def accept(sent: Sent, seconds: float = 0.2) -> Accepted:
    return Accepted(sent.sink, sent.id, sent.fetched + timedelta(seconds=seconds))


def verdict(*sends: Sent, accepted: tuple[Accepted, ...] | None = None) -> Verdict:
    return judge(GOLD, SINKS, sends, tuple(map(accept, sends)) if accepted is None else accepted)


def test_everything_told_once_and_nothing_else_agrees() -> None:
    found = verdict(*ALL)
    assert found.agrees
    assert (found.expected, found.delivered) == (3, 3)
    assert [(c.expected, c.delivered, c.messages) for c in found.channels.values()] == [(1, 1, 1), (2, 2, 2)]


def test_what_one_sink_did_not_get_is_missing_with_its_why() -> None:
    found = verdict(*ALL, accepted=(accept(MAILED), accept(EDITED)))
    assert not found.agrees
    assert found.delivered == 2
    assert [str(d) for d in found.missing] == [
        "fr-1 revision 1, rule talks, demo_hook: its delivery 2 is sent; expected because: both names"
    ]
    assert found.untrue == (2,)


def test_what_the_ledger_never_made_is_missing_too() -> None:
    found = verdict(MAILED, HOOKED)
    assert [d.why for d in found.missing] == ["the ledger has no delivery of it; expected because: edited"]
    assert found.untrue == ()


def test_a_delivery_under_way_is_neither_told_nor_untrue() -> None:
    found = verdict(MAILED, HOOKED, replace(EDITED, state="claimed"), accepted=(accept(MAILED), accept(HOOKED)))
    assert found.untrue == ()
    assert "its delivery 3 is claimed" in found.missing[0].why


def test_a_message_may_name_what_is_due_elsewhere_only() -> None:
    assert verdict(MAILED, replace(HOOKED, rules=("talks", "arms")), EDITED).agrees
    assert [d.rule for d in verdict(*ALL, replace(EDITED, id=8, sink=HOOK)).surplus] == ["arms"]


def test_a_surplus_is_named_with_the_trap_it_fell_into() -> None:
    trap = Sent(4, MAIL, "fr-3", 1, ("arms",), "sent", uncertain=False, fetched=NOW)
    found = verdict(*ALL, trap)
    assert not found.agrees
    assert [str(d) for d in found.surplus] == ["fr-3 revision 1, rule arms, demo_mail: a trap: a newspaper"]


def test_a_surplus_says_if_another_revision_was_meant_or_nothing_known() -> None:
    other = verdict(MAILED, HOOKED, replace(EDITED, revision=1))
    assert [d.why for d in other.surplus] == ["the gold list has it for revision 2"]
    unknown = verdict(*ALL, replace(EDITED, id=9, entry="http://x/related"))
    assert [d.why for d in unknown.surplus] == ["the gold list does not know of it"]


def test_a_message_told_twice_must_be_marked_uncertain() -> None:
    twice = (*map(accept, ALL), accept(MAILED, 31))
    found = verdict(*ALL, accepted=twice)
    assert not found.agrees
    assert str(found.doubled[0]) == "delivery 1 to demo_mail 2 times, NOT marked uncertain"
    marked = verdict(replace(MAILED, uncertain=True), HOOKED, EDITED, accepted=twice)
    assert marked.agrees
    assert str(marked.doubled[0]) == "delivery 1 to demo_mail 2 times, marked uncertain"


def test_the_same_thing_in_two_messages_is_told_twice() -> None:
    found = verdict(*ALL, replace(EDITED, id=7))
    assert not found.agrees
    assert [(d.delivery, d.times) for d in found.doubled] == [(3, 2), (7, 2)]


def test_a_message_of_no_delivery_is_a_stray() -> None:
    found = verdict(*ALL, accepted=(*map(accept, ALL), Accepted(MAIL, 0, NOW)))
    assert found.strays == 1
    assert not found.agrees


def test_latency_is_from_the_fetch_to_the_first_acceptance_by_mail() -> None:
    found = verdict(*ALL, accepted=(accept(MAILED, 0.9), accept(MAILED, 0.1), accept(HOOKED, 5), accept(EDITED, 0.3)))
    assert found.latencies == (0.1, 0.3)
    assert (found.median, found.longest) == (0.2, 0.3)


def test_without_mail_there_is_no_latency() -> None:
    found = verdict()
    assert (found.median, found.longest, found.delivered) == (0.0, 0.0, 0)
