"""The two jobs that a bell may ask for: look into an inbox of the ledger, and do what lies there."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from monitor import pipeline
from monitor.core.errors import LedgerError, QueueError
from monitor.log import get
from monitor.queue import JOB_LASTS, NAMES_PER_BELL, Kind
from workers.context import Context

TAKES_WORK_FOR = 10.0
"""Seconds for which a job takes more work from its inbox; then it rings for whoever comes next.

What it took last may still wait 30 s for a build of the rules and send for 20 s, within the 90 s that a job may last.
"""

log = get("jobs")


def match(context: Context, revisions: Sequence[int] = ()) -> None:
    """Match whatever lies in the inbox, the named revisions first: others may lie there whose bell was lost."""
    names, end = _checked(revisions), monotonic() + TAKES_WORK_FOR
    with _working(context, "match"):
        if names:
            _match_some(context, names)
        if _until_empty(context, lambda: _match_some(context, ()) > 0, end):
            context.bells.ring_match()


def deliver(context: Context) -> None:
    """Send whatever is due, the most urgent first."""
    end = monotonic() + TAKES_WORK_FOR
    with _working(context, "deliver"):
        if _until_empty(context, lambda: _deliver_one(context), end):
            context.bells.ring_deliver()


def _match_some(context: Context, names: tuple[int, ...]) -> int:
    return pipeline.match_batch(context.ledger, context.editions.newest, context.bells, names)


def _deliver_one(context: Context) -> bool:
    edition = context.editions.current()
    return edition is not None and pipeline.deliver(context.ledger, edition, context.address_of, context.terms)


def _until_empty(context: Context, step: Callable[[], bool], end: float) -> bool:
    """Repeat a step while it finds something; true: the time was up before that, at `end` of the monotonic clock."""
    while monotonic() < end and not context.stopping():
        if not step():
            return False
    return True


@contextmanager
def _working(context: Context, job: Kind) -> Iterator[None]:
    """Beat with the job's deadline; what the ledger or Redis refuse today stays in the inbox, and the clock rings."""
    with context.beat.during(JOB_LASTS):
        try:
            yield
        except (LedgerError, QueueError) as error:
            log.warning("job_postponed", job=job, error=str(error))


def _checked(revisions: object) -> tuple[int, ...]:
    """Take the arguments of a bell for what they are: words of whoever may write to Redis."""
    if not isinstance(revisions, Sequence) or len(revisions) > NAMES_PER_BELL:
        raise ValueError(f"a bell names at most {NAMES_PER_BELL} revisions in a list")
    if any(type(name) is not int or not 0 < name < 2**63 for name in revisions):
        raise ValueError("a bell names revisions by their numbers")
    return tuple(revisions)
