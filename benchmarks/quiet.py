"""How often a feed is called quiet that is well, and how soon one that died is.

    .venv/bin/python -m benchmarks.quiet [--feeds 200] [--weeks 26]

Made-up feeds of half an entry to 40 a day around one hour of the day, on Saturdays and Sundays a tenth of that to all
of it, with two weeks of holidays in which a fifth comes; and live blogs that are over after a day. Each is polled once
an hour, and asked whether it is quiet (core/watching/health). Then each dies, and is polled until that is seen.
"""

import argparse
import random
from datetime import datetime, timedelta
from math import exp, log, pi
from statistics import median

from benchmarks.schedule import START, live_blog, poisson
from monitor.core.feed import Feed
from monitor.core.watching.health import Health, Visit, visited
from monitor.core.watching.rhythm import Rhythm, arrived

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Feed("replayed", "https://example.org/feed")
GIVEN_UP = timedelta(days=120)


def times_of(seed: int, weeks: int) -> list[datetime]:
    """Make up the times of a feed's entries."""
    chance = random.Random(f"quiet {seed}")
    a_day, weekend = exp(chance.uniform(log(0.5), log(40))), chance.uniform(0.1, 1)
    peak, spread = chance.uniform(0, 24), chance.uniform(0.5, 3)
    away = chance.randrange(28, 7 * weeks - 14)
    times = []
    for day in range(7 * weeks):
        share = (weekend if day % 7 > 4 else 1) * (0.2 if away <= day < away + 14 else 1)
        hours = (
            (peak + chance.vonmisesvariate(0, spread) * 12 / pi) % 24 for _ in range(poisson(chance, a_day * share))
        )
        times += [START + timedelta(days=day, hours=hour) for hour in hours]
    return sorted(times)


def watch(times: list[datetime], end: datetime) -> tuple[int, timedelta | None]:
    """Poll a feed that dies at `end`; say how often it was called quiet before, and how long after."""
    rhythm, health, now, seen, alarms, was = Rhythm(), Health(), times[0], 0, 0, False
    while now < end + GIVEN_UP:
        new = seen
        while new < len(times) and times[new] <= now:
            new += 1
        rhythm, seen = arrived(rhythm, times[seen:new], now), new
        health = visited(FEED, health, Visit(kind="feed", entries=20), rhythm, now)
        is_quiet = any(one.name == "quiet" and one.over is None for one in health.conditions)
        if is_quiet and now >= end:
            return alarms, now - times[-1]
        alarms += is_quiet and not was
        was, now = is_quiet, now + HOUR
    return alarms, None


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--weeks", type=int, default=26)
    args = parser.parse_args()
    alarms, found = 0, []
    for seed in range(args.feeds):
        times = times_of(seed, args.weeks)
        wrong, after = watch(times, START + timedelta(weeks=args.weeks))
        alarms += wrong
        found.append((len(times) / args.weeks / 7, after))
    years = args.feeds * args.weeks / 52
    print(f"{args.feeds} feeds, {args.weeks} weeks each: {alarms} false alarms, {alarms / years:.2f} a feed and year")
    for least, most in ((0, 2), (2, 10), (10, 99)):
        some = [after for a_day, after in found if least <= a_day < most]
        seen = [after / DAY for after in some if after]
        print(
            f"  {least:2} to {most:2} entries a day: of {len(some)} that died {len(seen)} are seen within"
            f" {GIVEN_UP.days} days, half of them after {median(seen):.1f}, all after {max(seen):.1f}"
        )
    blogs = [live_blog(f"quiet {number}") for number in range(50)]
    told = sum(watch(list(blog.times), blog.end + 60 * DAY)[0] for blog in blogs)
    print(f"50 live blogs that are over, watched for 60 days: {told} alarms")


if __name__ == "__main__":
    main()
