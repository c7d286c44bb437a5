"""From rows to values and back, and the few things that the two databases say differently."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from importlib import import_module
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Label, Row, Table, func, select

from monitor.core.entry import Entry, Revision
from monitor.core.route import Delivery
from monitor.core.rule import SEVERITIES, Finding, Hit
from monitor.ledger.tables import DELIVERY, ENTRY, REVISION

T = TypeVar("T")

CHUNK = 500
"""Keys in one `IN (...)`; SQLite takes 32,766 parameters in a statement, older ones 999."""

REVISION_COLUMNS = (*REVISION.c, ENTRY.c.feed, ENTRY.c.identity)
"""What `revision_of` needs."""

DELIVERY_COLUMNS = tuple(DELIVERY.c)
"""What `delivery_of` needs."""

Ids = NDArray[np.int64]
"""Ids of revisions, millions if need be."""

Found = Row[*tuple[Any, ...]]  # Any: SQLAlchemy does not know the columns of a row


def chunks(keys: Iterable[T]) -> Iterator[Sequence[T]]:
    """Cut keys into parts that fit into one statement."""
    whole = tuple(keys)
    for start in range(0, len(whole), CHUNK):
        yield whole[start : start + CHUNK]


def insert(tx: Connection, table: Table) -> Any:  # Any: one class of statement per database
    """Begin an INSERT that can say ON CONFLICT, in the words of this connection's database."""
    return import_module(f"sqlalchemy.dialects.{tx.dialect.name}").insert(table)


MIGRATING, CLAIMING = 0x7669676965_01, 0x7669676965_02
"""What one process does at a time, as numbers of PostgreSQL's advisory locks: `vigie` in ASCII, and which."""


def alone(tx: Connection, what: int) -> None:
    """Keep others from doing the same until this transaction ends; SQLite has but one writer."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(what)))


def revision_of(row: Found) -> Revision:
    """Read a revision; the aliases of its entry stay behind."""
    entry = Entry(
        feed=row.feed,
        identity=row.identity,
        title=row.title,
        text=row.text,
        link=row.link,
        guid=row.guid,
        author=row.author,
        categories=tuple(json.loads(row.categories)),
        language=row.language,
        published=row.published,
        updated=row.updated,
        deleted=row.deleted,
    )
    return Revision(row.id, row.entry_id, row.number, entry, row.seen_at, row.edit, row.held)


def edited_of(row: Found) -> Revision:
    """Read a revision that another edits; the row says also why nobody was told of its entry at first sight."""
    return replace(revision_of(row), quiet=row.quiet or "")


def first_quiet() -> Label[str | None]:
    """Select of a revision why nobody was told of its entry at first sight."""
    first = REVISION.alias("first")
    mine = (first.c.entry_id == REVISION.c.entry_id, first.c.state == "known")
    return select(first.c.reason).where(*mine).order_by(first.c.number).limit(1).scalar_subquery().label("quiet")


def content_of(entry: Entry) -> dict[str, object]:
    """Give the columns of a revision that its entry fills."""
    return {
        "title": entry.title,
        "text": entry.text,
        "link": entry.link,
        "guid": entry.guid,
        "author": entry.author,
        "categories": json.dumps(entry.categories, ensure_ascii=False),
        "language": entry.language,
        "published": entry.published,
        "updated": entry.updated,
        "deleted": entry.deleted,
    }


def finding_of(row: Found) -> Finding:
    """Read a finding."""
    hits = tuple(Hit(**hit) for hit in json.loads(row.hits))
    return Finding(row.rule, SEVERITIES[row.severity], hits)


def hits_of(finding: Finding) -> str:
    """Write a finding's hits."""
    return json.dumps([asdict(hit) for hit in finding.hits], ensure_ascii=False, separators=(",", ":"))


def rank(finding: Finding) -> int:
    """Give the severity as a number, the more urgent the greater."""
    return SEVERITIES.index(finding.severity)


def delivery_of(row: Found, alerts: tuple[int, ...], notices: tuple[int, ...] = ()) -> Delivery:
    """Read a delivery of these alerts, or notices."""
    return Delivery(
        id=row.id,
        channel=row.channel,
        route=row.route,
        kind=row.kind,
        state=row.state,
        due=row.due,
        created=row.created,
        attempts=row.attempts,
        uncertain=row.uncertain,
        reason=row.reason,
        token=row.token,
        sent=row.sent,
        alerts=alerts,
        notices=notices,
    )
