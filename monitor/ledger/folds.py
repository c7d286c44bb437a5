"""Folded texts, one of each revision: written with it, and read in one go by whoever looks through all there are.

What was folded in another way than this program folds is as good as missing, and what is missing is folded when it is
read. The clock folds it for good.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from monitor.core.entry import folded
from monitor.core.text import FOLD
from monitor.ledger.rows import Ids, insert
from monitor.ledger.tables import FOLDED, REVISION

Wanted = Callable[[bytes], bool]
"""Says of a folded text, in UTF-8, whether to look at its revision."""

IN_HAND = 200
"""Rows that PostgreSQL sends at a time; of the longest texts these are 40 MB."""


def add_folded(tx: Connection, texts: Mapping[int, str]) -> None:
    """Write the folded texts of new revisions, by their ids."""
    tx.execute(FOLDED.insert(), [_row(revision_id, text) for revision_id, text in texts.items()])


def sift(tx: Connection, wanted: Wanted) -> Ids:
    """Give the ids of the revisions whose folded text is wanted, in no order; only these are kept in memory."""
    seen = 0
    found = array("q")
    stored = select(FOLDED.c.revision_id, FOLDED.c.text).where(FOLDED.c.fold == FOLD)
    for revision_id, text in _streamed(tx, stored):
        seen += 1
        if wanted(text):
            found.append(revision_id)
    if seen != tx.execute(select(func.count()).select_from(REVISION)).scalar_one():
        unfolded = select(REVISION.c.id, REVISION.c.title, REVISION.c.text).where(_is_missing())
        found.extend(row[0] for row in _streamed(tx, unfolded) if wanted(folded(row[1], row[2]).encode()))
    return np.array(found, np.int64)


def sample(tx: Connection, size: int) -> tuple[bytes, ...]:
    """Give some folded texts, spread over all that are stored; `size` at most."""
    first, last = tx.execute(select(func.min(FOLDED.c.revision_id), func.max(FOLDED.c.revision_id))).one()
    ids = np.unique(np.linspace(first or 0, last or 0, size, dtype=np.int64)).tolist()
    found = select(FOLDED.c.text).where(FOLDED.c.fold == FOLD, FOLDED.c.revision_id.in_(ids))
    return tuple(map(bytes, tx.execute(found).scalars()))


def missing(tx: Connection, limit: int) -> dict[int, str]:
    """Fold some of the texts that are not stored, or stale; give them by the ids of their revisions."""
    some = select(REVISION.c.id, REVISION.c.title, REVISION.c.text).where(_is_missing()).limit(limit)
    return {revision_id: folded(title, text) for revision_id, title, text in tx.execute(some)}


def mend(tx: Connection, texts: Mapping[int, str]) -> None:
    """Write folded texts that were missing or stale, of the revisions that are still there."""
    there = tx.execute(select(REVISION.c.id).where(REVISION.c.id.in_(texts)).with_for_update()).scalars()
    rows = [_row(revision_id, texts[revision_id]) for revision_id in there]
    if rows:
        statement = insert(tx, FOLDED)
        new = {"fold": statement.excluded.fold, "text": statement.excluded.text}
        tx.execute(statement.on_conflict_do_update(index_elements=["revision_id"], set_=new), rows)


def _row(revision_id: int, text: str) -> dict[str, object]:
    return {"revision_id": revision_id, "fold": FOLD, "text": text.encode()}


def _is_missing() -> ColumnElement[bool]:
    return ~exists().where(FOLDED.c.revision_id == REVISION.c.id, FOLDED.c.fold == FOLD)


def _streamed(tx: Connection, statement: Select[*tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:  # Any: any columns
    """Read rows from the driver's own cursor, a few at a time: through SQLAlchemy each costs three times as much."""
    written = str(statement.compile(tx, compile_kwargs={"literal_binds": True}))
    connection: Any = tx.connection.driver_connection  # Any: each driver has its own
    with closing(_cursor(connection) if tx.dialect.name == "postgresql" else connection.cursor()) as cursor:
        cursor.execute(written)
        yield from cursor


def _cursor(connection: Any) -> Any:  # Any: psycopg's
    """Open a cursor whose rows wait at the server; without a name all of them would come at once."""
    cursor = connection.cursor(name="sift", binary=True)
    cursor.itersize = IN_HAND
    return cursor
