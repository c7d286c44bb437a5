"""How long to pause after a failure; shared by polls and sends."""

from datetime import timedelta

DOUBLINGS = 20
"""After this many a pause would be a million times the base, and soon more than a timedelta holds."""


def backoff(failures: int, base: timedelta, cap: timedelta, jitter: float) -> timedelta:
    """Double `base` with each failure up to `cap`, and take between half and all of it, as `jitter` in [0, 1] says.

    Half is always waited: full jitter would let the first retry follow at once.
    """
    whole = min(cap, base * (1 << min(max(failures - 1, 0), DOUBLINGS)))
    return whole * (0.5 + 0.5 * jitter)
