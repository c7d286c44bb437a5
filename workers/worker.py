"""One worker process: a stock RQ worker in this very process, with one queue, that runs two functions and no other."""

import logging
from collections import Counter
from functools import partial
from types import TracebackType
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from monitor.connection import asking
from monitor.log import get
from monitor.pipeline import check_secrets
from monitor.queue import JOBS, Alarm, Kind, job_class, queue_name
from workers import jobs
from workers.context import Context

WORKER_LASTS = 30
"""Seconds after which RQ forgets a silent worker. An idle one speaks every 15, and finds a dead connection in 25."""

CLEANED_EVERY = 60
"""Seconds between two looks at what killed workers left in RQ's registries."""

LONGEST_WAIT = 2.0
"""Seconds between two tries while Redis is away."""

REPEATED_EVERY = 30.0
"""Seconds within which RQ's words are written once: it tries, and says so, every two."""

log = get("worker")


class Stop:
    """Knows whether the worker was told to end, from before it exists."""

    def __init__(self) -> None:
        self._worker: SimpleWorker | None = None

    def __call__(self) -> bool:
        """Say whether it was."""
        # RQ has no public word for it, and takes the signals for itself.
        return self._worker is not None and self._worker._shutdown_requested_date is not None  # noqa: SLF001

    def of(self, worker: SimpleWorker) -> None:
        """Ask this worker from now on."""
        self._worker = worker


def work(kind: Kind, redis: Redis, context: Context, stop: Stop) -> bool:
    """Serve one queue until told to stop; false: RQ gave up by itself, and a fresh process is to go on.

    RQ gives up when Redis is away while a job runs. Raises: QueueError: Redis is away at the start.
    """
    logging.getLogger("rq.worker").addFilter(Quieter())
    with asking():
        worker = _worker(kind, redis, context)
    stop.of(worker)
    if kind == "deliver":  # a matcher has no secrets
        context.editions.follow(partial(check_secrets, address_of=context.address_of))
    context.beat.ready()
    log.info("worker_ready", kind=kind, name=worker.name)
    try:
        worker.work(logging_level="WARNING")
    except RedisError as error:
        log.warning("queue_away", error=str(error))
    log.info("worker_ended", kind=kind, name=worker.name, asked=stop())
    return stop()


def _worker(kind: Kind, redis: Redis, context: Context) -> SimpleWorker:
    """Make the worker. One queue, or a job could be lost between queue and worker; in-process, or each job forks."""
    safe = job_class({JOBS["match"]: partial(jobs.match, context), JOBS["deliver"]: partial(jobs.deliver, context)})
    worker = SimpleWorker(
        [Queue(queue_name(kind), connection=redis, job_class=safe, serializer=JSONSerializer)],
        name=f"vigie-{kind}-{uuid4().hex}",
        connection=redis,
        job_class=safe,
        serializer=JSONSerializer,
        default_result_ttl=0,
        worker_ttl=WORKER_LASTS,
        maintenance_interval=CLEANED_EVERY,
        exception_handlers=[Failures()],
        log_job_description=False,
    )
    worker.death_penalty_class = Alarm
    worker.max_connection_wait_time = LONGEST_WAIT
    return worker


class Failures:
    """Logs and counts the jobs that failed in this process; the worker goes on."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def __call__(self, job: Job, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Write one line, with the traceback."""
        self._counts[job.origin] += 1
        log.error("job_failed", exc_info=(kind, error, trace), job=job.id, failures=self._counts[job.origin])


class Quieter:
    """Leaves out RQ's own line on a failed job, for ours says the same, and what it repeats while Redis is away."""

    def __init__(self) -> None:
        self._said: dict[str, float] = {}

    def __call__(self, record: logging.LogRecord) -> bool:
        """Say whether a record is to be written."""
        words = str(record.msg)
        repeated = record.created - self._said.get(words, 0.0) < REPEATED_EVERY
        if not repeated:
            self._said[words] = record.created
        return not repeated and "exception raised while executing" not in words
