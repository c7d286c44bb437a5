"""What operators are told: notices, each once for every change of what it says, and their deliveries."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, Select, and_, delete, exists, func, select, tuple_

from monitor.core.route import Send
from monitor.core.rule import SEVERITIES
from monitor.core.telling.notice import Notice
from monitor.ledger.rows import Found
from monitor.ledger.tables import CLAIMED, DELIVERY, NOTICE, REPORT, WAITING


def notify(tx: Connection, notice: Notice, sends: Iterable[Send]) -> tuple[int, ...]:
    """Write a notice and its deliveries, unless the newest of its kind and key says the same; give their ids."""
    same = (NOTICE.c.kind == notice.kind) & (NOTICE.c.key == notice.key)
    last = tx.execute(select(NOTICE).where(same).order_by(NOTICE.c.number.desc()).limit(1)).first()
    if (last.state if last else "") == notice.state:
        return ()
    # Of two clocks that say the same at once one meets the other's number here, begins anew and finds it said.
    row = asdict(notice) | {"severity": SEVERITIES.index(notice.severity), "number": last.number + 1 if last else 1}
    del row["id"]
    notice_id = tx.execute(NOTICE.insert().values(row).returning(NOTICE.c.id)).scalar_one()
    rows = [
        {
            "channel": send.channel,
            "route": send.route,
            "kind": "operator",
            "state": "queued",
            "severity": row["severity"],
            "due": send.due,
            "created": notice.at,
        }
        for send in sends
    ]
    if not rows:
        return ()
    added = tx.execute(DELIVERY.insert().returning(DELIVERY.c.id, sort_by_parameter_order=True), rows).scalars().all()
    tx.execute(REPORT.insert(), [{"delivery_id": delivery, "notice_id": notice_id} for delivery in added])
    return tuple(added)


def reported(tx: Connection, delivery_id: int) -> tuple[Notice, ...]:
    """Give the notices of a delivery, oldest first."""
    told = select(NOTICE).join_from(REPORT, NOTICE).where(REPORT.c.delivery_id == delivery_id)
    return tuple(map(notice_of, tx.execute(told.order_by(NOTICE.c.id))))


def notice_of(row: Found) -> Notice:
    """Read a notice."""
    return Notice(
        kind=row.kind,
        key=row.key,
        state=row.state,
        severity=SEVERITIES[row.severity],
        subject=row.subject,
        text=row.text,
        version=row.version,
        at=row.at,
        id=row.id,
    )


def prune(tx: Connection, before: datetime) -> int:
    """Forget notices made before `before` and their deliveries, but those that wait or say how things stand."""
    old = tx.execute(_forgettable(before)).scalars().all()
    if old:
        deliveries = tx.execute(select(REPORT.c.delivery_id).where(REPORT.c.notice_id.in_(old))).scalars().all()
        tx.execute(delete(REPORT).where(REPORT.c.notice_id.in_(old)))
        still_reports = exists().where(REPORT.c.delivery_id == DELIVERY.c.id)
        tx.execute(delete(DELIVERY).where(DELIVERY.c.id.in_(deliveries), ~still_reports))
        tx.execute(delete(NOTICE).where(NOTICE.c.id.in_(old)))
    return len(old)


def _forgettable(before: datetime) -> Select[tuple[int]]:
    newest = select(NOTICE.c.kind, NOTICE.c.key, func.max(NOTICE.c.number)).group_by(NOTICE.c.kind, NOTICE.c.key)
    stands = and_(tuple_(NOTICE.c.kind, NOTICE.c.key, NOTICE.c.number).in_(newest), NOTICE.c.state != "")
    waits = exists().where(REPORT.c.notice_id == NOTICE.c.id, DELIVERY.c.id == REPORT.c.delivery_id, WAITING | CLAIMED)
    return select(NOTICE.c.id).where(NOTICE.c.at < before, ~stands, ~waits).limit(500)
