"""Words with a capital, seen by the kinds of their letters: enough to know that most of them spell no name of a book.

The kinds are those of `naming/outline`, one byte a letter of the text as it was read, so that one look at a table gives
them and shows where a word begins with a capital.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.core.letters import APOSTROPHE, DROPPED, SPELLED, SPELLINGS, TABLE, UNKNOWN, capitals, kinds
from monitor.core.naming.outline import OUTLINE, outline
from monitor.core.text import Folded

BLANK, MUTE, SEVERAL, CAPITAL = 0, 14, 15, 16
"""Kinds: what parts words, what an outline leaves out, letters that are several; from CAPITAL on with a capital. What
parts a word with a capital from the one before is CAPITAL itself."""

_CAPITALS = "\0ABDKLMNPRSTV#"
"""The capital of an outline by kind."""

_WORDS = re.compile(rb"\x10([^\0\x10]*)")

Kinds = NDArray[np.uint8]


class Capitalised:
    """The words of a text that begin with a capital, by the squeezed kinds of their letters.

    As few steps a word as can be: whether a text names anybody is decided here, for nearly all texts with a no.
    """

    def __init__(self, folded: Folded) -> None:
        self._folded = folded
        marked = _kinds_and_capitals().take(folded.letters, mode="clip")
        before = ((marked[1:] >= CAPITAL) & (marked[:-1] == BLANK)).nonzero()[0]
        kinds_: Kinds = marked & np.uint8(CAPITAL - 1)
        kinds_[before] = CAPITAL
        self._begins = (before + 1).tolist()
        self._squeezed: list[bytes] = _WORDS.findall(_squeezed(kinds_))
        if any(SEVERAL in word for word in self._squeezed):
            self._squeezed = [word_of(outline(self._written(begin))) for begin in self._begins]
        self.shapes = frozenset(self._squeezed)

    def words(self, shapes: Iterable[bytes]) -> Iterator[tuple[int, str]]:
        """Give the words of some shapes: where they begin among the letters, and as written."""
        for shape in shapes:
            for begin in self._by_shape.get(shape, ()):
                yield begin, self._written(begin)

    @cached_property
    def _by_shape(self) -> Mapping[bytes, list[int]]:
        found: dict[bytes, list[int]] = {}
        for begin, shape in zip(self._begins, self._squeezed, strict=True):
            found.setdefault(shape, []).append(begin)
        return found

    def _written(self, begin: int) -> str:
        return self._folded.written(begin)


def _squeezed(kinds_: Kinds) -> bytes:
    """Leave out what is mute, and make equal kinds side by side one: what is left says the same as outlines."""
    heard = kinds_[kinds_ != MUTE]
    after = heard[1:]
    first, others = heard[:1], after[(after != heard[:-1]) | (after == CAPITAL)]
    return bytes(first) + bytes(others)


def word_of(outline_: str) -> bytes:
    """Give the squeezed kinds of the words that have an outline."""
    return bytes(map(_CAPITALS.index, outline_))


@cache
def _kinds_and_capitals() -> Kinds:
    """Give the kind of each code, and mark the capitals."""
    kinds_ = _kinds_of_codes()
    return np.where(capitals() & (kinds_ != BLANK), kinds_ + CAPITAL, kinds_)


@cache
def _kinds_of_codes() -> Kinds:
    folded = TABLE.copy()
    folded[(folded <= APOSTROPHE) | (folded == UNKNOWN) | (kinds(folded) > 0)] = ord(" ")
    of_capital = np.zeros(128, np.uint8)
    of_capital[[ord(capital) for capital in _CAPITALS]] = range(len(_CAPITALS))
    of_capital[0] = MUTE
    found: Kinds = of_capital.take(OUTLINE.take(folded, mode="clip"))
    found[folded == DROPPED] = MUTE
    for number, spelling in enumerate(SPELLINGS):
        capital = outline(spelling)
        found[folded == SPELLED + number] = (
            of_capital[ord(capital)] if len(capital) == 1 else SEVERAL if capital else MUTE
        )
    return found
