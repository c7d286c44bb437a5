"""One document looked at before its feed is watched: what each selector matched, and what is suspicious."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Recipe, Selector
from monitor.feeds.probe import Matched, Probe, probe
from tests.feeds.documents import PAGE, SEEN, fetched, page, rss

RECIPE = Recipe(
    entry=".b",
    id=Selector(".b", "data-id"),
    time=Selector("i", formats=("%H:%M %d.%m.%Y",)),
    title=Selector("h3"),
    text=Selector("p"),
    link=Selector("a"),
)


def block(number: int, time: str = "18:38 10.01.2022", rest: str = "") -> str:
    return f'<div class=b data-id="n{number}"><i>{time}</i><h3>Titre {number}</h3><p>Texte {number}</p>{rest}</div>'


def of_page(*blocks: str, recipe: Recipe = RECIPE) -> Probe:
    body = f"<!doctype html><html lang=fr><title>Direct</title>{''.join(blocks)}"
    return probe(fetched(body), Feed("", PAGE, "page", zone="Europe/Paris", recipe=recipe))


def item(number: int, minutes: int = 1, **said: str) -> str:
    at = SEEN - timedelta(minutes=minutes)
    inside = {
        "guid": str(number),
        "title": f"Titre {number}",
        "description": f"Texte {number}",
        "pubDate": f"{at:%a, %d %b %Y %H:%M:%S GMT}",
    } | said
    return "".join(f"<{name}>{value}</{name}>" for name, value in inside.items() if value)


def of_feed(*items: str, at: datetime = SEEN) -> tuple[str, ...]:
    return probe(replace(fetched(rss(*items)), received_at=at), Feed("", PAGE)).doubts


def test_each_key_of_a_recipe_says_in_how_many_entries_it_is_found_and_what_it_gave_first() -> None:
    found = of_page(block(1, rest='<a href="/1">x</a>'), block(2, "19:00 10.01.2022"))
    assert found.matched == (
        Matched("id", ".b data-id", 2, "n1"),
        Matched("time", "i", 2, "18:38 10.01.2022"),
        Matched("title", "h3", 2, "Titre 1"),
        Matched("text", "p", 2, "Texte 1"),
        Matched("link", "a", 1, "https://example.org/1"),
    )
    assert (found.contents.kind, found.contents.title, found.blocks, found.doubts) == ("page", "Direct", 2, ())


def test_a_long_sample_is_cut_and_stands_on_one_line() -> None:
    found = of_page("<div class=b data-id=1><h3>Un</h3><p>mot<br>mot</p>" + "<p>" + "x" * 90 + "</p></div>")
    assert found.matched[3].sample == "mot mot " + "x" * 51 + "…"


def test_a_selector_that_is_seldom_found_is_suspicious_unless_it_is_of_the_title() -> None:
    found = of_page(block(1, "18:00 10.01.2022"), *("<div class=b data-id=x><p>T</p></div>",) * 3)
    assert "`time` i is found in 1 of 4" in found.doubts
    assert not any("`title`" in doubt for doubt in found.doubts)
    assert found.blocks == 4


def test_a_time_that_is_there_and_not_read_is_shown() -> None:
    doubts = of_page(block(1, "21h36"), block(2, "19:00 10.01.2022")).doubts
    assert doubts[0] == "1 of 2 have no time"
    assert doubts[-1] == "no time is read in 1 of 2, by its `formats` and `zone`: “21h36”"


def test_a_document_that_is_no_page_has_no_selectors_even_with_a_recipe() -> None:
    found = probe(fetched(rss(item(1))), Feed("", PAGE, recipe=RECIPE))
    assert (found.contents.kind, found.matched, found.blocks, found.doubts) == ("feed", (), 1, ())


@pytest.mark.parametrize(
    ("items", "doubt"),
    [
        ([], "there are no entries in it"),
        ([item(1, pubDate=""), item(2)], "1 of 2 have no time"),
        ([item(1), item(2)], "all have the same time"),
        ([item(1, minutes=-30), item(2)], "1 of 2 are dated in the future: a wrong `zone`?"),
        ([item(1, minutes=60 * 24 * 31)], "the newest is of 2021-12-10"),
        ([item(1, title="x"), item(2, 2, title="x")], "all have the same title"),
        ([item(1, title="Direct"), item(2, 2)], "a title is that of the whole page"),
        ([item(1, description="x"), item(2, 2, description="x")], "all have the same text"),
        ([item(1, description="")], "none has a text: rules look at titles alone"),
        (
            [item(1, guid="")],
            "1 of 1 have neither id nor link: a title that is changed makes a new entry of them",
        ),
        ([item(1, title="x " * 1500)], "1 of 1 are longer than what is read of one entry, and were cut"),
    ],
)
def test_what_looks_wrong_is_said(items: list[str], doubt: str) -> None:
    assert doubt in of_feed(*items)


def test_a_sound_feed_is_not_suspicious() -> None:
    assert of_feed(item(1), item(2, 2), at=datetime(2022, 1, 20, tzinfo=UTC)) == ()


def test_what_cannot_be_read_cannot_be_tried() -> None:
    with pytest.raises(ParseError, match="nothing in the page is"):
        of_page()
    with pytest.raises(ParseError):
        probe(fetched(page()), Feed("", PAGE))
