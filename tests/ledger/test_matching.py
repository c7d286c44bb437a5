from dataclasses import replace
from datetime import timedelta

from monitor.core.revise import BEFORE
from monitor.core.telling.alert import Proposal, Scope
from tests.ledger.desk import MINUTE, T0, Desk, entry, finding


def test_the_inbox_is_read_oldest_first_and_in_parts(desk: Desk) -> None:
    desk.watch()
    ids = desk.poll(*(entry(f"e{n}", f"text {n}") for n in range(5))).unmatched
    assert tuple(r.id for r in desk.ledger.unmatched(limit=3)) == ids[:3]
    assert tuple(r.id for r in desk.ledger.unmatched((ids[4], ids[1]))) == (ids[1], ids[4])
    assert tuple(r.id for r in desk.ledger.unmatched(limit=2, after=ids[1])) == ids[2:4]
    assert tuple(r.id for r in desk.ledger.unmatched((ids[4], ids[1]), after=ids[1])) == (ids[4],)


def test_an_overtaken_revision_is_not_given_and_tells_nobody(desk: Desk) -> None:
    desk.watch()
    first = desk.poll(entry("a", "12 dead")).unmatched
    second = desk.poll(entry("a", "52 dead")).unmatched

    assert desk.ledger.unmatched(first) == ()
    assert tuple(r.id for r in desk.ledger.unmatched()) == second
    assert desk.ledger.record_match({first[0]: (_propose(desk),)}, 1, T0) == ()


def test_the_inbox_gives_what_stands_behind_many_overtaken_revisions(desk: Desk) -> None:
    desk.watch()
    for text in ("one", "two", "three"):
        desk.poll(entry("a", text))
    (last,) = desk.poll(entry("b", "other")).unmatched
    assert tuple(r.entry.text for r in desk.ledger.unmatched(limit=2)) == ("three", "other")
    assert desk.ledger.unmatched((last,))


def test_a_revision_that_was_overtaken_while_it_was_matched_tells_nobody(desk: Desk) -> None:
    desk.watch()
    (first,) = desk.poll(entry("a", "one")).unmatched
    proposal = desk.proposal(first)
    desk.poll(entry("a", "two"))

    assert desk.ledger.record_match({first: (proposal,)}, 1, T0) == ()
    assert desk.ledger.alerts() == ()
    assert desk.ledger.counts().unmatched == 1


def test_an_alert_names_every_rule_and_a_channel_gets_one_delivery(desk: Desk) -> None:
    desk.watch()
    (revision_id,) = desk.poll(entry("a")).unmatched
    proposals = (
        desk.proposal(revision_id, "quiet-rule", "low", to=("desk", "archive")),
        desk.proposal(revision_id, "loud-rule", "urgent", to=("desk", "phone")),
    )
    deliveries = desk.ledger.record_match({revision_id: proposals}, 7, desk.later())

    (alert,) = desk.ledger.alerts()
    assert alert.findings == (finding("loud-rule", "urgent"), finding("quiet-rule", "low"))
    assert (alert.version, alert.committed, alert.revision.id) == (7, desk.now, revision_id)
    made = desk.ledger.deliveries()
    assert tuple(d.id for d in made) == deliveries
    assert [d.channel for d in made] == ["desk", "phone", "archive"]
    assert all(d.alerts == (alert.id,) and d.state == "queued" and d.created == desk.now for d in made)


def test_one_channel_at_two_times_is_two_deliveries(desk: Desk) -> None:
    desk.watch()
    (revision_id,) = desk.poll(entry("a")).unmatched
    later = Proposal(finding("digest"), Scope("entry:1", None), desk.sends("desk", due=T0 + MINUTE))
    desk.ledger.record_match({revision_id: (desk.proposal(revision_id), later)}, 1, T0)
    assert {d.due for d in desk.ledger.deliveries()} == {T0, T0 + MINUTE}


def test_a_finding_without_sends_is_an_alert_without_delivery(desk: Desk) -> None:
    desk.watch()
    (revision_id,) = desk.poll(entry("a")).unmatched
    assert desk.ledger.record_match({revision_id: (desk.proposal(revision_id, to=()),)}, 1, T0) == ()
    assert len(desk.ledger.alerts()) == 1


def test_what_meets_no_rule_leaves_the_inbox(desk: Desk) -> None:
    desk.watch()
    (revision_id,) = desk.poll(entry("a")).unmatched
    assert desk.ledger.record_match({revision_id: ()}, 1, T0) == ()
    assert desk.ledger.counts().unmatched == 0


def test_a_batch_recorded_twice_tells_once(desk: Desk) -> None:
    desk.watch()
    (revision_id,) = desk.poll(entry("a")).unmatched
    proposals = {revision_id: (desk.proposal(revision_id),)}
    assert len(desk.ledger.record_match(proposals, 1, T0)) == 1
    assert desk.ledger.record_match(proposals, 1, T0) == ()
    assert len(desk.ledger.alerts()) == 1


def test_nothing_found_is_nothing_recorded(desk: Desk) -> None:
    assert desk.ledger.record_match({}, 1, T0) == ()


def test_a_rule_tells_an_entry_once_whatever_is_edited(desk: Desk) -> None:
    desk.watch()
    desk.alert("a")
    (edit,) = desk.poll(entry("a", "Riabkov, edited")).unmatched
    assert desk.tell(edit) == ()
    assert len(desk.ledger.alerts()) == 1


def test_of_an_edit_only_the_rules_that_had_not_told_are_told(desk: Desk) -> None:
    desk.watch()
    desk.alert("a")
    (edit,) = desk.poll(entry("a", "Riabkov, edited")).unmatched
    both = (desk.proposal(edit), desk.proposal(edit, "new-rule"))
    desk.ledger.record_match({edit: both}, 1, T0)
    assert [f.rule for f in desk.ledger.alerts()[-1].findings] == ["new-rule"]


def test_a_duration_runs_from_the_first(desk: Desk) -> None:
    desk.watch()
    hour = timedelta(hours=1)
    told = []
    for minutes in (0, 59, 60, 61, 120):
        at = T0 + minutes * MINUTE
        (revision_id,) = desk.poll(entry(f"at {minutes}", f"text {minutes}")).unmatched
        proposal = Proposal(finding(), Scope("rule", at + hour), desk.sends("desk"))
        told.append(len(desk.ledger.record_match({revision_id: (proposal,)}, 1, at)))
    assert told == [1, 0, 1, 0, 1]


def test_of_one_batch_the_first_revision_tells_a_shared_scope(desk: Desk) -> None:
    desk.watch()
    ids = desk.poll(entry("a"), entry("b", "two"), entry("c", "three")).unmatched
    proposal = Proposal(finding(), Scope("feed:geneva", T0 + timedelta(days=1)), desk.sends("desk"))
    desk.ledger.record_match(dict.fromkeys(reversed(ids), (proposal,)), 1, T0)
    assert [alert.revision.id for alert in desk.ledger.alerts()] == [ids[0]]


def test_two_rules_tell_the_same_scope_each_for_itself(desk: Desk) -> None:
    desk.watch()
    ids = desk.poll(entry("a"), entry("b", "two")).unmatched
    scope = Scope("feed:geneva", None)
    batch = {ids[0]: (Proposal(finding("one"), scope, ()),), ids[1]: (Proposal(finding("two"), scope, ()),)}
    desk.ledger.record_match(batch, 1, T0)
    assert len(desk.ledger.alerts()) == 2


def _propose(desk: Desk) -> Proposal:
    return Proposal(finding(), Scope("entry:1", None), desk.sends("desk"))


def test_what_is_suppressed_tells_nobody_and_takes_nothing_from_its_scope(desk: Desk) -> None:
    """A rule in shadow that goes live must still tell."""
    desk.watch()
    (revision_id,) = desk.poll(entry("a")).unmatched
    shadow = replace(desk.proposal(revision_id), sends=(), suppressed="shadow")
    assert desk.ledger.record_match({revision_id: (shadow,)}, 1, T0) == ()
    assert desk.ledger.alerts() == ()
    assert [(quiet.rule, quiet.reason) for quiet in desk.ledger.not_told()] == [("talks", "shadow")]

    (edit,) = desk.poll(entry("a", "Riabkov, edited")).unmatched
    assert len(desk.tell(edit)) == 1


def test_of_two_rules_one_may_be_suppressed(desk: Desk) -> None:
    desk.watch()
    (revision_id,) = desk.poll(entry("a")).unmatched
    shadow = replace(desk.proposal(revision_id, "quiet", "urgent"), suppressed="shadow")
    desk.ledger.record_match({revision_id: (shadow, desk.proposal(revision_id, "loud"))}, 1, T0)
    (alert,) = desk.ledger.alerts()
    assert [found.rule for found in alert.findings] == ["loud"]
    (delivery,) = desk.ledger.deliveries()
    assert delivery.channel == "desk"


def test_what_tells_again_is_told_whatever_its_rule_has_told(desk: Desk) -> None:
    desk.watch()
    desk.alert("a")
    for text in ("Riabkov, edited", "Riabkov, edited again"):
        (edit,) = desk.poll(entry("a", text)).unmatched
        again = replace(desk.proposal(edit), again=True)
        assert len(desk.ledger.record_match({edit: (again,)}, 1, T0)) == 1
    (last,) = desk.poll(entry("a", "Riabkov, the last")).unmatched
    assert desk.tell(last) == (), "others still find that it was told"
    assert len(desk.ledger.alerts()) == 3


def test_an_edit_comes_after_the_newest_text_that_was_matched(desk: Desk) -> None:
    desk.watch()
    (first,) = desk.poll(entry("a", "one")).unmatched
    assert desk.ledger.before([first]) == {}
    desk.tell(first)
    (second,) = desk.poll(entry("a", "two")).unmatched
    (other,) = desk.poll(entry("a", "two"), entry("b", "other")).unmatched
    assert {i: text.entry.text for i, text in desk.ledger.before([second, other]).items()} == {second: "one"}
    assert desk.ledger.before([second])[second].quiet == ""
    desk.tell(second)
    (third,) = desk.poll(entry("a", "three"), entry("b", "other")).unmatched
    assert desk.ledger.before([third])[third].id == second


def test_a_text_that_nobody_matched_is_nothing_that_an_edit_comes_after(desk: Desk) -> None:
    """It told nobody, so it must not keep the next one from being told."""
    desk.watch()
    desk.poll(entry("a", "one"))
    (second,) = desk.poll(entry("a", "two")).unmatched
    assert desk.ledger.before([second]) == {}, "the first still waits"
    assert desk.ledger.unmatched()
    assert desk.ledger.before([second]) == {}, "the first was overtaken"


def test_a_text_from_before_its_feed_was_watched_is_one_that_an_edit_comes_after(desk: Desk) -> None:
    desk.poll(entry("a", "one"))
    (edit,) = desk.poll(entry("a", "two")).unmatched
    assert desk.ledger.before([edit])[edit].entry.text == "one"
    assert desk.ledger.before([edit])[edit].quiet == BEFORE
    desk.tell(edit)
    (next_edit,) = desk.poll(entry("a", "three")).unmatched
    text = desk.ledger.before([next_edit])[next_edit]
    assert (text.entry.text, text.quiet) == ("two", BEFORE), "its entry is as quiet as it was"


def test_what_is_shown_again_comes_after_what_was_shown_last(desk: Desk) -> None:
    desk.watch()
    desk.poll(entry("a", "A"))
    (second,) = desk.poll(entry("a", "B")).unmatched
    desk.tell(second)
    (back,) = desk.poll(entry("a", "A")).unmatched
    assert desk.ledger.before([back])[back].id == second
    desk.tell(back)
    (third,) = desk.poll(entry("a", "C")).unmatched
    assert desk.ledger.before([third])[third].id == back


def test_a_withdrawal_is_no_text_that_an_edit_comes_after(desk: Desk) -> None:
    desk.watch()
    (first,) = desk.poll(entry("a", "one")).unmatched
    desk.tell(first)
    (gone,) = desk.poll(entry("a", "", deleted=True)).unmatched
    desk.ledger.record_match({gone: ()}, 1, T0)
    (again,) = desk.poll(entry("a", "two")).unmatched
    assert desk.ledger.before([again])[again].id == first
