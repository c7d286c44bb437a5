"""Formats of times as pages print them: the letters of strptime, with names of months as four languages write them.

`%B` and `%b` read a month's name in French, Russian, English or German, long or short, in any case of its grammar and
with or without a full stop; `%d` reads `1er` too. What `strptime` itself reads depends on the machine's locale.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import lru_cache

_MONTHS = (
    "january jan januar jänner jaenner jän jaen janvier janv янв",
    "february feb febr februar feber février févr fév фев февр",
    "march mar märz maerz mär mrz mars март мар",
    "april apr avril avr апр",
    "may mai май",
    "june jun juni juin июн",
    "july jul juli juillet juil июл",
    "august aug août авг август",
    "september sept sep septembre сен сент",
    "october oct oktober okt octobre окт",
    "november nov novembre ноя нояб",
    "december dec dezember dez décembre déc дек",
)
_SOFT = (
    (1, "январ"),
    (2, "феврал"),
    (4, "апрел"),
    (6, "июн"),
    (7, "июл"),
    (9, "сентябр"),
    (10, "октябр"),
    (11, "ноябр"),
    (12, "декабр"),
)
_SOFT_ENDINGS = ("ь", "я", "ю", "е", "ем")
_HARD_ENDINGS = ("", "а", "у", "е", "ом")
_LONG = 3
"""Letters; what is longer may have a German genitive: des Januars, des Mais is rare."""


def _folded(name: str) -> str:
    """Write a name without case, accents and full stop."""
    parts = unicodedata.normalize("NFKD", name.casefold()).removesuffix(".")
    return "".join(char for char in parts if not unicodedata.combining(char))


def _names() -> Mapping[str, int]:
    names = {_folded(name): number for number, line in enumerate(_MONTHS, 1) for name in line.split()}
    names |= {_folded(stem + end): number for number, stem in _SOFT for end in _SOFT_ENDINGS}
    names |= {_folded(stem + end): n for n, stem in ((3, "март"), (8, "август")) for end in _HARD_ENDINGS}
    names |= {_folded("ма" + end): 5 for end in ("й", "я", "ю", "е", "ем")}
    return names | {f"{name}s": number for name, number in names.items() if name.isascii() and len(name) > _LONG}


_NUMBERS = _names()

_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*\.?"
_PARTS = {
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "m": "[0-9]{1,2}",
    "d": "[0-9]{1,2}",
    "H": "[0-9]{1,2}",
    "I": "[0-9]{1,2}",
    "M": "[0-9]{1,2}",
    "S": "[0-9]{1,2}",
    "f": "[0-9]{1,9}",
    "p": r"[ap]\.?m\.?",
    "z": "[+-][0-9]{2}(?::?[0-9]{2})?|Z",
    "Z": "[a-z]{1,5}(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?",
    "B": _WORD,
    "A": _WORD,
}
_ALIASES = {"b": "B", "h": "B", "a": "A", "e": "d", "k": "H", "l": "I"}
_SHORT = {"%T": "%H:%M:%S", "%R": "%H:%M", "%F": "%Y-%m-%d"}
_ORDINAL = "(?:er|st|nd|rd|th|-?го)?"
"""What may stand behind the number of a day: 1er janvier, 10th of January, 10-го января."""

_PIECE = re.compile(r"%-?(?P<letter>.)|(?P<space>\s+)|(?P<text>[^%\s]+)|(?P<bad>%-?$)")
_PIVOT = 69
"""Years of two digits below this are of this century. Source: POSIX, strptime."""


@dataclass(frozen=True, slots=True)
class Face:
    """What is printed: `year`, `month` and `day` are 0 where they are not said, `zone` is empty."""

    at: time
    year: int = 0
    month: int = 0
    day: int = 0
    zone: str = ""


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """A format that says at least an hour, and of a date nothing, or day and month, or all of it."""

    pattern: re.Pattern[str]

    def read(self, text: str) -> Face | None:
        """Read a text, its spaces single, that is written so from end to end; None: it is not."""
        found = self.pattern.fullmatch(text)
        return None if found is None else _face(found.groupdict())


@lru_cache(maxsize=1024)
def time_format(written: str) -> TimeFormat:
    """Read a format.

    Raises:
        ValueError: it says no moment, or has a letter that is not known; in words: what - what would be right.
    """
    for short, long in _SHORT.items():
        written = written.replace(short, long)
    said: list[str] = []
    pieces = [_piece(found, said) for found in _PIECE.finditer(" ".join(written.split()))]
    _refuse(said)
    return TimeFormat(re.compile("".join(pieces), re.IGNORECASE))


def _piece(found: re.Match[str], said: list[str]) -> str:
    if found["space"]:
        return " "
    if found["text"]:
        return re.escape(found["text"])
    letter = found["letter"] or ""
    if letter == "%":
        return "%"
    letter = _ALIASES.get(letter, letter)
    if letter not in _PARTS:
        raise ValueError(f"%{letter} is not read in times - as %H:%M %d.%m.%Y or %d %B %Y, %H:%M")
    if letter in said:
        raise ValueError(f"%{letter} stands in it twice - once is enough")
    said.append(letter)
    return f"(?P<{letter}>{_PARTS[letter]}){_ORDINAL if letter == 'd' else ''}"


def _refuse(said: list[str]) -> None:
    """Refuse a format that does not say enough for a moment."""
    year, month, day = {"Y", "y"} & {*said}, {"m", "B"} & {*said}, {"d"} & {*said}
    if not {"H", "I"} & {*said}:
        raise ValueError("it says no hour, and a day alone is no moment - add %H:%M, or leave `time` out")
    if "I" in said and "p" not in said:
        raise ValueError("%I is an hour before or after noon - add %p, or write %H")
    if bool(month) != bool(day) or (year and not day):
        raise ValueError("it says a part of a date - day and month, with or without the year, or none of them")
    if "A" in said and not day:
        raise ValueError("it says a day of the week and no date - add %d.%m or %d %B")


def _face(part: Mapping[str, str | None]) -> Face | None:
    month = _NUMBERS.get(_folded(part.get("B") or ""), 0) if "B" in part else int(part.get("m") or 0)
    day = int(part.get("d") or 0)
    if bool(month) != bool(day):
        return None
    second = min(int(part.get("S") or 0), 59)  # a leap second
    micro = int((part.get("f") or "0").ljust(6, "0")[:6])
    if "Y" in part and not int(part["Y"] or 0):
        return None  # there is no year 0, and it would mean that none is said
    try:
        at = time(_hour(part), int(part.get("M") or 0), second, micro)
    except ValueError:
        return None
    return Face(at, _year(part), month, day, part.get("z") or part.get("Z") or "")


def _hour(part: Mapping[str, str | None]) -> int:
    """Give the hour of 24; 12 am is the first. Raises: ValueError: there is no such hour."""
    hour = int(part.get("I") or part.get("H") or 0)
    if "I" not in part:
        return hour
    if not 1 <= hour <= 12:  # noqa: PLR2004 - the hours of a clock
        raise ValueError
    return hour % 12 + (12 if (part.get("p") or "").lower().startswith("p") else 0)


def _year(part: Mapping[str, str | None]) -> int:
    if part.get("y"):
        year = int(part["y"] or 0)
        return year + (2000 if year < _PIVOT else 1900)
    return int(part.get("Y") or 0)
