from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from tests.feeds.documents import PAGE, XML, atom, entries_of, rss

ITEM = (
    "<title>Riabkov exclut tout recul</title><link>/1?utm_source=rss</link><guid isPermaLink='false'>live-1</guid>"
    "<pubDate>Mon, 10 Jan 2022 18:38:00 +0100</pubDate><description>&lt;p&gt;Il l'a dit.&lt;/p&gt;</description>"
    "<category>diplomatie</category><category>Otan</category><dc:creator>A. Martin</dc:creator>"
)
ENTRY = (
    "<id>tag:example.org,2022:1</id><title type='html'>L&amp;#8217;&lt;b&gt;Otan&lt;/b&gt;</title>"
    "<link rel='alternate' href='/1'/><published>2022-01-10T18:38:00+01:00</published>"
    "<updated>2022-01-10T18:40:00+01:00</updated><summary>Résumé</summary>"
    "<content type='html'>&lt;p&gt;Un&lt;/p&gt;&lt;p&gt;Deux&lt;/p&gt;</content>"
    "<author><name>A. Martin</name></author><author><name>B. Roth</name></author><category term='diplomatie'/>"
)


def only(document: bytes | str, feed: Feed = Feed("live", PAGE)) -> Entry:  # noqa: B008 - frozen
    (one,) = entries_of(document, feed)
    return one


def test_an_rss_item_is_an_entry() -> None:
    assert only(rss(ITEM, channel="<language>fr-CH</language>")) == Entry(
        feed="live",
        identity="live-1",
        title="Riabkov exclut tout recul",
        text="Il l'a dit.",
        link="https://example.org/1?utm_source=rss",
        aliases=only(rss(ITEM)).aliases,
        guid="live-1",
        author="A. Martin",
        categories=("diplomatie", "Otan"),
        language="fr-CH",
        published=datetime(2022, 1, 10, 17, 38, tzinfo=UTC),
    )


def test_an_atom_entry_is_an_entry_and_its_content_comes_before_its_summary() -> None:
    one = only(atom(ENTRY))
    assert (one.identity, one.guid) == ("tag:example.org,2022:1", "tag:example.org,2022:1")
    assert (one.title, one.text, one.link) == ("L’Otan", "Un\nDeux", "https://example.org/1")
    assert (one.author, one.categories, one.language) == ("A. Martin, B. Roth", ("diplomatie",), "fr")
    assert one.published == datetime(2022, 1, 10, 17, 38, tzinfo=UTC)
    assert one.updated == datetime(2022, 1, 10, 17, 40, tzinfo=UTC)


def test_an_rss_1_item_is_dated_by_dublin_core() -> None:
    document = (
        f'{XML}<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>x</title></channel><item rdf:about="https://e.org/1">'
        "<title>Un</title><link>https://e.org/1</link><dc:date>2022-01-10T18:38:00+01:00</dc:date></item></rdf:RDF>"
    )
    one = only(document)
    assert (one.published, one.updated) == (datetime(2022, 1, 10, 17, 38, tzinfo=UTC), None)


def test_an_atom_entry_that_is_only_updated_was_published_at_no_known_time() -> None:
    one = only(atom("<id>1</id><title>Un</title><updated>2022-01-10T17:40:00Z</updated>"))
    assert (one.published, one.updated) == (None, datetime(2022, 1, 10, 17, 40, tzinfo=UTC))


@pytest.mark.parametrize("written", ["21:36 10.01.2022", "10 janvier 2022", "2022-01-10", ""])
def test_a_date_that_is_not_understood_is_none_and_never_today(written: str) -> None:
    assert only(rss(f"<title>Un</title><pubDate>{written}</pubDate>")).published is None


def test_a_date_without_a_zone_is_in_the_feeds_zone() -> None:
    document = rss("<title>Un</title><pubDate>Mon, 10 Jan 2022 18:38:00</pubDate>")
    assert only(document, Feed("live", PAGE, zone="Europe/Paris")).published == datetime(
        2022, 1, 10, 17, 38, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("&lt;b&gt;Otan&lt;/b&gt;&lt;br&gt;fin", "Otan fin"),
        ("<![CDATA[L'<em>Otan</em>]]>", "L'Otan"),
        ("1 &lt; 2", "1 < 2"),
        ("Otan\n\t et  ONU", "Otan et ONU"),
    ],
)
def test_a_title_is_text(written: str, title: str) -> None:
    assert only(rss(f"<title>{written}</title>")).title == title


def test_the_whole_text_comes_before_the_description() -> None:
    item = (
        '<description>court</description><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "&lt;p&gt;long&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</content:encoded>"
    )
    assert only(rss(item)).text == "long"


def test_where_the_content_says_nothing_the_summary_is_the_text() -> None:
    entry = "<id>1</id><content type='html'>&lt;img src='x'&gt;</content><summary>Résumé</summary>"
    assert only(atom(entry)).text == "Résumé"


def test_xhtml_content_is_text() -> None:
    content = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un</p><p>a &lt; b</p></div></content>'
    assert only(atom(f"<id>1</id>{content}")).text == "Un\na < b"


def test_what_a_source_does_not_give_is_empty() -> None:
    assert only(rss("<title>Un</title>")) == Entry("live", only(rss("<title>Un</title>")).identity, title="Un")


def test_a_guid_that_is_no_address_is_no_link() -> None:
    one = only(rss("<guid>abc</guid><title>Un</title>"))
    assert (one.guid, one.link) == ("abc", "")


def test_a_guid_that_is_an_address_is_a_link() -> None:
    assert only(rss("<guid>https://e.org/1</guid><title>Un</title>")).link == "https://e.org/1"


def test_an_empty_guid_is_none() -> None:
    assert only(rss("<guid></guid><title>Un</title>")).guid is None


def test_links_are_resolved_against_xml_base_and_then_the_address_of_the_feed() -> None:
    entry = "<id>1</id><link href='b'/>"
    assert only(atom(entry, attributes='xml:base="https://e.org/a/"')).link == "https://e.org/a/b"
    assert only(atom(entry, attributes='xml:base="/a/"')).link == "https://example.org/a/b"


def test_a_link_that_would_run_a_script_is_none() -> None:
    assert only(rss("<title>Un</title><link>javascript:alert(1)</link>")).link == ""


def test_an_atom_entry_without_an_author_has_its_feeds() -> None:
    head = "<author><name>Rédaction</name></author>"
    assert only(atom("<id>1</id><title>Un</title>", head=head)).author == "Rédaction"


def test_an_author_may_be_an_address_only() -> None:
    assert only(rss("<title>Un</title><author>a@example.org</author>")).author == "a@example.org"


def test_the_language_of_an_entry_comes_before_its_feeds() -> None:
    assert only(atom("<id>1</id><title xml:lang='de'>Eins</title>")).language == "de"
    assert (
        only(rss("<title>Один</title><dc:language>ru_RU</dc:language>", channel="<language>fr</language>")).language
        == "ru-RU"
    )


def test_the_language_a_feed_is_configured_with_comes_before_what_its_document_says_of_all_entries() -> None:
    feed = Feed("live", PAGE, language="ru")
    assert only(rss("<title>Один</title>", channel="<language>en-US</language>"), feed).language == ""
    assert only(atom("<id>1</id><title>Один</title>"), feed).language == ""
    assert only(atom("<id>1</id><title xml:lang='de'>Eins</title>"), feed).language == "de"


def test_an_identity_depends_on_neither_position_nor_tracking_nor_scheme() -> None:
    def items(scheme: str, tracking: str) -> list[str]:
        return [f"<title>{n}</title><link>{scheme}://e.org/{n}?{tracking}</link>" for n in (1, 2)]

    one = entries_of(rss(*items("http", "utm_source=a")))
    other = entries_of(rss("<title>3</title>", *reversed(items("https", "xtor=b"))))
    assert {entry.identity for entry in one} <= {entry.identity for entry in other}


def test_a_pinned_entry_is_read_once() -> None:
    assert [one.identity for one in entries_of(rss(ITEM, "<guid>2</guid>", ITEM))] == ["live-1", "2"]


def test_a_tombstone_is_an_entry_that_is_deleted() -> None:
    head = "<at:deleted-entry ref='tag:example.org,2022:9' when='2022-01-10T17:20:00Z'>x</at:deleted-entry>"
    living, dead = entries_of(atom(ENTRY, head=head))
    assert not living.deleted
    assert dead == Entry(
        "live",
        "tag:example.org,2022:9",
        guid="tag:example.org,2022:9",
        updated=datetime(2022, 1, 10, 17, 20, tzinfo=UTC),
        deleted=True,
    )


def test_a_tombstone_that_an_entry_only_speaks_of_is_none() -> None:
    speaks = '<id>1</id><content type="html"><![CDATA[<at:deleted-entry ref="tag:1"/>]]></content>'
    assert [one.deleted for one in entries_of(atom(speaks, head="<at:deleted-entry ref=' '/>"))] == [False]


def test_a_feed_with_tombstones_only_is_read() -> None:
    assert [one.deleted for one in entries_of(atom(head="<at:deleted-entry ref='tag:1'/>"))] == [True]


def test_tombstones_before_a_fault_are_read() -> None:
    document = atom("<id>1</id><title>Un</title>", head="<at:deleted-entry ref='tag:1'/>").replace(
        "</feed>", "<x></feed>"
    )
    assert [one.identity for one in entries_of(document)] == ["1", "tag:1"]


def test_a_feed_without_entries_has_none() -> None:
    assert entries_of(rss()) == ()
    assert entries_of(atom()) == ()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        ("Service indisponible", "neither XML nor JSON nor HTML"),
        ("<note><to>x</to></note>", "no RSS, Atom or RDF in it"),
        ("<a><b></a>", "not well-formed"),
        ('<?xml version="1.0"?><rss version="2.0"><channel><title>Dir', "not well-formed"),
    ],
)
def test_what_is_no_feed_is_refused_in_words(document: bytes | str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        entries_of(document)


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE html><html><head><title>503 &amp; plus</title></head></html>",
        "<!-- cache --><html><title>503 &amp; plus</title></html>",
        "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><title>503 &amp; plus</title></html>",
    ],
)
def test_an_error_page_in_place_of_a_feed_is_refused_by_its_title(document: str) -> None:
    with pytest.raises(ParseError, match="an HTML page, not a feed: “503 & plus”"):
        entries_of(document, Feed("live", PAGE, kind="feed"))


def test_an_error_page_without_a_title_is_refused() -> None:
    with pytest.raises(ParseError, match=r"an HTML page, not a feed$"):
        entries_of("<html><body>x", Feed("live", PAGE, kind="feed"))


def test_of_a_feed_that_breaks_off_the_whole_entries_are_read() -> None:
    whole = rss("<guid>1</guid><title>Un</title>", "<guid>2</guid><title>Deux, qui est long</title>")
    broken = whole[: whole.index("qui est")]
    assert [one.identity for one in entries_of(broken)] == ["1"]


def test_a_feed_with_a_fault_in_its_xml_is_read() -> None:
    document = rss("<guid>1</guid><title>Un & deux</title>", "<guid>2</guid><title>Trois</title>")
    assert [one.title for one in entries_of(document)] == ["Un & deux", "Trois"]


def test_a_warning_printed_before_a_feed_does_not_hide_it() -> None:
    assert [one.title for one in entries_of("Warning: line 1\n" + rss("<title>Un</title>"))] == ["Un"]


def test_an_entity_bomb_does_not_go_off() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">{levels}]>{rss("<title>&l9;</title>")[len(XML) :]}'
    began = process_time()
    assert len(only(bomb).title) < 1000
    assert process_time() - began < 10


def test_a_file_of_this_machine_is_not_read_into_a_feed() -> None:
    declared = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    document = declared + rss("<title>&x;</title>").removeprefix(XML)
    assert "root" not in only(document).title


def test_entities_that_a_feed_declares_are_no_fault() -> None:
    document = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY eacute "é">]>{rss("<title>&eacute;tat</title>")[len(XML) :]}'
    )
    assert only(document).title == "état"


def test_a_document_of_nothing_but_tags_is_refused() -> None:
    with pytest.raises(ParseError, match="more than 300000 tags"):
        entries_of(b"<rss>" + b"<b>" * 300_001)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (rss("<title>Genève</title>").encode(), ""),
        (rss("<title>Genève</title>").encode(), "text/xml"),
        (rss("<title>Genève</title>").encode(), "application/rss+xml; charset=ISO-8859-1"),
        (rss("<title>Genève</title>").encode(), "text/html; charset=nonsense"),
        (rss("<title>Genève</title>").encode("latin-1"), "text/xml; charset=ISO-8859-1"),
        (rss("<title>Genève</title>").replace("1.0", '1.0" encoding="windows-1252', 1).encode("cp1252"), ""),
        (rss("<title>Genève</title>").encode("utf-8-sig"), ""),
        (rss("<title>Genève</title>").replace("1.0", '1.0" encoding="utf-16', 1).encode("utf-16"), ""),
    ],
)
def test_a_feed_is_read_whatever_its_charset_and_whatever_is_said_of_it(body: bytes, content_type: str) -> None:
    (one,) = entries_of(body, content_type=content_type)
    assert one.title == "Genève"


@pytest.mark.parametrize("piece", ["&#xFFFFFFF;", "&#99999999999;", "<textInput></channel><textInput>"])
def test_a_document_that_breaks_the_parser_is_refused_in_words(piece: str) -> None:
    with pytest.raises(ParseError, match="not a feed: not well-formed XML"):
        entries_of(f'<rss version="2.0"><channel>{piece}<b>')


PIECES = (
    *(
        "<rss version='2.0'>",
        "<channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<description>&lt;",
        "<![CDATA[",
        "<!",
    ),
    *("<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://[x'>", "<entry>", "<link href='http://[y'/>", "]]>"),
    *(
        "<guid>http://[</guid>",
        "<link>http://[x</link>",
        "<pubDate>9-9</pubDate>",
        "&#xFFFFFFF;",
        "&#x1b;",
        "\0",
        "é",
        "x",
    ),
    *("<content type='image/png' mode='base64'>@@@</content>", "<?xml version='1.0' encoding='utf-7'?>", "<textInput>"),
    *(
        "<at:deleted-entry ref='x'/>",
        "<category>",
        "<enclosure length='x'>",
        "<xhtml:div>",
        "<geo:lat>",
        "<a rel='tag'>",
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_document_is_read_or_refused(pieces: list[str]) -> None:
    try:
        told = entries_of("".join(pieces))
    except ParseError:
        return
    assert len({one.identity for one in told}) == len(told)
    assert all(one.identity for one in told)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&#55357;&#56832;", "😀"),
        ("&#xD83D;&#xde00;", "😀"),
        ("&#0055357;&#56832;&#55357;&#56833;", "😀😁"),
        ("&#xD800;", "\ufffd"),
        ("&#56832;&#55357;", "\ufffd\ufffd"),
        ("&#55295;", "\ud7ff"),
    ],
)
def test_an_emoji_written_as_two_halves_is_one_and_half_a_character_spoils_no_feed(written: str, read: str) -> None:
    assert only(rss(f"<title>Otan {written}</title><guid>1</guid>")).title == f"Otan {read}"
    assert only(rss(f"<title><![CDATA[Otan {written}]]></title><guid>1</guid>")).title == f"Otan {read}"
