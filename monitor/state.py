"""What Redis remembers for us: when each feed is due, who polls it now, which hosts rest, which parts are alive.

Its loss costs a few early polls and never an alert. All times in it are by its own clock: those of the pollers may
differ, and jump.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from redis.commands.core import Script

from monitor.connection import asking, connect

DUE = "vigie:due"
"""Sorted set: feed -> when it is due, in seconds since the epoch; of one that is leased: when its lease runs out."""

OWNERS = "vigie:owners"
"""Hash: feed -> who has, or had, the lease."""

ASKED = "vigie:asked"
"""Hash: feed -> what the rules said of it, as one name, when it was leased last."""

HOSTS = "vigie:hosts"
"""Sorted set: host -> until when it is not asked again, because it was asked just now."""

FROZEN = "vigie:frozen"
"""Sorted set: host -> until when it asked to be left alone."""

CLOCK = "vigie:clock"
"""When the schedule was last looked at, to a second: so that a clock that was put back is seen."""

ALIVE = "vigie:alive"
"""Sorted set: `part@host:pid` -> when it was last heard of."""

RUNS = "vigie:runs:"
"""Prefix: of each part that is alive, the version of the rules it works with."""

ALIVE_LASTS = timedelta(seconds=30)
"""A part that was not heard of for this long is not alive."""

FORGOTTEN_AFTER = timedelta(minutes=1)
"""What has been due for so long is polled by nobody; pollers have other editions than each other for 2 s at most."""

LONGEST_PAUSE = timedelta(days=366)
"""A feed is due after that in any case."""

_NOW = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
"""

# A clock that was put back by an hour would leave every feed alone for an hour: all times are put back with it.
_LOOK = f"""{_NOW}
local said = redis.call('GET', KEYS[1])
local last = tonumber(said or now)
if now < last - 1 then
    for i = 2, 4 do
        local found = redis.call('ZRANGE', KEYS[i], 0, -1, 'WITHSCORES')
        for j = 1, #found, 2 do redis.call('ZADD', KEYS[i], found[j + 1] + (now - last), found[j]) end
    end
end
if not said or now < last or now > last + 1 then redis.call('SET', KEYS[1], string.format('%.3f', now)) end
return redis.call('ZRANGE', KEYS[2], '-inf', now, 'BYSCORE')
"""

# What asked to be left alone is due when it may be asked, in the order in which it would have been asked. What only
# waits for its turn stays where it is: whoever is overdue the longest comes first, so everybody comes.
_LEASE = f"""{_NOW}
local due, owners, hosts, frozen, asked = unpack(KEYS)
local owner, lasts, most, leased = ARGV[1], ARGV[2], tonumber(ARGV[3]), {{}}
redis.call('ZREMRANGEBYSCORE', hosts, '-inf', now)
redis.call('ZREMRANGEBYSCORE', frozen, '-inf', now)
for i = 4, #ARGV, 5 do
    local feed, host, spacing, at_once = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3] == '1'
    local at = tonumber(redis.call('ZSCORE', due, feed) or 0)
    if at <= now or (at_once and redis.call('HEXISTS', owners, feed) == 0) then
        local thaws = redis.call('ZSCORE', frozen, host)
        if thaws then
            redis.call('ZADD', due, thaws + i / 5000, feed)
        elseif not redis.call('ZSCORE', hosts, host) then
            redis.call('ZADD', due, now + lasts, feed)
            redis.call('HSET', owners, feed, owner)
            redis.call('HSET', asked, feed, ARGV[i + 4])
            if spacing > 0 then redis.call('ZADD', hosts, now + spacing, host) end
            leased[#leased + 1] = feed
            if #leased == most then return leased end
        end
    end
end
return leased
"""

_RENEW = f"""{_NOW}
local renewed = {{}}
for i = 3, #ARGV do
    if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[1] then
        redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[i])
        renewed[#renewed + 1] = ARGV[i]
    end
end
return renewed
"""

_SCHEDULE = f"""{_NOW}
local due, owners, frozen = unpack(KEYS)
local scheduled = {{}}
for i = 2, #ARGV, 4 do
    local feed, pause, host, rests = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3])
    local owner = redis.call('HGET', owners, feed)
    if not owner or owner == ARGV[1] then
        redis.call('ZADD', due, now + pause, feed)
        redis.call('HDEL', owners, feed)
        scheduled[#scheduled + 1] = feed
    end
    if rests > 0 then redis.call('ZADD', frozen, 'GT', now + rests, host) end
end
return scheduled
"""

_ENROL = f"""{_NOW}
for i = 1, #ARGV, 2 do redis.call('ZADD', KEYS[1], 'NX', now + ARGV[i + 1], ARGV[i]) end
return 0
"""

_FORGET = f"""{_NOW}
local due, owners, asked = unpack(KEYS)
for i = 2, #ARGV do
    local at = redis.call('ZSCORE', due, ARGV[i])
    if at and tonumber(at) < now - ARGV[1] then
        redis.call('ZREM', due, ARGV[i])
        redis.call('HDEL', owners, ARGV[i])
        redis.call('HDEL', asked, ARGV[i])
    end
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """A feed that waits for its turn at its host, which is left alone for `spacing` after each; `at_once`: not due.

    `said` names what the rules say of it.
    """

    feed: str
    host: str
    spacing: timedelta
    at_once: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """When a feed is due again: after `pause`; and for how long its whole host is to be left alone."""

    feed: str
    pause: timedelta
    host: str = ""
    rests: timedelta = timedelta(0)


class State:
    """Holds a connection to Redis; every method may be called from any thread and raises QueueError."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url)
        self._look, self._lease, self._renew, self._schedule, self._enrol, self._forget = map(
            self._redis.register_script, (_LOOK, _LEASE, _RENEW, _SCHEDULE, _ENROL, _FORGET)
        )

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()

    def due(self) -> tuple[str, ...]:
        """List the feeds that are due or whose lease has run out, longest overdue first."""
        return _run(self._look, [CLOCK, DUE, HOSTS, FROZEN])

    def next_due(self, names: Sequence[str]) -> dict[str, datetime]:
        """Say when each feed is due, or its lease runs out; those that were never scheduled are missing."""
        if not names:
            return {}
        with asking():
            scores = self._redis.zmscore(DUE, list(names))
        times = {name: float(score) for name, score in zip(names, scores, strict=True) if score is not None}
        return {name: datetime.fromtimestamp(at, UTC) for name, at in times.items()}

    def resting(self, hosts: Sequence[str]) -> dict[str, datetime]:
        """Say until when hosts are, or were, left alone because they asked for it; those that did not are missing."""
        if not hosts:
            return {}
        with asking():
            scores = self._redis.zmscore(FROZEN, list(hosts))
        times = {host: float(score) for host, score in zip(hosts, scores, strict=True) if score is not None}
        return {host: datetime.fromtimestamp(at, UTC) for host, at in times.items()}

    def enrol(self, pauses: Mapping[str, timedelta]) -> None:
        """Say when feeds are due of which nobody said it yet."""
        _run(self._enrol, [DUE], *(word for name, pause in pauses.items() for word in (name, _seconds(pause))))

    def forget(self, names: Iterable[str]) -> None:
        """Forget those of these feeds that have been due for a minute, and that nobody has polled."""
        _run(self._forget, [DUE, OWNERS, ASKED], FORGOTTEN_AFTER.total_seconds(), *names)

    def asked(self, names: Sequence[str]) -> dict[str, str]:
        """Give what the rules said of feeds when they were leased last, as far as they were."""
        if not names:
            return {}
        with asking():
            found: list[bytes | None] = self._redis.hmget(ASKED, list(names))  # type: ignore[assignment]  # no text
        return {name: said.decode() for name, said in zip(names, found, strict=True) if said is not None}

    def lease(self, turns: Iterable[Turn], owner: str, lasts: timedelta, most: int) -> tuple[str, ...]:
        """Take the sole right to poll feeds, `most` at most, for so long; give those of which it was to be had.

        None is while another owner has it, nor while its host rests; one that asked for rest puts its feeds off until
        then.
        """
        words = (
            word
            for one in turns
            for word in (one.feed, one.host, one.spacing.total_seconds(), int(one.at_once), one.said)
        )
        return _run(self._lease, [DUE, OWNERS, HOSTS, FROZEN, ASKED], owner, lasts.total_seconds(), most, *words)

    def renew(self, feeds: Iterable[str], owner: str, lasts: timedelta) -> tuple[str, ...]:
        """Prolong leases from now on; give those that no other owner has taken meanwhile."""
        return _run(self._renew, [DUE, OWNERS], owner, lasts.total_seconds(), *feeds)

    def schedule(self, nexts: Iterable[Next], owner: str) -> tuple[str, ...]:
        """Say when feeds are due next and give their leases back; nothing is done to those that another owner has.

        Gives those of which it was done.
        """
        words = (word for one in nexts for word in (one.feed, _seconds(one.pause), one.host, one.rests.total_seconds()))
        return _run(self._schedule, [DUE, OWNERS, FROZEN], owner, *words)

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


def _run(script: Script, keys: Sequence[str], *args: str | float) -> tuple[str, ...]:
    with asking():
        found: Sequence[bytes] | int = script(keys=keys, args=args)
    return tuple(name.decode() for name in found) if isinstance(found, list) else ()


def _seconds(pause: timedelta) -> float:
    return min(max(pause, timedelta(0)), LONGEST_PAUSE).total_seconds()


def _ms(lasts: timedelta) -> int:
    return int(lasts / timedelta(milliseconds=1))
