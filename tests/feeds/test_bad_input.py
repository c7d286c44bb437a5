"""Documents that are wrong or meant to harm: a clear refusal or the right entries, in little time."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from time import process_time

import pytest

from monitor.core.entry import digest
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Kind, Recipe
from monitor.core.revise import Known, revise
from tests.feeds.documents import PAGE, atom, entries_of, rss

FEED = Feed("live", PAGE)
NOW = datetime(2022, 1, 10, 18, tzinfo=UTC)
ERROR_PAGE = (
    "<!DOCTYPE html><html><head><title>503 &ndash; Service indisponible</title></head><body><h1>Désolé</h1></body>"
)


def item(guid: str, title: str, link: str = "/1", minute: int = 0) -> str:
    date = f"<pubDate>Mon, 10 Jan 2022 18:{minute:02}:00 +0100</pubDate>"
    return f"<guid isPermaLink='false'>{guid}</guid><title>{title}</title><link>{link}</link>{date}"


class Watched:
    """A feed as the ledger knows it: what document after document brings."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.digests: dict[int, tuple[str, ...]] = {}

    def polled(self, *items: str) -> list[str]:
        """Give the titles of what is new in a document."""
        news = revise(FEED, entries_of(rss(*items)), Known(first=False, ids=self.ids, digests=self.digests), NOW)
        for one in news:
            number = len(self.digests) if one.entry_id is None else one.entry_id
            self.ids |= dict.fromkeys((one.entry.identity, *one.entry.aliases), number)
            self.digests[number] = (*self.digests.get(number, ()), digest(one.entry))
        return [one.entry.title for one in news if one.entry_id is None]


def test_guids_that_change_at_every_fetch_bring_nothing_new() -> None:
    feed = Watched()
    assert feed.polled(item("a1", "Un", "/1"), item("b1", "Deux", "/2")) == ["Un", "Deux"]
    for fetch in range(2, 5):
        assert feed.polled(item(f"a{fetch}", "Un", "/1"), item(f"b{fetch}", "Deux", "/2")) == []
    assert feed.polled(item("c9", "Trois", "/3"), item("a9", "Un (corrigé)", "/1")) == ["Trois"]


def test_two_entries_with_guids_of_their_own_and_one_link_stay_two() -> None:
    feed = Watched()
    assert feed.polled(item("a", "Riabkov arrive", "/direct")) == ["Riabkov arrive"]
    assert feed.polled(item("b", "Sherman arrive", "/direct", 5)) == ["Sherman arrive"]
    assert feed.polled(item("b", "Sherman arrive", "/direct", 5), item("a", "Riabkov arrive", "/direct")) == []


def test_entries_that_share_one_guid_are_as_many_as_their_links() -> None:
    feed = Watched()
    rows = [item("0", title, f"/{number}", number) for number, title in enumerate(("Un", "Deux", "Trois"))]
    assert feed.polled(*rows) == ["Un", "Deux", "Trois"]
    assert feed.polled(*rows[::-1]) == []


def test_a_feed_that_alternates_between_two_versions_tells_each_entry_once() -> None:
    feed = Watched()
    old, new = [item("a", "Un")], [item("a", "Un"), item("b", "Deux", "/2")]
    assert [feed.polled(*rows) for rows in (old, new, old, new)] == [["Un"], ["Deux"], [], []]


@pytest.mark.parametrize("kind", ["auto", "feed", "live_blog", "json_feed", "wordpress", "liveblog_pro"])
def test_an_error_page_is_refused_by_its_title_whatever_it_should_be(kind: Kind) -> None:
    with pytest.raises(ParseError) as told:
        entries_of(ERROR_PAGE, Feed("live", PAGE, kind=kind))
    assert "503 – Service indisponible" in str(told.value) or "an HTML page, not" in str(told.value)


def test_an_error_page_is_refused_where_a_recipe_finds_nothing_in_it() -> None:
    with pytest.raises(ParseError, match="the recipe finds no entry"):
        entries_of(ERROR_PAGE, Feed("live", PAGE, kind="page", recipe=Recipe(entry=".live")))


MILLION = 1_000_000


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (lambda: rss(*["<title>a</title>"] * MILLION), "more than 300000 tags"),
        (lambda: rss().replace("</channel>", "<item/>" * 200_000 + "</channel>"), "200000 entries, more than the 5000"),
        (lambda: atom().replace("</feed>", "<a:entry/>" * 9000 + "</feed>"), "9000 entries, more than the 5000"),
        (lambda: '{"version": "https://jsonfeed.org/version/1", "items": [' + "{}," * MILLION, "more than 300000 obj"),
        (lambda: json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{}] * 9000}), "9000 entries"),
        (lambda: "[" + '"",' * MILLION + '""]', "more than 1000000 texts"),
    ],
    ids=["RSS", "RSS, empty", "Atom, prefixed", "JSON", "JSON Feed", "JSON, texts"],
)
def test_a_million_entries_are_refused_before_they_are_read(document: Callable[[], str], words: str) -> None:
    text = document()
    begin = process_time()
    with pytest.raises(ParseError, match=words):
        entries_of(text)
    assert process_time() - begin < 2


def test_the_same_words_again_in_one_document_are_one_entry() -> None:
    told = entries_of(rss(*["<title>Direct</title><description>Riabkov arrive</description>"] * 3))
    assert [one.title for one in told] == ["Direct"]


@pytest.mark.parametrize("before", ["<!---->", "<!-- -->", "<?a?>", "<!a>", "<![]>", "<!-", " ", "\n"])
@pytest.mark.parametrize("root", ["‹é/>", "<rss>", "<html>", "<é/>"])
def test_whatever_stands_before_the_root_of_a_document_what_it_is_is_known_at_once(before: str, root: str) -> None:
    begin = process_time()
    for times in (18, 580, 4000):
        with pytest.raises(ParseError):
            entries_of(before * times + root, Feed("live", PAGE, kind="feed"))
    assert process_time() - begin < 2
