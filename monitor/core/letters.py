"""What becomes of each letter when a text is folded: one table for all of Unicode."""

import unicodedata
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

ABOVE = 0x20000
"""Last place of the table: what stands for itself above it are ideographs, seldom enough to be looked at one by one."""

SPACE, APOSTROPHE = 32, 39

PLAIN = 0x0700
"""Folded letters below it have word ends and take no marks that count: Latin, Greek, Cyrillic, Arabic, Hebrew."""

SPELLED = 0xF0000
"""From here on a code is no letter: SPELLED + n says `spelled SPELLINGS[n]`. A source's own private characters fold to
spaces, so that these may stand for themselves in a text until they are spelled out."""

UNKNOWN, DROPPED = 0x110000, 0x110001
"""No character: what stands above the table; what does not count."""

LOOSE = 0x0E00
"""The first code of a script without word ends."""

LETTERS_PER_WORD = np.array([1 << 30, 2, 1 << 30, 5], np.intp)
"""By kind, how many letters count as a word where distances are counted: Chinese and Thai words are about that long."""

_SIGNS = frozenset("'’‘‛ʼʹʺʻʽʾʿˈ′´`＇՚׳Ꞌꞌ")  # whatever sources put where an apostrophe belongs

# Letters that Unicode does not decompose, or not as readers expect. й is a letter of its own, ї and ё are not.
_PLAIN = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "й": "й", "ґ": "г",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
}  # fmt: skip

# First code of each run of one kind. 0: letters with word ends; 1: ideographs and kana; 2: Hangul, which has words but
# glues particles to them; 3: Thai, Lao, Burmese, Khmer.
_RUNS = (
    (0, 0), (LOOSE, 3), (0x0F00, 0), (0x1000, 3), (0x10A0, 0), (0x1100, 2), (0x1200, 0), (0x1780, 3), (0x1800, 0),
    (0x2E80, 1), (0x2FE0, 0), (0x3005, 1), (0x3008, 0), (0x3031, 1), (0x3130, 2), (0x3190, 1), (0x3200, 0),
    (0x3400, 1), (0x4DC0, 0), (0x4E00, 1), (0xA000, 0), (0xA960, 2), (0xA980, 0), (0xAA60, 3), (0xAA80, 0),
    (0xAC00, 2), (0xD800, 0), (0xF900, 1), (0xFB00, 0), (0x1AFF0, 1), (0x1B170, 0), (0x20000, 1), (0x40000, 0),
)  # fmt: skip
_FIRSTS = np.array([first for first, _ in _RUNS], np.uint32)
_KINDS = np.array([kind for _, kind in _RUNS], np.uint8)

# Marks that are accents, and the first letter that has none: from Indian scripts on, marks are letters.
_ACCENTS = (
    ("\u0300", "\u06ff"), ("\u08ca", "\u08ff"), ("\u180b", "\u180f"), ("\u1ab0", "\u1aff"), ("\u1dc0", "\u1dff"),
    ("\u20d0", "\u20ff"), ("\ufe00", "\ufe0f"), ("\ufe20", "\ufe2f"),
)  # fmt: skip
_ACCENTED = "\u0700"
_BLOCK = 64

# Ideographs and Hangul, which fold to themselves; and where there is more to say. The rest is no text: spaces.
_UNTOUCHED = (
    (0x3400, 0x4DC0),
    (0x4E00, 0x9FFD),
    (0xAC00, 0xD7A4),
    (0x12000, 0x12400),
    (0x13000, 0x13430),
    (0x17000, 0x18CD6),
)
_LOOKED_AT = (
    (0, 0x3400), (0xA000, 0xAC00), (0xD7B0, 0xD7FC), (0xF900, 0x12000), (0x14400, 0x14680), (0x16800, 0x17000),
    (0x1AFF0, 0x1B300), (0x1D400, 0x1D800), (0x1DF00, 0x1EF00), (0x1F100, 0x1F200), (0x1FBF0, 0x1FC00),
)  # fmt: skip


def kinds(codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Tell for each code the kind of its script: 0 where words have ends."""
    return _KINDS.take(np.searchsorted(_FIRSTS, codes, "right") - 1)


@cache
def capitals() -> NDArray[np.bool_]:
    """Tell for each code whether it is a capital; made when it is first asked for, for not all need it."""
    found = np.fromiter((chr(code).isupper() for code in range(ABOVE)), np.bool_, ABOVE)
    return np.append(found, False)


def _folded(char: str) -> str:
    """Fold one character: to letters, to a space where it parts words, to nothing where it does not count."""
    category = unicodedata.category(char)
    if char in _SIGNS:
        return "'"
    if category == "Cf" or char == "ـ":
        return ""
    if category.startswith("M"):
        return "" if _is_accent(char, category) else char
    if not char.isalnum() or (category == "No" and unicodedata.decomposition(char).startswith(("<super>", "<circle>"))):
        return " "  # a raised or circled digit is a footnote's
    return str(unicodedata.decimal(char)) if category == "Nd" else _letters(char)


def _is_accent(mark: str, category: str) -> bool:
    """Tell the marks that may be left out in writing from those that are half of a letter, as in Hindi or Thai."""
    return category == "Me" or any(first <= mark <= last for first, last in _ACCENTS)


def _letters(char: str) -> str:
    wide = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    plain = "".join(map(_plain, wide))
    are_letters = all(letter.isalnum() or unicodedata.category(letter).startswith("M") for letter in plain)
    return plain if are_letters and plain[:1].isalnum() else char


def _plain(letter: str) -> str:
    if letter in _SIGNS:
        return "'"
    if unicodedata.category(letter).startswith("M"):
        return "" if _is_accent(letter, "Mn") else letter
    base = letter if letter in _PLAIN else unicodedata.normalize("NFD", letter)[0]
    return _PLAIN.get(base, base) if base < _ACCENTED else letter


def _block(first: int, last: int) -> Iterator[str]:
    """Fold the characters of a range; of scripts without capitals and accents most are folded already."""
    for start in range(first, last, _BLOCK):
        chars = "".join(map(chr, range(start, min(start + _BLOCK, last))))
        is_done = chars[0] >= _ACCENTED and unicodedata.is_normalized("NFKD", chars) and chars.casefold() == chars
        for char in chars:
            yield char if is_done and unicodedata.category(char)[0] == "L" else _folded(char)


@cache
def joining() -> NDArray[np.bool_]:
    """Tell for each code whether it may compose with the letter before it; made when it is first asked for."""
    joins = np.zeros(ABOVE + 1, np.bool_)
    for first, last in _LOOKED_AT:
        joins[first:last] = [unicodedata.category(chr(code)).startswith("M") for code in range(first, last)]
    joins[0x1161:0x1200] = True  # vowels and endings of Hangul syllables
    joins[[0xFF9E, 0xFF9F]] = True  # voicing marks of kana, of half width
    return joins


def _table() -> tuple[NDArray[np.uint32], tuple[str, ...], int]:
    table = np.full(ABOVE + 1, SPACE, np.uint32)
    table[ABOVE] = UNKNOWN
    several: dict[int, str] = {}
    for first, last in _UNTOUCHED:
        table[first:last] = np.arange(first, last)
    for first, last in _LOOKED_AT:
        for code, folded in zip(range(first, last), _block(first, last), strict=True):
            if len(folded) > 1:
                several[code] = folded
            else:
                table[code] = ord(folded) if folded else DROPPED
    spellings = sorted(set(several.values()), key=lambda spelling: (max(spelling), spelling))
    numbers = {spelling: SPELLED + number for number, spelling in enumerate(spellings)}
    for code, spelling in several.items():
        table[code] = numbers[spelling]
    return table, tuple(spellings), SPELLED + sum(max(spelling) < chr(PLAIN) for spelling in spellings)


TABLE, SPELLINGS, SPELLED_PLAIN = _table()
"""What each code folds to; the letters of what folds to several; the end of those that are spelled in plain letters."""
