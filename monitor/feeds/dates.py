"""Times as sources print them, read strictly: a text that does not say its moment has none, and none is invented.

A date without a time says no moment, nor does a time without a zone where the feed has none.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from monitor.core.time_format import Face, time_format

_TIME = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
_ZONE = r"\s*(?P<zone>[+-][0-9]{2}(?::?[0-9]{2})?|[A-Za-z]{1,5}(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?)?(?:\s*\([^()]*\))?"
_ISO = re.compile(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})(?:[Tt]|\s+){_TIME}{_ZONE}")
_DAY = (
    r"(?:[^\W\d_]+\.?(?:\s*,\s*|\s+))?(?P<day>[0-9]{1,2})\s+(?P<name>[A-Za-z]{3,9})\.?\s+(?P<year>[0-9]{4}|[0-9]{2}),?"
)
_RFC_822 = re.compile(rf"{_DAY}\s+{_TIME}{_ZONE}")
_OFFSET = re.compile(r"(?:(?:GMT|UTC|UT))?([+-])([0-9]{1,2})(?::?([0-9]{2}))?", re.IGNORECASE)
_UNIX = re.compile(r"[0-9]{10}(?:[0-9]{3})?")
_LONGEST = 100
"""Characters; no date is longer, and a text that is one costs nothing."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november")
_NUMBERS = {name: number % 12 + 1 for number, name in enumerate((*_MONTHS, *_LONG, "december"))} | {"sept": 9}
_PIVOT = 50
"""Years of two digits below this are of this century. Source: RFC 5322 4.3."""

_HOURS: dict[str, float] = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "MSD": 4, "SAST": 2, "PKT": 5, "WIB": 7, "ICT": 7, "HKT": 8, "SGT": 8, "AWST": 8,
    "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "EST": -5, "EDT": -4,
    "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
"""Zones by name, in hours east of Greenwich; IST, AST and others that mean several zones are not here.
Source: RFC 5322 4.3 for the American ones."""

AHEAD = timedelta(minutes=10)
"""How far a source's clock may be ahead of ours; a time that is later than that is of the future."""

_YEARS = 8
"""Years in which a 29th of February comes again, but for those around 1900 and 2100."""


def moment(text: str, zone: str = "", formats: tuple[str, ...] = (), now: datetime | None = None) -> datetime | None:
    """Read a time as ISO 8601 or RFC 822 or, where given, by formats alone; give it in UTC, or None.

    `zone` (IANA name) is for times printed without one; where the zone's own name stands beside the time, that is
    it, too. Of a format that says no year, or only the time of day, the newest such moment that `now` is not ahead of
    is meant; without `now` there is none. Formats that cannot be read are not used.
    """
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        return None
    if formats:
        read = (_by_format(text, zone, one, now) for one in formats)
        return next((found for found in read if found is not None), None)
    match = _ISO.fullmatch(text) or _RFC_822.fullmatch(text)
    return None if match is None else _of_match(match, zone)


def unix(text: str) -> datetime | None:
    """Read seconds, or milliseconds, since 1970: ten digits or thirteen."""
    text = text.strip()
    if _UNIX.fullmatch(text) is None:
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC) + timedelta(milliseconds=int(text[10:] or 0))


def _of_match(match: re.Match[str], zone: str) -> datetime | None:
    part = match.groupdict()
    month = int(part["month"]) if "month" in part else _NUMBERS.get(part["name"].lower(), 0)
    second = min(int(part["second"] or 0), 59)  # a leap second
    micro = int((part["fraction"] or "0").ljust(6, "0")[:6])
    try:
        day = date(_year(part["year"]), month, int(part["day"]))
        face = datetime.combine(day, time(int(part["hour"]), int(part["minute"]), second, micro, UTC))
    except ValueError:
        return None
    return _in_utc(face, part["zone"] or "", zone)


def _year(digits: str) -> int:
    year = int(digits)
    return year if len(digits) > 2 else year + (2000 if year < _PIVOT else 1900)  # noqa: PLR2004 - two digits


def _in_utc(face: datetime, written: str, zone: str) -> datetime | None:
    """Read the face of a clock in the zone that is written beside it, or else in the feed's."""
    try:
        if not written:
            return face.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) if zone else None
        offset = _offset(face, written.upper(), zone)
        return None if offset is None else face.replace(tzinfo=timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _offset(face: datetime, written: str, zone: str) -> timedelta | None:
    found = _OFFSET.fullmatch(written)
    if found is not None:
        size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return -size if found[1] == "-" else size
    if zone:
        here = face.replace(tzinfo=ZoneInfo(zone))
        if here.tzname() == written:
            return here.utcoffset()
    return timedelta(hours=_HOURS[written]) if written in _HOURS else None


def _by_format(text: str, zone: str, written: str, now: datetime | None) -> datetime | None:
    try:
        face = time_format(written).read(text)
    except ValueError:
        return None
    if face is None:
        return None
    read = (_in_utc(one, face.zone, zone) for one in _may_be(face, now))
    return next((at for at in read if at is not None and (face.year or (now and at <= now + AHEAD))), None)


def _may_be(face: Face, now: datetime | None) -> Iterator[datetime]:
    """Give the moments that a printed time may mean, without their zone, newest first."""
    if face.year:
        days = [(face.year, face.month, face.day)]
    elif now is None:
        return
    elif face.day:
        days = [(now.year + 1 - back, face.month, face.day) for back in range(_YEARS + 2)]
    else:
        days = [(one.year, one.month, one.day) for one in (now + timedelta(days=ahead) for ahead in (1, 0, -1, -2))]
    for day in days:
        with suppress(ValueError):
            yield datetime.combine(date(*day), face.at, UTC)
