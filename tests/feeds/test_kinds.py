import json

import pytest

from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Kind, Recipe
from monitor.feeds.kinds import contents, kind_of
from monitor.feeds.sniff import decode, is_html
from tests.feeds.documents import PAGE, atom, entries_of, fetched, page, rss

LIVE = page(json.dumps({"@type": "LiveBlogPosting", "liveBlogUpdate": [{"@id": "#a", "headline": "Un"}]}))
JSON_FEED = '{"version": "https://jsonfeed.org/version/1.1", "items": []}'


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (rss().encode(), "feed"),
        (atom().encode("utf-16"), "feed"),
        (b"\n\n" + atom().encode(), "feed"),
        (JSON_FEED.encode("utf-8-sig"), "json_feed"),
        (b" [1]", "auto"),
        (b'{"@type": "LiveBlogPosting"}', "live_blog"),
        (b'{"entries": [{"id": 5, "type": "new"}]}', "wordpress"),
        (b'{"entries": [], "refresh_interval": 10}', "wordpress"),
        (b'{"_items": [{"_id": "a", "post_status": "open"}]}', "liveblog_pro"),
        (b'{"posts": {"_items": [{"_id": "a", "sticky": false}]}}', "liveblog_pro"),
        (b"<!doctype html><p>Bonjour", "page"),
        (LIVE.encode(), "live_blog"),
        (LIVE.encode("utf-16-le"), "live_blog"),
        (b"<!-- cache " + b"x" * 900 + b" -->" + LIVE.encode(), "live_blog"),
        (b"plain", "auto"),
    ],
)
def test_a_document_says_itself_what_it_is(document: bytes, kind: Kind) -> None:
    assert kind_of(fetched(document)) == kind


RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
ITEM = "<item><title>Un</title><link>https://e.org/1</link><description>Texte</description></item>"


@pytest.mark.parametrize(
    "document",
    [
        f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>x</title></channel>{ITEM}</rdf:RDF>',
        f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/"><channel><title>x</title></channel>{ITEM}</rdf:RDF>',
        *(
            f'<rss version="{v}"><channel><title>x</title>{ITEM}</channel></rss>'
            for v in ("0.91", "0.92", "0.94", "2.0")
        ),
        f"<rss><channel><title>x</title>{ITEM}</channel></rss>",
        (
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>x</title><entry><title>Un</title>'
            '<link rel="alternate" href="https://e.org/1"/><summary>Texte</summary></entry></feed>'
        ),
        (
            '<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>x</a:title><a:entry><a:title>Un</a:title>'
            '<a:link href="https://e.org/1"/><a:summary>Texte</a:summary></a:entry></a:feed>'
        ),
    ],
)
def test_every_version_of_rss_and_atom_is_a_feed(document: str) -> None:
    said = contents(fetched(document), Feed("live", PAGE))
    (one,) = said.entries
    assert (said.kind, said.title) == ("feed", "x")
    assert (one.title, one.text, one.identity) == ("Un", "Texte", "//e.org/1")


def test_a_page_with_a_recipe_is_read_by_it() -> None:
    feed = Feed("live", PAGE, recipe=Recipe(entry="p"))
    assert [one.text for one in entries_of(LIVE, feed)] == ["Pied de page"]


@pytest.mark.parametrize(
    ("document", "kind", "words"),
    [
        (rss(), "live_blog", "RSS, Atom or RDF, not a live blog .* - `kind: feed` reads it"),
        (rss(), "json_feed", "RSS, Atom or RDF, not a JSON Feed - `kind: feed` reads it"),
        (rss(), "page", "RSS, Atom or RDF, not an HTML page - `kind: feed` reads it"),
        (LIVE, "feed", "LiveBlogPosting.*, not RSS, Atom or RDF - `kind: live_blog` reads it"),
        (LIVE, "wordpress", "not a WordPress live blog - `kind: live_blog` reads it"),
        (page(), "feed", "an HTML page, not a feed: “Direct”"),
        (page(), "json_feed", "an HTML page, not a JSON Feed$"),
        (page(), "live_blog", "no LiveBlogPosting in it .“Direct”."),
        (JSON_FEED, "page", "a JSON Feed, not an HTML page - `kind: json_feed` reads it"),
        (JSON_FEED, "wordpress", "a JSON Feed, not a WordPress live blog - `kind: json_feed` reads it"),
        ("{}", "feed", "JSON, not RSS, Atom or RDF$"),
        ("{}", "json_feed", "JSON, but not a JSON Feed"),
        ("{}", "live_blog", "JSON, but no LiveBlogPosting"),
        ("{}", "wordpress", "JSON, but no entries of a WordPress live blog"),
        ("{}", "liveblog_pro", "JSON, but no posts of Liveblog.pro"),
        ("plain", "live_blog", "neither XML nor JSON nor HTML, not a live blog"),
        ("plain", "auto", "not a feed: neither XML nor JSON nor HTML"),
        ("<opml version='2.0'><body/></opml>", "auto", "no RSS, Atom or RDF in it, but <opml>"),
    ],
)
def test_a_document_of_another_kind_is_refused_and_says_what_it_is(document: str, kind: Kind, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        entries_of(document, Feed("live", PAGE, kind=kind, recipe=Recipe(entry="p")))


def test_a_document_says_as_what_it_was_read() -> None:
    assert contents(fetched(rss()), Feed("live", PAGE)).kind == "feed"
    assert contents(fetched(LIVE), Feed("live", PAGE)).kind == "live_blog"
    assert contents(fetched(LIVE), Feed("live", PAGE, recipe=Recipe(entry="p"))).kind == "page"
    assert contents(fetched(JSON_FEED), Feed("live", PAGE)).kind == "json_feed"


@pytest.mark.parametrize("document", ["", " \n", "\ufeff"])
@pytest.mark.parametrize("kind", ["auto", "feed", "json_feed", "live_blog", "wordpress", "liveblog_pro", "page"])
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
