"""`vigie poller`: poll the feeds, alone."""

import asyncio
import signal
from functools import partial

import click

from monitor.beat import Beat
from monitor.cli._part import address_of, awaited, database_url, held, named, redis_url, running
from monitor.edition import Editions
from monitor.feeds import Session
from monitor.ledger import Ledger
from monitor.poller import Poller
from monitor.queue import Bells
from monitor.rounds import Round, run
from monitor.settings import Settings, load_settings
from monitor.state import State

TURN_LASTS = 90.0
"""Seconds within which the poller looks at the schedule again; it may wait 30 s for a build, and 30 for a lock."""

STOP_LASTS = 1.5
"""Seconds for the polls in flight when it is told to stop; what is cut off is polled again when its lease runs out."""


@click.command
@named("poller")
@held
def command(part: str, *, lifeline: bool) -> None:
    """Poll the feeds of the published rules when they are due, until SIGTERM or Ctrl-C."""
    settings = load_settings()
    with running(settings, part, held=lifeline) as (beat, presence):
        ledger = Ledger.open(database_url(settings))
        awaited("ledger", ledger.check, beat)
        editions = Editions(ledger, part)
        editions.follow(lambda edition: presence.runs(edition.version))
        asyncio.run(_poll(settings, ledger, editions, beat))


async def _poll(settings: Settings, ledger: Ledger, editions: Editions, beat: Beat) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    state, bells = State(redis_url(settings)), Bells(redis_url(settings))
    editions.start()
    async with Session(settings.agent, partial(address_of, settings)) as session:
        round_ = Round(Poller(ledger, state, bells, session), editions, ledger, state)
        polling = asyncio.create_task(run(round_, stop, lambda: beat.within(TURN_LASTS)))
        beat.ready()
        await _until(polling, stop)
    for held_open in (editions, bells, state, ledger):
        held_open.close()


async def _until(polling: asyncio.Task[None], stop: asyncio.Event) -> None:
    told = asyncio.create_task(stop.wait())
    await asyncio.wait({polling, told}, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait({polling}, timeout=STOP_LASTS)
    told.cancel()
    polling.cancel()
    await asyncio.wait({polling})
    if not polling.cancelled():
        polling.result()
