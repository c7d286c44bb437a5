"""`vigie feeds try`: what a kind or a recipe reads from a URL, what each selector matched, and what is suspicious."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._documents import Zone, counted, document, entries_table, entry_line, feed_of, reason
from monitor.cli._engine import plain, write
from monitor.core.address import without_login
from monitor.core.errors import FetchError, ParseError, VigieError
from monitor.core.feed import Feed, Kind
from monitor.feeds.discover import discover
from monitor.feeds.probe import Probe, probe
from monitor.feeds.sniff import decode, is_html

FIRST = 5
"""Entries that are shown; `vigie parse` shows all."""


@click.command
@click.argument("source", metavar="URL")
@click.option("--recipe", "recipe_file", type=click.Path(path_type=Path), help="YAML, as it stands under `recipe:`.")
@click.option("--kind", type=click.Choice(get_args(Kind)), default="auto", help="What it is; auto: found out.")
@click.option("--zone", type=Zone(), help="The zone of times printed without one, as Europe/Zurich.")
@click.option("--base", default="", help="The address of a file, against which its links are resolved.")
@click.option("--allow-private", is_flag=True, help="Let the URL lead to private and loopback addresses.")
@click.option("--ignore-robots", is_flag=True, help="Ask for pages that robots.txt forbids, too.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(**said: Any) -> None:  # Any: click gives the options by name
    """Show what is read from a URL (or a file, or `-`): as which kind, how many entries, what each selector matched.

    What looks wrong is said, too. Exit code 1 if nothing could be read.
    """
    feed = feed_of(said)
    found, source = _probed(said["source"], feed, said["base"]), without_login(said["source"])
    if said["as_json"]:
        write(_line(source, found))
    else:
        _show(source, found)
    sys.exit(0)


def _probed(source: str, feed: Feed, base: str) -> Probe:
    """Read a document. Raises: VigieError: it cannot be read; which feeds it names is said."""
    try:
        fetched = document(source, feed, base)
    except (FetchError, ParseError, OSError, ValueError) as error:
        raise VigieError(f"{without_login(source)}: {reason(error)}") from error
    try:
        return probe(fetched, feed)
    except ParseError as error:
        named = discover(decode(fetched.body, fetched.content_type), fetched.url) if is_html(fetched.body) else ()
        others = [f"it names {without_login(one.url)} - {one.why}" for one in named if one.url != fetched.url]
        raise VigieError("\n  ".join((f"{without_login(source)}: {error}", *others))) from error


def _line(source: str, found: Probe) -> dict[str, object]:
    said = found.contents
    return {
        "source": source,
        "kind": said.kind,
        "title": said.title,
        "entries": len(said.entries),
        "blocks": found.blocks,
        "selectors": [asdict(one) for one in found.matched],
        "doubts": found.doubts,
        "first": [entry_line(entry) for entry in said.entries[:FIRST]],
    }


def _show(source: str, found: Probe) -> None:
    console, said = Console(highlight=False, soft_wrap=True), found.contents
    title = f", “{plain(said.title)}”" if said.title else ""
    repeated = "" if found.blocks == len(said.entries) else f" of {found.blocks} blocks"
    console.print(Text(f"read as {said.kind}{title}: {counted(len(said.entries))}{repeated}"))
    if found.matched:
        table = Table("key", "selector", f"found in {found.blocks}", "first", box=None)
        for one in found.matched:
            table.add_row(one.key, Text(one.selector), str(one.found), Text(plain(one.sample)))
        console.print(table)
    for doubt in found.doubts:
        console.print(Text(f"suspicious: {plain(doubt)}", "yellow"))
    if said.entries:
        Console().print(entries_table(said.entries[:FIRST], f"the first {min(FIRST, len(said.entries))} of {source}"))
