import json
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from tests.feeds.documents import PAGE, entries_of

NOON = 1641812400
"""11:00 in UTC, noon in Geneva, on 10 January 2022."""


def at(minutes: int) -> datetime:
    return datetime.fromtimestamp(NOON + 60 * minutes, UTC)


def row(number: int, minutes: int = 0, kind: str = "new", **said: Any) -> dict[str, Any]:
    return {
        "id": number,
        "type": kind,
        "render": f"<p>Texte {number}</p>",
        "timestamp": str(NOON + 60 * minutes),
        "entry_time": str(NOON),
        "share_link": f"{PAGE}/#{number}",
    } | said


def read(*rows: Any, **said: Any) -> tuple[Entry, ...]:
    return entries_of(json.dumps({"entries": rows, "latest_timestamp": NOON} | said))


def test_a_new_row_is_an_entry() -> None:
    (one,) = read(row(7, authors=[{"id": 1, "name": "A. Martin"}, False, {"name": "B. Roth"}]))
    assert one == Entry(
        feed="live",
        identity="//example.org/live/#7",
        text="Texte 7",
        link=f"{PAGE}/#7",
        aliases=one.aliases,
        guid=f"{PAGE}/#7",
        author="A. Martin, B. Roth",
        published=at(0),
    )
    assert "wordpress:7" in one.aliases


def test_an_update_replaces_what_it_names_wherever_it_stands() -> None:
    rows = [row(7), row(8), row(7, 5, "update", render="<p>Corrigé</p>")]
    for order in (rows, rows[::-1]):
        told = {one.guid: one for one in read(*order)}
        assert len(told) == 2
        seven = told[f"{PAGE}/#7"]
        assert (seven.text, seven.published, seven.updated) == ("Corrigé", at(0), at(5))


def test_an_update_with_an_id_of_its_own_is_of_the_entry_that_it_replaces() -> None:
    (one,) = read(row(7), row(9, 5, "update", replaces=7, share_link=f"{PAGE}/#7"), row(7, replaces=0))
    assert (one.text, one.updated) == ("Texte 9", at(5))


def test_a_delete_is_a_tombstone() -> None:
    one, other = read(row(7), row(8), row(7, 5, "update"), row(7, 9, "delete", render=""))
    assert (one.deleted, one.identity, one.updated, one.text) == (True, "//example.org/live/#7", at(9), "")
    assert not other.deleted


def test_of_what_happened_in_one_second_the_deletion_is_the_last() -> None:
    assert read(row(7, 0, "delete"), row(7, 0, "update"), row(7))[0].deleted


def test_an_entry_without_an_address_of_its_own_is_named_by_its_number() -> None:
    (one,) = read(row(7, share_link=None))
    assert (one.identity, one.link) == ("7", "")
    assert [two.identity for two in read(row(7, share_link=PAGE), row(8, share_link=PAGE))] == [
        two.identity for two in read(row(7, 3, share_link=PAGE, type="update"), row(8, share_link=PAGE))
    ]


def test_an_update_alone_was_published_when_it_says_unless_the_sites_clock_is_off() -> None:
    assert read(row(7, 5, "update"))[0].published == at(0)
    shifted = str(NOON + 3600)
    first, second = read(row(6, entry_time=shifted), row(7, 5, "update", entry_time=shifted))
    assert (first.published, second.published, second.updated) == (at(0), None, at(5))


@pytest.mark.parametrize(
    ("said", "title", "text"),
    [
        ({"headline": "Riabkov &amp; Sherman"}, "Riabkov & Sherman", "Texte 7"),
        ({"render": "<h3>Riabkov</h3><p>Un</p>"}, "Riabkov", "Un"),
        ({"render": "<div><h3> </h3><p>Un</p></div>"}, "", "Un"),
        ({"render": "", "content": "Un"}, "", "Un"),
        (
            {"render": None, "html": '<div id="7"><b>12h</b><div class="liveblog-entry-text" x="">Un</div></div>'},
            "",
            "Un",
        ),
    ],
)
def test_a_rows_title_and_text_stand_where_its_version_writes_them(said: Any, title: str, text: str) -> None:
    (one,) = read(row(7, **said))
    assert (one.title, one.text) == (title, text)


def test_drafts_and_what_is_no_row_are_left_out() -> None:
    told = read(row(7), row(8, status="draft"), {"id": 9}, {"type": "new"}, row(10, type="joke"), "x", None)
    assert [one.text for one in told] == ["Texte 7"]


def test_an_answer_without_entries_has_none() -> None:
    assert read() == ()
    assert entries_of('{"entries": [], "page": 1, "pages": 0, "total": 0}') == ()


@pytest.mark.parametrize("document", ["[]", "{}", '{"entries": []}', '{"entries": 5}', '{"entries": [{"id": 1}]}'])
def test_what_is_no_answer_of_the_plugin_is_refused_in_words(document: str) -> None:
    with pytest.raises(ParseError, match="no entries of a WordPress live blog"):
        entries_of(document, Feed("live", PAGE, kind="wordpress"))


def test_an_answer_of_too_many_rows_is_refused() -> None:
    with pytest.raises(ParseError, match="5001 entries"):
        read(*[{"id": number, "type": "new"} for number in range(5001)])
