"""When to poll a feed next.

    the rhythm of the feed -> a pause, within `every` -> give or take a tenth -> not before server and feed allow it

What the numbers below reach is measured by benchmarks/schedule.py, on blogs that were not used to find them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.core.backoff import backoff
from monitor.core.errors import FetchError, ParseError
from monitor.core.feed import Feed
from monitor.core.watching.rhythm import RECENT, Rhythm, Wishes, habit

UNKNOWN = timedelta(minutes=11.5)
"""The pause where no entry was ever seen: of a blog that is about to begin the first one is told within 12 minutes."""

WORKING = timedelta(minutes=9)
"""The longest pause while an entry came within `WORKING_LASTS`: of 100 entries of a live blog 99 are seen within 10."""

WORKING_LASTS, RESTS_AFTER = timedelta(hours=2), timedelta(hours=2.5)
"""So long after its last entry a feed may go on at any minute, and so long after it rests; in between the pause grows
from `WORKING` to the upper bound."""

BUSY, STEEP = 0.45, 2.0
"""Where so many entries are expected within a pause, by what came of late, it is halved; STEEP: how suddenly it falls.
Of nine minutes one entry of late makes four and a half, and three make one and a half."""

HOT = 1.5
"""The shortest pause by rhythm alone, in shortest pauses: more haste costs more requests than it saves minutes. The
shortest one is for live coverage, and for feeds that run faster than they are read."""

EVEN, SHARP, DENSE = timedelta(minutes=9.5), 1.4, timedelta(minutes=3)
"""The pause of a feed with habits at a time of the day that is like the mean of all; how much more often at the times
at which its entries come, down to DENSE."""

SURE = 6.0
"""So many entries make a feed's habits count half."""

HABIT_AFTER = timedelta(days=2)
"""Before that a feed has no habits: one busy evening says nothing of the next."""

WATCHFUL = timedelta(days=1)
"""How long a feed that may have been missed in part is polled more often."""

TIMES_A_WINDOW = 4
"""How often it is polled then within the time that all it showed took to leave."""

SPREAD = 0.1
"""A pause is longer or shorter by up to this share, lest all feeds that were added together stay together."""

MOST_FLOOR = timedelta(days=1)
"""More than that no server and no feed is believed to want."""

FAILED_PAUSE = timedelta(minutes=15)
"""The longest pause after failures, unless the feed's own longest interval is longer."""

GONE_PAUSE = timedelta(days=1)
"""A feed that said 410 Gone is asked once a day, in case it was a mistake."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What an answer asks for: not to be asked again within `fresh_for`, nor within `crawl_delay` (0: nothing)."""

    fresh_for: timedelta = timedelta(0)
    crawl_delay: timedelta = timedelta(0)


def next_poll(feed: Feed, rhythm: Rhythm, hints: Hints, now: datetime, jitter: float) -> datetime:
    """Say when to poll a feed that has just answered; `jitter` in [0, 1] says how much earlier or later.

    What server and feed ask for is a floor of the pause, unless the feed is not to heed it, and a day of it at most;
    how far apart a robots.txt wants requests to be is one in any case.
    """
    pause = max(own_pause(feed, rhythm, now) * (1 - SPREAD + 2 * SPREAD * jitter), hints.crawl_delay)
    if not feed.heed:
        return now + pause
    floor = min(max(hints.fresh_for, rhythm.wishes.ttl, timedelta(0)), MOST_FLOOR)
    return _open(now + max(pause, floor), rhythm.wishes, now)


def pause_after(error: FetchError | ParseError, failures: int, feed: Feed, jitter: float) -> timedelta:
    """Say how long to leave a feed alone after so many failures in a row; what the server asked for is obeyed.

    Where its whole host rests because of it, the others of that host come first, or it would make them rest for ever.
    """
    shortest, longest = feed.every
    ours = backoff(failures, shortest, max(longest, FAILED_PAUSE), jitter)
    if isinstance(error, ParseError):
        return ours
    asked = error.retry_after or ours
    return GONE_PAUSE if error.gone else max(ours, asked + shortest if rest_of_host(error) else asked)


def rest_of_host(error: FetchError | ParseError) -> timedelta:
    """Say how long all of the host that answered so are to leave it alone (0: it does not ask for it)."""
    if isinstance(error, FetchError) and error.host_wide and error.retry_after is not None:
        return error.retry_after
    return timedelta(0)


def own_pause(feed: Feed, rhythm: Rhythm, now: datetime) -> timedelta:
    """Say how long a feed may be left alone by its own rhythm, within its bounds."""
    shortest, longest = feed.every
    over = rhythm.wishes.over
    if feed.live and (over is None or over > now):
        return shortest
    pause = max(_by_rhythm(rhythm, longest, now), HOT * shortest)
    if rhythm.missed is not None and timedelta(0) <= now - rhythm.missed < WATCHFUL:
        pause = min(pause, rhythm.lasted / TIMES_A_WINDOW)
    return min(max(pause, shortest), longest)


def _by_rhythm(rhythm: Rhythm, longest: timedelta, now: datetime) -> timedelta:
    if rhythm.newest is None:
        return UNKNOWN
    calm = min(_calm(rhythm, longest, now), longest)
    crowd: float = (calm / RECENT * max(rhythm.recent, 0.0) / BUSY) ** STEEP
    return calm / (1 + crowd)


def _calm(rhythm: Rhythm, longest: timedelta, now: datetime) -> timedelta:
    """Say how long to wait where nothing came of late: by the habits of the day, or else by the newest entry's age."""
    if rhythm.began is not None and now - rhythm.began > HABIT_AFTER and rhythm.entries > 1:
        sure = rhythm.entries / (rhythm.entries + SURE)
        times = 1 + sure * (habit(rhythm, now + DENSE) - 1)
        rarer: float = max(times, 0.01) ** -SHARP
        return max(EVEN * rarer, DENSE)
    age = now - rhythm.newest if rhythm.newest is not None else timedelta(0)
    rested = min(max((age - WORKING_LASTS) / (RESTS_AFTER - WORKING_LASTS), 0.0), 1.0)
    return WORKING + rested * max(longest - WORKING, timedelta(0))


def _open(at: datetime, wishes: Wishes, now: datetime) -> datetime:
    """Give the first time from `at` on that the feed does not ask to skip, a day from now at the latest."""
    day = at.astimezone(UTC)
    latest = max(at, now + MOST_FLOOR)
    while day.hour in wishes.skip_hours or day.weekday() in wishes.skip_days:
        whole = day.weekday() in wishes.skip_days
        day = day.replace(hour=0 if whole else day.hour, minute=0, second=0, microsecond=0)
        day += timedelta(days=1) if whole else timedelta(hours=1)
        if day > latest:
            return latest
    return day
