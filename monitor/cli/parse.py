"""`vigie parse`: the entries of feeds, live blogs and pages, from files or URLs, as the service reads them."""

import asyncio
import re
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._engine import plain, write
from monitor.core.entry import Entry
from monitor.core.errors import ConfigError, Fault, FetchError, ParseError, Place
from monitor.core.feed import Feed, Kind, Recipe
from monitor.feeds import LARGEST, Fetched, Session, Unchanged, fetch, read
from monitor.feeds.guard import ALLOWED
from monitor.rulebook.compose import compose
from monitor.rulebook.grammar import RECIPE
from monitor.rulebook.nodes import BrokenError, Desk
from monitor.settings import load_settings

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)

SHOWN = 300
"""Characters of an entry in the table."""


@dataclass(frozen=True, slots=True)
class Document:
    """What one source gave: its entries, or why it could not be read."""

    source: str
    entries: tuple[Entry, ...] = ()
    error: str = ""


class _Zone(click.ParamType[str]):
    """An IANA zone that this machine knows."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the zone's name, if there is such a zone."""
        try:
            return ZoneInfo(str(value)).key
        except (KeyError, ValueError, OSError):
            self.fail(f"{value} is no time zone - as Europe/Zurich", param, ctx)


@click.command
@click.argument("sources", metavar="FILE-or-URL...", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(get_args(Kind)), default="auto", help="What it is; auto: found out.")
@click.option("--zone", type=_Zone(), help="The zone of times printed without one, as Europe/Zurich.")
@click.option("--base", default="", help="The address of a file, against which its links are resolved.")
@click.option("--recipe", "recipe_file", type=click.Path(path_type=Path), help="YAML, as it stands under `recipe:`.")
@click.option("--allow-private", is_flag=True, help="Let URLs lead to private and loopback addresses.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each entry.")
def command(**said: Any) -> None:  # Any: click gives the options by name
    """Read the entries of each FILE-or-URL; `-` is the standard input.

    Exit code 1 if one could not be read; the others are read all the same.
    """
    recipe_file = said["recipe_file"]
    feed = Feed(
        name="",
        url="",
        kind=said["kind"],
        zone=said["zone"] or "",
        allow_private=said["allow_private"],
        recipe=None if recipe_file is None else _recipe(recipe_file),
    )
    tell = _tell_json if said["as_json"] else _tell
    failed = False
    for source in said["sources"]:
        document = _document(source, feed, said["base"])
        tell(document)
        failed = failed or bool(document.error)
    sys.exit(1 if failed else 0)


def _recipe(file: Path) -> Recipe:
    """Read a recipe by the grammar of the rules folder. Raises: ConfigError with every fault at its place."""
    desk = Desk(str(file))
    recipe = None
    with suppress(BrokenError):  # what broke is on the desk
        node = compose(_recipe_text(file), desk)
        if node is None:
            desk.error(Place(str(file)), "empty", "nothing in it - a recipe has at least an `entry`")
        else:
            recipe = RECIPE(node, desk)
    if recipe is None or desk.errors:
        raise ConfigError(desk.faults)
    return recipe


def _recipe_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([Fault(Place(str(file)), "error", "unreadable", _reason(error))]) from error


def _document(source: str, feed: Feed, base: str) -> Document:
    try:
        fetched = _fetched(replace(feed, url=source)) if _URL.match(source) else _read_file(source, base)
        return Document(source, read(fetched, feed))
    except (FetchError, ParseError) as error:
        return Document(source, error=str(error).replace(ALLOWED, "`--allow-private`"))
    except (OSError, ValueError) as error:  # a name with a NUL in it is no OSError
        return Document(source, error=_reason(error))


def _fetched(feed: Feed) -> Fetched:
    async def once() -> Fetched:
        async with Session(load_settings().agent) as session:
            fetched = await fetch(session, feed)
        if isinstance(fetched, Unchanged):
            raise FetchError("304 Not Modified, though nothing was known before")
        return fetched

    return asyncio.run(once())


def _read_file(name: str, base: str) -> Fetched:
    if name == "-":
        body = sys.stdin.buffer.read(LARGEST + 1)
    else:
        with Path(name).open("rb") as file:
            body = file.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ParseError(f"more than {LARGEST // 1024 // 1024} MB")
    return Fetched(body, "", "", "", base, datetime.now(UTC))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _tell_json(document: Document) -> None:
    if document.error:
        write({"source": document.source, "error": document.error})
    for entry in document.entries:
        write({"source": document.source} | _line(entry))


def _line(entry: Entry) -> dict[str, object]:
    return {
        "identity": entry.identity,
        "aliases": entry.aliases,
        "guid": entry.guid,
        "title": entry.title or None,
        "text": entry.text,
        "link": entry.link,
        "published": _iso(entry.published),
        "updated": _iso(entry.updated),
        "author": entry.author,
        "categories": entry.categories,
        "language": entry.language,
        "deleted": entry.deleted,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _tell(document: Document) -> None:
    if document.error:
        click.echo(f"{document.source}: {document.error}", err=True)
        return
    table = Table("published", "title and text", "identity", title=Text(plain(document.source)), box=None)
    table.columns[0].no_wrap = True
    for entry in document.entries:
        shown = Text.assemble(
            (plain(entry.title), "bold"), "\n" if entry.title and entry.text else "", plain(entry.text)
        )
        shown.truncate(SHOWN, overflow="ellipsis")
        said = "deleted" if entry.deleted else f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else "-"
        table.add_row(said, shown, Text(plain(entry.identity), "dim"))
    Console().print(table)
    click.echo(f"{len(document.entries)} {'entry' if len(document.entries) == 1 else 'entries'}")
