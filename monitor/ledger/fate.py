"""What became of one revision: what its rules found, who was told, and if nobody was, why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from monitor.core.entry import Revision
from monitor.core.route import Delivery
from monitor.core.rule import Finding
from monitor.core.telling.alert import TOLD_BEFORE
from monitor.ledger.rows import DELIVERY_COLUMNS, REVISION_COLUMNS, Found, finding_of, revision_of
from monitor.ledger.sending import deliveries_of
from monitor.ledger.tables import ALERT, DELIVERY, ENTRY, FINDING, REVISION, TELLING


@dataclass(frozen=True, slots=True)
class Judged:
    """A rule that was met, and the alert that told it (None: nobody was told, because `suppressed`).

    `earlier` is the alert by which the rule had told before, where that is why.
    """

    finding: Finding
    alert: int | None
    suppressed: str
    earlier: int | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """A revision, and what became of it.

    `numbers` are those of all revisions of its entry; `is_current`: its feed shows no other since. `state` is
    unmatched, matched, superseded or known, with a `reason` where no rule was tried. `version` is that of the rules
    it was matched with. `edits` is the text that was shown before it, as far as there was one.
    """

    revision: Revision
    numbers: tuple[int, ...]
    is_current: bool
    state: str
    reason: str
    matched_at: datetime | None
    version: int | None
    judged: tuple[Judged, ...]
    deliveries: tuple[Delivery, ...]
    edits: Revision | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An entry by its number and its feed."""

    id: int
    feed: str


def of_alert(tx: Connection, alert_id: int) -> Fate | None:
    """Tell the fate of the revision that an alert told; None: there is no such alert."""
    told = select(ALERT.c.revision_id).where(ALERT.c.id == alert_id).scalar_subquery()
    return _fate(tx, REVISION.c.id == told)


def of_entry(tx: Connection, entry_id: int, number: int | None) -> Fate | None:
    """Tell the fate of a revision of an entry (None: of what its feed shows now); None: there is none."""
    mine = REVISION.c.entry_id == entry_id
    return _fate(tx, mine if number is None else mine & (REVISION.c.number == number))


def named(tx: Connection, name: str) -> tuple[Named, ...]:
    """List the entries that have this identity or this link, the newest first."""
    if not name:
        return ()  # many have no link
    linked = select(REVISION.c.entry_id).where(REVISION.c.link == name)
    found = select(ENTRY.c.id, ENTRY.c.feed).where(or_(ENTRY.c.identity == name, ENTRY.c.id.in_(linked)))
    return tuple(Named(*row) for row in tx.execute(found.order_by(ENTRY.c.id.desc())))


def newest(tx: Connection) -> tuple[int, int]:
    """Give the numbers of the newest entry and of the newest alert; 0: there is none."""
    entry, alert = select(func.max(ENTRY.c.id)), select(func.max(ALERT.c.id))
    return tx.execute(entry).scalar() or 0, tx.execute(alert).scalar() or 0


def _fate(tx: Connection, which: ColumnElement[bool]) -> Fate | None:
    chosen = select(*REVISION_COLUMNS).join_from(REVISION, ENTRY).where(which).order_by(REVISION.c.shown.desc())
    row = tx.execute(chosen.limit(1)).first()
    if row is None:
        return None
    others = select(REVISION.c.number, REVISION.c.shown).where(REVISION.c.entry_id == row.entry_id)
    shown = {other.number: other.shown for other in tx.execute(others)}
    return Fate(
        revision=revision_of(row),
        numbers=tuple(sorted(shown)),
        is_current=row.shown == max(shown.values()),
        state=row.state,
        reason=row.reason,
        matched_at=row.matched_at,
        version=row.version,
        judged=tuple(_judged(tx, row)),
        deliveries=_deliveries(tx, row),
        edits=_edited(tx, row),
    )


def _edited(tx: Connection, revision: Found) -> Revision | None:
    earlier = (REVISION.c.entry_id == revision.entry_id) & (REVISION.c.shown < revision.shown)
    chosen = select(*REVISION_COLUMNS).join_from(REVISION, ENTRY).where(earlier).order_by(REVISION.c.shown.desc())
    row = tx.execute(chosen.limit(1)).first()
    return None if row is None else revision_of(row)


def _judged(tx: Connection, revision: Found) -> Iterable[Judged]:
    found = select(FINDING).where(FINDING.c.revision_id == revision.id).order_by(FINDING.c.rule)
    for row in tx.execute(found).all():
        earlier = None if row.alert_id else _earlier(tx, row, revision)
        yield Judged(finding_of(row), row.alert_id, row.suppressed, earlier)


def _earlier(tx: Connection, finding: Found, revision: Found) -> int | None:
    """Find the newest alert by which a rule told within the scope that a suppressed finding names."""
    if not finding.suppressed.startswith(TOLD_BEFORE):
        return None
    within = {"entry": REVISION.c.entry_id == revision.entry_id, "feed": ENTRY.c.feed == revision.feed}
    scope = finding.suppressed.removeprefix(TOLD_BEFORE).partition(":")[0]
    told = (
        select(func.max(ALERT.c.id))
        .join_from(ALERT, FINDING, FINDING.c.alert_id == ALERT.c.id)
        .join(REVISION, REVISION.c.id == ALERT.c.revision_id)
        .join(ENTRY)
        .where(FINDING.c.rule == finding.rule, ALERT.c.committed <= revision.matched_at)
    )
    return tx.execute(told.where(within[scope]) if scope in within else told).scalar()


def _deliveries(tx: Connection, revision: Found) -> tuple[Delivery, ...]:
    telling = select(TELLING.c.delivery_id).join_from(TELLING, ALERT).where(ALERT.c.revision_id == revision.id)
    chosen = select(*DELIVERY_COLUMNS).where(DELIVERY.c.id.in_(telling)).order_by(DELIVERY.c.id)
    return deliveries_of(tx, tx.execute(chosen).all())
