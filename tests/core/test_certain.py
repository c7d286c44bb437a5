"""What is said to be certain of terms is so in every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.book import Book
from monitor.core.critique.certain import Certain
from monitor.core.critique.sense import entity_sense, rule_sense
from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.core.match import Matcher
from monitor.core.rule import Entity, Near, Rule, Term, Variants, Weak, Where


def term(written: str) -> Term:
    if written.startswith("/"):
        return Term(written, "regex", written[1:-1])
    if written.startswith("$"):
        return Term(written, "entity", written[1:])
    if written.startswith("="):
        return Term(written, "exact", written[1:])
    return Term(written, "prefix", written[:-1]) if written.endswith("*") else Term(written, "plain", written)


def terms(*written: str) -> tuple[Term, ...]:
    return tuple(map(term, written))


ENTITIES = {
    "otan": Entity("otan", "Otan", "org", terms("NATO alliance"), variants="written"),
    "geneve": Entity("geneve", "Genève", "place", terms("Женева")),
    "riabkov": Entity("riabkov", "Riabkov", "person", variants="translit"),
    "sherman": Entity("sherman", "Sherman", "person", never=terms("char Sherman"), variants="written"),
    "weak": Entity("weak", "Wendy", "person", weak=Weak(terms("Sherman"), terms("$otan")), variants="off"),
    "lost": Entity("lost", "Otan", "org", terms("Vice ministre"), never=terms("otan", "vice-ministre"), variants="off"),
    "prefixed": Entity("prefixed", "Otanien", "org", never=terms("otan*"), variants="off"),
}
CERTAIN = Certain(ENTITIES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Otan", "Otan"),
        ("Otan", "otan"),
        ("=Otan", "otan"),
        ("arme nucléaire", "nucléaire"),
        ("l'arme nucléaire russe", "arme nucléaire"),
        ("arme-nucléaire", "arme nucléaire"),
        ("Müller", "Müll*"),
        ("négociateurs", "négoc*"),
        ("négociateur*", "négoc*"),
        ("chef négociat*", "chef"),
        ("/a+b/", "/a+b/"),
        ("$otan", "$otan"),
        ("$riabkov", "$riabkov"),
        ("Otan", "$otan"),
    ],
)
def test_some_terms_are_found_wherever_another_is(one: str, other: str) -> None:
    assert CERTAIN.holding(terms(one), terms(other)) == [True]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nucléaire", "arme nucléaire"),
        ("Otan", "=Otan"),
        ("otan", "ONU"),
        ("onu", "ONU"),
        ("C++", "C#"),
        ("Müller", "Muller"),
        ("U.S.", "S"),
        ("négoc*", "négociateur"),
        ("chef négociat*", "négociat"),
        ("arme nucléaire", "arme-/nucléaire"),
        ("l'arme", "l arme"),
        ("東京都", "東京"),
        ("/abc/", "abc"),
        ("abc", "/abc/"),
        ("$riabkov", "Riabkov"),
        ("$geneve", "Genève"),
        ("Sherman", "$sherman"),
        ("Sherman", "$weak"),
        ("$nobody", "Otan"),
        ("Otan", "$nobody"),
        ("un deux trois quatre cinq six sept huit neuf", "un deux trois quatre cinq six sept huit neuf dix"),
    ],
)
def test_what_cannot_be_proved_is_not_certain(one: str, other: str) -> None:
    assert CERTAIN.holding(terms(one), terms(other)) == [False]


def test_several_terms_may_hold_together_what_none_of_them_holds_alone() -> None:
    assert CERTAIN.holding(terms("$otan"), terms("Otan")) == [False]
    assert CERTAIN.holding(terms("$otan", "Otan"), terms("otan", "alliance", "/x/", "$riabkov")) == [True, True]


@pytest.mark.parametrize(("name", "lost"), [("lost", True), ("prefixed", True), ("sherman", False), ("otan", False)])
def test_an_entity_is_lost_whose_names_all_lie_in_what_never_counts(name: str, lost: bool) -> None:  # noqa: FBT001
    assert CERTAIN.is_lost(term(f"${name}")) is lost
    assert not CERTAIN.is_lost(term(name))


WORDS = st.sampled_from(["a", "bb", "Bb", "é", "ONU", "Müller", "mueller", "U.S.", "東京", "東", "C++", "ж", "bbée"])
JOINTS = st.sampled_from([" ", "-", "'", ", ", "+", ""])
PHRASES = st.lists(st.tuples(WORDS, JOINTS), min_size=1, max_size=3).map(lambda parts: "".join(map("".join, parts)))
TERMS = st.one_of(
    PHRASES.map(str.strip).filter(lambda text: not text.startswith(("=", "$"))).map(term),
    PHRASES.map(lambda text: term(f"={text.strip()}")),
    st.sampled_from(["bbée*", "muel*", "a bb*", "Mül*"]).map(term),
)
NAMED = st.builds(
    lambda name, names, weak, never, variants: Entity("e", name, "org", tuple(names), weak, tuple(never), variants),
    PHRASES.map(str.strip),
    st.lists(TERMS, max_size=2),
    st.none() | st.builds(lambda name, company: Weak((name,), (company,)), TERMS, TERMS),
    st.lists(TERMS, max_size=1),
    st.sampled_from(["written", "off"]),
)


@given(TERMS | st.just(term("$e")), st.lists(TERMS | st.just(term("$e")), min_size=1, max_size=3), NAMED, PHRASES)
def test_what_is_certain_is_so_in_every_text(one: Term, others: list[Term], entity: Entity, text: str) -> None:
    holds = all(Certain({"e": entity}).holding((one,), tuple(others)))
    rules = {"one": Rule("one", any_of=(one,)), "others": Rule("others", any_of=tuple(others))}
    matcher = Matcher(Book(entities={"e": entity}, rules=rules))
    for shown in (text, f"{text} {one.text}", f"x, {one.text} {text} {entity.title}"):
        met = {finding.rule for finding in matcher.findings(Entry(feed="f", identity="i", text=shown))}
        assert not holds or "one" not in met or "others" in met


def sense(rule: Rule) -> list[tuple[tuple[str | int, ...], str]]:
    return [(found.path, found.code) for found in rule_sense(rule, Book(entities=ENTITIES), CERTAIN)]


@pytest.mark.parametrize(
    ("near", "within"),
    [
        (terms("New START", "Traité Ciel ouvert", "Forces nucléaires intermédiaires"), 2),
        (terms("New START", "OSCE", "Ciel ouvert"), 1),
        (terms("a1", "b2", "c3"), 1),
        (terms(*(f"mot{letter}" for letter in "abcdefghijklmnop")), 7),
    ],
)
def test_a_near_has_room_for_all_its_terms_or_says_so(near: tuple[Term, ...], within: int) -> None:
    fits = Rule("r", any_of=terms("Otan"), near=Near(within, all_of=near))
    assert sense(fits) == []
    if within > 1:
        narrow = Rule("r", any_of=terms("Otan"), near=Near(within - 1, all_of=near))
        assert sense(narrow) == [(("near", "within"), "never_near")]
    one_side = Rule("r", any_of=terms("Otan"), near=Near(within, all_of=near, order="after"))
    assert sense(one_side) == [(("near", "within"), "never_near")]


@pytest.mark.parametrize(
    "near", [("Otan", "Otan Russie"), ("négoc*", "x"), ("東京", "x"), ("/a/", "x"), ("$riabkov", "x")]
)
def test_terms_that_may_stand_in_one_place_always_have_room(near: tuple[str, ...]) -> None:
    assert sense(Rule("r", any_of=terms("x"), near=Near(1, all_of=terms(*near, "un deux trois quatre")))) == []


@pytest.mark.parametrize(
    ("within", "spoiler", "spoilt"),
    [(5, Near(5, terms("Otan", "OSCE")), True), (5, Near(4, terms("Otan", "OSCE")), False)],
)
def test_a_near_that_none_near_takes_away_is_told(within: int, spoiler: Near, spoilt: bool) -> None:  # noqa: FBT001
    any_of = Rule("r", any_of=terms("x"), near=Near(within, terms("Otan", "OSCE")), none_near=spoiler)
    all_of = Rule("r", any_of=terms("x"), near=Near(within, (), terms("Otan", "y")), none_near=spoiler)
    for rule in (any_of, all_of):
        assert sense(rule) == ([(("near",), "never_near")] if spoilt else [])


def test_a_longer_near_term_asks_more_of_what_takes_it_away() -> None:
    near = Near(5, terms("chef de la négociation"))
    for within, told in ((7, []), (8, [(("near",), "never_near")])):
        assert sense(Rule("r", any_of=terms("x"), near=near, none_near=Near(within, terms("négoc*")))) == told


@pytest.mark.parametrize(("variants", "codes"), [("written", ["cannot_match"]), ("translit", ["never_counts"] * 2)])
def test_names_that_never_count_are_told_of_an_entity(variants: Variants, codes: list[str]) -> None:
    entity = Entity("e", "Riabkov", "person", terms("Serge"), never=terms("riabkov", "Serge"), variants=variants)
    assert [found.code for found in entity_sense(entity, Certain({"e": entity}))] == codes


def test_a_rule_whose_feeds_all_have_a_topic_that_it_refuses_is_never_met() -> None:
    feeds = {name: Feed(name, f"https://example.org/{name}", topic=(name, "Sport")) for name in ("ski", "stade")}
    for topic, codes in (("sport", ["cannot_match"]), ("ski", [])):
        feed, refused = Where(feed=("ski", "stade")), Where(topic=(topic,))
        rule = Rule("r", any_of=terms("Otan"), only_in=feed, not_in=refused)
        assert [found.code for found in rule_sense(rule, Book(feeds=feeds), CERTAIN)] == codes
    unknown = Rule("r", any_of=terms("Otan"), only_in=Where(feed=("ski", "x")), not_in=Where(topic=("sport",)))
    assert list(rule_sense(unknown, Book(feeds=feeds), CERTAIN)) == []


def test_company_that_is_never_there_is_told() -> None:
    entity = Entity("e", "Wendy Sherman", "person", weak=Weak(terms("Sherman"), terms("$lost", "$prefixed")))
    assert [found.code for found in entity_sense(entity, CERTAIN)] == ["never_in_company"]
