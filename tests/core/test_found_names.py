"""Names of entities, as the engine finds them: in which cases, and in which other spellings."""

import pytest

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Entity, Rule, Term, Variants


def found(name: str, text: str, variants: Variants = "translit") -> list[str]:
    """List what is found of a name in a text, and as what."""
    rule = Rule("r", any_of=(Term("$x", "entity", "x"),))
    engine = Matcher(Book(entities={"x": Entity("x", name, "thing", variants=variants)}, rules={"r": rule}))
    findings = engine.findings(Entry("", "e", text=text))
    return [f"{text[hit.start : hit.end]} {hit.how}" for finding in findings for hit in finding.hits]


@pytest.mark.parametrize(
    ("name", "spelling"),
    [
        ("al-Sissi", "al-Sisi"),
        ("al-Sissi", "Al-Sisi"),
        ("el-Béchir", "al-Bashir"),
        ("ben Salmane", "bin Salman"),
        ("von der Leyen", "von der Leien"),
        ("riabkov", "Rjabkow"),
        ("Giorgi Margvelachvili", "Giorgi Margvelashvili"),
        ("Giorgi Margvelachvili", "Giorgi Margwelaschwili"),
        ("Giorgi Margvelachvili", "Георгий Маргвелашвили"),
    ],
)
def test_another_spelling_has_capitals_where_the_name_has_them(name: str, spelling: str) -> None:
    assert found(name, f"un {spelling}") == [f"{spelling} variant"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("al-Sissi", "al-sisi"), ("ben Salmane", "bin salman"), ("riabkov", "rjabkow"), ("Ali Riabkov", "ali Rjabkow")],
)
def test_without_those_capitals_it_is_none(name: str, text: str) -> None:
    assert found(name, text) == []


@pytest.mark.parametrize("text", ["Raﬁkow, Rjabkow", "Ǆ Rjabkow H H", "H H. Rjabkow", "ﬁn, Rjabkow", "Rjabkow"])
def test_another_spelling_is_found_beside_ligatures_and_words_that_leave_nothing(text: str) -> None:
    assert found("Riabkov", text) == ["Rjabkow variant"]


@pytest.mark.parametrize(
    ("text", "is_met"),
    [("gaz, Rjabkow", True), ("gaz, Riabkov", True), ("gaz, Rebkev", False), ("gaz, Paris", False), ("Rjabkow", False)],
)
def test_another_spelling_meets_a_rule_that_wants_a_word_beside_it(text: str, is_met: bool) -> None:  # noqa: FBT001
    rule = Rule("r", all_of=(Term("gaz", "plain", "gaz"), Term("$x", "entity", "x")))
    engine = Matcher(Book(entities={"x": Entity("x", "Riabkov", "person", variants="translit")}, rules={"r": rule}))
    assert engine.met(Entry("", "e", text=text)) == (["r"] if is_met else [])


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Министерство иностранных дел", "Министерства иностранных дел"),
        ("Министерство иностранных дел", "Министерством иностранных дел"),
        ("Косово", "Косову"),
        ("Приднестровье", "Приднестровьем"),
        ("Ким Чен Ын", "Ким Чен Ыном"),
        ("Лев Толстой", "Львом Толстым"),
        ("Лев Толстой", "Лев Толстого"),
    ],
)
def test_a_name_in_cyrillic_is_found_in_its_cases(name: str, form: str) -> None:
    assert found(name, f"с {form}", "off") == [f"{form} inflected"]


@pytest.mark.parametrize(
    ("name", "before", "spelling", "after"),
    [
        ("Riabkov", "北约", "Ryabkov", "会议"),
        ("Riabkov", "บ", "Rjabkow", ""),
        ("Nikita Khrouchtchev", "は", "Nikita Khruchtchev", "の"),
    ],
)
def test_another_spelling_is_found_where_it_touches_a_script_without_word_ends(
    name: str, before: str, spelling: str, after: str
) -> None:
    assert found(name, f"{before}{spelling}{after}") == [f"{spelling} variant"]
