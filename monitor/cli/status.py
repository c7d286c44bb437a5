"""`vigie status`: feeds, inboxes, deliveries, parts, rules; and what is away."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from monitor.cli._ledger import iso, local
from monitor.cli._part import database_url, redis_url
from monitor.cli._watched import feeds_in_force
from monitor.core.errors import LedgerError, QueueError, StartError
from monitor.edition import BUILD_LASTS, LOOK_EVERY
from monitor.ledger import FolderSeen, Ledger, Published
from monitor.queue import KINDS, Bells
from monitor.settings import Settings, load_settings
from monitor.state import State

NEEDED = ("poller", "clock", *KINDS)
"""The parts without which no alert arrives."""

BUILT_WITHIN = BUILD_LASTS + 2 * LOOK_EVERY
"""After this long every part should work with a new edition."""

SHOWN = 10
"""Faults of the rules that are shown to people."""

Report = dict[str, Any]  # Any: it is JSON


@click.command
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(*, as_json: bool) -> None:
    """Show how feeds, inboxes, deliveries and parts do, and what of the rules is kept back.

    Exits with 3 if the ledger or Redis is away, or a part is missing.
    """
    report = report_of(load_settings(), datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, default=_plain))
    else:
        _show(report, Console(soft_wrap=True, highlight=False))
    sys.exit(3 if report["problems"] else 0)


def report_of(settings: Settings, now: datetime) -> Report:
    """Gather what there is to say; what cannot be asked is left out, and `problems` says why."""
    ledger = _asked(lambda: _ledger(settings))
    redis = _asked(lambda: _redis(settings, now, [feed["name"] for feed in ledger.get("feeds", [])]))
    next_polls = redis.pop("next_polls", {})
    for feed in ledger.get("feeds", []):
        feed["next_poll"] = next_polls.get(feed["name"])
    problems = [*_problems(ledger, redis), *_behind(ledger.get("rules"), redis, now)]
    return {"at": now, "problems": problems, **redis, **ledger}


def _asked(ask: Callable[[], Report]) -> Report:
    try:
        return ask()
    except (LedgerError, StartError, QueueError) as error:
        return {"away": str(error)}


def _ledger(settings: Settings) -> Report:
    ledger = Ledger.open(database_url(settings))
    try:
        published, counts = ledger.published(), asdict(ledger.counts())
        sources = ledger.sources(published.version) if published else {}
        return {
            "feeds": [asdict(feed) for feed in feeds_in_force(sources, ledger.feeds())],
            "rules": _rules(published, ledger.folder_seen()),
            "oldest_due": counts.pop("oldest_due"),
            "ledger": counts,
        }
    finally:
        ledger.close()


def _rules(published: Published | None, seen: FolderSeen) -> Report:
    """Say which edition is in force, and what a clock last saw in the folder that is not in it."""
    return {
        "version": published.version if published else None,
        "published": published.at if published else None,
        "pinned": bool(published and published.pinned),
        "restores": (published.restores or None) if published else None,
        "seen": seen.at,
        "faults": list(seen.faults),
        "kept_back": list(seen.kept),
    }


def _redis(settings: Settings, now: datetime, feeds: list[str]) -> Report:
    state, bells = State(redis_url(settings)), Bells(redis_url(settings))
    try:
        parts = state.alive(now)
        runs = state.versions(list(parts))
        return {"parts": parts, "runs": runs, "bells": bells.depths(), "next_polls": state.next_due(feeds)}
    finally:
        state.close()
        bells.close()


def _problems(ledger: Report, redis: Report) -> list[str]:
    away = [part.pop("away") for part in (ledger, redis) if "away" in part]
    names = {name.partition("@")[0] for name in redis.get("parts", NEEDED)}
    missing = [need for need in NEEDED if not any(name == need or name.startswith(f"{need}-") for name in names)]
    return [*away, *(f"no {part} is alive" for part in missing)]


def _behind(rules: Report | None, redis: Report, now: datetime) -> Iterator[str]:
    """Name the parts that do not work with the edition in force though they have had the time to build it."""
    if rules is None or rules["version"] is None or now - rules["published"] < BUILT_WITHIN:
        return
    for part, version in sorted(redis.get("runs", {}).items()):
        if version != rules["version"]:
            yield f"{part} works with edition {version}, not with {rules['version']}"


def _show(report: Report, console: Console) -> None:
    for problem in report["problems"]:
        console.print(problem, style="bold red", markup=False)
    for name, line in _lines(report):
        console.print(f"{name:<11}{line}", markup=False)
    if report.get("feeds"):
        console.print(_feeds(report["feeds"], report["at"]))


def _lines(report: Report) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    if rules := report.get("rules"):
        lines += [("rules" if not number else "", line) for number, line in enumerate(_rules_lines(rules, report))]
    if ledger := report.get("ledger"):
        lines.append(
            ("entries", f"{ledger['entries']}, {ledger['revisions']} revisions, {ledger['unmatched']} unmatched")
        )
        lines.append(("alerts", str(ledger["alerts"])))
        lines.append(("deliveries", _counted(ledger["deliveries"]) + _since(report["oldest_due"], report["at"])))
    if "bells" in report:
        lines.append(("bells", _counted(report["bells"])))
        lines.append(("alive", ", ".join(sorted(report["parts"])) or "nothing"))
    return lines


def _rules_lines(rules: Report, report: Report) -> Iterator[str]:
    if rules["version"]:
        pinned = ", pinned until a change of the folder is accepted" if rules["pinned"] else ""
        content = f", as edition {rules['restores']}" if rules["restores"] else ""
        yield f"edition {rules['version']} since {local(rules['published'])}{content}{pinned}"
    else:
        yield "nothing was published yet"
    for version, parts in sorted(Counter(report.get("runs", {}).values()).items()):
        yield f"edition {version} is what {parts} part{'s' if parts > 1 else ''} work{'' if parts > 1 else 's'} with"
    for file in rules["kept_back"]:
        yield f"kept back: {file}"
    yield from rules["faults"][:SHOWN]
    if len(rules["faults"]) > SHOWN:
        yield f"… and {len(rules['faults']) - SHOWN} more: `vigie check` lists all"


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"


def _since(oldest: datetime | None, now: datetime) -> str:
    return "" if oldest is None or oldest > now else f"; the oldest is due for {span(oldest, now)}"


def _feeds(feeds: list[Report], now: datetime) -> Table:
    table = Table("feed", "last success", "next poll", "failures", "reason", box=None, header_style="bold")
    for feed in feeds:
        polled = f"{span(feed['polled'], now)} ago" if feed["polled"] else "never"
        ahead = f"in {span(now, feed['next_poll'])}" if feed["next_poll"] and feed["next_poll"] > now else "now"
        reason = "gone" if feed["gone"] else feed["reason"]
        table.add_row(feed["name"], polled, ahead, str(feed["failures"] or ""), reason)
    return table


def span(start: datetime, end: datetime) -> str:
    """Say how long it is from one time to another; nothing, where the other came first."""
    seconds = max((end - start).total_seconds(), 0)  # a poll may end while the ledger is read
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"  # noqa: PLR2004 - two hours


def _plain(value: object) -> str | None:
    return iso(value) if isinstance(value, datetime) else str(value)
