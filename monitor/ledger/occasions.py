"""Revisions as they were matched, in the order of time: what a replay goes through once more."""

from collections.abc import Collection, Mapping
from datetime import datetime

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Connection, FromClause, and_, exists, func, or_, select, type_coerce

from monitor.core.entry import Occasion, Revision
from monitor.ledger.matching import OVERTAKEN
from monitor.ledger.rows import REVISION_COLUMNS, Found, Ids, chunks, edited_of, first_quiet, revision_of
from monitor.ledger.tables import ENTRY, REVISION


def of_feeds(tx: Connection, feeds: Collection[str]) -> Ids:
    """Give the ids of all revisions of these feeds; of no feeds: of all there are."""
    chosen = select(REVISION.c.id)
    if feeds:
        chosen = chosen.join_from(REVISION, ENTRY).where(ENTRY.c.feed.in_(feeds))
    rows = tx.execute(chosen, execution_options={"stream_results": True}).scalars()
    return np.fromiter(rows, np.int64)


def in_time(tx: Connection, ids: Ids, until: datetime) -> Ids:
    """Put revisions into the order in which they were matched, those that were not by when they were seen.

    Those after `until` are left out.
    """
    numbers, times = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    at = type_coerce(_at(REVISION), BigInteger)
    for part in chunks(ids.tolist()):
        rows = tx.execute(select(REVISION.c.id, at).where(REVISION.c.id.in_(part), _at(REVISION) < until)).all()
        numbers.append(np.array([row[0] for row in rows], np.int64))
        times.append(np.array([row[1] for row in rows], np.int64))
    number, time = np.concatenate(numbers), np.concatenate(times)
    order: Ids = number[np.lexsort((number, time))]
    return order


def occasions(tx: Connection, ids: Collection[int], *, edits: bool) -> tuple[Occasion, ...]:
    """Read revisions as they were matched, in the order of these ids; with `edits` also the texts that they edit."""
    statement = (
        select(*REVISION_COLUMNS, _at(REVISION).label("at"), _is_overtaken().label("overtaken"))
        .join_from(REVISION, ENTRY)
        .where(REVISION.c.id.in_(ids))
    )
    found = {row.id: row for row in tx.execute(statement)}
    edited = _edited(tx, ids) if edits else {}
    return tuple(_occasion(found[i], edited.get(i)) for i in ids if i in found)


def kept_since(tx: Connection) -> datetime | None:
    """Say when the oldest revision was seen that is still kept; None: there is none."""
    found: datetime | None = tx.execute(select(REVISION.c.seen_at).order_by(REVISION.c.id).limit(1)).scalar()
    return found


def _occasion(row: Found, edits: Revision | None) -> Occasion:
    quiet = OVERTAKEN if row.overtaken else row.reason
    return Occasion(revision_of(row), row.at, quiet, edits)


def _at(revision: FromClause) -> ColumnElement[datetime]:
    return func.coalesce(revision.c.matched_at, revision.c.seen_at)


def _is_overtaken() -> ColumnElement[bool]:
    """Tell of what lies in the inbox whether no rule will be tried on it."""
    newer = REVISION.alias()
    is_newer = and_(newer.c.entry_id == REVISION.c.entry_id, newer.c.shown > REVISION.c.shown)
    return and_(REVISION.c.state == "unmatched", exists().where(is_newer))


def _edited(tx: Connection, ids: Collection[int]) -> Mapping[int, Revision]:
    """Give by id what revisions edit: of the texts that were matched before or known, the one that is shown last.

    A feed that has taken a text back since may make that another one than it was at the time.
    """
    edit, other = REVISION.alias("edit"), REVISION.alias("other")
    earlier = or_(_at(other) < _at(edit), and_(_at(other) == _at(edit), other.c.id < edit.c.id))
    newest = (
        select(func.max(other.c.shown))
        .where(other.c.entry_id == edit.c.entry_id, earlier)
        .where(other.c.state.in_(("matched", "known")), ~other.c.deleted)
        .scalar_subquery()
    )
    statement = (
        select(edit.c.id.label("edit_id"), first_quiet(), *REVISION_COLUMNS)
        .join_from(REVISION, ENTRY)
        .join(edit, edit.c.entry_id == REVISION.c.entry_id)
        .where(edit.c.id.in_(ids), REVISION.c.shown == newest)
    )
    return {row.edit_id: edited_of(row) for row in tx.execute(statement)}
