"""The key of a word: how it may sound, whatever language transcribed it.

    Riabkov  r i a b k o v     Rjabkow  r ixZJ a b k o vw     Рябков  r i a b k o v     Kiev  k i? ei v

A key is a row of sounds, each of them one or any of several; `?` may be missing. `naming/likeness` says when two meet.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from monitor.core.naming import sounds

Role = Literal["text", "name", "name in cyrillic"]
"""What a word is read as: one of a text, a name that an analyst wrote, such a name held against Cyrillic."""

Sounds = tuple[int, ...]
"""Sounds in their order, each a sum of bits: the sounds that it may be."""

BIT = {sound: 1 << place for place, sound in enumerate("aeiouybdfghkqlmnprtvwszcxSZCWJX")}
VOWELS = sum(BIT[vowel] for vowel in "aeiouy")
MAYBE = 1 << len(BIT)
"""The bit of a sound that may be missing."""

LONGEST = 40
"""Letters of the longest word that is read."""


class Key(NamedTuple):
    """How a word may sound.

    `sure` are how many of the sounds cannot be missing; `doubles`: it doubles a letter, but for s, which French doubles
    for its sound.
    """

    sounds: Sounds
    sure: int
    doubles: bool


NONE = Key((), 0, doubles=False)
"""The key of what is not read: digits, other scripts, words without end."""


class Line(NamedTuple):
    """A line of the tables: what letters sound like, given the letter before them and what comes after."""

    letters: str
    before: str
    after: re.Pattern[str] | None
    sounds: Sounds


Table = dict[str, tuple[Line, ...]]
"""By their first letter the lines that may fit, those with most letters first."""

_LINE = re.compile(r"(?P<before>[^\[]*)\[(?P<letters>\w+)\](?P<after>.*) = (?P<sounds>.+)")
_CLASSES = {"V": "[aeiouyáéíóúàèìòùâêîôûäëïöüåæœøăąęěıý]", "Q": "[bcdfghjklmnpqrstvwxzßłñńšśşșžżźčćçđğțţ]"}


def lines(table: str) -> Iterator[Line]:
    """Read a table of `naming/sounds`."""
    for found in filter(None, map(_LINE.fullmatch, table.strip().split("\n"))):
        after = re.sub("[VQ]", lambda letter: _CLASSES[letter[0]], found["after"])
        heard = () if found["sounds"] == "-" else tuple(map(_sound, found["sounds"].split(" ")))
        yield Line(found["letters"], found["before"], re.compile(after) if after else None, heard)


def _sound(written: str) -> int:
    return sum(BIT[letter] for letter in written.rstrip("?")) | (MAYBE if written.endswith("?") else 0)


def _table(*tables: str) -> Table:
    found: dict[str, list[Line]] = {}
    for line in lines("\n".join(table.strip() for table in tables)):
        found.setdefault(line.letters[0], []).append(line)
    return {first: tuple(sorted(some, key=lambda line: -len(line.letters))) for first, some in found.items()}


_LATIN: dict[Role, Table] = {
    "text": _table(sounds.LATIN),
    "name": _table(sounds.LATIN_NAME, sounds.LATIN),
    "name in cyrillic": _table(sounds.LATIN_NAME_IN_CYRILLIC, sounds.LATIN_NAME, sounds.LATIN),
}
_TEXT = _table(sounds.CYRILLIC)
_NAME = _table(sounds.CYRILLIC_NAME, sounds.CYRILLIC)
_CYRILLIC: dict[Role, Table] = {"text": _TEXT, "name": _NAME, "name in cyrillic": _NAME}
_READ = frozenset((*_LATIN["text"], *_TEXT))
_DOUBLE = re.compile(r"([^sс])\1")
_PRIME = re.compile("(?<=[бпвмф])['’](?=[еєюя])", re.IGNORECASE)


def words(text: str) -> tuple[str, ...]:
    """Part a text into words as folding does, but not at the apostrophe of Слов’янськ, which is ʼ then; as written."""
    if text.isalpha():
        return (text,)
    text = _PRIME.sub("ʼ", unicodedata.normalize("NFC", text))
    return tuple("".join(map(_parting, text)).split())


def _parting(char: str) -> str:
    return char if char.isalnum() else "" if unicodedata.category(char) in {"Mn", "Cf"} else " "


def is_cyrillic(word: str) -> bool:
    """Tell a word that begins in Cyrillic."""
    return "\u0400" <= word[:1] < "\u0530"


@lru_cache(1 << 16)
def key(word: str, role: Role) -> Key:
    """Read a word; `NONE` if that cannot be done."""
    letters = _letters(word)
    table = (_CYRILLIC if is_cyrillic(letters) else _LATIN)[role]
    heard: list[int] = []
    place, last = 0, ""
    while place < len(letters) <= LONGEST:
        line = _line(table, letters, place)
        if line is None:
            return NONE
        if line.letters != last:  # what is doubled sounds once
            heard += line.sounds
        last = line.letters
        place += len(last)
    return made(tuple(heard), doubles=_DOUBLE.search(letters) is not None) if heard else NONE


def made(heard: Sounds, *, doubles: bool) -> Key:
    """Make a key."""
    return Key(heard, sum(1 for sound in heard if not sound & MAYBE), doubles)


class _Letters(dict[int, str]):
    """What each character is read as: itself, its base, or nothing; filled as they come."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        if letter not in _READ:
            letter = "" if unicodedata.category(letter) == "Mn" else unicodedata.normalize("NFKD", letter)[0]
        self[code] = letter
        return letter


_LETTERS = _Letters()


def _letters(word: str) -> str:
    word = word.lower()
    return word if word.isascii() else unicodedata.normalize("NFC", word).translate(_LETTERS)


def _line(table: Table, letters: str, place: int) -> Line | None:
    last = letters[place - 1] if place else "^"
    for line in table.get(letters[place], ()):
        written, before, after, _ = line
        if (
            letters.startswith(written, place)
            and (not before or last in before)
            and (not after or after.match(letters, place + len(written)))
        ):
            return line
    return None
