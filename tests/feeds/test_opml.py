"""Lists of feeds that readers exchange."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Kind, Recipe
from monitor.feeds.opml import DEEPEST, MOST, Subscription, parse_opml, to_opml, unexported


def opml(inside: str, before: str = "") -> bytes:
    return f'<?xml version="1.0"?>{before}<opml version="2.0"><head/><body>{inside}</body></opml>'.encode()


@pytest.mark.parametrize(
    ("outline", "read"),
    [
        (
            '<outline text="A" xmlUrl="https://a.example/f"/>',
            Subscription("A", "https://a.example/f", "https://a.example/f"),
        ),
        (
            '<outline text="a" title="T &amp;amp; U" xmlUrl="http://a/"/>',
            Subscription("T & U", "http://a/", "http://a/"),
        ),
        ('<outline xmlURL=" http://a/ "/>', Subscription("", "http://a/", "http://a/")),
        ('<outline xmlUrl="feed://a/f"/>', Subscription("", "http://a/f", "feed://a/f")),
        ('<outline xmlUrl="FEED:https://a/f"/>', Subscription("", "https://a/f", "FEED:https://a/f")),
        ('<outline xmlUrl="file:///etc/passwd"/>', Subscription("", "", "file:///etc/passwd")),
        ('<outline xmlUrl="/relative"/>', Subscription("", "", "/relative")),
        (
            '<outline text="Un\nDeux" xmlUrl="http://a/" language="fr"/>',
            Subscription("Un Deux", "http://a/", "http://a/", (), "fr"),
        ),
        (
            '<outline xmlUrl="http://a/" category="/Monde/Russie, Otan ,"/>',
            Subscription("", "http://a/", "http://a/", ("Monde", "Russie", "Otan")),
        ),
    ],
)
def test_an_outline_with_an_address_is_a_feed(outline: str, read: Subscription) -> None:
    assert parse_opml(opml(outline)) == (read,)


def test_folders_are_topics_and_what_has_no_address_is_no_feed() -> None:
    inside = (
        '<outline text="Monde"><outline title="Russie"><outline xmlUrl="http://a/" category="Russie"/></outline>'
        '<outline xmlUrl="http://b/"><outline xmlUrl="http://c/"/></outline></outline>'
        '<outline text="x" url="http://d/" type="link"/><outline xmlUrl=" "/><outline xmlUrl="http://e/"/>'
    )
    assert [(one.url, one.topics) for one in parse_opml(opml(inside))] == [
        ("http://a/", ("Monde", "Russie")),
        ("http://b/", ("Monde",)),
        ("http://c/", ("Monde",)),
        ("http://e/", ()),
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not well-formed XML"),
        (b"<opml><body>", "not well-formed XML"),
        (b"url,title\nhttp://a/,A", "not well-formed XML"),
        (b"<rss version='2.0'/>", "no OPML: its root is <rss>"),
        (b'<?xml version="1.0" encoding="klingon"?><opml/>', "not .* XML"),
        (opml("<outline>" * (DEEPEST + 1)), "nested deeper than 100"),
        (opml("<outline/>" * (MOST + 1)), "more than 10000 outlines"),
        (opml("", '<!DOCTYPE opml [<!ENTITY a "b">]>'), "declares entities"),
        (opml("", '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "declares entities"),
        (opml("", '<!DOCTYPE opml [<!ENTITY % a SYSTEM "http://a/x.dtd"> %a;]>'), "declares entities"),
    ],
)
def test_what_is_no_list_of_feeds_is_refused_in_words(body: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parse_opml(body)


def test_a_bomb_of_entities_is_refused_at_once() -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 30))
    bomb = opml('<outline text="&a29;" xmlUrl="http://a/"/>', f'<!DOCTYPE opml [<!ENTITY a0 "ha">{lines}]>')
    began = process_time()
    with pytest.raises(ParseError, match="declares entities"):
        parse_opml(bomb)
    assert process_time() - began < 1


def test_a_doctype_without_entities_is_harmless() -> None:
    assert (
        parse_opml(opml('<outline xmlUrl="http://a/"/>', '<!DOCTYPE opml SYSTEM "http://a/x.dtd">'))[0].url
        == "http://a/"
    )


def test_feeds_are_written_in_folders_by_their_first_topic() -> None:
    feeds = [
        Feed("b", "https://b.example/?a=1&b=2", title='L\'"Otan" <b>', language="fr", topic=("Monde", "A, B/C")),
        Feed("a", "https://a.example/"),
    ]
    assert to_opml(feeds, "Vigie & Co <x>") == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        "  <head><title>Vigie &amp; Co &lt;x></title></head>\n  <body>\n"
        '    <outline text="a" title="a" type="rss" xmlUrl="https://a.example/"/>\n'
        '    <outline text="Monde">\n'
        '      <outline text="L\'&quot;Otan&quot;" title="L\'&quot;Otan&quot;" type="rss" '
        'xmlUrl="https://b.example/?a=1&amp;b=2" language="fr" category="Monde,A  B C"/>\n'
        "    </outline>\n  </body>\n</opml>\n"
    )


@pytest.mark.parametrize("kind", ["page", "live_blog", "wordpress", "liveblog_pro"])
def test_a_page_that_no_reader_of_feeds_can_read_is_a_link(kind: Kind) -> None:
    written = to_opml([Feed("a", "https://a.example/", kind), Feed("b", "https://b/", recipe=Recipe("p"))], "Vigie")
    assert 'type="link" url="https://a.example/"' in written
    assert 'type="link" url="https://b/"' in written
    assert parse_opml(written.encode()) == ()


def test_no_password_is_written_into_a_list_and_which_secrets_lack_there_is_said() -> None:
    feeds = [
        Feed("a", "http://usr:PW@a.example/", title="http://usr:PW@a.example/"),
        Feed("b", "http://usr:PW@b.example/", "page"),
        Feed("c", "http://c.example/", auth="secret:c", cookies="secret:d", proxy="secret:e"),
        Feed("d", "http://d.example/", headers=(("Accept-Language", "fr"), ("X-Key", "secret:k"))),
    ]
    written = to_opml(feeds, "Vigie")
    assert 'title="http://a.example/" type="rss" xmlUrl="http://a.example/"' in written
    assert 'url="http://b.example/"' in written
    assert "usr" not in written
    assert "PW" not in written
    assert [unexported(feed) for feed in feeds] == [
        ("the user or password in its address",),
        ("the user or password in its address",),
        ("auth", "cookies"),
        ("the header X-Key",),
    ]


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)


@given(NAMES, st.lists(st.sampled_from(["Monde", "Россия", "a & b"]), unique=True, max_size=3))
def test_what_is_written_is_read_again(title: str, topics: list[str]) -> None:
    (read,) = parse_opml(
        to_opml([Feed("a", "https://a.example/?x=1&y=2", title=title, topic=tuple(topics))], title).encode()
    )
    assert (read.url, set(read.topics)) == ("https://a.example/?x=1&y=2", set(topics))
