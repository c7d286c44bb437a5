from contextlib import closing

from alembic.script import ScriptDirectory

from monitor.ledger import Ledger, Published, migrations
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
