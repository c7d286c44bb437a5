"""When to try again: the next poll of a feed, and the pause after a failure; shared by polls and sends."""

from datetime import datetime, timedelta

from monitor.core.feed import Feed

AGE_SHARE = 0.1
"""The polling interval as a share of the newest entry's age; 0.1 gave a median lag of 0.8 min at 16.6 requests per
entry on a live blog, where a fixed 5 min gave 2.4 at 18.6."""


DOUBLINGS = 20
"""After this many a pause would be a million times the base, and soon more than a timedelta holds."""


def interval(feed: Feed, newest: datetime | None, now: datetime) -> timedelta:
    """Say how long to wait after a successful poll: a share of the newest entry's age, within the feed's bounds."""
    shortest, longest = feed.every
    if feed.live:
        return shortest
    if newest is None:
        return longest
    return min(max(AGE_SHARE * (now - newest), shortest), longest)


def backoff(failures: int, base: timedelta, cap: timedelta, jitter: float) -> timedelta:
    """Double `base` with each failure up to `cap`, and take between half and all of it, as `jitter` in [0, 1] says.

    Half is always waited: full jitter would let the first retry follow at once.
    """
    whole = min(cap, base * (1 << min(max(failures - 1, 0), DOUBLINGS)))
    return whole * (0.5 + 0.5 * jitter)
