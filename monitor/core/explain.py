"""Why a rule is met or not, in words: the same conditions as the live engine's, all of them looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from monitor.core.almost import Words
from monitor.core.book import Book
from monitor.core.judge import Condition, Key, Look, joined, judge, told
from monitor.core.lacking import Lack, lack
from monitor.core.rule import Entity, Hit, Rule, Term
from monitor.core.saying import listed
from monitor.core.sight import Sight
from monitor.core.spans import Cover, Place
from monitor.core.terms import Needle
from monitor.core.vocabulary import names_of, terms_of


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
    sight = look.sight
    entity = book.entities[term.text] if term.form == "entity" else None
    name = entity.name if entity else ""
    for place, why in sight.refused(term):
        yield Uncounted(replace(sight.refused_hit(place), entity=name), why)
    counted = Cover(look.places(term))
    for place in joined((sight.found(term),)):
        if not counted.holds(place):
            yield Uncounted(replace(sight.hit(place), entity=name), _why(place, entity, look))


def _almost(term: Term, look: Look, words: Words, book: Book) -> Iterator[Uncounted]:
    """List what nearly is a term that is nowhere, or a name of an entity that is not."""
    entity = book.entities[term.text] if term.form == "entity" else None
    for name in names_of(entity) if entity else (term,):
        for one in (entity and words.respelt(name, entity)) or words.almost(name):
            place = Place(one.start, one.end, Needle(name, ""), entity.name if entity else "")
            yield Uncounted(look.sight.hit(place), one.why)


def _never(place: Place, entity: Entity, look: Look) -> str:
    """Give the words in which a place lies and so does not count; nothing if it does."""
    grounds = (ground for term in entity.never for ground in look.sight.found(term))
    around = (ground for ground in grounds if ground.start <= place.start and place.end <= ground.end)
    return next((look.sight.hit(ground).text for ground in around), "")


def _why(place: Place, entity: Entity | None, look: Look) -> str:
    ground = _never(place, entity, look) if entity else ""
    if ground:
        return f"it stands in {ground}, which never counts"
    if entity and entity.weak and place.needle.term in entity.weak.names and not look.sight.in_company(entity):
        return f"it is a weak name, and there is no {listed((term.written for term in entity.weak.company), 'or')}"
    if look.sight.field(place) not in look.fields:
        return f"it stands in the {look.sight.field(place)}, where the rule does not look"
    return "it is part of a longer name"
