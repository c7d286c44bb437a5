r"""The signs of a regular expression that stand for one character: letters, escapes, classes; read and folded.

What a pattern asks for and folded text cannot tell is refused: nothing is taken as something else in silence.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from monitor.core.errors import RegexError
from monitor.core.patterns.pieces import (
    LAST,
    LETTER,
    NEWLINE,
    NO_LETTER,
    SHORTHANDS,
    WORD,
    Class,
    Edge,
    Letters,
    Piece,
    Separator,
    folded,
    folded_range,
    ranges,
)

MOST_IN_RANGE = 30_000
"""Characters of a range in a class: all ideographs in use are fewer."""

WIDE = 16
"""A class of so many letters or more asks for next to nothing."""

_CODE = re.compile(r"x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})")
_SCRIPT = re.compile(r"([pP])(?:([A-Z])|\{(\^?)([A-Za-z_]{1,40})\})")
_EDGES = {"b": "b", "A": "^", "z": "$", "Z": "$"}
_SIGNS = (SHORTHANDS["W"], SHORTHANDS["w"])
_GENERAL: dict[str, tuple[Piece, Piece]] = {
    "L": (LETTER, NO_LETTER),
    "N": (SHORTHANDS["d"], SHORTHANDS["D"]),
    "P": _SIGNS,
    "S": _SIGNS,
    "Z": _SIGNS,
}
_LOST = frozenset("#%&@*")
_NAMES = (
    "Arabic Armenian Bengali Bopomofo Cyrillic Devanagari Ethiopic Georgian Greek Gujarati Gurmukhi Han Hangul Hebrew "
    "Hiragana Kannada Katakana Khmer Lao Latin Malayalam Mongolian Myanmar Oriya Sinhala Tamil Telugu Thaana Thai "
    "Tibetan"
)
SCRIPTS = frozenset(_NAMES.split(" "))
"""Scripts that may be asked for by name, as RE2 has them."""


@dataclass(slots=True)
class Pattern:
    """A pattern while it is read; `lost` are the signs in it that folded text does not show."""

    text: str
    at: int = 0
    lost: list[str] = field(default_factory=list)

    def ahead(self, count: int = 1) -> str:
        """Give the next characters without taking them."""
        return self.text[self.at : self.at + count]

    def take(self, what: re.Pattern[str]) -> re.Match[str] | None:
        """Take what stands here if it is this."""
        found = what.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found

    def next(self) -> str:
        """Take one character."""
        self.at += 1
        return self.text[self.at - 1]

    def fold(self, char: str) -> tuple[Letters | Separator, ...]:
        """Fold a character that stands for itself."""
        pieces = folded(char)
        if pieces == (Separator(),) and (unicodedata.category(char)[0] == "S" or char in _LOST):
            self.lost.append(char)
        return pieces


def escape(pattern: Pattern) -> tuple[Piece, ...]:
    """Read what stands behind a backslash."""
    char = _char(pattern)
    return pattern.fold(char) if char else (_shorthand(pattern),)


def _char(pattern: Pattern) -> str:
    """Take a character that is written behind a backslash; nothing where it is no single one."""
    code = pattern.take(_CODE)
    if code:
        number = int(code[1] or code[2] or code[3], 16)
        if number > LAST:
            raise RegexError(rf"`\{code[0]}` is no character - the last is \x{{10FFFF}}")
        return chr(number)
    if not pattern.ahead():
        raise RegexError(r"a backslash at the end - `\\` for the sign")
    if pattern.ahead() in "nrtfv":
        pattern.next()
        return " "
    return "" if pattern.ahead().isascii() and pattern.ahead().isalnum() else pattern.next()


def _shorthand(pattern: Pattern) -> Piece:
    script = pattern.take(_SCRIPT)
    if script:
        return _script(script)
    letter = pattern.next()
    if letter in SHORTHANDS:
        return SHORTHANDS[letter]
    if letter in _EDGES:
        return Edge(_EDGES[letter])
    if letter.isdecimal() or letter in "kg":
        raise RegexError(rf"`\{letter}` refers back to a group - write out what may be repeated")
    if letter == "B":
        raise RegexError(r"`\B` is not known here - `\w` where a word goes on")
    raise RegexError(rf"`\{letter}` means nothing here - without the backslash it is a letter")


def _script(found: re.Match[str]) -> Piece:
    name = found[2] or found[4]
    negated = (found[1] == "P") != bool(found[3])
    if name in {"Lu", "Ll", "Lt"}:
        raise RegexError(rf"`\{found[0]}` asks for capitals or small letters - case does not count in a regex")
    if name in _GENERAL:
        return _GENERAL[name][negated]
    if name in SCRIPTS:
        return Class(scripts=(rf"\{'P' if negated else 'p'}{{{name}}}",), wild=negated)
    raise RegexError(rf"`\{found[0]}` is not known here - \w, \d, \s, \pL or a script, as \p{{Cyrillic}}")


@dataclass(slots=True)
class _Inside:
    """What is gathered between the brackets of a class; `sign` is one that stands there as such."""

    codes: set[int] = field(default_factory=set)
    spelled: set[str] = field(default_factory=set)
    classes: list[Class] = field(default_factory=list)
    spaced: bool = False
    sign: str = ""


def bracketed(pattern: Pattern) -> Piece:
    """Read a class, behind its opening bracket."""
    negated = pattern.ahead() == "^"
    pattern.at += negated
    inside = _Inside()
    while pattern.ahead() != "]":
        if not pattern.ahead():
            raise RegexError(r"a `[` that is not closed - `]` behind the class, or `\[` for the sign")
        _member(pattern, inside)
    pattern.next()
    return _outside(inside) if negated else _one_of(inside)


def _member(pattern: Pattern, inside: _Inside) -> None:
    first = _single(pattern)
    if not first:
        _add(inside, _shorthand(pattern))
    elif pattern.ahead() == "-" and pattern.ahead(2) not in {"-", "-]"}:
        pattern.next()
        _add_range(inside, first, _single(pattern))
    else:
        _add_char(inside, first, pattern.fold(first))


def _single(pattern: Pattern) -> str:
    """Take one character of a class; nothing where a shorthand for several stands behind a backslash."""
    if pattern.ahead(2) == "[:":
        raise RegexError(r"a class by name inside a class - \w, \d, \s or \pL instead")
    char = pattern.next()
    return _char(pattern) if char == "\\" else char


def _add(inside: _Inside, piece: Piece) -> None:
    match piece:
        case Class():
            inside.classes.append(piece)
        case Separator():
            inside.spaced = True
        case _:
            raise RegexError("an edge inside a class - it stands outside the brackets")


def _add_range(inside: _Inside, first: str, last: str) -> None:
    if not last:
        raise RegexError(r"a range that does not end with a character - `\-` for the sign")
    if last < first:
        raise RegexError(f"the range `{first}-{last}` runs backwards - the smaller first, or `\\-` for the sign")
    if ord(last) - ord(first) > MOST_IN_RANGE:
        raise RegexError(r"a range that holds too much - \w, \d or a script, as \p{Han}")
    for letters in folded_range(first, last):
        _add_letters(inside, letters)
    if not (first.isalnum() and last.isalnum()):  # who writes a range of letters means the letters in it
        inside.sign = inside.sign or f"{first}-{last}"


def _add_char(inside: _Inside, char: str, pieces: tuple[Letters | Separator, ...]) -> None:
    for piece in pieces:
        if isinstance(piece, Separator):
            inside.spaced |= char.isspace()
            inside.sign = inside.sign or char
        else:
            _add_letters(inside, piece.text)


def _add_letters(inside: _Inside, letters: str) -> None:
    if len(letters) == 1:
        inside.codes.add(ord(letters))
    else:
        inside.spelled.add(letters)


def _one_of(inside: _Inside) -> Piece:
    separates = inside.spaced or bool(inside.sign)
    if separates and not (inside.codes or inside.spelled or inside.classes):
        return Separator()
    return _class(inside, {NEWLINE} if separates else set())


def _outside(inside: _Inside) -> Piece:
    """Turn a class into its opposite; what folded text cannot tell apart is refused."""
    if inside.spelled:
        letters = min(inside.spelled)
        raise RegexError(f"a class that excludes `{letters}`, which folded is several letters - leave it out")
    if inside.sign and not inside.spaced:
        raise RegexError(
            rf"a class that excludes `{inside.sign}` - a regex sees all punctuation as spaces; `\S` stays within a word"
        )
    if WORD in inside.classes and not inside.spaced:
        return Separator()
    return _class(inside, {NEWLINE} if inside.spaced else set(), negated=True)


def _class(inside: _Inside, more: set[int], *, negated: bool = False) -> Class:
    codes = inside.codes | more
    if (not codes and not inside.classes and not inside.spelled) or (negated and WORD in inside.classes):
        raise RegexError(r"a class of nothing - name a character in it; `\]` for the sign")
    letters = sum(not chr(code).isdecimal() for code in inside.codes)
    return Class(
        ranges(codes) + tuple(one for shorthand in inside.classes for one in shorthand.members),
        tuple(sorted(inside.spelled, key=len, reverse=True)),
        tuple(script for shorthand in inside.classes for script in shorthand.scripts),
        negated,
        negated or letters >= WIDE or any(shorthand.wild for shorthand in inside.classes),
    )
