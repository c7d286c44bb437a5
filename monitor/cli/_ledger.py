"""What the verbs that read the ledger share: opening it, reading it in parts, writing times."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol, TypeVar

import click

from monitor.ledger import Ledger
from monitor.settings import load_settings

PART = 500
"""Rows read at a time, so that a year of alerts needs no more memory than a day."""


class Numbered(Protocol):
    """A row of the ledger."""

    @property
    def id(self) -> int:
        """Number it in the order in which it was made."""


R = TypeVar("R", bound=Numbered)

Read = Callable[[int | None, int | None], tuple[R, ...]]
"""Reads the newest `limit` rows, or the first `limit` behind an id."""


@contextmanager
def opened() -> Iterator[Ledger]:
    """Open the ledger that the settings name. Raises: ConfigError, StartError."""
    ledger = Ledger.open(load_settings().database_url.get_secret_value())
    try:
        yield ledger
    finally:
        ledger.close()


def each(read: Read[R], limit: int | None) -> Iterator[R]:
    """Give the newest `limit` rows, or all, oldest first."""
    if limit is not None:
        yield from read(limit, None)
        return
    last = 0
    while rows := read(PART, last):
        yield from rows
        last = rows[-1].id


def print_line(row: dict[str, object]) -> None:
    """Write one JSON object on a line of its own."""
    click.echo(json.dumps(row, ensure_ascii=False))


def iso(time: datetime | None) -> str | None:
    """Write a time for programs: ISO 8601 in UTC."""
    return None if time is None else time.isoformat().replace("+00:00", "Z")


def local(time: datetime | None) -> str:
    """Write a time for people, in the zone of this machine."""
    return "" if time is None else time.astimezone().strftime("%d %b %H:%M:%S")


def zone(now: datetime) -> str:
    """Name the zone in which `local` writes."""
    return now.astimezone().strftime("%Z")
