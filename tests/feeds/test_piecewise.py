"""A feed read in pieces gives, to the letter, what a parse of the whole gives."""

from collections.abc import Sequence
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.core.entry import Entry, digest
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import Contents, Seen, contents
from monitor.feeds.split import odd, split
from tests.feeds.documents import PAGE, XML, fetched

FEED = Feed("live", PAGE)
ITEMS = "items"

SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="https://example.org/x"'
)
PLAIN = (
    (
        "<title>Otan &amp; Russie</title><link>/1?utm_source=rss</link><guid isPermaLink='false'>live-1</guid>"
        "<description>&lt;p>Il l'a dit&lt;/p></description><dc:creator>A. Martin</dc:creator><category>paix</category>"
    ),
    (
        "<title>Deux</title><link>https://example.org/2</link><guid>deux</guid><pubDate>Mon, 10 Jan 2022 18:38:00 +0100"
        "</pubDate><description><![CDATA[<p>Un <!-- pas --> deux</p>]]></description>"
    ),
    (
        "<title>Trois</title><link href='/3'/><id>tag:example.org,2022:3</id><updated>2022-01-10T18:40:00Z</updated>"
        "<content type='html' xml:lang='ru'><![CDATA[<p>Три</p> <item>]]></content>"
        "<author><name>B. Roth</name></author>"
    ),
    "<title>Quatre</title><id>4</id><source><title>Ailleurs</title><link href='/s'/></source><summary>s</summary>",
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Cinq</p></div></content><id>5</id>",
    "<title>Six</title><media:thumbnail xmlns:media='http://search.yahoo.com/mrss/' url='/6.jpg'/><guid>6</guid>",
    "<title>Sept</title><x:y xmlns='com-wordpress:feed-additions:1'>7</x:y><dc:language>de</dc:language><guid>7</guid>",
    "<title>Huit<!-- <item> --></title><image><url>/8.png</url><title>i</title></image><guid>8</guid><link>/8</link>",
    "<title>Neuf</title><description>Un</description><summary></summary><guid>9</guid>",
    "",
)
"""Items that can be read one by one."""

BASED = (
    "<title>Dix</title><id>https://example.org/?a=1&amp;p=10</id><link href='https://example.org/10' rel='alternate'/>"
    "<content type='html' xml:base='https://b.example/10/'>c</content>"
)

ODD = (
    "<title>Base</title><id>b</id><link href='/b'/><content type='html' xml:base='https://b.example/b/'>c</content>",
    "<title>Nested</title><item><title>In</title><guid>in</guid></item><guid>out</guid>",
    "<title>Their</title><itunes:author xmlns:itunes='https://example.org/its'>T</itunes:author><guid>t</guid>",
    "<title>Its</title><q:author xmlns:q='https://example.org/its'>Q</q:author><guid>q</guid>",
    "<title>Prefix</title><z:author xmlns:z='http://www.itunes.com/DTDs/PodCast-1.0.dtd'>Z</z:author><guid>z</guid>",
    "<title>Div</title><description><div xml:lang='ru'>d</div></description><guid>d</guid>",
    "<title>XML</title><content type='application/xml'><title>t</title></content><author><name>N</name></author>",
    "<title>SVG</title><content type='xhtml'><svg><title>s</title></svg></content><id>svg</id>",
    "<title>Atom</title><link xmlns='http://www.w3.org/2005/Atom' href='/a'/><guid>a</guid>",
    "<title>Channel</title><channel><title>c</title></channel><guid>c</guid>",
)
"""Items that mean something to the ones around them, to feedparser if to nobody else."""

BROKEN = (
    "<title>Entity &nbsp;</title><guid>e</guid>",
    "<title>Open<guid>o</guid>",
    "<title>CDATA</title><description><![CDATA[</item></entry>]]></description><guid>cd</guid>",
    "<title>Comment</title><!-- </item></entry> --><guid>co</guid>",
    "<title>Unended</title><description><![CDATA[ so</description><guid>u</guid>",
)

RSS = f"{XML}<rss version='2.0' {SPACES}><channel><title>Direct</title><language>fr</language>{{}}</channel></rss>"
ATOM = (
    f"{XML}<feed xmlns='http://www.w3.org/2005/Atom' {SPACES} xml:lang='fr'><author><name>F</name></author>{{}}</feed>"
)
SHELLS = {
    "item": (
        RSS,
        RSS.replace("<language>", "<lastBuildDate>Mon, 10 Jan 2022 18:00:00 GMT</lastBuildDate><language>"),
        RSS.replace("<language>", "<lastBuildDate>Mon, 10 Jan 2022 19:00:00 GMT</lastBuildDate><language>"),
        RSS.replace("fr<", "de<"),
        RSS.replace("<rss", "<rss xml:base='https://base.example/'"),
        RSS.replace("{}", "{}<title>Later</title>"),
        RSS.replace("{}", "<content:encoded>Of the channel</content:encoded>{}"),
        RSS.replace("<rss", "<!DOCTYPE rss><rss"),
        RSS.replace("<rss", "<!-- <item> --><rss"),
        RSS.replace("<title>Direct", "<title><![CDATA[<item>]]>"),
        RSS + "<!-- 0.3 s -->\n",
        (
            f"{XML}<rdf:RDF xmlns='http://purl.org/rss/1.0/' {SPACES}><channel><title>D</title><items><rdf:Seq>"
            "<rdf:li rdf:resource='a'/></rdf:Seq></items></channel>{}</rdf:RDF>"
        ),
    ),
    "entry": (
        ATOM,
        ATOM.replace("<author>", "<updated>2022-01-10T18:40:00Z</updated><author>"),
        ATOM.replace("<name>F", "<name>G"),
        ATOM.replace("<feed", "<feed xml:base='https://base.example/'"),
        ATOM.replace("xml:lang='fr'", ""),
    ),
    "a:entry": (f"{XML}<a:feed xmlns:a='http://www.w3.org/2005/Atom' {SPACES}>{{}}</a:feed>",),
    "Item": (RSS,),
}


@st.composite
def documents(draw: st.DrawFn) -> list[bytes]:
    """Draw a feed as it is published one time after another."""
    name = draw(st.sampled_from(sorted(SHELLS)))
    pool = draw(st.sampled_from([PLAIN, PLAIN, (*PLAIN, BASED), PLAIN + ODD, PLAIN + BROKEN]))
    times = draw(st.integers(2, 5))
    return [printed(draw, name, pool) for _ in range(times)]


def printed(draw: st.DrawFn, name: str, pool: Sequence[str]) -> bytes:
    gap = draw(st.sampled_from(["", "\n  ", "<!-- next -->"]))
    items = draw(st.lists(st.sampled_from(pool), max_size=6))
    text = draw(st.sampled_from(SHELLS[name])).format(gap.join(f"<{name}>{item}</{name}>" for item in items))
    body = text.encode(draw(st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "koi8-r"])), "xmlcharrefreplace")
    if draw(st.integers(0, 9)) == 0:
        place = draw(st.integers(0, len(body)))
        body = (
            body[:place]
            + draw(st.sampled_from([b"", b"<item>", b"<![CDATA[", b"<!--", b"</item>"]))
            + body[place + 3 :]
        )
    return body


def said(body: bytes, seen: Seen | None = None, feed: Feed = FEED) -> Contents | str:
    try:
        return contents(fetched(body), feed, seen)
    except ParseError as error:
        return str(error)


def rss(*items: str, shell: str = RSS) -> bytes:
    return shell.format("".join(f"<item>{item}</item>" for item in items)).encode()


def atom(*entries: str, shell: str = ATOM) -> bytes:
    return shell.format("".join(f"<entry>{entry}</entry>" for entry in entries)).encode()


def is_cut(body: bytes) -> bool:
    seen = Seen()
    contents(fetched(body), FEED, seen)
    return bool(seen.last("live", ITEMS))


@given(documents())
@example([rss(PLAIN[0], PLAIN[1]), rss(PLAIN[1]), rss()])
@example([atom(*ODD[:1], *PLAIN), atom(*PLAIN)])
@settings(max_examples=200, deadline=None)
def test_whatever_a_feed_held_before_it_is_read_as_if_for_the_first_time(bodies: list[bytes]) -> None:
    seen = Seen()
    for body in bodies:
        assert said(body, seen) == said(body)


@pytest.mark.parametrize("item", [BASED, *ODD])
def test_an_odd_item_comes_and_goes_and_the_others_are_read_as_in_a_parse_of_the_whole(item: str) -> None:
    for printed in (rss, atom):
        for other in (*PLAIN, BASED, *ODD):
            seen = Seen()
            for items in ((item, other), (other,), (PLAIN[0], item, other), (PLAIN[0], other)):
                assert said(printed(*items), seen) == said(printed(*items))


@pytest.mark.parametrize("shell", SHELLS["item"])
def test_an_item_that_comes_to_be_the_first_is_read_as_in_a_parse_of_the_whole(shell: str) -> None:
    for first in PLAIN:
        for second in PLAIN[-2:]:
            seen = Seen()
            for items in ((first, second), (second, first), (second,), (PLAIN[0], second)):
                body = rss(*items, shell=shell)
                assert said(body, seen) == said(body)


def test_what_was_read_before_is_not_read_again() -> None:
    seen = Seen()
    before = contents(fetched(rss(*PLAIN[:3])), FEED, seen).entries
    after = contents(fetched(rss(PLAIN[3], *PLAIN[:3])), FEED, seen).entries
    assert after[1:] == before
    assert all(one.text is other.text for one, other in zip(after[1:], before, strict=True))


@pytest.mark.parametrize("item", PLAIN)
def test_an_item_that_stands_for_itself_is_read_alone(item: str) -> None:
    assert is_cut(rss(PLAIN[1], item))
    assert is_cut(atom(item, shell=ATOM.replace("<feed", "<feed xml:base='https://base.example/'")))


@pytest.mark.parametrize("item", ODD + BROKEN)
def test_a_feed_with_an_item_that_means_something_to_others_is_read_whole(item: str) -> None:
    assert not is_cut(rss(PLAIN[1], item, PLAIN[0]))


def test_a_feed_with_an_xml_base_of_its_own_is_cut_though_its_items_have_one_too() -> None:
    assert is_cut(atom(ODD[0], shell=ATOM.replace("<feed", "<feed xml:base='https://base.example/'")))


def test_a_feed_whose_items_alone_have_an_xml_base_is_cut_if_all_its_links_are_whole() -> None:
    whole, also = BASED, "<id>tag:example.org,2022:1</id><link href='https://example.org/1#a'/>"
    assert is_cut(atom(whole, also))
    assert not is_cut(atom(whole, also, PLAIN[3]))
    for link in ("1", "//e.org/1", "HTTP://e.org/1", "https://e.org/?", "https://e.org/[1]", "https://e.org/;"):
        assert not is_cut(atom(whole, f"<id>tag:example.org,2022:1</id><link title='>' href='{link}'/>"))
        assert not is_cut(atom(whole, f"<id>{link}</id>"))


@pytest.mark.parametrize("sign", ["\n<!-- next -->", "<x:y/>", "text"])
def test_what_stands_between_items_is_not_cut_away(sign: str) -> None:
    assert not is_cut(RSS.format(f"<item>{PLAIN[0]}</item>{sign}<item>{PLAIN[1]}</item>").encode())


@pytest.mark.parametrize("declared", ["utf-7", "iso-2022-jp", "hz-gb-2312"])
def test_a_feed_in_a_charset_in_which_ascii_is_not_ascii_is_read_whole(declared: str) -> None:
    shell = RSS.replace("?>", f" encoding='{declared}'?>", 1)
    assert not is_cut(rss("<title>Titre</title><guid>1</guid>", shell=shell))


def test_another_way_of_reading_reads_all_again() -> None:
    seen, body = Seen(), rss("<title>Un</title><pubDate>Mon, 10 Jan 2022 18:38:00</pubDate><guid>1</guid>", PLAIN[1])
    contents(fetched(body), FEED, seen)
    for feed in (Feed("live", PAGE, zone="Europe/Moscow"), Feed("live", PAGE, language="ru")):
        assert contents(fetched(body), feed, seen) == contents(fetched(body), feed)
    elsewhere = fetched(rss(*PLAIN), "https://elsewhere.example/")
    assert contents(elsewhere, FEED, seen) == contents(elsewhere, FEED)


@pytest.mark.parametrize(
    "mess", [b"<!--", b"<![CDATA[", b"<items><rdf:Seq>", b"<?", b"<a '", b'<a "', b"<link href=", b" "]
)
def test_a_hostile_feed_is_cut_or_not_in_no_time(mess: bytes) -> None:
    many, start = mess * 200_000, process_time()
    for body in (b"<rss>%s<item></item></rss>", b"<rss><item>%s</item></rss>", b"<rss><item></item>%s</rss>x"):
        cut = split(body.replace(b"%s", many))
        assert cut is None or any(odd(item, carries=True) for item in cut.items) or cut.shell
    assert process_time() - start < 3


def test_a_shell_that_breaks_around_the_same_items_is_read_as_in_a_parse_of_the_whole() -> None:
    seen, broken = Seen(), SHELLS["item"][1].replace("Mon, ", "&nosuch; ")
    for shell in (SHELLS["item"][1], broken, SHELLS["item"][1]):
        assert said(rss(PLAIN[1], shell=shell), seen) == said(rss(PLAIN[1], shell=shell))


def test_digests_are_those_that_a_document_is_decided_upon_by() -> None:
    seen = Seen()
    entries = contents(fetched(rss(*PLAIN)), FEED, seen).entries
    for _ in range(2):
        assert seen.digests("live", entries) == {entry.identity: digest(entry) for entry in entries}


def test_what_is_remembered_is_bounded_and_the_feed_that_was_not_read_for_longest_goes_first() -> None:
    seen = Seen(5_000)
    for name in ("one", "two", "one", "three", "four"):
        seen.digests(name, [Entry(name, "1", text="x" * 100)])
    assert [bool(seen.last(name, "digests")) for name in ("one", "two", "three", "four")] == [True, False, True, True]
    assert 4_500 < seen.weight <= 5_000
    seen.digests("vast", [Entry("vast", "1", text="x" * 5_000)])
    assert (seen.weight, seen.last("vast", "digests")) == (0, {})


def test_a_feed_weighs_what_its_last_document_held() -> None:
    seen = Seen()
    contents(fetched(rss(*PLAIN)), FEED, seen)
    heavy = seen.weight
    contents(fetched(rss(PLAIN[0])), FEED, seen)
    assert 0 < seen.weight < heavy / 4
    contents(fetched(rss(*PLAIN[:2], ODD[0])), FEED, seen)
    assert seen.weight == 0
