"""`vigie alerts`: what was told, of which entry, and where its rules were met; and what was not, and why."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypeVar

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._ledger import each, iso, local, opened, print_line, zone
from monitor.core.clean import clean
from monitor.core.rule import Field
from monitor.core.telling.alert import Alert
from monitor.core.telling.notice import Notice
from monitor.core.telling.passage import windows
from monitor.core.telling.rendering import SEVERITY_STYLES
from monitor.ledger import NotTold

SHOWN = 20
"""Rows of the table where no limit is given."""

ROOM = 240
"""Characters of an entry's text in the table."""

R = TypeVar("R", Alert, NotTold, Notice)


@click.command
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, oldest first.")
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"The newest so many (default: {SHOWN} in the table, all as JSON)."
)
@click.option("--feed", default="", help="Only of this feed.")
@click.option("--rule", default="", help="Only those that name this rule.")
@click.option("--not-told", is_flag=True, help="What was not told instead, and why; the limit is of revisions.")
@click.option("--operator", is_flag=True, help="What operators were told instead, of the service itself.")
def command(*, as_json: bool, limit: int | None, feed: str, rule: str, not_told: bool, operator: bool) -> None:
    """List what was told: a table, newest first, or JSON lines, oldest first."""
    if operator and (not_told or feed or rule):
        raise click.UsageError("--operator goes with --json and --limit alone: a notice is of no feed and no rule")
    shown = limit if as_json or limit else SHOWN
    with opened() as ledger:
        if operator:
            notices = each(lambda some, after: ledger.notices(some, after=after), shown)
            _write(notices, notice_of, show_notices, as_json=as_json)
        elif not_told:
            quiet = each(lambda some, after: ledger.not_told(some, feed=feed, rule=rule, after=after), shown)
            _write(quiet, reason_of, show_reasons, as_json=as_json)
        else:
            told = each(lambda some, after: ledger.alerts(some, feed=feed, rule=rule, after=after), shown)
            _write(told, row_of, show, as_json=as_json)


def _write(
    found: Iterator[R],
    row: Callable[[R], dict[str, object]],
    table: Callable[[Iterable[R], Console], None],
    *,
    as_json: bool,
) -> None:
    if as_json:
        for one in found:
            print_line(row(one))
    else:
        table(tuple(found)[::-1], Console())


def row_of(alert: Alert) -> dict[str, object]:
    """Give an alert as JSON has it; `story` is null until there are stories, times are in UTC."""
    entry = alert.revision.entry
    return {
        "id": alert.id,
        "entry": alert.revision.entry_id,
        "revision": alert.revision.number,
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


def notice_of(notice: Notice) -> dict[str, object]:
    """Give as JSON what operators were told; `state` is empty where all is well again, `version` is of the rules."""
    return {**asdict(notice), "at": iso(notice.at)}


def show_notices(notices: Iterable[Notice], console: Console) -> None:
    """Print a table: when, how urgent, and what operators were told."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, leading=1)
    for name in ("id", f"made, {zone(datetime.now(UTC))}", "severity"):
        table.add_column(name, no_wrap=True)
    table.add_column("notice", ratio=1)
    for notice in notices:
        severity = Text(notice.severity, style=SEVERITY_STYLES[notice.severity])
        said = Text(clean(notice.subject, one_line=True).text, style="bold")
        said.append(f"\n{clean(notice.text).text}", style="not bold")
        table.add_row(str(notice.id), local(notice.at), severity, said)
    if table.row_count:
        console.print(table)
    else:
        console.print("operators were told nothing")


def reason_of(quiet: NotTold) -> dict[str, object]:
    """Give as JSON why something was not told; `rule` is null where no rule was tried, times are in UTC."""
    entry = quiet.revision.entry
    return {
        "entry": quiet.revision.entry_id,
        "revision": quiet.revision.number,
        "identity": entry.identity,
        "feed": entry.feed,
        "rule": quiet.rule,
        "reason": quiet.reason,
        "fetched": iso(quiet.revision.seen_at),
    }


def show_reasons(reasons: Iterable[NotTold], console: Console) -> None:
    """Print a table: which entry, when it was fetched, of which feed, which rule it met, why nobody was told."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("entry", no_wrap=True)
    table.add_column(f"fetched, {zone(datetime.now(UTC))}", no_wrap=True)
    for name, ratio in (("feed, rule", 1), ("why not told", 1), ("text", 2)):
        table.add_column(name, ratio=ratio)
    for quiet in reasons:
        entry = quiet.revision.entry
        names = Text(entry.feed).append(f"\n{quiet.rule}" if quiet.rule else "", style="dim")
        said = clean(entry.title or entry.text or entry.identity, one_line=True).text
        shown = " … ".join(said[start:end] for start, end in windows(said, (), ROOM))
        number = str(quiet.revision.entry_id)
        table.add_row(number, local(quiet.revision.seen_at), names, Text(quiet.reason), Text(shown))
    if table.row_count:
        console.print(table)
    else:
        console.print("nothing of that kind went untold")


def show(alerts: Iterable[Alert], console: Console) -> None:
    """Print a table: when, how urgent, which rules, and the words that met them in their sentences."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, leading=1)
    for name in ("id", f"made, {zone(datetime.now(UTC))}", "severity"):
        table.add_column(name, no_wrap=True)
    table.add_column("feed, rules", ratio=1)
    table.add_column("entry", ratio=3)
    for alert in alerts:
        severity = alert.findings[0].severity
        names = Text(alert.revision.entry.feed)
        names.append("".join(f"\n{finding.rule}" for finding in alert.findings), style="dim")
        made = Text(local(alert.committed))
        table.add_row(str(alert.id), made, Text(severity, style=SEVERITY_STYLES[severity]), names, _entry(alert))
    if table.row_count:
        console.print(table)
    else:
        console.print("no such alert")


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
