"""Documents that a verb is given to read: files, URLs and the standard input; and the recipes to read them by."""

import asyncio
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import yaml
from rich.table import Table
from rich.text import Text

from monitor.cli._engine import plain
from monitor.cli._part import address_of
from monitor.core.entry import Entry
from monitor.core.errors import ConfigError, Fault, FetchError, ParseError, Place
from monitor.core.feed import Feed, Recipe
from monitor.feeds import LARGEST, Fetched, Session, Unchanged, fetch
from monitor.feeds.guard import ALLOWED
from monitor.feeds.robots import IGNORED
from monitor.rulebook.compose import compose
from monitor.rulebook.grammar import RECIPE
from monitor.rulebook.nodes import BrokenError, Desk
from monitor.settings import load_settings

_URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)

SHOWN = 300
"""Characters of an entry in the table."""


class Zone(click.ParamType[str]):
    """An IANA zone that this machine knows."""

    name = "zone"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the zone's name, if there is such a zone."""
        try:
            return ZoneInfo(str(value)).key
        except (KeyError, ValueError, OSError):
            self.fail(f"{value} is no time zone - as Europe/Zurich", param, ctx)


def feed_of(said: Mapping[str, Any]) -> Feed:  # Any: click gives the options by name
    """Make the feed that options describe; its address is said later. Raises: ConfigError: the recipe is faulty."""
    recipe_file = said["recipe_file"]
    return Feed(
        name="",
        url="",
        kind=said["kind"],
        zone=said["zone"] or "",
        allow_private=said["allow_private"],
        robots=not said["ignore_robots"],
        recipe=None if recipe_file is None else recipe_of(recipe_file),
    )


def recipe_of(file: Path) -> Recipe:
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
        raise ConfigError([Fault(Place(str(file)), "error", "unreadable", reason(error))]) from error


def written_recipe(file: Path) -> object:
    """Give a recipe that can be read as it is written: mappings, lists and texts, nothing guessed."""
    return yaml.load(_recipe_text(file), yaml.BaseLoader)  # noqa: S506 - it makes texts only, of what was checked


def document(source: str, feed: Feed, base: str = "") -> Fetched:
    """Fetch a URL, or read a file; `-` is the standard input. Raises: FetchError, ParseError, OSError, ValueError."""
    return fetched_of(replace(feed, url=source)) if _URL.match(source) else _read_file(source, base)


def fetched_of(feed: Feed) -> Fetched:
    """Fetch a feed once. Raises: FetchError."""
    settings = load_settings()

    async def once() -> Fetched:
        async with Session(settings.agent, partial(address_of, settings)) as session:
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


def reason(error: Exception) -> str:
    """Say what went wrong, in words for who typed the command."""
    if isinstance(error, FetchError | ParseError):
        return str(error).replace(ALLOWED, "`--allow-private`").replace(IGNORED, "`--ignore-robots`")
    return getattr(error, "strerror", None) or str(error)


def entries_table(entries: tuple[Entry, ...], title: str) -> Table:
    """Show entries to people."""
    table = Table("published", "title and text", "identity", title=Text(plain(title)), box=None)
    table.columns[0].no_wrap = True
    for entry in entries:
        shown = Text.assemble(
            (plain(entry.title), "bold"), "\n" if entry.title and entry.text else "", plain(entry.text)
        )
        shown.truncate(SHOWN, overflow="ellipsis")
        said = "deleted" if entry.deleted else f"{entry.published:%Y-%m-%d %H:%M}" if entry.published else "-"
        table.add_row(said, shown, Text(plain(entry.identity), "dim"))
    return table


def counted(number: int) -> str:
    """Say how many entries."""
    return f"{number} {'entry' if number == 1 else 'entries'}"


def entry_line(entry: Entry) -> dict[str, object]:
    """Give an entry as JSON has it."""
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
        "ahead": entry.ahead,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")
