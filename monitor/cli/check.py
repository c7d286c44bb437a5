"""`vigie check`: every fault of a rules folder, with its place and what would be right."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from monitor.core.errors import ConfigError, Fault
from monitor.notify import Terms, refused
from monitor.rulebook import Reading, read, sources_of, under, unset_secrets
from monitor.settings import Settings, load_settings


@click.command
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line: file, line, column, level, code, message."
)
def command(folder: Path | None, *, as_json: bool) -> None:
    """Check the rules in DIR (default: VIGIE_RULES_DIR, else rules) and run their examples.

    Exit code 1 if there is an error; a warning is none.
    """
    settings = load_settings()
    try:
        summary, faults = _checked(folder or settings.rules_dir, settings)
    except ConfigError as error:
        summary, faults = "nothing read", error.faults
    for fault in faults:
        click.echo(_json(fault) if as_json else fault)
    levels = Counter(fault.level for fault in faults)
    if not as_json:
        click.echo(f"{summary}, {_count(levels['error'], 'error')}, {_count(levels['warning'], 'warning')}")
    sys.exit(1 if levels["error"] else 0)


def _checked(folder: Path, settings: Settings) -> tuple[str, tuple[Fault, ...]]:
    sources = sources_of(folder)
    reading = read(sources)
    faults = under(str(folder), (*reading.faults, *unset_secrets(reading, settings), *_unusable(reading, settings)))
    return f"{_count(len(sources), 'file')}, {_count(reading.rules, 'rule')}", tuple(sorted(faults))


def _unusable(reading: Reading, settings: Settings) -> Iterator[Fault]:
    """Warn of the secrets that are set and are no address that can be used."""
    terms = Terms(mail_from=settings.mail_from)
    for name, place in reading.secrets.items():
        secret = settings.secret(name)
        reason = refused(secret.get_secret_value(), terms) if secret else ""
        if reason:
            yield Fault(place, "warning", "unusable_address", f"the secret {name} cannot be used: {reason}")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _json(fault: Fault) -> str:
    place = fault.place
    line = {"file": place.file, "line": max(place.line, 1), "column": max(place.column, 1)}
    said = {"level": fault.level, "code": fault.code, "message": fault.message}
    return json.dumps(line | said, ensure_ascii=False)
