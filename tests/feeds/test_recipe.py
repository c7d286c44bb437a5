from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Recipe, Selector
from monitor.feeds import contents
from tests.feeds.documents import PAGE, SEEN, entries_of, fetched

DAY = timedelta(days=1)

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

FEED = Feed("live", PAGE, "page", zone="Europe/Paris", recipe=RECIPE)


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


def test_captions_are_left_out_unless_the_recipe_reads_them() -> None:
    block = "<li class=bloc><p>Un</p><figure><figcaption>Photo 1920</figcaption></figure></li>"
    assert read(block, recipe=Recipe(entry=".bloc"))[0].text == "Un"
    assert read(block, recipe=Recipe(entry=".bloc", text=Selector("figcaption")))[0].text == "Photo 1920"


def test_a_recipe_whose_ids_are_gone_is_an_error_for_every_entry_would_be_new() -> None:
    with pytest.raises(
        ParseError, match=r"finds 2 entries, but no id in any of them: nothing is `id` \[data-id\] with"
    ):
        read(*[BLOCK.replace("data-id", "data-name")] * 2)
    assert [one.guid for one in read(BLOCK, BLOCK.replace("data-id", "data-name"))] == ["b7", None]


def test_a_recipe_says_which_selectors_of_its_words_find_nothing() -> None:
    recipe = Recipe(entry=".bloc", title=Selector("h2"), text=Selector(".corps"))
    with pytest.raises(ParseError, match=r"finds 1 entry, but neither .*: nothing is `title` h2 or `text` \.corps"):
        read("<li class=bloc>Un</li>", recipe=recipe)


def test_selectors_match_the_entry_itself_and_what_lies_in_it_alone() -> None:
    block = '<li class="bloc" data-id="7"><h3>Un</h3></li><h3 class=other>Autre</h3>'
    recipe = Recipe(entry=".bloc", id=Selector("li.bloc", "data-id"), title=Selector("h3"), text=Selector(".other"))
    (one,) = read(block, recipe=recipe)
    assert (one.guid, one.title, one.text) == ("7", "Un", "")


@pytest.mark.parametrize(
    ("formats", "written"),
    [
        (("%d %B %Y, %Hh%M",), "10 janvier 2022, 18h38"),
        (("%d %B %Y, %H:%M",), "10 января 2022, 18:38"),
        (("%A, %d. %B %Y, %H:%M Uhr",), "Montag, 10. Jänner 2022, 18:38 Uhr"),
        (("%b %d, %Y %I:%M %p", "%d.%m. %H:%M"), "10.01. 18:38"),
        (("%H:%M",), "18:38"),
    ],
)
def test_a_time_is_read_as_people_write_it(formats: tuple[str, ...], written: str) -> None:
    recipe = Recipe(entry=".bloc", time=Selector("i", formats=formats))
    (one,) = read(f"<li class=bloc><i>{written}</i><p>Un</p></li>", recipe=recipe)
    assert one.published == datetime(2022, 1, 10, 17, 38, tzinfo=UTC)


@pytest.mark.parametrize("value", ["2022-01-10T18:38:00+01:00", "2022-01-10 18:38", "1641836280", "1641836280000"])
def test_an_attribute_is_read_as_a_machine_writes_it_beside_the_formats_of_people(value: str) -> None:
    recipe = Recipe(entry=".bloc", time=Selector("i", "data-at", formats=("%H:%M",)))
    (one,) = read(f'<li class=bloc><i data-at="{value}">hier</i><p>Un</p></li>', recipe=recipe)
    assert one.published == datetime(2022, 1, 10, 17, 38, tzinfo=UTC)


def test_an_entry_that_prints_the_time_of_day_alone_is_the_same_entry_on_the_next_day() -> None:
    feed = Feed("live", PAGE, "page", zone="Europe/Paris", recipe=Recipe(".b", time=Selector("i", formats=("%H:%M",))))
    body = "<!doctype html><div class=b><i>18:38</i>Un</div><div class=b><i>12:00</i>Un</div>"
    first, second = contents(fetched(body), feed), contents(replace(fetched(body), received_at=SEEN + DAY), feed)
    assert [one.identity for one in first.entries] == [one.identity for one in second.entries]
    assert len({one.identity for one in first.entries}) == 2
    times = [(one.published, another.published) for one, another in zip(first.entries, second.entries, strict=True)]
    assert all(one is not None and another == one + DAY for one, another in times)


def test_what_a_page_says_of_itself_is_kept() -> None:
    said = contents(fetched(f"<!doctype html></i><html lang=fr><title> Le\ndirect &amp; <b></title>{BLOCK}"), FEED)
    assert (said.kind, said.title, said.language) == ("page", "Le direct & <b>", "fr")
    bare = contents(fetched(f"<!doctype html>{BLOCK}"), FEED)
    assert (bare.title, bare.language) == ("", "")


LIVE = """<!doctype html><html lang=fr><head><title>Direct</title></head><body>
<header><h1>Pourparlers</h1><p>Washington et Bruxelles : le contexte.</p>
<figcaption>x - Agence, 1920, 12.01.2022</figcaption><button>Les plus récents d'abord</button>
<button>Les plus anciens d'abord</button></header><main>
<div class=post><span class=date>18:38 10.01.2022</span><h3>Une rencontre Russie-USA</h3></div>
<div class=post><span class=date>
   18:38
   <b>10.01.2022</b></span><h3>Moscou dénonce <i>« le chantage »</i></h3>
 <div class=body><p>Je ne pense pas [...].</p><p>Nous  entendons<br>tout.</p></div></div>
<div class=post><span class=date>17:29 10.01.2022</span><h3>Josep Borrell a initié un dialogue</h3>
 <div class=body><a class=card href=/x>
 <figure><figcaption>Lavrov à Moscou - Agence, 1920, 10.01.2022</figcaption></figure>
 <span>Garanties</span>Dans l’ombre de Washington, Bruxelles veut un dialogue</a></div></div>
<div class=post><span class=date>14:39 10.01.2022</span>
<h3>Les consultations permettront tout, estime Serge Dal Busco.</h3>
 <div class=body>"Force est de constater"</div></div>
</main><footer>Fil d’actu<div>0</div><div>loader</div><div>Chat</div></footer></body></html>"""


def test_a_live_page_is_read_to_the_letter_with_nothing_of_what_stands_around_it() -> None:
    recipe = Recipe(
        entry=".post",
        time=Selector(".date", formats=("%H:%M %d.%m.%Y",)),
        title=Selector("h3"),
        text=Selector(".body"),
        drop=(".card",),
    )
    found = entries_of(LIVE, Feed("live", PAGE, "page", zone="Europe/Paris", recipe=recipe))
    assert [(f"{one.published:%H:%M}", one.title, one.text) for one in found] == [
        ("17:38", "Une rencontre Russie-USA", ""),
        ("17:38", "Moscou dénonce « le chantage »", "Je ne pense pas [...].\nNous entendons\ntout."),
        ("16:29", "Josep Borrell a initié un dialogue", ""),
        ("13:39", "Les consultations permettront tout, estime Serge Dal Busco.", '"Force est de constater"'),
    ]
    assert len({one.identity for one in found}) == 4


def test_an_article_of_the_same_site_has_no_entries() -> None:
    article = LIVE.replace("class=post", "class=paragraph")
    with pytest.raises(ParseError, match=r"nothing in the page is \.post"):
        entries_of(article, Feed("live", PAGE, "page", recipe=Recipe(entry=".post")))


@pytest.mark.parametrize(
    ("depth", "recipe"),
    [
        ("<i>" * 480, Recipe(entry=".b", text=Selector("p"))),
        ("<i>" * 480, Recipe(entry=".b", drop=("p",))),
        ("<p><i>" * 240, Recipe(entry=".b", text=Selector("p, i"))),
    ],
)
def test_many_pieces_in_the_depth_of_a_page_are_read_in_seconds(depth: str, recipe: Recipe) -> None:
    """At the top it is a tenth of a second; where each piece goes through all that is above it, a minute."""
    began = process_time()
    body = f"<!doctype html><div class=b>mot{depth}{'<p>x</p>' * 20_000}"
    assert entries_of(body, Feed("", PAGE, "page", recipe=recipe))[0].text
    assert process_time() - began < 10


def test_a_page_of_too_many_entries_is_refused_at_once() -> None:
    began = process_time()
    with pytest.raises(ParseError, match="200000 entries, more than the 5000"):
        entries_of("<!doctype html>" + "<p>x" * 200_000, Feed("", PAGE, "page", recipe=Recipe(entry="p")))
    assert process_time() - began < 5
