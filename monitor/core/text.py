"""Folded text: what is left of a text when case, accents, width and punctuation do not count, with the way back.

    L’Œuvre d'É.-U.     original, as the source gave it
     l oeuvre d e u     folded: words between single spaces, a space at either end; terms are folded likewise

Every folded character knows where it stood, so a place found in the folded text cuts the original exactly. Scripts
without word ends are loose: where they touch other letters a space is put between: `NATO峰会` is ` nato 峰会 `.
"""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from monitor.core.letters import (
    ABOVE,
    APOSTROPHE,
    DROPPED,
    LETTERS_PER_WORD,
    LOOSE,
    SPACE,
    SPECIAL,
    SPELLINGS,
    TABLE,
    kinds,
)

Codes = NDArray[np.uint32]
Index = NDArray[np.intp]
Bounds = tuple["array[int]", "array[int]"]

_CROSSED = frozenset("-־᠆‐‑‒–—―⁃−⸗⸺⸻﹘﹣－_＿·・･")
"""What a phrase crosses besides white space: hyphens, dashes, underscores, the dots inside names in Chinese."""

_APOSTROPHES = frozenset(chr(code) for code in np.flatnonzero(TABLE == APOSTROPHE).tolist())
_S = ord("s")
_WORD = re.compile(r"\s+|\S+")
_VOICED = "ﾞﾟ\u3099\u309a"  # marks of kana; NFC does not join them to letters of half width


class Folded:
    """A text folded, with the way back to the original.

    `possessives` are the places in the folded `text` of an s that an apostrophe closes, as in `the Trumps’ house`.
    """

    def __init__(self, original: str) -> None:
        self.original = original
        composed, self._bounds = _composed(f" {original} ")
        codes, index = _spelled(composed)
        kept, possessives = _squeezed(codes)
        self.text = codes.take(kept).tobytes().decode("utf-32-le")
        self._index = kept if index is None else index.take(kept)
        closed = np.searchsorted(kept, possessives)
        self.possessives = tuple(closed[self._index[closed] != self._index[closed - 1]].tolist())  # the s is no half ß

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Find `[start, end)` of the folded text in the original, with the accents that belong to its last letter."""
        first, last = int(self._index[start]), int(self._index[end - 1])
        begin, stop = (self._bounds[0][first], self._bounds[1][last]) if self._bounds else (first, last + 1)
        stop = min(stop - 1, len(self.original))  # the original stands one to the right, behind a space
        while stop < len(self.original) and _is_dropped_mark(self.original[stop]):
            stop += 1
        return max(begin - 1, 0), stop

    def gap(self, space: int) -> str:
        """Say what stands in the original at a space of the folded text, as `seam` sees it."""
        before = self.span(space - 1, space)[1] if space else 0
        after = self.span(space + 1, space + 2)[0] if space + 1 < len(self.text) else len(self.original)
        return seam(self.original[before:after])

    def word(self, place: int) -> int:
        """Count the words that begin before or at a place of the folded text.

        In scripts without word ends two ideographs or kana, five letters of Thai, Lao, Burmese or Khmer are a word.
        """
        return bisect_right(self._words, place)

    @cached_property
    def _words(self) -> list[int]:
        codes = _codes(self.text)
        kind, space = kinds(codes), codes == SPACE
        place = np.arange(len(codes))
        begins = np.ones(len(codes), np.bool_)
        begins[1:] = (kind[1:] != kind[:-1]) | space[:-1]
        offset = place - np.maximum.accumulate(np.where(begins, place, 0))
        words: list[int] = np.flatnonzero(~space & (offset % LETTERS_PER_WORD[kind] == 0)).tolist()
        return words


def fold(text: str) -> Folded:
    """Fold a text; any string will do, lone surrogates and NUL included."""
    return Folded(text)


def normal(text: str) -> str:
    """Give the folded words of a text joined by single spaces; words of all scripts count.

    Equal for texts that differ in case, accents, width, punctuation or spacing only.
    """
    return Folded(text).text.strip(" ")


def seam(gap: str) -> str:
    """Reduce what stands between two words to what matters: a space where a phrase may cross, else its signs.

    Spaces, line breaks, hyphens and dashes are crossed, all apostrophes are one, invisible characters are none.
    """
    signs = (_sign(char) for char in gap)
    return "".join(signs) or " "


def plainly(text: str) -> str:
    """Give a text as written, but for invisible characters and the kinds of spaces, dashes and apostrophes."""
    return " ".join("".join(map(_plain_sign, unicodedata.normalize("NFC", text))).split())


def is_loose(letter: str) -> bool:
    """Tell whether a folded letter belongs to a script without word ends."""
    return bool(kinds(_codes(letter))[0])


def _sign(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    if char.isspace() or char in _CROSSED or _code(char) == DROPPED:
        return ""
    return unicodedata.normalize("NFKC", char)


def _plain_sign(char: str) -> str:
    if char in _APOSTROPHES:
        return "'"
    if unicodedata.category(char) == "Pd":
        return "-"
    return "" if _code(char) == DROPPED and not unicodedata.category(char).startswith("M") else char


def _is_dropped_mark(char: str) -> bool:
    return _code(char) == DROPPED and unicodedata.category(char).startswith("M")


def _code(char: str) -> int:
    return int(TABLE[min(ord(char), ABOVE)])


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _spelled(composed: str) -> tuple[Codes, Index | None]:
    """Look every character up; where some are dropped, several letters or loose, an index says where each stood."""
    codes = TABLE.take(_codes(composed), mode="clip")
    if codes.all() and codes.max() < LOOSE:
        return codes, None
    index = np.flatnonzero(codes)
    codes = codes.take(index)
    if codes.max() >= SPECIAL:
        codes, index = _spelled_out(codes, index, composed)
    kind = kinds(codes) > 0
    joints = np.flatnonzero((kind[1:] != kind[:-1]) & (codes[1:] > APOSTROPHE) & (codes[:-1] > APOSTROPHE)) + 1
    return np.insert(codes, joints, SPACE), np.insert(index, joints, index.take(joints))


def _spelled_out(codes: Codes, index: Index, composed: str) -> tuple[Codes, Index]:
    special = np.flatnonzero(codes >= SPECIAL).tolist()
    spellings = {place: _spelling(int(codes[place]), composed[index[place]]) for place in special}
    counts = np.ones(len(codes), np.intp)
    counts[special] = [len(spelling) for spelling in spellings.values()]
    places = np.cumsum(counts) - counts
    codes, index = codes.repeat(counts), index.repeat(counts)
    for place, spelling in spellings.items():
        codes[places[place] : places[place] + len(spelling)] = spelling
    return codes, index


def _spelling(code: int, char: str) -> tuple[int, ...]:
    if code != SPECIAL:
        return SPELLINGS[code - SPECIAL]
    return (
        (ord(char),) if unicodedata.category(char) == "Lo" else () if "\U000e0000" <= char < "\U000e1000" else (SPACE,)
    )


def _composed(text: str) -> tuple[str, Bounds | None]:
    """Compose letters and their accents (NFC); where that changes the text, say where each began and ended."""
    if unicodedata.is_normalized("NFC", text) and not any(mark in text for mark in _VOICED):
        return text, None
    composed, starts, ends = [], array("q"), array("q")
    for letters, start, end in _clusters(text):
        composed.append(letters)
        as_it_was = letters == text[start:end]
        starts.extend(range(start, end) if as_it_was else [start] * len(letters))
        ends.extend(range(start + 1, end + 1) if as_it_was else [end] * len(letters))
    return "".join(composed), (starts, ends)


def _clusters(text: str) -> Iterator[tuple[str, int, int]]:
    """Give a text piece by piece, composed: whole words where there is nothing to do, else letters with their marks."""
    for word in _WORD.finditer(text):
        start, end = word.span()
        if unicodedata.is_normalized("NFC", word[0]) and not any(mark in word[0] for mark in _VOICED):
            yield word[0], start, end
            continue
        heads = [place for place in range(start + 1, end) if not _joins(text[place])]
        for head, until in pairwise([start, *heads, end]):
            width = "NFKC" if "ｦ" <= text[head] <= "ﾝ" else "NFC"
            yield unicodedata.normalize(width, text[head:until]), head, until


def _joins(char: str) -> bool:
    """Tell what may compose with a letter before it: accents, and the vowels and endings of Hangul syllables."""
    return "\u1161" <= char <= "\u11ff" or char in _VOICED or unicodedata.category(char).startswith("M")


def _squeezed(codes: Codes) -> tuple[Index, Index]:
    """Make apostrophes spaces, in place; give what is left when of each run of spaces one stays, and the closed s."""
    apostrophes = np.flatnonzero(codes == APOSTROPHE)
    codes[apostrophes] = SPACE
    space = codes == SPACE
    closing = apostrophes[(codes[apostrophes - 1] == _S) & space[apostrophes + 1]]
    space[1:] &= space[:-1].copy()
    space[0] = False
    return np.flatnonzero(~space), closing - 1
