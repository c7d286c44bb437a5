"""What the engine tells, beside what cases and the oracle hold it to: who is asked, and its limits."""

import pytest

from monitor.core.book import Book
from monitor.core.engine.judge import MOST_HITS
from monitor.core.engine.scan import REACH
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Entity, Near, Rule, Status, Term, Weak, Where


def term(written: str) -> Term:
    if written.startswith("$"):
        return Term(written, "entity", written[1:])
    return Term(written, "prefix", written[:-1]) if written.endswith("*") else Term(written, "plain", written)


def terms(*written: str) -> tuple[Term, ...]:
    return tuple(map(term, written))


def engine(*rules: Rule, entities: tuple[Entity, ...] = ()) -> Matcher:
    return Matcher(
        Book(rules={rule.name: rule for rule in rules}, entities={entity.name: entity for entity in entities})
    )


def hits(matcher: Matcher, text: str) -> list[tuple[str, str]]:
    findings = matcher.findings(Entry("live", "a", text=text))
    return [(hit.text, hit.how) for finding in findings for hit in finding.hits]


def test_the_rules_that_are_met_are_known_without_their_hits() -> None:
    matcher = engine(*(Rule(name, any_of=terms(word)) for name, word in (("b", "Otan"), ("a", "Otan"), ("c", "ONU"))))
    entry, gone = Entry("live", "a", text="l'Otan"), Entry("live", "a", text="l'Otan", deleted=True)
    assert sorted(matcher.met(entry)) == ["a", "b"]
    assert {matcher.names[number] for number in matcher.numbers(entry)} == {"a", "b"}
    assert (matcher.met(gone), matcher.numbers(gone)) == ([], set())


@pytest.mark.parametrize(("status", "runs"), [("draft", False), ("shadow", True), ("live", True), ("retired", False)])
def test_a_rule_runs_if_it_is_live_or_in_shadow_and_is_explained_in_any_case(status: Status, runs: bool) -> None:  # noqa: FBT001 - one of two columns
    matcher, entry = engine(Rule("r", any_of=terms("Otan"), status=status)), Entry("live", "a", text="l'Otan")
    assert bool(matcher.findings(entry)) == runs
    assert matcher.explain(entry, "r").met


def test_of_two_names_at_one_place_the_first_way_in_which_it_was_found_is_told() -> None:
    riabkov = Entity("r", "Рябков", "person", terms("Рябкова", "Riabkov"), variants="translit")
    matcher = engine(Rule("r", any_of=terms("$r")), entities=(riabkov,))
    assert hits(matcher, "Рябков, Рябкова, Рябкову, Ryabkov, Riabkov") == [
        ("Рябков", "exact"),
        ("Рябкова", "alias"),
        ("Рябкову", "inflected"),
        ("Ryabkov", "variant"),
        ("Riabkov", "alias"),
    ]


def test_of_very_many_places_the_first_ones_are_told_and_explained_alike() -> None:
    otan, onu = terms("Otan", "ONU")
    matcher = engine(Rule("r", any_of=(otan,), near=Near(1, any_of=(onu,))))
    entry = Entry("live", "a", title="ONU", text="Otan ONU " * 20_000)
    (finding,) = matcher.findings(entry)
    assert len(finding.hits) == MOST_HITS
    assert [(hit.field, hit.start) for hit in finding.hits[:4]] == [("title", 0), ("text", 0), ("text", 5), ("text", 9)]
    assert matcher.explain(entry, "r").hits == finding.hits


RIABKOV = Entity("riabkov", "Riabkov", "person", never=terms("char Riabkov"), variants="translit")
ALIASES = Entity("aliases", "alias0", "thing", terms(*(f"alias{number}" for number in range(1, 10_000))))
FRIENDS = (
    Entity("one", "Einstein", "thing", weak=Weak(terms("eins"), terms("$two"))),
    Entity("two", "Zweistein", "thing", weak=Weak(terms("zwei"), terms("$one"))),
)


@pytest.mark.parametrize(
    ("wanted", "text", "told"),
    [
        ("Otan", "l'Otan " * 700_000, MOST_HITS),
        ("US", "US " * 350_000, 0),
        ("US", "US GO HOME " * 100_000, 0),
        ("us*", "us " * 350_000, MOST_HITS),
        ("US", "the US and " * 20_000, MOST_HITS),
        ("Trump", "Trumps’ " * 500_000, MOST_HITS),
        ("Trump", "".join(f"Tr{number}s’ " for number in range(100_000)), 0),
        ("New START", "New, START " * 50_000, 0),
        ("$riabkov", "Ryabkov " * 150_000, MOST_HITS),
        ("$riabkov", "char Riabkov " * 50_000, 0),
        ("$aliases", "alias9999 " * 50_000, MOST_HITS),
        ("$one", "eins zwei " * 50_000, 0),
        ("$one", "Zweistein " + "eins zwei " * 50_000, MOST_HITS),
        ("Otan", "O" + "\u0301" * 1_000_000 + "tan", 1),
        ("Otan", "\ud800\0\u202eOtan\udfff " * 50_000, MOST_HITS),
        ("mot " * 200_000, "mot " * 200_000, 1),
        (f"{'m' * 1_000_000}*", "m" * 1_000_001, 1),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_no_text_takes_long_or_fills_the_memory(wanted: str, text: str, told: int) -> None:
    matcher = engine(
        Rule("r", any_of=(Term(wanted[:9], term(wanted).form, term(wanted).text),)),
        entities=(RIABKOV, ALIASES, *FRIENDS),
    )
    assert len(hits(matcher, text)) == told


def test_a_possessive_is_found_as_far_back_as_the_scan_reaches() -> None:
    name = " ".join(["mot"] * (REACH // 4 - 1))
    assert hits(engine(Rule("r", any_of=terms(name))), f"un {name}s’ {name}s") == [(name, "exact")]
    longer = f"{name} mot mot mot"
    assert hits(engine(Rule("r", any_of=terms(longer))), f"un {longer}s’") == []


def test_a_rule_of_a_feed_without_terms_is_tried_on_every_entry() -> None:
    matcher = engine(Rule("r", only_in=Where(feed=("live",))), Rule("s", none_of=terms("Otan")))
    assert [finding.rule for finding in matcher.findings(Entry("live", "a", text="rien"))] == ["r"]
