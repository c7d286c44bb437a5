"""The outline of a text: its consonants, coarsely, so that all spellings of a name have one of few outlines.

    Sergueï Riabkov -> SRK RBKV      Сергей Рябков -> SRK RBKV      Rjabkow -> RBKV      rabicove -> RBSV

Each letter of folded text becomes a capital or nothing, whatever stands beside it, and equal capitals side by side
become one, so that one pass over the text makes it. Capitals never occur in folded text: both are scanned at once.
"""

import numpy as np
from numpy.typing import NDArray

from monitor.core.letters import ABOVE, SPACE, kinds
from monitor.core.text import normal

_CLASSES = {
    "B": "bб", "D": "dдђ", "L": "lлљ", "M": "mм", "N": "nнњңŋ", "P": "pп", "R": "rр", "T": "tт",
    "V": "fvwвфў",
    "K": "gkqгкғқҝҡ",  # Arabic q is romanised with either
    "S": "cszxжзсцчшщћџ",
    "": "aehijouyаеиоуыэюяіјєйьъхһүұөәəɩɔɛ",
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

_LETTERS = {code: chr(OUTLINE[code]) if OUTLINE[code] else "" for code in np.flatnonzero(OUTLINE != _OTHER).tolist()}


def outline(text: str) -> str:
    """Give the outline of a text, without outer spaces unless its first or last word leaves nothing."""
    return squeezed("".join(_LETTERS.get(ord(letter), "#") for letter in normal(text)))


def squeezed(capitals: str) -> str:
    """Make equal capitals side by side one; spaces stay."""
    return "".join(
        letter for letter, before in zip(capitals, " " + capitals, strict=False) if letter != before or letter == " "
    )
