"""`vigie worker match` and `vigie worker deliver`: one RQ worker, alone."""

import sys
from functools import partial

import click

from monitor.cli._part import address_of, awaited, database_url, held, redis_url, running
from monitor.connection import connect, reach
from monitor.edition import Editions
from monitor.ledger import Ledger
from monitor.notify.terms import Terms
from monitor.queue import KINDS, Bells, Kind
from monitor.settings import load_settings
from workers.context import Context
from workers.worker import Stop, work


@click.command
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--part", default=None, help="Name of its heartbeat, for `vigie health`.  [default: KIND]")
@held
def command(kind: Kind, part: str | None, *, lifeline: bool) -> None:
    """Match entries, or deliver messages, whenever a bell rings; until SIGTERM or Ctrl-C."""
    settings = load_settings()
    with running(settings, part or kind, held=lifeline) as (beat, presence):
        ledger, url, stop = Ledger.open(database_url(settings)), redis_url(settings), Stop()
        redis = connect(url, f"vigie-{kind}")
        awaited("ledger", ledger.check, beat)
        awaited("queue", partial(reach, redis), beat)
        editions, bells = Editions(ledger, part or kind, matching=kind == "match"), Bells(url)
        editions.follow(lambda edition: presence.runs(edition.version))
        editions.start()
        terms = Terms(mail_from=settings.mail_from)
        context = Context(ledger, editions, bells, beat, partial(address_of, settings), terms, stop)
        asked = work(kind, redis, context, stop)
        for opened in (editions, bells, ledger):
            opened.close()
    sys.exit(0 if asked else 1)
