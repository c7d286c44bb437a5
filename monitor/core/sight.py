"""What one entry shows: every term of the book, found in one scan, and the entities that these make."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from ahocorasick_rs import AhoCorasick

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.rule import Entity, Field, Hit, How, Rule, Term
from monitor.core.spans import Cover, Place, Places, longest
from monitor.core.terms import Needle, extent, needles, refusal
from monitor.core.text import Folded, fold, is_loose


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


class Vocabulary:
    """All terms of a book, compiled into one scan."""

    def __init__(self, book: Book) -> None:
        self.entities = book.entities
        forms: dict[str, list[Needle]] = {}
        for term in dict.fromkeys(_words(book)):
            for needle in needles(term):
                forms.setdefault(needle.pattern, []).append(needle)
        self._needles = tuple(map(tuple, forms.values()))
        self._reach = max(map(len, forms), default=0)
        self._scan = AhoCorasick(list(forms), store_patterns=False)
        self.names = frozenset(term for entity in book.entities.values() for term in names_of(entity))

    def find(self, folded: Folded) -> tuple[dict[Term, list[Place]], list[tuple[Place, str]]]:
        """Find every term; and what looked like one, with why it is none."""
        found: dict[Term, list[Place]] = {}
        refused = []
        for place in self._looks(folded):
            needle = place.needle
            why = "" if needle.bare else refusal(needle, folded, place.start, place.end)
            if why:
                refused.append((replace(place, needle=replace(needle, lead="", trail="")), why))
            else:
                found.setdefault(needle.term, []).append(place)
        return found, refused

    def _looks(self, folded: Folded) -> Iterable[Place]:
        for pattern, start, end in self._scan.find_matches_as_indexes(folded.text, overlapping=True):
            for needle in self._needles[pattern]:
                yield _place(needle, folded.text, start, end)
        for possessive in folded.possessives:
            yield from self._before(possessive, folded.text)

    def _before(self, possessive: int, text: str) -> Iterable[Place]:
        """Find the terms that end before the s of a possessive: the text is read once more as if it stood apart."""
        first = max(0, possessive - self._reach)
        window = text[first:possessive] + " "
        for pattern, start, end in self._scan.find_matches_as_indexes(window, overlapping=True):
            if end == len(window):
                for needle in self._needles[pattern]:
                    yield _place(needle, text, first + start, first + end)


def _words(book: Book) -> Iterable[Term]:
    for rule in book.rules.values():
        yield from (term for term in terms_of(rule) if term.form != "entity")
    for entity in book.entities.values():
        yield from names_of(entity)
        yield from entity.never
        yield from (term for term in (entity.weak.company if entity.weak else ()) if term.form != "entity")


def _place(needle: Needle, text: str, start: int, end: int) -> Place:
    """Take the spaces off what the scan found; the place of a prefix is the whole word."""
    start += needle.pattern[0] == " "
    if needle.pattern[-1] == " ":
        end -= 1
    elif needle.term.form == "prefix" and not is_loose(text[end - 1]):
        end = text.index(" ", end)
    return Place(start, end, needle)


class Sight:
    """What one entry shows to the rules of a book; title and text are one stream of words, parted by NUL."""

    def __init__(self, vocabulary: Vocabulary, entry: Entry) -> None:
        self.entry = entry
        self.folded = fold(f"{entry.title}\0{entry.text}")
        self.found, self.refused = vocabulary.find(self.folded)
        self._vocabulary = vocabulary
        self._entities: dict[str, Places] = {}

    def places(self, term: Term) -> Places:
        """List where a term or an entity counts, in the order of the text."""
        if term.form != "entity":
            return self._apart(self.found.get(term, ()))
        if term.text not in self._entities:
            entity = self._vocabulary.entities[term.text]
            weak = self.weak(entity) if self.in_company(entity) else ()
            self._entities[term.text] = longest((*self.strong(entity), *weak))
        return self._entities[term.text]

    def strong(self, entity: Entity) -> Places:
        """List where an entity is found by names that need no company."""
        own = self._named(entity, (own_name(entity),), "exact")
        return self._counted(entity, (*own, *self._named(entity, entity.names, "alias")))

    def weak(self, entity: Entity) -> Places:
        """List where an entity is found by its weak names, in company or not."""
        names = entity.weak.names if entity.weak else ()
        return self._counted(entity, self._named(entity, names, "alias"))

    def in_company(self, entity: Entity) -> bool:
        """Tell whether a term or a strong name is there in whose company the entity's weak names count."""
        return entity.weak is not None and any(map(self._is_there, entity.weak.company))

    def never(self, entity: Entity) -> Cover:
        """Give the spans in which an entity does not count."""
        return Cover(place for term in entity.never for place in self.found.get(term, ()))

    def hit(self, place: Place) -> Hit:
        """Say where a place is in the entry as the source gave it."""
        start, end = extent(place.needle, self.folded, place.start, place.end)
        field = self.field(place)
        text = self.folded.original[start:end]
        if field == "text":
            start, end = start - len(self.entry.title) - 1, end - len(self.entry.title) - 1
        return Hit(field, start, end, text, place.needle.term.written, place.entity, place.how)

    def field(self, place: Place) -> Field:
        """Say in which field of the entry a place lies."""
        return "title" if self.folded.span(place.start, place.end)[0] < len(self.entry.title) else "text"

    def _is_there(self, company: Term) -> bool:
        if company.form == "entity":
            return bool(self.strong(self._vocabulary.entities[company.text]))
        return bool(self.places(company))

    def _named(self, entity: Entity, names: Iterable[Term], how: How) -> Places:
        places = (place for name in names for place in self.found.get(name, ()))
        return tuple(replace(place, entity=entity.name, how=how) for place in places)

    def _counted(self, entity: Entity, places: Places) -> Places:
        never = self.never(entity) if places else None
        return tuple(place for place in self._apart(places) if never is None or not never.holds(place))

    def _apart(self, places: Iterable[Place]) -> Places:
        """Leave out what lies in the longer name of an entity, in scripts without word ends."""
        return tuple(place for place in places if not (place.needle.loose and self._loose_names.outgrows(place)))

    @cached_property
    def has_loose(self) -> bool:
        """Tell whether any term was found in a script without word ends."""
        return any(place.needle.loose for places in self.found.values() for place in places)

    @cached_property
    def _loose_names(self) -> Cover:
        names = (places for term, places in self.found.items() if term in self._vocabulary.names)
        return Cover(place for places in names for place in places if place.needle.loose)
