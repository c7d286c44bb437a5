"""Why a rule is met or not, in words: the same conditions as the live engine's, all of them looked at."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter
from typing import get_args

from monitor.core.book import Book
from monitor.core.engine.judge import Condition, Key, Look, judge, told
from monitor.core.engine.sight import Sight
from monitor.core.engine.spans import Cover, Place
from monitor.core.engine.terms import Needle
from monitor.core.engine.vocabulary import HOW, names_of, terms_of
from monitor.core.rule import Entity, Field, Hit, Rule, Term
from monitor.core.why.almost import Words
from monitor.core.why.lacking import Lack, lack
from monitor.core.why.saying import listed

LONGER = "it is part of a longer name"


@dataclass(frozen=True, slots=True)
class Tried:
    """One condition of a rule: met or not, what was found for it or came nearest, and the same in words."""

    key: Key
    met: bool
    hits: tuple[Hit, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Uncounted:
    """What looks like a term of the rule and does not count, and why."""

    hit: Hit
    why: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether an entry meets a rule, and why; `lacks` is the first thing that lacks (empty where the rule is met)."""

    rule: str
    met: bool
    conditions: tuple[Tried, ...]
    hits: tuple[Hit, ...]
    lacks: str
    uncounted: tuple[Uncounted, ...]


def explain(rule: Rule, sight: Sight, words: Words, book: Book) -> Explanation:
    """Try all conditions of a rule, also those behind one that is not met; `words` are those of the sight."""
    look = Look(rule, sight)
    conditions = tuple(judge(rule, sight, book.feeds.get(sight.entry.feed)))
    places = None if sight.entry.deleted else told(conditions)
    lacks = tuple(Lack("") if condition.met else lack(condition, look) for condition in conditions)
    uncounted = {term: tuple(_uncounted(term, look, book)) for term in terms_of(rule)}
    for term in (term for lacking in lacks for term in lacking.terms):
        uncounted[term] = uncounted[term] or tuple(_almost(term, look, words, book))
    return Explanation(
        rule=rule.name,
        met=places is not None,
        conditions=tuple(_tried(*each, look) for each in zip(conditions, lacks, strict=True)),
        hits=tuple(map(sight.hit, places or ())),
        lacks=_lacks(zip(conditions, lacks, strict=True), uncounted) if places is None else "",
        uncounted=tuple(dict.fromkeys(one for found in uncounted.values() for one in found)),
    )


def _lacks(tried: Iterable[tuple[Condition, Lack]], uncounted: Mapping[Term, tuple[Uncounted, ...]]) -> str:
    first = next((lack for condition, lack in tried if not condition.met), None)
    if first is None:
        return "the entry was deleted"
    closest = next((one for term in first.terms for one in uncounted[term]), None)
    return f"{first.says} ({closest.hit.text} does not count: {closest.why})" if closest else first.says


def _tried(condition: Condition, lacking: Lack, look: Look) -> Tried:
    hits = tuple(map(look.sight.hit, condition.places or lacking.places))
    return Tried(condition.key, condition.met, hits, lacking.says or ", ".join(dict.fromkeys(hit.text for hit in hits)))


def _uncounted(term: Term, look: Look, book: Book) -> Iterator[Uncounted]:
    """List what looks like a term, or a name of an entity, and does not count for this rule."""
    sight, is_unwanted = look.sight, term in look.rule.none_of
    entity = book.entities[term.text] if term.form == "entity" else None
    for place, why in sight.refused(term):
        yield Uncounted(sight.refused_hit(_named(place, entity)), why)
    counted = Cover(sight.places(term) if is_unwanted else look.places(term))
    reasons = _Reasons(entity, look, frozenset(get_args(Field)) if is_unwanted else look.fields)
    for place in _best(_named(place, entity) for place in sight.found(term)):
        if not counted.holds(place):
            yield Uncounted(sight.hit(place), reasons.of(place))


def _named(place: Place, entity: Entity | None) -> Place:
    """Say of a place to which entity it would belong, and as what it was found."""
    if entity is None:
        return place
    needle = place.needle
    is_alias = needle.how == "exact" and needle.term.written != entity.title
    return place._replace(entity=entity.name, how="alias" if is_alias else needle.how)


def _best(places: Iterable[Place]) -> Iterable[Place]:
    """Of what was found several times at one place take what is nearest to how it is written."""
    best: dict[tuple[int, int], Place] = {}
    for place in places:
        known = best.setdefault((place.start, place.end), place)
        if HOW.index(place.how) < HOW.index(known.how):
            best[place.start, place.end] = place
    return best.values()


def _almost(term: Term, look: Look, words: Words, book: Book) -> Iterator[Uncounted]:
    """List what nearly is a term that is nowhere, or a name of an entity that is not."""
    entity = book.entities[term.text] if term.form == "entity" else None
    for name in names_of(entity) if entity else (term,):
        for one in (entity and words.respelt(name, entity)) or words.almost(name):
            place = Place(one.start, one.end, Needle(name, ""), entity.name if entity else "", "variant")
            yield Uncounted(look.sight.hit(place), one.why)


class _Reasons:
    """Why places do not count that were found; of each in log n: a text may name an entity a hundred thousand times."""

    def __init__(self, entity: Entity | None, look: Look, fields: Collection[Field]) -> None:
        self._look, self._fields = look, fields
        ordered = sorted(look.sight.grounds(entity) if entity else (), key=attrgetter("start"))
        self._starts = [ground.start for ground in ordered]
        self._farthest = list(accumulate(ordered, _farther))
        self._lonely = entity.weak if entity and entity.weak and not look.sight.in_company(entity) else None

    def of(self, place: Place) -> str:
        """Say why a place does not count."""
        if ground := self._never(place):
            return f"it stands in {ground}, which never counts"
        if self._lonely and place.needle.term in self._lonely.names:
            return f"it is a weak name, and there is no {listed((term.written for term in self._lonely.company), 'or')}"
        field = self._look.sight.field(place)
        return f"it stands in the {field}, where the rule does not look" if field not in self._fields else LONGER

    def _never(self, place: Place) -> str:
        """Give the words in which a place lies and so does not count; nothing if it does."""
        before = bisect_right(self._starts, place.start)
        is_within = before and place.end <= self._farthest[before - 1].end
        return self._look.sight.hit(self._farthest[before - 1]).text if is_within else ""


def _farther(one: Place, other: Place) -> Place:
    return one if one.end >= other.end else other
