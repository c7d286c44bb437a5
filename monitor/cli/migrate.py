"""`vigie migrate`: make the ledger, or bring it to the schema that this version needs."""

import click

from monitor.cli._ledger import print_line
from monitor.ledger.migrations import Migrated, migrate
from monitor.settings import load_settings


@click.command
@click.option("--json", "as_json", is_flag=True, help="One JSON object: ledger, from (null: it was made), to.")
def command(*, as_json: bool) -> None:
    """Bring the ledger that VIGIE_DATABASE_URL names to the schema of this version.

    May be run at any time and by several at once; `vigie run` does it by itself.
    """
    done = migrate(load_settings().database_url.get_secret_value())
    if as_json:
        print_line({"ledger": done.where, "from": done.before or None, "to": done.after})
    else:
        click.echo(f"the ledger at {done.where} {what(done)}")


def what(done: Migrated) -> str:
    """Say what became of the ledger."""
    if not done.before:
        return f"is made, with schema {done.after}"
    if done.before == done.after:
        return f"has schema {done.after} already"
    return f"is brought from schema {done.before} to {done.after}"
