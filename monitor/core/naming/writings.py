"""How sounds are written, seen from a text's outline: the tables of `naming/sounds` turned round."""

import re
from functools import lru_cache

from monitor.core.naming import sounds
from monitor.core.naming.keys import BIT, MAYBE, VOWELS, Key, Line, Sounds, lines
from monitor.core.naming.likeness import NEAR, allowance, is_declined
from monitor.core.naming.outline import outline, squeezed

Writings = dict[int, frozenset[str]]
"""For each sound the outlines of all letters that may stand for it in a text."""

_MOST = 500
"""So many outlines of one word are more than anybody looks for."""

_CASES = ("", "A", "AM", "AVA")  # Рябков, Рябкову, Рябковым, Рябковові
_CASES_I = ("", "A", "AM", "AVA", "AMA", "AKA")  # Сум, Зеленский, -им, Сергієві, -ому, -ого
_CASES_A = ("A",)  # Захарова, Захаровой
_CASES_E = ("AM", "AMA", "AKA")  # Приднестровьем; Заволжское, -ому, -ого
_CASES_O = ("A", "AM", "AVA")  # Порошенко, Порошенком, Порошенкові

_FLEETS = 3
_FLEETING = re.compile("A(?=(?:T?S|K|L)$)|(?<=^L)A(?=V$)")
"""A vowel that only the nominative has: Кравец, Кравца; Павел, Павла; Лев, Льва."""


def _writings(table: str) -> Writings:
    """Turn a table round. Letters for two consonants (`ck`) add nothing to what each of them adds alone."""
    single = [line for line in lines(table) if sum(map(_is_consonant, line.sounds)) <= 1]
    return {
        bit: frozenset(_shown(line, sound) for line in single for sound in line.sounds if sound & bit)
        for bit in BIT.values()
    }


def _shown(line: Line, sound: int) -> str:
    """Give the outline that letters add for one of their sounds; of `gu` before a vowel the g adds no vowel."""
    capitals = outline(line.letters)
    if not _is_consonant(sound):
        return "A"
    return capitals.removesuffix("A") or capitals if line.after else capitals


def _is_consonant(sound: int) -> bool:
    return bool(sound & ~(VOWELS | MAYBE))


_LATIN = _writings(sounds.LATIN)
_CYRILLIC = _writings(sounds.CYRILLIC)


def in_latin(key: Key, *, company: bool) -> tuple[str, ...]:
    """List the outlines of all that is alike in Latin."""
    found = _outlines(key, _LATIN, company=company)
    mute = {squeezed(body + "A") for body in found if _sure(key)[-1] & BIT["n"]}  # Poutine
    return tuple(found | mute)


def in_cyrillic(key: Key, *, company: bool) -> tuple[str, ...]:
    """List the outlines of all that is alike in Cyrillic, case endings included."""
    bodies = _outlines(key, _CYRILLIC, company=company)
    if not is_declined(key):
        return tuple(bodies)
    last = _last(key.sounds)
    if allowance(key, company=company):  # Захарово may be Zakharova, and so may its cases
        last |= {other for one, other in NEAR if any(sound & one for sound in last)}
    stems = {body.removesuffix("A") for body in bodies} if any(sound & VOWELS for sound in last) else bodies
    if _is_fleeting(_sure(key)):
        stems |= {_FLEETING.sub("", stem) for stem in stems}
    found = {squeezed(stem + case) for stem in stems for sound in last for case in _cases(sound)}
    if _is_neuter(key.sounds):
        found |= {squeezed(stem + case) for stem in stems for case in _CASES_E}
    if any(sound & BIT["a"] for sound in last):
        found |= {stem.removesuffix("K") + "SA" for stem in stems}  # Авдіївка, Авдіївці; Сибіга, Сибізі
    return tuple(bodies | found)


def _last(heard: Sounds) -> set[int]:
    """Give all sounds with which a word may end."""
    sure = max(place for place, sound in enumerate(heard) if not sound & MAYBE)
    return set(heard[sure:])


def _sure(key: Key) -> Sounds:
    return tuple(sound for sound in key.sounds if not sound & MAYBE) or key.sounds


def _is_fleeting(heard: Sounds) -> bool:
    if len(heard) < _FLEETS or not heard[-2] & VOWELS:
        return False
    before, _, last = heard[-3:]
    is_pavel, is_lev = last & BIT["l"] and before & BIT["v"], last & BIT["v"] and before & BIT["l"]
    return bool(last & (BIT["c"] | BIT["k"]) or is_pavel or is_lev)


def _is_neuter(heard: Sounds) -> bool:
    return bool(heard[-1] & BIT["e"] and heard[-2] & VOWELS)


def _cases(sound: int) -> tuple[str, ...]:
    """Give the outlines of the case endings of words that end in a sound."""
    if sound & (BIT["i"] | BIT["y"]):
        return _CASES_I
    if sound & ~MAYBE in {BIT["a"], BIT["e"], BIT["a"] | BIT["e"]}:
        return _CASES_A
    return _CASES_O if sound & VOWELS else _CASES


def _outlines(key: Key, writings: Writings, *, company: bool) -> set[str]:
    found = {""}
    loose = allowance(key, company=company) > 0
    unsure = BIT["h"] | (BIT["g"] if writings is _LATIN else 0)  # no letter in Cyrillic is h and not g
    for place, sound in enumerate(key.sounds):
        written = _written(sound, is_cyrillic=writings is _CYRILLIC)
        if sound & MAYBE or (loose and sound & unsure):
            written = written | {""}
        if writings is _CYRILLIC and _is_parted(key.sounds, place):
            written = written | {" "}
        found = {_joined(before, after) for before in found for after in written}
        if len(found) > _MOST:
            break
    return found


@lru_cache(1 << 12)
def _written(sound: int, *, is_cyrillic: bool) -> frozenset[str]:
    writings = _CYRILLIC if is_cyrillic else _LATIN
    return frozenset(capitals for bit, some in writings.items() if sound & bit for capitals in some)


def _joined(before: str, after: str) -> str:
    """Put outlines together: where they meet, equal capitals are one."""
    return before + (after[1:] if before[-1:] == after[:1] != " " else after)


_PARTED = sum(BIT[sound] for sound in "bpvmf")
_GLIDES = BIT["i"] | BIT["e"]


def _is_parted(heard: Sounds, place: int) -> bool:
    """Tell where Ukrainian puts an apostrophe, at which folding parts the word: Слов’янськ."""
    if place == len(heard) - 1 or not heard[place] & _GLIDES or not heard[place + 1] & VOWELS:
        return False
    before = heard[:place]
    while before and before[-1] & MAYBE and not before[-1] & _PARTED:
        before = before[:-1]
    return bool(before and before[-1] & _PARTED)
