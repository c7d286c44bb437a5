"""The first schema: feeds, entries and their revisions; alerts and deliveries; editions of the rules.

Written out in plain types: what this step made must not change when the program's own tables do.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNMATCHED = sa.text("state = 'unmatched'")
WAITING = sa.text("state IN ('queued', 'retry')")
CLAIMED = sa.text("state = 'claimed'")


def upgrade() -> None:
    """Make the tables, those first that others point to."""
    _make_entries()
    _make_alerts()
    _make_deliveries()
    _make_editions()


def _column(name: str, kind: Any, *, null: bool = False) -> sa.Column[Any]:  # Any: any type
    return sa.Column(name, kind, nullable=null)


def _columns(kind: Any, *names: str, null: bool = False) -> list[sa.Column[Any]]:  # Any: any type
    return [_column(name, kind, null=null) for name in names]


def _table(name: str, key: str, *parts: Any, **options: Any) -> None:  # Any: whatever a table holds
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key.split(), name=f"pk_{name}"), **options)


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")


def _make_entries() -> None:
    _table(
        "feed",
        "name",
        *_columns(sa.Text(), "name", "url", "etag", "last_modified", "reading"),
        _column("reads", sa.Integer()),
        *_columns(sa.BigInteger(), "read", "polled", "newest", null=True),
        _column("failures", sa.Integer()),
        _column("failed", sa.BigInteger(), null=True),
        _column("reason", sa.Text()),
        _column("gone", sa.Boolean()),
    )
    _table(
        "entry",
        "id",
        _column("id", ID),
        *_columns(sa.Text(), "feed", "identity"),
        *_columns(sa.BigInteger(), "first_seen", "last_seen"),
        _points("entry", "feed", "feed.name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_last_seen", "entry", ["last_seen"])
    _table(
        "alias",
        "key",
        _column("key", sa.LargeBinary(16)),
        _column("entry_id", ID, null=True),
        _points("alias", "entry_id", "entry.id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_alias_entry_id", "alias", ["entry_id"])
    _make_revisions()


def _make_revisions() -> None:
    _table(
        "revision",
        "id",
        *_columns(ID, "id", "entry_id"),
        *_columns(sa.Integer(), "number", "shown"),
        *_columns(sa.Text(), "digest", "state", "reason"),
        _column("seen_at", sa.BigInteger()),
        _column("matched_at", sa.BigInteger(), null=True),
        _column("version", sa.Integer(), null=True),
        *_columns(sa.Text(), "title", "text", "link"),
        _column("guid", sa.Text(), null=True),
        *_columns(sa.Text(), "author", "categories", "language"),
        *_columns(sa.BigInteger(), "published", "updated", null=True),
        _column("deleted", sa.Boolean()),
        _points("revision", "entry_id", "entry.id"),
        sa.UniqueConstraint("entry_id", "digest", name="uq_revision_entry_id_digest"),
        sa.UniqueConstraint("entry_id", "number", name="uq_revision_entry_id_number"),
        sa.UniqueConstraint("entry_id", "shown", name="uq_revision_entry_id_shown"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_revision_unmatched", "revision", ["id"], sqlite_where=UNMATCHED, postgresql_where=UNMATCHED)


def _make_alerts() -> None:
    _table(
        "alert",
        "id",
        *_columns(ID, "id", "revision_id"),
        *_columns(sa.Integer(), "severity", "version"),
        _column("committed", sa.BigInteger()),
        _points("alert", "revision_id", "revision.id"),
        sa.UniqueConstraint("revision_id", name="uq_alert_revision_id"),
        sqlite_autoincrement=True,
    )
    _table(
        "finding",
        "revision_id rule",
        _column("revision_id", ID),
        _column("rule", sa.Text()),
        _column("severity", sa.Integer()),
        _column("hits", sa.Text()),
        _column("alert_id", ID, null=True),
        _column("suppressed", sa.Text()),
        _points("finding", "revision_id", "revision.id"),
        _points("finding", "alert_id", "alert.id"),
    )
    op.create_index("ix_finding_alert_id", "finding", ["alert_id"])
    _table(
        "told",
        "rule scope",
        *_columns(sa.Text(), "rule", "scope"),
        _column("until", sa.BigInteger(), null=True),
        _column("revision_id", ID),
        sqlite_with_rowid=False,
    )


def _make_deliveries() -> None:
    _table(
        "delivery",
        "id",
        _column("id", ID),
        *_columns(sa.Text(), "channel", "route", "kind", "state"),
        _column("severity", sa.Integer()),
        *_columns(sa.BigInteger(), "due", "created"),
        _column("attempts", sa.Integer()),
        _column("uncertain", sa.Boolean()),
        *_columns(sa.Text(), "reason", "token"),
        *_columns(sa.BigInteger(), "claimed_until", "sent", null=True),
        sqlite_autoincrement=True,
    )
    urgency: list[str | sa.TextClause] = [sa.text("severity DESC"), "due", "id", "channel"]
    op.create_index("ix_delivery_waiting", "delivery", urgency, sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index(
        "uq_delivery_claimed", "delivery", ["channel"], unique=True, sqlite_where=CLAIMED, postgresql_where=CLAIMED
    )
    op.create_index("ix_delivery_state", "delivery", ["state", "id"])
    _table(
        "telling",
        "delivery_id alert_id",
        *_columns(ID, "delivery_id", "alert_id"),
        _points("telling", "delivery_id", "delivery.id"),
        _points("telling", "alert_id", "alert.id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_telling_alert_id", "telling", ["alert_id"])


def _make_editions() -> None:
    _table(
        "edition",
        "version",
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        _column("at", sa.BigInteger()),
    )
    _table("content", "digest", _column("digest", sa.LargeBinary(16)), _column("text", sa.Text()))
    _table(
        "file",
        "version name",
        _column("version", sa.Integer()),
        _column("name", sa.Text()),
        _column("digest", sa.LargeBinary(16)),
        _points("file", "version", "edition.version"),
        _points("file", "digest", "content.digest"),
    )
