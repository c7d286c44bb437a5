"""`vigie feeds [NAME]`: how each feed does, the troubled ones first, and what is the matter with them."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.cli._engine import plain
from monitor.cli._ledger import iso, local, opened, print_line
from monitor.cli._part import redis_url
from monitor.cli._watched import STATES, Watched, watched
from monitor.core.address import without_login
from monitor.core.errors import QueueError, StartError, VigieError, did_you_mean
from monitor.core.watching.asking import asked
from monitor.leases import host_of
from monitor.settings import load_settings
from monitor.state import State

COLOURS = {"fine": "green", "new": "dim", "retrying": "yellow", "lacking": "yellow", "moved": "yellow"}
"""The colours of states; of the others it is red."""

SHORT_REST = timedelta(minutes=1)
"""A host that rests for less is not worth a word; a robots.txt may want 30 s between two requests."""


@click.command
@click.argument("name", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each feed.")
@click.pass_context
def command(ctx: click.Context, *, name: str, as_json: bool) -> None:
    """Show how one feed does."""
    show(name, as_json=as_json or bool(ctx.obj))


def show(name: str = "", *, as_json: bool) -> None:
    """Print how the feeds in force do, or the one of this name. Raises: ConfigError, StartError, VigieError."""
    now = datetime.now(UTC)
    with opened() as ledger:
        feeds = watched(ledger)
    if name:
        feeds = [_named(name, feeds)]
    feeds, away = _scheduled(feeds)
    feeds.sort(key=lambda feed: feed.rank)
    if as_json:
        for feed in feeds:
            print_line(line_of(feed))
    else:
        _print(feeds, away, now)


def line_of(feed: Watched) -> dict[str, object]:
    """Give a feed as JSON has it; times are in UTC."""
    health = feed.health
    return {
        "name": feed.feed.name,
        "url": without_login(health.url),
        "kind": feed.kind,
        "state": feed.state,
        "polled": iso(health.polled),
        "newest": iso(feed.newest),
        "rhythm": feed.rhythm,
        "per_day": feed.per_day,
        "failures": health.failures,
        "failed": iso(health.failed),
        "reason": health.reason,
        "conditions": [{"name": one.name, "since": iso(one.since), "reason": one.reason} for one in feed.conditions],
        "next_poll": iso(feed.next_poll),
        "host_rests": iso(feed.host_rests),
        "held": feed.memory.stock.held,
    }


def table_of(feeds: Iterable[Watched], now: datetime) -> Table:
    """Give a table that 80 columns hold: times are how long ago, or ahead."""
    table = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("feed", overflow="fold")
    for name in ("state", "kind", "read", "new", "usually", "failed", "next"):
        table.add_column(name, no_wrap=True)
    for feed in feeds:
        table.add_row(
            Text(plain(feed.feed.name)),
            Text(feed.state, style=COLOURS.get(feed.state, "red")),
            feed.kind,
            since(feed.health.polled, now) or "never",
            since(feed.newest, now) or "-",
            feed.rhythm or "-",
            str(feed.health.failures or ""),
            since(now, feed.next_poll) if feed.next_poll and feed.next_poll > now else "now",
        )
    return table


def remarks(feed: Watched) -> list[str]:
    """Say what is the matter with a feed, a line for each thing."""
    more = [f"its host asked to be left alone until {local(feed.host_rests)}"] if feed.host_rests else []
    more += [_held(feed)] if feed.memory.stock.held else []
    if feed.conditions:
        return [f"{STATES[one.name]} since {local(one.since)}: {plain(one.reason)}" for one in feed.conditions] + more
    return [f"{feed.state}: {plain(feed.health.reason)}"] * bool(feed.health.reason) + more


def _held(feed: Watched) -> str:
    stock, name = feed.memory.stock, feed.feed.name
    return f"held {stock.held}: {plain(stock.why)}; `vigie feeds release {name}` lets them be told"


def since(start: datetime | None, end: datetime | None) -> str:
    """Say how long it is from one time to another, in one short word: `35s`, `20m`, `5h`, `12d`."""
    if start is None or end is None:
        return ""
    seconds = max((end - start).total_seconds(), 0)
    for length, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f}{unit}"
    return f"{seconds:.0f}s"


def _print(feeds: list[Watched], away: str, now: datetime) -> None:
    console = Console(highlight=False)
    if away:
        console.print(f"when feeds are polled next is not known: {away}", style="bold red", markup=False)
    if not feeds:
        console.print("no feed is in force - `vigie feeds add URL` writes one into the rules, `vigie run` polls it")
        return
    console.print(table_of(feeds, now))
    said = [(feed.feed.name, remark) for feed in feeds for remark in remarks(feed)]
    if said:
        console.print()
    for name, remark in said:
        console.print(Text.assemble((f"{plain(name)}: ", "bold"), remark))


def _named(name: str, feeds: list[Watched]) -> Watched:
    found = {feed.feed.name: feed for feed in feeds}
    if name not in found:
        hint = did_you_mean(name, found) or " - `vigie feeds` lists them, `vigie feeds --help` the verbs"
        raise VigieError(f"there is no feed `{name}` in the rules in force{hint}")
    return found[name]


def _scheduled(feeds: list[Watched]) -> tuple[list[Watched], str]:
    """Add when each is polled next, and until when its host rests; and say why that is not known."""
    hosts = {one.feed.name: host_of(asked(one.feed, one.memory.asking).url) for one in feeds}
    try:
        with closing(State(redis_url(load_settings()))) as state:
            due = state.next_due([feed.feed.name for feed in feeds])
            rests = state.resting([host for host in set(hosts.values()) if host])
    except (QueueError, StartError) as error:
        return feeds, str(error)
    long = {host: until for host, until in rests.items() if until - datetime.now(UTC) > SHORT_REST}
    return [
        replace(one, next_poll=due.get(one.feed.name), host_rests=long.get(hosts[one.feed.name])) for one in feeds
    ], ""
