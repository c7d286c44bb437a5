"""From the ledger's two inboxes: match what is not yet matched, deliver what is due.

    match_batch : read unmatched | findings | ONE transaction: mark matched, told, alerts, deliveries | ring deliver
    deliver     : claim the most urgent due delivery | compose from the newest revision | send | settle

Both may run twice, late, or at the same time in many processes: the ledger decides what counts.
"""

import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from time import perf_counter

from monitor.core.alert import propose
from monitor.core.book import Book
from monitor.core.errors import ConfigError
from monitor.core.message import compose
from monitor.core.route import Outcome, settle
from monitor.edition import Edition
from monitor.ledger import Claim, Ledger
from monitor.log import get
from monitor.notify import medium, send
from monitor.notify.terms import Terms
from monitor.queue import Bells

BATCH = 100
"""Revisions matched in one transaction: an RQ job costs 2 to 3 ms whatever it holds, one of 100 some 40 us each."""

log = get("pipeline")


def match_batch(ledger: Ledger, edition: Edition, bells: Bells, ids: Iterable[int] = ()) -> int:
    """Match the named revisions, or the oldest unmatched ones; say how many were matched.

    Raises: LedgerError: the revisions stay in the inbox.
    """
    began = perf_counter()
    revisions = ledger.unmatched(tuple(ids), BATCH)
    if not revisions:
        return 0
    now = datetime.now(UTC)
    proposals = {r.id: propose(r, edition.matcher.findings(r.entry), edition.book, now) for r in revisions}
    deliveries = ledger.record_match(proposals, edition.version, now)
    if deliveries:
        bells.ring_deliver(len(deliveries))
    log.info(
        "batch_matched",
        revisions=len(revisions),
        findings=sum(map(len, proposals.values())),
        deliveries=len(deliveries),
        version=edition.version,
        ms=_since(began),
    )
    return len(revisions)


def deliver(ledger: Ledger, edition: Edition, address_of: Callable[[str], str], terms: Terms) -> bool:
    """Send the most urgent delivery that is due; say whether there was one.

    `address_of` gives the address that `secret:NAME` stands for, or raises ConfigError. Raises: LedgerError: the
    claim runs out, and the delivery is sent again, marked uncertain.
    """
    claim = ledger.claim(datetime.now(UTC))
    if claim is None:
        return False
    began = perf_counter()
    outcome = _attempt(claim, edition.book, address_of, terms)
    now = datetime.now(UTC)
    settled = settle(claim.delivery, outcome, now, random.random())  # noqa: S311 - spreads retries, guards nothing
    held = ledger.settle(claim.delivery, settled, now)
    write = log.info if settled.state == "sent" else log.error if settled.state == "dead" else log.warning
    write(
        "delivery_settled",
        delivery=claim.delivery.id,
        channel=claim.delivery.channel,
        state=settled.state,
        reason=settled.reason,
        attempts=settled.attempts,
        uncertain=settled.uncertain,
        counted=held,
        ms=_since(began),
    )
    return True


def _attempt(claim: Claim, book: Book, address_of: Callable[[str], str], terms: Terms) -> Outcome:
    channel = book.channels.get(claim.delivery.channel)
    if channel is None:
        return Outcome("channel broken", "this channel is no longer in the rules")
    try:
        address = address_of(channel.address)
    except ConfigError as error:
        return Outcome("failed", str(error))
    message = compose(claim.alerts, book, medium(address))
    return send(message, address, claim.delivery, datetime.now(UTC), terms)


def _since(began: float) -> float:
    return round(1000 * (perf_counter() - began), 1)
