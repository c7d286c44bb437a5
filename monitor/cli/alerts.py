"""`vigie alerts`: what was told, of which entry, and where its rules were met."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._ledger import each, iso, local, opened, print_line, zone
from monitor.core.alert import Alert
from monitor.core.clean import clean
from monitor.core.passage import windows
from monitor.core.rule import Field

SHOWN = 20
"""Rows of the table where no limit is given."""

ROOM = 240
"""Characters of an entry's text in the table."""

COLOURS = {"low": "dim", "normal": "", "high": "yellow", "urgent": "bold red"}


@click.command
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, oldest first.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"The newest so many (default: {SHOWN} in the table, all as JSON)."
)
@click.option("--feed", default="", help="Only of this feed.")
@click.option("--rule", default="", help="Only those that name this rule.")
def command(*, as_json: bool, limit: int | None, feed: str, rule: str) -> None:
    """List what was told: a table, newest first, or JSON lines, oldest first."""
    with opened() as ledger:
        found = each(lambda some, after: ledger.alerts(some, feed=feed, rule=rule, after=after), _limit(as_json, limit))
        if as_json:
            for alert in found:
                print_line(row_of(alert))
        else:
            show(tuple(found)[::-1], Console())


def row_of(alert: Alert) -> dict[str, object]:
    """Give an alert as JSON has it; `story` is null until there are stories, times are in UTC."""
    entry = alert.revision.entry
    return {
        "id": alert.id,
        "identity": entry.identity,
        "feed": entry.feed,
        "rules": [finding.rule for finding in alert.findings],
        "severity": alert.findings[0].severity,
        "story": None,
        "hits": [{"rule": finding.rule, **asdict(hit)} for finding in alert.findings for hit in finding.hits],
        "published": iso(entry.published),
        "fetched": iso(alert.revision.seen_at),
        "committed": iso(alert.committed),
    }


def show(alerts: Iterable[Alert], console: Console) -> None:
    """Print a table: when, how urgent, which rules, and the words that met them in their sentences."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, leading=1)
    for name in ("id", f"told, {zone(datetime.now(UTC))}", "severity"):
        table.add_column(name, no_wrap=True)
    table.add_column("feed, rules", ratio=1)
    table.add_column("entry", ratio=3)
    for alert in alerts:
        severity = alert.findings[0].severity
        names = Text(alert.revision.entry.feed)
        names.append("".join(f"\n{finding.rule}" for finding in alert.findings), style="dim")
        told = Text(local(alert.committed))
        table.add_row(str(alert.id), told, Text(severity, style=COLOURS[severity]), names, _entry(alert))
    if table.row_count:
        console.print(table)
    else:
        console.print("nothing was told")


def _entry(alert: Alert) -> Text:
    title, text = (_passages(alert, field) for field in ("title", "text"))
    title.stylize("bold")
    return Text("\n").join(part for part in (title, text) if part)


def _passages(alert: Alert, field: Field) -> Text:
    """Show the sentences in which a rule was met, its hits marked, and nothing that a terminal would obey."""
    entry = alert.revision.entry
    cleaned = clean(entry.title if field == "title" else entry.text, one_line=True)
    hits = (hit for finding in alert.findings for hit in finding.hits if hit.field == field)
    spans = cleaned.spans((hit.start, hit.end) for hit in hits)
    whole = Text(cleaned.text)
    for start, end in spans:
        whole.stylize("reverse", start, end)
    return Text(" … ").join(whole[start:end] for start, end in windows(cleaned.text, spans, ROOM))


def _limit(as_json: bool, limit: int | None) -> int | None:  # noqa: FBT001 - it is the flag of that name
    return limit if as_json or limit else SHOWN
