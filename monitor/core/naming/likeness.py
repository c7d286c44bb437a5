"""When two keys meet: laid side by side they share a sound in every place, or nearly so where the words are long."""

from functools import lru_cache

from monitor.core.naming import sounds
from monitor.core.naming.keys import BIT, MAYBE, Key, Sounds, made

SHORTEST = 4
"""Sounds of the shortest word that proves something."""

_DECLINED = 3
_FAR = 99
_ALLOWANCE = (0, 0, 0, 0, 0, 0, 1, 2, 3)
"""By its sounds, how much a word may be off: short ones would be taken for others."""

_SHORT = 5
"""A name of fewer sounds than that is taken literally."""

_H, _G = BIT["h"], BIT["g"]


def _near() -> dict[tuple[int, int], int]:
    found = {}
    for line in sounds.NEAR.strip().split("\n"):
        one, other, price = line.split()
        found[BIT[one], BIT[other]] = found[BIT[other], BIT[one]] = int(price)
    return found


NEAR = _near()
"""What it costs to take one sound for another that is near it."""


def allowance(key: Key, *, company: bool) -> int:
    """Say how much a word may be off; in `company` of other words of a name that are found too, a little at least."""
    return max(int(company), _ALLOWANCE[min(key.sure, len(_ALLOWANCE) - 1)])


def alike(name: Key, found: Key, *, company: bool) -> bool:
    """Tell whether a word of a text sounds like a word of a name, alone or in the `company` of the name's others."""
    ours, theirs = name.sounds, found.sounds
    if not ours or not theirs or (name.sure < _SHORT and found.doubles and not name.doubles):
        return False
    if len(ours) == len(theirs) and all(map(_shared, ours, theirs)):
        return True
    most = min(allowance(name, company=company), allowance(found, company=company))
    if name.sure > len(theirs) + most or found.sure > len(ours) + most or _part_ways(ours[-1], theirs[-1], most):
        return False
    return _price(ours, theirs, most) <= most


def literal(name: Key) -> Key:
    """Let nothing be missing inside a short name."""
    if name.sure >= _SHORT:
        return name
    inside = tuple(sound & ~MAYBE for sound in name.sounds[:-1])
    return made(inside + name.sounds[-1:], doubles=name.doubles)


def is_declined(name: Key) -> bool:
    """Tell a name's word that is long enough to have cases: particles and articles have none."""
    return name.sure >= _DECLINED


def proves(key: Key) -> bool:
    """Tell a word that is long enough to prove something."""
    return len(key.sounds) >= SHORTEST


def _shared(ours: int, theirs: int) -> int:
    return ours & theirs & ~MAYBE


def _part_ways(our: int, their: int, most: int) -> bool:
    """Tell last sounds that cannot be laid side by side, nor left out: a quick answer for most case endings."""
    return not (our | their) & MAYBE and _distance(our, their) > most and not (our | their) & _H


def _price(ours: Sounds, theirs: Sounds, most: int) -> int:
    """Say what it costs to lay two keys side by side as well as can be; what costs more than `most` is given up."""
    ways = _passed({0: 0}, theirs, most)
    for our in ours:
        onward: dict[int, int] = {}
        gone = _absence(our, 0)
        for place, price in ways.items():
            _reach(onward, place, price + gone, most)
            if place < len(theirs):
                _reach(onward, place + 1, price + _distance(our, theirs[place]), most)
        ways = _passed(onward, theirs, most)
    return ways.get(len(theirs), _FAR)


def _reach(ways: dict[int, int], place: int, price: int, most: int) -> None:
    if price <= most and price < ways.get(place, _FAR):
        ways[place] = price


def _passed(ways: dict[int, int], theirs: Sounds, most: int) -> dict[int, int]:
    """Pass over what only the text has, as far as that may be."""
    for start in sorted(ways):
        place, price = start, ways[start]
        while place < len(theirs):
            price += _absence(theirs[place], _G)
            place += 1
            if price > most:
                break
            _reach(ways, place, price, most)
    return ways


def _absence(sound: int, not_if: int) -> int:
    """Price a sound that only one of the words has."""
    if sound & MAYBE:
        return 0
    return 1 if sound & _H and not sound & not_if else _FAR


@lru_cache(1 << 12)
def _distance(our: int, their: int) -> int:
    if our & their & ~MAYBE:
        return 0
    pairs = ((one, other) for one, other in NEAR if our & one and their & other)
    return min((NEAR[pair] for pair in pairs), default=_FAR)
