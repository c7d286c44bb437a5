import json
from itertools import combinations
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.stories import b_cubed, entries_of, settled, wrong
from monitor.core.entry import Entry
from monitor.core.stories.decide import Joined, Story, bands_of, decide, joins, profile_of
from monitor.core.stories.shelf import FULL, MOST_MEMBERS, Shelf
from monitor.core.stories.signature import bands, likeness, signature

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "cases" / "stories.jsonl").read_text().splitlines()
]
FIRE = "A fire in a gold mine near Tarkwa killed 52 workers on Sunday, the governor said."


@pytest.fixture(scope="module")
def placed() -> list[tuple[dict[str, Any], str]]:
    return [
        (row, joined.story.founder.identity)
        for row, joined in zip(ROWS, settled(entries_of(ROWS)), strict=True)
        if joined.story
    ]


def entry(title: str = "", text: str = "", feed: str = "", identity: str = "a", language: str = "en") -> Entry:
    return Entry(feed, identity, title=title, text=text, language=language)


def settle(*entries: Entry) -> list[Joined]:
    shelf = Shelf()
    return [shelf.settle(one) for one in entries]


@pytest.mark.parametrize("language", ["en", "fr", "de", "ru"])
def test_entries_that_say_the_same_are_one_story(placed: list[tuple[dict[str, Any], str]], language: str) -> None:
    assert b_cubed([(row, story) for row, story in placed if row["language"] == language])[2] >= 0.93


def test_no_entries_with_other_numbers_names_or_a_negation_are_one_story(
    placed: list[tuple[dict[str, Any], str]],
) -> None:
    assert [(one["identity"], other["identity"]) for one, other in wrong(placed)] == []


def test_the_order_in_which_entries_come_folds_none_wrongly() -> None:
    rows = ROWS[::-1]
    placed = [
        (row, joined.story.founder.identity)
        for row, joined in zip(rows, settled(entries_of(rows)), strict=True)
        if joined.story
    ]
    assert not list(wrong(placed))
    assert b_cubed(placed)[2] >= 0.93


def test_the_first_entry_founds_a_story_and_says_so() -> None:
    (first,) = settle(entry("Mine fire kills 52", FIRE))
    assert (first.joined, first.similarity, first.reason) == (False, 0.0, "nothing like it came before")
    assert first.story
    assert first.story.founder.identity == "a"


def test_inside_one_feed_only_an_equal_text_joins() -> None:
    _, same, other = settle(
        entry("Mine fire kills 52", FIRE, "afp", "a"),
        entry("MINE FIRE KILLS 52!", FIRE, "afp", "b"),
        entry("Mine fire near Tarkwa kills 52", FIRE, "afp", "c"),
    )
    assert (same.joined, same.similarity, same.reason) == (True, 1.0, "the same text as a")
    assert (other.joined, other.reason) == (False, "a is of the same feed and says it otherwise")


def test_entries_of_no_feed_are_told_apart_by_what_they_say() -> None:
    _, other = settle(entry("Mine fire kills 52", FIRE), entry("Mine fire near Tarkwa kills 52", FIRE, identity="b"))
    assert (other.joined, other.reason) == (True, "the same lead as a")


def test_what_keeps_an_entry_apart_is_said() -> None:
    twelve = FIRE.replace("52", "twelve")
    _, other = settle(entry("Mine fire", FIRE, "afp"), entry("Mine fire", twelve, "dpa", "b"))
    assert (other.joined, other.reason) == (False, "like a, but other numbers: 12 / 52")
    assert other.similarity > 0.5


def test_an_entry_joins_no_story_of_which_any_member_contradicts_it() -> None:
    vague = entry("Fire in a gold mine near Tarkwa kills workers", "", "ap", "b")
    founder, other = entry("Fire in gold mine near Tarkwa kills 52 workers"), FIRE.replace("52", "12")
    story = Story((profile_of(vague), profile_of(founder)))
    joined = joins(profile_of(entry("Fire in a gold mine near Tarkwa kills workers", other, "dpa", "c")), story)
    assert (joined.joined, joined.reason) == (False, "like a, but other numbers: 12 / 52")


def test_a_cut_copy_is_part_of_the_lead_of_the_whole() -> None:
    whole = (
        FIRE
        + " Smoke kept rescue teams out of the main shaft for hours. Relatives gathered before the gates of the pit."
    )
    whole += " Exhausted doctors treated burns, broken limbs and poisoned lungs in crowded tents along the muddy track."
    whole += " Miners from neighbouring villages brought ladders, ropes, water and blankets."
    _, cut = settle(entry(text=whole), entry("Tarkwa", FIRE, feed="dpa", identity="b"))
    assert (cut.joined, cut.reason) == (True, "part of the lead of a")


def test_entries_in_two_languages_are_two_stories() -> None:
    _, other = settle(entry("Sherman, Ryabkov, Geneva: 52"), entry("Sherman, Ryabkov, Geneva: 52", language="de"))
    assert not other.joined
    german = profile_of(entry("Sherman, Ryabkov, Geneva: 52", language="de"))
    assert decide(german, [Story((profile_of(entry("Sherman, Ryabkov, Geneva: 52")),))]).story is None


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The ferry that was late is back and the crew has been paid"),
        ("fr", "Le bac qui avait du retard est de retour et les marins sont payés"),
        ("de", "Die Fähre ist wieder da und die Leute sind nicht mehr in der Kälte"),
        ("ru", "Паром вернулся, и команда была рада, что он не утонул в море"),
        ("", "Tarkwa"),
    ],
)
def test_a_language_that_is_not_said_is_known_by_its_small_words(language: str, text: str) -> None:
    assert profile_of(entry(text, language="")).language == language


@pytest.mark.parametrize(
    "around",
    [
        "TARKWA, March 4 (Reuters) - {}",
        "TARKWA — {}",
        "By Ama Mensah\n2 min read\n{}",
        "By Ama Mensah, Accra - {}",
        "Updated 14:35 on 5 March\n{}",
        "Reuters. {}",
        "(AFP) {} (AFP)",
        "{}\n7 of 10 readers found this useful in 2019.",
        "{} (updated at 16:20)",
    ],
)
def test_what_an_outlet_puts_around_a_text_is_no_contradiction(around: str) -> None:
    _, other = settle(
        entry("Mine fire", FIRE), entry("BREAKING: Mine fire | The Daily 7", around.format(FIRE), "x", "b")
    )
    assert other.joined, other.reason


def test_a_text_that_is_only_a_tag_or_nothing_is_read_too() -> None:
    assert profile_of(entry(text="(AFP)")).head == frozenset()
    assert profile_of(entry()).headline == frozenset()
    assert not settle(entry(), entry("a", identity="b"))[1].joined


@pytest.mark.parametrize(
    "piece", ["s", "by a", "а", "1", "1 000 ", "(AFP", "A.", "A-", "не", "vingt", "und", "\n", "| "]
)
def test_a_title_and_a_text_without_end_are_read_in_no_time(piece: str) -> None:
    began = process_time()
    _, again = settle(entry(piece * 100_000, piece * 100_000), entry(piece * 100_000, piece * 100_000, "x", "b"))
    assert again.joined
    assert process_time() - began < 5


def test_many_members_and_many_alike_cost_no_more() -> None:
    shelf = Shelf()
    for number in range(MOST_MEMBERS + 2):
        joined = shelf.settle(entry("Mine fire near Tarkwa", FIRE, f"feed {number}", str(number)))
        assert joined.joined == (number > 0)
    assert joined.story
    assert len(joined.story.members) == MOST_MEMBERS
    for number in range(FULL + 10):
        joined = shelf.settle(entry(f"Magnitude {number + 10} earthquake hits northern Chile", feed=str(number)))
        assert not joined.joined


@given(st.sets(st.text(min_size=1, max_size=8), min_size=40, max_size=60), st.integers(0, 40))
def test_signatures_agree_in_as_many_bins_as_words_are_shared(words: set[str], number: int) -> None:
    ordered = sorted(words)
    some, true = ordered[:number], number / len(words)
    assert likeness(signature(ordered), signature(ordered[::-1])) == 1.0
    assert abs(likeness(signature(ordered), signature(some)) - true) < 0.3


def test_texts_of_two_spaces_share_no_band() -> None:
    signed = signature({"mine", "fire"})
    assert not set(bands(signed, "en")) & set(bands(signed, "fr"))
    assert set(bands(signed, "en")) == set(bands(signature({"fire", "mine"}), "en"))


def test_most_pairs_of_a_story_have_a_band_in_common() -> None:
    keys = [
        (
            row["story"],
            set(
                bands_of(
                    profile_of(Entry("", "", title=row["title"] or "", text=row["text"], language=row["language"]))
                )
            ),
        )
        for row in ROWS
    ]
    pairs = [bool(one & other) for (story, one), (same, other) in combinations(keys, 2) if story == same]
    assert sum(pairs) >= 0.98 * len(pairs)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_decided_and_equal_ones_are_one_story(title: str, text: str) -> None:
    _, again, _ = settle(entry(title, text, "a"), entry(title, text, "b"), entry(text, title, "c"))
    assert again.joined
