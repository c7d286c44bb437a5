"""Folded text: what is left of a text when case, accents, width and punctuation do not count, with the way back.

    L’Œuvre d'É.-U.     original, as the source gave it
     l oeuvre d e u     folded: words between single spaces, a space at either end; terms are folded likewise

Every folded character knows where it stood, so a place found in the folded text cuts the original exactly. Scripts
without word ends are loose: where they touch other letters a space is put between: `NATO峰会` is ` nato 峰会 `.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.core.letters import (
    ABOVE,
    APOSTROPHE,
    DROPPED,
    JOINS,
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
Bounds = tuple[Index, Index]

_CROSSED = frozenset("-־᠆‐‑‒–—―⁃−⸗⸺⸻﹘﹣－_＿·・･")
"""What a phrase crosses besides white space: hyphens, dashes, underscores, the dots inside names in Chinese."""

_APOSTROPHES = frozenset(chr(code) for code in np.flatnonzero(TABLE == APOSTROPHE).tolist())
_S = ord("s")
_CLUSTER = 31  # a letter and the marks that count, UAX 15 "Stream-Safe Text"; more of them is mischief
_VOICED = "ﾞﾟ\u3099\u309a"  # marks of kana; NFC does not compose them with letters of half width


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
        begin, stop = first, last + 1
        if self._bounds:
            begin, stop = int(self._bounds[0][first]), int(self._bounds[1][last])
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
    pieces, changed, done = [""], [], 0
    for start, until in _clusters(text):
        end = min(until, start + _CLUSTER)
        letters = unicodedata.normalize("NFKC" if "ｦ" <= text[start] <= "ﾝ" else "NFC", text[start:end])
        if len(letters) < end - start:
            pieces += text[done:start], letters
            changed += [(start, start + len(letters), end)]
            done = end
    return "".join(pieces) + text[done:], _bounds(len(text), np.array(changed, np.intp).reshape(-1, 3))


def _bounds(length: int, changed: Index) -> Bounds:
    """Say where each letter began and ended: of what was `[start, end)`, letters up to `until` are left."""
    start, until, end = changed.T
    kept = np.zeros(length, np.int8)
    kept[until] = 1
    kept[end] -= 1  # a text ends with a space, so that there is a place for the last
    counts = until - start
    letters = np.arange(counts.sum()) + (start - counts.cumsum() + counts).repeat(counts)
    starts, ends = np.arange(length), np.arange(1, length + 1)
    starts[letters], ends[letters] = start.repeat(counts), end.repeat(counts)
    is_kept = kept.cumsum() == 0
    return starts[is_kept], ends[is_kept]


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Find the letters that marks follow; between them there is nothing to compose."""
    joins = JOINS.take(_codes(text), mode="clip")  # the first and the last character are spaces, which do not join
    starts, ends = np.flatnonzero(joins[1:] & ~joins[:-1]), np.flatnonzero(~joins[1:] & joins[:-1]) + 1
    return zip(starts.tolist(), ends.tolist(), strict=True)


def _squeezed(codes: Codes) -> tuple[Index, Index]:
    """Make apostrophes spaces, in place; give what is left when of each run of spaces one stays, and the closed s."""
    apostrophes = np.flatnonzero(codes == APOSTROPHE)
    codes[apostrophes] = SPACE
    space = codes == SPACE
    closing = apostrophes[(codes[apostrophes - 1] == _S) & space[apostrophes + 1]]
    space[1:] &= space[:-1].copy()
    space[0] = False
    return np.flatnonzero(~space), closing - 1
