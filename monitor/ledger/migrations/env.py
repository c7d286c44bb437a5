"""Runs Alembic inside the transaction that `migrate` holds; loaded by Alembic, not imported."""

from alembic import context

from monitor.ledger.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
