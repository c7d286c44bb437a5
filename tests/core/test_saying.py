"""What a condition asks and how a hit was found, in words."""

import pytest

from monitor.core.engine.judge import Key
from monitor.core.rule import Entity, Hit, How, Near, Rule, Term, Weak, Where
from monitor.core.why.saying import asks, listed, way


def terms(*written: str) -> tuple[Term, ...]:
    return tuple(Term(word, "plain", word) for word in written)


@pytest.mark.parametrize(
    ("rule", "key", "says"),
    [
        (Rule("r", any_of=terms("Otan")), "any_of", "Otan"),
        (Rule("r", any_of=terms("Otan", "UE", "ONU")), "any_of", "Otan, UE or ONU"),
        (Rule("r", all_of=terms("Otan", "UE")), "all_of", "Otan and UE"),
        (Rule("r", none_of=terms("hockey", "golf")), "none_of", "no hockey or golf"),
        (Rule("r", near=Near(10, terms("Otan", "UE"))), "near", "at most 10 words from Otan or UE"),
        (
            Rule("r", near=Near(1, all_of=terms("Otan", "UE"), order="before")),
            "near",
            "at most 1 word from each of Otan and UE, standing before",
        ),
        (
            Rule("r", near=Near(2, terms("Otan", "ONU"), terms("UE", "G20"))),
            "near",
            "at most 2 words from Otan or ONU and from each of UE and G20",
        ),
        (Rule("r", near=Near(0, terms("Otan"), order="after")), "near", "at most 0 words from Otan, standing after"),
        (Rule("r", none_near=Near(3, terms("golf"))), "none_near", "no golf within 3 words"),
        (Rule("r", only_in=Where(language=("fr", "de"), field=("title",))), "in", "language fr or de; field title"),
        (Rule("r", not_in=Where(feed=("fil",), topic=("sport",))), "not_in", "feed fil; topic sport"),
    ],
)
def test_a_condition_says_what_it_asks(rule: Rule, key: Key, says: str) -> None:
    assert asks(rule, key) == says


@pytest.mark.parametrize(
    ("how", "term", "says"),
    [
        ("exact", "Sergueï Riabkov", "$riabkov, by its name"),
        ("alias", "Riabkov", "$riabkov, by its name Riabkov"),
        ("inflected", "Рябков", "$riabkov, a case ending of Рябков"),
        ("variant", "Riabkov", "$riabkov, another spelling of Riabkov"),
    ],
)
def test_a_hit_says_as_what_it_was_found(how: How, term: str, says: str) -> None:
    assert way(Hit("text", 0, 7, "x", term, "riabkov", how)) == says


def test_a_hit_of_a_term_is_that_term() -> None:
    assert way(Hit("text", 0, 4, "OTAN", "Otan")) == "Otan"


def test_a_weak_name_that_was_found_is_in_company() -> None:
    entity = Entity("sherman", "Wendy Sherman", "person", terms("Mme Sherman"), Weak(terms("Sherman"), terms("x")))
    assert way(Hit("text", 0, 7, "Sherman", "Sherman", "sherman", "alias"), entity) == (
        "$sherman, by its name Sherman (weak, but in company)"
    )
    assert way(Hit("text", 0, 7, "x", "Mme Sherman", "sherman", "alias"), entity) == "$sherman, by its name Mme Sherman"


def test_a_weak_name_that_does_not_count_is_not_in_company() -> None:
    entity = Entity("sherman", "Wendy Sherman", "person", weak=Weak(terms("Sherman"), terms("x")))
    hit = Hit("text", 0, 7, "Sherman", "Sherman", "sherman", "alias")
    assert way(hit, entity, counts=False) == "$sherman, by its name Sherman (weak)"


def test_of_a_long_list_the_first_are_named_and_the_others_counted() -> None:
    assert listed("abcdefgh", "or") == "a, b, c, d, e, f, g or h"
    assert listed("abcdefghij", "or") == "a, b, c, d, e, f, g, h or 2 more"
    assert listed("aba", "or") == "a or b"
    assert listed("", "or") == ""
