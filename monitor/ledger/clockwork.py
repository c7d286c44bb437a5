"""What the clock asks and tells: what lies in the inboxes, and what may be forgotten."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, literal, select

from monitor.ledger.polls import SEEN_AGAIN
from monitor.ledger.rows import CHUNK
from monitor.ledger.sending import most_urgent
from monitor.ledger.tables import (
    ALERT,
    ALIAS,
    CLAIMED,
    DELIVERY,
    ENTRY,
    FEED,
    FINDING,
    FOLDED,
    REVISION,
    TELLING,
    TOLD,
    UNMATCHED,
    WAITING,
)


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits: revisions nobody matched for a while; deliveries that are due on a free channel.

    `next_due` is when the next delivery falls due or the next claim runs out; None: nothing is ahead.
    """

    unmatched: bool
    due: bool
    next_due: datetime | None


def pending(tx: Connection, now: datetime, before: datetime) -> Pending:
    """Look into both inboxes; of the unmatched revisions only those seen before `before` count."""
    unmatched = exists().where(UNMATCHED, REVISION.c.seen_at <= before)
    due = most_urgent(now).scalar_subquery().is_not(None)
    next_due = select(func.min(DELIVERY.c.due)).where(WAITING, DELIVERY.c.due > now).scalar_subquery()
    next_end = select(func.min(DELIVERY.c.claimed_until)).where(CLAIMED).scalar_subquery()
    row = tx.execute(select(unmatched, due, next_due, next_end)).one()
    return Pending(bool(row[0]), bool(row[1]), min((time for time in row[2:] if time is not None), default=None))


def prune(tx: Connection, before: datetime) -> int:
    """Forget some entries last seen before `before`, with all that hangs on them; say how many."""
    ids = tx.execute(select(ENTRY.c.id).join_from(ENTRY, FEED).where(_forgettable(before)).limit(CHUNK)).scalars().all()
    if not ids:
        return 0
    revisions = select(REVISION.c.id).where(REVISION.c.entry_id.in_(ids))
    alerts = select(ALERT.c.id).where(ALERT.c.revision_id.in_(revisions))
    deliveries = tx.execute(select(TELLING.c.delivery_id).where(TELLING.c.alert_id.in_(alerts))).scalars().all()
    tx.execute(delete(TELLING).where(TELLING.c.alert_id.in_(alerts)))
    still_tells = exists().where(TELLING.c.delivery_id == DELIVERY.c.id)
    tx.execute(delete(DELIVERY).where(DELIVERY.c.id.in_(deliveries), ~still_tells))
    tx.execute(delete(FINDING).where(FINDING.c.revision_id.in_(revisions)))
    tx.execute(delete(ALERT).where(ALERT.c.revision_id.in_(revisions)))
    tx.execute(delete(FOLDED).where(FOLDED.c.revision_id.in_(revisions)))
    tx.execute(delete(REVISION).where(REVISION.c.entry_id.in_(ids)))
    tx.execute(delete(ALIAS).where(ALIAS.c.entry_id.in_(ids)))
    tx.execute(delete(TOLD).where(TOLD.c.scope.in_([f"entry:{entry_id}" for entry_id in ids])))
    tx.execute(delete(ENTRY).where(ENTRY.c.id.in_(ids)))
    return len(ids)


def forget_told(tx: Connection, before: datetime) -> None:
    """Forget what was told in scopes that ended before `before`."""
    tx.execute(delete(TOLD).where(TOLD.c.until < before))


def _forgettable(before: datetime) -> ColumnElement[bool]:
    """Say which entries their feed no longer shows, and nothing waits for.

    The feed shows what stood in its newest document; `last_seen` may lag behind that by `SEEN_AGAIN`.
    """
    lag = int(SEEN_AGAIN.total_seconds() * 1_000_000)
    gone = ENTRY.c.last_seen < FEED.c.read - literal(lag)
    unfinished = (
        exists()
        .where(REVISION.c.entry_id == ENTRY.c.id, ALERT.c.revision_id == REVISION.c.id)
        .where(TELLING.c.alert_id == ALERT.c.id, DELIVERY.c.id == TELLING.c.delivery_id)
        .where(WAITING | CLAIMED)
    )
    unmatched = exists().where(UNMATCHED, REVISION.c.entry_id == ENTRY.c.id)
    return (ENTRY.c.last_seen < before) & gone & ~unmatched & ~unfinished
