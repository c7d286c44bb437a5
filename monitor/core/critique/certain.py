"""What is certain of terms before any text is read: which are found wherever others are, and how long they are."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.core.engine.terms import Needle, needles
from monitor.core.engine.vocabulary import names_of, own_name
from monitor.core.rule import Entity, Term

_LONG = 8  # words that a part of a phrase has at most to be looked up
_CYRILLIC = range(0x0400, 0x0530)


@dataclass(frozen=True, slots=True)
class _Reach:
    """What a term finds for certain: patterns by the gaps between their words, and beginnings of words."""

    patterns: Mapping[str, frozenset[tuple[str, ...]]]
    beginnings: tuple[str, ...]


class Certain:
    """What is certain of the terms of a book with these entities; what cannot be proved is not."""

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self._entities = entities
        self._needles: dict[str, tuple[Needle, ...]] = {}
        self._reaches: dict[tuple[str, ...], tuple[_Reach, ...]] = {}
        self._numbers: dict[tuple[str, ...], int] = {}
        self._known: dict[tuple[str, int], bool] = {}

    def holding(self, terms: Iterable[Term], others: tuple[Term, ...]) -> list[bool]:
        """Tell of each term whether every place of it holds a place of one of the others."""
        written = tuple(other.written for other in others)
        same, number = set(written), self._numbers.setdefault(written, len(self._numbers))
        return [term.written in same or self._holds(term, others, written, number) for term in terms]

    def lying(self, terms: Iterable[Term], others: tuple[Term, ...]) -> list[bool]:
        """Tell of each term, not an entity, whether every place of it lies in a place of one of the others."""
        reaches = self._reach(others, tuple(other.written for other in others))
        found = map(self.needles, terms) if others else (() for _ in terms)
        return [bool(own) and all(any(_fills(reach, one) for reach in reaches) for one in own) for own in found]

    def is_lost(self, term: Term) -> bool:
        """Tell whether a term is an entity of whose names that need no company none ever counts."""
        entity = self._entities.get(term.text) if term.form == "entity" else None
        if entity is None or not entity.never or _varies(entity):
            return False
        return all(self.lying((own_name(entity), *entity.names), entity.never))

    def _holds(self, term: Term, others: tuple[Term, ...], written: tuple[str, ...], number: int) -> bool:
        if (term.written, number) not in self._known:
            own = self.needles(term)
            reaches = self._reach(others, written) if own else ()
            held = bool(own) and all(any(_holds(reach, needle) for reach in reaches) for needle in own)
            self._known[term.written, number] = held
        return self._known[term.written, number]

    def needles(self, term: Term) -> tuple[Needle, ...]:
        """List all forms in which a term is found; none where other forms may be found as well, or it is a regex."""
        if term.written not in self._needles:
            self._needles[term.written] = tuple(self._all_needles(term))
        return self._needles[term.written]

    def _all_needles(self, term: Term) -> Iterator[Needle]:
        names: tuple[Term, ...] = (term,)
        if term.form == "entity":
            entity = self._entities.get(term.text)
            names = names_of(entity) if entity and not _varies(entity) else ()
        if all(name.form != "regex" for name in names):
            yield from (needle for name in names for needle in needles(name))

    def _reach(self, terms: tuple[Term, ...], written: tuple[str, ...]) -> tuple[_Reach, ...]:
        if written not in self._reaches:
            plain = tuple(term for term in terms if term.form not in {"entity", "regex"})
            entities = [term for term in terms if term.form == "entity"] if len(terms) > 1 else []
            of_entities = (reach for term in entities for reach in self._reach((term,), (term.written,)))
            names = plain or self._strong_names(terms[0] if terms else None)
            self._reaches[written] = (_new_reach(names), *of_entities)
        return self._reaches[written]

    def _strong_names(self, term: Term | None) -> tuple[Term, ...]:
        entity = self._entities.get(term.text) if term and term.form == "entity" else None
        return (own_name(entity), *entity.names) if entity and not entity.never else ()


def words(needle: Needle) -> tuple[str, ...]:
    """List the words of a needle; of a prefix the last is but a beginning."""
    return tuple(needle.pattern.split())


def _new_reach(names: Iterable[Term]) -> _Reach:
    patterns: dict[str, frozenset[tuple[str, ...]]] = {}
    beginnings = []
    for needle in (needle for name in names for needle in needles(name)):
        if needle.strict or needle.loose:
            continue  # more is asked for than its words
        if needle.term.form == "prefix":
            beginnings += [needle.pattern] * (not needle.gaps)
        else:
            patterns[needle.pattern] = patterns.get(needle.pattern, frozenset()) | {needle.gaps}
    return _Reach(patterns, tuple(beginnings))


def _fills(reach: _Reach, needle: Needle) -> bool:
    is_one_word = not needle.gaps and needle.term.form != "prefix"
    if is_one_word and needle.pattern.startswith(reach.beginnings):
        return True
    return needle.gaps in reach.patterns.get(needle.pattern, ())


def _holds(reach: _Reach, needle: Needle) -> bool:
    if needle.loose:
        return False
    if any(beginning in needle.pattern for beginning in reach.beginnings):
        return True
    parts = words(needle)
    whole = len(parts) - (needle.term.form == "prefix")
    return any(
        needle.gaps[first : last - 1] in reach.patterns.get(f" {' '.join(parts[first:last])} ", ())
        for first in range(whole)
        for last in range(first + 1, min(whole, first + _LONG) + 1)
    )


def _varies(entity: Entity) -> bool:
    """Tell whether names are found in forms that are not written: other romanisations, case endings."""
    if entity.variants == "off":
        return any(ord(letter) in _CYRILLIC for name in names_of(entity) for letter in name.text)
    return entity.variants == "translit"
