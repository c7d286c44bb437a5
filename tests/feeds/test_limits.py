from collections.abc import Callable

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import contents, read
from monitor.feeds.limits import (
    LONGEST_LINE,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_CATEGORIES,
    MOST_ENTRIES,
    Contents,
    limited,
)
from tests.feeds.documents import PAGE, fetched, rss

FEED = Feed("live", PAGE)


def only(contents: Contents) -> Entry:
    (entry,) = contents.entries
    return entry


def item(text: str) -> str:
    return f"<guid>{text[:20]}</guid><title>Direct</title><description>{text}</description>"


def test_an_entry_of_a_megabyte_is_cut_at_the_end_of_a_word() -> None:
    found = contents(fetched(rss(item("Otan " * 200_000), item("court"))), FEED)
    assert found.cut == 1
    long, short = found.entries
    assert LONGEST_TEXT - 5 <= len(long.text) <= LONGEST_TEXT
    assert long.text.endswith("Otan Otan…")
    assert short.text == "court"


def test_what_is_as_long_as_it_may_be_is_left_alone() -> None:
    entry = Entry("live", "a", "t" * LONGEST_LINE, "x" * LONGEST_TEXT, "l" * LONGEST_NAME, guid="g" * LONGEST_NAME)
    assert limited(Contents((entry,))) == Contents((entry,), 0)


def test_the_half_of_a_word_is_not_taken_for_a_word() -> None:
    entry = Entry("live", "a", "x" * (LONGEST_LINE - 5) + " Otango", "x" * (LONGEST_TEXT - 5) + " Otango")
    cut = only(limited(Contents((entry,))))
    assert cut.title == "x" * (LONGEST_LINE - 5) + "…"
    assert cut.text == "x" * (LONGEST_TEXT - 5) + "…"


def test_a_text_without_spaces_is_cut_at_a_character() -> None:
    cut = only(limited(Contents((Entry("live", "a", text="北约" * LONGEST_TEXT),))))
    assert len(cut.text) == LONGEST_TEXT
    assert cut.text.endswith("北…")


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        (Entry("live", "a", author="A " * LONGEST_LINE), lambda e: len(e.author) <= LONGEST_LINE),
        (Entry("live", "a", categories=("c " * LONGEST_LINE,)), lambda e: len(e.categories[0]) <= LONGEST_LINE),
        (Entry("live", "a", categories=("c",) * 999), lambda e: len(e.categories) == MOST_CATEGORIES),
        (Entry("live", "a", link="l" * 9999), lambda e: e.link == ""),
        (Entry("live", "a", guid="g" * 9999), lambda e: e.guid is None),
    ],
)
def test_nothing_of_an_entry_is_without_limit(entry: Entry, kept: Callable[[Entry], bool]) -> None:
    found = limited(Contents((entry,)))
    assert kept(only(found))
    assert found.cut == 1


def test_a_document_of_too_many_entries_is_refused() -> None:
    items = [f"<guid>{number}</guid><title>{number}</title>" for number in range(MOST_ENTRIES + 1)]
    assert len(read(fetched(rss(*items[:-1])), FEED)) == MOST_ENTRIES
    with pytest.raises(ParseError, match="5001 entries, more than the 5000"):
        read(fetched(rss(*items)), FEED)
