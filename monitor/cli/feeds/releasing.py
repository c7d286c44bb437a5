"""`vigie feeds release NAME`: let all rules tell of what is held of a feed."""

from datetime import UTC, datetime

import click

from monitor.cli._ledger import opened
from monitor.core.errors import VigieError, did_you_mean
from monitor.core.telling.notice import Notice
from monitor.core.watching.flood import notice_of_release
from monitor.ledger import Ledger


@click.command
@click.argument("name")
def command(name: str) -> None:
    """Let the entries of the feed NAME that are held be told.

    They are matched once more by the rules in force. What urgent rules told of them is not told again.
    """
    with opened() as ledger:
        released = ledger.release(name)
        if not released:
            raise VigieError(_nothing(ledger, name))
        ledger.notify(_notice(ledger, name), ())
    click.echo(f"{released} {'text of ' + name + ' is' if released == 1 else 'texts of ' + name + ' are'} released")


def _notice(ledger: Ledger, name: str) -> Notice:
    published = ledger.published()
    return notice_of_release(name, published.version if published else 0, datetime.now(UTC))


def _nothing(ledger: Ledger, name: str) -> str:
    known = [feed.name for feed in ledger.feeds()]
    if name in known:
        return f"nothing of {name} is held"
    return f"unknown feed {name}{did_you_mean(name, known) or ' - `vigie feeds` lists those that were polled'}"
