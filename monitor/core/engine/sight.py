"""What one entry shows to the rules of a book: patterns, found in one scan; where they stand when it is asked for."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from operator import itemgetter

from monitor.core.engine.initials import Capitalised
from monitor.core.engine.respelt import Respelt, Romanisations
from monitor.core.engine.spans import Cover, Place, Places, longest
from monitor.core.engine.terms import Looked, Needle, extent, refusal, stretch
from monitor.core.engine.vocabulary import LATE, AnyNeedle, ByPattern, Vocabulary
from monitor.core.entry import Entry
from monitor.core.rule import Entity, Field, Hit, How, Term
from monitor.core.text import fold

MOST_LOOKS = 100_000
"""Places of one needle in one entry that are looked at, the first ones: a text that is one word a million times over
must not fill the memory of whoever matches it."""

Refused = tuple[Place, str]
"""What looks like a term and is none, and why."""


class Sight:
    """What one entry shows to the rules of a book; title and text are one stream of words, parted by NUL."""

    def __init__(self, vocabulary: Vocabulary, entry: Entry) -> None:
        self.entry = entry
        self.folded = fold(f"{entry.title}\0{entry.text}", len(entry.title))
        self.seen = vocabulary.scan.seen(self.folded)
        self._vocabulary = vocabulary
        self._looked: dict[AnyNeedle, tuple[Places, tuple[Refused, ...]]] = {}
        self._counting: dict[Term, Places] = {}
        if vocabulary.romanisations:
            self._respell(vocabulary.romanisations)

    def shows(self, needle: AnyNeedle) -> bool:
        """Tell whether a needle stands anywhere whose pattern was seen; mostly its first place says so."""
        if isinstance(needle, Needle):
            _, start, end = self.seen[self._vocabulary.numbers[needle.pattern]]
            start, end = stretch(needle, self.folded, start, end)
            if not refusal(needle, self.folded, start, end):
                return True
        return bool(self._look(needle)[0])

    def places(self, term: Term) -> Places:
        """List where a term or an entity counts, in the order of the text."""
        places = self._counting.get(term)
        if places is None:
            places = self._counting[term] = self._places(term)
        return places

    def has_respelt(self, term: Term) -> bool:
        """Tell whether an entity counts that no pattern shows; mostly no word of the text is of its names' shapes."""
        if self._capitalised.shapes.isdisjoint(self._vocabulary.shapes[term.text]):
            return False
        needles = self._vocabulary.respelt(self._vocabulary.entities[term.text])
        return any(self._look(needle)[0] for needle in needles) and bool(self.places(term))

    def strong(self, entity: Entity) -> Places:
        """List where an entity is found by names that need no company."""
        return self._counted(entity, self._named(entity, self._vocabulary.names(entity).strong))

    def weak(self, entity: Entity) -> Places:
        """List where an entity is found by its weak names, in company or not."""
        return self._counted(entity, self._named(entity, self._vocabulary.names(entity).weak))

    def in_company(self, entity: Entity) -> bool:
        """Tell whether a term or a strong name is there in whose company the entity's weak names count."""
        return entity.weak is not None and any(map(self._is_there, entity.weak.company))

    def never(self, entity: Entity) -> Cover:
        """Give the ground on which an entity does not count."""
        return Cover(self.grounds(entity))

    def grounds(self, entity: Entity) -> Places:
        """List the spans in which an entity does not count."""
        return self._named(entity, self._vocabulary.names(entity).never)

    def found(self, term: Term) -> Places:
        """List where a term, or any name of an entity, stands, whether it counts or not."""
        return tuple(place for needle in self._shown(term) for place in self._look(needle)[0])

    def refused(self, term: Term) -> tuple[Refused, ...]:
        """List what looks like a term, or like a name of an entity, and is none."""
        return tuple(refused for needle in self._shown(term) for refused in self._look(needle)[1])

    def hit(self, place: Place) -> Hit:
        """Say where a place is in the entry as the source gave it."""
        if isinstance(place.needle, Needle):
            return self._hit(place, *extent(place.needle, self.folded, place.start, place.end))
        return self._hit(place, *self.folded.span(place.start, place.end))

    def refused_hit(self, place: Place) -> Hit:
        """Say where a place is that was refused, without the signs that may not be there."""
        start, end = self.folded.span(place.start, place.end)
        is_dotted = isinstance(place.needle, Needle) and place.needle.dotted
        return self._hit(place, start, end + (is_dotted and self.folded.original[end : end + 1] == "."))

    def field(self, place: Place) -> Field:
        """Say in which field of the entry a place lies."""
        return "title" if self.folded.span(place.start, place.end)[0] < len(self.entry.title) else "text"

    def _hit(self, place: Place, start: int, end: int) -> Hit:
        field = self.field(place)
        text = self.folded.original[start:end]
        if field == "text":
            start, end = start - len(self.entry.title) - 1, end - len(self.entry.title) - 1
        return Hit(field, start, end, text, place.needle.term.written, place.entity, place.how)

    def _places(self, term: Term) -> Places:
        if term.form != "entity":
            return self._apart(self.found(term))
        entity = self._vocabulary.entities[term.text]
        weak = self.weak(entity) if self.in_company(entity) else ()
        return longest((*self.strong(entity), *weak))

    def _shown(self, term: Term) -> Iterator[AnyNeedle]:
        numbers, seen = self._vocabulary.numbers, self.seen
        for needle in self._vocabulary.needles(term):
            if not needle.patterns or any(numbers[pattern] in seen for pattern in needle.patterns):
                yield needle
        if term.form == "entity":
            yield from self._vocabulary.respelt(self._vocabulary.entities[term.text])

    def _look(self, needle: AnyNeedle) -> tuple[Places, tuple[Refused, ...]]:
        if needle not in self._looked:
            looks = self._respelt(needle) if isinstance(needle, Respelt) else needle.looks(self.folded)
            self._looked[needle] = _sorted(needle, looks)
        return self._looked[needle]

    def _respelt(self, needle: Respelt) -> Iterable[Looked]:
        romanisations = self._vocabulary.romanisations
        if romanisations and needle in romanisations:  # it would have been seen
            return ()
        return needle.looks(self.folded, self._capitalised)

    @cached_property
    def _capitalised(self) -> Capitalised:
        return Capitalised(self.folded)

    def _respell(self, romanisations: Romanisations) -> None:
        """See the names that are spelt otherwise; where they stand is known at once."""
        for needle, looks in romanisations.seen(self.folded, self._capitalised).items():
            self._looked[needle] = _sorted(needle, looks)
            self.seen.update((number, (number, *looks[0][:2])) for number in self._vocabulary.numbers_of(needle))

    def _is_there(self, company: Term) -> bool:
        if company.form == "entity":
            return bool(self.strong(self._vocabulary.entities[company.text]))
        return bool(self.places(company))

    def _named(self, entity: Entity, names: ByPattern) -> Places:
        patterns = names.keys() & self.seen.keys() | ({LATE} & names.keys())
        named = sorted((one for pattern in patterns for one in names[pattern]), key=itemgetter(0))
        needles: dict[AnyNeedle, How] = {}
        for _, how, needle in named:
            needles.setdefault(needle, how)  # of a name that is given twice the first counts
        return tuple(
            Place(place.start, place.end, needle, entity.name, how)
            for needle, how in needles.items()
            for place in self._look(needle)[0]
        )

    def _counted(self, entity: Entity, places: Places) -> Places:
        if not (places and entity.never):
            return self._apart(places)
        never = self.never(entity)
        return tuple(place for place in self._apart(places) if not never.holds(place))

    def _apart(self, places: Places) -> Places:
        """Leave out what lies in the longer name of an entity, in scripts without word ends."""
        if not self.has_loose:
            return places
        return tuple(place for place in places if not (place.needle.loose and self._loose_names.outgrows(place)))

    @cached_property
    def has_loose(self) -> bool:
        """Tell whether any term was seen in a script without word ends."""
        return not self._vocabulary.loose.keys().isdisjoint(self.seen)

    @cached_property
    def _loose_names(self) -> Cover:
        loose = self._vocabulary.loose_names
        needles = (needle for pattern in loose.keys() & self.seen.keys() for needle in loose[pattern])
        return Cover(place for needle in needles for place in self._look(needle)[0])


def _sorted(needle: AnyNeedle, looks: Iterable[Looked]) -> tuple[Places, tuple[Refused, ...]]:
    found, refused = [], []
    for start, end, why in islice(looks, MOST_LOOKS):
        place = Place(start, end, needle)
        if why:
            refused.append((place, why))
        else:
            found.append(place)
    return tuple(found), tuple(refused)
