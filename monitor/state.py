"""What Redis remembers for us: when each feed is due, who polls it now, which parts are alive.

Its loss costs a few early polls and never an alert: an unknown feed is due at once and answers 304.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from redis.commands.core import Script

from monitor.connection import asking, connect

DUE = "vigie:due"
"""Sorted set: feed -> when it is due, in seconds since the epoch."""

ALIVE = "vigie:alive"
"""Sorted set: `part@host:pid` -> when it was last heard of."""

RUNS = "vigie:runs:"
"""Prefix: of each part that is alive, the version of the rules it works with."""

ALIVE_LASTS = timedelta(seconds=30)
"""A part that was not heard of for this long is not alive."""

_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"

_SCHEDULE = """
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[3])
redis.call('DEL', KEYS[1])
return 1
"""


class State:
    """Holds a connection to Redis; every method may be called from any thread and raises QueueError."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url)
        self._renew: Script = self._redis.register_script(_RENEW)
        self._schedule: Script = self._redis.register_script(_SCHEDULE)

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()

    def due(self, names: Sequence[str], now: datetime) -> tuple[str, ...]:
        """List the feeds that are due, longest overdue first; one that was never scheduled is due now."""
        times = self._scores(names)
        due = {name: times.get(name, 0.0) for name in names}
        return tuple(sorted((name for name in due if due[name] <= now.timestamp()), key=due.__getitem__))

    def next_due(self, names: Sequence[str]) -> dict[str, datetime]:
        """Say when each feed is due; those that were never scheduled are missing."""
        return {name: datetime.fromtimestamp(at, UTC) for name, at in self._scores(names).items()}

    def lease(self, feed: str, owner: str, lasts: timedelta) -> bool:
        """Take the sole right to poll a feed, for so long; false: another owner has it."""
        with asking():
            return bool(self._redis.set(_lease(feed), owner, nx=True, px=lasts))

    def renew(self, feed: str, owner: str, lasts: timedelta) -> bool:
        """Prolong a lease from now on; false: it ran out, and perhaps another owner has it."""
        with asking():
            return bool(self._renew(keys=[_lease(feed)], args=[owner, _ms(lasts)]))

    def schedule(self, feed: str, owner: str, at: datetime) -> bool:
        """Say when a feed is due next and give its lease back; false, and nothing done, if another owner has it."""
        with asking():
            return bool(self._schedule(keys=[_lease(feed), DUE], args=[owner, at.timestamp(), feed]))

    def hear(self, part: str, now: datetime, version: int = 0) -> None:
        """Note that a part is alive, and with which version of the rules (0: none); forget those long unheard of."""
        with asking(), self._redis.pipeline() as pipe:
            pipe.zadd(ALIVE, {part: now.timestamp()})
            pipe.zremrangebyscore(ALIVE, 0, (now - ALIVE_LASTS).timestamp())
            if version:
                pipe.set(RUNS + part, version, px=_ms(ALIVE_LASTS))
            pipe.execute()

    def leave(self, part: str) -> None:
        """Note that a part ended in order."""
        with asking():
            self._redis.zrem(ALIVE, part)

    def alive(self, now: datetime) -> dict[str, datetime]:
        """Say which parts are alive, and when each was last heard of."""
        with asking():
            heard: list[tuple[bytes, float]] = self._redis.zrangebyscore(  # type: ignore[assignment]  # of all its forms
                ALIVE, (now - ALIVE_LASTS).timestamp(), "+inf", withscores=True
            )
        return {part.decode(): datetime.fromtimestamp(at, UTC) for part, at in heard}

    def versions(self, parts: Sequence[str]) -> dict[str, int]:
        """Say with which version of the rules parts work, as far as they do."""
        if not parts:
            return {}
        with asking():
            found = self._redis.mget([RUNS + part for part in parts])
        return {part: int(version) for part, version in zip(parts, found, strict=True) if version is not None}

    def _scores(self, names: Sequence[str]) -> dict[str, float]:
        if not names:
            return {}
        with asking():
            scores = self._redis.zmscore(DUE, list(names))
        return {name: float(score) for name, score in zip(names, scores, strict=True) if score is not None}


def _lease(feed: str) -> str:
    return f"vigie:lease:{feed}"


def _ms(lasts: timedelta) -> int:
    return int(lasts / timedelta(milliseconds=1))
