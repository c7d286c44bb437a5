"""What people ask: alerts, deliveries, and how much there is of everything."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, exists, func, select

from monitor.core.entry import Revision
from monitor.core.route import Delivery, State
from monitor.core.rule import Finding
from monitor.core.telling.alert import Alert
from monitor.core.telling.notice import Notice
from monitor.ledger.notices import notice_of
from monitor.ledger.rows import DELIVERY_COLUMNS, REVISION_COLUMNS, Found, chunks, finding_of, revision_of
from monitor.ledger.sending import deliveries_of, in_order
from monitor.ledger.tables import ALERT, DELIVERY, ENTRY, FINDING, NOTICE, REVISION, UNMATCHED, WAITING


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows: the newest `limit` of all, or with `after` the first `limit` whose id is greater; None: every one."""

    limit: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class NotTold:
    """Why nobody is told of a revision that `rule` met, or (None) that no rule was tried on."""

    revision: Revision
    rule: str | None
    reason: str

    @property
    def id(self) -> int:
        """Number it like its revision: by this it is paged."""
        return self.revision.id


@dataclass(frozen=True, slots=True)
class Counts:
    """How much the ledger holds; `deliveries` by state, `unmatched` is the inbox of the matchers.

    `oldest_due` is when the delivery was or will be due that waits for the longest; None: none waits.
    """

    entries: int
    revisions: int
    unmatched: int
    alerts: int
    deliveries: Mapping[State, int]
    oldest_due: datetime | None


def alerts(tx: Connection, page: Page, feed: str, rule: str) -> tuple[Alert, ...]:
    """Give alerts as they were made, oldest first; `feed` and `rule` where not empty narrow them."""
    chosen = (
        select(ALERT.c.id.label("alert_id"), ALERT.c.version.label("made_with"), ALERT.c.committed, *REVISION_COLUMNS)
        .join_from(ALERT, REVISION)
        .join(ENTRY)
    )
    if feed:
        chosen = chosen.where(ENTRY.c.feed == feed)
    if rule:
        chosen = chosen.where(exists().where(FINDING.c.alert_id == ALERT.c.id, FINDING.c.rule == rule))
    rows = _rows(tx, chosen, ALERT.c.id, page)
    findings = _findings(tx, [row.alert_id for row in rows])
    return tuple(
        Alert(row.alert_id, revision_of(row), row.made_with, in_order(findings[row.alert_id]), row.committed)
        for row in rows
    )


def deliveries(tx: Connection, page: Page, state: str) -> tuple[Delivery, ...]:
    """Give deliveries, oldest first; `state` where not empty narrows them."""
    chosen = select(*DELIVERY_COLUMNS)
    if state:
        chosen = chosen.where(DELIVERY.c.state == state)
    return deliveries_of(tx, _rows(tx, chosen, DELIVERY.c.id, page))


def notices(tx: Connection, page: Page) -> tuple[Notice, ...]:
    """Give what operators were told, oldest first."""
    return tuple(map(notice_of, _rows(tx, select(NOTICE), NOTICE.c.id, page)))


def not_told(tx: Connection, page: Page, feed: str, rule: str) -> tuple[NotTold, ...]:
    """Give what was not told of revisions, the oldest first; `feed` and `rule` where not empty narrow them."""
    suppressed = FINDING.c.suppressed != ""
    if rule:
        suppressed &= FINDING.c.rule == rule
    met = exists().where(FINDING.c.revision_id == REVISION.c.id, suppressed)
    chosen = (
        select(*REVISION_COLUMNS).join_from(REVISION, ENTRY).where(met if rule else met | (REVISION.c.reason != ""))
    )
    if feed:
        chosen = chosen.where(ENTRY.c.feed == feed)
    rows = _rows(tx, chosen, REVISION.c.id, page)
    why: dict[int, list[tuple[str | None, str]]] = {row.id: [(None, row.reason)] if row.reason else [] for row in rows}
    for part in chunks(why):
        found = select(FINDING).where(FINDING.c.revision_id.in_(part), suppressed).order_by(FINDING.c.rule)
        for row in tx.execute(found):
            why[row.revision_id].append((row.rule, row.suppressed))
    return tuple(NotTold(revision_of(row), *reason) for row in rows for reason in why[row.id])


def counts(tx: Connection) -> Counts:
    """Count everything."""
    by_state = select(DELIVERY.c.state, func.count().label("number")).group_by(DELIVERY.c.state)
    return Counts(
        entries=_count(tx, ENTRY),
        revisions=_count(tx, REVISION),
        unmatched=_count(tx, REVISION, UNMATCHED),
        alerts=_count(tx, ALERT),
        deliveries={row.state: row.number for row in tx.execute(by_state)},
        oldest_due=tx.execute(select(func.min(DELIVERY.c.due)).where(WAITING)).scalar(),
    )


def _count(tx: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    return int(tx.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _rows(tx: Connection, chosen: Select[Any], key: ColumnElement[int], page: Page) -> list[Found]:  # Any: any columns
    if page.after is None:
        newest = tx.execute(chosen.order_by(key.desc()).limit(page.limit)).all()
        return list(reversed(newest))
    return list(tx.execute(chosen.where(key > page.after).order_by(key).limit(page.limit)).all())


def _findings(tx: Connection, ids: list[int]) -> dict[int, list[Finding]]:
    findings: dict[int, list[Finding]] = {alert_id: [] for alert_id in ids}
    for part in chunks(ids):
        for row in tx.execute(select(FINDING).where(FINDING.c.alert_id.in_(part))):
            findings[row.alert_id].append(finding_of(row))
    return findings
