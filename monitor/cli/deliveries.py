"""`vigie deliveries`: the messages, channel by channel, and what became of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import get_args

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._ledger import each, iso, local, opened, print_line, zone
from monitor.core.clean import clean
from monitor.core.route import Delivery, State

SHOWN = 20
"""Rows of the table where no limit is given."""

COLOURS = {"queued": "", "claimed": "cyan", "retry": "yellow", "sent": "green", "dead": "bold red"}


@click.command
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, oldest first.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"The newest so many (default: {SHOWN} in the table, all as JSON)."
)
@click.option("--state", type=click.Choice(get_args(State)), default=None, help="Only those in this state.")
def command(*, as_json: bool, limit: int | None, state: str | None) -> None:
    """List messages and what became of them: a table, newest first, or JSON lines, oldest first."""
    with opened() as ledger:
        shown = limit if as_json or limit else SHOWN
        found = each(lambda some, after: ledger.deliveries(some, state=state or "", after=after), shown)
        if as_json:
            for delivery in found:
                print_line(row_of(delivery))
        else:
            show(tuple(found)[::-1], Console())


def row_of(delivery: Delivery) -> dict[str, object]:
    """Give a delivery as JSON has it; `alerts` and `notices` are ids, times are in UTC."""
    return {
        "id": delivery.id,
        "alerts": list(delivery.alerts),
        "notices": list(delivery.notices),
        "channel": delivery.channel,
        "route": delivery.route,
        "kind": delivery.kind,
        "state": delivery.state,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "uncertain": delivery.uncertain,
        "due": iso(delivery.due),
        "sent": iso(delivery.sent),
    }


def show(deliveries: Iterable[Delivery], console: Console) -> None:
    """Print a table: where to, what became of it and why; the time is of the sending, or else when it is due."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("id", "tells"):
        table.add_column(name, no_wrap=True)
    table.add_column("channel", overflow="fold")
    for name in ("state", "tries", f"sent or due, {zone(datetime.now(UTC))}"):
        table.add_column(name, no_wrap=True)
    table.add_column("reason", ratio=1)
    for d in deliveries:
        state = Text(f"{d.state}\nuncertain" if d.uncertain else d.state, style=COLOURS[d.state])
        told = [f"alert {i}" for i in d.alerts] + [f"notice {i}" for i in d.notices]
        reason = Text(clean(d.reason, one_line=True).text)
        table.add_row(
            str(d.id), "\n".join(told), Text(d.channel), state, str(d.attempts), local(d.sent or d.due), reason
        )
    if table.row_count:
        console.print(table)
    else:
        console.print("no deliveries")
