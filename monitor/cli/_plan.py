"""How a replay is shown: as a table with the first alerts for people, as one object for programs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._engine import fields_of, passages, plain
from monitor.cli._ledger import iso, local, zone
from monitor.core.book import Book
from monitor.core.hindsight.plan import Change, Count, Plan
from monitor.core.why.saying import listed
from monitor.replay import Forecast, Lookback, Window

MOST_ROWS = 40
MOST_EXAMPLES = 20
MOST_DAYS = 14
"""Rows, alerts, and days of a row that a terminal shows; of more, the number is said."""

ROOM = 300
"""Characters of an entry's text."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules that were read, and what people call them (empty: there are none); `version` if they are an edition."""

    name: str
    book: Book
    version: int | None = None


def told_row(found: Lookback, window: Window) -> dict[str, object]:
    """Give as JSON what rules would have told, rule by rule; times are in UTC, days those of this machine."""
    channels = _channels(found.plan, signed=False)
    rules = [
        {"rule": total.rule, "alerts": total.added, "channels": channels.get(total.rule, {})}
        | {"examples": [_example(change) for change in total.examples]}
        for total in found.plan.totals
    ]
    said = {"alerts": found.plan.added, "not_told": dict(found.untold), "rules": rules}
    return _window(window, found.kept_since) | said


def changed_row(found: Forecast, before: Rules, after: Rules, window: Window) -> dict[str, object]:
    """Give a plan as JSON: what comes and goes, rule by rule; `against` is null if nothing was published yet."""
    channels = _channels(found.plan, signed=True)
    rules = [
        {"rule": total.rule, "added": total.added, "removed": total.removed, "channels": channels.get(total.rule, {})}
        | {"examples": [{"change": change.sign, **_example(change)} for change in total.examples]}
        for total in found.plan.totals
    ]
    against = {"folder": None if before.version else before.name, "version": before.version} if before.name else None
    said = {"folder": after.name, "against": against, "affected": list(found.affected)}
    return (
        _window(window, found.kept_since)
        | said
        | {"added": found.plan.added, "removed": found.plan.removed, "rules": rules}
    )


def _window(window: Window, kept_since: datetime | None) -> dict[str, object]:
    return {"since": iso(window.since), "until": iso(window.until), "kept_since": iso(kept_since)}


def _channels(found: Plan, *, signed: bool) -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    """Give by rule, channel and day how many alerts come, or come and go."""
    channels: dict[str, dict[str, dict[str, object]]] = {}
    for count in found.counts:
        said = {"added": count.added, "removed": count.removed} if signed else count.added
        channels.setdefault(count.rule, {}).setdefault(count.channel, {})[count.day.isoformat()] = said
    return channels


def _example(change: Change) -> dict[str, object]:
    revision = change.alert.revision
    return {
        "at": iso(change.alert.at),
        "entry": revision.entry_id,
        "revision": revision.number,
        "feed": revision.entry.feed,
        "identity": revision.entry.identity,
        "title": revision.entry.title,
        "link": revision.entry.link,
        "published": iso(revision.entry.published),
        "severity": change.alert.finding.severity,
        "channels": list(change.channels),
        "hits": [asdict(hit) for hit in change.alert.finding.hits],
    }


def show_told(found: Lookback, names: Iterable[str], window: Window, console: Console) -> None:
    """Print what rules would have told: how much in all, per channel and day, and the first alerts."""
    names = tuple(names)
    who = names[0] if len(names) == 1 else f"these {len(names)} rules"
    console.print(Text.assemble((who, "bold"), f" would have told {_alerts(found.plan.added)} in {_span(window)}"))
    _show_kept(found.kept_since, window, console)
    _show_counts(found.plan, console, signed=False)
    for reason, number in sorted(found.untold.items(), key=lambda item: (-item[1], item[0])):
        console.print(Text(f"not told: {number}, {reason}", style="dim"))
    _show_examples(found.plan, console, signed=False)


def show_changed(found: Forecast, before: Rules, after: Rules, window: Window, console: Console) -> None:
    """Print a plan: how many alerts come and go in all, per rule, channel and day, and the first of each."""
    against = f"against {before.name}" if before.name else "against nothing, for nothing was published yet"
    said = f" {against}: adds {found.plan.added}, removes {found.plan.removed} in {_span(window)}"
    console.print(Text.assemble((after.name, "bold"), said))
    _show_kept(found.kept_since, window, console)
    affected = f"may tell otherwise: {listed(found.affected, 'and')}" if found.affected else "no rule tells otherwise"
    console.print(Text(affected, style="dim"))
    gone = sorted(before.book.feeds.keys() - after.book.feeds.keys())
    if gone:
        console.print(Text(f"no longer watched: {listed(gone, 'and')}; what they brought is looked at all the same"))
    _show_counts(found.plan, console, signed=True)
    _show_examples(found.plan, console, signed=True)


def _alerts(number: int) -> str:
    return f"{number} alert" if number == 1 else f"{number} alerts"


def _span(window: Window) -> str:
    """Name a window: how long it is, and from when to when."""
    lasts = window.until - window.since
    days, hours = lasts // timedelta(days=1), round(lasts / timedelta(hours=1))
    long = f"{days} days" if days > 1 else f"{hours} hours" if hours > 1 else f"{lasts // timedelta(minutes=1)} minutes"
    return f"{long}, {local(window.since)} to {local(window.until)} {zone(window.until)}"


def _show_kept(kept_since: datetime | None, window: Window, console: Console) -> None:
    if kept_since is None:
        console.print(Text("the ledger holds no entries yet", style="yellow"))
    elif kept_since > window.since:
        console.print(Text(f"the ledger holds entries only since {local(kept_since)}", style="yellow"))


def _show_counts(found: Plan, console: Console, *, signed: bool) -> None:
    rows: dict[tuple[str, str], list[Count]] = {}
    for count in found.counts:
        rows.setdefault((count.rule, count.channel), []).append(count)
    if not rows:
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("rule", "channel"):
        table.add_column(name, overflow="fold")
    table.add_column("alerts", justify="right")
    table.add_column("by day", ratio=1)
    order = {total.rule: place for place, total in enumerate(found.totals)}
    for rule, channel in sorted(rows, key=lambda row: (order[row[0]], row))[:MOST_ROWS]:
        counts = rows[rule, channel]
        whole = Count(rule, channel, date.min, sum(c.added for c in counts), sum(c.removed for c in counts))
        table.add_row(rule, channel, _number(whole, signed=signed), _days(counts, signed=signed))
    console.print(table)
    if len(rows) > MOST_ROWS:
        console.print(Text(f"and {len(rows) - MOST_ROWS} more rules and channels - --json has them all", style="dim"))


def _number(count: Count, *, signed: bool) -> Text:
    if not signed:
        return Text(str(count.added))
    parts = [(f"+{count.added}", "green")] * bool(count.added) + [(f"-{count.removed}", "red")] * bool(count.removed)
    return Text(" ").join(Text(*part) for part in parts)


def _days(counts: list[Count], *, signed: bool) -> Text:
    shown = [Text.assemble(f"{c.day:%d %b} ", _number(c, signed=signed)) for c in counts[-MOST_DAYS:]]
    earlier = [Text(f"{len(counts) - MOST_DAYS} days before")] if len(counts) > MOST_DAYS else []
    return Text(", ").join(earlier + shown)


def _show_examples(found: Plan, console: Console, *, signed: bool) -> None:
    chosen = [change for total in found.totals for change in total.examples]
    for change in chosen[:MOST_EXAMPLES]:
        console.print()
        _show_example(change, console, signed=signed)
    more = found.added + found.removed - min(len(chosen), MOST_EXAMPLES)
    if more and chosen:
        console.print(Text(f"\nand {_alerts(more)} more", style="dim"))


def _show_example(change: Change, console: Console, *, signed: bool) -> None:
    entry, hits = change.alert.revision.entry, change.alert.finding.hits
    mark = {"added": ("+ ", "bold green"), "removed": ("- ", "bold red")}[change.sign] if signed else ""
    where = f"  {entry.feed}  entry {change.alert.revision.entry_id}"
    number = change.alert.revision.number
    edit = f", revision {number}" if number > 1 else ""
    console.print(
        Text.assemble(mark, (change.alert.finding.rule, "bold"), f"  {local(change.alert.at)}", plain(where + edit))
    )
    for field, text in fields_of(entry):
        console.print(passages(text.replace("\n", " "), field, hits, console, ROOM))
    if entry.link:
        console.print(Text(plain(entry.link), style="dim"))
