"""How sounds are written, seen from a text's outline: the tables of `core/sounds` turned round."""

from monitor.core import sounds
from monitor.core.keys import BIT, MAYBE, VOWELS, Key, Sounds, lines
from monitor.core.likeness import allowance, is_declined
from monitor.core.outline import outline, squeezed

Writings = dict[int, frozenset[str]]
"""For each sound the outlines of all letters that may stand for it in a text."""

_MOST = 500
"""So many outlines of one word are more than anybody looks for."""

_AFTER_I = ("", "K", "M", "V")  # Зеленского, Зеленскому, Сергієві
_AFTER_OTHERS = ("", "M", "V")  # Путиным, Порошенкові, Сумам


def _writings(table: str) -> Writings:
    """Turn a table round. Letters for two consonants (`ck`) add nothing to what each of them adds alone."""
    single = [line for line in lines(table) if sum(map(_is_consonant, line.sounds)) <= 1]
    return {
        bit: frozenset(
            outline(line.letters) if _is_consonant(sound) else ""
            for line in single
            for sound in line.sounds
            if sound & bit
        )
        for bit in BIT.values()
    }


def _is_consonant(sound: int) -> bool:
    return bool(sound & ~(VOWELS | MAYBE))


_LATIN = _writings(sounds.LATIN)
_CYRILLIC = _writings(sounds.CYRILLIC)


def in_latin(key: Key, *, company: bool) -> tuple[str, ...]:
    """List the outlines of all that is alike in Latin."""
    return tuple(_outlines(key, _LATIN, company=company))


def in_cyrillic(key: Key, *, company: bool) -> tuple[str, ...]:
    """List the outlines of all that is alike in Cyrillic, case endings included."""
    bodies = _outlines(key, _CYRILLIC, company=company)
    if not is_declined(key):
        return tuple(bodies)
    last = {key.sounds[-1], *[sound for sound in key.sounds if not sound & MAYBE][-1:]}
    found = {squeezed(body + tail) for body in bodies for sound in last for tail in _tails(sound)}
    if any(sound & BIT["a"] for sound in last):
        found |= set(map(_softened, found))
    return tuple(found)


def _tails(sound: int) -> tuple[str, ...]:
    """Give the outlines of the case endings of words that end in a sound."""
    if sound & BIT["i"]:
        return _AFTER_I
    return ("",) if sound & ~MAYBE in {BIT["a"], BIT["e"], BIT["a"] | BIT["e"]} else _AFTER_OTHERS


def _softened(capitals: str) -> str:
    """Put the sound of the locative in Ukrainian at the end: Авдіївка, Авдіївці; Сибіга, Сибізі."""
    return squeezed(capitals.removesuffix("K") + "S")


def _outlines(key: Key, writings: Writings, *, company: bool) -> set[str]:
    found = {""}
    loose = allowance(key, company=company) > 0
    unsure = BIT["h"] | (BIT["g"] if writings is _LATIN else 0)  # no letter in Cyrillic is h and not g
    for place, sound in enumerate(key.sounds):
        written = {capitals for bit, some in writings.items() if sound & bit for capitals in some}
        if sound & MAYBE or (loose and sound & unsure):
            written.add("")
        if writings is _CYRILLIC and _is_parted(key.sounds, place):
            written.add(" ")
        found = {squeezed(before + after) for before in found for after in written}
        if len(found) > _MOST:
            break
    return found


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
