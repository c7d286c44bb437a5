"""`vigie health`: is the service, or one part of it, well? It reads heartbeat files only, so it answers at once."""

import sys
from pathlib import Path
from time import monotonic

import click

from monitor.beat import illness, pulse, pulses
from monitor.settings import Settings, glance


@click.command
@click.argument("part", required=False)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    default=None,
    help="Where the service keeps its data.  [default: as set]",
)
def command(part: str | None, data_dir: Path | None) -> None:
    """Say whether PART (poller, clock, match-1, ...) is well, or all that runs on the data directory.

    Exits with 0 if so and 3 if not.
    """
    folder = data_dir or Path(glance("data_dir") or Settings().data_dir)
    found = {part: pulse(folder, part)} if part else dict(pulses(folder))
    ills = {name: ill for name, beat in found.items() if (ill := illness(beat, monotonic()))}
    for name, ill in ills.items():
        click.echo(f"{name} {ill}")
    if not found:
        click.echo(f"nothing runs on {folder}")
    if ills or not found:
        sys.exit(3)
    click.echo(f"ok: {', '.join(found)}")
