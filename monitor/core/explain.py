"""Why a rule is met or not, in words: the same conditions as the live engine's, all of them looked at."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from monitor.core.book import Book
from monitor.core.judge import Condition, Key, Look, joined, judge, told
from monitor.core.rule import Entity, Hit, Near, Rule, Term
from monitor.core.sight import Sight
from monitor.core.spans import Cover, Neighbours, Place, Places
from monitor.core.vocabulary import names_of, terms_of


@dataclass(frozen=True, slots=True)
class Tried:
    """One condition of a rule: met or not, what was found for it, and the same in words."""

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


def explain(rule: Rule, sight: Sight, book: Book) -> Explanation:
    """Try all conditions of a rule, also those behind one that is not met."""
    look = Look(rule, sight)
    conditions = tuple(judge(rule, sight, book.feeds.get(sight.entry.feed)))
    places = None if sight.entry.deleted else told(conditions)
    tried = tuple(_tried(condition, look) for condition in conditions)
    uncounted = {term: tuple(_uncounted(term, look, book)) for term in terms_of(rule)}
    return Explanation(
        rule=rule.name,
        met=places is not None,
        conditions=tried,
        hits=tuple(map(sight.hit, places or ())),
        lacks=_lacks(rule, tried, uncounted) if places is None else "",
        uncounted=tuple(dict.fromkeys(one for found in uncounted.values() for one in found)),
    )


def _lacks(rule: Rule, tried: tuple[Tried, ...], uncounted: Mapping[Term, tuple[Uncounted, ...]]) -> str:
    unmet = next((condition for condition in tried if not condition.met), None)
    if unmet is None:
        return "the entry was deleted"
    near = (*rule.near.any_of, *rule.near.all_of) if rule.near else ()
    looked_for = {"any_of": rule.any_of, "all_of": rule.all_of, "near": near}.get(unmet.key, ())
    closest = next((one for term in looked_for for one in uncounted[term]), None)
    return f"{unmet.says} ({closest.hit.text} does not count: {closest.why})" if closest else unmet.says


def _tried(condition: Condition, look: Look) -> Tried:
    hits = tuple(map(look.sight.hit, condition.places))
    says = ", ".join(dict.fromkeys(hit.text for hit in hits))
    if not condition.met:
        says = _MISSES[condition.key](condition, look)
    return Tried(condition.key, condition.met, hits, says)


def _misses_property(condition: Condition, _: Look) -> str:
    return " ".join(condition.lacks)


def _misses_any(_: Condition, look: Look) -> str:
    return f"there is no {_either(look.rule.any_of)}"


def _misses_all(condition: Condition, _: Look) -> str:
    return f"there is no {' and no '.join(condition.lacks)}"


def _has_unwanted(condition: Condition, look: Look) -> str:
    return f"there is {look.sight.hit(condition.places[0]).text}, which none_of names"


def _misses_away(_: Condition, look: Look) -> str:
    unwanted = joined(look.groups(look.rule.none_near or Near(0)))
    texts = dict.fromkeys(look.sight.hit(place).text for place in unwanted)
    return f"too near to what was found stands {', '.join(texts)}" if texts else "nothing was found"


def _misses_near(_: Condition, look: Look) -> str:
    near, main = look.rule.near or Near(0), joined(look.left(look.main()).values())
    groups = look.groups(near)
    if not main:
        return "nothing was found for it to be near to"
    if not all(groups):
        return f"there is no {_either(near.any_of or near.all_of)} for it to be near to"
    gaps = [_smallest_gap(main, group, near, look) for group in groups]
    if not all(gaps):
        return f"none of {_either(near.any_of + near.all_of)} stands {_SIDES[near.order]} what was found"
    words, place, found = max((gap for gap in gaps if gap), key=lambda gap: gap[0])
    if words <= near.within:
        return f"nothing that was found has all of {_either(near.all_of)} near to it"
    texts = look.sight.hit(found).text, look.sight.hit(place).text
    return f"the nearest {texts[0]} is {words} word{'s' if words > 1 else ''} from {texts[1]}, within: {near.within}"


def _smallest_gap(main: Places, group: Places, near: Near, look: Look) -> tuple[int, Place, Place] | None:
    side = Neighbours(group, look.sight.folded.word)
    nearest = (
        (place, side.nearest(place, before=near.order != "after", after=near.order != "before")) for place in main
    )
    return min(((gap[0], place, gap[1]) for place, gap in nearest if gap), key=lambda gap: gap[0], default=None)


def _either(terms: tuple[Term, ...]) -> str:
    return " or ".join(dict.fromkeys(term.written for term in terms))


_SIDES = {"any": "apart from", "before": "before", "after": "after"}
_MISSES: Mapping[Key, Callable[[Condition, Look], str]] = {
    "in": _misses_property,
    "not_in": _misses_property,
    "any_of": _misses_any,
    "all_of": _misses_all,
    "none_of": _has_unwanted,
    "none_near": _misses_away,
    "near": _misses_near,
}


def _uncounted(term: Term, look: Look, book: Book) -> Iterator[Uncounted]:
    """List what looks like a term, or a name of an entity, and does not count for this rule."""
    sight = look.sight
    entity = book.entities[term.text] if term.form == "entity" else None
    names = names_of(entity) if entity else (term,)
    for name in names:
        for place, why in sight.refused(name):
            yield Uncounted(sight.refused_hit(place), why)
    counted = Cover(look.places(term))
    for place in joined(map(sight.found, names)):
        if not counted.holds(place):
            yield Uncounted(sight.hit(place), _why(place, entity, look))


def _why(place: Place, entity: Entity | None, look: Look) -> str:
    if entity and look.sight.never(entity).holds(place):
        return "it stands in what never counts"
    if entity and entity.weak and place.needle.term in entity.weak.names and not look.sight.in_company(entity):
        return f"it is a weak name, and there is no {_either(entity.weak.company)}"
    if look.sight.field(place) not in look.fields:
        return f"it stands in the {look.sight.field(place)}, where the rule does not look"
    return "it is part of a longer name"
