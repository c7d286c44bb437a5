"""From the ledger's two inboxes: match what is not yet matched, deliver what is due.

    match_batch : read unmatched | findings | ONE transaction: mark matched, told, alerts, deliveries | ring deliver
    deliver     : claim the most urgent due delivery | compose from the newest revision | send | settle

Both may run twice, late, or at the same time in many processes: the ledger decides what counts.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from time import perf_counter, sleep

from monitor.core.book import Book
from monitor.core.entry import Revision
from monitor.core.errors import ConfigError, LedgerError, QueueError
from monitor.core.hindsight.replaying import past_of
from monitor.core.route import CLAIM_LASTS, Outcome, settle
from monitor.core.rule import Finding
from monitor.core.telling.alert import Proposal, asks_the_past, propose
from monitor.core.telling.message import Message, compose, report
from monitor.core.telling.rendering import Medium
from monitor.edition import Edition
from monitor.ledger import Claim, Ledger
from monitor.log import Trouble, get, since
from monitor.notify import medium, send
from monitor.notify.terms import Terms
from monitor.queue import Bells

BATCH = 100
"""Revisions matched in one transaction: an RQ job costs 2 to 3 ms whatever it holds, one of 100 some 40 us each."""

NEWER_RULES_PAUSE = timedelta(seconds=1)
"""When to try again what was matched with newer rules than this worker has; it looks for them twice a second."""

NOTED_AGAIN = timedelta(seconds=1)
"""Between two tries to note in the ledger what became of a message."""

log = get("pipeline")


def match_batch(ledger: Ledger, newest: Callable[[], Edition | None], bells: Bells, ids: Iterable[int] = ()) -> int:
    """Match the named revisions, or the oldest unmatched ones, by the newest edition; say how many were matched.

    The edition is asked for again once they are read: whoever recorded them knew none that is newer.

    One on which the rules break down stays in the inbox, which is said once, and keeps nothing behind it waiting;
    newer rules or another process try it again. Raises: LedgerError: all revisions stay in the inbox.
    """
    began = perf_counter()
    names = tuple(ids)
    proposals: dict[int, tuple[Proposal, ...]] = {}
    edition = newest()
    while edition and not proposals and (revisions := _waiting(ledger, edition, names)):
        edition = newest() or edition
        now = datetime.now(UTC)  # not before: it may have waited for a build
        proposals = _proposals(ledger, revisions, edition, now)
    if not proposals or edition is None:
        return 0
    deliveries = ledger.record_match(proposals, edition.version, now)
    if deliveries:
        _ring(bells, len(deliveries))
    log.info(
        "batch_matched",
        revisions=len(proposals),
        findings=sum(map(len, proposals.values())),
        deliveries=len(deliveries),
        version=edition.version,
        ms=since(began),
    )
    return len(proposals)


def _waiting(ledger: Ledger, edition: Edition, names: tuple[int, ...]) -> list[Revision]:
    """Read on behind the revisions on which this edition broke down, until there are enough others."""
    found: list[Revision] = []
    after = 0
    while lacking := BATCH - len(found):
        part = ledger.unmatched(names, lacking, after=after)
        found += (revision for revision in part if revision.id not in edition.crashed)
        if len(part) < lacking:
            break
        after = part[-1].id
    return found


def _proposals(
    ledger: Ledger, revisions: Iterable[Revision], edition: Edition, now: datetime
) -> dict[int, tuple[Proposal, ...]]:
    found: dict[int, tuple[Revision, tuple[Finding, ...]]] = {}
    for revision in revisions:
        with _left_behind(edition, revision):
            found[revision.id] = revision, edition.matcher.findings(revision.entry)
    edited = _edited(ledger, found, edition.book)
    proposals = {}
    for revision, findings in found.values():
        with _left_behind(edition, revision):
            past = past_of(edited.get(revision.id), findings, edition.matcher)
            proposals[revision.id] = propose(revision, findings, edition.book, now, past)
    return proposals


def _edited(
    ledger: Ledger, found: Mapping[int, tuple[Revision, tuple[Finding, ...]]], book: Book
) -> Mapping[int, Revision]:
    """Read what revisions edit that meet a rule that asks for it; the first text of an entry edits nothing."""
    asking = [
        i
        for i, (revision, findings) in found.items()
        if (revision.edit or revision.number > 1) and any(asks_the_past(book.rules[f.rule]) for f in findings)
    ]
    return ledger.before(asking) if asking else {}


@contextmanager
def _left_behind(edition: Edition, revision: Revision) -> Iterator[None]:
    try:
        yield
    except Exception as error:  # whatever it is: else one entry keeps all that came with it from being told
        edition.crashed.add(revision.id)
        log.error("match_crashed", exc_info=error, revision=revision.id, feed=revision.entry.feed)


def _ring(bells: Bells, deliveries: int) -> None:
    try:
        bells.ring_deliver(deliveries)
    except QueueError as error:
        log.warning("bell_lost", error=str(error))  # the clock rings again for what lies in the inbox


def deliver(
    ledger: Ledger,
    edition: Edition,
    address_of: Callable[[str], str],
    terms: Terms,
    patience: timedelta = CLAIM_LASTS,
) -> bool:
    """Send the most urgent delivery that is due; say whether there was one.

    `address_of` gives the address that `secret:NAME` stands for, or raises ConfigError. A ledger that does not take
    what came of it is asked again each second, until `patience` has passed since the claim. Raises: LedgerError: in
    vain; the claim runs out, and the delivery is sent again, marked uncertain.
    """
    claimed_at = datetime.now(UTC)
    claim = ledger.claim(claimed_at)
    if claim is None:
        return False
    began = perf_counter()
    outcome = _attempted(claim, edition, address_of, terms)
    now = datetime.now(UTC)
    settled = settle(claim.delivery, outcome, now, random.random())  # noqa: S311 - spreads retries, guards nothing
    held = _noted(partial(ledger.settle, claim.delivery, settled, now), claimed_at + patience)
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
        ms=since(began),
    )
    return True


def _noted(note: Callable[[], bool], end: datetime) -> bool:
    """Repeat a note in the ledger until it is taken: a database that is away for moments makes late, not twice.

    Raises: LedgerError: it is still not taken at the `end`.
    """
    trouble = Trouble(log, "settle_failed", "settle_mended")
    while True:
        try:
            held = note()
        except LedgerError as error:
            trouble.met(error)
            if datetime.now(UTC) + NOTED_AGAIN > end:
                raise
        else:
            trouble.over()
            return held
        sleep(NOTED_AGAIN.total_seconds())


def _attempted(claim: Claim, edition: Edition, address_of: Callable[[str], str], terms: Terms) -> Outcome:
    try:
        return _attempt(claim, edition, address_of, terms)
    except Exception as error:  # whatever it is: else this delivery, tried again and again, keeps its channel busy
        delivery = claim.delivery
        log.error("delivery_crashed", exc_info=error, delivery=delivery.id, channel=delivery.channel)
        return Outcome("message broken", f"telling it broke down: {type(error).__name__}")


def _attempt(claim: Claim, edition: Edition, address_of: Callable[[str], str], terms: Terms) -> Outcome:
    channel = edition.book.channels.get(claim.delivery.channel)
    if channel is None:
        return _no_channel(claim, edition)
    try:
        address = address_of(channel.address)
    except ConfigError as error:
        return Outcome("failed", error.words)
    message = _message(claim, edition, medium(address))
    return send(message, address, claim.delivery, datetime.now(UTC), terms)


def _message(claim: Claim, edition: Edition, kind: Medium) -> Message:
    if claim.notices:
        return report(claim.notices, edition.book, kind)
    return compose(claim.alerts, edition.book, kind)


def _no_channel(claim: Claim, edition: Edition) -> Outcome:
    """Judge a channel that this edition does not know: removed, or added by one that a matcher was quicker to have."""
    if any(version > edition.version for version in _versions(claim)):
        return Outcome("limited", "this channel is in newer rules than this worker has", NEWER_RULES_PAUSE)
    return Outcome("channel broken", "this channel is no longer in the rules")


def _versions(claim: Claim) -> tuple[int, ...]:
    return (*(alert.version for alert in claim.alerts), *(notice.version for notice in claim.notices))


def check_secrets(edition: Edition, address_of: Callable[[str], str]) -> None:
    """Log which channels have an address that nobody has set; rules are checked where the secrets need not be."""
    for channel in edition.book.channels.values():
        try:
            address_of(channel.address)
        except ConfigError as error:
            log.error("secret_unset", channel=channel.name, version=edition.version, error=error.words)
