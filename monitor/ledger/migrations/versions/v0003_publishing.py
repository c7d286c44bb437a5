"""Notices to operators, pinned editions and what changed in each, and what the clock read of the rules folder."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the new tables, and add to the editions; those that are there are not pinned, their changes unknown."""
    _make_notices()
    op.create_table(
        "folder",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_folder"),
    )
    op.add_column("edition", sa.Column("restores", sa.Integer()))
    op.add_column("edition", sa.Column("over", sa.Text()))
    op.add_column("edition", sa.Column("changes", sa.Text()))


def _make_notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", ID, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "key")),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("subject", "text")),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("kind", "key", "number", name="uq_notice_kind_key_number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "report",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("notice_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", "notice_id", name="pk_report"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_report_delivery_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_report_notice_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_report_notice_id", "report", ["notice_id"])
