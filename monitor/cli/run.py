"""`vigie run`: the whole service on a folder of rules."""

from dataclasses import replace
from pathlib import Path

import click

from monitor.cli._part import database_url, held
from monitor.cli._service import become
from monitor.core.errors import ConfigError, LedgerError, StartError
from monitor.ledger import Ledger
from monitor.rulebook import Reading, read, sources_of, under, unset_secrets
from monitor.settings import Settings, load_settings, unused_secrets


@click.command
@click.option(
    "--rules", type=click.Path(path_type=Path), help="Folder of rules.  [default: VIGIE_RULES_DIR, else rules]"
)
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path),
    help="Write this file, with the process number in it, when everything runs; it goes with the service.",
)
@held
def command(rules: Path | None, ready_file: Path | None, *, lifeline: bool) -> None:
    """Start broker, poller, workers and clock, and keep them running; until SIGTERM or Ctrl-C.

    Rules that are wrong are refused, unless an earlier edition of them was good: then that stays in force.
    """
    found = load_settings()
    settings = replace(found, data_dir=found.data_dir.absolute(), rules_dir=(rules or found.rules_dir).absolute())
    for line in said_of_rules(settings):
        click.echo(line, err=True)
    words = [*(["--lifeline"] if lifeline else []), *(["--ready-file", str(ready_file)] if ready_file else [])]
    become(settings, words)


def said_of_rules(settings: Settings) -> list[str]:
    """Check the rules as far as a start depends on them; give what a person should know. Raises: ConfigError."""
    reading = read(sources_of(settings.rules_dir))
    unset = unset_secrets(reading, settings, "error")
    faults = under(str(settings.rules_dir), (*reading.faults, *unset))
    if unset or (reading.errors and not _has_edition(settings)):
        raise ConfigError(faults)
    said = [str(fault) for fault in sorted((*faults, *unused_secrets(settings, reading.secrets)))]
    return [*said, *_remarks(reading)]


def _remarks(reading: Reading) -> list[str]:
    if reading.book is None:
        return ["vigie: these rules are not used as they are: what was last good stays in force"]
    if all(channel.address == "terminal" for channel in reading.book.channels.values()):
        return ["vigie: no channel leads out of here: alerts go to this terminal and into the ledger"]
    return []


def _has_edition(settings: Settings) -> bool:
    ledger = Ledger.open(database_url(settings))
    try:
        return ledger.published() is not None
    except (StartError, LedgerError):
        return False
    finally:
        ledger.close()
