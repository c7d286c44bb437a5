from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.entry import Entry
from monitor.core.revise import Known, known_ids
from monitor.feeds.identity import identify

T0 = datetime(2022, 1, 10, 17, 38, tzinfo=UTC)
EXACT = timedelta(seconds=7)
WORDS = "Riabkov exclut tout recul de la Russie sur l'Otan"


def entry(title: str, at: timedelta | None, text: str = "", guid: str | None = None) -> Entry:
    return Entry("live", "", title=title, text=text, guid=guid, published=None if at is None else T0 + at)


def around(guids: str = "") -> list[Entry]:
    """Give what else stands in the document, older than the entry in question; with guids or without."""
    rows = [entry(f"Autre {n}", -timedelta(minutes=n, seconds=n)) for n in range(1, 6)]
    return [replace(row, guid=f"{guids}{n}") if guids else row for n, row in enumerate(rows)]


def found(before: list[Entry], after: list[Entry]) -> list[int | None]:
    """Say of each entry of a document which one of the document before it is taken for."""
    ids = {name: n for n, one in enumerate(identify(before)) for name in (one.identity, *one.aliases)}
    told = identify(after)
    known = known_ids(told, Known(first=False, ids=ids))
    return [known.get(one.identity) for one in told]


@pytest.mark.parametrize("seconds", [0, 7])
def test_entries_whose_guids_and_texts_change_at_each_fetch_are_known_by_title_and_time(seconds: int) -> None:
    first, second = (
        [
            entry(f"Titre {n}", timedelta(seconds=seconds, minutes=-n), f"vu {fetch} fois", f"g{n}-{fetch}")
            for n in range(10)
        ]
        for fetch in (1, 2)
    )
    assert found(first, second) == list(range(10))


def test_an_entry_of_one_title_and_minute_is_another_one_while_the_first_is_shown() -> None:
    goal, again = entry("But !", EXACT, "1-0", "a"), entry("But !", EXACT, "2-0", "b")
    assert found([goal, *around("x")], [again, goal, *around("x")]) == [None, 0, 1, 2, 3, 4, 5]
    assert found([goal, again, *around("x")], [entry("But !", EXACT, "3-0", "c"), *around("x")])[0] is None


def test_a_title_that_others_of_the_document_have_does_not_tell_who_an_entry_is() -> None:
    others = [entry("Direct", timedelta(minutes=-9), "Le direct s'ouvre.", "y"), *around("x")]
    assert (
        found([entry("Direct", EXACT, "Un", "a"), *others], [entry("Direct", EXACT, "Deux", "b"), *others])[0] is None
    )


def test_a_title_without_a_time_does_not_tell_who_an_entry_is() -> None:
    assert found([entry("Titre", None, "Un", "a"), *around("x")], [entry("Titre", None, "Deux", "b")]) == [None]


def test_a_title_of_a_day_does_not_tell_who_an_entry_is_where_times_are_days() -> None:
    days = [entry(f"Jour {n}", timedelta(days=-n), guid=f"x{n}") for n in range(1, 4)]
    assert (
        found([entry("Météo", timedelta(), "Pluie", "a"), *days], [entry("Météo", timedelta(), "Vent", "b"), *days])[0]
        is None
    )


def test_a_time_of_day_alone_does_not_tell_who_an_entry_is() -> None:
    day = datetime(1970, 1, 2, 8, 0, 7, tzinfo=UTC)
    daily, later = (replace(entry("Météo", EXACT, text, guid), published=day) for text, guid in ("aà", "bé"))
    assert found([daily, *around("x")], [later, *around("x")])[0] is None


def test_an_entry_without_id_that_is_edited_is_known_by_its_exact_time() -> None:
    assert found([entry("Titre avec fote", EXACT), *around()], [entry("Un autre titre", EXACT), *around()])[0] == 0
    assert found([entry("", EXACT, "Un texte"), *around()], [entry("", EXACT, "Corrigé"), *around()])[0] == 0


def test_an_entry_without_id_of_the_same_second_is_another_one_while_the_first_is_shown() -> None:
    one, two = entry("Un titre", EXACT), entry("Un autre titre", EXACT)
    assert found([one, *around()], [two, one, *around()])[:2] == [None, 0]


@pytest.mark.parametrize(
    "edited",
    [
        WORDS.replace("recul", "retrait"),
        WORDS.replace("Riabkov", "Ryabkov"),
        WORDS.replace("l'Otan", "l'OTAN élargie"),
        f"{WORDS} (officiel)",
        f"URGENT {WORDS}",
    ],
)
def test_an_entry_without_id_whose_time_is_a_minute_is_known_by_its_first_or_last_words(edited: str) -> None:
    assert found([entry(WORDS, timedelta()), *around()], [entry(edited, timedelta()), *around()])[0] == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WORDS, "Sherman répond à Riabkov que l'Otan ne renonce à rien"),
        ("But !", "But de Kane !"),
        ("1 à 0 !", "1 à 0 ! Kane marque"),
        ("But de", "But de Messi et de Kane"),
    ],
)
def test_a_window_may_slide_from_one_entry_without_id_to_another_of_its_minute(one: str, other: str) -> None:
    assert found([entry(one, timedelta()), *around()], [entry(other, timedelta()), *around()])[0] is None


def test_first_words_that_others_of_the_document_have_do_not_tell_who_an_entry_is() -> None:
    opening = "EN DIRECT Guerre en Ukraine"
    others = [entry(f"{opening} : Sherman répond", timedelta(minutes=-9)), *around()]
    before, after = (
        [entry(f"{opening} : {words}", timedelta()), *others] for words in ("Riabkov parle", "Lavrov arrive")
    )
    assert found(before, after)[0] is None


def test_an_entry_with_an_id_is_not_known_by_its_time_alone() -> None:
    assert (
        found([entry("Un", EXACT, guid="a"), *around("x")], [entry("Deux", EXACT, guid="b"), *around("x")])[0] is None
    )


def test_the_only_entry_of_a_document_is_not_known_by_its_time_alone() -> None:
    assert found([entry("Un titre", EXACT)], [entry("Un autre titre", EXACT)]) == [None]


@pytest.mark.parametrize("link", ["", "https://example.org/direct"])
def test_entries_of_one_guid_that_have_nothing_else_in_common_are_all_there(link: str) -> None:
    rows = [
        replace(entry(f"Titre {n}", timedelta(minutes=-n), f"Texte {n}", guid), link=link)
        for n, guid in enumerate(("3", "3", "2", "1"))
    ]
    told = identify(rows)
    assert [one.title for one in told] == [f"Titre {n}" for n in range(4)]
    assert [one.identity for one in told[2:]] == ["2", "1"]
    assert all(one.identity.startswith("content:") for one in told[:2])
    assert [one.title for one in identify(rows[::-1])] == [f"Titre {n}" for n in range(3, -1, -1)]


def test_entries_of_one_guid_without_titles_are_told_apart_by_text_and_time() -> None:
    rows = [entry("", timedelta(minutes=-n), f"Texte {n}", guid) for n, guid in enumerate(("3", "3", "2", "1"))]
    assert len(identify(rows)) == 4


def test_the_entry_that_had_a_guid_first_is_known_where_another_one_takes_it() -> None:
    rows = [entry(f"Titre {n}", timedelta(minutes=-n), f"Texte {n}", f"{9 - n}") for n in range(4)]
    assert found(rows, [entry("Nouveau", EXACT, "Autre texte", "9"), *rows]) == [None, 0, 1, 2, 3]


@pytest.mark.parametrize(
    "copy",
    [
        entry("Épinglé : Un", timedelta(), "Un autre texte", "3"),
        entry("Épinglé : Un", timedelta(minutes=5), "Texte", "3"),
        entry("Un", timedelta(minutes=5), "Un autre texte", "3"),
        entry("Épinglé : Un", None, "Un autre texte", "3"),
        entry("", timedelta(minutes=5), "", "3"),
    ],
    ids=["time", "text", "title", "undated", "bare"],
)
def test_a_copy_that_shares_title_text_or_time_with_the_entry_of_its_guid_is_that_entry(copy: Entry) -> None:
    told = identify([copy, entry("Un", timedelta(), "Texte", "3"), entry("Deux", EXACT, "b", "2"), *around("x")])
    assert [one.identity for one in told][:2] == ["3", "2"]
