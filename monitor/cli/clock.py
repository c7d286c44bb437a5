"""`vigie clock`: what happens by time, alone."""

import signal

import click

from monitor.cli._part import awaited, database_url, held, named, redis_url, running
from monitor.clock import run
from monitor.ledger import Ledger
from monitor.queue import Bells
from monitor.settings import load_settings
from monitor.signals import StopSign

TURN_LASTS = 120.0
"""Seconds within which the clock ticks again: each step may wait for a locked ledger."""


@click.command
@named("clock")
@held
def command(part: str, *, lifeline: bool) -> None:
    """Ring for what lies in the inboxes, publish the rules, prune; until SIGTERM or Ctrl-C."""
    settings = load_settings()
    stop = StopSign()
    with running(settings, part, held=lifeline) as (beat, _):
        ledger, bells = Ledger.open(database_url(settings)), Bells(redis_url(settings))
        awaited("ledger", ledger.check, beat)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop.note)
        beat.ready()
        run(ledger, bells, settings.rules_dir, stop, lambda: beat.within(TURN_LASTS))
        bells.close()
        ledger.close()
