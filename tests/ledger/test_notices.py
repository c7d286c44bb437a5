from dataclasses import replace
from datetime import timedelta

from monitor.core.route import Outcome, Send
from monitor.core.telling.notice import Notice
from monitor.ledger import Ledger
from tests.ledger.desk import MINUTE, T0, Desk

BROKEN = Notice("rules", "folder", "x", "high", "Rules refused: é.yaml", "é.yaml:1:1: error: \x00 no", 3, T0)
MENDED = replace(BROKEN, state="", severity="normal", subject="Rules mended", text="all is well")
SENDS = (Send("phone", "operator", T0), Send("mail", "operator", T0))


def test_operators_are_told_once_for_each_change_of_how_things_stand(ledger: Ledger) -> None:
    said = [
        BROKEN,
        BROKEN,
        replace(BROKEN, state="y"),
        replace(BROKEN, state="y", text="again"),
        MENDED,
        MENDED,
        BROKEN,
    ]
    assert [len(ledger.notify(notice, SENDS[:1])) for notice in said] == [1, 0, 1, 0, 1, 0, 1]
    assert [notice.state for notice in ledger.notices()] == ["x", "y", "", "x"]
    assert [notice.id for notice in ledger.notices(2)] == [3, 4]
    assert [notice.id for notice in ledger.notices(2, after=1)] == [2, 3]


def test_that_all_is_well_is_no_news(ledger: Ledger) -> None:
    assert ledger.notify(MENDED, SENDS) == ()
    assert ledger.notices() == ()


def test_each_thing_stands_for_itself(ledger: Ledger) -> None:
    assert ledger.notify(BROKEN, SENDS)
    assert ledger.notify(replace(BROKEN, key="other"), SENDS)
    assert ledger.notify(replace(MENDED, key="third"), SENDS) == ()


def test_a_notice_to_nobody_is_kept_all_the_same(ledger: Ledger) -> None:
    assert ledger.notify(BROKEN, ()) == ()
    assert ledger.notify(BROKEN, SENDS) == ()
    assert len(ledger.notices()) == 1


def test_a_notice_is_claimed_sent_and_settled_like_any_message(desk: Desk) -> None:
    desk.watch()
    desk.alert("a", to=("phone",))
    phone, mail = desk.ledger.notify(BROKEN, SENDS)

    claim = desk.claim()
    assert (claim.delivery.id, claim.delivery.kind, claim.delivery.route) == (phone, "operator", "operator")
    assert claim.alerts == ()
    (notice,) = claim.notices
    assert notice == replace(BROKEN, id=1, text="é.yaml:1:1: error: \ufffd no")
    assert claim.delivery.notices == (1,)
    assert desk.settle(claim.delivery, Outcome("failed", "503"))

    second = desk.claim()
    assert second.delivery.id == mail, "more urgent than an alert, and the phone is to be tried later"
    assert desk.settle(second.delivery, Outcome("sent"))
    assert desk.claim().delivery.kind == "new"

    by_id = {delivery.id: delivery for delivery in desk.ledger.deliveries()}
    assert (by_id[phone].state, by_id[phone].notices, by_id[phone].alerts) == ("retry", (1,), ())
    assert (by_id[mail].state, by_id[mail].attempts) == ("sent", 1)
    desk.later(timedelta(hours=1))
    assert {delivery.kind for delivery in desk.expire()} == {"new"}


def test_old_notices_are_forgotten_but_for_what_waits_and_what_says_how_things_stand(desk: Desk) -> None:
    ledger = desk.ledger
    stands = replace(BROKEN, key="stands")
    for notice in (BROKEN, MENDED, stands, replace(stands, state="y")):
        ledger.notify(notice, SENDS[:1])
    for _ in range(3):
        desk.settle(desk.claim().delivery, Outcome("sent"))

    ledger.prune(T0)
    assert len(ledger.notices()) == 4
    ledger.prune(T0 + MINUTE)
    assert [(notice.key, notice.state) for notice in ledger.notices()] == [("folder", ""), ("stands", "y")]
    assert len(ledger.deliveries()) == 2

    (waiting,) = (delivery for delivery in ledger.deliveries() if delivery.state == "queued")
    assert waiting.notices == (2,), "the last one to be claimed: it is less urgent"
    desk.settle(desk.claim().delivery, Outcome("sent"))
    ledger.prune(T0 + MINUTE)
    assert [(notice.key, notice.state) for notice in ledger.notices()] == [("stands", "y")]
    assert ledger.notify(replace(stands, state="y"), SENDS) == (), "it was told, a month ago"
    assert ledger.notify(BROKEN, SENDS[:1])
