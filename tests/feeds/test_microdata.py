from datetime import UTC, datetime

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import contents
from monitor.feeds.microdata import MOST_PROPERTIES
from tests.feeds.documents import PAGE, entries_of, fetched

BLOG = 'itemscope itemtype="https://schema.org/LiveBlogPosting"'
POST = 'itemscope itemtype="http://schema.org/BlogPosting"'


def document(inside: str, head: str = "") -> str:
    return f'<!doctype html><html lang="fr"><head><title>Direct - Le Fil</title>{head}</head><body>{inside}</body>'


def blog(*updates: str) -> str:
    return document(f"<main {BLOG}><h1 itemprop=headline>Direct Genève</h1>{''.join(updates)}</main>")


def update(name: str, title: str, more: str = "") -> str:
    return f'<article itemprop="liveBlogUpdate" {POST} {name}><h2 itemprop="headline">{title}</h2>{more}</article>'


FIRST = update(
    'itemid="#b1x"',
    "L’Otan &amp; Genève",
    '<time itemprop="datePublished" datetime="2022-01-10T18:38:00+01:00">18h38</time>'
    '<meta itemprop="dateModified" content="2022-01-10T18:40:00+01:00">'
    '<link itemprop="url" href="/live?utm_source=x#b1x">'
    '<a itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">A. Martin</span></a>'
    '<meta itemprop="articleSection" content="Monde"><div itemprop="articleBody"><p>Un</p><p>Deux &lt;3</p></div>',
)


def test_an_update_in_microdata_is_an_entry() -> None:
    one, other = entries_of(blog(FIRST, update("", "Sherman")))
    assert one == Entry(
        feed="live",
        identity="//example.org/live#b1x",
        title="L’Otan & Genève",
        text="Un\nDeux <3",
        link="https://example.org/live?utm_source=x#b1x",
        aliases=one.aliases,
        guid="#b1x",
        author="A. Martin",
        categories=("Monde",),
        language="fr",
        published=datetime(2022, 1, 10, 17, 38, tzinfo=UTC),
        updated=datetime(2022, 1, 10, 17, 40, tzinfo=UTC),
    )
    assert (other.title, other.guid, other.published) == ("Sherman", None, None)


def test_a_live_blog_in_microdata_has_the_title_that_it_says() -> None:
    said = contents(fetched(blog(FIRST)), Feed("live", PAGE))
    assert (said.kind, said.title, said.language) == ("live_blog", "Direct Genève", "fr")


def test_an_update_without_an_id_is_named_by_its_anchor() -> None:
    one, other = entries_of(blog(update("id=post-x7", "Un"), update("id=post-x9", "Deux")))
    assert (one.identity, other.identity) == ("//example.org/live#post-x7", "//example.org/live#post-x9")


def test_anchors_that_count_the_updates_name_none() -> None:
    before = entries_of(blog(update("id=post1", "Un"), update("id=post2", "Deux")))
    after = entries_of(blog(update("id=post1", "Zéro"), update("id=post2", "Un"), update("id=post3", "Deux")))
    assert {one.identity for one in before} < {one.identity for one in after}


def test_postings_that_lie_in_a_live_blog_are_its_updates_where_it_names_none() -> None:
    loose = [f"<div><article {POST} itemid=#{name}><h2 itemprop=headline>{name}</h2></article></div>" for name in "ab"]
    video = '<div itemscope itemtype="https://schema.org/VideoObject"><b itemprop=name>Vidéo</b></div>'
    assert [one.title for one in entries_of(blog(*loose, video))] == ["a", "b"]


def test_properties_that_stand_elsewhere_are_referred_to() -> None:
    far = "<aside id=by><span itemprop=author>A. Martin</span></aside><p id=by><b itemprop=author>Pas elle</b></p>"
    (one,) = entries_of(document(far + f"<main {BLOG}>{update('itemid=#a itemref=by', 'Un')}</main>"))
    assert one.author == "A. Martin"


def test_an_element_that_refers_to_itself_is_not_its_own_part() -> None:
    (one,) = entries_of(blog(update("id=a itemref=a", "Un")))
    assert one.title == "Un"


@pytest.mark.parametrize(
    ("element", "text"),
    [
        ("<p itemprop=articleBody>Un<br>Deux</p>", "Un\nDeux"),
        ("<meta itemprop=articleBody content='Un &amp; deux'>", "Un & deux"),
        ("<data itemprop=articleBody value=5>cinq</data>", "5"),
        ("<time itemprop=articleBody>midi</time>", "midi"),
        ("<p itemprop='https://schema.org/articleBody description'>Un</p>", "Un"),
        ("<img itemprop=image src=a.png><p itemprop=text>Un</p>", "Un"),
    ],
)
def test_the_value_of_a_property_hangs_on_its_element(element: str, text: str) -> None:
    (one,) = entries_of(blog(update("itemid=#a", "", element)))
    assert one.text == text


def test_json_ld_counts_before_microdata_if_it_has_updates() -> None:
    script = '<script type="application/ld+json">{"@type": "LiveBlogPosting"%s}</script>'
    empty = script % ""
    full = script % ', "liveBlogUpdate": {"headline": "JSON"}'
    inside = f"<main {BLOG}>{update('itemid=#a', 'Microdata')}</main>"
    assert [one.title for one in entries_of(document(inside, empty))] == ["Microdata"]
    assert [one.title for one in entries_of(document(inside, full))] == ["JSON"]
    assert entries_of(document("<div itemscope>" * 600, empty)) == ()


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<b itemprop=a></b>" * (MOST_PROPERTIES + 1), "more than 200000 properties"),
        ("<div itemprop=a>" * 450 + "x" * 200_000, "properties within properties"),
        (f"<i {BLOG} itemref=a></i>" * 500 + "<p id=a>" + "<b itemprop=x></b>" * 500, "properties within properties"),
        ("<div>" * 600, "nested deeper"),
        ("<p>" * 500_000, "more than 500000 tags"),
    ],
)
def test_a_page_that_is_all_properties_is_refused_in_words(inside: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        entries_of(document(f"<div {BLOG}>{inside}"))
