"""Which rules a change may make tell otherwise; what the others tell is the same."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from monitor.core.book import Book
from monitor.core.feed import Feed
from monitor.core.hindsight.affected import affected, narrowed
from monitor.core.match import Matcher
from monitor.core.route import Route
from monitor.core.rule import Entity, Example, Rule, Weak, Where
from tests.core.worlds import case, term

FEED = Feed("fil", "https://fil.example/", topic=("diplomatie",))
BOOK = Book(
    feeds={"fil": FEED},
    entities={
        "sherman": Entity(
            "sherman", "Wendy Sherman", "person", weak=Weak((term("Sherman"),), (term("$riabkov"), term("Otan")))
        ),
        "riabkov": Entity("riabkov", "Sergueï Riabkov", "person"),
        "geneve": Entity("geneve", "Genève", "place"),
        "pekin": Entity("pekin", "北京", "place"),
    },
    rules={
        "otan": Rule("otan", any_of=(term("Otan"),)),
        "sherman": Rule("sherman", any_of=(term("$sherman"),)),
        "topic": Rule("topic", any_of=(term("Onu"),), only_in=Where(topic=("diplomatie",))),
        "chine": Rule("chine", any_of=(term("北"),), send=("mail",)),
        "draft": Rule("draft", any_of=(term("$geneve"),), status="draft"),
    },
    routes={"fallback": Route("fallback", ("desk",)), "mail": Route("mail", ("mail",))},
)


def with_rule(**changed: object) -> Book:
    return replace(BOOK, rules={**BOOK.rules, "otan": replace(BOOK.rules["otan"], **changed)})  # type: ignore[arg-type]


def with_entity(name: str, **changed: object) -> Book:
    entity = replace(BOOK.entities[name], **changed)  # type: ignore[arg-type]
    return replace(BOOK, entities={**BOOK.entities, name: entity})


CHANGES: dict[str, tuple[Callable[[], Book], tuple[str, ...]]] = {
    "nothing": (lambda: BOOK, ()),
    "a term": (lambda: with_rule(any_of=(term("NATO"),)), ("otan",)),
    "a scope": (lambda: with_rule(once=replace(BOOK.rules["otan"].once, per="feed")), ("otan",)),
    "a title, a severity, examples": (
        lambda: with_rule(title="Otan", severity="high", examples=(Example("Otan", met=True),)),
        (),
    ),
    "a route of the same channels": (
        lambda: replace(with_rule(send=("other",)), routes={**BOOK.routes, "other": Route("other", ("desk",))}),
        (),
    ),
    "a route": (
        lambda: replace(BOOK, routes={**BOOK.routes, "mail": Route("mail", ("desk",))}),
        ("chine",),
    ),
    "an entity": (lambda: with_entity("sherman", title="Wendy R. Sherman"), ("sherman",)),
    "the company of an entity": (lambda: with_entity("riabkov", names=(term("Riabkov"),)), ("sherman",)),
    "an entity of a draft only": (lambda: with_entity("geneve", names=(term("Geneva"),)), ()),
    "a longer name in a script without word ends": (lambda: with_entity("pekin", names=(term("北京市"),)), ("chine",)),
    "the topic of a feed": (lambda: replace(BOOK, feeds={"fil": replace(FEED, topic=("sport",))}), ("topic",)),
    "the address of a feed": (lambda: replace(BOOK, feeds={"fil": replace(FEED, url="https://b.example/")}), ()),
    "a draft that goes live": (
        lambda: replace(BOOK, rules={**BOOK.rules, "draft": replace(BOOK.rules["draft"], status="live")}),
        ("draft",),
    ),
    "a rule that becomes a shadow": (lambda: with_rule(status="shadow"), ("otan",)),
    "a rule that is gone": (lambda: narrowed(BOOK, set(BOOK.rules) - {"otan", "topic"}), ("otan", "topic")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_affects_the_rules_that_depend_on_it(what: str) -> None:
    changed, names = CHANGES[what]
    assert affected(BOOK, changed()) == names
    assert affected(changed(), BOOK) == names


def test_a_narrowed_book_keeps_what_its_rules_depend_on() -> None:
    book = narrowed(BOOK, ["sherman", "nobody"])
    assert set(book.rules) == {"sherman"}
    assert set(book.entities) == {"sherman", "riabkov", "pekin"}


@settings(max_examples=300, deadline=None, phases=[Phase.generate])
@given(st.integers(0, 2**60))
def test_rules_find_in_a_narrowed_book_what_they_find_in_the_whole(seed: int) -> None:
    book, entry = case(Random(seed))
    found = Matcher(book).findings(entry)
    for name in book.rules:
        mine = tuple(finding for finding in found if finding.rule == name)
        assert Matcher(narrowed(book, [name])).findings(entry) == mine
