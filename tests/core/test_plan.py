"""A plan counts what comes and what goes, and keeps the first of each."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.entry import Entry, Revision
from monitor.core.hindsight.plan import Change, Count, changes, plan
from monitor.core.hindsight.replaying import Replayed
from monitor.core.rule import Finding

T0 = datetime(2022, 1, 10, 22, 30, tzinfo=UTC)


def alert(rule: str = "otan", *channels: str, hours: int = 0, suppressed: str = "") -> Replayed:
    at = T0 + timedelta(hours=hours)
    return Replayed(Finding(rule, "normal", ()), Revision(1, 1, 1, Entry("fil", "1"), at), at, channels, suppressed)


DESK = alert("otan", "desk")


def test_what_only_one_side_tells_comes_or_goes() -> None:
    assert list(changes((), (DESK,))) == [Change("added", DESK, ("desk",))]
    assert list(changes((DESK,), ())) == [Change("removed", DESK, ("desk",))]
    assert not list(changes((DESK,), (DESK,)))


def test_what_is_not_told_is_no_alert() -> None:
    quiet = alert("otan", suppressed="told before")
    assert not list(changes((quiet,), (quiet,)))
    assert list(changes((quiet,), (DESK,))) == [Change("added", DESK, ("desk",))]


def test_a_rule_that_tells_others_changes_their_channels_only() -> None:
    moved = alert("otan", "desk", "phone")
    mailed = alert("otan", "mail", "desk")
    assert list(changes((moved,), (mailed,))) == [
        Change("removed", moved, ("phone",)),
        Change("added", mailed, ("mail",)),
    ]


def test_rules_are_compared_one_by_one() -> None:
    found = changes((alert("a", "desk"), alert("b", "desk")), (alert("b", "desk"), alert("c", "desk")))
    assert [(change.sign, change.alert.finding.rule) for change in found] == [("removed", "a"), ("added", "c")]


def test_changes_are_counted_per_rule_channel_and_day_of_the_zone() -> None:
    after = [alert("otan", "desk", "phone"), alert("otan", "desk", hours=1), alert("onu", "desk", hours=2)]
    found = [change for one in after for change in changes((), (one,))]
    found += changes((alert("otan", "desk", hours=3),), ())
    counted = plan(found, ZoneInfo("Europe/Paris"), 9)
    assert counted.counts == (
        Count("onu", "desk", date(2022, 1, 11), 1, 0),
        Count("otan", "desk", date(2022, 1, 10), 1, 0),
        Count("otan", "desk", date(2022, 1, 11), 1, 1),
        Count("otan", "phone", date(2022, 1, 10), 1, 0),
    )
    assert [(total.rule, total.added, total.removed) for total in counted.totals] == [("otan", 2, 1), ("onu", 1, 0)]
    assert (counted.added, counted.removed) == (3, 1)


def test_of_many_alerts_the_first_of_each_rule_are_kept() -> None:
    many = (change for n in range(1_000) for change in changes((), (alert("otan", "desk", hours=n),)))
    (total,) = plan(many, UTC, 2).totals
    assert [change.alert.at for change in total.examples] == [T0, T0 + timedelta(hours=1)]
    assert total.added == 1_000


def test_of_many_rules_not_all_are_kept() -> None:
    many = (change for n in range(3_000) for change in changes((), (alert(f"rule{n}", "desk"),)))
    found = plan(many, None, 3)
    assert found.added == len(found.totals) == 3_000
    assert sum(len(total.examples) for total in found.totals) == 1_000
