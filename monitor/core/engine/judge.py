"""How one rule is tried on what one entry shows: its conditions, in the order in which they are looked at."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

from monitor.core.engine.sight import Sight
from monitor.core.engine.spans import Cover, Neighbours, Place, Places
from monitor.core.engine.vocabulary import terms_of
from monitor.core.engine.where import fields, has_properties, inside, outside
from monitor.core.feed import Feed
from monitor.core.rule import Near, Rule, Term

MOST_HITS = 200
"""Places that a finding names, the first ones of the text: a passage of 3,000 characters shows fewer, and a text that
is one word many thousand times over must not fill the ledger and the memory of whoever matches it."""

Key = Literal["in", "not_in", "any_of", "all_of", "none_near", "none_of", "near"]
Main = Mapping[Term, Places]


@dataclass(frozen=True, slots=True)
class Condition:
    """One key of a rule, tried on one entry.

    `places`: of `any_of`, `all_of` and `none_of` what was found; of `none_near` the main hits that are left; of `near`
    the main hits that are near, and what they are near to. `lacks` names the terms or the property that decided.
    """

    key: Key
    met: bool
    places: Places = ()
    lacks: tuple[str, ...] = ()


def judge(rule: Rule, sight: Sight, feed: Feed | None) -> Iterator[Condition]:
    """Try the conditions of a rule one by one; who stops at the first that is not met saves the others."""
    yield from _where(rule, sight, feed)
    look = Look(rule, sight)
    main = look.main()
    if rule.any_of:
        yield Condition("any_of", any(main[term] for term in rule.any_of), joined(main[term] for term in rule.any_of))
    if rule.all_of:
        missing = tuple(term.written for term in rule.all_of if not main[term])
        yield Condition("all_of", not missing, joined(main[term] for term in rule.all_of), missing)
    main = look.left(main)
    if rule.none_near:
        yield Condition("none_near", _has_main(rule, main), joined(main.values()))
    if rule.none_of:
        unwanted = joined(map(sight.places, rule.none_of))
        yield Condition("none_of", not unwanted, unwanted)
    if rule.near:
        near = look.near(joined(main.values()), rule.near)
        yield Condition("near", bool(near), near)


def told(conditions: Iterable[Condition]) -> Places | None:
    """Give the first `MOST_HITS` places that a rule tells, in the order of the text; None if a condition is not met."""
    places: Places = ()
    for condition in conditions:
        if not condition.met:
            return None
        if condition.key in {"any_of", "all_of"}:
            places += condition.places
        elif condition.key in {"none_near", "near"}:
            places = condition.places
    return tuple(sorted(dict.fromkeys(places), key=lambda place: (place.start, -place.end))[:MOST_HITS])


def joined(groups: Iterable[Places]) -> Places:
    """Put places together, each once; in each group it is there once."""
    several = [places for places in groups if places]
    if not several[1:]:
        return several[0] if several else ()
    return tuple(dict.fromkeys(chain.from_iterable(several)))


def _where(rule: Rule, sight: Sight, feed: Feed | None) -> Iterator[Condition]:
    if has_properties(rule.only_in):
        lacks = outside(rule.only_in, sight.entry, feed)
        yield Condition("in", not lacks, lacks=(lacks,))
    if has_properties(rule.not_in):
        shares = inside(rule.not_in, sight.entry, feed)
        yield Condition("not_in", not shares, lacks=(shares,))


def _has_main(rule: Rule, main: Main) -> bool:
    has_any = not rule.any_of or any(main[term] for term in rule.any_of)
    return has_any and all(main[term] for term in rule.all_of)


class Look:
    """What an entry shows to one rule: only in its fields, and where its own longer terms do not win."""

    def __init__(self, rule: Rule, sight: Sight) -> None:
        self.rule, self.sight = rule, sight
        self.fields = fields(rule)

    def places(self, term: Term) -> Places:
        """List where a term counts for this rule."""
        places = self.sight.places(term)
        if len(self.fields) > 1 and not self.sight.has_loose:
            return places
        return tuple(filter(self._counts, places))

    @cached_property
    def _rivals(self) -> Cover:
        plain = (term for term in terms_of(self.rule) if term.form != "entity")
        return Cover(place for term in plain for place in self.sight.found(term) if place.needle.loose)

    def main(self) -> Main:
        """List where the main terms count, those of `any_of` and `all_of`."""
        return {term: self.places(term) for term in (*self.rule.any_of, *self.rule.all_of)}

    def left(self, main: Main) -> Main:
        """Leave out the main places that what `none_near` names stands near, or at."""
        near = self.rule.none_near
        return {term: self._away(places, near) for term, places in main.items()} if near else main

    def near(self, main: Places, near: Near) -> Places:
        """Keep the main places that have what they need near, and add what they are near to."""
        groups = self.groups(near)
        sides = tuple(Neighbours(group, self.sight.folded.word) for group in groups)
        kept = tuple(place for place in main if all(_is_near(place, side, near) for side in sides))
        if not kept:
            return ()
        back = Neighbours(kept, self.sight.folded.word)
        return kept + tuple(place for place in joined(groups) if _is_near(place, back, near, mirrored=True))

    def groups(self, near: Near) -> tuple[Places, ...]:
        """List what may be near: the places of `any_of` together, those of each term of `all_of`."""
        any_of = (joined(map(self.places, near.any_of)),) if near.any_of else ()
        return (*any_of, *map(self.places, near.all_of))

    def _away(self, main: Places, none_near: Near) -> Places:
        unwanted = joined(self.groups(none_near))
        side, ground = Neighbours(unwanted, self.sight.folded.word), Cover(unwanted)
        return tuple(place for place in main if not ground.touches(place) and not _is_near(place, side, none_near))

    def _counts(self, place: Place) -> bool:
        is_rivalled = place.needle.loose and self._rivals.outgrows(place)
        return not is_rivalled and (len(self.fields) > 1 or self.sight.field(place) in self.fields)


def _is_near(place: Place, side: Neighbours, near: Near, *, mirrored: bool = False) -> bool:
    before, after = near.order != "after", near.order != "before"
    found = (
        side.nearest(place, before=after, after=before) if mirrored else side.nearest(place, before=before, after=after)
    )
    return found is not None and found[0] <= near.within
