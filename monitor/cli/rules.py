"""`vigie rules`: which editions of the rules were published, what each changed, and which one is in force."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._ledger import iso, local, opened, print_line, zone
from monitor.core.clean import clean
from monitor.core.telling.changes import Changes, Diff
from monitor.ledger import Version
from monitor.publisher import pin, unpin

SHOWN = 20
"""Rows of the table where no limit is given."""

NAMED = 6
"""Names of one kind that a row of the table lists; of more, the number is said."""


@click.group
def command() -> None:
    """Show which editions of the rules were published, and put an older one in force."""


@command.command
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, oldest first.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"The newest so many (default: {SHOWN} in the table, all as JSON)."
)
def versions(*, as_json: bool, limit: int | None) -> None:
    """List the editions that are kept, and what each changed: a table, newest first, or JSON lines, oldest first."""
    with opened() as ledger:
        published = ledger.published()
        found = ledger.versions(limit if as_json or limit else SHOWN)
    newest = published.version if published else 0
    if as_json:
        for version in found:
            print_line(row_of(version, newest))
    else:
        show(found[::-1], newest, Console())


@command.command("pin")
@click.argument("version", metavar="N", type=click.IntRange(min=1))
def pin_command(version: int) -> None:
    """Put what edition N said in force again, until a change of the rules folder is accepted."""
    with opened() as ledger:
        stands = pin(ledger, version, datetime.now(UTC))
    click.echo(
        f"edition {stands.version} says what edition {version} said, and is in force within seconds; the rules folder "
        "is published again when a change of it is accepted, or after `vigie rules unpin`"
    )


@command.command("unpin")
def unpin_command() -> None:
    """Let the clock publish the rules folder again, as it is."""
    with opened() as ledger:
        stood = unpin(ledger)
    click.echo(f"edition {stood.version} is pinned no more: the clock publishes the rules folder as it is")


def row_of(version: Version, newest: int) -> dict[str, object]:
    """Give an edition as JSON has it; `changes` is null where nobody noted them, times are in UTC."""
    changes = version.changes
    return {
        "version": version.version,
        "published": iso(version.at),
        "in_force": version.version == newest,
        "pinned": version.pinned and version.version == newest,
        "restores": version.restores or None,
        "changes": None if changes is None else {what: asdict(diff) for what, diff in changes.items()},
    }


def show(found: Iterable[Version], newest: int, console: Console) -> None:
    """Print a table: number, when it was published, and what it changed against the one before it."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("edition", f"published, {zone(datetime.now(UTC))}"):
        table.add_column(name, no_wrap=True)
    table.add_column("changed", ratio=1)
    for version in found:
        number = Text(str(version.version))
        if version.version == newest:
            number.append(" in force, pinned" if version.pinned else " in force", style="bold green")
        said = f"as edition {version.restores}\n" if version.restores else ""
        table.add_row(number, local(version.at), Text(said + _changed(version.changes)))
    if table.row_count:
        console.print(table)
    else:
        console.print("nothing was published yet")


def _changed(changes: Changes | None) -> str:
    if changes is None:
        return "(not noted)"
    return "\n".join(f"{what}: {_named(diff)}" for what, diff in changes.items()) or "nothing"


def _named(diff: Diff) -> str:
    marked = [
        f"{mark}{clean(name, one_line=True).text}"
        for mark, names in (("+", diff.added), ("~", diff.changed), ("-", diff.removed))
        for name in names
    ]
    more = f" and {len(marked) - NAMED} more" if len(marked) > NAMED else ""
    return ", ".join(marked[:NAMED]) + more
