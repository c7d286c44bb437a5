"""What nearly is a term, and what keeps it from being one."""

import pytest

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Entity, Rule, Term, Variants
from monitor.core.text import fold
from monitor.core.why.almost import MOST, MOST_LOOKS, Words


def plain(written: str) -> Term:
    return Term(written, "plain", written)


def almost(written: str, text: str) -> list[tuple[str, str]]:
    folded = fold(text)
    found = Words(folded).almost(plain(written))
    return [(text[slice(*folded.span(one.start, one.end))], one.why) for one in found]


@pytest.mark.parametrize(
    ("term", "text", "found", "why"),
    [
        ("négociation", "les Négociations", "Négociations", "it is a longer word - négociation* would find it"),
        ("paix froide", "la paix froides", "paix froides", "it is a longer word - paix froide* would find it"),
        ("négociation", "la négotiation", "négotiation", "it is written otherwise"),
        ("négociation", "la négocation", "négocation", "it is written otherwise"),
        ("négociation", "la négociatiion", "négociatiion", "it is written otherwise"),
        ("cessez-le-feu", "un cesez-le-feu", "cesez-le-feu", "it is written otherwise"),
        (
            "cessez-le-feu",
            "deux cessez-le-feux",
            "cessez-le-feux",
            "it is a longer word - a term of its own would find it",
        ),
        ("Otan Gen", "Otan Genf", "Otan Genf", "it is a longer word - a term of its own would find it"),
        ("прекращение огня", "с прекращением огня", "прекращением огня", "it is written otherwise"),
        ("Riabkov", "Riabkow", "Riabkow", "it is written otherwise"),
    ],
)
def test_another_ending_or_letter_nearly_is_the_term(term: str, text: str, found: str, why: str) -> None:
    assert almost(term, text) == [(found, why)]


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("Otan", "otage, optant, Otanisation"),
        ("UE", "UEs"),
        ("New START", "New York"),
        ("négociation", "un négociant"),
        ("le la", "le las"),
        ("paix froide", "paix"),
        ("paix froide", "la paix\0froides"),
        ("paix", "paix"),
    ],
)
def test_another_word_does_not(term: str, text: str) -> None:
    assert almost(term, text) == []


def test_only_plain_terms_nearly_are_there() -> None:
    assert Words(fold("négociations")).almost(Term("=négociation", "exact", "négociation")) == ()


def test_the_first_ones_are_told() -> None:
    assert len(almost("négociation", "négociations " * 9)) == MOST


def test_whoever_asks_too_much_is_told_nothing_more() -> None:
    words = Words(fold("négociant " * 1_000 + "négociations"))
    asked = [bool(words.almost(plain("négociation"))) for _ in range(MOST_LOOKS // 1_001 + 2)]
    assert asked[0]
    assert asked[-2:] == [False, False]


def lacks(text: str, variants: Variants, *names: str) -> str:
    entity = Entity("riabkov", "Sergueï Riabkov", "person", tuple(map(plain, names)), variants=variants)
    rule = Rule("r", any_of=(Term("$riabkov", "entity", "riabkov"),))
    engine = Matcher(Book(entities={"riabkov": entity}, rules={"r": rule}))
    return engine.explain(Entry("", "e", text=text), "r").lacks


def test_a_spelling_that_is_not_looked_for_is_named_with_what_would_find_it() -> None:
    assert lacks("M. Rjabkow", "off", "Riabkov") == (
        "there is no $riabkov (Rjabkow does not count: "
        "it is another spelling of Riabkov - variants: translit would find it)"
    )
    assert lacks("Sergej Rjabkow", "written") == (
        "there is no $riabkov (Sergej Rjabkow does not count: "
        "it is another spelling of Sergueï Riabkov - variants: translit would find it)"
    )


def test_a_spelling_without_a_capital_says_so_where_others_are_looked_for() -> None:
    assert lacks("un rjabkow", "translit", "Riabkov") == (
        "there is no $riabkov (rjabkow does not count: it is another spelling of Riabkov - it has no capital initial)"
    )


@pytest.mark.parametrize("text", ["un rjabkow", "Rbkv", "Sergej\0Rjabkow", "Sergueï"])
def test_what_is_no_spelling_is_not_named(text: str) -> None:
    assert lacks(text, "off") == "there is no $riabkov"


def test_what_may_be_another_spelling_of_a_term_is_no_business_of_one_without_names() -> None:
    assert Words(fold("Rjabkow")).respelt(Term("Riabk*", "prefix", "Riabk"), Entity("r", "R", "person")) == ()
