"""How a feed does: which conditions stand, by what its polls came to; and what operators are told of it.

    what a poll came to, the rhythm -> conditions (some begin, some end) -> a notice for each that does

A condition says what a person should know at three in the morning, or can do something about; what mends itself within
minutes is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import exp
from typing import Literal

from monitor.core.errors import FetchError, ParseError
from monitor.core.feed import Feed, Kind, reading
from monitor.core.telling.notice import Notice
from monitor.core.watching.conditions import Condition, Met, Name, begun, ended, standing, updated
from monitor.core.watching.rhythm import HABIT, Rhythm, usual
from monitor.core.watching.wording import KINDS, beginning, end, said_of_overflow, said_of_rest, span

Trouble = Literal["", "failing", "gone", "robots", "broken"]
"""Why a poll brought nothing: no answer that could be used, HTTP 410, robots.txt, nothing that could be read in it."""

TROUBLES: tuple[Name, ...] = ("failing", "gone", "robots", "broken")

FAILING_AFTER: Mapping[Trouble, timedelta] = {"failing": timedelta(minutes=30), "broken": timedelta(minutes=15)}
"""Failures in a row must go on for so long until they are told; a page that can be had and not read is mended by
nobody but us. The others are told at once, and so is a failure after which a server asks for a longer rest."""

FAILURES = 3
"""So many in a row, at least: of a feed that is polled once an hour one failure is no trouble yet."""

EMPTY_AFTER = timedelta(hours=1)
"""So long may a feed show no entries at all that had some before."""

KIND_TAKES = timedelta(days=1)
"""After this a feed's new kind is its kind."""

QUIET_AT_LEAST = timedelta(hours=12)
"""A shorter silence is never told."""

QUIET_TIMES = 4
"""A feed is quiet if it has brought nothing for so many times its longest silence: nights and weekends are among the
silences of two weeks. Four wake somebody for nothing once in 25 years of a feed, three once in nine
(benchmarks/quiet.py)."""

QUIET_ENTRIES = 5.0
"""Of fewer entries in two weeks no rhythm can be told."""

MOST_FADED = 30.0
"""After so many fortnights of silence it is too late to say so."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a poll came to.

    `kind` as what its document was read ("auto": it was not), `entries` how many it shows (None: it did not change).
    `moved_to` is the address that was taken over from permanent redirects; empty: none. `rests` is how long its server
    asks not to be asked again (0: it does not). `outage`: nothing can be reached from here, and this was not answered.
    """

    trouble: Trouble = ""
    reason: str = ""
    kind: Kind = "auto"
    entries: int | None = None
    overflow: bool = False
    moved_to: str = ""
    rests: timedelta = timedelta(0)
    outage: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """What is amiss with a feed, and what that is told by.

    `failures` in a row began at `failed`. `reading` names how it was read, `kind` is as what, by custom; another one is
    read since `other`. `filled`: it had entries once; `empty`: since when it shows none.
    """

    conditions: tuple[Condition, ...] = ()
    failures: int = 0
    failed: datetime | None = None
    reading: str = ""
    kind: str = ""
    other: datetime | None = None
    filled: bool = False
    empty: datetime | None = None


def trouble_of(error: FetchError | ParseError) -> Trouble:
    """Name the trouble of a poll that failed."""
    if isinstance(error, ParseError):
        return "broken"
    return "gone" if error.gone else "robots" if error.robots else "failing"


def visited(feed: Feed, health: Health, visit: Visit, rhythm: Rhythm, now: datetime) -> Health:
    """Learn from a poll; `rhythm` is as it was learnt from the same poll."""
    if health.reading != (reads := reading(feed)):
        health = Health(health.conditions, reading=reads)  # whoever edits a feed wants to know how it does from then on
    if visit.trouble:
        health = _failed(health, now)
        judged = _troubles(feed, health, visit, now)
    else:
        health = _answered(health, visit, now)
        judged = {**dict.fromkeys(TROUBLES), **_findings(health, visit, rhythm, now)}
    judged["moved"] = Met(now, visit.moved_to) if visit.moved_to else None
    return replace(health, conditions=updated(health.conditions, judged, now))


def notices(feed: Feed, before: Health, after: Health, now: datetime, version: int = 0) -> tuple[Notice, ...]:
    """Say what operators are to be told of a feed's health: of each condition once that it begins, once that it ends.

    `version` is that of the book in force. A notice may be written twice: the ledger tells it once.
    """
    ends = (end(feed, condition, now, after.kind) for condition in ended(before.conditions, after.conditions))
    begins = (beginning(feed, condition, now) for condition in begun(before.conditions, after.conditions))
    return tuple(replace(notice, version=version) for notice in (*ends, *begins))


def _failed(health: Health, now: datetime) -> Health:
    since = now if health.failed is None else min(health.failed, now)
    return replace(health, failures=health.failures + 1, failed=since)


def _troubles(feed: Feed, health: Health, visit: Visit, now: datetime) -> dict[Name, Met | None]:
    """Judge what troubles a feed; what only an answer can say is not known, and of an outage of our own nothing."""
    if visit.outage:
        return {}
    judged: dict[Name, Met | None] = {name: None for name in TROUBLES if name != "broken"}
    since = health.failed or now
    if _rests(feed, visit):
        return {**judged, "failing": Met(since, said_of_rest(visit.reason, now + visit.rests))}
    lasting = health.failures >= FAILURES and now - since >= FAILING_AFTER.get(visit.trouble, timedelta(0))
    if visit.trouble and (lasting or visit.trouble not in FAILING_AFTER):
        judged[visit.trouble] = Met(since, visit.reason)
    elif visit.trouble == "failing" and any(known.name == "failing" for known in standing(health.conditions)):
        del judged["failing"]
    return judged


def _rests(feed: Feed, visit: Visit) -> bool:
    """Say whether a feed that failed is left alone for longer than failures may last, and than it may be anyway.

    To wait for three of them would be to say nothing for days.
    """
    return visit.trouble == "failing" and visit.rests > max(FAILING_AFTER["failing"], feed.every[1])


def _answered(health: Health, visit: Visit, now: datetime) -> Health:
    """Learn from a document, or from that it did not change."""
    health = replace(health, failures=0, failed=None)
    if visit.entries is not None:
        empty = None if visit.entries else min(health.empty or now, now)
        health = replace(health, filled=health.filled or visit.entries > 0, empty=empty)
    if visit.kind == "auto":
        return health
    if visit.kind == health.kind:
        return replace(health, other=None)
    other = min(health.other or now, now)
    taken = not health.kind or now - other >= KIND_TAKES
    return replace(health, kind=visit.kind, other=None) if taken else replace(health, other=other)


def _findings(health: Health, visit: Visit, rhythm: Rhythm, now: datetime) -> dict[Name, Met | None]:
    """Judge what an answer says of a feed; a document that did not change says nothing new of its kind."""
    found: dict[Name, Met | None] = {
        "broken": _empty(health, now),
        "quiet": _quiet(rhythm, now),
        "overflow": Met(now, said_of_overflow(rhythm.lasted)) if visit.overflow else None,
    }
    if visit.kind != "auto":
        said = f"its address gives {KINDS[visit.kind]} where it used to give {KINDS[health.kind]}"
        found["kind"] = Met(health.other, said) if health.other else None
    return found


def _empty(health: Health, now: datetime) -> Met | None:
    if health.empty is None or not health.filled or now - health.empty < EMPTY_AFTER:
        return None
    return Met(health.empty, "its document holds no entries any more")


def _quiet(rhythm: Rhythm, now: datetime) -> Met | None:
    """Tell a feed that is silent for far longer than it ever was in two weeks or more of watching.

    Time counts as far as it was watched; the coverage of a feed that says it is over may be silent.
    """
    over = rhythm.wishes.over
    entries = rhythm.entries * exp(min(rhythm.silent / HABIT, MOST_FADED))  # as it was when the last one came
    known = rhythm.watched - rhythm.silent >= HABIT and entries >= QUIET_ENTRIES
    ended = over is not None and over <= now
    if not known or ended or rhythm.silent < max(QUIET_AT_LEAST, QUIET_TIMES * rhythm.longest):
        return None
    usually = f"usually it brings {usual(rhythm)}" if usual(rhythm) else "it used to bring more"
    return Met(rhythm.newest or now, f"{usually}, and it was never silent for more than {span(rhythm.longest)}")
