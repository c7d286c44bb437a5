"""The key of a word: how it may sound, so that spellings of one name meet whatever language transcribed it.

    Riabkov  r i a b k v     Rjabkow  r iZJx a b k o vw     Рябков  r i a b k o v

A key is a row of sounds, each of them one or any of several. Two keys meet if they can be laid side by side so that in
every place one sound is shared; a sound that may be missing may be passed over.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from monitor.core import sounds

Role = Literal["text", "name", "name in cyrillic"]
"""What a word is read as: one of a text, a name that an analyst wrote, such a name held against Cyrillic."""

_SOUNDS = "aeioubdfghkqlmnprtvwszcxSZCWJX"
_BIT = {sound: 1 << place for place, sound in enumerate(_SOUNDS)}
VOWELS = sum(_BIT[vowel] for vowel in "aeiou")
MAYBE = 1 << len(_SOUNDS)
"""The bit of a sound that may be missing."""

LONGEST = 40
"""Letters of the longest word that is read at all."""

Key = tuple[int, ...]


class Line(NamedTuple):
    """A line of the tables: what letters sound like, given the letter before them and what comes after."""

    letters: str
    before: str
    after: re.Pattern[str] | None
    sounds: Key


_LINE = re.compile(r"(?P<before>[^\[]*)\[(?P<letters>\w+)\](?P<after>.*) = (?P<sounds>.+)")
_V = "[aeiouyáéíóúàèìòùâêîôûäëïöüåæœøąęıýě]"
_Q = "[bcdfghjklmnpqrstvwxzßłñńšśşșžżźčćçđğțţ]"


def lines(table: str) -> Iterable[Line]:
    """Read a table of `core/sounds`."""
    for found in filter(None, map(_LINE.fullmatch, table.strip().split("\n"))):
        after = found["after"].replace("V", _V).replace("Q", _Q)
        heard = () if found["sounds"] == "-" else tuple(map(_sound, found["sounds"].split()))
        yield Line(found["letters"], found["before"], re.compile(after) if after else None, heard)


def _sound(written: str) -> int:
    return sum(_BIT[letter] for letter in written.rstrip("?")) | (MAYBE if written.endswith("?") else 0)


Table = dict[str, tuple[Line, ...]]
"""By their first letter the lines that may fit, the one with most letters first."""


def _table(*tables: str) -> Table:
    found: dict[str, list[Line]] = {}
    for line in lines("\n".join(table.strip() for table in tables)):
        found.setdefault(line.letters[0], []).append(line)
    return {first: tuple(sorted(some, key=lambda line: -len(line.letters))) for first, some in found.items()}


_CYRILLIC = _table(sounds.CYRILLIC)
_CYRILLIC_NAME = _table(sounds.CYRILLIC_NAME, sounds.CYRILLIC)
_LATIN: dict[Role, Table] = {
    "text": _table(sounds.LATIN),
    "name": _table(sounds.LATIN_NAME, sounds.LATIN),
    "name in cyrillic": _table(sounds.LATIN_NAME_IN_CYRILLIC, sounds.LATIN_NAME, sounds.LATIN),
}
_READ = frozenset((*_LATIN["text"], *_CYRILLIC))


def is_cyrillic(word: str) -> bool:
    """Tell a word that is in Cyrillic, at least at its beginning."""
    return "\u0400" <= word[:1] < "\u0530"


def words(text: str) -> tuple[str, ...]:
    """Part a text into the words that folding leaves, as written."""
    if text.isalpha():
        return (text,)
    return tuple("".join(map(_parting, unicodedata.normalize("NFC", text))).split())


def _parting(char: str) -> str:
    return char if char.isalnum() else "" if unicodedata.category(char) in {"Mn", "Cf"} else " "


@lru_cache(1 << 16)
def key(word: str, role: Role) -> Key:
    """Read a word; () if it is neither in Latin nor in Cyrillic letters."""
    letters = _letters(word)
    table = (_CYRILLIC if role == "text" else _CYRILLIC_NAME) if is_cyrillic(letters) else _LATIN[role]
    heard: list[int] = []
    place = 0
    while place < len(letters):
        line = _line(table, letters, place)
        if line is None:
            return ()
        heard += line.sounds
        place += len(line.letters)
    return tuple(sound for sound, last in zip(heard, [0, *heard], strict=False) if sound != last)


def _letters(word: str) -> str:
    word = unicodedata.normalize("NFC", word).lower()[: LONGEST + 1]
    if word.isascii():
        return word
    return "".join(letter if letter in _READ else unicodedata.normalize("NFKD", letter)[0] for letter in word)


def _line(table: Table, letters: str, place: int) -> Line | None:
    before = letters[place - 1] if place else "^"
    for line in table.get(letters[place], ()):
        if (
            letters.startswith(line.letters, place)
            and (not line.before or before in line.before)
            and (not line.after or line.after.match(letters, place + len(line.letters)))
        ):
            return line
    return None


def cost(name: Key, found: Key, most: int) -> int:
    """Say how far two keys are apart, laid side by side as well as can be; more than `most` is not looked into."""
    if len(name) == len(found) and all(ours & theirs & ~MAYBE for ours, theirs in zip(name, found, strict=True)):
        return 0
    row = [0]
    for theirs in found:
        row.append(row[-1] + _missing(theirs))
    for ours in name:
        gone = _missing(ours)
        last, row = row, [row[0] + gone]
        for place, theirs in enumerate(found):
            row.append(min(last[place] + _differ(ours, theirs), last[place + 1] + gone, row[place] + _missing(theirs)))
        if min(row) > most:
            return FAR
    return row[-1]


FAR = 99


def _missing(sound: int) -> int:
    return 0 if sound & MAYBE else FAR


def _differ(ours: int, theirs: int) -> int:
    return 0 if ours & theirs & ~MAYBE else FAR
