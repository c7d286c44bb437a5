"""The outline of a text, letter by letter: its consonants by kinds, its vowels all alike.

    Sergueï Riabkov -> SARKA RABKAV     Сергей Рябков -> SARKA RABKAV     Rjabkow -> RABKAV     Kyjiw, Київ -> KAV

Each letter of folded text becomes a capital or nothing, whatever stands beside it, and equal capitals side by side
become one. So all spellings of a name have one of few outlines, and few other words have it too.
"""

import re

import numpy as np
from numpy.typing import NDArray

from monitor.core.letters import ABOVE, SPACE, kinds
from monitor.core.text import normal

_CLASSES = {
    "B": "bб", "D": "dдђ", "L": "lлљ", "M": "mм", "N": "nнњңŋ", "P": "pп", "R": "rр", "T": "tт",
    "V": "fvwвфў",
    "K": "gkqгкғқҝҡ",  # Arabic q is romanised with either
    "S": "cszxжзсцчшщћџ",
    "A": "aeijouyаеиоуыэюяіјєйүұөәəɩɔɛ",  # j is one, as in Rjabkow
    "": "hьъхһ",  # h is mute as often as not
}  # fmt: skip

_OTHER = ord("#")


def _outline() -> NDArray[np.uint32]:
    codes = np.arange(ABOVE + 1, dtype=np.uint32)
    table = np.full(ABOVE + 1, _OTHER, np.uint32)
    table[[0, SPACE]] = 0, SPACE
    for capital, letters in _CLASSES.items():
        table[[ord(letter) for letter in letters]] = ord(capital) if capital else 0
    table[kinds(codes) > 0] = _OTHER
    return table


OUTLINE = _outline()
"""For each folded code its capital; 0 where it is dropped, `#` for digits and for letters neither Latin nor Cyrillic.

To be looked up with codes clipped to the table's last place. Spaces stay, also about a word of which nothing is left.
"""


class _Capitals(dict[int, str]):
    """The table for `str.translate`."""

    def __missing__(self, code: int) -> str:
        capital = int(OUTLINE[min(code, ABOVE)])
        self[code] = chr(capital) if capital else ""
        return self[code]


_CAPITALS = _Capitals()
_PLAIN = re.compile("[A-Za-zА-Яа-яІіЄє]+")
"""Words that folding makes small and leaves as they are."""


_TWICE = re.compile(r"([^ ])\1+")


def outline(text: str) -> str:
    """Give the outline of a text, without outer spaces unless its first or last word leaves nothing."""
    folded = text.lower() if _PLAIN.fullmatch(text) else normal(text)
    return squeezed(folded.translate(_CAPITALS))


def squeezed(capitals: str) -> str:
    """Make equal capitals side by side one; spaces stay."""
    return _TWICE.sub(r"\1", capitals)
