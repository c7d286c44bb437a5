"""`vigie stories`: which entries of several feeds say the same, and what keeps others apart."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._engine import entry_of, plain, write
from monitor.core.entry import Entry
from monitor.core.errors import VigieError
from monitor.core.stories.shelf import Shelf

SHOWN = 100
"""Characters of a headline in the table."""


@click.command
@click.option(
    "--from", "file", type=click.File("rb"), required=True, help="Entries, one JSON object a line; - is stdin."
)
@click.option("--json", "as_json", is_flag=True, help="A line each: identity, story, joined, similarity, reason.")
def command(file: Iterable[bytes], *, as_json: bool) -> None:
    """Decide of entries, in their order, which say the same as one before; `vigie parse ... --json` writes such lines.

    A story has the identity of its first entry. Entries without a `feed` are told apart by their `source`. Exit code 1
    if some line was no entry; the others are decided all the same.
    """
    shelf, told, faults = Shelf(), dict[str, list[Entry]](), 0
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            entry = _entry(line)
        except VigieError as error:
            click.echo(f"{getattr(file, 'name', '-')}:{number}: error: {error}", err=True)
            faults += 1
            continue
        settled = shelf.settle(entry)
        founder = entry if settled.story is None else settled.story.founder
        told.setdefault(f"{founder.feed}\0{founder.identity}", []).append(entry)
        if as_json:
            said = {"identity": entry.identity, "story": founder.identity, "joined": settled.joined}
            write(said | {"similarity": round(settled.similarity, 3), "reason": settled.reason})
    if not as_json:
        _show(told.values())
    sys.exit(1 if faults else 0)


def _entry(line: bytes) -> Entry:
    entry = entry_of(line)
    source = json.loads(line).get("source")
    return replace(entry, feed=entry.feed or (source if isinstance(source, str) else ""))


def _show(stories: Iterable[list[Entry]]) -> None:
    """Show stories to people: who came first, and who else tells it."""
    table = Table("first", "headline", "also", box=None)
    several = 0
    for first, *others in stories:
        several += bool(others)
        headline = Text(plain(first.title or first.text).replace("\n", " "))
        headline.truncate(SHOWN, overflow="ellipsis")
        table.add_row(Text(_name(first)), headline, Text(", ".join(_names(others))))
    Console().print(table)
    number = table.row_count
    click.echo(f"{number} {'story' if number == 1 else 'stories'}, {several} of them told by several entries")


def _names(entries: Iterable[Entry]) -> Iterator[str]:
    return iter(dict.fromkeys(map(_name, entries)))


def _name(entry: Entry) -> str:
    return plain(entry.feed or entry.identity)
