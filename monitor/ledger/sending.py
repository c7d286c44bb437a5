"""What the deliverers ask and tell: the most urgent delivery that is due, and what its sending came to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Select, and_, case, or_, select, update

from monitor.core.route import CLAIM_LASTS, MAX_ATTEMPTS, Delivery, Settled
from monitor.core.rule import SEVERITIES, Finding
from monitor.core.telling.alert import Alert
from monitor.core.telling.notice import Notice
from monitor.ledger.notices import reported
from monitor.ledger.rows import (
    CLAIMING,
    DELIVERY_COLUMNS,
    REVISION_COLUMNS,
    Found,
    alone,
    chunks,
    delivery_of,
    finding_of,
    revision_of,
)
from monitor.ledger.tables import ALERT, CLAIMED, DELIVERY, ENTRY, FINDING, REPORT, REVISION, TELLING, WAITING


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that is ours to send until the claim runs out, and what it tells.

    Each alert shows what its feed showed last of its entry, as far as that was matched, with its hits of the alert's
    rules; a rule that this revision no longer meets stands there without hits. A delivery to operators has notices.
    """

    delivery: Delivery
    alerts: tuple[Alert, ...]
    notices: tuple[Notice, ...] = ()


def claim(tx: Connection, token: str, now: datetime) -> Claim | None:
    """Claim the most urgent due delivery, of equally urgent ones the longest due, whose channel has no claim."""
    alone(tx, CLAIMING)  # lest two see the same channel free: one of them would fail, and try again, and again
    first = most_urgent(now).with_for_update(skip_locked=True)
    claimed = {
        "state": "claimed",
        "token": token,
        "claimed_until": now + CLAIM_LASTS,
        "attempts": DELIVERY.c.attempts + 1,
    }
    mine = update(DELIVERY).where(DELIVERY.c.id == first.scalar_subquery()).values(claimed)
    row = tx.execute(mine.returning(*DELIVERY_COLUMNS)).first()
    if row is None:
        return None
    alerts, notices = _alerts(tx, row.id), reported(tx, row.id) if row.kind == "operator" else ()
    ids = tuple(alert.id for alert in alerts), tuple(notice.id for notice in notices)
    return Claim(delivery_of(row, *ids), alerts, notices)


def most_urgent(now: datetime) -> Select[int]:
    """Choose what to claim next.

    In the order of the index even where only its existence is asked: PostgreSQL would else read the whole table.
    """
    busy = select(DELIVERY.c.channel).where(CLAIMED)
    due = select(DELIVERY.c.id).where(WAITING, DELIVERY.c.due <= now, DELIVERY.c.channel.not_in(busy))
    return due.order_by(DELIVERY.c.severity.desc(), DELIVERY.c.due, DELIVERY.c.id).limit(1)


def settle(tx: Connection, delivery: Delivery, settled: Settled, at: datetime) -> bool:
    """Write what a claim came to; say whether it counted.

    A claim that ran out no longer counts, but for a success that nobody has claimed anew: the message was sent.
    """
    mine = and_(DELIVERY.c.id == delivery.id, DELIVERY.c.token == delivery.token)
    if settled.state == "sent":
        open_ = or_(CLAIMED, DELIVERY.c.state.in_(("queued", "dead")))  # as `expire` leaves them
    else:
        open_ = and_(CLAIMED, DELIVERY.c.claimed_until > at)
    written = {
        "state": settled.state,
        "due": settled.due,
        "attempts": settled.attempts,
        "uncertain": settled.uncertain,
        "reason": settled.reason,
        "claimed_until": None,
        "sent": at if settled.state == "sent" else None,
    }
    if tx.execute(update(DELIVERY).where(mine, open_).values(written)).rowcount:
        return True
    # The same success told twice: the answer to the first was lost on the way.
    again = select(DELIVERY.c.id).where(mine, DELIVERY.c.state == "sent")
    return settled.state == "sent" and tx.execute(again).first() is not None


def expire(tx: Connection, now: datetime) -> tuple[Delivery, ...]:
    """Free the claims that ran out; their messages may have arrived. One that never ends is given up like a failure."""
    spent = and_(DELIVERY.c.uncertain, DELIVERY.c.attempts >= MAX_ATTEMPTS)
    freed = {
        "state": case((spent, "dead"), else_="queued"),
        "uncertain": True,
        "reason": case(
            (spent, f"gave up after {MAX_ATTEMPTS} attempts: the sender never answered"),
            else_="the sender did not answer in time",
        ),
        "claimed_until": None,
    }
    expired = update(DELIVERY).where(CLAIMED, DELIVERY.c.claimed_until <= now).values(freed)
    return deliveries_of(tx, sorted(tx.execute(expired.returning(*DELIVERY_COLUMNS)), key=lambda row: row.id))


def deliveries_of(tx: Connection, rows: Sequence[Found]) -> tuple[Delivery, ...]:
    """Read deliveries, with the ids of their alerts and notices."""
    ids = [row.id for row in rows]
    alerts, notices = _told(tx, ids, TELLING.c.alert_id), _told(tx, ids, REPORT.c.notice_id)
    return tuple(delivery_of(row, tuple(alerts[row.id]), tuple(notices[row.id])) for row in rows)


def _told(tx: Connection, deliveries: Sequence[int], what: Column[int]) -> dict[int, list[int]]:
    told: dict[int, list[int]] = {delivery_id: [] for delivery_id in deliveries}
    for part in chunks(told):
        links = what.table.c.delivery_id
        for row in tx.execute(select(links, what).where(links.in_(part)).order_by(what)):
            told[row[0]].append(row[1])
    return told


def _alerts(tx: Connection, delivery_id: int) -> tuple[Alert, ...]:
    told = (
        select(ALERT, REVISION.c.entry_id)
        .join_from(TELLING, ALERT)
        .join(REVISION)
        .where(TELLING.c.delivery_id == delivery_id)
        .order_by(ALERT.c.severity.desc(), ALERT.c.id)
    )
    return tuple(_alert(tx, row) for row in tx.execute(told).all())


def _alert(tx: Connection, told: Found) -> Alert:
    usable = or_(REVISION.c.state.in_(("matched", "known")), REVISION.c.id == told.revision_id)
    current = (
        select(*REVISION_COLUMNS)
        .join_from(REVISION, ENTRY)
        .where(REVISION.c.entry_id == told.entry_id, usable)
        .order_by(REVISION.c.shown.desc())
        .limit(1)
    )
    revision = revision_of(tx.execute(current).one())
    rules = select(FINDING.c.rule, FINDING.c.severity).where(FINDING.c.alert_id == told.id)
    met = select(FINDING).where(FINDING.c.revision_id == revision.id)
    now_met = {row.rule: finding_of(row) for row in tx.execute(met)}
    findings = (now_met.get(row.rule) or Finding(row.rule, SEVERITIES[row.severity], ()) for row in tx.execute(rules))
    return Alert(told.id, revision, told.version, in_order(findings), told.committed)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings, the most severe first."""
    return tuple(sorted(findings, key=lambda f: (-SEVERITIES.index(f.severity), f.rule)))
