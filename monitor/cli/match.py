"""`vigie match`: the live engine without queue or ledger, from lines of JSON to lines of JSON."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from monitor.cli._engine import entry_of, fields_of, matcher_of, passages, plain, write
from monitor.cli._explained import show_hits
from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.errors import VigieError
from monitor.core.rule import Finding


@click.command
@click.argument("files", metavar="[FILE...|-]", nargs=-1, type=click.File("rb"))
@click.option(
    "--rules", type=click.Path(path_type=Path), help="The rules folder (default: VIGIE_RULES_DIR, else rules)."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: identity, rule, severity, status, hits.")
def command(files: tuple[Iterable[bytes], ...], rules: Path | None, *, as_json: bool) -> None:
    """Match entries, one JSON object a line, against the rules; `vigie parse ... --json` writes such lines.

    An entry needs an identity, and a title or a text; feed, topic, categories, language and author are heeded.
    What a rule in shadow finds is shown too, and marked. Exit code 1 if some line was no entry; the others are matched
    all the same.
    """
    matcher = matcher_of(rules)
    console = Console(highlight=False, soft_wrap=True)
    all_good = True
    for place, line in _lines(files or (sys.stdin.buffer,)):
        try:
            entry = entry_of(line)
        except VigieError as error:
            click.echo(f"{place}: error: {error}", err=True)
            all_good = False
            continue
        for finding in matcher.findings(entry):
            _tell(entry, finding, matcher.book, None if as_json else console)
    sys.exit(0 if all_good else 1)


def _lines(files: Iterable[Iterable[bytes]]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"{getattr(file, 'name', '-')}:{number}", line


def _tell(entry: Entry, finding: Finding, book: Book, console: Console | None) -> None:
    """Write one finding: as JSON, or for people where there is a console; that of a rule in shadow is marked."""
    status = book.rules[finding.rule].status
    if console is None:
        said = {"identity": entry.identity, "rule": finding.rule, "severity": finding.severity, "status": status}
        write(said | {"hits": [asdict(hit) for hit in finding.hits]})
        return
    shadow = ("in shadow: told to nobody  ", "yellow") if status == "shadow" else ""
    name = (plain(entry.identity), "dim")
    console.print(Text.assemble((finding.rule, "bold"), f"  {finding.severity}  ", shadow, name))
    show_hits(finding.hits, book, console)
    for field, text in fields_of(entry):
        console.print(passages(text, field, finding.hits, console))
    console.print()
