from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.entry import Entry, digest
from monitor.core.watching.flood import (
    AGAIN,
    DAY,
    FORGOTTEN_AFTER,
    MOST_TOLD,
    REMEMBERED,
    TOLD_AGAIN,
    Fresh,
    Source,
    Stock,
    Twin,
    accepted,
    elsewhere,
    grown,
    held,
    is_to_be_told,
    learnt,
    notice_of_flood,
    notice_of_release,
    renamed,
    told,
)

NOW = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
HERE = Source("example.org", "Genève en direct")


def fresh(name: str, *twins: Twin, text: str | None = None, published: datetime | None = None) -> Fresh:
    entry = Entry("live", name, text=name if text is None else text, published=published)
    return Fresh(entry, digest(entry), twins)


def repeated(count: int, published: datetime | None = None) -> list[Fresh]:
    """Make new entries whose text that of the entries 1, 2, ... is."""
    return [fresh(f"new-{i}", Twin(i, published), published=published) for i in range(1, count + 1)]


def test_five_new_entries_whose_text_is_known_are_held() -> None:
    assert held(repeated(5), "") == {f"new-{i}": AGAIN for i in range(1, 6)}


def test_four_are_not_held_and_what_is_new_beside_five_is_told() -> None:
    assert held(repeated(4), "") == {}
    assert "really new" not in held([*repeated(5), fresh("really new")], "")


def test_an_outages_backlog_is_no_flood() -> None:
    assert elsewhere(100, 100, HERE, HERE) == ""
    assert held([fresh(str(i)) for i in range(100)], "") == {}


def test_one_text_that_is_said_again_and_again_is_no_flood() -> None:
    assert held([fresh(f"goal-{i}", Twin(1), text="But !") for i in range(9)], "") == {}


def test_entries_without_words_are_no_flood() -> None:
    assert held([fresh(f"photo-{i}", Twin(i), text="") for i in range(9)], "") == {}


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (replace(HERE, host="other.example"), "the feed's host has changed from example.org to other.example"),
        (replace(HERE, title="Cuisine"), "the feed's title has changed from 'Genève en direct' to 'Cuisine'"),
    ],
)
def test_what_comes_from_elsewhere_is_held_if_nearly_all_of_it_is_new(after: Source, words: str) -> None:
    assert elsewhere(8, 10, HERE, after) == words
    assert held([fresh("a"), fresh("b")], words) == {"a": words, "b": words}
    assert elsewhere(7, 10, HERE, after) == ""
    assert elsewhere(2, 2, HERE, after) == ""


@pytest.mark.parametrize("source", [Source(), HERE, replace(HERE, title="GENÈVE, en direct!"), Source(HERE.host)])
def test_what_is_not_known_or_the_same_has_not_changed(source: Source) -> None:
    assert elsewhere(8, 8, HERE, source) == ""
    assert elsewhere(8, 8, source, HERE) == ""


def test_the_numbers_in_a_title_count_for_nothing() -> None:
    assert elsewhere(8, 8, replace(HERE, title="Genève (12) 17h52"), replace(HERE, title="Genève (9) 18h05")) == ""


def test_of_a_feed_that_shows_no_entries_nothing_is_held() -> None:
    """A live blog begins under another title than that of its announcement."""
    assert elsewhere(4, 4, HERE, ELSEWHERE, bare=True) == ""
    assert elsewhere(1, 4, AWAY, ELSEWHERE, bare=True), "another site is none of its beginnings"


ELSEWHERE = Source("casino.example", "Casino X")
AWAY = learnt(HERE, ELSEWHERE, "why", living=10, is_renamed=False)


def test_all_that_another_site_adds_is_held_until_the_feed_comes_back() -> None:
    assert (AWAY.host, AWAY.title) == (HERE.host, HERE.title)
    assert elsewhere(1, 11, AWAY, ELSEWHERE) == "the feed's host has changed from example.org to casino.example"
    assert elsewhere(9, 9, AWAY, HERE) == ""
    back = learnt(AWAY, HERE, "", living=9, is_renamed=False)
    assert back == HERE
    assert elsewhere(10, 10, back, ELSEWHERE), "it is still another site"


def test_what_is_released_comes_from_where_the_feed_comes_from_now_and_came_from_before() -> None:
    now = accepted(AWAY)
    assert (now.host, now.hosts, now.away) == (ELSEWHERE.host, (HERE.host,), "")
    assert elsewhere(9, 9, now, ELSEWHERE) == elsewhere(9, 9, now, HERE) == ""
    assert accepted(now) == now


def test_a_host_under_the_same_title_is_one_of_several_once_the_feed_has_come_back() -> None:
    other = replace(HERE, host="cdn-2.example")
    away = learnt(HERE, other, elsewhere(3, 3, HERE, other), living=3, is_renamed=False)
    back = learnt(away, HERE, elsewhere(3, 3, away, HERE), living=3, is_renamed=False)
    assert back.hosts == ("cdn-2.example",)
    assert elsewhere(3, 3, back, other) == ""


def test_the_last_hosts_and_titles_of_a_feed_are_remembered() -> None:
    source = Source()
    for number in range(9):
        source = learnt(source, Source(f"{number}.example", "Titre " + "x" * number), "", living=3, is_renamed=False)
    assert (source.host, source.hosts) == ("8.example", ("7.example", "6.example", "5.example"))
    assert len(source.titles) == REMEMBERED - 1
    assert elsewhere(3, 3, source, Source("5.example", source.titles[-1])) == ""
    assert elsewhere(3, 3, source, Source("4.example", source.title))
    again = learnt(source, Source("7.example"), "", living=3, is_renamed=False)
    assert (again.host, again.hosts) == ("7.example", ("8.example", "6.example", "5.example"))


def test_a_document_without_entries_is_no_proof_that_a_feed_has_moved() -> None:
    assert learnt(HERE, ELSEWHERE, "", living=0, is_renamed=False) == HERE
    assert learnt(HERE, replace(HERE, host=""), "", living=0, is_renamed=True) == replace(HERE, renamed=True)


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
    entries = [Entry("live", f"tag:{i}", title=f"Titre {i}" if i else "") for i in range(7)]
    notice = notice_of_flood("live", entries, Stock(7, AGAIN), 3, NOW)
    assert (notice.kind, notice.key, notice.state, notice.subject) == (
        "feed",
        "live:flood",
        "held 7 2022-01-10",
        "Held: live",
    )
    assert notice.text == (
        "7 new entries are held: its text is known under another name. Only urgent rules tell of them.\n"
        "- tag:0\n- Titre 1\n- Titre 2\n- Titre 3\n- Titre 4\n… and 2 more\n"
        "If they are to be told: `vigie feeds release live`. If not, nothing needs to be done."
    )
    assert notice_of_flood("live", entries[1:2], Stock(1, AGAIN), 3, NOW).text.startswith("1 new entry is held: ")
    assert (notice_of_release("live", 3, NOW).key, notice_of_release("live", 3, NOW).state) == (notice.key, "")


def test_operators_are_told_how_many_are_held_in_all() -> None:
    stock = Stock(9, AGAIN, NOW, said=6)
    lines = notice_of_flood("live", (), stock, 3, NOW).text.split("\n")
    assert lines[:2] == [
        "3 new entries are held: its text is known under another name. Only urgent rules tell of them.",
        "With those told of before 9 are held in all.",
    ]


def told_after(batch: int, every: timedelta, count: int) -> list[int]:
    """Hold so many batches; give how many are held at each notice."""
    stock, said = Stock(), []
    for number in range(count):
        now = NOW + number * every
        stock = grown(stock, [AGAIN] * batch, now)
        if is_to_be_told(stock, now):
            said.append(stock.held)
            stock = told(stock, now)
    return said


def test_what_is_held_is_told_again_as_it_doubles_or_after_hours_and_not_too_often_a_day() -> None:
    assert told_after(3, timedelta(minutes=1), 8) == [3, 6, 12, 24]
    assert told_after(3, timedelta(hours=2), 5) == [3, 6, 12]
    assert told_after(3, TOLD_AGAIN, 6) == [3, 6, 9, 12, 15, 18]
    for every in (timedelta(seconds=1), timedelta(minutes=7), timedelta(hours=1)):
        assert len(told_after(3, every, int(DAY / every))) <= MOST_TOLD


def test_what_nobody_was_told_is_told_later_though_no_more_is_held() -> None:
    stock = grown(told(grown(Stock(), [AGAIN] * 3, NOW), NOW), [AGAIN], NOW)
    assert not is_to_be_told(stock, NOW + timedelta(hours=1))
    assert is_to_be_told(stock, NOW + TOLD_AGAIN)
    assert not is_to_be_told(told(stock, NOW + TOLD_AGAIN), NOW + DAY)
    assert is_to_be_told(stock, NOW - TOLD_AGAIN), "a clock has jumped back"


def test_what_was_held_long_ago_is_counted_no_more() -> None:
    stock = told(grown(Stock(), [AGAIN] * 3, NOW), NOW)
    assert grown(stock, (), NOW + FORGOTTEN_AFTER) == stock
    assert grown(stock, (), NOW + FORGOTTEN_AFTER + DAY) == Stock()
    assert grown(stock, [AGAIN], NOW + FORGOTTEN_AFTER + DAY).held == 1
