"""A desk that works through a day: `python -m tests.ledger.desk_worker URL ENTRIES FOLDER`, done or killed."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.core.feed import Validators
from monitor.core.route import Outcome, Send, settle
from monitor.core.telling.alert import Proposal, Scope
from monitor.ledger import Ledger
from tests.ledger.desk import FEED, T0, entry, finding


def work(ledger: Ledger, entries: int, outbox: Path) -> None:
    """Poll a growing document, match it, and write every message to a file of its own attempt."""
    for shown in range(1, entries + 1):
        document = tuple(entry(f"e{n}", f"text {n}") for n in range(max(shown - 5, 0), shown))
        ledger.record_poll(FEED, document, Validators(), T0)
        match(ledger)
        deliver(ledger, outbox)


def match(ledger: Ledger) -> None:
    """Tell every second entry to one of two channels."""
    proposals = {}
    for revision in ledger.unmatched():
        number = int(revision.entry.identity[1:])
        send = Send(f"channel {number % 4}", "fallback", T0)
        scope = Scope(f"entry:{revision.entry_id}", None)
        proposals[revision.id] = () if number % 2 else (Proposal(finding(), scope, (send,)),)
    ledger.record_match(proposals, 1, T0)


def deliver(ledger: Ledger, outbox: Path) -> None:
    """Send what is due; a file is the far end's word that it accepted."""
    while claim := ledger.claim(datetime.now(UTC)):
        delivery = claim.delivery
        mark = "uncertain" if delivery.uncertain else "certain"
        (outbox / f"{delivery.id}.{delivery.attempts}.{mark}").touch()
        now = datetime.now(UTC)
        ledger.settle(delivery, settle(delivery, Outcome("sent"), now, 0), now)


if __name__ == "__main__":
    opened = Ledger.open(sys.argv[1])
    opened.expire_claims(datetime.now(UTC) + timedelta(days=1))  # whoever held them was killed
    print("begun", flush=True)  # noqa: T201 - the test waits for it
    work(opened, int(sys.argv[2]), Path(sys.argv[3]))
    opened.close()
