"""The forms of an entity: what each of its names finds besides itself, what may be mistaken for it, who uses it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from monitor.core.book import Book, references
from monitor.core.engine.terms import Capitals, needles
from monitor.core.naming.names import collisions, outlines, respells, spellings, stems
from monitor.core.naming.outline import outline
from monitor.core.rule import Entity, EntityType, Form, Term, Variants
from monitor.core.text import normal

Role = Literal["name", "alias", "weak"]
Likeness = Literal["same", "spelling", "part"]


@dataclass(frozen=True, slots=True)
class Clash:
    """A name of another entity that is the same, is found as another `spelling` of this one, or that has it as a part.

    What is said of the first two holds of both entities; of a part only that this entity is found inside the other's
    name.
    """

    entity: str
    name: str
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class NameForms:
    """One name of an entity.

    `cases`: of each of its words that is declined, the word and its other forms. `spellings` are those that houses use;
    more are found. `guarded`: other spellings are asked for and not looked for, since they would say too little.
    `capitals` is what the text must show. `words` are ordinary words and others' names that are found as its spellings.
    """

    written: str
    form: Form
    role: Role
    capitals: Capitals
    cases: tuple[tuple[str, ...], ...] = ()
    spellings: tuple[str, ...] = ()
    guarded: bool = False
    words: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """Where an entity is named: a rule or, as company, an entity; and under which key."""

    section: Literal["rules", "entities"]
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class EntityForms:
    """An entity, its names as they are found, its weak names' `company`, the spans that `never` count, its uses."""

    name: str
    title: str
    type: EntityType
    variants: Variants
    names: tuple[NameForms, ...]
    company: tuple[str, ...]
    never: tuple[str, ...]
    uses: tuple[Use, ...]


def forms_of(book: Book, name: str) -> EntityForms:
    """Say of an entity of a book by which forms it is found."""
    entity = book.entities[name]
    others = _others(book, name)
    return EntityForms(
        name=name,
        title=entity.title,
        type=entity.type,
        variants=entity.variants,
        names=tuple(_forms(term, role, entity, others) for term, role in _names(entity)),
        company=tuple(term.written for term in entity.weak.company) if entity.weak else (),
        never=tuple(term.written for term in entity.never),
        uses=tuple(_uses(book, name)),
    )


def _names(entity: Entity) -> Iterator[tuple[Term, Role]]:
    yield Term(entity.title, "plain", entity.title), "name"
    yield from ((term, "alias") for term in entity.names)
    yield from ((term, "weak") for term in (entity.weak.names if entity.weak else ()))


def _forms(term: Term, role: Role, entity: Entity, others: "_Others") -> NameForms:
    capitals: Capitals = next((needle.capitals for needle in needles(term)), "")
    declined = term.form == "plain" and entity.variants != "written"
    respelt = term.form == "plain" and entity.variants == "translit"
    looked_for = outlines(term.text) if respelt else ()
    return NameForms(
        written=term.written,
        form=term.form,
        role=role,
        capitals=capitals,
        cases=_cases(term.text) if declined else (),
        spellings=_other_spellings(term.text) if looked_for else (),
        guarded=respelt and not looked_for,
        words=collisions(term.text) if looked_for else (),
        clashes=tuple(_clashes(term, looked_for, entity, others)),
    )


def _cases(name: str) -> tuple[tuple[str, ...], ...]:
    """List the words that are declined, each with its other forms, with a capital where they are names."""
    return tuple(tuple(form.capitalize() for form in stem.forms) for stem in stems(name) if len(stem.endings) > 1)


def _other_spellings(name: str) -> tuple[str, ...]:
    return tuple(spelling for spelling in spellings(name) if spelling != name)


@dataclass(frozen=True, slots=True)
class _Other:
    """A name of another entity, folded, and its outline."""

    entity: str
    name: str
    folded: str
    outline: str


_Others = tuple[_Other, ...]


def _others(book: Book, name: str) -> _Others:
    return tuple(
        _Other(other.name, term.text, normal(term.text), outline(term.text))
        for other in book.entities.values()
        if other.name != name
        for term, _ in _names(other)
    )


def _clashes(term: Term, looked_for: tuple[str, ...], entity: Entity, others: _Others) -> Iterator[Clash]:
    folded = normal(term.text)
    excluded = {normal(never.text) for never in entity.never}
    for other in others:
        if other.folded == folded:
            yield Clash(other.entity, other.name, "same")
        elif other.outline in looked_for and respells(term.text, other.name):
            yield Clash(other.entity, other.name, "spelling")
        elif folded and f" {folded} " in f" {other.folded} " and other.folded not in excluded:
            yield Clash(other.entity, other.name, "part")


def _uses(book: Book, name: str) -> Iterator[Use]:
    for section, used, path in references(book):
        if section == "entities" and used == name:
            where: Literal["rules", "entities"] = "rules" if path[0] == "rules" else "entities"
            yield Use(where, str(path[1]), " ".join(map(str, path[2:-1])))
