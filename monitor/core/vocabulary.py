"""All terms of a book as the engine looks for them: the needles that each has, and the patterns that show them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from monitor.core.book import Book
from monitor.core.rule import Entity, How, Rule, Term
from monitor.core.scan import Scan
from monitor.core.terms import Needle, needles


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
    """A needle as the name of an entity; of those at one place the lowest `rank` says how it was found."""

    rank: int
    how: How
    needle: Needle


ByPattern = Mapping[int, tuple[Named, ...]]


class Names(NamedTuple):
    """The names of one entity, by the numbers of their patterns."""

    strong: ByPattern
    weak: ByPattern


class Vocabulary:
    """All terms of a book, compiled into one scan."""

    def __init__(self, book: Book) -> None:
        self.entities = book.entities
        self.needles: dict[Term, tuple[Needle, ...]] = {}
        self.numbers: dict[str, int] = {}
        self.loose: dict[int, tuple[Needle, ...]] = {}
        self._names: dict[str, Names] = {}
        for term in _words(book):
            if term not in self.needles:
                self._enter(term)
        self.loose_names = self._loose_names()
        self.scan = Scan(self.numbers)

    def number(self, needle: Needle) -> int:
        """Give the number of the pattern that shows a needle."""
        return self.numbers[needle.pattern]

    def names(self, entity: Entity) -> Names:
        """Give the names of an entity; by pattern, for one with thousands is looked at as quickly as one with two.

        Made for those that are seen, and kept: of a large book most never are.
        """
        if entity.name not in self._names:
            strong = (own_name(entity), *entity.names)
            weak = entity.weak.names if entity.weak else ()
            self._names[entity.name] = Names(self._by_pattern(strong), self._by_pattern(weak, 1))
        return self._names[entity.name]

    def _by_pattern(self, terms: Iterable[Term], rank: int = 0) -> ByPattern:
        found: dict[int, tuple[Named, ...]] = {}
        for place, term in enumerate(terms, rank):
            for needle in self.needles[term]:
                named = Named(place, "alias" if place else "exact", needle)
                found[self.number(needle)] = (*found.get(self.number(needle), ()), named)
        return found

    def _enter(self, term: Term) -> None:
        self.needles[term] = made = needles(term)
        for needle in made:
            number = self.numbers.setdefault(needle.pattern, len(self.numbers))
            if needle.loose:
                self.loose[number] = (*self.loose.get(number, ()), needle)

    def _loose_names(self) -> Mapping[int, tuple[Needle, ...]]:
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
