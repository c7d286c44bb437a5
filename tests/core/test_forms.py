"""What an entity is found by, what may be mistaken for it, and who uses it."""

from monitor.core.book import Book
from monitor.core.rule import Entity, Near, Rule, Term, Weak
from monitor.core.why.forms import Clash, EntityForms, NameForms, Use, forms_of


def term(written: str) -> Term:
    if written.startswith("$"):
        return Term(written, "entity", written[1:])
    return Term(written, "prefix", written[:-1]) if written.endswith("*") else Term(written, "plain", written)


def terms(*written: str) -> tuple[Term, ...]:
    return tuple(map(term, written))


def forms(entity: Entity, *others: Entity, rules: tuple[Rule, ...] = ()) -> EntityForms:
    entities = {one.name: one for one in (entity, *others)}
    return forms_of(Book(entities=entities, rules={rule.name: rule for rule in rules}), entity.name)


def named(found: EntityForms, written: str) -> NameForms:
    return next(name for name in found.names if name.written == written)


SHERMAN = Entity(
    "sherman",
    "Wendy Sherman",
    "person",
    terms("Mme Sherman"),
    Weak(terms("Sherman"), terms("$riabkov", "diplomate")),
    terms("char Sherman"),
)
RIABKOV = Entity("riabkov", "Sergueï Riabkov", "person", terms("Riabkov", "Рябков"), variants="translit")


def test_an_entity_has_its_name_its_others_and_its_weak_ones() -> None:
    found = forms(SHERMAN, RIABKOV)
    assert [(name.written, name.role, name.form) for name in found.names] == [
        ("Wendy Sherman", "name", "plain"),
        ("Mme Sherman", "alias", "plain"),
        ("Sherman", "weak", "plain"),
    ]
    assert (found.name, found.title, found.type, found.variants) == ("sherman", "Wendy Sherman", "person", "off")
    assert (found.company, found.never) == (("$riabkov", "diplomate"), ("char Sherman",))


def test_an_entity_without_weak_names_wants_no_company() -> None:
    assert (forms(RIABKOV).company, forms(RIABKOV).never) == ((), ())


def test_a_name_in_cyrillic_has_case_endings_unless_only_what_is_written_counts() -> None:
    ((nominative, *cases),) = named(forms(RIABKOV), "Рябков").cases
    assert nominative == "Рябков"
    assert {"Рябкова", "Рябкову", "Рябковым", "Рябкове"} <= set(cases)
    assert named(forms(RIABKOV), "Riabkov").cases == ()
    written = Entity("riabkov", "Рябков", "person", variants="written")
    assert forms(written).names[0].cases == ()


def test_of_a_name_of_several_words_each_is_declined() -> None:
    (name,) = forms(Entity("lavrov", "Сергей Лавров", "person")).names
    assert [word[0] for word in name.cases] == ["Сергей", "Лавров"]
    assert "Лавровым" in name.cases[1]


def test_other_spellings_are_of_those_that_are_looked_for() -> None:
    found = forms(RIABKOV)
    assert {"Ryabkov", "Rjabkow", "Рябков"} <= set(named(found, "Riabkov").spellings) - {"Riabkov"}
    assert "Riabkov" in named(found, "Рябков").spellings
    assert "Riabkov" not in named(found, "Riabkov").spellings
    assert not any(name.guarded for name in found.names)
    off = forms(Entity("riabkov", "Riabkov", "person"))
    assert (off.names[0].spellings, off.names[0].guarded) == ((), False)


def test_a_name_of_which_too_little_would_be_left_is_not_looked_for_otherwise() -> None:
    found = forms(Entity("lu", "Lu", "person", terms("Riab*"), variants="translit"))
    assert [(name.written, name.guarded) for name in found.names] == [("Lu", True), ("Riab*", False)]


def test_words_that_are_taken_for_a_name_are_known() -> None:
    guterres = Entity("guterres", "Guterres", "person", variants="translit")
    assert "gouttières" in forms(guterres).names[0].words
    assert forms(Entity("guterres", "Guterres", "person")).names[0].words == ()


def test_abbreviations_want_capitals() -> None:
    found = forms(Entity("who", "WHO", "org", terms("OMS", "Organisation mondiale de la santé", "+")))
    assert [name.capitals for name in found.names] == ["all", "initial", "", ""]


def test_names_that_others_have_too_clash() -> None:
    namesakes = (
        Entity("tank", "char Sherman", "thing"),
        Entity("oaks", "Sherman Oaks", "place", terms("SHERMAN")),
        Entity("shermanov", "Shermanov", "person"),
    )
    found = forms(SHERMAN, *namesakes)
    assert named(found, "Sherman").clashes == (Clash("oaks", "Sherman Oaks", "part"), Clash("oaks", "SHERMAN", "same"))
    assert named(found, "Mme Sherman").clashes == ()


def test_a_name_that_another_writes_otherwise_clashes_where_other_spellings_are_found() -> None:
    other = Entity("other", "Rjabkow", "person")
    assert named(forms(RIABKOV, other), "Riabkov").clashes == (Clash("other", "Rjabkow", "spelling"),)
    assert forms(other, RIABKOV).names[0].clashes == ()


def test_a_name_without_a_letter_is_part_of_none() -> None:
    assert forms(Entity("plus", "+", "thing"), SHERMAN).names[0].clashes == ()


def test_whoever_uses_an_entity_is_named_with_the_key() -> None:
    rules = (
        Rule("talks", any_of=terms("$riabkov", "Otan"), near=Near(5, all_of=terms("$sherman"))),
        Rule("others", all_of=terms("Otan"), none_of=terms("$riabkov")),
    )
    found = forms(RIABKOV, SHERMAN, rules=rules)
    assert found.uses == (
        Use("entities", "sherman", "weak with"),
        Use("rules", "talks", "any_of"),
        Use("rules", "others", "none_of"),
    )
    assert forms(SHERMAN, RIABKOV, rules=rules).uses == (Use("rules", "talks", "near all_of"),)
    assert forms(RIABKOV).uses == ()
