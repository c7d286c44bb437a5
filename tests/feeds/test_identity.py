from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.entry import Entry
from monitor.core.revise import Known, known_ids
from monitor.feeds.identity import identify
from monitor.feeds.links import absolute, canonical, resolved

T0 = datetime(2022, 1, 10, 17, 38, tzinfo=UTC)
PAGE = "https://example.org/live"


def entry(
    guid: str | None = None, link: str = "", title: str = "", text: str = "", at: datetime | None = None
) -> Entry:
    return Entry("live", "", title=title, text=text, link=link, guid=guid, published=at)


def identities(*entries: Entry) -> list[str]:
    return [one.identity for one in identify(entries, pages=(PAGE,))]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/a?id=5",
        "HTTPS://Example.ORG:443/a?id=5",
        "https://example.org/a?utm_source=rss&id=5&utm_medium=feed",
        "https://example.org/a?id=5&fbclid=x&xtor=RSS-3&at_medium=sharing",
        "https://example.org/a?id=5#xtor=RSS-3208",
        "https://example.org/a?id=5#:~:text=Otan",
        " https://user:secret@example.org/a?&id=5 ",
    ],
)
def test_a_url_is_the_same_whatever_its_scheme_and_whoever_tracks_it(url: str) -> None:
    assert canonical(url) == "//example.org/a?id=5"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=5", "https://example.org/a?id=6"),
        ("https://example.org/a#block-1", "https://example.org/a#block-2"),
        ("https://example.org/a", "https://example.org:8443/a"),
        ("https://example.org/a?did=5", "https://example.org/a?did=6"),
        ("tag:example.org,2022:1", "tag:example.org,2022:2"),
    ],
)
def test_what_may_name_another_entry_is_kept(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize("name", ["urn:uuid:5", "http:///", "https://[::1", "https://a:b/", "2022/5"])
def test_what_is_no_url_is_named_as_it_stands(name: str) -> None:
    assert canonical(name) == name


def test_the_order_of_parameters_names_nothing() -> None:
    assert canonical("https://example.org/?b=1&a=2") == canonical("https://example.org?a=2&b=1")


def test_a_link_is_resolved_and_leads_to_http_or_nowhere() -> None:
    assert absolute(PAGE, "/a#b") == "https://example.org/a#b"
    assert absolute(PAGE, "javascript:alert(1)") == ""
    assert absolute("", "a/b") == ""
    assert resolved(PAGE, "http://[x") == "http://[x"


def test_a_guid_names_an_entry_before_its_link() -> None:
    assert identities(entry("tag:1", f"{PAGE}/1")) == ["tag:1"]


def test_a_link_names_an_entry_that_has_no_guid() -> None:
    assert identities(entry(link=f"{PAGE}/1?utm_source=x"), entry(link=f"{PAGE}/2")) == [
        "//example.org/live/1",
        "//example.org/live/2",
    ]


def test_a_guid_that_all_entries_carry_names_none() -> None:
    entries = (entry("0", f"{PAGE}/1", "Un"), entry("0", f"{PAGE}/2", "Deux"))
    assert identities(*entries) == ["//example.org/live/1", "//example.org/live/2"]
    assert all("0" not in one.aliases for one in identify(entries))


def test_the_page_itself_names_no_entry() -> None:
    (one,) = identify([entry(PAGE, f"{PAGE}?utm_source=x", "Un", at=T0)], pages=("http://example.org/live",))
    assert all(name.startswith("content:") for name in (one.identity, *one.aliases))


def test_entries_without_ids_and_dates_have_names_that_depend_on_what_they_say() -> None:
    first = identities(entry(title="Un", text="a"), entry(title="Deux", text="b"), entry(text="c"))
    assert first[::-1] == identities(entry(text="c"), entry(title="Deux", text="bb"), entry(title="Un", text="a"))
    assert len(set(first)) == 3


def test_two_entries_with_one_title_at_one_time_are_told_apart_by_their_texts() -> None:
    entries = [entry(title="But !", text=text, at=T0) for text in ("1-0", "2-0")]
    names = identities(*entries)
    assert len(set(names)) == 2
    assert names == identities(*entries[::-1])[::-1]


def test_one_title_at_two_times_is_two_entries() -> None:
    assert len(set(identities(entry(title="But !", at=T0), entry(title="But !", at=T0 + timedelta(minutes=1))))) == 2


def test_a_pinned_entry_that_is_shown_twice_is_there_once() -> None:
    pinned = entry("tag:1", title="Un", at=T0)
    told = identify([pinned, entry("tag:2", title="Deux", at=T0), replace(pinned, text="plus bas")])
    assert [one.identity for one in told] == ["tag:1", "tag:2"]
    assert told[0].text == ""


def test_entries_that_say_the_same_are_one() -> None:
    assert len(identities(entry(title="Un", text="a", at=T0), entry(title="UN ", text="a", at=T0))) == 1


def test_an_entry_is_known_by_other_names_where_its_publisher_changes_its_guid() -> None:
    (one,) = identify([entry("https://example.org/2022/riabkov", "https://example.org/r?utm_source=x", "Un", at=T0)])
    assert one.identity == "//example.org/2022/riabkov"
    assert one.aliases[0] == "/2022/riabkov"
    assert [name.partition(":")[0] for name in one.aliases[1:]] == ["content", "link", "said"]


def test_an_alias_that_several_entries_carry_is_none() -> None:
    told = identify([entry("tag:1", f"{PAGE}/x", "Un"), entry("tag:2", f"{PAGE}/x", "Deux")])
    assert [one.aliases for one in told] == [(), ()]


def test_a_path_is_no_alias_where_entries_come_from_several_sites() -> None:
    told = identify([entry("https://a.example/?p=1", title="Un"), entry("https://b.example/?p=2", title="Deux")])
    assert [one.aliases for one in told] == [(), ()]


def test_an_undated_entry_is_not_known_again_by_its_title_alone() -> None:
    assert identify([entry("tag:1", title="Direct")])[0].aliases == ()


def joined(before: Entry, after: Entry) -> bool:
    """Say whether an entry is known again as one that stood alone in the document before."""
    (old,), (new,) = identify([before]), identify([after])
    return bool(known_ids((new,), Known(first=False, ids=dict.fromkeys((old.identity, *old.aliases), 1))))


def test_two_entries_with_ids_of_their_own_that_lead_to_one_place_are_two_entries() -> None:
    before = entry("s1", f"{PAGE}/1", "Direct", "Ryabkov parle.", T0)
    assert not joined(before, entry("s2", f"{PAGE}/1", "Direct", "Sherman répond.", T0 + timedelta(minutes=5)))
    assert not joined(replace(before, published=None), entry("s2", f"{PAGE}/1", "Direct", "Sherman répond."))


@pytest.mark.parametrize("later", [None, "s2"])
def test_an_entry_whose_id_and_text_change_is_known_by_its_link_and_time(later: str | None) -> None:
    before = entry("s1", f"{PAGE}/1?utm_source=a", "Riabkov exclut", "Il l'a dit.", T0)
    after = entry(later, f"{PAGE}/1?utm_source=b", "Riabkov exclut tout recul", "Il l'a dit à Genève.", T0)
    assert joined(before, after)
    assert joined(after, before)


def test_an_entry_whose_id_and_time_change_at_every_fetch_is_known_by_its_link_and_words() -> None:
    before = entry("s1", f"{PAGE}/1", "Riabkov exclut", "Il l'a dit.", T0)
    assert joined(before, replace(before, guid="s2", published=T0 + timedelta(hours=1)))
    assert joined(replace(before, published=None), replace(before, guid="s2", published=None))


def test_an_entry_without_link_and_time_is_known_by_its_words_if_they_are_many() -> None:
    text = "Il l'a dit à la presse, à la sortie de la séance, à Genève."
    long = entry("s1", title="Riabkov exclut tout recul", text=text)
    assert joined(long, replace(long, guid="s2"))
    short = entry("s1", title="But !", text="1-0")
    assert not joined(short, replace(short, guid="s2"))


@pytest.mark.parametrize("link", ["", f"{PAGE}/1"])
def test_two_entries_with_ids_that_share_a_headline_and_a_minute_are_two_entries(link: str) -> None:
    before = entry("s1", link, "Direct", "Ryabkov parle.", T0)
    assert not joined(before, entry("s2", "", "Direct", "Sherman répond.", T0))
    assert not joined(before, entry(None, f"{PAGE}/2", "Direct", "Sherman répond.", T0))


def test_an_entry_whose_id_changes_and_nothing_else_is_known_again() -> None:
    before = entry("s1", title="Direct", text="Ryabkov parle.", at=T0)
    assert joined(before, replace(before, guid="s2"))
    assert joined(before, replace(before, guid=None))
    assert joined(replace(before, guid=None), before)


def test_an_entry_that_has_nothing_but_headline_and_minute_is_known_by_them() -> None:
    assert joined(entry(title="Direct", text="Ryabkov parle.", at=T0), entry(title="Direct", text="Corrigé.", at=T0))


@pytest.mark.parametrize("copy", ["", f"{PAGE}/1"])
def test_a_pinned_copy_with_another_title_is_the_entry_whose_guid_it_has(copy: str) -> None:
    pinned, below = entry("tag:1", copy, "Épinglé : Un", at=T0), entry("tag:1", copy, "Un", at=T0)
    told = identify([pinned, entry("tag:2", f"{PAGE}/2", title="Deux", at=T0), below])
    assert [(one.identity, one.title) for one in told] == [("tag:1", "Épinglé : Un"), ("tag:2", "Deux")]


def test_entries_of_one_guid_that_lead_to_different_pages_are_different() -> None:
    entries = (
        entry("tag:1", f"{PAGE}/1", "Un"),
        entry("tag:2", f"{PAGE}/2", "Deux"),
        entry("tag:1", f"{PAGE}/3", "Trois"),
    )
    assert identities(*entries) == ["//example.org/live/1", "tag:2", "//example.org/live/3"]


def test_guids_most_of_which_repeat_name_no_entry() -> None:
    entries = [entry("0", title=title) for title in ("Un", "Deux", "Trois")]
    assert len(identities(*entries, entry("1", title="Quatre"))) == 4


def test_guids_that_are_relative_addresses_are_resolved_against_their_page() -> None:
    (one,) = identify([entry("#block-5", title="Un")], pages=(PAGE,), base=PAGE)
    assert (one.identity, one.guid) == ("//example.org/live#block-5", "#block-5")


def test_an_id_that_is_no_address_does_not_depend_on_where_the_page_lies() -> None:
    (one,) = identify([entry("5", title="Un")], pages=(PAGE,), base=PAGE)
    assert one.identity == "5"


@pytest.mark.parametrize("guids", [("#1", "#2", "#3"), ("u-0-x", "u-1-x"), ("1", "2")])
def test_guids_that_count_the_entries_as_they_stand_name_none(guids: tuple[str, ...]) -> None:
    entries = [entry(guid, title=f"Titre {guid}", at=T0) for guid in guids]
    told = identify(entries, numbered=True)
    assert all(one.identity.startswith("content:") for one in told)
    assert [one.identity for one in identify(entries)] == list(guids)


@pytest.mark.parametrize("guids", [("#1",), ("#3", "#2", "#1"), ("#1", "#3"), ("#7", "#8"), ("#1", "b2"), ("#1", "#x")])
def test_guids_that_do_not_count_the_entries_are_names(guids: tuple[str, ...]) -> None:
    told = identify([entry(guid, title=f"Titre {guid}") for guid in guids], numbered=True)
    assert [one.identity for one in told] == list(guids)


def test_a_tombstone_has_the_identity_of_its_entry() -> None:
    (one,) = identify([Entry("live", "", guid="http://example.org/1", deleted=True)])
    assert (one.identity, one.deleted) == ("//example.org/1", True)


def test_a_tombstone_of_the_page_itself_is_none() -> None:
    assert identify([Entry("live", "", guid=PAGE, deleted=True)], pages=(PAGE,)) == ()


@pytest.mark.parametrize(
    ("buried", "updated", "deleted"),
    [(1, None, True), (1, 0, True), (1, 2, False), (None, 2, True)],
    ids=["undated entry", "deleted since", "back since", "undated tombstone"],
)
def test_of_an_entry_that_stands_beside_its_tombstone_the_later_word_counts(
    buried: int | None, updated: int | None, *, deleted: bool
) -> None:
    def at(hours: int | None) -> datetime | None:
        return None if hours is None else T0 + timedelta(hours=hours)

    living = replace(entry("tag:1", title="Un"), updated=at(updated))
    dead = Entry("live", "", guid="tag:1", updated=at(buried), deleted=True)
    assert [one.deleted for one in identify([living, dead])] == [deleted]
    assert [one.deleted for one in identify([dead, living])] == [deleted]


def test_a_very_long_guid_is_cut_and_still_its_own() -> None:
    names = identities(entry("x" * 1000, title="Un"), entry("x" * 999 + "y", title="Deux"))
    assert len(set(names)) == 2
    assert all(len(name) == 240 for name in names)


@given(
    st.lists(
        st.builds(
            entry,
            guid=st.sampled_from([None, "1", "2", "https://example.org/1"]),
            link=st.sampled_from(["", "https://example.org/1", "https://example.org/2?utm_source=x"]),
            title=st.sampled_from(["", "Un", "Deux"]),
            text=st.sampled_from(["", "a", "b"]),
            at=st.sampled_from([None, T0, T0 + timedelta(seconds=61)]),
        ),
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_an_identity_does_not_depend_on_position(entries: list[Entry], random: object) -> None:
    told = {(one.identity, one.aliases) for one in identify(entries)}
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert {one.identity for one in identify(shuffled)} == {identity for identity, _ in told}
    assert len(told) == len({identity for identity, _ in told})
