from dataclasses import replace
from datetime import UTC, datetime
from time import process_time

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Recipe, Selector
from tests.feeds.documents import PAGE, entries_of

RECIPE = Recipe(
    entry=".bloc",
    id=Selector("[data-id]", "data-id"),
    time=Selector(".heure", formats=("%H:%M %d.%m.%Y",)),
    title=Selector(".titre"),
    text=Selector(".texte"),
    link=Selector("a.lien"),
    drop=(".carte", "figcaption"),
)
BLOCK = (
    '<li class="bloc" data-id="b7"><span class="heure"> 18:38\n 10.01.2022</span>'
    '<h3 class="titre">L&rsquo;<b>Otan</b></h3>'
    '<div class="texte"><p>Un</p><figure><figcaption>Photo 1920</figcaption></figure></div>'
    '<div class="texte">Deux<div class="carte"><div class="carte">Washington</div> Bruxelles</div></div>'
    '<a class="lien" href="/7?utm_source=x">lien</a></li>'
)


def read(*blocks: str, recipe: Recipe | None = RECIPE, language: str = "") -> tuple[Entry, ...]:
    feed = Feed("live", PAGE, "page", zone="Europe/Paris", language=language, recipe=recipe)
    return entries_of(f'<!doctype html><html lang="fr"><body><ul>{"".join(blocks)}</ul></body></html>', feed)


def test_a_block_is_an_entry_and_what_is_to_be_dropped_is_not_in_it() -> None:
    (one,) = read(BLOCK)
    assert one == Entry(
        feed="live",
        identity="b7",
        title="L’Otan",
        text="Un\nDeux",
        link="https://example.org/7?utm_source=x",
        aliases=one.aliases,
        guid="b7",
        language="fr",
        published=datetime(2022, 1, 10, 17, 38, tzinfo=UTC),
    )


def test_without_more_than_entry_all_of_a_block_is_its_text() -> None:
    (one,) = read("<li class=bloc><p>Un</p><p>Deux</p></li>", recipe=Recipe(entry=".bloc"))
    assert (one.title, one.text, one.guid, one.link, one.published) == ("", "Un\nDeux", None, "", None)
    assert one.identity.startswith("content:")


def test_without_a_selector_for_the_text_it_is_all_but_title_and_time() -> None:
    assert read(BLOCK, recipe=replace(RECIPE, text=None))[0].text == "Un\nDeux\nlien"


def test_a_block_may_be_its_own_title() -> None:
    (one,) = read("<li class=bloc>Un</li>", recipe=Recipe(entry=".bloc", title=Selector(".bloc")))
    assert (one.title, one.text) == ("Un", "Un")


@pytest.mark.parametrize(
    ("time", "markup"),
    [
        (Selector("time"), '<time datetime="2022-01-10T18:38:00+01:00">il y a 5 min</time>'),
        (Selector("time"), '<time datetime="2022-01-10T18:38">il y a 5 min</time>'),
        (Selector("time", formats=("%d/%m/%Y %H:%M",)), '<time datetime="x">10/01/2022 18:38</time>'),
        (Selector("i", "data-unixtime"), "<i data-unixtime=1641836280></i>"),
        (Selector("i", "title"), '<i title="Mon, 10 Jan 2022 17:38:00 GMT">x</i>'),
    ],
)
def test_a_time_is_read_where_the_recipe_says(time: Selector, markup: str) -> None:
    (one,) = read(f"<li class=bloc>{markup}<p>Un</p></li>", recipe=Recipe(entry=".bloc", time=time))
    assert one.published == datetime(2022, 1, 10, 17, 38, tzinfo=UTC)


def test_a_time_that_is_not_as_its_format_is_none() -> None:
    assert read(BLOCK.replace("10.01.2022", "hier"))[0].published is None
    assert read(BLOCK.replace('class="heure"', ""))[0].published is None


def test_blocks_within_blocks_are_part_of_them() -> None:
    recipe = Recipe(entry=".bloc", text=Selector("div"))
    (one,) = read("<li class=bloc><div>Un<div>Deux</div></div><div class=bloc>Trois</div></li>", recipe=recipe)
    assert one.text == "Un\nDeux\nTrois"


def test_a_block_that_is_to_be_dropped_is_no_entry() -> None:
    assert [one.guid for one in read('<li class="bloc carte">Publicité</li>', BLOCK)] == ["b7"]


def test_blocks_that_say_nothing_are_no_entries() -> None:
    assert len(read("<li class=bloc></li>", BLOCK)) == 1


def test_a_block_has_the_nearest_language_around_it_unless_the_feed_has_one() -> None:
    assert read(BLOCK.replace("<li", '<li lang="de"'))[0].language == "de"
    assert read(BLOCK, language="ru")[0].language == ""


def test_links_are_resolved_against_the_base_of_the_page() -> None:
    body = f'<html><head><base href="https://a.example/x/"></head><body>{BLOCK}</body></html>'
    (one,) = entries_of(body, Feed("live", PAGE, "page", recipe=RECIPE))
    assert one.link == "https://a.example/7?utm_source=x"


def test_a_recipe_that_finds_nothing_is_an_error_and_not_silence() -> None:
    with pytest.raises(ParseError, match=r"the recipe finds no entry: nothing in the page is \.bloc"):
        read("<li>Un</li>")


def test_a_recipe_that_finds_entries_without_words_is_an_error() -> None:
    with pytest.raises(ParseError, match="finds 2 entries, but neither title nor text"):
        read("<li class=bloc><b>Un</b></li>" * 2)


def test_a_page_of_which_all_is_to_be_dropped_has_no_entries() -> None:
    assert read('<li class="bloc carte">Publicité</li>') == ()


def test_a_page_needs_a_recipe() -> None:
    with pytest.raises(ParseError, match="needs a recipe"):
        read(BLOCK, recipe=None)


def test_a_selector_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(ParseError, match="selector that is none"):
        read(BLOCK, recipe=Recipe(entry="::x("))


@pytest.mark.parametrize("piece", ["<div>", "<div><object></div></object>", "<b id={}>", "<table><td>"])
def test_a_page_that_is_too_deep_is_refused_at_once(piece: str) -> None:
    began = process_time()
    with pytest.raises(ParseError, match="nested deeper than 512"):
        read(piece * 100_000)
    assert process_time() - began < 5


def test_a_long_page_is_not_a_deep_one() -> None:
    assert len(read(*(BLOCK.replace("b7", f"b{n}") + "<p>un<p>deux<br><li>trois</i>" for n in range(1000)))) == 1000
