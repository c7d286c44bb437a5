"""Folded text: what is left of a text when case, accents, width and punctuation do not count, with the way back.

    L’Œuvre d'É.-U.     original, as the source gave it
     l oeuvre d e u     folded: words between single spaces, a space at either end; terms are folded likewise

Every folded character knows where it stood, so a place found in the folded text cuts the original exactly. Scripts
without word ends are loose: where they touch other letters a space is put between: `NATO峰会` is ` nato 峰会 `.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from zlib import crc32

import numpy as np

from monitor.core.composing import Bounds, Codes, Index, codes_of, composed
from monitor.core.letters import (
    ABOVE,
    APOSTROPHE,
    DROPPED,
    LETTERS_PER_WORD,
    PLAIN,
    SPACE,
    SPELLED,
    SPELLED_PLAIN,
    SPELLINGS,
    TABLE,
    UNKNOWN,
    kinds,
)

_STEPS = 1
"""Which steps lead from a text to its folded text, beside the tables; to be counted up when they change."""

FOLD = crc32(repr(SPELLINGS).encode(), crc32(TABLE.tobytes(), _STEPS)) >> 1
"""Names how texts are folded here: another table, or another Unicode, is another number. What was folded under another
one and kept is not to be trusted."""

_CROSSED = frozenset("-־᠆‐‑‒–—―⁃−⸗⸺⸻﹘﹣－_＿·・･")
"""What a phrase crosses besides white space: hyphens, dashes, underscores, the dots inside names in Chinese."""

_APOSTROPHES = frozenset(chr(code) for code in np.flatnonzero(TABLE == APOSTROPHE).tolist())
_QUOTES = '"“”„‟״″＂'
_GERSHAYIM = re.compile(f"[{_QUOTES}]|[{''.join(sorted(_APOSTROPHES))}]{{2}}")
_ACRONYM_GAP = re.compile("[א-ת] [א-ת]")
_ACRONYM_SIGN = re.compile(f"(?<=[\u0591-\u05c7א-ת])(?:[{_QUOTES}]|'')(?=[א-ת])")
"""Gershayim, or what stands for it: the sign between the letters of an acronym in Hebrew. Elsewhere it is a quote."""

_S = ord("s")
_LENGTHS = np.array(list(map(len, SPELLINGS)), np.intp)
_FIRST = np.zeros(1, np.intp)


class Folded:
    """A text folded, with the way back to the original.

    Most texts need one look at the table; those with marks, invisible characters or scripts without word ends are read
    closely. The way back is worked out when it is asked for: most texts match nothing. `letters` are the codes of the
    original, composed (NFC), between spaces and without what is dropped.
    """

    def __init__(self, original: str, border: int = 0) -> None:
        self.original = original
        self._border = border
        self._read = f" {original} "
        self._stood: Index | None = None
        self._bounds: Bounds | None = None
        self.letters = codes_of(self._read)
        self._codes = TABLE.take(self.letters, mode="clip")
        self._spelled: tuple[int, ...] = ()
        if self._codes.item(self._codes.argmax()) >= PLAIN:
            self._spelled = _spelled_plainly(self._codes)
            if not self._spelled:
                self._read, self._bounds = composed(self._read)
                letters = codes_of(self._read)
                self._codes, self._stood = _read_closely(letters, self._read)
                self.letters = np.where(self._codes == SPACE, SPACE, letters.take(self._stood))  # joints are no letters
        self._blank = self._codes <= APOSTROPHE
        self._doubled = self._blank[1:] & self._blank[:-1]
        self.text = self._squeezed()

    def _squeezed(self) -> str:
        """Leave one blank of each run; a text begins with one."""
        codes = self._codes[1:][~self._doubled]
        text: str = codes.view(f"U{len(codes)}").item() if len(codes) else ""
        for code in self._spelled:
            text = text.replace(chr(code), SPELLINGS[code - SPELLED])
        self._may_close = "'" in text and "s'" in text
        return " " + text.replace("'", " ")

    @cached_property
    def possessives(self) -> tuple[int, ...]:
        """The places in the folded text of an s that an apostrophe closes, as in `the Trumps’ house`."""
        if not self._may_close:
            return ()
        codes, blank = self._codes, self._blank
        closing = ((codes[1:-1] == APOSTROPHE) & (codes[:-2] == _S) & blank[2:]).nonzero()[0]
        closed = self._kept.searchsorted(closing)
        whole = self._index[closed] != self._index[closed - 1]  # the s is no half ß
        places: list[int] = closed[whole].tolist()
        return tuple(places)

    def place(self, letter: int) -> int:
        """Give the place in the folded text of one of the `letters`."""
        return int(self._kept.searchsorted(letter))

    def written(self, letter: int) -> str:
        """Give the word as written that begins with one of the `letters`."""
        end = letter + int(self._blank[letter:].argmax())
        if self._stood is None:
            return self._read[letter:end]
        return self._read[self._stood.item(letter) : self._stood.item(end - 1) + 1]

    @cached_property
    def border(self) -> int:
        """The space in the folded text that parts two fields, the first of which ends at `border` of the original."""
        begins = self._index if self._bounds is None else self._bounds[0].take(self._index)
        return int(np.searchsorted(begins, self._border + 1, "right")) - 1

    @cached_property
    def _kept(self) -> Index:
        """For each folded character the place in the codes that it was made of."""
        kept = np.concatenate((_FIRST, (~self._doubled).nonzero()[0] + 1))
        if not self._spelled:
            return kept
        codes = self._codes.take(kept)
        counts = np.ones(len(kept), np.intp)
        spelled = np.flatnonzero(codes >= SPELLED)
        counts[spelled] = _LENGTHS.take(codes[spelled] - SPELLED)
        return kept.repeat(counts)

    @cached_property
    def _index(self) -> Index:
        return self._standing(self._kept)

    def _standing(self, codes: Index) -> Index:
        """Tell where codes stood in what was read."""
        return codes if self._stood is None else self._stood.take(codes)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Find `[start, end)` of the folded text in the original, with the accents that belong to its last letter."""
        first, last = self._index.item(start), self._index.item(end - 1)
        begin, stop = first, last + 1
        if self._bounds:
            begin, stop = self._bounds[0].item(first), self._bounds[1].item(last)
        stop = min(stop - 1, len(self.original))  # the original stands one to the right, behind a space
        if self._stood is not None:
            while stop < len(self.original) and _is_dropped_mark(self.original[stop]):
                stop += 1
        return max(begin - 1, 0), stop

    def has_spaces(self, start: int, end: int) -> bool:
        """Tell whether single spaces, and nothing else, part the words of `[start, end)`; a no may be a yes."""
        first, last = self._index.item(start), self._index.item(end - 1)
        if self._stood is not None or last - first != end - 1 - start:
            return False
        return self._read.count(" ", first, last) == self.text.count(" ", start, end)

    def gap(self, space: int) -> str:
        """Say what stands in the original at a space of the folded text, as `seam` sees it; gershayim are all one."""
        written = self._between(space)
        if _GERSHAYIM.fullmatch(written) and _ACRONYM_GAP.match(self.text, max(space - 1, 0)):
            return "״"
        return seam(written)

    def _between(self, space: int) -> str:
        if self._stood is None and 0 < space < len(self.text) - 1:
            before, after = self._index.item(space - 1), self._index.item(space + 1)
            return self._read[before + 1 : after]
        before = self.span(space - 1, space)[1] if space else 0
        after = self.span(space + 1, space + 2)[0] if space + 1 < len(self.text) else len(self.original)
        return self.original[before:after]

    def word(self, place: int) -> int:
        """Count the words that begin before or at a place of the folded text.

        In scripts without word ends two ideographs or kana, five letters of Thai, Lao, Burmese or Khmer are a word.
        """
        return bisect_right(self._words, place)

    @cached_property
    def _words(self) -> list[int]:
        if self._stood is None:  # all have word ends
            spaces = self._blank.take(self._kept).nonzero()[0]
            begins: list[int] = (spaces[:-1] + 1).tolist()
            return begins
        codes = codes_of(self.text)
        kind, space = kinds(codes), codes == SPACE
        place = np.arange(len(codes))
        runs = np.ones(len(codes), np.bool_)
        runs[1:] = (kind[1:] != kind[:-1]) | space[:-1]
        offset = place - np.maximum.accumulate(np.where(runs, place, 0))
        words: list[int] = np.flatnonzero(~space & (offset % LETTERS_PER_WORD[kind] == 0)).tolist()
        return words


def fold(text: str, border: int = 0) -> Folded:
    """Fold a text; any string will do, lone surrogates and NUL included. At `border` a first field may end."""
    return Folded(text, border)


def everyday(text: str) -> str:
    """Fold words of plain letters and digits that single spaces part; nothing if there is more to a text.

    Most terms are such; a book has a hundred thousand of them, and the arrays of `fold` are made for long texts.
    """
    words = text.translate(_EVERYDAY)
    return "" if "\0" in words or "  " in words or words[:1] == " " or words[-1:] == " " else words


def normal(text: str) -> str:
    """Give the folded words of a text joined by single spaces; words of all scripts count.

    Equal for texts that differ in case, accents, width, punctuation or spacing only.
    """
    return Folded(text).text.strip(" ")


def seam(gap: str) -> str:
    """Reduce what stands between two words to what matters: a space where a phrase may cross, else its signs.

    Spaces, line breaks, hyphens and dashes are crossed, all apostrophes are one, invisible characters are none.
    """
    if gap == " ":
        return gap
    return "".join(map(_sign, gap)) or " "


def plainly(text: str) -> str:
    """Give a text as written, but for invisible characters and the kinds of spaces, dashes and apostrophes.

    Gershayim are one sign too.
    """
    written = "".join(map(_plain_sign, unicodedata.normalize("NFC", text)))
    return " ".join(_ACRONYM_SIGN.sub("״", written).split())


def is_loose(letter: str) -> bool:
    """Tell whether a folded letter belongs to a script without word ends."""
    return bool(kinds(codes_of(letter))[0])


class _Everyday(dict[int, str]):
    """Letters and digits folded, by code, as they are asked for; NUL for all that is not everyday."""

    def __missing__(self, code: int) -> str:
        folded = int(TABLE[min(code, ABOVE)])
        is_plain = APOSTROPHE < folded < PLAIN or code == SPACE
        self[code] = chr(folded) if is_plain else "\0"
        return self[code]


_EVERYDAY = _Everyday()


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


def _spelled_plainly(codes: Codes) -> tuple[int, ...]:
    """List the letters to be spelled out, if nothing else in a text needs a closer look."""
    odd = set(codes[codes >= PLAIN].tolist())
    return tuple(odd) if min(odd) >= SPELLED and max(odd) < SPELLED_PLAIN else ()


def _read_closely(letters: Codes, read: str) -> tuple[Codes, Index]:
    """Drop, spell out and part what touches; say where each code stood."""
    codes = TABLE.take(letters, mode="clip")
    index = (codes != DROPPED).nonzero()[0]
    codes = codes.take(index)
    if codes.max() >= SPELLED:
        codes, index = _spelled_out(codes, index, read)
    kind = kinds(codes) > 0
    joints = np.flatnonzero((kind[1:] != kind[:-1]) & (codes[1:] > APOSTROPHE) & (codes[:-1] > APOSTROPHE)) + 1
    return np.insert(codes, joints, SPACE), np.insert(index, joints, index.take(joints))


def _spelled_out(codes: Codes, index: Index, read: str) -> tuple[Codes, Index]:
    special = np.flatnonzero(codes >= SPELLED).tolist()
    spellings = {place: _spelling(int(codes[place]), read[index[place]]) for place in special}
    counts = np.ones(len(codes), np.intp)
    counts[special] = [len(spelling) for spelling in spellings.values()]
    places = np.cumsum(counts) - counts
    codes, index = codes.repeat(counts), index.repeat(counts)
    for place, spelling in spellings.items():
        codes[places[place] : places[place] + len(spelling)] = list(map(ord, spelling))
    return codes, index


def _spelling(code: int, char: str) -> str:
    if code != UNKNOWN:
        return SPELLINGS[code - SPELLED]
    return char if unicodedata.category(char) == "Lo" else "" if "\U000e0000" <= char < "\U000e1000" else " "
