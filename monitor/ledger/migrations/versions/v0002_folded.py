"""Folded texts, for whoever looks through all that the ledger holds.

Nothing is folded here: that takes 6 s for 100,000 texts, in which nobody could write. The clock does it bit by bit.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "folded",
        sa.Column("revision_id", ID, nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("revision_id", name="pk_folded"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_folded_revision_id"),
    )
