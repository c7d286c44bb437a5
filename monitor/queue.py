"""Bells: RQ jobs that say "look" to a worker; they may ring twice, late or never, and nothing is lost.

What is to be done lies in the ledger's two inboxes. So a bell is not rung where enough of them wait already, and RQ
keeps neither results nor failures of them.
"""

from collections.abc import Callable, Mapping, Sequence
from types import FrameType, MappingProxyType
from typing import Any, Literal, NoReturn

from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import UnixSignalDeathPenalty

from monitor.connection import asking, connect
from monitor.core.errors import VigieError

Kind = Literal["match", "deliver"]

KINDS: tuple[Kind, ...] = ("match", "deliver")

JOBS: Mapping[Kind, str] = MappingProxyType({"match": "workers.jobs.match", "deliver": "workers.jobs.deliver"})
"""The only two functions that a worker runs, by the name under which a bell asks for them."""

NAMES_PER_BELL = 100
"""Revisions named by one bell: a worker takes them in one transaction."""

WAITING = 100
"""Bells with names that may wait; more say nothing new: whoever hears one of these empties the inbox."""

AT_ONCE = 4
"""Bells without names that may wait: each wakes one more worker, and each worker empties the inbox."""

JOB_LASTS = 90
"""Seconds after which a job is broken off; a worker that is still at it 10 s later is killed."""

FAILURE_LASTS = 300
"""Seconds for which RQ keeps a failed job, for whoever looks with `rq info`."""


def queue_name(kind: Kind) -> str:
    """Name the RQ queue of a kind of worker; a Redis may be shared with other programs that use RQ."""
    return f"vigie-{kind}"


class Bells:
    """Rings for the workers; every method may be called from any thread and raises QueueError."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url)
        self._queues = {kind: _queue(kind, self._redis) for kind in KINDS}

    def close(self) -> None:
        """Close all connections."""
        self._redis.close()

    def ring_match(self, revisions: Sequence[int] = ()) -> int:
        """Ask for these revisions to be matched, or (none named) for a look at the inbox; say how many bells rang."""
        if not revisions:
            return self._ring("match", [()], limit=1)
        starts = range(0, len(revisions), NAMES_PER_BELL)
        return self._ring("match", [(list(revisions[i : i + NAMES_PER_BELL]),) for i in starts], limit=WAITING)

    def ring_deliver(self, deliveries: int = 1) -> int:
        """Ask for what is due to be sent; as many workers are woken as there are deliveries, up to `AT_ONCE`."""
        return self._ring("deliver", [()] * min(deliveries, AT_ONCE), limit=AT_ONCE)

    def depths(self) -> dict[Kind, int]:
        """Say how many bells wait for each kind of worker."""
        with asking():
            return {kind: queue.count for kind, queue in self._queues.items()}

    def _ring(self, kind: Kind, calls: Sequence[tuple[Any, ...]], limit: int) -> int:
        """Ring while fewer than `limit` bells wait.

        No wake-up is lost by a bell not rung: what it would speak of is in the ledger by now, and a bell that waits
        makes a worker look there later than now, at all that lies there: names are only what it looks at first. Two
        that count at the same time ring one too many: harmless.
        """
        queue = self._queues[kind]
        with asking():
            calls = calls[: max(0, limit - queue.count)]
            for call in calls:
                queue.enqueue(JOBS[kind], *call, result_ttl=0, failure_ttl=FAILURE_LASTS, job_timeout=JOB_LASTS)
        return len(calls)


def _queue(kind: Kind, redis: Redis) -> Queue:
    return Queue(queue_name(kind), connection=redis, serializer=JSONSerializer)


class OutOfTimeError(BaseException):
    """A job lasts longer than it may; no Exception, lest whoever guards his work against any fault goes on with it."""


class Alarm(UnixSignalDeathPenalty):
    """Breaks a job off when its time is up. RQ's own exception is one that `except Exception` takes for a fault."""

    def handle_death_penalty(self, _signum: int, _frame: FrameType | None) -> NoReturn:
        """Break off whatever the main thread does."""
        raise OutOfTimeError(f"the job was not done within {self._timeout} s")


class NotAllowedError(VigieError):
    """A job asked for a function that is not on the list."""


def job_class(functions: Mapping[str, Callable[..., object]]) -> type[Job]:
    """Make an RQ job class that runs these functions and no other.

    Stock RQ imports and calls whatever function a job names, so whoever can write to Redis could run any code here.
    Callbacks, by name too, and webhooks, which fetch any URL, are inert.
    """

    class SafeJob(Job):
        @property
        def func(self) -> Callable[..., object]:
            function = functions.get(self.func_name or "")
            if function is None or self.instance is not None:
                raise NotAllowedError(f"a job asked for {self.func_name!r}, which is none of ours")
            return function

        @property
        def success_callback(self) -> None:
            return None

        @property
        def failure_callback(self) -> None:
            return None

        @property
        def stopped_callback(self) -> None:
            return None

        def send_webhooks(self, *args: object, **kwargs: object) -> None:
            """Send nothing."""

    return SafeJob
