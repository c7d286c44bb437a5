"""`vigie send`: a test message to one channel, now, and what became of it."""

import json
import sys
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from time import perf_counter

import click

from monitor.cli._part import address_of
from monitor.core.errors import ConfigError, VigieError
from monitor.core.route import Channel, Delivery, Outcome
from monitor.core.telling.message import note
from monitor.notify import medium, send
from monitor.notify.terms import Terms
from monitor.rulebook import read, sources_of, under
from monitor.settings import load_settings


@click.command
@click.argument("name", metavar="CHANNEL")
@click.option(
    "--rules", "folder", metavar="DIR", type=click.Path(path_type=Path), help="Default: VIGIE_RULES_DIR, else rules."
)
@click.option("--text", default="", help="What to say.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as one JSON object.")
def command(name: str, folder: Path | None, text: str, *, as_json: bool) -> None:
    """Send a test message to CHANNEL, and print what became of it.

    Exit code 1 if it was not surely accepted.
    """
    settings = load_settings()
    address = address_of(settings, _channel(folder or settings.rules_dir, name).address)
    now = datetime.now(UTC)
    message = note(f"[test] channel {name}", text or f"vigie can reach the channel {name}.", medium(address))
    delivery = Delivery(0, name, "test", "new", "claimed", due=now, created=now)
    began = perf_counter()
    outcome = send(message, address, delivery, now, Terms(mail_from=settings.mail_from))
    _print(name, outcome, round(1000 * (perf_counter() - began)), as_json=as_json)
    sys.exit(0 if outcome.result == "sent" else 1)


def _channel(folder: Path, name: str) -> Channel:
    reading = read(sources_of(folder))
    if reading.book is None:
        raise ConfigError(under(str(folder), (fault for fault in reading.faults if fault.level == "error")))
    channels = reading.book.channels
    if name in channels:
        return channels[name]
    near = get_close_matches(name, channels, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(sorted(channels)) or 'none'}"
    raise VigieError(f"{folder} has no channel {name} - {hint}")


def _print(name: str, outcome: Outcome, ms: int, *, as_json: bool) -> None:
    if as_json:
        retry = outcome.retry_after and outcome.retry_after.total_seconds()
        said = {"channel": name, "result": outcome.result, "reason": outcome.reason, "retry_after": retry, "ms": ms}
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    reason = f": {outcome.reason}" if outcome.reason else ""
    click.echo(f"{name}: {outcome.result}{reason} ({ms} ms)")
