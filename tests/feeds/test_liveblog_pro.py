import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from tests.feeds.documents import PAGE, entries_of

URN = "urn:newsml:lb.example:2022-01-10T17:38:00.1:7a"


def groups(*items: dict[str, Any]) -> list[Any]:
    return [{"id": "root", "refs": [{"idRef": "main"}]}, {"id": "main", "refs": [{"item": item} for item in items]}]


def text(markup: str, **said: Any) -> dict[str, Any]:
    return {"item_type": "text", "text": markup} | said


def post(**said: Any) -> dict[str, Any]:
    return {
        "_id": URN,
        "post_status": "open",
        "deleted": False,
        "sticky": False,
        "published_date": "2022-01-10T17:38:00+00:00",
        "content_updated_date": "2022-01-10T17:40:00+00:00",
        "_updated": "2022-01-10T17:55:00+00:00",
        "groups": groups(text("<p>Un</p>")),
    } | said


def read(*posts: Any, feed: Feed = Feed("live", PAGE)) -> tuple[Entry, ...]:  # noqa: B008 - frozen
    return entries_of(json.dumps({"_items": posts, "_meta": {"total": len(posts)}}), feed)


def test_a_post_of_version_1_is_an_entry() -> None:
    items = groups(text("<h2>Riabkov</h2><p>Un</p>", language="fr"), text("Deux"))
    (one,) = read(post(groups=items, publisher={"display_name": "A. Martin"}, tags=["Otan", 5, "Otan"]))
    assert one == Entry(
        feed="live",
        identity=URN,
        title="Riabkov",
        text="Un\nDeux",
        aliases=one.aliases,
        guid=URN,
        author="A. Martin",
        categories=("Otan",),
        language="fr",
        published=datetime(2022, 1, 10, 17, 38, tzinfo=UTC),
        updated=datetime(2022, 1, 10, 17, 40, tzinfo=UTC),
    )


def test_a_post_of_version_2_has_its_items_in_a_list_and_is_dated_by_its_row() -> None:
    said = {
        "groups": None,
        "items": [text("Un")],
        "content_updated_date": None,
        "original_creator": {"byline": "B. Roth"},
    }
    (one,) = read(post(**said))
    assert (one.text, one.author, one.updated) == ("Un", "B. Roth", datetime(2022, 1, 10, 17, 55, tzinfo=UTC))


def test_posts_may_stand_beside_their_blog() -> None:
    assert [one.text for one in entries_of(json.dumps({"blog": {}, "posts": {"_items": [post()]}}))] == ["Un"]


def test_a_sticky_post_is_read_once() -> None:
    assert len(read(post(sticky=True), post(_id="urn:2", groups=groups(text("Deux"))), post(sticky=True))) == 2


@pytest.mark.parametrize(
    "said", [{"deleted": True}, {"post_status": "draft", "unpublished_date": "2022-01-10T17:55:00+00:00"}]
)
def test_a_post_that_is_deleted_or_withdrawn_is_a_tombstone(said: Any) -> None:
    (one,) = read(post(**said))
    assert (one.deleted, one.identity, one.text) == (True, URN, "")
    assert one.updated == datetime(2022, 1, 10, 17, 55, tzinfo=UTC)


def test_a_deleted_post_without_an_id_is_nothing() -> None:
    assert [one.deleted for one in read(post(_id="", deleted=True), post())] == [False]


@pytest.mark.parametrize(
    "said",
    [
        {"post_status": "draft"},
        {"post_status": "submitted"},
        {"post_status": "comment"},
        {"groups": groups({"item_type": "advertisement_local", "text": "Achetez"})},
        {"groups": "x"},
    ],
)
def test_what_readers_of_the_blog_never_see_is_left_out(said: Any) -> None:
    assert [one.guid for one in read(post(**said), post(_id="urn:2"))] == ["urn:2"]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"item_type": "quote", "text": "", "meta": {"quote": "Non.", "credit": "Riabkov"}}, "Non.\nRiabkov"),
        ({"item_type": "image", "text": "<img>", "meta": {"caption": "À Genève", "credit": "AFP"}}, "À Genève\nAFP"),
        ({"item_type": "embed", "text": "<iframe>", "meta": {"title": "Un", "description": "Deux"}}, "Un\nDeux"),
        ({"item_type": "embed", "text": "<p>Trois</p>", "meta": {"html": "<script>"}}, "Trois"),
        ({"item_type": "scorecard", "text": "1-0", "meta": None}, "1-0"),
    ],
)
def test_each_kind_of_item_says_its_words(item: dict[str, Any], words: str) -> None:
    assert read(post(groups=groups(item)))[0].text == words


def test_the_language_a_feed_is_configured_with_counts() -> None:
    items = groups(text("Un", language="en"))
    assert read(post(groups=items), feed=Feed("live", PAGE, language="fr"))[0].language == ""


def test_a_blog_without_posts_has_none() -> None:
    feed = Feed("live", PAGE, kind="liveblog_pro")
    assert entries_of('{"_items": [], "_meta": {"total": 0}}', feed) == ()


@pytest.mark.parametrize("document", ["[]", "{}", '{"_items": 5}', '{"_items": [{"_id": "a"}]}', '{"posts": 5}'])
def test_what_is_no_list_of_posts_is_refused_in_words(document: str) -> None:
    with pytest.raises(ParseError, match="no posts of Liveblog"):
        entries_of(document, Feed("live", PAGE, kind="liveblog_pro"))


def test_a_list_of_too_many_posts_is_refused() -> None:
    with pytest.raises(ParseError, match="5001 entries"):
        read(*[{"_id": str(number), "sticky": False} for number in range(5001)])
