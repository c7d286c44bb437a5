"""When two keys meet: laid side by side they share a sound in every place, or nearly so where the words are long."""

from functools import lru_cache

from monitor.core import sounds
from monitor.core.keys import BIT, MAYBE, Key, Sounds

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


_NEAR = _near()


def allowance(key: Key, *, company: bool) -> int:
    """Say how much a word may be off; in `company` of other words of a name that are found too, a little at least."""
    return max(int(company), _ALLOWANCE[min(_sure(key.sounds), len(_ALLOWANCE) - 1)])


def alike(name: Key, found: Key, *, company: bool) -> bool:
    """Tell whether a word of a text sounds like a word of a name, alone or in the `company` of the name's others."""
    if not name.sounds or not found.sounds or (_is_short(name) and found.doubles and not name.doubles):
        return False
    if len(name.sounds) == len(found.sounds) and all(map(_shared, name.sounds, found.sounds)):
        return True
    most = min(allowance(name, company=company), allowance(found, company=company))
    return _price(name.sounds, found.sounds, most) <= most


def is_declined(name: Key) -> bool:
    """Tell a name's word that is long enough to have cases: particles and articles have none."""
    return len(name.sounds) >= _DECLINED


def proves(key: Key) -> bool:
    """Tell a word that is long enough to prove something."""
    return len(key.sounds) >= SHORTEST


@lru_cache(1 << 16)
def _sure(heard: Sounds) -> int:
    return sum(1 for sound in heard if not sound & MAYBE)


def literal(name: Key) -> Key:
    """Let nothing be missing inside a short name."""
    if not _is_short(name):
        return name
    return Key((*(sound & ~MAYBE for sound in name.sounds[:-1]), *name.sounds[-1:]), name.doubles)


def _is_short(name: Key) -> bool:
    return _sure(name.sounds) < _SHORT


def _shared(ours: int, theirs: int) -> int:
    return ours & theirs & ~MAYBE


def _price(ours: Sounds, theirs: Sounds, most: int) -> int:
    """Say what it costs to lay two keys side by side as well as can be; beyond `most` it does not matter how much."""
    row = [0]
    for sound in theirs:
        row.append(row[-1] + _absence(sound, _G))
    for our in ours:
        gone = _absence(our, 0)
        last, row = row, [row[0] + gone]
        for place, their in enumerate(theirs):
            row.append(
                min(last[place] + _distance(our, their), last[place + 1] + gone, row[place] + _absence(their, _G))
            )
        if min(row) > most:
            return _FAR
    return row[-1]


def _absence(sound: int, not_if: int) -> int:
    """Price a sound that only one of the words has."""
    if sound & MAYBE:
        return 0
    return 1 if sound & _H and not sound & not_if else _FAR


@lru_cache(1 << 12)
def _distance(our: int, their: int) -> int:
    if our & their & ~MAYBE:
        return 0
    pairs = ((one, other) for one, other in _NEAR if our & one and their & other)
    return min((_NEAR[pair] for pair in pairs), default=_FAR)
