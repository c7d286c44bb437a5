"""Makes and changes the ledger's tables; runs the scripts of `versions` in order, each whole or not at all."""

import logging
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from monitor.ledger.database import PATIENCE, Database, refuse_newer, schema_of
from monitor.ledger.rows import MIGRATING, alone
from monitor.ledger.tables import METADATA, SCHEMA


@dataclass(frozen=True, slots=True)
class Migrated:
    """From which schema to which the ledger at `where` was brought; `before` is empty where there was none."""

    where: str
    before: str
    after: str


def migrate(url: str, patience: timedelta = PATIENCE) -> Migrated:
    """Bring the database at this URL to this program's schema; any number of processes may do so at once.

    Raises: StartError: the URL cannot be used, or a newer program has migrated the database; LedgerError.
    """
    database = Database(url, patience)
    try:
        before = database.alter(lambda tx: _upgrade(tx, database.where))
    finally:
        database.close()
    return Migrated(database.where, before, SCHEMA)


def differences(url: str) -> list[object]:
    """Compare the tables that the migrations made with those the program uses."""
    database = Database(url)
    try:
        return database.read(lambda tx: list(compare_metadata(MigrationContext.configure(tx), METADATA)))
    finally:
        database.close()


def _upgrade(tx: Connection, where: str) -> str:
    alone(tx, MIGRATING)
    before = schema_of(tx)
    refuse_newer(before, where)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = tx
    logging.getLogger("alembic").setLevel(logging.WARNING)
    command.upgrade(config, "head")
    return before
