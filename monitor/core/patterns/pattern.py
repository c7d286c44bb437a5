r"""A regular expression as an analyst wrote it, taken apart and folded like text.

/S-?400 (missiles|fusées)/      as written
 s _? 4 0 0 _ (missiles|fusees) in pieces; `_` is a separator
"""

import re
import unicodedata

from monitor.core.errors import RegexError
from monitor.core.patterns.pieces import ANYTHING, Choice, Edge, Piece, Repeat, Row, Separator
from monitor.core.patterns.signs import Pattern, bracketed, escape

LONGEST = 1_000
"""Characters that a pattern may have."""

MOST_REPEATS = 1_000
"""How often something may be repeated, repeats within repeats multiplied. Source: RE2, which refuses more."""

DEEPEST = 50
"""How deep groups may be nested."""

_QUANTIFIER = re.compile(r"[*+?]|\{([0-9]{0,9})(,?)([0-9]{0,9})\}")
_GROUP = re.compile(r"\?(?::|P?<[A-Za-z_][A-Za-z0-9_]*>|[isu]+:)")
_FLAGS = re.compile(r"\(\?[isu]+\)")
_OTHER_FLAGS = re.compile(r"\?[a-zA-Z-]+[:)]")


def taken_apart(written: str) -> tuple[Piece, tuple[str, ...]]:
    """Take a pattern apart; give its pieces, and the signs in it that to a regex are mere separators.

    Raises:
        RegexError: it is too long, asks for what cannot be told, or is no pattern.

    """
    if len(written) > LONGEST:
        raise RegexError(f"a regex of {len(written):,} characters - {LONGEST:,} at most; make several terms of it")
    pattern = Pattern(unicodedata.normalize("NFC", written))
    piece = _choice(pattern, 0)
    if pattern.ahead():  # a choice ends at nothing else
        raise RegexError(r"a `)` that closes nothing - `(` before it, or `\)` for the sign")
    if _times(piece) > MOST_REPEATS:
        raise RegexError(f"it repeats more than {MOST_REPEATS:,} times, repeats in repeats counted - ask for less")
    return piece, tuple(dict.fromkeys(pattern.lost))


def _choice(pattern: Pattern, depth: int) -> Piece:
    if depth > DEEPEST:
        raise RegexError(f"groups nested deeper than {DEEPEST} - nothing needs that")
    branches = [_row(pattern, depth)]
    while pattern.ahead() == "|":
        pattern.next()
        branches.append(_row(pattern, depth))
    return branches[0] if len(branches) == 1 else Choice(tuple(branches))


def _row(pattern: Pattern, depth: int) -> Row:
    parts: list[Piece] = []
    while pattern.ahead() not in {"", "|", ")"}:
        pieces = _atom(pattern, depth)
        quantifier = pattern.take(_QUANTIFIER)
        parts += (_repeat(pieces, quantifier, pattern),) if quantifier else pieces
    return Row(tuple(inner for part in parts for inner in (part.parts if isinstance(part, Row) else (part,))))


def _atom(pattern: Pattern, depth: int) -> tuple[Piece, ...]:
    if pattern.take(_FLAGS):
        return ()
    char = pattern.next()
    if char == "(":
        return (_group(pattern, depth),)
    if char in _SINGLE:
        return (_SINGLE[char],)
    if char in _MISPLACED:
        raise RegexError(f"a `{char}` {_MISPLACED[char]} - `\\{char}` for the sign")
    if char == "[":
        return (bracketed(pattern),)
    return escape(pattern) if char == "\\" else pattern.fold(char)


_SINGLE: dict[str, Piece] = {".": ANYTHING, "^": Edge("^"), "$": Edge("$")}
_MISPLACED = dict.fromkeys("*+?", "that repeats nothing") | dict.fromkeys("{}]", "that is neither repeat nor class")


def _group(pattern: Pattern, depth: int) -> Piece:
    if pattern.ahead() == "?" and not pattern.take(_GROUP):
        _refuse_group(pattern)
    inside = _choice(pattern, depth + 1)
    if not pattern.ahead():
        raise RegexError(r"a `(` that is not closed - `)` behind the group, or `\(` for the sign")
    pattern.next()
    return inside


def _refuse_group(pattern: Pattern) -> None:
    begin = pattern.ahead(3)
    if begin[:2] in {"?=", "?!"} or begin in {"?<=", "?<!"}:
        looks = f"({begin}" if begin[1] == "<" else f"({begin[:2]}"
        raise RegexError(f"`{looks}` looks around - say it with `near`, `none_near`, `none_of` or an entity's `never`")
    if begin == "?P=":
        raise RegexError("`(?P=` refers back to a group - write out what may be repeated")
    if pattern.take(_OTHER_FLAGS):
        raise RegexError("a flag that says nothing here - case never counts, and lines are not told apart")
    raise RegexError("a group of a kind that is not known here - `(...)`")


def _repeat(pieces: tuple[Piece, ...], quantifier: re.Match[str], pattern: Pattern) -> Piece:
    if not pieces or isinstance(pieces[0], Edge):
        raise RegexError(f"`{quantifier[0]}` repeats nothing - a letter, class or group before it")
    least, most = _bounds(quantifier)
    lazy = pattern.ahead() == "?"
    pattern.at += lazy
    if pattern.take(_QUANTIFIER):
        raise RegexError("two repeats in a row - one, or a group around what is repeated")
    if isinstance(pieces[0], Separator):  # however many, folded they are one
        return pieces[0] if least else Repeat(pieces[0], 0, 1)
    return Repeat(pieces[0], least, most, lazy)


def _bounds(quantifier: re.Match[str]) -> tuple[int, int | None]:
    sign, least, comma, most = quantifier[0], quantifier[1], quantifier[2], quantifier[3]
    if sign in {"*", "+", "?"}:
        return int(sign == "+"), 1 if sign == "?" else None
    if not least:
        raise RegexError(f"`{sign}` names no smallest number - as {{0,9}}")
    first, last = int(least), int(most) if most else None if comma else int(least)
    if last is not None and last < first:
        raise RegexError(f"`{sign}` counts backwards - the smaller number first")
    if max(first, last or 0) > MOST_REPEATS:
        raise RegexError(f"`{sign}` repeats more than {MOST_REPEATS:,} times - ask for less, or use `near`")
    return first, last


def _times(piece: Piece) -> int:
    match piece:
        case Row(inner) | Choice(inner):
            return max(map(_times, inner), default=1)
        case Repeat(piece, least, most):
            return max(least, most or 1, 1) * _times(piece)
        case _:
            return 1
