"""The whole folder read: what is written becomes the book, and every fault is told at once."""

import gc
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.book import Book
from monitor.core.errors import Place
from monitor.core.feed import Feed, Recipe, Selector
from monitor.core.route import Channel, Route
from monitor.core.rule import Entity, Example, Near, Once, Rule, Term, Weak, Where
from monitor.core.telling.alert import FEED_SCOPE_LASTS
from monitor.rulebook import read, under

FEEDS = """
vigie: feeds/1
owner: desk
defaults: {every: 5m, timeout: 10s, zone: Europe/Paris, topic: [diplomatie], live: true}
blog:
  url: https://example.org/live
  kind: page
  title: Direct
  language: fr-CH
  every: 1s..90s
  max_age: 3650d
  backfill: 0s
  allow_private: true
  recipe:
    entry: .item
    id: {css: "[data-id]", attr: data-id}
    time: {css: time, formats: ["%H:%M %d.%m.%Y"]}
    title: h2
    drop: [figcaption]
agency: {url: "http://example.org/rss", live: false}
"""
ENTITIES = """
vigie: entities/1
sherman:
  name: Wendy Sherman
  type: person
  names: {all: [Mme Sherman], en: [Ms Sherman]}
  weak: {names: [Sherman], with: [$riabkov, négociat*, =État]}
  never: [char Sherman]
  variants: off
riabkov: {name: Riabkov, type: person}
"""
RULES = """
vigie: rules/1
defaults: {severity: high, send: [desk], once_per: 6h}
talks:
  title: Pourparlers
  any_of: [$riabkov, New START]
  all_of: [Genève]
  none_of: [hockey]
  near: {within: 10, all_of: [Otan], any_of: [OSCE], order: after}
  none_near: {within: 2, any_of: [arbitre]}
  in: {language: [fr, DE], feed: [blog], field: [text]}
  not_in: {topic: [sport], author: [AFP]}
  severity: low
  send: [desk, fallback]
  once_per: feed
  owner: hélène
all: {in: {feed: [agency]}, once_per: entry, examples: {match: [{text: x, feed: agency}]}}
"""
ROUTES = """
vigie: routes/1
zone: Europe/Zurich
channels:
  mail: {address: secret:desk_mail}
  here: {address: terminal}
routes:
  desk: {to: [mail, here], when: at once}
  fallback: {to: [here], when: at once}
  operator: {to: [here], when: at once}
"""
TERMINAL_ONLY = """
vigie: routes/1
channels: {here: {address: terminal}}
routes: {fallback: {to: [here], when: at once}, operator: {to: [here], when: at once}}
"""


def errors(**files: str) -> list[str]:
    return [str(fault) for fault in read({f"{name}.yaml": text.lstrip() for name, text in files.items()}).errors]


def rule(body: str) -> Rule:
    """Read a rule of this body; nothing else may be said of it."""
    reading = read({"r.yaml": f"vigie: rules/1\ntalks:\n  {body}\n", "t.yaml": TERMINAL_ONLY.lstrip()})
    assert reading.book is not None, reading.faults
    return reading.book.rules["talks"]


def terms(*written: str) -> tuple[Term, ...]:
    return tuple(Term(word, "plain", word) for word in written)


@pytest.fixture(scope="module")
def book() -> Book:
    files = {"f.yaml": FEEDS, "e.yml": ENTITIES, "r.yaml": RULES, "sub/t.yaml": ROUTES}
    reading = read({name: text.lstrip() for name, text in files.items()})
    assert reading.book is not None, reading.faults
    return reading.book


def test_a_feed_is_what_is_written_then_the_defaults_then_ours(book: Book) -> None:
    assert book.feeds["blog"] == Feed(
        "blog",
        "https://example.org/live",
        kind="page",
        title="Direct",
        language="fr-ch",
        zone="Europe/Paris",
        topic=("diplomatie",),
        every=(timedelta(seconds=1), timedelta(seconds=90)),
        timeout=timedelta(seconds=10),
        max_age=timedelta(days=3650),
        live=True,
        allow_private=True,
        recipe=Recipe(
            ".item",
            id=Selector("[data-id]", "data-id"),
            time=Selector("time", formats=("%H:%M %d.%m.%Y",)),
            title=Selector("h2"),
            drop=("figcaption",),
        ),
    )
    assert book.feeds["agency"].every == (timedelta(minutes=5), timedelta(minutes=5))
    assert book.feeds["agency"].max_age == timedelta(hours=24)
    assert not book.feeds["agency"].live


def test_an_entity_is_read_with_its_names_its_company_and_what_it_is_not(book: Book) -> None:
    assert book.entities["sherman"] == Entity(
        "sherman",
        "Wendy Sherman",
        "person",
        terms("Mme Sherman", "Ms Sherman"),
        Weak(
            terms("Sherman"),
            (
                Term("$riabkov", "entity", "riabkov"),
                Term("négociat*", "prefix", "négociat"),
                Term("=État", "exact", "État"),
            ),
        ),
        terms("char Sherman"),
        "off",
    )
    assert book.entities["riabkov"].variants == "translit"


def test_a_rule_is_read_with_all_its_conditions(book: Book) -> None:
    assert book.rules["talks"] == Rule(
        "talks",
        "Pourparlers",
        (Term("$riabkov", "entity", "riabkov"), *terms("New START")),
        terms("Genève"),
        terms("hockey"),
        Near(10, terms("OSCE"), terms("Otan"), "after"),
        Near(2, terms("arbitre")),
        Where(language=("fr", "de"), feed=("blog",), field=("text",)),
        Where(topic=("sport",), author=("AFP",)),
        "low",
        Once("feed", FEED_SCOPE_LASTS),
        ("desk", "fallback"),
    )


def test_a_rule_says_nothing_and_the_defaults_of_its_file_speak(book: Book) -> None:
    quiet = replace(book.rules["all"], once=Once("duration", timedelta(hours=6)))
    assert (quiet.severity, quiet.send) == ("high", ("desk",))
    assert book.rules["all"].examples == (Example("x", met=True, feed="agency"),)
    assert rule("any_of: [Otan]") == Rule("talks", any_of=terms("Otan"))


def test_routes_name_channels_and_addresses_stay_secret(book: Book) -> None:
    assert book.channels == {"mail": Channel("mail", "secret:desk_mail"), "here": Channel("here", "terminal")}
    assert book.routes["desk"] == Route("desk", ("mail", "here"), "at once")
    assert book.zone == "Europe/Zurich"


@pytest.mark.parametrize("typed", ["NO", "on", "12:30", "1_000", "2022-01-10", "~", "0x1F", "1e3", "true", "null", "é"])
def test_a_term_stays_what_was_typed(typed: str) -> None:
    if typed == "~":
        assert "a term without a letter" in errors(r=f"vigie: rules/1\ntalks: {{any_of: [{typed}]}}")[0]
    else:
        assert rule(f"any_of: [{typed}]").any_of == terms(typed)


def test_marks_of_an_example_become_spans_of_its_plain_text() -> None:
    found = rule("any_of: [Otan]\n  examples: {match: [\"L'[[Otan]], dit l'[[OTAN]].\"], no_match: [Genève]}").examples
    assert found == (
        Example("L'Otan, dit l'OTAN.", met=True, spans=((2, 6), (14, 18))),
        Example("Genève", met=False),
    )


def test_names_are_equal_however_their_accents_are_encoded() -> None:
    entities = "vigie: entities/1\ngen\u00e8ve: {name: Genève, type: place}\n"
    rules = "vigie: rules/1\ntalks: {any_of: [$gene\u0300ve]}\n"
    assert errors(e=entities, r=rules, t=TERMINAL_ONLY) == []


def test_columns_count_characters_after_a_byte_order_mark_and_beyond_the_first_plane() -> None:
    assert errors(r="\ufeffvigie: rules/9", t=TERMINAL_ONLY)[0].startswith("r.yaml:1:8: ")
    told = errors(r='vigie: rules/1\n"été": {title: "😀😀", any_of: Otan}', t=TERMINAL_ONLY)
    assert told[0].startswith("r.yaml:2:30: ")


def test_every_fault_of_every_file_is_told_at_once_in_order() -> None:
    told = errors(
        a="vigie: rules/1\none: {any_of: Otan, severity: hgh}\ntwo: {any_of: [$nobody]}",
        b="vigie: rules/1\nthree: {any_of: [Otan",
        c="vigie: routes/1\nroutes: {fallback: {to: [x], when: hourly}}",
    )
    assert [line.split(": error: ")[0] for line in told] == [
        "a.yaml:2:15",
        "a.yaml:2:31",
        "a.yaml:3:16",
        "b.yaml:2:17",
        "c.yaml:2:1",
        "c.yaml:2:26",
        "c.yaml:2:36",
    ]


def test_a_file_that_is_no_yaml_hides_no_fault_of_the_others_and_its_names_stay_known() -> None:
    told = errors(
        e="vigie: entities/1\nriabkov: {name: Riabkov, type: person\n",
        r="vigie: rules/1\ntalks: {any_of: [$riabkov, $kremlin], sned: [fallback]}",
        t=TERMINAL_ONLY,
    )
    assert [line.split(" - ")[0] for line in told] == [
        "e.yaml:2:10: error: the mapping that begins at 2:10 is not closed",
        "r.yaml:2:28: error: unknown entity $kremlin",
        "r.yaml:2:39: error: unknown key `sned`",
    ]


def test_a_file_that_does_not_say_what_it_holds_keeps_its_names_known() -> None:
    told = errors(
        e="riabkov: {name: Riabkov, type: person}", r="vigie: rules/1\nx: {any_of: [$riabkov]}", t=TERMINAL_ONLY
    )
    assert len(told) == 1
    assert told[0].startswith("e.yaml:1:1: error: what does this file hold?")


def test_a_faulty_entity_stays_known_to_the_rules_that_use_it() -> None:
    told = errors(e="vigie: entities/1\nx: {name: Otan}", r="vigie: rules/1\ny: {any_of: [$x]}", t=TERMINAL_ONLY)
    assert told == ["e.yaml:2:1: error: an entity without `type` - it must have one"]


def test_no_example_is_run_while_an_entity_is_faulty_but_those_of_other_rules_are() -> None:
    failing = "vigie: rules/1\nx: {any_of: [Otan], examples: {match: [Genève]}}\ny: {any_of: Otan}"
    assert [line[:11] for line in errors(r=failing, t=TERMINAL_ONLY)] == ["r.yaml:2:40", "r.yaml:3:13"]
    faulty = "vigie: entities/1\nz: {name: Otan}"
    assert [line[:11] for line in errors(e=faulty, r=failing, t=TERMINAL_ONLY)] == ["e.yaml:2:1:", "r.yaml:3:13"]


def test_examples_need_not_be_run() -> None:
    failing = "vigie: rules/1\nx: {any_of: [Otan], examples: {match: [Genève]}}"
    assert read({"r.yaml": failing}, examples=False).book is not None
    assert read({"r.yaml": failing}).book is None


def test_without_any_routes_all_goes_to_the_terminal_with_a_warning() -> None:
    reading = read({"r.yaml": "vigie: rules/1\nx: {any_of: [Otan]}"})
    assert reading.book is not None
    assert reading.book.channels == {"terminal": Channel("terminal", "terminal")}
    assert [name for name, route in reading.book.routes.items() if route.to == ("terminal",)] == [
        "fallback",
        "operator",
    ]
    assert [fault.code for fault in reading.faults] == ["no_routes"]


def test_a_second_zone_is_an_error() -> None:
    more = "vigie: routes/1\nzone: Europe/Paris"
    told = errors(t=ROUTES.replace("zone", "owner: x\nzone"), u=more)
    assert told == ["u.yaml:2:1: error: a second `zone` - the first is t.yaml:3"]


def test_a_name_is_unique_over_all_files() -> None:
    told = errors(a="vigie: rules/1\nx: {any_of: [a1]}", b="vigie: rules/1\nx: {any_of: [b1]}", t=TERMINAL_ONLY)
    assert told == ["b.yaml:2:1: error: a second x - the first is a.yaml:2; rename one"]


def test_the_secrets_that_channels_name_are_known_with_their_places() -> None:
    reading = read({"t.yaml": ROUTES.lstrip()})
    assert reading.secrets == {"desk_mail": Place("t.yaml", 4, 19)}


def test_what_is_not_utf8_is_told_at_its_first_byte() -> None:
    text = b"vigie: rules/1\n# \xe9t\xe9\n".decode("utf-8", "surrogateescape")
    assert errors(r=text, t=TERMINAL_ONLY) == ["r.yaml:2:3: error: not UTF-8 from here on - save the file as UTF-8"]


def test_faults_are_named_by_the_path_that_a_person_would_type() -> None:
    faults = read({"sub/r.yaml": "x"}).faults
    assert str(under("rules/", faults)[-1]).startswith("rules/sub/r.yaml:1:1: ")
    assert str(under("/", faults)[-1]).startswith("/sub/r.yaml:1:1: ")


def test_ten_thousand_brackets_are_a_fault_and_no_crash() -> None:
    assert "nested deeper" in errors(r="vigie: rules/1\nx: " + "[" * 10_000, t=TERMINAL_ONLY)[0]


@pytest.mark.parametrize(
    ("written", "variants"),
    [
        ("type: person", "translit"),
        ("type: person, variants: written", "written"),
        ("type: org", "off"),
        ("type: place, variants: translit", "translit"),
    ],
)
def test_people_are_found_in_other_romanisations_unless_told_otherwise(written: str, variants: str) -> None:
    reading = read(
        {"e.yaml": f"vigie: entities/1\nx: {{name: Riabkov, {written}}}\n", "t.yaml": TERMINAL_ONLY.lstrip()}
    )
    assert reading.book is not None
    assert reading.book.entities["x"].variants == variants


def test_what_becomes_of_an_edit_and_whether_a_rule_runs_may_be_said_for_a_whole_file() -> None:
    both = "x: {any_of: [a1]}\ny: {any_of: [b1], status: live}\n"
    text = f"vigie: rules/1\ndefaults: {{on_edit: rematch, status: shadow}}\n{both}"
    book = read({"r.yaml": text, "t.yaml": TERMINAL_ONLY.lstrip()}).book
    assert book is not None
    assert {name: (rule.on_edit, rule.status) for name, rule in book.rules.items()} == {
        "x": ("rematch", "shadow"),
        "y": ("rematch", "live"),
    }
    assert (rule("any_of: [a1]").on_edit, rule("any_of: [a1]").status) == ("correct", "live")


def test_a_regex_may_stand_wherever_a_rule_names_terms_in_company_and_in_what_never_counts() -> None:
    entities = (
        "vigie: entities/1\nx: {name: Wendy, type: org, weak: {names: [Sherman], with: [/a1+/]}, never: [/b1+/]}\n"
    )
    regex = Term("/a1+/", "regex", "a1+")
    found = rule("any_of: [/a1+/]\n  none_of: ['/b{2}/']\n  near: {within: 2, all_of: [/a1+/]}")
    assert (found.any_of, found.none_of, found.near) == (
        (regex,),
        (Term("/b{2}/", "regex", "b{2}"),),
        Near(2, all_of=(regex,)),
    )
    book = read({"e.yaml": entities, "t.yaml": TERMINAL_ONLY.lstrip()}).book
    assert book is not None
    assert book.entities["x"].weak == Weak(terms("Sherman"), (regex,))
    assert book.entities["x"].never == (Term("/b1+/", "regex", "b1+"),)


def test_a_name_that_is_spelled_otherwise_where_it_never_counts_is_told_at_that_key() -> None:
    text = "vigie: entities/1\nx: {name: Otan, type: org, names: {en: [NATO2]}, never: [nato2]}\n"
    faults = read({"e.yaml": text, "t.yaml": TERMINAL_ONLY.lstrip()}).faults
    assert [str(fault.place) for fault in faults if fault.code == "never_counts"] == ["e.yaml:2:50"]


def test_reading_leaves_the_collector_of_garbage_as_it_was() -> None:
    for turn in (gc.disable, gc.enable):
        turn()
        was_on = gc.isenabled()
        read({"r.yaml": "vigie: rules/1\nx: {any_of: [a1]}\n"})
        assert gc.isenabled() == was_on


def test_digits_in_a_word_belong_to_no_alphabet() -> None:
    assert rule("any_of: [С300, Ж-2б]").any_of == terms("С300", "Ж-2б")
