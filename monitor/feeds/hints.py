"""How often a feed asks to be fetched, and when not. Source: RSS 2.0 (ttl, skipHours, skipDays) and RSS 1.0 (sy:)."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from monitor.feeds.limits import Contents

LONGEST = timedelta(days=366)
"""The longest time that is believed; feeds say `<ttl>999999999</ttl>`, too."""

_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SKIPPED = re.compile(rb"<skip(?:Hours|Days)>(.{0,1000}?)</skip(?:Hours|Days)>", re.IGNORECASE | re.DOTALL)
_PART = re.compile(rb"<(?:hour|day)>\s*(\w+)\s*</", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([0-9]{1,9})\s*", re.ASCII)


def hints(channel: Mapping[str, Any], body: bytes) -> Contents:
    """Give what a feed asks, in contents that hold nothing else.

    A feed that names all hours, or all days, asks for nothing that could be done, and is not heard.
    """
    hours, days = set[int](), set[int]()
    for found in _SKIPPED.finditer(body) if b"<skip" in body else ():
        for part in _PART.findall(found[1]):
            _add(part.decode("ascii", "replace").lower(), hours, days)
    return Contents(
        (),
        ttl=min(max(_ttl(channel), _update(channel)), LONGEST),
        skip_hours=frozenset(hours) if len(hours) < 24 else frozenset(),  # noqa: PLR2004 - hours of a day
        skip_days=frozenset(days) if len(days) < len(_DAYS) else frozenset(),
    )


def _add(part: str, hours: set[int], days: set[int]) -> None:
    """Note an hour from 0 to 23, or 24 for midnight (RSS 0.91), or a day by its English name."""
    if part in _DAYS:
        days.add(_DAYS.index(part))
    elif _NUMBER.fullmatch(part) and int(part) <= 24:  # noqa: PLR2004 - hours of a day
        hours.add(int(part) % 24)


def _ttl(channel: Mapping[str, Any]) -> timedelta:
    return timedelta(minutes=_number(channel.get("ttl"), 0))


def _update(channel: Mapping[str, Any]) -> timedelta:
    """Give the period of updates: daily where only their number is given, once where only the period is."""
    period, number = channel.get("sy_updateperiod"), channel.get("sy_updatefrequency")
    if not period and not number:
        return timedelta(0)
    whole = _PERIODS.get(str(period or "daily").strip().lower(), timedelta(0))
    return whole / max(_number(number, 1), 1)


def _number(written: object, default: int) -> int:
    found = _NUMBER.fullmatch(str(written or ""))
    return default if found is None else int(found[1])
