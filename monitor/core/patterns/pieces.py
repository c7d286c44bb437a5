"""What a regular expression is made of, folded like text: letters without case and accents, punctuation a separator."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from monitor.core.letters import kinds
from monitor.core.text import fold


@dataclass(frozen=True, slots=True)
class Separator:
    """What stands between two words: in folded text one space, however much punctuation it was."""


@dataclass(frozen=True, slots=True)
class Letters:
    """The folded letters of one character; most have one."""

    text: str


@dataclass(frozen=True, slots=True)
class Class:
    """One character of several.

    `members` are ranges of codes, `spelled` characters that fold to several letters, `scripts` classes that RE2 knows
    by name; `wild` says that nearly any letter will do.
    """

    members: tuple[tuple[int, int], ...] = ()
    spelled: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    negated: bool = False
    wild: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A place between characters: `b` an edge of a word, `^` and `$` begin and end of the field."""

    sign: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing after the other."""

    parts: tuple["Piece", ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    branches: tuple["Piece", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same again and again; `most` is None where there is no end, `lazy` as few times as will do."""

    piece: "Piece"
    least: int
    most: int | None
    lazy: bool = False


Piece = Separator | Letters | Class | Edge | Row | Choice | Repeat

LAST = 0x10FFFF
NEWLINE = 10
"""What parts words where RE2 looks: to it the edges of words are then those of lines, in any script."""

NOT_A_SEPARATOR = ((0, NEWLINE - 1), (NEWLINE + 1, LAST))
DIGITS = ((ord("0"), ord("9")),)
NO_DIGIT = ((0, ord("0") - 1), (ord("9") + 1, LAST))
NO_LETTER = Class(((NEWLINE, NEWLINE), *DIGITS), wild=True)
LETTER = Class(((0, NEWLINE - 1), (NEWLINE + 1, ord("0") - 1), (ord("9") + 1, LAST)), wild=True)
ANYTHING = Class(((0, LAST),), wild=True)
WORD = Class(NOT_A_SEPARATOR, wild=True)

SHORTHANDS: dict[str, Piece] = {
    "d": Class(DIGITS),
    "D": Class(NO_DIGIT, wild=True),
    "w": WORD,
    "S": WORD,
    "s": Separator(),
    "W": Separator(),
}
"""What a letter behind a backslash stands for: all letters and digits of all scripts count."""


@lru_cache(4_096)
def folded(char: str) -> tuple[Letters | Separator, ...]:
    """Fold one character; nothing is left of an accent or an invisible one."""
    between = fold(f"x{char}x").text[2:-2]
    letters = between.strip(" ")
    if letters:
        return (Letters(letters),)
    return (Separator(),) if between else ()


@lru_cache(64)
def folded_range(first: str, last: str) -> frozenset[str]:
    """Fold the letters and digits of a range of characters."""
    return frozenset(fold(" ".join(map(chr, range(ord(first), ord(last) + 1)))).text.split())


def ranges(codes: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Join single codes to ranges."""
    ordered = np.array(sorted(codes), np.int64)
    if not len(ordered):
        return ()
    breaks = np.flatnonzero(np.diff(ordered) > 1)
    firsts, lasts = ordered[np.append(0, breaks + 1)], ordered[np.append(breaks, len(ordered) - 1)]
    return tuple(zip(firsts.tolist(), lasts.tolist(), strict=True))


@lru_cache(4_096)
def kind_of(letter: str) -> int:
    """Tell the kind of script of a folded letter: 0 where words have ends."""
    return int(kinds(np.array([ord(letter)], np.uint32))[0])
