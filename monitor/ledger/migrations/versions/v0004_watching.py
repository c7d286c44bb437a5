"""What is remembered of a feed, what an edit is, and which revisions are held."""

import sqlalchemy as sa
from alembic import op

from monitor.core.address import without_login

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns, empty: nothing was remembered or held, and of the edits that are there none is compared."""
    op.add_column("feed", sa.Column("memory", sa.Text(), nullable=False, server_default=""))
    op.execute("ALTER TABLE feed RENAME COLUMN reads TO writes")  # it counts more than documents now
    op.add_column("revision", sa.Column("edit", sa.Text(), nullable=False, server_default=""))
    op.add_column("revision", sa.Column("held", sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_revision_digest", "revision", ["digest"])
    held = sa.text("held != ''")
    op.create_index("ix_revision_held", "revision", ["id"], sqlite_where=held, postgresql_where=held)
    _forget_logins()


def _forget_logins() -> None:
    """Take the passwords out of addresses."""
    tx = op.get_bind()
    for name, url in tx.execute(sa.text("SELECT name, url FROM feed WHERE url LIKE '%@%'")).all():
        tx.execute(sa.text("UPDATE feed SET url = :url WHERE name = :name"), {"name": name, "url": without_login(url)})
