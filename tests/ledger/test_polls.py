from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.feed import Feed, Validators, reading
from monitor.ledger import Standing
from tests.ledger.desk import FEED, MINUTE, T0, Desk, entry

GIVEN = Validators("tag", "Mon, 10 Jan 2022 17:52:00 GMT")


def test_a_first_document_is_known_and_tells_nobody(desk: Desk) -> None:
    recorded = desk.poll(entry("a"), entry("b"))

    assert (recorded.unmatched, recorded.revised, recorded.quiet) == ((), 0, 2)
    assert desk.ledger.unmatched() == ()
    assert desk.ledger.counts().revisions == 2


def test_an_entry_that_comes_later_is_unmatched(desk: Desk) -> None:
    desk.poll(entry("a"))
    recorded = desk.poll(entry("b", published=T0), entry("a"))

    assert len(recorded.unmatched) == 1
    (revision,) = desk.ledger.unmatched(recorded.unmatched)
    assert revision.entry == entry("b", published=T0)
    assert (revision.number, revision.seen_at) == (1, T0)


def test_a_revision_reads_as_it_was_written(desk: Desk) -> None:
    desk.watch()
    written = entry(
        "a",
        title="Переговоры",
        link="https://example.org/a?b=1",
        guid="tag:example.org,2022:1",
        author="Марина",
        categories=("дипломатия", "a,b"),
        language="ru",
        published=T0 - timedelta(microseconds=1),
        updated=T0,
    )
    desk.poll(written)
    assert desk.ledger.unmatched()[0].entry == written


def test_a_time_before_1970_is_kept(desk: Desk) -> None:
    desk.watch()
    moon = T0.replace(year=1969, microsecond=999_999)
    desk.ledger.record_poll(Feed("old", "http://x", max_age=timedelta(days=40_000)), (), Validators(), T0)
    desk.poll(entry("a", published=T0, updated=moon))
    assert desk.ledger.unmatched()[0].entry.updated == moon


def test_the_same_document_again_brings_nothing(desk: Desk) -> None:
    desk.watch()
    assert len(desk.poll(entry("a")).unmatched) == 1
    assert desk.poll(entry("a")).unmatched == ()


def test_an_edited_entry_is_a_new_revision(desk: Desk) -> None:
    desk.poll(entry("a", "n'excluait pas"))
    recorded = desk.poll(entry("a", "excluait"))

    assert (len(recorded.unmatched), recorded.revised) == (1, 1)
    assert desk.ledger.unmatched()[0].number == 2


def test_an_edit_that_is_taken_back_adds_nothing(desk: Desk) -> None:
    desk.poll(entry("a", "one"))
    desk.poll(entry("a", "two"))
    recorded = desk.poll(entry("a", "one"))
    assert (recorded.unmatched, recorded.revised, recorded.quiet) == ((), 0, 0)
    assert desk.ledger.counts().revisions == 2
    assert desk.ledger.unmatched() == (), "what the feed has taken back is not to be told"


def test_a_feed_that_alternates_adds_no_revisions_without_end_and_tells_each_text_once(desk: Desk) -> None:
    """Two servers behind one address, of which one is late: each poll meets the other."""
    desk.watch()
    told = [desk.tell(*desk.poll(entry("a", text), entry("b", f"b {text}")).unmatched) for text in ("one", "two") * 5]
    assert list(map(len, told)) == [2] + [0] * 9
    assert desk.ledger.counts().revisions == 4
    assert desk.poll(entry("a", "three")).revised == 1
    assert desk.ledger.unmatched()[0].number == 3


def test_a_text_that_was_overtaken_before_it_was_matched_is_to_be_matched_when_it_is_back(desk: Desk) -> None:
    desk.watch()
    (first,) = desk.poll(entry("a", "one")).unmatched
    (second,) = desk.poll(entry("a", "two")).unmatched
    assert [r.id for r in desk.ledger.unmatched()] == [second]
    assert desk.poll(entry("a", "one")).unmatched == (first,)
    assert [r.id for r in desk.ledger.unmatched()] == [first]
    assert len(desk.tell(first)) == 1
    assert desk.ledger.not_told()[0].revision.id == second


def test_a_text_that_was_not_yet_matched_is_still_to_be_matched_when_it_is_back(desk: Desk) -> None:
    desk.watch()
    (first,) = desk.poll(entry("a", "one")).unmatched
    desk.poll(entry("a", "two"))
    assert desk.poll(entry("a", "one")).unmatched == (first,)


def test_one_text_is_back_while_another_is_new(desk: Desk) -> None:
    desk.poll(entry("a", "one"), entry("b", "b one"))
    desk.poll(entry("a", "two"), entry("b", "b one"))
    recorded = desk.poll(entry("a", "one"), entry("b", "b two"))
    assert (len(recorded.unmatched), recorded.revised) == (1, 1)


def test_a_deletion_is_a_revision(desk: Desk) -> None:
    desk.poll(entry("a"))
    desk.poll(entry("a", "", deleted=True))
    (revision,) = desk.ledger.unmatched()
    assert revision.entry.deleted


def test_an_entry_is_known_by_any_of_its_names(desk: Desk) -> None:
    desk.poll(entry("guid", aliases=("link",)))
    assert desk.poll(entry("link")).unmatched == ()
    assert desk.poll(entry("link", "edited", aliases=("new",))).revised == 1
    assert desk.poll(entry("new", "edited")).unmatched == ()


def test_a_name_that_two_entries_carry_leads_to_neither(desk: Desk) -> None:
    page = "https://example.org/live"
    desk.poll(entry("a", aliases=(page,)))
    desk.poll(entry("a", aliases=(page,)), entry("b", "two", aliases=(page,)))
    desk.poll(entry("a", aliases=(page,)), entry("b", "two", aliases=(page,)))
    recorded = desk.poll(entry("c", "three", aliases=(page,)))

    assert (len(recorded.unmatched), recorded.revised) == (1, 0)
    assert desk.ledger.counts().entries == 3


def test_an_entry_shown_itself_does_not_lend_its_names(desk: Desk) -> None:
    """`c` carries a name of `a`, which is shown itself, and one of `b`, which is not: `c` is `b`."""
    desk.poll(entry("a", aliases=("p",)), entry("b", "two", aliases=("q",)))
    assert desk.poll(entry("a"), entry("c", "two, edited", aliases=("p", "q"))).revised == 1
    assert desk.poll(entry("c", "two, edited")).unmatched == ()
    assert desk.ledger.counts().entries == 2


def test_one_text_under_two_names_of_an_entry_is_one_revision(desk: Desk) -> None:
    desk.poll(entry("guid", aliases=("link",)))
    recorded = desk.poll(entry("guid", "edited"), entry("link", "edited"))
    assert len(recorded.unmatched) == 1


def test_names_are_names_within_one_feed(desk: Desk) -> None:
    other = Feed("other", "https://example.org/other")
    desk.watch()
    desk.watch(other)
    assert len(desk.poll(entry("a")).unmatched) == 1
    assert len(desk.poll(entry("a", feed="other"), feed=other).unmatched) == 1


def test_an_entry_shown_twice_is_one(desk: Desk) -> None:
    desk.watch()
    assert len(desk.poll(entry("a", "pinned"), entry("b"), entry("a", "pinned")).unmatched) == 2


def test_an_entry_shown_twice_keeps_its_names(desk: Desk) -> None:
    pinned = entry("a", aliases=("p",))
    desk.poll(pinned, entry("b", "two"), pinned)
    assert desk.poll(entry("p")).unmatched == ()


def test_a_deletion_of_what_was_never_seen_is_nothing(desk: Desk) -> None:
    desk.watch()
    assert desk.poll(entry("a", deleted=True, aliases=("b",))).unmatched == ()
    assert desk.ledger.counts().entries == 0


def test_what_no_database_keeps_is_replaced_in_place(desk: Desk) -> None:
    desk.watch()
    desk.poll(entry("a\x00b", "x\x00y\ud800z", author="\udfff", aliases=("l\x00",)))

    (revision,) = desk.ledger.unmatched()
    assert revision.entry.text == "x\ufffdy\ufffdz"
    assert desk.poll(entry("a\x00b", "x\x00y\ud800z")).unmatched == ()


def test_an_identity_may_be_longer_than_an_index_takes(desk: Desk) -> None:
    desk.watch()
    identity = "https://example.org/?" + "q" * 20_000
    assert len(desk.poll(entry(identity, aliases=(identity + "r",))).unmatched) == 1
    assert desk.poll(entry(identity + "r")).unmatched == ()


def test_a_document_of_many_thousand_entries_is_recorded(desk: Desk) -> None:
    desk.watch()
    many = tuple(entry(f"id{n}", f"text {n}", aliases=(f"link{n}",)) for n in range(3_000))
    assert len(desk.poll(*many).unmatched) == 3_000
    assert desk.poll(*many).unmatched == ()


def test_what_the_server_said_comes_back_with_how_its_document_was_read(desk: Desk) -> None:
    assert desk.standing() == Standing()
    desk.watch()
    desk.poll(entry("a"))
    assert (desk.standing().validators, desk.standing().reading) == (GIVEN, reading(FEED))
    desk.fail(replace(FEED, kind="page"))
    assert desk.standing().reading == reading(FEED), "nothing was read"
    desk.poll(entry("a"), feed=replace(FEED, kind="page"))
    assert desk.standing().reading == reading(replace(FEED, kind="page"))


def test_the_password_of_an_address_is_not_kept(desk: Desk) -> None:
    feeds = [replace(FEED, name=name, url="https://bob:hunter2@example.org/geneva") for name in ("failed", "read")]
    desk.fail(feeds[0])
    desk.poll(feed=feeds[1])
    assert [health.url for health in desk.ledger.feeds()] == [FEED.url] * 2


def test_failures_in_a_row_are_counted_until_an_answer(desk: Desk) -> None:
    desk.fail()
    desk.later()
    desk.fail(reason="410", gone=True)
    (health,) = desk.ledger.feeds()
    assert (health.failures, health.reason, health.failed, health.gone) == (2, "410", T0 + MINUTE, True)
    assert health.polled is None

    desk.later()
    desk.same()
    (health,) = desk.ledger.feeds()
    assert (health.failures, health.reason, health.gone, health.polled) == (0, "", False, desk.now)


def test_a_feed_that_only_failed_has_its_first_document_ahead(desk: Desk) -> None:
    desk.fail()
    assert desk.poll(entry("a")).quiet == 1


def test_a_document_ends_a_row_of_failures(desk: Desk) -> None:
    desk.fail()
    desk.watch()
    assert desk.ledger.feeds()[0].failures == 0


def test_the_newest_entry_is_remembered(desk: Desk) -> None:
    desk.poll(entry("a", published=T0 - MINUTE), entry("b", "two", published=T0), entry("c", "three"))
    assert desk.ledger.feeds()[0].newest == T0
    desk.poll()
    assert desk.ledger.feeds()[0].newest == T0


@pytest.mark.parametrize("days", [0, 2])
def test_what_is_shown_again_is_seen_again_at_most_daily(desk: Desk, days: int) -> None:
    desk.poll(entry("a"))
    desk.later(timedelta(days=days))
    desk.poll(entry("a"))
    desk.later(timedelta(days=2))
    desk.poll(entry("b", "two"))
    assert desk.ledger.prune(T0 + timedelta(days=1)) == (0 if days else 1)
