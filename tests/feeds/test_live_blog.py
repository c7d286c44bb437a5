import json
from dataclasses import replace
from datetime import UTC, datetime
from time import process_time
from typing import Any

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import Contents, contents
from monitor.feeds.mending import loads
from tests.feeds.documents import PAGE, entries_of, fetched, page


def update(number: int, **said: Any) -> dict[str, Any]:
    return {
        "@type": "BlogPosting",
        "@id": f"#bloc-{number}x",
        "headline": f"Titre {number}",
        "articleBody": f"Texte {number}",
        "datePublished": f"2022-01-10T18:{number:02}:00+01:00",
    } | said


def blog(*updates: Any, **said: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "LiveBlogPosting", "liveBlogUpdate": list(updates)} | said


def read(*blogs: Any, feed: Feed = Feed("live", PAGE), **kwargs: str) -> tuple[Entry, ...]:  # noqa: B008 - frozen
    return entries_of(page(*map(json.dumps, blogs), **kwargs), feed)


def test_an_update_is_an_entry() -> None:
    first, _ = read(
        blog(
            update(
                38,
                url="https://example.org/live?xtor=1#bloc-38x",
                articleBody="<p>L&#39;Otan</p><p>Genève</p>",
                dateModified="2022-01-10T18:40:00+01:00",
                author=[{"@type": "Person", "name": "A. Martin"}, {"name": "B. Roth"}],
                articleSection="Monde",
                keywords="Otan, diplomatie,",
            ),
            update(39),
        )
    )
    assert first == Entry(
        feed="live",
        identity="//example.org/live#bloc-38x",
        title="Titre 38",
        text="L'Otan\nGenève",
        link="https://example.org/live?xtor=1#bloc-38x",
        aliases=first.aliases,
        guid="#bloc-38x",
        author="A. Martin, B. Roth",
        categories=("Monde", "Otan", "diplomatie"),
        language="fr",
        published=datetime(2022, 1, 10, 17, 38, tzinfo=UTC),
        updated=datetime(2022, 1, 10, 17, 40, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "wrapped",
    [
        blog(update(1), update(2)),
        [{"@type": "Organization"}, blog(update(1), update(2))],
        {"@context": "https://schema.org", "@graph": [{"@type": "WebPage"}, blog(update(1), update(2))]},
        {"@type": "WebPage", "mainEntity": blog(update(1), update(2))},
        blog(update(1), update(2)) | {"@type": ["NewsArticle", "LiveBlogPosting"]},
        blog(update(1), update(2)) | {"@type": "https://schema.org/LiveBlogPosting"},
        blog(update(1), update(2)) | {"@type": "schema:LiveBlogPosting"},
        blog() | {"liveBlogUpdate": {"@list": [update(1), update(2)]}},
        {"@graph": [blog({"@id": "#bloc-1x"}, {"@id": "#bloc-2x"}), update(1), update(2)]},
    ],
)
def test_a_live_blog_is_found_wherever_it_stands(wrapped: Any) -> None:
    assert [one.title for one in read(wrapped)] == ["Titre 1", "Titre 2"]


def test_a_single_update_need_not_be_in_a_list() -> None:
    assert [one.title for one in read(blog() | {"liveBlogUpdate": update(1)})] == ["Titre 1"]


@pytest.mark.parametrize(
    "script",
    [
        "\n\t{};",
        "{}\n// fin",
        "<!--\n{}\n-->",
        "//<![CDATA[\n{}\n//]]>",
        "/*<![CDATA[*/{}/*]]>*/",
        "var x = {}",
        "{}{{",
    ],
)
def test_json_ld_is_read_with_junk_around_it(script: str) -> None:
    written = json.dumps(blog(update(1)))
    assert [one.title for one in entries_of(page(script.replace("{}", written, 1)))] == ["Titre 1"]


def test_json_ld_is_read_with_control_characters_in_its_texts() -> None:
    written = json.dumps(blog(update(1, articleBody="une\nligne\t\x01")))
    raw = written.replace("\\n", "\n").replace("\\t", "\t").replace("\\u0001", "\x01")
    assert [one.text for one in entries_of(page(raw))] == ["une\nligne"]


def test_json_ld_is_read_with_its_quotes_escaped_for_html() -> None:
    assert [one.title for one in entries_of(page(json.dumps(blog(update(1))).replace('"', "&quot;")))] == ["Titre 1"]


def test_json_ld_is_read_with_commas_too_many() -> None:
    assert [one.title for one in entries_of(page(json.dumps(blog(update(1)))[:-1] + " , }"))] == ["Titre 1"]


@pytest.mark.parametrize("script", ["", "LiveBlog", "{" * 5, "[" * 200_000, '{"a": '])
def test_what_is_no_json_at_all_is_nothing(script: str) -> None:
    assert loads(script) is None


def test_one_broken_script_does_not_hide_the_next() -> None:
    assert [one.title for one in entries_of(page("{LiveBlog", json.dumps(blog(update(1)))))] == ["Titre 1"]


def test_a_title_and_a_time_that_all_updates_share_say_nothing() -> None:
    shared = {"headline": "Direct Genève", "datePublished": "2022-01-10T08:00:00Z"}
    told = read(blog(*(update(number, **shared) for number in (1, 2, 3)), headline="Direct"))
    assert [(one.title, one.published, one.text) for one in told] == [
        ("", None, f"Texte {number}") for number in (1, 2, 3)
    ]


def test_a_time_that_two_updates_share_is_theirs_unless_it_is_the_pages() -> None:
    shared = {"datePublished": "2022-01-10T08:00:00Z"}
    assert [one.published for one in read(blog(update(1, **shared), update(2, **shared)))] == [
        datetime(2022, 1, 10, 8, tzinfo=UTC)
    ] * 2
    assert [one.published for one in read(blog(update(1, **shared), update(2, **shared), **shared))] == [None, None]


def test_a_text_and_a_change_that_all_updates_share_say_nothing() -> None:
    shared = {"articleBody": "Suivez le direct.", "dateModified": "2022-01-10T20:00:00Z"}
    told = read(blog(*(update(number, **shared) for number in (1, 2, 3))))
    assert [(one.title, one.text, one.updated) for one in told] == [(f"Titre {n}", "", None) for n in (1, 2, 3)]


def test_an_author_that_all_updates_share_is_theirs() -> None:
    told = read(blog(*(update(number, author={"name": "A. Martin"}) for number in (1, 2, 3))))
    assert {one.author for one in told} == {"A. Martin"}


def test_the_pages_own_title_is_no_updates() -> None:
    told = read(blog(update(1, headline="Direct  Genève"), update(2), headline="Direct Genève"))
    assert [one.title for one in told] == ["", "Titre 2"]


def test_a_single_update_has_its_own_title_and_time() -> None:
    (one,) = read(blog(update(1)))
    assert (one.title, one.published) == ("Titre 1", datetime(2022, 1, 10, 17, 1, tzinfo=UTC))


def test_a_pinned_update_is_read_once_and_is_not_several() -> None:
    (one,) = read(blog(update(1), update(1)))
    assert (one.title, one.published) == ("Titre 1", datetime(2022, 1, 10, 17, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"@type": "Text", "@value": "Un"}, "Un"),
        ({"@type": "Text", "text": "<p>Un</p>"}, "Un"),
        ({"@type": "Text"}, ""),
        (["Un", "Deux"], "Un\nDeux"),
        (None, ""),
        (5, ""),
    ],
)
def test_a_body_is_a_text_an_object_that_holds_one_or_a_list(body: Any, text: str) -> None:
    assert read(blog(update(1, articleBody=body)))[0].text == text


def test_where_there_is_no_body_the_description_is_the_text() -> None:
    assert read(blog(update(1, articleBody="", description="Résumé")))[0].text == "Résumé"


def test_an_id_that_only_counts_the_updates_is_none() -> None:
    before = read(blog(*(update(n, **{"@id": f"#{n}"}) for n in (1, 2))))
    after = read(blog(*(update(n, **{"@id": f"#{at}"}) for at, n in enumerate((3, 1, 2), 1))))
    assert {one.identity for one in before} < {one.identity for one in after}


def test_a_blank_nodes_id_is_none() -> None:
    one, _ = read(blog(update(1, **{"@id": "_:b0"}), update(2, **{"@id": "_:b7"})))
    assert (one.guid, one.identity[:8]) == (None, "content:")


def test_an_address_within_the_page_is_an_id() -> None:
    one, _ = read(blog(*(update(n, **{"@id": "", "url": f"{PAGE}#b{n}x"}) for n in (1, 3))))
    assert (one.guid, one.identity) == (f"{PAGE}#b1x", "//example.org/live#b1x")


def test_the_address_of_the_page_is_no_id() -> None:
    (one,) = read(blog(update(1, **{"@id": PAGE, "url": PAGE})))
    assert one.identity.startswith("content:")


def test_relative_ids_and_links_are_resolved_against_the_base_of_the_page() -> None:
    one, _ = read(blog(update(1), update(3)), head='<base href="/en-direct/">')
    assert (one.identity, one.link) == ("//example.org/en-direct/#bloc-1x", "https://example.org/en-direct/#bloc-1x")


@pytest.mark.parametrize(
    ("said", "language"),
    [("de", "de"), ({"@type": "Language", "name": "German", "alternateName": "de"}, "de"), (None, "fr")],
)
def test_a_blogs_language_comes_before_its_pages(said: Any, language: str) -> None:
    assert read(blog(update(1), inLanguage=said))[0].language == language


def test_an_updates_language_comes_before_that_a_feed_is_configured_with() -> None:
    feed = Feed("live", PAGE, language="ru")
    told = read(blog(update(1, inLanguage="de"), update(2), inLanguage="en"), feed=feed)
    assert [one.language for one in told] == ["de", ""]


def test_updates_that_say_nothing_at_all_are_left_out() -> None:
    assert [one.title for one in read(blog({"@type": "BlogPosting"}, "x", update(1)))] == ["Titre 1"]


def test_all_live_blogs_of_a_page_are_read() -> None:
    assert [one.title for one in read(blog(update(1)), blog(update(2)))] == ["Titre 1", "Titre 2"]


def test_a_live_blog_that_has_not_begun_has_no_entries() -> None:
    assert read({"@type": "LiveBlogPosting"}) == ()


@pytest.mark.parametrize(
    "document", [page(), page(json.dumps({"@type": "NewsArticle"})), "<html><script>LiveBlog</script>"]
)
def test_a_page_without_a_live_blog_is_refused_in_words(document: str) -> None:
    with pytest.raises(ParseError, match="no LiveBlogPosting in it"):
        entries_of(document)


def test_a_live_blog_in_a_comment_is_none() -> None:
    with pytest.raises(ParseError, match="no LiveBlogPosting"):
        entries_of(f"<!doctype html><!-- {page(json.dumps(blog(update(1))))} ")


def contents_of(blog: Any, now: datetime = datetime(2022, 1, 11, tzinfo=UTC)) -> Contents:
    return contents(replace(fetched(page(json.dumps(blog))), received_at=now), Feed("live", PAGE))


@pytest.mark.parametrize(
    ("said", "over"),
    [
        ({"coverageEndTime": "2022-01-10T20:00:00Z"}, True),
        ({"coverageEndTime": "2022-01-12T20:00:00Z"}, True),
        ({}, False),
        ({"coverageEndTime": "demain"}, False),
        ({"coverageEndTime": "2022-01-10T17:02:00Z"}, False),
        ({"coverageEndTime": "2022-01-10T16:00:00Z"}, False),
        ({"coverageEndTime": "2022-01-10T20:00:00Z", "dateModified": "2022-01-10T20:00:00Z"}, False),
        ({"coverageEndTime": "2022-01-10T23:59:00Z"}, False),
    ],
    ids=["past", "to come", "none", "no time", "last update", "before it", "page changed", "now"],
)
def test_the_end_of_coverage_is_believed_unless_it_is_the_last_update_or_now(said: Any, *, over: bool) -> None:
    found = contents_of(blog(update(1), update(2), **said)).over
    assert (found == datetime.fromisoformat(said["coverageEndTime"])) if over else found is None


def test_coverage_is_over_when_that_of_all_blogs_of_a_page_is() -> None:
    ended = blog(update(1), coverageEndTime="2022-01-10T20:00:00Z")
    assert contents_of([ended, blog(update(2))]).over is None
    later = blog(update(2), coverageEndTime="2022-01-10T21:00:00Z")
    assert contents_of([ended, later]).over == datetime(2022, 1, 10, 21, tzinfo=UTC)
    assert contents_of(blog(coverageEndTime="2022-01-10T21:00:00Z")).over == datetime(2022, 1, 10, 21, tzinfo=UTC)


def test_a_live_blog_has_its_own_title_or_else_the_pages() -> None:
    assert contents_of(blog(update(1), headline="Genève", inLanguage="de")).title == "Genève"
    assert contents_of(blog(update(1))).title == "Direct"
    assert contents_of(blog(update(1), headline="Genève", inLanguage="de")).language == "de"


def test_a_live_blog_may_be_a_json_document_of_its_own() -> None:
    told = entries_of(json.dumps({"@graph": [blog(update(2), update(1), inLanguage="fr")]}))
    assert [(one.title, one.identity, one.language) for one in told] == [
        ("Titre 2", "//example.org/live#bloc-2x", "fr"),
        ("Titre 1", "//example.org/live#bloc-1x", "fr"),
    ]


@pytest.mark.parametrize(
    "updates",
    [
        [[update(1)], [[update(2)]]],
        {"@type": "ItemList", "itemListElement": [update(1), update(2)]},
        [{"@type": "ListItem", "position": 1, "item": update(1)}, {"@type": "ListItem", "item": update(2)}],
        {"@set": [update(1), None, update(2)]},
    ],
)
def test_updates_are_found_in_lists_of_any_kind(updates: Any) -> None:
    assert [one.title for one in read({"@type": "LiveBlogPosting", "liveBlogUpdate": updates})] == [
        "Titre 1",
        "Titre 2",
    ]


def test_lists_deeper_than_anybody_writes_end_there() -> None:
    deep: Any = update(1)
    for _ in range(50):
        deep = [deep]
    assert read({"@type": "LiveBlogPosting", "liveBlogUpdate": [deep, update(2)]})[0].title == "Titre 2"


@pytest.mark.parametrize(
    "said",
    [
        {"@id": "", "url": {"@id": f"{PAGE}#b1x"}},
        {"@id": "", "url": {"@type": "URL", "@value": f"{PAGE}#b1x"}},
        {"@id": "", "url": [f"{PAGE}#b1x"]},
        {"@id": "", "url": PAGE, "mainEntityOfPage": {"@type": "WebPage", "@id": f"{PAGE}#b1x"}},
        {"@id": f"{PAGE}?utm_source=a&amp;utm_medium=b#b1x"},
        {"@id": {"@id": f"{PAGE}#b1x"}},
    ],
)
def test_an_address_is_a_text_or_an_object_that_has_one(said: Any) -> None:
    assert read(blog(update(1, **said), update(2)))[0].identity == "//example.org/live#b1x"


def test_an_id_may_be_a_number() -> None:
    assert [one.identity for one in read(blog(update(1, **{"@id": 4711}), update(2, **{"@id": 815})))] == [
        "4711",
        "815",
    ]


def test_a_title_that_a_machine_cut_from_the_text_is_none() -> None:
    cut = {"headline": "Riabkov exclut tout…", "articleBody": "<p>Riabkov  exclut tout recul.</p>"}
    other = {"headline": "Riabkov se tait…", "articleBody": "Riabkov exclut tout recul."}
    assert [one.title for one in read(blog(update(1, **cut), update(2, **other)))] == ["", "Riabkov se tait…"]


def test_the_title_of_the_document_is_no_updates() -> None:
    assert [one.title for one in read(blog(update(1, headline="Direct"), update(2)))] == ["", "Titre 2"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("L&#39;Otan &quot;ferme&quot;", 'L\'Otan "ferme"'),
        ("&lt;p&gt;L&amp;#39;Otan&lt;/p&gt;", "<p>L&#39;Otan</p>"),
        ("https://example.org/a//b, } ] -->", "https://example.org/a//b, } ] -->"),
    ],
)
def test_what_a_text_holds_is_left_to_it(body: str, text: str) -> None:
    written = json.dumps(blog(update(1, articleBody=body)))
    for script in (written, f"/* {{ */ {written[:-1]}, }} // fin"):
        assert entries_of(page(script))[0].text == text


def test_json_ld_is_read_though_its_quotes_are_not_escaped() -> None:
    script = (
        '{"@type": "LiveBlogPosting", "liveBlogUpdate": [{"@id": "#a", "headline": "Il dit "non", puis "oui"",\n'
        '"articleBody": "L\\\'Otan: "jamais", dit-il \\u00e0 "Genève"."}, {"@id": "#b", "headline": "Deux"}]}'
    )
    one, other = entries_of(page(script))
    assert (one.title, one.text) == ('Il dit "non", puis "oui"', 'L\'Otan: "jamais", dit-il à "Genève".')
    assert other.title == "Deux"


def test_a_script_may_hold_several_objects() -> None:
    script = f"{json.dumps({'@type': 'WebPage'})};\n{json.dumps(blog(update(1)))}, {json.dumps(blog(update(2)))} fin"
    assert [one.title for one in entries_of(page(script))] == ["Titre 1", "Titre 2"]


@pytest.mark.parametrize(
    ("sign", "count"), [('"', 200_000), ("/*", 200_000), ('\\"', 200_000), (", ", 200_000), ('" ', 200_000), ("[", 9)]
)
def test_a_script_that_nobody_can_mend_takes_linear_time(sign: str, count: int) -> None:
    begin = process_time()
    assert loads('{"LiveBlog": ' + sign * count) is None
    assert process_time() - begin < 5


def test_a_page_of_too_many_updates_or_blogs_is_refused_in_words() -> None:
    many = '{"@type": "LiveBlogPosting", "liveBlogUpdate": [' + "{}," * 5000 + "{}]}"
    with pytest.raises(ParseError, match="5001 entries"):
        entries_of(page(many))
    with pytest.raises(ParseError, match="5001 entries"):
        entries_of(page("[" + '{"@type": "LiveBlogPosting"},' * 5000 + '{"@type": "LiveBlogPosting"}]'))
    with pytest.raises(ParseError, match="more than 300000 objects"):
        entries_of(page(many.replace("{},", "{}," * 61)))
