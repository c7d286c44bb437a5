import json
from datetime import UTC, datetime

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from tests.feeds.documents import PAGE, entries_of

ITEM = {
    "id": "1",
    "url": "https://example.org/1?utm_source=x",
    "title": "L&#8217;Otan",
    "content_html": "<p>Un</p><p>Deux</p>",
    "date_published": "2022-01-10T18:38:00+01:00",
    "date_modified": "2022-01-10T18:40:00+01:00",
    "authors": [{"name": "A. Martin"}, {"name": "B. Roth"}, {"url": "https://example.org"}],
    "tags": ["diplomatie", "", 5, "diplomatie"],
}


def document(*items: object, version: str = "https://jsonfeed.org/version/1.1", **more: object) -> str:
    return json.dumps({"version": version, "title": "Direct", "items": items, **more})


def test_an_item_is_an_entry() -> None:
    (one,) = entries_of(document(ITEM, language="fr"))
    assert one == Entry(
        feed="live",
        identity="1",
        title="L’Otan",
        text="Un\nDeux",
        link="https://example.org/1?utm_source=x",
        aliases=one.aliases,
        guid="1",
        author="A. Martin, B. Roth",
        categories=("diplomatie",),
        language="fr",
        published=datetime(2022, 1, 10, 17, 38, tzinfo=UTC),
        updated=datetime(2022, 1, 10, 17, 40, tzinfo=UTC),
    )


def test_version_1_has_one_author() -> None:
    item = {"id": 5, "content_text": "Un", "author": {"name": "A. Martin"}}
    (one,) = entries_of(document(item, version="https://jsonfeed.org/version/1"))
    assert (one.guid, one.author, one.text, one.title) == ("5", "A. Martin", "Un", "")


def test_an_item_without_an_author_has_its_feeds_and_its_own_language_if_any() -> None:
    first, second = entries_of(
        document({"id": "1"}, {"id": "2", "language": "de"}, authors=[{"name": "Rédaction"}], language="fr")
    )
    assert (first.author, first.language, second.language) == ("Rédaction", "fr", "de")


def test_the_language_a_feed_is_configured_with_comes_before_its_documents() -> None:
    (one,) = entries_of(document({"id": "1"}, language="en"), Feed("live", PAGE, language="ru"))
    assert one.language == ""


def test_a_summary_is_the_text_where_there_is_no_other() -> None:
    (one,) = entries_of(document({"id": "1", "content_html": "<img src=x>", "summary": "Résumé"}))
    assert one.text == "Résumé"


def test_the_external_link_stands_where_there_is_no_other() -> None:
    (one,) = entries_of(document({"external_url": "/1", "title": "Un"}))
    assert (one.link, one.identity) == ("https://example.org/1", "//example.org/1")


def test_values_of_the_wrong_type_are_as_good_as_none() -> None:
    (one,) = entries_of(
        document("x", None, {"id": True, "title": ["a"], "tags": "a", "authors": {}, "content_text": {}})
    )
    assert (one.guid, one.title, one.categories, one.author, one.text) == (None, "", (), "", "")


def test_half_a_character_is_none() -> None:
    (one,) = entries_of(
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "a\\ud800", "title": "b\\ud800"}]}'
    )
    assert (one.guid, one.title) == ("a\ufffd", "b\ufffd")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"a": ' + "9" * 5000 + "}", "not JSON"),
        ("[]", "JSON, but none that can be read"),
        ('{"version": 1}', "neither a JSON Feed, nor a WordPress live blog"),
        ('{"count": 20, "entries": []}', "nor posts of Liveblog.pro, nor a live blog"),
    ],
)
def test_what_is_no_json_feed_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        entries_of(text)


def test_a_feed_without_items_has_none() -> None:
    assert entries_of('{"version": "https://jsonfeed.org/version/1.1", "items": null}') == ()
