"""The table of `vigie feeds`: how each feed does."""

from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._engine import plain
from monitor.cli._ledger import iso, local, opened, print_line, zone
from monitor.ledger import FeedHealth


def show(*, as_json: bool) -> None:
    """Print a row for each feed that was polled. Raises: ConfigError, StartError."""
    with opened() as ledger:
        feeds = ledger.feeds()
    if as_json:
        for feed in feeds:
            print_line(_line(feed))
    elif feeds:
        Console().print(_table(feeds))
    else:
        click.echo("no feed was polled yet")


def _line(feed: FeedHealth) -> dict[str, object]:
    return {"name": feed.name, "polled": iso(feed.polled), "failures": feed.failures, "reason": feed.reason}


def _table(feeds: tuple[FeedHealth, ...]) -> Table:
    table = Table("feed", f"last success, {zone(datetime.now(UTC))}", "failures", "reason", box=None)
    for feed in feeds:
        reason = "gone" if feed.gone else feed.reason
        table.add_row(Text(feed.name), local(feed.polled), str(feed.failures or ""), Text(plain(reason)))
    return table
