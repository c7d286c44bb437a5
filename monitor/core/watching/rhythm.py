"""How often a feed brings something new: of late, at each time of the day, and how long it was ever silent.

What is remembered is of one size, however long a feed is watched: sums that decay, so that what is long ago counts for
little. Time is counted as far as it was watched: an outage of ours, or a clock that jumps, is no silence of the feed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import cos, exp, pi, sin

RECENT = timedelta(minutes=20)
"""Entries count as recent with a weight that falls to a third within this time: a burst of a live blog lasts longer,
and what is older says little about the next minutes."""

HABIT = timedelta(days=14)
"""The same for the habits of the day: two weeks tell them, and a feed that changes them is known anew after a month."""

SILENCES = timedelta(days=60)
"""The same for the longest silence: holidays are forgotten within half a year."""

GROWS = 3
"""A silence is remembered as so many times the longest before it at most, once habits are known: a feed that was dead
for a month is not expected to be so again."""

LONGEST_STEP = timedelta(hours=6)
"""So much of the time between two polls counts as watched at most."""

WAVES = 2
"""The habit of the day is a sum of so many waves, of 24 and 12 hours: a morning and an evening can be told apart."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a feed's document says of how often to ask for it; hours and days are in UTC, Monday is 0.

    `ttl` 0: nothing; `over`: when its coverage ended, or is to end.
    """

    ttl: timedelta = timedelta(0)
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    over: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often new entries came.

    `at` is the last poll, `began` the oldest time that counts, `newest` when the last entry came. `recent` counts
    entries that decay with `RECENT`, `entries` with `HABIT`; `waves` are cosine and sine of their times of day, summed.
    `watched` is how long the feed was watched, `silent` how much of it has passed since `newest`, `longest` how much
    passed between two entries at most, decaying with `SILENCES`. `missed`: when all that was shown before had
    left, so that entries may have been missed, and what was shown had lasted no longer than `lasted`.
    """

    at: datetime | None = None
    began: datetime | None = None
    newest: datetime | None = None
    recent: float = 0.0
    entries: float = 0.0
    waves: tuple[float, ...] = ()
    watched: timedelta = timedelta(0)
    silent: timedelta = timedelta(0)
    longest: timedelta = timedelta(0)
    missed: datetime | None = None
    lasted: timedelta = timedelta(0)
    wishes: Wishes = field(default_factory=Wishes)


def arrived(rhythm: Rhythm, times: Iterable[datetime], now: datetime, *, overflow: bool = False) -> Rhythm:
    """Learn from a poll that brought new entries of these times (none: it brought nothing).

    A time before the last poll or after `now` is no time of arrival, and taken for the nearest one that can be. At the
    first poll the times are the feed's own past; what says that it is of `now` gives no time.
    `overflow`: all that the last document showed has left.
    """
    first = rhythm.at is None
    since = now - HABIT if rhythm.at is None else min(rhythm.at, now)
    came = sorted(min(max(time, since), now) for time in times if not first or since <= time < now)
    step = timedelta(0) if first else now - since
    sums = _sums(rhythm, step, came, now)
    watched = _watched(sums, timedelta(0) if first else min(step, LONGEST_STEP), came, now)
    newest = came[-1] if came else rhythm.newest and min(rhythm.newest, now)
    began = rhythm.began if rhythm.began is not None and rhythm.began < now else min([now, *came[:1]])
    learnt = replace(watched, at=now, began=began, newest=newest)
    return replace(learnt, missed=now, lasted=step) if overflow else learnt


def habit(rhythm: Rhythm, at: datetime) -> float:
    """Say how many times as many entries come at this time of the day as in the mean of all; 1.0 until that is known.

    It is never negative: the waves are weighted by Fejér's kernel.
    """
    if rhythm.entries <= 0:
        return 1.0
    pairs = zip(_remembered(rhythm), _waves(at), strict=True)
    found = sum(_weight(number) * one * now for number, (one, now) in enumerate(pairs))
    return max(0.0, 1 + 2 * found / rhythm.entries)


def daily(rhythm: Rhythm) -> float:
    """Say how many entries a day come in the mean of the last weeks; 0.0 where none is known of."""
    if rhythm.at is None or rhythm.began is None:
        return 0.0
    known = max((rhythm.at - rhythm.began) / HABIT, DAY / HABIT)
    return rhythm.entries / (HABIT / DAY * (1 - exp(-known)))


def usual(rhythm: Rhythm) -> str:
    """Say a feed's usual rhythm in words; empty where nothing is known."""
    a_day = daily(rhythm)
    if a_day <= 0:
        return ""
    minutes = DAY / timedelta(minutes=1) / a_day
    if minutes < 120:  # noqa: PLR2004 - two hours
        return f"every {max(1, round(minutes))} min"
    for number, span in ((a_day, "day"), (a_day * 7, "week"), (a_day * 30, "month")):
        if number >= 0.95:  # noqa: PLR2004 - rounds to one
            return f"{round(number)} a {span}"
    return "less than 1 a month"


def _sums(rhythm: Rhythm, step: timedelta, came: list[datetime], now: datetime) -> Rhythm:
    faded = exp(-step / HABIT)
    waves = [one * faded for one in _remembered(rhythm)]
    for time in came:
        weight = exp(-(now - time) / HABIT)
        waves = [one + weight * turn for one, turn in zip(waves, _waves(time), strict=True)]
    return replace(
        rhythm,
        recent=rhythm.recent * exp(-step / RECENT) + sum(exp(-(now - time) / RECENT) for time in came),
        entries=rhythm.entries * faded + sum(exp(-(now - time) / HABIT) for time in came),
        waves=tuple(waves),
    )


def _remembered(rhythm: Rhythm) -> tuple[float, ...]:
    """Give the waves; what a program that counts others has remembered says nothing to this one."""
    return rhythm.waves if len(rhythm.waves) == 2 * WAVES else (0.0,) * (2 * WAVES)


def _waves(at: datetime) -> tuple[float, ...]:
    """Give cosine and sine of a time of the day in UTC, for each wave."""
    at = at.astimezone(UTC)
    turn = 2 * pi * (timedelta(hours=at.hour, minutes=at.minute, seconds=at.second) / DAY)
    return tuple(wave(number * turn) for number in range(1, WAVES + 1) for wave in (cos, sin))


def _weight(number: int) -> float:
    return 1 - (number // 2 + 1) / (WAVES + 1)


def _watched(rhythm: Rhythm, step: timedelta, came: list[datetime], now: datetime) -> Rhythm:
    """Count silences as they were watched."""
    watched, silent = rhythm.watched + step, rhythm.silent + step
    if not came or rhythm.at is None:
        return replace(rhythm, watched=watched, silent=silent)
    gaps = [max(timedelta(0), silent - min(now - came[0], step)), *(min(b - a, step) for a, b in pairwise(came))]
    most = GROWS * rhythm.longest if rhythm.longest and rhythm.watched >= HABIT else max(gaps)
    longest = max(rhythm.longest * exp(-step / SILENCES), min(max(gaps), most))
    return replace(rhythm, watched=watched, silent=min(now - came[-1], step), longest=longest)
