"""When a server wants to be asked again: what Cache-Control, Expires and Retry-After say."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from multidict import CIMultiDictProxy

from monitor.feeds import dates

LONGEST_WAIT = timedelta(days=1)
"""However long a server asks us to wait: Retry-After of 88 hours has been seen, by mistake."""

NOW = timedelta(0)

Headers = CIMultiDictProxy[str]

_DIRECTIVE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|([^\s,;\"]*)))?")


def fresh_for(headers: Headers, received_at: datetime) -> timedelta:
    """Say how long a server calls its answer fresh from now on, up to a day; 0: it asks for no wait.

    `max-age` counts before `Expires`, of what counts `Age` is taken away. We keep answers for one reader, so `s-maxage`
    is not for us; `no-cache` and `no-store` are asked at every time. Source: RFC 9111 4.2, 5.2.2, 5.3.
    """
    said = dict(_directives(headers))
    if "no-cache" in said or "no-store" in said:
        return NOW
    lifetime = _seconds(said["max-age"]) if "max-age" in said else _until_expiry(headers, received_at)
    return min(max(lifetime - _seconds(headers.get("Age", "")), NOW), LONGEST_WAIT)


def _directives(headers: Headers) -> Iterator[tuple[str, str]]:
    for line in reversed(headers.getall("Cache-Control", [])):
        for name, quoted, bare in reversed(_DIRECTIVE.findall(line)):  # of two the first counts
            yield name.lower(), quoted or bare


def _until_expiry(headers: Headers, received_at: datetime) -> timedelta:
    """Say how long after its own time an answer expires; a date that is none has passed. Source: RFC 9111 5.3."""
    expires = dates.moment(headers.get("Expires", ""))
    return NOW if expires is None else expires - (dates.moment(headers.get("Date", "")) or received_at)


def retry_after(headers: Headers, now: datetime) -> timedelta | None:
    """Say how long to wait, up to a day; None: nothing is asked. Source: RFC 9110 10.2.3: seconds, or a date."""
    written = headers.get("Retry-After", "").strip()
    if _is_number(written):
        return min(_seconds(written), LONGEST_WAIT)
    at = dates.moment(written)
    return None if at is None else min(max(at - now, NOW), LONGEST_WAIT)


def _seconds(written: str) -> timedelta:
    """Read whole seconds; what is no such number is none. Source: RFC 9111 1.2.2."""
    written = written.strip()
    return timedelta(seconds=int(written[:9])) if _is_number(written) else NOW


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdigit()
