"""How sounds are written, seen from a text's outline: the tables of `core/sounds` turned round."""

from monitor.core import sounds
from monitor.core.keys import BIT, MAYBE, VOWELS, Key, lines
from monitor.core.likeness import allowance
from monitor.core.outline import outline, squeezed

_MOST = 500
"""So many outlines of one word are more than anybody looks for."""

_AFTER_CONSONANT = ("", "M", "V")  # Путиным, Путинові
_AFTER_I = ("", "K", "M", "V")  # Зеленского, Зеленскому, Сергієві
_AFTER_VOWEL = ("", "M", "V")  # Порошенком, Порошенкові, Сумам


def _writings(table: str) -> dict[int, frozenset[str]]:
    """Collect for each sound the outlines of all letters that may stand for it in a text."""
    found: dict[int, set[str]] = {bit: set() for bit in BIT.values()}
    for line in lines(table):
        for sound in line.sounds:
            capitals = outline(line.letters) if sound & ~(VOWELS | MAYBE) else ""
            for bit in found:
                if sound & bit:
                    found[bit].add(capitals)
    return {bit: frozenset(some) for bit, some in found.items()}


_LATIN = _writings(sounds.LATIN)
_CYRILLIC = _writings(sounds.CYRILLIC)


def in_latin(key: Key, *, company: bool) -> tuple[str, ...]:
    """List the outlines of all that is alike in Latin."""
    return tuple(_outlines(key, _LATIN, loose=allowance(key, company=company) > 0))


def in_cyrillic(key: Key, *, company: bool) -> tuple[str, ...]:
    """List the outlines of all that is alike in Cyrillic, case endings included."""
    bodies = _outlines(key, _CYRILLIC, loose=allowance(key, company=company) > 0)
    last = {key.sounds[-1], *[sound for sound in key.sounds if not sound & MAYBE][-1:]}
    found = {squeezed(body + tail) for body in bodies for sound in last for tail in _tails(sound)}
    if any(sound & BIT["a"] for sound in last):
        found |= set(map(_softened, found))
    return tuple(found)


def _softened(capitals: str) -> str:
    """Put the sound of the locative in Ukrainian at the end: Авдіївка, Авдіївці; Сибіга, Сибізі."""
    return squeezed(capitals.removesuffix("K") + "S")


def _tails(sound: int) -> tuple[str, ...]:
    """Give the outlines of the case endings of words that end in a sound."""
    if sound & BIT["i"]:
        return _AFTER_I
    return ("",) if sound & ~MAYBE in (BIT["a"], BIT["e"]) else _AFTER_VOWEL


def _outlines(key: Key, writings: dict[int, frozenset[str]], *, loose: bool) -> set[str]:
    found = {""}
    for sound in key.sounds:
        written = {capitals for bit, some in writings.items() if sound & bit for capitals in some}
        if sound & MAYBE or (loose and sound & (BIT["g"] | BIT["h"])):
            written.add("")
        found = {squeezed(before + after) for before in found for after in written}
        if len(found) > _MOST:
            break
    return found
