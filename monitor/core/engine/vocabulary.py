"""All terms of a book as the engine looks for them: the needles that each has, and the patterns that show them."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import NamedTuple

from monitor.core.book import Book
from monitor.core.engine.declined import Declined, declined
from monitor.core.engine.regular import Regular, regular
from monitor.core.engine.respelt import Respelt, Romanisations, respelt
from monitor.core.engine.scan import Scan
from monitor.core.engine.terms import Needle, needles
from monitor.core.rule import Entity, How, Rule, Term

AnyNeedle = Needle | Regular | Declined | Respelt

HOW: tuple[How, ...] = ("exact", "alias", "inflected", "variant")
"""Of two names found at one place the first of these is told."""


def own_name(entity: Entity) -> Term:
    """Make a term of an entity's name: it is one like the others."""
    return Term(entity.title, "plain", entity.title)


def names_of(entity: Entity) -> tuple[Term, ...]:
    """List all terms by which an entity is found, weak ones last."""
    weak = entity.weak.names if entity.weak else ()
    return (own_name(entity), *entity.names, *weak)


def terms_of(rule: Rule) -> tuple[Term, ...]:
    """List all terms of a rule, whatever they are for."""
    near = (*rule.near.any_of, *rule.near.all_of) if rule.near else ()
    none_near = (*rule.none_near.any_of, *rule.none_near.all_of) if rule.none_near else ()
    return (*rule.any_of, *rule.all_of, *rule.none_of, *near, *none_near)


class Named(NamedTuple):
    """A needle as a name of an entity: what is found at one place by several has been found as the first says."""

    rank: tuple[int, int]
    how: How
    needle: AnyNeedle


ByPattern = Mapping[int, tuple[Named, ...]]
"""Needles by the numbers of their patterns; under LATE those that are not scanned for."""

LATE = -1


class Names(NamedTuple):
    """The names of one entity, and the spans in which they do not count."""

    strong: ByPattern
    weak: ByPattern
    never: ByPattern


class Vocabulary:
    """All terms of a book, compiled into one scan."""

    def __init__(self, book: Book, at_once: Collection[str] = ()) -> None:
        """Compile; the entities named `at_once` are looked for in other romanisations in every text."""
        self.entities = book.entities
        self.numbers: dict[str, int] = {}
        self.loose: dict[int, tuple[AnyNeedle, ...]] = {}
        self._needles: dict[Term, tuple[Needle | Regular, ...]] = {}
        self._declined: dict[Term, tuple[Declined, ...]] = {}
        self._respelt: dict[Term, tuple[Respelt, ...]] = {}
        self.shapes: dict[str, frozenset[bytes]] = {}  # by entity those of its names that are looked for respelt
        self._respellings: dict[str, tuple[Respelt, ...]] = {}
        self._names: dict[str, Names] = {}
        for term in _words(book):
            if term not in self._needles:
                self._needles[term] = (regular(term),) if term.form == "regex" else needles(term)
                self._enter(self._needles[term])
        for entity in book.entities.values():
            self._decline(entity)
            self._respell(entity)
        self.scan = Scan(self.numbers)
        self.romanisations = self._romanisations(at_once)
        self.loose_names = self._loose_names()

    def numbers_of(self, needle: AnyNeedle) -> tuple[int, ...]:
        """Give the numbers of the patterns that show a needle; none of one that only a look at the text finds."""
        return tuple(map(self.numbers.__getitem__, needle.patterns))

    def needles(self, term: Term) -> tuple[AnyNeedle, ...]:
        """List the needles of a term that patterns show, those of all its names if it is an entity.

        What else may show an entity are its other romanisations, if they are not looked for in every text.
        """
        if term.form != "entity":
            return self._needles[term]
        entity = self.entities[term.text]
        found = tuple(chain.from_iterable(self._inflected(name, entity) for name in names_of(entity)))
        is_at_once = self.romanisations is not None and entity.name in self._at_once
        return found + self.respelt(entity) if is_at_once else found

    def respelt(self, entity: Entity) -> tuple[Respelt, ...]:
        """List the needles of an entity's other romanisations."""
        return self._respellings.get(entity.name, ())

    def names(self, entity: Entity) -> Names:
        """Give the names of an entity; by pattern, for one with thousands is looked at as quickly as one with two.

        Made for those that are seen, and kept: of a large book most never are.
        """
        if entity.name not in self._names:
            strong = enumerate((own_name(entity), *entity.names))
            weak = enumerate(entity.weak.names if entity.weak else (), 1)
            self._names[entity.name] = Names(
                strong=self._by_pattern((place, self._named(name, entity)) for place, name in strong),
                weak=self._by_pattern((place, self._named(name, entity)) for place, name in weak),
                never=self._by_pattern((1, self._inflected(term, entity)) for term in entity.never),
            )
        return self._names[entity.name]

    def _named(self, name: Term, entity: Entity) -> tuple[AnyNeedle, ...]:
        return self._inflected(name, entity) + self._romanised(name, entity)

    def _inflected(self, term: Term, entity: Entity) -> tuple[AnyNeedle, ...]:
        found: tuple[AnyNeedle, ...] = self._needles[term]
        return found if entity.variants == "written" else found + self._declined[term]

    def _romanised(self, name: Term, entity: Entity) -> tuple[Respelt, ...]:
        return self._respelt[name] if entity.variants == "translit" else ()

    def _by_pattern(self, names: Iterable[tuple[int, tuple[AnyNeedle, ...]]]) -> ByPattern:
        found: dict[int, list[Named]] = {}
        for place, made in names:
            for needle in made:
                how: How = "alias" if place and needle.how == "exact" else needle.how
                is_scanned = not isinstance(needle, Respelt) and needle.patterns
                for number in self.numbers_of(needle) if is_scanned else (LATE,):
                    found.setdefault(number, []).append(Named((HOW.index(how), place), how, needle))
        return {number: tuple(named) for number, named in found.items()}

    def _decline(self, entity: Entity) -> None:
        """Make the other cases of an entity's names, and of the spans in which they do not count."""
        for term in (*names_of(entity), *entity.never) if entity.variants != "written" else ():
            if term not in self._declined:
                self._declined[term] = declined(term)
                self._enter(self._declined[term])

    def _respell(self, entity: Entity) -> None:
        names = names_of(entity) if entity.variants == "translit" else ()
        for name in names:
            if name not in self._respelt:
                self._respelt[name] = respelt(name)
        found = tuple(dict.fromkeys(chain.from_iterable(map(self._respelt.__getitem__, names))))
        if names:
            self._respellings[entity.name] = found
            self.shapes[entity.name] = frozenset[bytes]().union(*(needle.shapes for needle in found))

    def _romanisations(self, at_once: Collection[str]) -> Romanisations | None:
        self._at_once = frozenset(at_once)
        found = tuple(dict.fromkeys(one for name in at_once for one in self.respelt(self.entities[name])))
        self._enter(found)  # what stands for them among the patterns is not scanned for, and numbered last
        return Romanisations(found) if found else None

    def _enter(self, made: Iterable[AnyNeedle]) -> None:
        for needle in made:
            for pattern in needle.patterns:
                number = self.numbers.setdefault(pattern, len(self.numbers))
                if needle.loose:
                    self.loose[number] = (*self.loose.get(number, ()), needle)

    def _loose_names(self) -> Mapping[int, tuple[AnyNeedle, ...]]:
        """List, of the needles in scripts without word ends, those that are names."""
        if not self.loose:
            return {}
        names = {name for entity in self.entities.values() for name in names_of(entity)}
        kept = {pattern: tuple(one for one in found if one.term in names) for pattern, found in self.loose.items()}
        return {pattern: found for pattern, found in kept.items() if found}


def _words(book: Book) -> Iterator[Term]:
    """List all terms of a book but its entities, some of them more than once."""
    for rule in book.rules.values():
        yield from (term for term in terms_of(rule) if term.form != "entity")
    for entity in book.entities.values():
        yield from names_of(entity)
        yield from entity.never
        yield from (term for term in (entity.weak.company if entity.weak else ()) if term.form != "entity")
