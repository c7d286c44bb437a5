import json

import pytest

from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Kind, Recipe
from monitor.feeds.kinds import kind_of
from monitor.feeds.sniff import decode, is_html
from tests.feeds.documents import PAGE, atom, entries_of, page, rss

LIVE = page(json.dumps({"@type": "LiveBlogPosting", "liveBlogUpdate": [{"@id": "#a", "headline": "Un"}]}))
JSON_FEED = '{"version": "https://jsonfeed.org/version/1.1", "items": []}'


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (rss().encode(), "feed"),
        (atom().encode("utf-16"), "feed"),
        (b"\n\n" + atom().encode(), "feed"),
        (JSON_FEED.encode("utf-8-sig"), "json_feed"),
        (b" [1]", "json_feed"),
        (LIVE.encode(), "live_blog"),
        (LIVE.encode("utf-16-le"), "live_blog"),
        (b"<!-- cache " + b"x" * 900 + b" -->" + LIVE.encode(), "live_blog"),
        (b"plain", "feed"),
    ],
)
def test_a_document_says_itself_what_it_is(document: bytes, kind: Kind) -> None:
    assert kind_of(document, Feed("live", PAGE)) == kind


def test_a_page_with_a_recipe_is_read_by_it() -> None:
    feed = Feed("live", PAGE, recipe=Recipe(entry="p"))
    assert [one.text for one in entries_of(LIVE, feed)] == ["Pied de page"]


def test_the_kind_that_a_feed_is_configured_with_counts() -> None:
    with pytest.raises(ParseError, match="no LiveBlogPosting"):
        entries_of(rss(), Feed("live", PAGE, kind="live_blog"))
    with pytest.raises(ParseError, match="not JSON"):
        entries_of(rss(), Feed("live", PAGE, kind="json_feed"))


@pytest.mark.parametrize("document", ["", " \n", "\ufeff"])
@pytest.mark.parametrize("kind", ["auto", "feed", "json_feed", "live_blog", "page"])
def test_an_empty_document_is_refused_whatever_it_should_be(document: str, kind: Kind) -> None:
    with pytest.raises(ParseError, match="the document is empty"):
        entries_of(document, Feed("live", PAGE, kind=kind, recipe=Recipe(entry="p")))


META = '<html><meta charset="windows-1251">Женева'


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Genève".encode(), "", "Genève"),
        ("Genève".encode(), "text/html; charset=ISO-8859-1", "Genève"),
        ("Genève".encode("latin-1"), 'text/html; charset="iso-8859-1"', "Genève"),
        ("Genève".encode("cp1252"), "", "Genève"),
        ("Genève".encode("cp1252"), "text/html; charset=hex", "Genève"),
        ("Genève".encode("cp1252"), "text/html; charset=nonsense", "Genève"),
        ("Genève".encode("utf-16"), "text/html; charset=utf-8", "Genève"),
        ("Genève".encode("utf-32"), "", "Genève"),
        ("Genève".encode("utf-8-sig"), "text/html; charset=latin-1", "Genève"),
        ("ジュネーブ".encode("iso-2022-jp"), "text/html; charset=iso-2022-jp", "ジュネーブ"),
        (META.encode("cp1251"), "text/html", META),
        (b"Gen\xe8ve \x81", "text/html; charset=utf-8", "Gen\ufffdve \ufffd"),
    ],
)
def test_bytes_are_read_in_the_charset_they_are_in(body: bytes, content_type: str, text: str) -> None:
    assert decode(body, content_type) == text


def test_a_feed_is_no_page() -> None:
    assert not is_html(rss("<description>&lt;html&gt;</description>").encode())
    assert not is_html(b"<htmlx>")
