"""What happens by time: publish the rules, ring for what lies in an inbox, free claims that ran out, prune, fold.

Every step is idempotent in the ledger, so any number of clocks may run; there is no leader.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.ledger import Ledger
from monitor.log import Trouble, get
from monitor.publisher import Publisher
from monitor.queue import Bells
from monitor.signals import StopSign

PATIENCE = timedelta(seconds=3)
"""How long a revision may lie unmatched before the clock rings for it: its own bell has been lost."""

LONGEST_SLEEP = timedelta(seconds=1)

KEPT = timedelta(days=30)
"""How long what a feed no longer shows is kept, and editions of the rules, and notices."""

PRUNE_EVERY = timedelta(hours=1)

FOLDED_AT_ONCE = 200
"""Texts that one tick folds anew: of the longest some 40 MB, and others want to write too."""

STEPS = ("publish", "ring", "prune", "fold")

LONG_AGO = datetime.min.replace(tzinfo=UTC)

log = get("clock")


def ring(ledger: Ledger, bells: Bells, now: datetime) -> datetime:
    """Ring for whatever lies in an inbox; say when to look again.

    Raises: LedgerError, QueueError: nothing is lost, the next tick does it.
    """
    if expired := ledger.expire_claims(now):
        log.warning("claims_expired", deliveries=len(expired))
    for given_up in (delivery for delivery in expired if delivery.state == "dead"):
        log.error(
            "delivery_settled",
            delivery=given_up.id,
            channel=given_up.channel,
            state=given_up.state,
            reason=given_up.reason,
            attempts=given_up.attempts,
            uncertain=given_up.uncertain,
        )
    pending = ledger.pending(now, PATIENCE)
    if pending.unmatched:
        bells.ring_match()
    if pending.due:
        bells.ring_deliver()
    return min(pending.next_due or now + LONGEST_SLEEP, now + LONGEST_SLEEP)


class Clock:
    """Ticks: does each thing that is due, whatever became of the others."""

    def __init__(self, ledger: Ledger, bells: Bells, folder: Path) -> None:
        self._ledger, self._bells = ledger, bells
        self._publisher = Publisher(ledger, folder)
        self._pruned = LONG_AGO
        self._may_lack_folds = True
        self._troubles = {step: Trouble(log, f"{step}_failed", f"{step}_mended") for step in STEPS}

    def tick(self, now: datetime) -> datetime:
        """Do what is due; say when to tick again, at the latest after a second."""
        wake = now + LONGEST_SLEEP
        with self._step("publish"):
            wake = self._publisher.look(now) or wake
        with self._step("ring"):
            wake = min(wake, ring(self._ledger, self._bells, now))
        if now - self._pruned > PRUNE_EVERY:
            with self._step("prune"):
                self._prune(now)
        if self._may_lack_folds:
            with self._step("fold"):
                self._fold()
        return wake

    def _prune(self, now: datetime) -> None:
        if forgotten := self._ledger.prune(now - KEPT):
            log.info("entries_pruned", entries=forgotten)
        if forgotten := self._ledger.prune_editions(now - KEPT):
            log.info("editions_pruned", editions=forgotten)
        self._pruned = now
        self._may_lack_folds = True  # a poller of another version folds otherwise; asking looks at every revision

    def _fold(self) -> None:
        """Fold some of the texts that an older program left unfolded, or folded in another way."""
        if folded := self._ledger.refold(FOLDED_AT_ONCE):
            log.info("texts_folded", revisions=folded)
        self._may_lack_folds = folded == FOLDED_AT_ONCE

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        """Log what goes wrong, once as long as it lasts: the next tick tries again."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - rules that break their reader must not silence the bells
            self._troubles[name].met(error)
        else:
            self._troubles[name].over()


def run(ledger: Ledger, bells: Bells, folder: Path, stop: StopSign, beat: Callable[[], None]) -> None:
    """Tick until told to stop: at the next time that something is due, at most a second later."""
    clock = Clock(ledger, bells, folder)
    while not stop.is_set():
        wake = clock.tick(datetime.now(UTC))
        beat()
        stop.wait(max((wake - datetime.now(UTC)).total_seconds(), 0.01))
