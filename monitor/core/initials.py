"""Words with a capital, seen by the kinds of their letters: enough to know that most of them spell no name of a book.

The kinds are those of `core/outline`, one byte a letter of the text as it was read, so that one look at a table gives
them and shows where a word begins with a capital.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from monitor.core.letters import APOSTROPHE, DROPPED, SPELLED, SPELLINGS, TABLE, UNKNOWN, capitals, kinds
from monitor.core.outline import OUTLINE, outline
from monitor.core.text import Folded

BLANK, MUTE, SEVERAL, CAPITAL = 0, 14, 15, 16
"""Kinds: what parts words, what an outline leaves out, letters that are several; from CAPITAL on with a capital."""

_CAPITALS = "\0ABDKLMNPRSTV#"
"""The capital of an outline by kind."""

_MUTE = bytes([MUTE])
_TWICE = re.compile(rb"(.)\1+", re.DOTALL)

Kinds = NDArray[np.uint8]


def table(initials: Iterable[str]) -> Kinds:
    """Give the kind of each code; a capital is marked where an outline that begins with it may be one of those."""
    begins = [_CAPITALS.index(initial) for initial in initials if initial] + [MUTE, SEVERAL]
    kinds_ = _kinds_of_codes().copy()
    kinds_[capitals() & np.isin(kinds_, begins)] += CAPITAL
    return kinds_


class Capitalised:
    """The words of a text that begin with a capital, by the squeezed kinds of their letters."""

    def __init__(self, folded: Folded) -> None:
        self._words: dict[bytes, list[tuple[int, int]]] = {}
        for begin, end, kinds_ in with_capital(folded, _every_capital()):
            word = word_of(outline(folded.written(begin, end))) if SEVERAL in kinds_ else squeezed(kinds_)
            self._words.setdefault(word, []).append((begin, end))

    def words(self, squeezed_: Iterable[bytes]) -> Iterator[tuple[int, int]]:
        """Give the words of some kinds, as places among the letters."""
        for word in squeezed_:
            yield from self._words.get(word, ())


def with_capital(folded: Folded, kinds_: Kinds) -> Iterator[tuple[int, int, bytes]]:
    """Give the words that begin with a capital: from where to where among the letters, and the kinds of these."""
    found = kinds_.take(folded.letters, mode="clip")
    begins = ((found[1:] >= CAPITAL) & (found[:-1] == BLANK)).nonzero()[0] + 1
    letters = (found & (CAPITAL - 1)).tobytes() if len(begins) else b""
    for begin in begins.tolist():
        end = letters.find(BLANK, begin)
        yield begin, end, letters[begin:end]


@lru_cache(1 << 16)
def squeezed(word: bytes) -> bytes:
    """Leave out what is mute, and make equal kinds side by side one: what is left says the same as an outline."""
    return _TWICE.sub(rb"\1", word.translate(None, _MUTE))


def word_of(outline_: str) -> bytes:
    """Give the squeezed kinds of the words that have an outline."""
    return bytes(map(_CAPITALS.index, outline_))


def initial(word: bytes) -> str:
    """Give the capital with which an outline begins, by the squeezed kinds of its letters; nothing if it is empty."""
    return _CAPITALS[word[0]] if word else ""


@cache
def _every_capital() -> Kinds:
    return table(_CAPITALS[1:])


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
