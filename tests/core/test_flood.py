from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.entry import Entry, digest
from monitor.core.watching.flood import AGAIN, Fresh, Source, Twin, held, notice_of_flood, notice_of_release, renamed

NOW = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
HERE = Source("example.org", "Genève en direct")


def fresh(name: str, *twins: Twin, text: str | None = None, published: datetime | None = None) -> Fresh:
    entry = Entry("live", name, text=name if text is None else text, published=published)
    return Fresh(entry, digest(entry), twins)


def repeated(count: int, published: datetime | None = None) -> list[Fresh]:
    """Make new entries whose text that of the entries 1, 2, ... is."""
    return [fresh(f"new-{i}", Twin(i, published), published=published) for i in range(1, count + 1)]


def test_five_new_entries_whose_text_is_known_are_held() -> None:
    assert held(repeated(5), 20, HERE, HERE) == {f"new-{i}": AGAIN for i in range(1, 6)}


def test_four_are_not_held_and_what_is_new_beside_five_is_told() -> None:
    assert held(repeated(4), 20, HERE, HERE) == {}
    assert "really new" not in held([*repeated(5), fresh("really new")], 20, HERE, HERE)


def test_an_outages_backlog_is_no_flood() -> None:
    assert held([fresh(str(i)) for i in range(100)], 100, HERE, HERE) == {}


def test_one_text_that_is_said_again_and_again_is_no_flood() -> None:
    assert held([fresh(f"goal-{i}", Twin(1), text="But !") for i in range(9)], 20, HERE, HERE) == {}


def test_entries_without_words_are_no_flood() -> None:
    assert held([fresh(f"photo-{i}", Twin(i), text="") for i in range(9)], 20, HERE, HERE) == {}


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (replace(HERE, host="other.example"), "the feed's host has changed from example.org to other.example"),
        (replace(HERE, title="Cuisine"), "the feed's title has changed from 'Genève en direct' to 'Cuisine'"),
    ],
)
def test_what_comes_from_elsewhere_is_held_if_nearly_all_of_it_is_new(after: Source, words: str) -> None:
    assert set(held([fresh(str(i)) for i in range(8)], 10, HERE, after).values()) == {words}
    assert held([fresh(str(i)) for i in range(7)], 10, HERE, after) == {}
    assert held([fresh(str(i)) for i in range(2)], 2, HERE, after) == {}


@pytest.mark.parametrize("source", [Source(), HERE, replace(HERE, title="GENÈVE, en direct!"), Source(HERE.host)])
def test_what_is_not_known_or_the_same_has_not_changed(source: Source) -> None:
    assert held([fresh(str(i)) for i in range(8)], 8, HERE, source) == {}
    assert held([fresh(str(i)) for i in range(8)], 8, source, HERE) == {}


def test_an_entry_that_took_the_place_of_another_with_its_text_and_time_is_that_one() -> None:
    assert renamed(repeated(2, NOW), 20, shown=(1, 2, 3), taken=(3,)) == {"new-1": 1, "new-2": 2}


def test_a_document_whose_names_all_changed_shows_the_same_entries() -> None:
    assert renamed(repeated(3), 3, shown=(1, 2, 3), taken=()) == {"new-1": 1, "new-2": 2, "new-3": 3}


@pytest.mark.parametrize(
    ("entries", "living", "why"),
    [
        ([fresh("a", Twin(1))], 1, "a single text may be said again"),
        ([fresh("a", Twin(1)), fresh("b", Twin(2))], 9, "they say no time, and others are shown as before"),
        ([fresh("a", Twin(1, NOW), published=NOW + timedelta(hours=1))], 9, "it was published later"),
        ([fresh("a", Twin(9, NOW), published=NOW)], 9, "the document before did not show that one"),
        ([fresh("a", Twin(3, NOW), published=NOW)], 9, "that one is still shown"),
        ([fresh("a", Twin(1, NOW, current=False), published=NOW)], 9, "that one says something else by now"),
        (repeated(5, NOW), 9, "so many are held"),
    ],
)
def test_otherwise_a_known_text_makes_no_known_entry(entries: list[Fresh], living: int, why: str) -> None:
    assert renamed(entries, living, shown=(1, 2, 3), taken=(3,)) == {}, why


def test_what_repeats_a_held_text_is_the_held_entry_however_often_it_is_renamed() -> None:
    again = [fresh(f"new-{i}", Twin(i, held=True)) for i in range(1, 10)]
    assert len(renamed(again, 9, shown=(), taken=())) == 9


def test_two_new_names_are_not_the_same_entry() -> None:
    pair = [fresh(name, Twin(1, held=True), Twin(2, held=True), text="x") for name in ("a", "b", "c")]
    assert renamed(pair, 3, shown=(), taken=()) == {"a": 1, "b": 2}


def test_operators_are_told_what_is_held_why_and_what_to_do() -> None:
    texts = [(Entry("live", f"tag:{i}", title=f"Titre {i}" if i else ""), AGAIN) for i in range(7)]
    notice = notice_of_flood("live", texts, 3, NOW)
    assert (notice.kind, notice.key, notice.state, notice.subject) == (
        "feed",
        "live:flood",
        "held 2022-01-10",
        "Held: live",
    )
    assert notice.text == (
        "7 new entries are held: its text is known under another name. Only urgent rules tell of them.\n"
        "- tag:0\n- Titre 1\n- Titre 2\n- Titre 3\n- Titre 4\n… and 2 more\n"
        "If they are to be told: `vigie feeds release live`. If not, nothing needs to be done."
    )
    assert notice_of_flood("live", texts[1:2], 3, NOW).text.startswith("1 new entry is held: ")
    assert (notice_of_release("live", 3, NOW).key, notice_of_release("live", 3, NOW).state) == (notice.key, "")
