"""How sounds are written, seen from a text's outline: the tables of `core/sounds` turned round."""

from monitor.core import sounds
from monitor.core.keys import MAYBE, VOWELS, lines
from monitor.core.outline import outline

Writings = tuple[tuple[int, frozenset[str]], ...]
"""For each sound its place among the bits of a key, and the outlines of all letters that may stand for it in a text."""


def _writings(table: str) -> Writings:
    found: dict[int, set[str]] = {}
    for line in lines(table):
        consonants = [sound for sound in line.sounds if sound & ~(VOWELS | MAYBE)]
        for sound in line.sounds:
            capitals = outline(line.letters) if sound in consonants else ""
            for place in range(MAYBE.bit_length() - 1):
                if sound >> place & 1:
                    found.setdefault(place, set()).add(capitals)
    return tuple((place, frozenset(some)) for place, some in found.items())


IN_LATIN = _writings(sounds.LATIN)
IN_CYRILLIC = _writings(sounds.CYRILLIC)

ENDINGS = ("", "M", "K", "V")
"""The outlines of all case endings."""
