"""What lacks where a condition of a rule is not met: in words, and of which places and terms they speak."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import inf
from operator import attrgetter
from typing import NamedTuple

from monitor.core.engine.judge import Condition, Key, Look, joined
from monitor.core.engine.spans import Neighbours, Place, Places
from monitor.core.rule import Near, Term
from monitor.core.why.saying import listed, words


@dataclass(frozen=True, slots=True)
class Lack:
    """The smallest thing that lacks: `places` are those that came nearest, `terms` were looked for in vain."""

    says: str
    places: Places = ()
    terms: tuple[Term, ...] = ()


def lack(condition: Condition, look: Look) -> Lack:
    """Say what keeps a condition from being met."""
    return _LACKS[condition.key](condition, look)


def _property(condition: Condition, _: Look) -> Lack:
    return Lack(" ".join(condition.lacks))


def _any(_: Condition, look: Look) -> Lack:
    return Lack(f"there is no {_either(look.rule.any_of)}", terms=look.rule.any_of)


def _all(condition: Condition, look: Look) -> Lack:
    missing = tuple(term for term in look.rule.all_of if term.written in condition.lacks)
    return Lack(f"there is no {listed((term.written for term in missing), 'and no')}", terms=missing)


def _none(condition: Condition, look: Look) -> Lack:
    texts = tuple(dict.fromkeys(_text(place, look) for place in condition.places))
    return Lack(f"there {'is' if len(texts) == 1 else 'are'} {listed(texts, 'and')}, which none_of names")


def _away(_: Condition, look: Look) -> Lack:
    """Of the main hits that were taken away name the one that stands farthest from what took it."""
    near, main = look.rule.none_near or Near(0), look.main()
    left = look.left(main)
    lost = joined(places for term, places in main.items() if not left[term])
    if not lost:
        return Lack("nothing was found")
    side = _Side(joined(look.groups(near)), near, look)
    gap = max(map(side.taking, lost), key=lambda gap: gap.words)
    found, other = _text(gap.main, look), _text(gap.other, look)
    if gap.words == _OVER:
        return Lack(f"{found} stands at {other}, which none_near names", gap.places)
    return Lack(f"{other} is {words(int(gap.words))} from {found}, none_near within: {near.within}", gap.places)


def _near(_: Condition, look: Look) -> Lack:
    """Of the main hits take the one that has most of what it needs near, and of what it has not the farthest."""
    near, main = look.rule.near or Near(0), joined(look.left(look.main()).values())
    if not main:
        return Lack("nothing was found for it to be near to")
    groups = look.groups(near)
    any_of, every = _gone(near, groups)
    if any_of or every:
        gone = filter(None, (_either(any_of), listed((term.written for term in every), "and no")))
        return Lack(f"there is no {' and no '.join(gone)} for it to be near to", terms=any_of + every)
    sides = tuple(_Side(group, near, look) for group in groups)
    gaps = min(([side.nearest(place) for side in sides] for place in main), key=lambda gaps: _lacking(gaps, near))
    return _too_far(gaps, near, look)


def _gone(near: Near, groups: tuple[Places, ...]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    """List the terms of `near` that are nowhere: of `any_of`, of which one should be there, and of `all_of`."""
    any_of = near.any_of if near.any_of and not groups[0] else ()
    every = groups[len(groups) - len(near.all_of) :]
    return any_of, tuple(term for term, places in zip(near.all_of, every, strict=True) if not places)


def _too_far(gaps: list["_Gap"], near: Near, look: Look) -> Lack:
    """Say of the hits nearest to a main one which is too far from it, by how much, or on the wrong side."""
    gap = max(gaps, key=lambda gap: (not gap.is_near(near), gap.words))
    there = [_text(one.other, look) for one in gaps if one.is_near(near)]
    but = f"near {_text(gap.main, look)} stands {listed(there, 'and')}, but " if there else ""
    found, other = _text(gap.main, look), _text(gap.other, look)
    if gap.words == _OVER:
        return Lack(f"{but}{other} stands at {found}, not apart from it", gap.places)
    if gap.words == inf:
        wrong = "before" if near.order == "after" else "after"
        return Lack(f"{but}{other} stands {wrong} {found}, not {near.order} it", gap.places)
    far = words(int(gap.words))
    where = f"is {far} from" if near.order == "any" else f"stands {far} {near.order}"
    return Lack(f"{but}the nearest {other} {where} {found}, within: {near.within}", gap.places)


def _lacking(gaps: Iterable["_Gap"], near: Near) -> tuple[int, float]:
    far = [inf if gap.words == _OVER else gap.words for gap in gaps if not gap.is_near(near)]
    return len(far), max(far)


_OVER = -1
"""Instead of a number of words: the two lie in one place."""


class _Gap(NamedTuple):
    """How many words lie between a main hit and the nearest other place; infinite: it stands on the wrong side."""

    words: float
    main: Place
    other: Place

    @property
    def places(self) -> Places:
        return self.main, self.other

    def is_near(self, near: Near) -> bool:
        return 0 <= self.words <= near.within


class _Side:
    """What may be near to a main hit, or must not be."""

    def __init__(self, places: Places, near: Near, look: Look) -> None:
        self._within = near.within
        self._by_start = sorted(places, key=attrgetter("start"))
        self._neighbours = Neighbours(places, look.sight.folded.word)
        self._sides = {"before": near.order != "after", "after": near.order != "before"}

    def nearest(self, main: Place) -> _Gap:
        """Find the nearest; if there is none on the side asked for, the nearest on the other, or what lies over it."""
        found = self._neighbours.nearest(main, **self._sides)
        if found is not None:
            return _Gap(found[0], main, found[1])
        other = self._neighbours.nearest(main)
        return _Gap(inf, main, other[1]) if other else self._over(main)

    def taking(self, main: Place) -> _Gap:
        """Find what is near to a main hit that is near to something, or else lies over it."""
        found = self._neighbours.nearest(main, **self._sides)
        return _Gap(found[0], main, found[1]) if found and found[0] <= self._within else self._over(main)

    def _over(self, main: Place) -> _Gap:
        at = bisect_left(self._by_start, main.end, key=attrgetter("start"))
        before = (self._by_start[place] for place in range(at - 1, -1, -1))
        return _Gap(_OVER, main, next(place for place in before if place.end > main.start))


def _text(place: Place, look: Look) -> str:
    return look.sight.hit(place).text


def _either(terms: Iterable[Term]) -> str:
    return listed((term.written for term in terms), "or")


_LACKS: Mapping[Key, Callable[[Condition, Look], Lack]] = {
    "in": _property,
    "not_in": _property,
    "any_of": _any,
    "all_of": _all,
    "none_of": _none,
    "none_near": _away,
    "near": _near,
}
