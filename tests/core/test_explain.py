"""What is said of a rule that is not met, of examples that fail, and of what is found and does not count."""

from time import process_time

import pytest

from monitor.core.book import Book
from monitor.core.critique.examples import example_faults
from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.core.match import Matcher
from monitor.core.rule import Entity, Example, Near, Rule, Term, Weak, Where


def term(written: str) -> Term:
    if written.startswith("$"):
        return Term(written, "entity", written[1:])
    return Term(written, "prefix", written[:-1]) if written.endswith("*") else Term(written, "plain", written)


def terms(*written: str) -> tuple[Term, ...]:
    return tuple(map(term, written))


ENTITIES = {
    "sherman": Entity(
        "sherman",
        "Wendy Sherman",
        "person",
        weak=Weak(terms("Sherman"), terms("$riabkov", "diplomate")),
        never=terms("char Sherman"),
    ),
    "riabkov": Entity("riabkov", "Sergueï Riabkov", "person", terms("Riabkov")),
    "inde": Entity("inde", "印度", "place"),
    "indonesie": Entity("indonesie", "印度尼西亚", "place"),
}
NEAR = Near(2, any_of=terms("Genève", "Otan"))


def matcher(rule: Rule) -> Matcher:
    feeds = {"fil": Feed("fil", "https://fil.example/", language="fr", topic=("diplomatie",))}
    return Matcher(Book(feeds=feeds, entities=ENTITIES, rules={rule.name: rule}))


@pytest.mark.parametrize(
    ("rule", "text", "lacks"),
    [
        (Rule("r", any_of=terms("Otan", "UE")), "rien", "there is no Otan or UE"),
        (Rule("r", all_of=terms("Otan", "UE", "ONU")), "l'Otan", "there is no UE and no ONU"),
        (
            Rule("r", any_of=terms("Otan"), none_of=terms("hockey")),
            "Otan, Hockey",
            "there is Hockey, which none_of names",
        ),
        (Rule("r", any_of=terms("Riabkov"), near=NEAR), "Riabkov", "there is no Genève or Otan for it to be near to"),
        (
            Rule("r", any_of=terms("Riabkov"), near=NEAR),
            "Riabkov parle de la Genève, et l'Otan",
            "the nearest Genève is 3 words from Riabkov, within: 2",
        ),
        (
            Rule("r", any_of=terms("Riabkov"), near=Near(0, any_of=terms("Otan"))),
            "Riabkov, l'Otan",
            "the nearest Otan is 1 word from Riabkov, within: 0",
        ),
        (
            Rule("r", any_of=terms("Riabkov"), near=Near(1, all_of=terms("Otan", "Genève"))),
            "Otan Riabkov, un deux trois, Riabkov Genève",
            "near Riabkov stands Otan, but the nearest Genève is 4 words from Riabkov, within: 1",
        ),
        (
            Rule("r", any_of=terms("Riabkov"), near=Near(1, any_of=terms("Otan"), order="after")),
            "Otan Riabkov",
            "Otan stands before Riabkov, not after it",
        ),
        (
            Rule("r", any_of=terms("Otan"), none_near=Near(1, any_of=terms("hockey"))),
            "l'Otan du hockey",
            "hockey is 1 word from Otan, none_near within: 1",
        ),
        (
            Rule("r", any_of=terms("Otan"), none_near=Near(9, any_of=terms("hockey"))),
            "l'Otan du hockey; plus loin, bien plus loin l'Otan",
            "hockey is 6 words from Otan, none_near within: 9",
        ),
        (
            Rule("r", any_of=terms("Otan"), none_near=Near(0, any_of=terms("exercice Otan"))),
            "un exercice Otan",
            "Otan stands at exercice Otan, which none_near names",
        ),
        (
            Rule("r", any_of=terms("Otan"), none_of=terms("hockey", "golf")),
            "Otan, golf et hockey, golf",
            "there are hockey and golf, which none_of names",
        ),
        (
            Rule("r", any_of=terms("Riabkov"), near=Near(2, all_of=terms("Otan", "Genève", "UE"))),
            "Riabkov, l'Otan",
            "there is no Genève and no UE for it to be near to",
        ),
        (
            Rule("r", any_of=terms("Riabkov"), near=Near(2, any_of=terms("UE", "ONU"), all_of=terms("Genève", "G20"))),
            "Riabkov à Genève",
            "there is no UE or ONU and no G20 for it to be near to",
        ),
        (
            Rule("r", any_of=terms("Riabkov"), near=Near(1, any_of=terms("Otan"), order="before")),
            "l'Otan et aussi pour sa part Riabkov, Otan",
            "the nearest Otan stands 5 words before Riabkov, within: 1",
        ),
        (
            Rule("r", any_of=terms("Riabkov"), near=Near(1, any_of=terms("Otan"), order="before")),
            "Riabkov et l'Otan",
            "Otan stands after Riabkov, not before it",
        ),
        (
            Rule("r", any_of=terms("Sommet Otan"), near=Near(1, any_of=terms("Otan"))),
            "Le sommet Otan",
            "Otan stands at sommet Otan, not apart from it",
        ),
        (
            Rule("r", any_of=terms("Riabkov", "Lavrov"), near=Near(0, all_of=terms("Otan", "Genève"))),
            "Otan Riabkov a dit non; Lavrov, lui, dans son coin, pas loin de Genève",
            "near Riabkov stands Otan, but the nearest Genève is 11 words from Riabkov, within: 0",
        ),
        (
            Rule("r", any_of=terms("Otan Genève"), near=Near(0, all_of=terms("Otan", "UE"))),
            "Otan Genève, un, l'UE",
            "the nearest UE is 2 words from Otan Genève, within: 0",
        ),
        (
            Rule("r", all_of=terms("ONU", "Otan"), any_of=terms("Otan")),
            "onu, l'Otan",
            "there is no ONU (onu does not count: it has no capital initial)",
        ),
        (
            Rule("r", all_of=terms("US", "ONU")),
            "us ONU onu",
            "there is no US (us does not count: it is not all in capitals)",
        ),
        (
            Rule("r", any_of=terms("$sherman")),
            "Un char Sherman",
            "there is no $sherman (Sherman does not count: it stands in char Sherman, which never counts)",
        ),
        (
            Rule("r", any_of=terms("$sherman")),
            "Sherman",
            "there is no $sherman (Sherman does not count: it is a weak name, and there is no $riabkov or diplomate)",
        ),
        (Rule("r", any_of=terms("ONU")), "onu", "there is no ONU (onu does not count: it has no capital initial)"),
        (Rule("r", any_of=terms("US")), "Us", "there is no US (Us does not count: it is not all in capitals)"),
        (
            Rule("r", any_of=terms("US")),
            "US GO HOME",
            "there is no US (US does not count: its whole line is in capitals)",
        ),
        (
            Rule("r", any_of=terms("US")),
            "U.S.A.",
            "there is no US (U.S. does not count: it is part of a longer abbreviation)",
        ),
        (
            Rule("r", any_of=terms("New START")),
            "New, START",
            "there is no New START (New, START does not count: between its words stands ',')",
        ),
        (Rule("r", any_of=terms("C++")), "C", "there is no C++ (C does not count: its signs are not there)"),
        (
            Rule("r", any_of=(Term("=Mâcon", "exact", "Mâcon"),)),
            "maçon",
            "there is no =Mâcon (maçon does not count: it is not written exactly so)",
        ),
        (
            Rule("r", any_of=terms("$inde")),
            "印度尼西亚",
            "there is no $inde (印度 does not count: it is part of a longer name)",
        ),
        (
            Rule("r", any_of=terms("Otan"), only_in=Where(field=("title",))),
            "l'Otan",
            "there is no Otan (Otan does not count: it stands in the text, where the rule does not look)",
        ),
        (
            Rule("r", any_of=terms("Otan"), only_in=Where(language=("de", "en"))),
            "Otan",
            "its language is fr, not de or en",
        ),
        (Rule("r", any_of=terms("Otan"), only_in=Where(author=("X",))), "Otan", "its author is unknown, not X"),
        (Rule("r", any_of=terms("Otan"), not_in=Where(topic=("Diplomatie",))), "Otan", "its topic is diplomatie"),
        (Rule("r", any_of=terms("Otan"), not_in=Where(feed=("fil",))), "Otan", "its feed is fil"),
    ],
)
def test_the_first_thing_that_lacks_is_said(rule: Rule, text: str, lacks: str) -> None:
    explanation = matcher(rule).explain(Entry("fil", "entry", text=text), "r")
    assert (explanation.met, explanation.lacks) == (False, lacks)


def test_conditions_behind_one_that_is_not_met_are_tried_too() -> None:
    rule = Rule(
        "r",
        any_of=terms("Otan"),
        none_of=terms("hockey"),
        near=NEAR,
        none_near=Near(1, any_of=terms("Riabkov")),
        only_in=Where(feed=("fil",)),
        not_in=Where(language=("ru",)),
    )
    explanation = matcher(rule).explain(Entry("fil", "entry", text="hockey"), "r")
    assert [(condition.key, condition.met, condition.says) for condition in explanation.conditions] == [
        ("in", True, ""),
        ("not_in", True, ""),
        ("any_of", False, "there is no Otan"),
        ("none_near", False, "nothing was found"),
        ("none_of", False, "there is hockey, which none_of names"),
        ("near", False, "nothing was found for it to be near to"),
    ]


def test_a_met_rule_says_what_was_found_once() -> None:
    explanation = matcher(Rule("r", any_of=terms("Otan", "UE"))).explain(Entry("fil", "e", text="Otan, UE, Otan"), "r")
    assert explanation.met
    assert not explanation.lacks
    assert [condition.says for condition in explanation.conditions] == ["Otan, UE"]
    assert [hit.text for hit in explanation.hits] == ["Otan", "UE", "Otan"]


def test_a_near_miss_says_where_the_nearest_stand() -> None:
    rule = Rule("r", any_of=terms("Riabkov"), near=Near(0, any_of=terms("Otan")))
    explanation = matcher(rule).explain(Entry("fil", "e", title="Riabkov", text="et l'Otan"), "r")
    (near,) = (condition for condition in explanation.conditions if condition.key == "near")
    assert [(hit.field, hit.start, hit.text) for hit in near.hits] == [("title", 0, "Riabkov"), ("text", 5, "Otan")]


def test_a_miss_among_very_many_hits_is_explained_soon() -> None:
    rule = Rule("r", any_of=terms("a b"), near=Near(0, any_of=terms("b")), none_near=Near(0, any_of=terms("c")))
    assert not matcher(rule).explain(Entry("fil", "e", text="a b d " * 20_000), "r").met
    assert not matcher(rule).explain(Entry("fil", "e", text="a b c " * 20_000), "r").met


def test_very_many_hits_that_do_not_count_are_explained_soon() -> None:
    explaining, text = matcher(Rule("r", any_of=terms("$sherman"))), "un char Sherman. " * 20_000
    begun = process_time()
    explained = explaining.explain(Entry("fil", "1", "Sherman", text), "r")
    assert process_time() - begun < 10, "a look at all for each would take minutes"
    first, *others = explained.uncounted
    assert first.why == "it is a weak name, and there is no $riabkov or diplomate"
    assert {one.why for one in others} == {"it stands in char Sherman, which never counts"}
    assert len(others) == 20_000


def test_what_was_deleted_meets_no_rule() -> None:
    engine = matcher(Rule("r", any_of=terms("Otan")))
    gone = Entry("fil", "entry", text="Otan", deleted=True)
    assert engine.findings(gone) == ()
    assert engine.explain(gone, "r").lacks == "the entry was deleted"


def test_what_is_part_of_a_counted_name_is_not_called_uncounted() -> None:
    explanation = matcher(Rule("r", any_of=terms("$riabkov"))).explain(Entry("fil", "e", text="Sergueï Riabkov"), "r")
    assert explanation.uncounted == ()


def test_a_hit_says_how_it_was_found() -> None:
    engine = matcher(Rule("r", any_of=terms("$riabkov", "Otan")))
    (finding,) = engine.findings(Entry("fil", "e", title="Sergueï Riabkov", text="Riabkov, OTAN"))
    assert [(hit.field, hit.term, hit.entity, hit.how) for hit in finding.hits] == [
        ("title", "Sergueï Riabkov", "riabkov", "exact"),
        ("text", "Riabkov", "riabkov", "alias"),
        ("text", "Otan", "", "exact"),
    ]


def test_what_does_not_count_says_to_which_entity_it_would_belong() -> None:
    explanation = matcher(Rule("r", any_of=terms("$sherman", "US"))).explain(Entry("fil", "e", text="Sherman, us"), "r")
    assert [(one.hit.text, one.hit.entity) for one in explanation.uncounted] == [("Sherman", "sherman"), ("us", "")]


def test_what_does_not_count_says_as_what_it_was_found() -> None:
    never = terms("un Riabkov", "un Ryabkov", "о Рябкове", "о Рябков")
    book = Book(
        entities={"r": Entity("r", "Riabkov", "person", terms("Рябков"), never=never, variants="translit")},
        rules={"r": Rule("r", any_of=terms("$r"))},
    )
    explained = Matcher(book).explain(Entry("", "e", text="un Riabkov, un Ryabkov, о Рябков, о Рябкове"), "r")
    assert {(one.hit.text, one.hit.term, one.hit.how) for one in explained.uncounted} == {
        ("Riabkov", "Riabkov", "exact"),
        ("Ryabkov", "Riabkov", "variant"),
        ("Рябков", "Рябков", "alias"),
        ("Рябкове", "Рябков", "inflected"),
    }


def test_what_does_not_count_is_told_once_as_what_is_nearest_to_how_it_is_written() -> None:
    entity = Entity("r", "Рябков", "person", terms("Рябкова"), never=terms("о Рябкова"))
    book = Book(entities={"r": entity}, rules={"r": Rule("r", any_of=terms("$r"))})
    explained = Matcher(book).explain(Entry("", "e", text="о Рябкова"), "r")
    assert [(one.hit.term, one.hit.how) for one in explained.uncounted] == [("Рябкова", "alias")]


def test_what_only_nearly_is_there_is_not_found_as_written() -> None:
    explained = matcher(Rule("r", any_of=terms("Riabkov"))).explain(Entry("fil", "e", text="Riabkow"), "r")
    assert [(one.hit.text, one.hit.how) for one in explained.uncounted] == [("Riabkow", "variant")]


def test_what_none_of_names_counts_also_in_a_field_where_the_rule_does_not_look() -> None:
    rule = Rule("r", any_of=terms("Otan"), none_of=terms("Bern", "$sherman"), only_in=Where(field=("title",)))
    explained = matcher(rule).explain(Entry("fil", "e", title="L'Otan", text="Bern, Sherman"), "r")
    assert explained.lacks == "there is Bern, which none_of names"
    assert [(one.hit.text, one.why) for one in explained.uncounted] == [
        ("Sherman", "it is a weak name, and there is no $riabkov or diplomate")
    ]


def test_what_none_near_names_does_not_count_in_a_field_where_the_rule_does_not_look() -> None:
    near = Near(9, any_of=terms("Bern"))
    rule = Rule("r", any_of=terms("Otan"), none_near=near, only_in=Where(field=("title",)))
    explained = matcher(rule).explain(Entry("fil", "e", title="L'Otan", text="Bern"), "r")
    assert explained.met
    assert [(one.hit.text, one.why) for one in explained.uncounted] == [
        ("Bern", "it stands in the text, where the rule does not look")
    ]


def test_findings_come_in_the_order_of_the_rules_names() -> None:
    rules = {name: Rule(name, any_of=terms("Otan")) for name in ("b", "c", "a")}
    found = Matcher(Book(rules=rules)).findings(Entry("fil", "e", text="Otan"))
    assert [finding.rule for finding in found] == ["a", "b", "c"]


def test_a_book_without_rules_finds_nothing() -> None:
    assert Matcher(Book()).findings(Entry("fil", "e", text="Otan")) == ()


def test_a_rule_with_nothing_to_look_for_is_never_met() -> None:
    assert matcher(Rule("r", none_of=terms("hockey"))).findings(Entry("fil", "e", text="Otan")) == ()


EXAMPLES = (
    Example("l'Otan à Genève", met=True, spans=((2, 6),)),
    Example("l'Otan à Genève", met=True),
    Example("l'Otan", met=True, spans=((0, 6),)),
    Example("rien", met=True),
    Example("rien", met=False),
    Example("l'Otan, l'OTAN", met=False),
    Example("l'Otan", met=False, topic=("sport",)),
    Example("le sommet de l'Otan Russie", met=True, spans=((3, 26),)),
    Example("rien", title="l'Otan", met=True),
    Example("l'Otan", title="Otan", met=True, spans=((2, 6),)),
    Example("l'Otan", met=False, feed="fil", language="ru"),
)


def test_an_example_that_fails_says_what_came_nearest() -> None:
    rule = Rule(
        "r",
        any_of=terms("Otan", "sommet de l'Otan", "Otan Russie"),
        not_in=Where(topic=("sport",), language=("ru",)),
        examples=EXAMPLES,
    )
    assert example_faults(matcher(rule), rule) == (
        (2, "highlights otherwise: l'[[Otan]]"),
        (3, "should match, but does not - there is no Otan, sommet de l'Otan or Otan Russie"),
        (5, "should not match, but does: l'[[Otan]], l'[[OTAN]]"),
    )
