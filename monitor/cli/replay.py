"""`vigie replay`: what a rule, or a whole changed folder, would have told of what the ledger holds."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from monitor.cli import _plan
from monitor.cli._chosen import book_of
from monitor.cli._engine import write
from monitor.cli._faults import show as show_faults
from monitor.cli._ledger import opened
from monitor.cli._moment import Moment
from monitor.cli._plan import Rules
from monitor.core.book import Book
from monitor.core.errors import Fault, Place, VigieError, did_you_mean
from monitor.core.hindsight.affected import narrowed
from monitor.core.rule import Rule
from monitor.core.why.saying import listed
from monitor.ledger import Ledger
from monitor.replay import Window, forecast, look_back
from monitor.rulebook import read, sources_of, under
from monitor.settings import load_settings

EXAMPLES = 3
"""Alerts of each rule that are shown, and as many of those that go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The command as it was written."""

    words: tuple[str, ...]
    rules: Path | None
    against: str
    since: datetime
    until: datetime | None
    examples: int
    as_json: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Name the rules; none: all that changed."""
        return () if self.is_folder else self.words

    @property
    def is_folder(self) -> bool:
        """Tell whether a folder is named in the place of rules: no name of a rule has a slash."""
        return any("/" in word for word in self.words)

    @property
    def folder(self) -> Path:
        """Name the folder in which the rules lie. Raises: UsageError: there are two."""
        if not self.is_folder:
            return self.rules or load_settings().rules_dir
        if self.rules or len(self.words) > 1:
            raise click.UsageError("Either rules or one folder: write the folder as --rules DIR beside rules.")
        return Path(self.words[0])

    @property
    def window(self) -> Window:
        """Say which alerts are looked at. Raises: UsageError: none can be."""
        window = Window(self.since, self.until or datetime.now(UTC), None, self.examples)
        if window.since >= window.until:
            raise click.UsageError(
                "Nothing lies between --since (7d, unless you say otherwise) and --until: --since is the earlier one."
            )
        return window


@click.command
@click.argument("words", metavar="[RULE...|DIR/]", nargs=-1)
@click.option(
    "--rules", type=click.Path(path_type=Path), help="The rules folder (default: VIGIE_RULES_DIR, else rules)."
)
@click.option("--against", default="", metavar="DIR|N", help="Compare with these rules: a folder, or edition N.")
@click.option("--since", type=Moment(), default="7d", help="From when on: 7d (default), 6h, 2022-01-10.")
@click.option("--until", type=Moment(), help="Until when (default: now).")
@click.option("--examples", type=click.IntRange(0, 100), default=EXAMPLES, help="Alerts of each rule that are shown.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(**written: Any) -> None:  # Any: options
    """Say what RULE would have told, or what the rules in DIR/ would change.

    With RULE, which may be a draft: what it would have told of all that the ledger holds, had it been live all the
    time. Without: which alerts the folder would add and remove against the rules that the service runs, or --against
    others. Nothing is written or sent. Exit code 0, whatever would be told.
    """
    ask = Ask(**written)
    window = ask.window
    console = Console(highlight=False, soft_wrap=True)
    with opened() as ledger:
        if ask.names and not ask.against:
            _look_back(ledger, ask, window, console)
        else:
            _forecast(ledger, ask, window, console)


def _look_back(ledger: Ledger, ask: Ask, window: Window, console: Console) -> None:
    book = _written(ask.folder, console, examples=False)
    _refuse_unknown(ask.names, book.rules)
    live = {name: replace(book.rules[name], status="live") for name in ask.names}
    found = look_back(ledger, narrowed(replace(book, rules=live), live), window)
    if ask.as_json:
        write(_plan.told_row(found, window))
    else:
        _plan.show_told(found, tuple(live), window, console)


def _forecast(ledger: Ledger, ask: Ask, window: Window, console: Console) -> None:
    after = Rules(str(ask.folder), _written(ask.folder, console, examples=True))
    before = _others(ledger, ask.against, console)
    _refuse_unknown(ask.names, {**before.book.rules, **after.book.rules})
    books = [replace(r.book, rules=_chosen(r.book, ask.names)) for r in (before, after)]
    found = forecast(ledger, books[0], books[1], window)
    if ask.as_json:
        write(_plan.changed_row(found, before, after, window))
    else:
        _plan.show_changed(found, before, after, window, console)


def _chosen(book: Book, names: tuple[str, ...]) -> Mapping[str, Rule]:
    return {name: book.rules[name] for name in names if name in book.rules} if names else book.rules


def _written(folder: Path, console: Console, *, examples: bool) -> Book:
    """Read a folder; if it has faults, show them as `vigie check` does, and leave. Raises: ConfigError."""
    sources = sources_of(folder)
    reading = read(sources, examples=examples)
    if reading.book is None:
        texts = {under(str(folder), [Fault(Place(f), "error", "", "")])[0].place.file: t for f, t in sources.items()}
        show_faults(under(str(folder), reading.errors), texts, console)
        sys.exit(1)
    return reading.book


def _others(ledger: Ledger, against: str, console: Console) -> Rules:
    """Read what the folder is held against: a folder, an edition, or else what is in force."""
    if against and not against.isdecimal():
        return Rules(against, _written(Path(against), console, examples=False))
    published = ledger.published()
    if not against and published is None:
        return Rules("", Book())
    version = int(against or (published.version if published else 0))
    return Rules(f"edition {version}", book_of(ledger, version), version)


def _refuse_unknown(names: Iterable[str], known: Mapping[str, object]) -> None:
    for name in names:
        if name not in known:
            is_folder = f" - for the folder write {name}/" if Path(name).is_dir() else ""
            hint = is_folder or did_you_mean(name, known) or f" - there are {listed(known, 'and') or 'none'}"
            raise VigieError(f"unknown rule {name}{hint}")
