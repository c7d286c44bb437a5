"""The way to Redis, and its faults in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as Silent
from redis.retry import Retry

from monitor.core.errors import QueueError, StartError

CONNECT_LASTS = 2.0
ANSWER_LASTS = 5.0
"""Seconds to wait for a connection and for an answer; what is asked of Redis takes microseconds."""


def connect(url: str, name: str = "vigie") -> Redis:
    """Give a client, shared by all threads of a process; nothing is connected before the first command.

    One retry, for a connection that a restart of Redis left stale: redis-py's own default of ten, with pauses, hangs
    for seconds. A command whose answer was lost may so run twice; all of ours may. Raises: StartError: no such URL.
    """
    try:
        return Redis.from_url(
            url,
            client_name=name,
            socket_connect_timeout=CONNECT_LASTS,
            socket_timeout=ANSWER_LASTS,
            retry=Retry(NoBackoff(), 1),
            retry_on_error=[Unreachable, Silent],
        )
    except ValueError as error:
        raise StartError(f"VIGIE_REDIS_URL cannot be used - {error}") from error


def reach(redis: Redis) -> None:
    """See that Redis answers and serves. Raises: QueueError."""
    with asking():
        redis.ping()


@contextmanager
def asking() -> Iterator[None]:
    """Translate whatever goes wrong inside into a QueueError."""
    try:
        yield
    except RedisError as error:
        raise QueueError(f"Redis is away: {error}") from error
