"""The numbers, dates and times that a sentence states, with what they count, however they are written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.core.stories.lexicon import (
    CURRENCIES,
    DATING,
    DAYS,
    MONTHS,
    NOBODY,
    OF,
    PEOPLE,
    PERCENT,
    SIGNS,
    UNSURE_MONTHS,
    VAGUE,
    WHEN,
)
from monitor.core.stories.numerals import MAGNITUDES, ONE, read, value_of
from monitor.core.stories.words import Token

_GROUPED = re.compile(r"\d{1,3}(?:[ \u00a0\u202f\u2009'’.,]\d{3})+")
_YEARS = (1900, 2100)
_REACH = 3


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number: `kind` (number, percent, year, date, time, score, day, when, vague), and the stem of what it counts.

    `soft`: it may be an article.
    """

    kind: str
    value: str
    counts: str = ""
    soft: bool = False


_PLAIN = {
    **{word: Quantity("day", str(day)) for word, day in DAYS.items()},
    **{word: Quantity("when", when) for word, when in WHEN.items()},
    **{word: Quantity("vague", what) for word, what in VAGUE.items()},
}


def quantities_of(tokens: Sequence[Token]) -> tuple[Quantity, ...]:
    """List the quantities of a sentence."""
    return tuple(_quantities(tokens))


def _quantities(tokens: Sequence[Token]) -> Iterator[Quantity]:
    words = [token.folded for token in tokens]
    place = 0
    while place < len(tokens):
        quantity, end = _at(tokens, words, place)
        if quantity:
            yield quantity
        place = max(end, place + 1)


def _at(tokens: Sequence[Token], words: Sequence[str], place: int) -> tuple[Quantity | None, int]:
    """Read the quantity that begins at a token, and where it ends."""
    token = tokens[place]
    if token.kind == "word":
        return _said(tokens, words, place)
    if token.kind == "number":
        return _number(tokens, words, place)
    if token.kind == "sign":
        return None, place + 1
    if token.kind != "time":
        return Quantity(token.kind, _bare(token)), place + 1
    afternoon = _is_afternoon(words, place + 1)
    return Quantity("time", _time(token.written, afternoon=afternoon)), place + 1 + afternoon


def _said(tokens: Sequence[Token], words: Sequence[str], place: int) -> tuple[Quantity | None, int]:
    """Read a number, day or month that is said in words."""
    word = words[place]
    if word in _PLAIN:
        return _PLAIN[word], place + 1
    if word in MONTHS:
        return _month(tokens, words, place)
    if value_of(word) >= 0 or word in MAGNITUDES:
        value, end = read(words, place)
        return _counted(float(value), tokens, words, end, place)
    if word in NOBODY:
        return Quantity("number", "0", _what(tokens, place + 1, place), soft=True), place + 1
    if word in ONE:
        return _one(tokens, words, place)
    return None, place + 1


def _one(tokens: Sequence[Token], words: Sequence[str], place: int) -> tuple[Quantity | None, int]:
    """Read what may be an article: one hundred, one dead, a treaty."""
    following = words[place + 1] if place + 1 < len(words) else ""
    if following in MAGNITUDES or value_of(following) == 100:  # noqa: PLR2004 - one hundred
        return _at(tokens, words, place + 1)
    return Quantity("number", "1", _what(tokens, place + 1, place), soft=not _is_part(words, place)), place + 1


def _is_part(words: Sequence[str], place: int) -> bool:
    """Tell whether one is counted of several: one train in three."""
    near = words[place + 1 : place + 1 + _REACH]
    of = next((at for at, word in enumerate(near, place + 1) if word in OF), len(words))
    return any(word.isdigit() or value_of(word) > 0 for word in words[of + 1 : of + 2])


def _month(tokens: Sequence[Token], words: Sequence[str], place: int) -> tuple[Quantity | None, int]:
    """Read a month, with the day that follows it: January 21."""
    month = MONTHS[words[place]]
    if place + 1 < len(tokens) and _is_day(tokens[place + 1]):
        return Quantity("date", f"{month}-{int(words[place + 1])}"), place + 2
    unsure = words[place] in UNSURE_MONTHS and (place == 0 or words[place - 1] not in DATING)
    return (None if unsure else Quantity("month", str(month))), place + 1


def _is_day(token: Token) -> bool:
    return token.kind == "number" and token.written.isdecimal() and 0 < int(token.written) <= 31  # noqa: PLR2004


def _number(tokens: Sequence[Token], words: Sequence[str], place: int) -> tuple[Quantity | None, int]:
    """Read a number in digits with what follows: a month, a magnitude, a unit."""
    token, end = tokens[place], place + 1
    following = words[end] if end < len(words) else ""
    skipped = following in {"er", "st", "nd", "rd", "th"}
    if skipped:
        end += 1
        following = words[end] if end < len(words) else ""
    if following in MONTHS and _is_day(token):
        return Quantity("date", f"{MONTHS[following]}-{int(token.written)}"), end + 1
    if following == "uhr" or _is_afternoon(words, end):
        return Quantity("time", _time(token.written, afternoon=following != "uhr")), end + 1
    if token.written.isdecimal() and _YEARS[0] <= int(token.written) < _YEARS[1] and len(token.written) == 4:  # noqa: PLR2004
        return Quantity("year", token.written, _what(tokens, end, place)), end
    value = _value(token.written)
    if following in MAGNITUDES or (following == "m" and place and tokens[place - 1].written in SIGNS):
        value, end = value * MAGNITUDES.get(following, 1_000_000), end + 1
    return _counted(value, tokens, words, end, place)


def _is_afternoon(words: Sequence[str], place: int) -> bool:
    return list(words[place : place + 1]) == ["pm"] or list(words[place : place + 2]) == ["p", "m"]


def _counted(value: float, tokens: Sequence[Token], words: Sequence[str], end: int, place: int) -> tuple[Quantity, int]:
    """Say what a number counts: per cent, money or what stands behind it."""
    said = f"{value:.10g}"
    if end < len(words) and words[end] in PERCENT:
        return Quantity("percent", said), end + 1
    if words[end : end + 2] in (["per", "cent"], ["pour", "cent"]):
        return Quantity("percent", said), end + 2
    return Quantity("number", said, _what(tokens, end, place)), end


def _what(tokens: Sequence[Token], start: int, place: int) -> str:
    """Name what a number counts by its stem, or the sign of a currency; behind `people` stands what became of them."""
    if place and tokens[place - 1].written in SIGNS:
        return tokens[place - 1].written
    for token in tokens[start : start + _REACH]:
        if token.folded in CURRENCIES or token.written in SIGNS:
            return CURRENCIES.get(token.folded, token.written)
        if token.content and token.folded not in PEOPLE:
            return token.stem
    return ""


def _value(written: str) -> float:
    sign = -1 if written[0] in "−-" else 1
    bare = written.lstrip("−-")
    grouped = _GROUPED.match(bare)
    if grouped and not bare.startswith("0"):
        whole = re.sub(r"\D", "", grouped[0])
        rest = re.sub(r"\D", "", bare[grouped.end() :])
        return sign * float(f"{whole}.{rest or 0}")
    return sign * float(bare.replace(",", "."))


def _time(written: str, *, afternoon: bool = False) -> str:
    hour, minute = ([*re.findall(r"\d+", written), "0"])[:2]
    return str((int(hour) + 12 * (afternoon and int(hour) < 12)) * 60 + int(minute))  # noqa: PLR2004 - hours


def _bare(token: Token) -> str:
    """Write dates and scores alike."""
    parts = [int(part) for part in re.findall(r"\d+", token.written)]
    if token.kind == "date":
        day, month = (parts[2], parts[1]) if parts[0] > 31 else (parts[0], parts[1])  # noqa: PLR2004 - a year first
        return f"{month}-{day}"
    return "-".join(map(str, parts))
