from contextlib import closing

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from monitor.ledger import Ledger, Published, migrations
from monitor.ledger.database import Database
from monitor.ledger.migrations import differences, migrate
from monitor.ledger.tables import SCHEMA
from tests.ledger.desk import T0


def test_a_new_database_gets_the_tables_the_program_uses(empty_url: str) -> None:
    migrated = migrate(empty_url)
    assert (migrated.before, migrated.after) == ("", SCHEMA)
    assert differences(empty_url) == []


def test_migrating_again_changes_nothing(empty_url: str) -> None:
    migrate(empty_url)
    with closing(Ledger.open(empty_url)) as ledger:
        ledger.publish({"a.yaml": "x"}, T0)
        assert migrate(empty_url).before == SCHEMA
        assert ledger.published() == Published(1, T0)


def test_the_program_knows_its_newest_migration() -> None:
    assert ScriptDirectory(str(next(iter(migrations.__path__)))).get_current_head() == SCHEMA


def test_a_ledger_of_the_first_schema_keeps_what_it_holds(empty_url: str) -> None:
    def first(tx: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", next(iter(migrations.__path__)))
        config.attributes["connection"] = tx
        command.upgrade(config, "0001")
        tx.execute(text("INSERT INTO edition (version, at) VALUES (1, 0)"))
        tx.execute(
            text(
                "INSERT INTO feed (name, url, etag, last_modified, reading, reads, failures, reason, gone)"
                " VALUES ('geneva', 'http://bob:hunter2@host/', '', '', '', 3, 0, '', :no)"
            ),
            {"no": False},
        )
        tx.execute(
            text("INSERT INTO delivery VALUES (7, 'c', 'r', 'new', 'sent', 1, 0, 0, 1, :no, '', '', 0, 0)"),
            {"no": False},
        )

    database = Database(empty_url)
    database.alter(first)
    database.close()
    assert migrate(empty_url).before == "0001"
    assert differences(empty_url) == []
    with closing(Ledger.open(empty_url)) as ledger:
        (version,) = ledger.versions()
        assert (version.version, version.restores, version.pinned, version.changes) == (1, 0, False, None)
        assert (ledger.feeds()[0].url, ledger.standings(["geneva"])["geneva"].writes) == ("http://host/", 3)
        (delivery,) = ledger.deliveries()
        assert (delivery.id, delivery.kind, delivery.notices) == (7, "new", ())
        assert ledger.publish({"a.yaml": "x"}, T0) == 2
