from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.entry import Entry, digest
from monitor.core.feed import Feed, Recipe, Selector, reading
from monitor.core.revise import BEFORE, OLD, Known, News, remark, revise

NOW = datetime(2022, 1, 10, 18, 0, tzinfo=UTC)
FEED = Feed("live", "https://example.org/live", backfill=timedelta(hours=2))
ENTRY = Entry("live", "a", "Riabkov exclut tout recul", "Il l'a dit à Genève.", published=NOW - timedelta(minutes=5))


def known(*entries: Entry, first: bool = False) -> Known:
    """Give a ledger that holds these entries, numbered from 1."""
    ids = {name: number for number, entry in enumerate(entries, 1) for name in (entry.identity, *entry.aliases)}
    return Known(first, ids, {number: (digest(entry),) for number, entry in enumerate(entries, 1)})


def only(news: tuple[News, ...]) -> News:
    (one,) = news
    return one


def test_an_entry_that_was_never_seen_is_news_and_is_told() -> None:
    assert revise(FEED, (ENTRY,), known(), NOW) == (News(ENTRY, digest(ENTRY), None),)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ((), "holds no entries"),
        ((replace(ENTRY, deleted=True),), "holds no entries"),
        ((replace(ENTRY, published=None, guid="1"),), "no entry has a date"),
        ((ENTRY, replace(ENTRY, identity="b")), "no entry has an id"),
        ((replace(ENTRY, published=None),), "no entry has a date; no entry has an id"),
        ((replace(ENTRY, published=None, updated=NOW, link="https://example.org/1"),), ""),
        ((replace(ENTRY, guid="1"), replace(ENTRY, published=None)), ""),
        (
            (replace(ENTRY, guid="1", ahead=True), replace(ENTRY, guid="2")),
            "1 of 2 entries are dated in the future: is its zone right?",
        ),
    ],
)
def test_what_a_document_lacks_is_said_in_words(entries: tuple[Entry, ...], said: str) -> None:
    assert remark(entries) == said


def test_an_entry_that_is_known_is_no_news() -> None:
    assert revise(FEED, (ENTRY,), known(ENTRY), NOW) == ()


def test_an_edited_entry_is_a_new_revision() -> None:
    edited = replace(ENTRY, text="Il l'a dit à Bruxelles.")
    assert only(revise(FEED, (edited,), known(ENTRY), NOW)) == News(edited, digest(edited), 1)


@pytest.mark.parametrize("text", ["Il l’a dit à Genève", "IL L'A DIT  À GENEVE."])
def test_an_edit_of_case_accents_punctuation_or_spacing_is_no_news(text: str) -> None:
    assert revise(FEED, (replace(ENTRY, text=text),), known(ENTRY), NOW) == ()


def held(*texts: Entry) -> Known:
    """Give a ledger that holds these texts of one entry, the last one current."""
    return Known(first=False, ids=dict.fromkeys("ab", 1), digests={1: tuple(map(digest, texts))})


def test_an_edit_that_returns_to_an_older_text_is_that_revision_again() -> None:
    ledger = held(ENTRY, replace(ENTRY, text="autre"))
    assert revise(FEED, (ENTRY,), ledger, NOW) == (News(ENTRY, digest(ENTRY), 1, back=True),)


def test_an_entry_that_was_withdrawn_and_stands_there_again_is_its_revision_again() -> None:
    assert only(revise(FEED, (ENTRY,), held(ENTRY, Entry("live", "a", deleted=True)), NOW)).back


def test_an_older_text_beside_the_current_one_is_not_back() -> None:
    """Two names of one entry, each with a text of its own, would else take turns at every poll."""
    other = replace(ENTRY, identity="b", text="autre")
    for ledger in (held(ENTRY, other), held(other, ENTRY)):
        assert revise(FEED, (ENTRY, other), ledger, NOW) == ()


def test_an_entry_whose_revisions_were_just_forgotten_is_a_new_text() -> None:
    assert only(revise(FEED, (ENTRY,), Known(first=False, ids={"a": 1}), NOW)) == News(ENTRY, digest(ENTRY), 1)


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({"url": "https://example.org/moved"}, True),
        ({"kind": "page"}, True),
        ({"zone": "Europe/Zurich"}, True),
        ({"language": "fr"}, True),
        ({"recipe": Recipe("article")}, True),
        ({"recipe": Recipe("article", title=Selector("h2"))}, True),
        ({"title": "Genève", "live": True, "topic": ("diplomacy",), "every": (timedelta(1), timedelta(2))}, False),
        ({"max_age": timedelta(1), "backfill": timedelta(1), "timeout": timedelta(1), "allow_private": True}, False),
    ],
)
def test_what_decides_how_a_document_is_read_changes_the_name_of_the_reading(
    change: dict[str, Any],
    other: bool,  # noqa: FBT001
) -> None:
    assert (reading(replace(FEED, **change)) != reading(FEED)) is other


def test_recipes_that_differ_in_a_selector_only_are_two_readings() -> None:
    one, two = (replace(FEED, recipe=Recipe("article", title=Selector(css))) for css in ("h1", "h2"))
    assert reading(one) != reading(two)
    assert reading(one) == reading(replace(FEED, recipe=Recipe("article", title=Selector("h1"))))


def test_of_two_entries_with_one_identity_the_first_counts() -> None:
    assert only(revise(FEED, (ENTRY, replace(ENTRY, text="plus bas")), known(), NOW)).entry == ENTRY


def test_an_entry_is_known_again_by_an_alias() -> None:
    before = replace(ENTRY, identity="old", aliases=("link",))
    after = replace(ENTRY, identity="new", aliases=("link",), text="Il l'a redit.")
    assert only(revise(FEED, (after,), known(before), NOW)).entry_id == 1


def test_an_alias_that_two_entries_of_the_document_carry_names_neither() -> None:
    before = replace(ENTRY, identity="old", aliases=("page",))
    one, two = (replace(ENTRY, identity=name, aliases=("page",), title=name) for name in ("one", "two"))
    assert [news.entry_id for news in revise(FEED, (one, two), known(before), NOW)] == [None, None]


def test_an_entry_that_stands_there_itself_is_not_found_again_in_another_one_by_alias() -> None:
    before = replace(ENTRY, aliases=("page",))
    other = replace(ENTRY, identity="b", aliases=("page",), title="Une autre")
    assert only(revise(FEED, (ENTRY, other), known(before), NOW)) == News(other, digest(other), None)


def test_an_entry_is_found_again_in_one_other_only() -> None:
    before = replace(ENTRY, aliases=("link", "path"))
    one = replace(ENTRY, identity="b", aliases=("link",), title="b")
    two = replace(ENTRY, identity="c", aliases=("path",), title="c")
    assert [news.entry_id for news in revise(FEED, (one, two), known(before), NOW)] == [1, None]


def test_an_entry_that_is_withdrawn_is_a_revision_of_it() -> None:
    gone = Entry("live", "a", deleted=True)
    assert only(revise(FEED, (gone,), known(ENTRY), NOW)).entry_id == 1


def test_an_entry_that_is_withdrawn_and_was_never_seen_is_no_news() -> None:
    assert revise(FEED, (Entry("live", "a", deleted=True),), known(), NOW) == ()


def test_of_a_first_fetch_what_is_within_the_backfill_is_told() -> None:
    assert only(revise(FEED, (ENTRY,), known(first=True), NOW)).quiet == ""


@pytest.mark.parametrize("published", [None, NOW - timedelta(hours=2, seconds=1)])
def test_of_a_first_fetch_what_is_older_or_undated_is_kept_and_not_told(published: datetime | None) -> None:
    entry = replace(ENTRY, published=published)
    assert only(revise(FEED, (entry,), known(first=True), NOW)).quiet == "stood in the feed before it was watched"


def test_what_is_older_than_max_age_at_first_sight_is_kept_and_not_told() -> None:
    entry = replace(ENTRY, published=NOW - timedelta(hours=24, seconds=1))
    assert only(revise(FEED, (entry,), known(), NOW)).quiet == "older than max_age at first sight"


def test_an_entry_without_a_time_is_told_when_it_appears() -> None:
    assert only(revise(FEED, (replace(ENTRY, published=None),), known(), NOW)).quiet == ""


def test_where_the_time_of_publication_is_missing_that_of_the_update_says_the_age() -> None:
    entry = replace(ENTRY, published=None, updated=NOW - timedelta(days=2))
    assert only(revise(FEED, (entry,), known(), NOW)).quiet == "older than max_age at first sight"


@given(
    st.lists(
        st.builds(Entry, feed=st.just("live"), identity=st.sampled_from("abcde"), title=st.text(max_size=5)), max_size=6
    )
)
def test_revising_twice_adds_nothing(entries: list[Entry]) -> None:
    news = revise(FEED, tuple(entries), known(), NOW)
    assert revise(FEED, tuple(entries), known(*(one.entry for one in news)), NOW) == ()


def dated(count: int, published: datetime, **more: Any) -> tuple[Entry, ...]:  # Any: each field has its own type
    return tuple(replace(ENTRY, identity=str(i), guid=str(i), published=published, **more) for i in range(count))


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def test_one_date_of_several_entries_does_not_make_a_new_one_old() -> None:
    """Their feed lies about all of them; what it adds is told."""
    assert not any(one.quiet for one in revise(FEED, dated(3, LONG_AGO), known(), NOW))
    assert only(revise(FEED, dated(3, LONG_AGO), known(*dated(2, LONG_AGO)), NOW)).quiet == ""


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        (dated(2, LONG_AGO), "two may be of one moment"),
        ((*dated(3, LONG_AGO), replace(ENTRY, identity="x")), "another one has its own"),
        ((*dated(3, LONG_AGO), replace(ENTRY, identity="x", published=None)), "another one has none"),
    ],
)
def test_otherwise_what_says_it_is_old_is_quiet(entries: tuple[Entry, ...], why: str) -> None:
    assert revise(FEED, entries, known(), NOW)[0].quiet == OLD, why


def test_of_a_first_document_whose_dates_are_one_and_long_ago_nothing_is_told() -> None:
    assert {one.quiet for one in revise(FEED, dated(3, LONG_AGO), known(first=True), NOW)} == {BEFORE}


def test_that_all_entries_have_one_date_is_said() -> None:
    assert remark(dated(3, LONG_AGO)) == "all entries have one date"
    assert remark(dated(2, LONG_AGO)) == ""
    assert remark((*dated(2, LONG_AGO), replace(ENTRY, identity="x", published=None))) == ""
