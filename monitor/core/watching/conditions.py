"""What is amiss with a feed as a condition that begins, stands and ends; one that comes and goes is told few times.

    begins ── told at once ──> stands ── well for `SETTLES` ──> over, told ── forgotten a day after it was told
                                  ^                               │
                                  └── begins again: well for `SETTLES_AGAIN` before it is over ──┘

So of one condition of one feed at most three beginnings and three ends are told within any day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

Name = Literal["failing", "gone", "robots", "broken", "moved", "kind", "quiet", "overflow", "network"]

SETTLES = timedelta(minutes=10)
"""How long a condition must not have been met until it is over."""

SETTLES_SLOWLY: Mapping[Name, timedelta] = {"overflow": timedelta(hours=6)}
"""The same for what is seen at some polls only."""

SETTLES_AGAIN = timedelta(hours=12)
"""The same for one that has come again."""

KEPT: frozenset[Name] = frozenset({"quiet"})
"""Conditions whose first reason stays: the usual rhythm of a feed that is quiet fades."""

AGAIN = timedelta(days=1)
"""A condition that begins within this time after it was last told has come again."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is amiss with a feed, or was of late.

    It is so `since` then, for `reason`. `told` is when its beginning was told; `well`: since when it is not met any
    more; `over`: when its end was told. `again`: it had been told shortly before.
    """

    name: Name = "failing"
    since: datetime | None = None
    reason: str = ""
    told: datetime | None = None
    well: datetime | None = None
    over: datetime | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """That a condition is met: since when, and why."""

    since: datetime
    reason: str


def updated(conditions: Iterable[Condition], judged: Mapping[Name, Met | None], now: datetime) -> tuple[Condition, ...]:
    """Give what stands after some conditions were judged (None: not met); the others are as they were."""
    known = {condition.name: _not_ahead(condition, now) for condition in conditions}
    for name, met in judged.items():
        found = _met(known.get(name), name, met, now) if met else _unmet(known.get(name), now)
        known.pop(name, None)
        if found:
            known[name] = found
    return tuple(known[name] for name in sorted(known))


def standing(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Give the conditions that stand."""
    return tuple(condition for condition in conditions if condition.over is None)


def begun(before: Iterable[Condition], after: Iterable[Condition]) -> tuple[Condition, ...]:
    """Give the conditions that stand now and did not before."""
    stood = {condition.name for condition in standing(before)}
    return tuple(condition for condition in standing(after) if condition.name not in stood)


def ended(before: Iterable[Condition], after: Iterable[Condition]) -> tuple[Condition, ...]:
    """Give the conditions that stood before and do not now, as they stood."""
    stand = {condition.name for condition in standing(after)}
    return tuple(condition for condition in standing(before) if condition.name not in stand)


def _met(known: Condition | None, name: Name, met: Met, now: datetime) -> Condition:
    if known and known.over is None:
        return replace(known, reason=known.reason if name in KEPT else met.reason, well=None)
    again = known is not None and known.told is not None and now - known.told < AGAIN
    return Condition(name, min(met.since, now), met.reason, told=now, again=again)


def _unmet(known: Condition | None, now: datetime) -> Condition | None:
    if known is None or known.told is None:
        return None
    if known.over is not None:
        return known if now - known.told < AGAIN else None
    well = known.well or now
    settles = SETTLES_AGAIN if known.again else SETTLES_SLOWLY.get(known.name, SETTLES)
    return replace(known, well=well, over=now if now - well >= settles else None)


def _not_ahead(condition: Condition, now: datetime) -> Condition:
    """Take no time for true that is ahead: a clock has jumped."""
    since, told, well, over = (
        time and min(time, now) for time in (condition.since, condition.told, condition.well, condition.over)
    )
    return replace(condition, since=since, told=told, well=well, over=over)
