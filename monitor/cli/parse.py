"""`vigie parse`: the entries of feeds, live blogs and pages, from files or URLs, as the service reads them."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console

from monitor.cli._documents import Zone, counted, document, entries_table, entry_line, feed_of, reason
from monitor.cli._engine import write
from monitor.core.entry import Entry
from monitor.core.errors import FetchError, ParseError
from monitor.core.feed import Feed, Kind
from monitor.feeds import read


@dataclass(frozen=True, slots=True)
class Document:
    """What one source gave: its entries, or why it could not be read."""

    source: str
    entries: tuple[Entry, ...] = ()
    error: str = ""


@click.command
@click.argument("sources", metavar="FILE-or-URL...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(get_args(Kind)), default="auto", help="What it is; auto: found out.")
@click.option("--zone", type=Zone(), help="The zone of times printed without one, as Europe/Zurich.")
@click.option("--base", default="", help="The address of a file, against which its links are resolved.")
@click.option("--recipe", "recipe_file", type=click.Path(path_type=Path), help="YAML, as it stands under `recipe:`.")
@click.option("--allow-private", is_flag=True, help="Let URLs lead to private and loopback addresses.")
@click.option("--ignore-robots", is_flag=True, help="Ask for pages that robots.txt forbids, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each entry.")
def command(**said: Any) -> None:  # Any: click gives the options by name
    """Read the entries of each FILE-or-URL; `-` is the standard input.

    Exit code 1 if one could not be read; the others are read all the same.
    """
    feed = feed_of(said)
    tell = _tell_json if said["as_json"] else _tell
    failed = False
    for source in said["sources"]:
        document = _document(source, feed, said["base"])
        tell(document)
        failed = failed or bool(document.error)
    sys.exit(1 if failed else 0)


def _document(source: str, feed: Feed, base: str) -> Document:
    try:
        return Document(source, read(document(source, feed, base), feed))
    except (FetchError, ParseError, OSError, ValueError) as error:  # a name with a NUL in it is no OSError
        return Document(source, error=reason(error))


def _tell_json(document: Document) -> None:
    if document.error:
        write({"source": document.source, "error": document.error})
    for entry in document.entries:
        write({"source": document.source} | entry_line(entry))


def _tell(document: Document) -> None:
    if document.error:
        click.echo(f"{document.source}: {document.error}", err=True)
        return
    Console().print(entries_table(document.entries, document.source))
    click.echo(counted(len(document.entries)))
