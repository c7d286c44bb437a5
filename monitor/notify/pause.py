"""How long a channel asks to be left alone: whatever it says, at most a day and never a time gone by."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

PAUSE = timedelta(seconds=30)
"""How long to leave a channel alone that is asked too much and does not say how long."""

LONGEST = timedelta(days=1)
"""As much as is believed; a delivery is given up long before."""


def of_seconds(seconds: object) -> timedelta | None:
    """Read a number of seconds out of an answer; None: it is no whole number."""
    return timedelta(seconds=min(max(seconds, 0), LONGEST.total_seconds())) if isinstance(seconds, int) else None


def of_header(retry_after: str, now: datetime) -> timedelta | None:
    """Read a Retry-After: seconds, or a date; None: it is neither. Source: RFC 9110, 10.2.3."""
    if retry_after.isdecimal():
        return of_seconds(int(retry_after[:9]))  # ten digits are years, and thousands of them more than int() reads
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return min(max(until.replace(tzinfo=until.tzinfo or UTC) - now, timedelta(0)), LONGEST)
