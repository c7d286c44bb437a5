"""How soon entries are seen, and how many requests that takes: the product's schedule on real and made-up times.

    .venv/bin/python -m benchmarks.schedule [FILE-OR-FOLDER ...] [--tuning] [--rounds 20]

A file is JSON: a list of times, or {"entries": [{"local": TIME}, ...]}; a folder stands for all *.json in it. Each is
polled from 12 hours before its first to 12 hours after its last entry, in so many rounds that begin at other moments
(`--rounds`). Beside them are polled 20 made-up live blogs, in which entries beget entries (a Hawkes process: 3 to 10
hours, 2 to 12 entries an hour, of which 40 to 75 % follow another within 5 to 15 minutes), and 10 slow feeds (four
weeks, 2 to 8 entries a day around one hour of the day, fewer on Saturdays and Sundays). Their seeds are others than
those with which the numbers of core/schedule were found; `--tuning` shows these.

A poll sees every entry up to its moment. Each round keeps what the program keeps: what it saw goes through
`rhythm.arrived`, the next poll is what `schedule.next_poll` says. Lags are in minutes, requests per entry.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import exp, log, pi
from pathlib import Path

from monitor.core.feed import Feed
from monitor.core.schedule import Hints, next_poll
from monitor.core.watching.rhythm import Rhythm, arrived

AROUND = timedelta(hours=12)
START = datetime(2026, 1, 5, tzinfo=UTC)
LIVE_BLOGS, SLOW_FEEDS, DAYS = 20, 10, 28
ADAPTIVE = Feed("replayed", "https://example.org/live")
FIXED = timedelta(minutes=5)

Poll = Callable[[Rhythm, datetime, float], datetime]


@dataclass(frozen=True, slots=True)
class Series:
    """The times of a feed's entries, and when it is polled first and last."""

    times: tuple[datetime, ...]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """Lags of all entries in all rounds, in minutes, and how many requests there were."""

    lags: tuple[float, ...]
    requests: int

    def share(self, part: float) -> float:
        """Give the lag within which this share of the entries was seen."""
        return sorted(self.lags)[min(len(self.lags) - 1, int(part * len(self.lags)))]

    @property
    def each(self) -> float:
        """Give requests per entry."""
        return self.requests / len(self.lags)


def read(path: Path) -> Series:
    """Read the times of a file."""
    found = json.loads(path.read_text())
    said = [entry["local"] for entry in found["entries"]] if isinstance(found, dict) else found
    times = [datetime.fromisoformat(one) for one in said]
    return around(time if time.tzinfo else time.replace(tzinfo=UTC) for time in times)


def around(times: Iterable[datetime]) -> Series:
    """Poll a live blog from well before to well after it."""
    ordered = tuple(sorted(times))
    return Series(ordered, ordered[0] - AROUND, ordered[-1] + AROUND)


def live_blog(seed: str) -> Series:
    """Make up a live blog of eight entries or more."""
    chance = random.Random(f"live {seed}")
    start = START + chance.random() * timedelta(days=1)
    while True:
        lasts = timedelta(hours=chance.uniform(3, 10))
        follow, within = chance.uniform(0.4, 0.75), timedelta(minutes=chance.uniform(5, 15))
        per_hour = exp(chance.uniform(log(2), log(12)))
        waiting = list(_spontaneous(chance, per_hour * (1 - follow), start, lasts))
        times = []
        while waiting:
            times.append(first := waiting.pop())
            waiting += [first + chance.expovariate(1) * within for _ in range(poisson(chance, follow))]
        shown = [_minute(time) for time in times if time < start + lasts]
        if len(shown) >= 8:
            return around(shown)


def slow_feed(seed: str) -> Series:
    """Make up a feed of a few entries a day, each day around the same hour."""
    chance = random.Random(f"slow {seed}")
    a_day, weekend = exp(chance.uniform(log(2), log(8))), chance.uniform(0.2, 1)
    peak, spread = chance.uniform(6, 20), chance.uniform(1, 3)
    times = [
        START + timedelta(days=day, hours=(peak + chance.vonmisesvariate(0, spread) * 12 / pi) % 24)
        for day in range(DAYS)
        for _ in range(poisson(chance, a_day * (weekend if day % 7 > 4 else 1)))
    ]
    return Series(tuple(sorted(map(_minute, times))), START, START + timedelta(days=DAYS))


def adaptive(rhythm: Rhythm, now: datetime, jitter: float) -> datetime:
    """Poll as the program does."""
    return next_poll(ADAPTIVE, rhythm, Hints(), now, jitter)


def fixed(rhythm: Rhythm, now: datetime, jitter: float) -> datetime:  # noqa: ARG001 - as `adaptive`
    """Poll every five minutes."""
    return now + FIXED


def polled(series: Iterable[Series], poll: Poll, rounds: int) -> Reached:
    """Poll some feeds, each so many times, beginning at other moments of the first pause."""
    lags: list[float] = []
    requests = 0
    for number, one in enumerate(series):
        chance = random.Random(f"polls {number}")
        first = poll(Rhythm(at=one.start), one.start, 0.5) - one.start
        for turn in range(rounds):
            seen, asked = _polled(one, poll, one.start + first * (turn + chance.random()) / rounds, chance)
            lags += seen
            requests += asked
    return Reached(tuple(lags), requests)


def _polled(series: Series, poll: Poll, now: datetime, chance: random.Random) -> tuple[list[float], int]:
    rhythm, lags, requests, seen = Rhythm(), [], 0, 0
    while now <= series.end:
        requests += 1
        new = seen
        while new < len(series.times) and series.times[new] <= now:
            new += 1
        lags += [(now - time) / timedelta(minutes=1) for time in series.times[seen:new]]
        rhythm, seen = arrived(rhythm, series.times[seen:new], now), new
        now = poll(rhythm, now, chance.random())
    return lags + [(series.end - time) / timedelta(minutes=1) for time in series.times[seen:]], requests


def _spontaneous(chance: random.Random, per_hour: float, start: datetime, lasts: timedelta) -> Iterable[datetime]:
    now = start + timedelta(hours=chance.expovariate(per_hour))
    while now < start + lasts:
        yield now
        now += timedelta(hours=chance.expovariate(per_hour))


def poisson(chance: random.Random, mean: float) -> int:
    """Draw from Poisson's distribution."""
    number, left = 0, chance.random()
    while left > exp(-mean):
        number, left = number + 1, left * chance.random()
    return number


def _minute(time: datetime) -> datetime:
    return time.replace(second=0, microsecond=0)  # as live blogs print their times


def _line(name: str, reached: Reached) -> str:
    return (
        f"  {name:12} median {reached.share(0.5):5.1f}  p90 {reached.share(0.9):5.1f}  p99 {reached.share(0.99):5.1f}"
        f"  requests per entry {reached.each:6.2f}"
    )


def _show(name: str, series: Sequence[Series], rounds: int) -> None:
    ours, theirs = polled(series, adaptive, rounds), polled(series, fixed, rounds)
    print(f"{name}: {sum(len(one.times) for one in series)} entries, {rounds} rounds")
    print(_line("adaptive", ours))
    print(_line("fixed 5 min", theirs))
    print(f"  {ours.requests / theirs.requests:.0%} of the requests")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--tuning", action="store_true", help="the seeds with which the numbers were found")
    parser.add_argument("--rounds", type=int, default=20, help="of each file (default: 20)")
    args = parser.parse_args()
    for path in args.paths:
        for file in sorted(path.glob("*.json")) if path.is_dir() else [path]:
            _show(file.name, [read(file)], args.rounds)
    kind = "tuning" if args.tuning else "held out"
    live = [live_blog(f"{kind} {number}") for number in range(LIVE_BLOGS)]
    slow = [slow_feed(f"{kind} {number}") for number in range(SLOW_FEEDS)]
    _show(f"{LIVE_BLOGS} live blogs ({kind})", live, 3)
    _show(f"{SLOW_FEEDS} slow feeds ({kind})", slow, 1)
    _show(f"live blogs and slow feeds ({kind})", live + slow, 1)


if __name__ == "__main__":
    main()
