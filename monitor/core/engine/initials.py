"""Words with a capital, seen by the kinds of their letters: enough to know that most of them spell no name of a book.

The kinds are those of `naming/outline`, one byte a letter of the text as it was read, so that one look at a table gives
them and shows where a word begins with a capital.
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.core.letters import APOSTROPHE, DROPPED, SPELLED, SPELLINGS, TABLE, UNKNOWN, capitals, kinds
from monitor.core.naming.outline import OUTLINE, outline
from monitor.core.text import Folded

BLANK, HEAD, MUTE, SEVERAL, CAPITAL = 0, 1, 15, 16, 32
"""Kinds: what parts words, the same before a capital, what an outline leaves out, letters that are several; from
CAPITAL on with a capital."""

_CAPITALS = "\0\1ABDKLMNPRSTV#"
"""The capital of an outline by kind; HEAD is of none."""

_WORDS = re.compile(rb"\x01([^\0\x01]*)")
_SMALL = bytes(kind % CAPITAL for kind in range(256))
_MUTES = bytes((MUTE, CAPITAL + MUTE))

Kinds = NDArray[np.uint8]


class Capitalised:
    """The words of a text that begin with a capital, by the squeezed kinds of their letters.

    As few steps a word as can be: whether a text names anybody is decided here, for nearly all texts with a no.
    """

    def __init__(self, folded: Folded) -> None:
        self._folded = folded
        self._marked = _kinds_and_capitals().take(folded.letters, mode="clip")
        self._marked[:-1] += self._marked[1:] // CAPITAL > self._marked[:-1]  # what was BLANK is HEAD
        squeezed = _squeezed(self._marked.tobytes())
        self._shapes: list[bytes] = _WORDS.findall(squeezed)
        if SEVERAL in squeezed and any(SEVERAL in shape for shape in self._shapes):
            self._shapes = [word_of(outline(self._written(begin))) for begin in self._begins]
        self.shapes = frozenset(self._shapes)

    def words(self, shapes: AbstractSet[bytes]) -> Iterator[tuple[int, str]]:
        """Give the words of some shapes: where they begin among the letters, and as written."""
        for shape in self.shapes & shapes:
            for begin in self._by_shape[shape]:
                yield begin, self._written(begin)

    @cached_property
    def _begins(self) -> list[int]:
        begins: list[int] = ((self._marked == HEAD).nonzero()[0] + 1).tolist()
        return begins

    @cached_property
    def _by_shape(self) -> Mapping[bytes, list[int]]:
        found: dict[bytes, list[int]] = {}
        for begin, shape in zip(self._begins, self._shapes, strict=True):
            found.setdefault(shape, []).append(begin)
        return found

    def _written(self, begin: int) -> str:
        return self._folded.written(begin)


def _squeezed(marked: bytes) -> bytes:
    """Leave out what is mute, and make equal kinds side by side one: what is left says the same as outlines."""
    heard = np.frombuffer(marked.translate(_SMALL, _MUTES), np.uint8)
    is_new = heard[1:] != heard[:-1]
    is_new |= heard[1:] == HEAD
    return bytes(heard[:1]) + bytes(heard[1:][is_new])


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
