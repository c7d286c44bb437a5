"""`vigie check`: every fault of a rules folder, with its place and what would be right."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.text import Text

from monitor.cli._faults import as_github, as_gitlab, as_json, show
from monitor.cli._part import address_of
from monitor.core.errors import ConfigError, Fault, Place
from monitor.core.feed import SECRET
from monitor.feeds.line import unfit_secret
from monitor.notify import Terms, refused
from monitor.rulebook import Reading, read, sources_of, under, unset_secrets
from monitor.settings import Settings, load_settings

Form = Literal["text", "json", "github", "gitlab"]


@click.command
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "github", "gitlab")),
    default="text",
    help="text (default); json: an object a line; github: annotations of a workflow; gitlab: a Code Quality report.",
)
@click.option(
    "--json", "as_lines", is_flag=True, help="One JSON object a line: file, line, column, level, code, message."
)
def command(folder: Path | None, form: Form, *, as_lines: bool) -> None:
    """Check the rules in DIR (default: VIGIE_RULES_DIR, else rules) and run their examples.

    A terminal shows the line of each fault, and counts what is too much to read. Exit code 1 if there is an error; a
    warning is none.
    """
    if as_lines and form not in {"text", "json"}:
        raise click.UsageError(f"--json is --format json, and there is --format {form}: leave one of them out.")
    settings = load_settings()
    checked = _checked(folder or settings.rules_dir, settings)
    _tell(checked, "json" if as_lines else form)
    sys.exit(1 if any(fault.level == "error" for fault in checked.faults) else 0)


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was read, by the names that a person would type, and what is wrong with it."""

    summary: str
    faults: tuple[Fault, ...]
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def in_short(self) -> str:
        """Count what was read and what is wrong."""
        levels = Counter(fault.level for fault in self.faults)
        return f"{self.summary}, {_count(levels['error'], 'error')}, {_count(levels['warning'], 'warning')}"


def _checked(folder: Path, settings: Settings) -> _Checked:
    try:
        sources = sources_of(folder)
    except ConfigError as error:
        return _Checked("nothing read", error.faults)
    reading = read(sources)
    faults = (*reading.faults, *unset_secrets(reading, settings), *_unusable(reading, settings))
    counts = (len(sources), "file"), (reading.rules, "rule"), (reading.examples, "example")
    summary = f"{', '.join(_count(*one) for one in counts)} run"
    named = {_named(folder, file): text for file, text in sources.items()}
    return _Checked(summary, tuple(sorted(under(str(folder), faults))), named)


def _named(folder: Path, file: str) -> str:
    return under(str(folder), [Fault(Place(file), "error", "", "")])[0].place.file


def _unusable(reading: Reading, settings: Settings) -> Iterator[Fault]:
    """Warn of the secrets that are set and are no address, or no password, that can be used."""
    terms = Terms(mail_from=settings.mail_from)
    for name, place in reading.secrets.items():
        secret = settings.secret(name) if reading.kinds.get(place.file) == "routes/1" else None
        reason = refused(secret.get_secret_value(), terms) if secret else ""
        if reason:
            yield Fault(place, "warning", "unusable_address", f"the secret {name} cannot be used: {reason}")
    for feed in reading.book.feeds.values() if reading.book else ():
        names = [written.removeprefix(SECRET) for written in feed.secrets]
        reason = unfit_secret(feed, partial(address_of, settings)) if all(map(settings.secret, names)) else ""
        if reason:
            yield Fault(reading.secrets[names[0]], "warning", "unusable_secret", reason)


def _tell(checked: _Checked, form: Form) -> None:
    match form:
        case "text":
            console = Console(highlight=False, soft_wrap=True)
            show(checked.faults, checked.sources, console)
            console.print(Text(checked.in_short, style="bold"))
        case "json":
            for fault in checked.faults:
                click.echo(as_json(fault))
        case "github":
            for fault in checked.faults:
                click.echo(as_github(fault))
            click.echo(checked.in_short)
        case "gitlab":
            click.echo(as_gitlab(checked.faults))
            click.echo(checked.in_short, err=True)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
