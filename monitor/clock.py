"""What happens by time: ring for what lies in an inbox, free claims that ran out, prune, fold; publish the rules.

The rules are published in a thread of their own: ten thousand take seconds to be read, and no bell waits for that.
Every step is idempotent in the ledger, so any number of clocks may run; there is no leader.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from time import monotonic

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

LOOK_LASTS = timedelta(hours=1)
"""A look at the rules folder that lasts longer hangs; reading and testing a hundred thousand rules takes minutes."""

LEFT_AFTER = timedelta(seconds=1)
"""How long a clock that stops waits for a look at the rules folder; then that is left behind, and nothing is lost."""

STEPS = ("ring", "prune", "fold")

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

    def __init__(self, ledger: Ledger, bells: Bells) -> None:
        self._ledger, self._bells = ledger, bells
        self._pruned = LONG_AGO
        self._may_lack_folds = True
        self._troubles = {step: Trouble(log, f"{step}_failed", f"{step}_mended") for step in STEPS}

    def tick(self, now: datetime) -> datetime:
        """Do what is due; say when to tick again, at the latest after a second."""
        wake = now + LONGEST_SLEEP
        with self._step("ring"):
            wake = ring(self._ledger, self._bells, now)
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
        with _outlived(self._troubles[name]):
            yield


class Publishing:
    """Looks at the rules folder again and again, in a thread of its own once it is started."""

    def __init__(self, ledger: Ledger, folder: Path, stop: StopSign) -> None:
        self._publisher, self._stop = Publisher(ledger, folder), stop
        self._trouble = Trouble(log, "publish_failed", "publish_mended")
        self._began = monotonic()
        self._ended_by: BaseException | None = None
        self._thread = Thread(target=self._go_on, name="publisher", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Wait a moment for the look that is under way; the stop was asked for before."""
        self._thread.join(LEFT_AFTER.total_seconds())

    def look(self, now: datetime) -> datetime:
        """Publish what there is to publish; say when to look again, at the latest after a second."""
        wake = None
        with _outlived(self._trouble):
            wake = self._publisher.look(now)
        return wake or now + LONGEST_SLEEP

    def gets_on(self, at: float) -> bool:
        """Say at a monotonic time whether the look that is under way may still end by itself.

        Raises: RuntimeError: nobody looks any more though no stop was asked for.
        """
        if not self._thread.is_alive() and not self._stop.is_set():
            raise RuntimeError("the thread that publishes the rules has ended") from self._ended_by
        return at - self._began < LOOK_LASTS.total_seconds()

    def _go_on(self) -> None:
        try:
            while not self._stop.is_set():
                self._began = monotonic()
                wait_until(self._stop, self.look(datetime.now(UTC)))
        except BaseException as error:  # noqa: BLE001 - the main thread raises it, and the part is started again
            self._ended_by = error


def run(ledger: Ledger, bells: Bells, folder: Path, stop: StopSign, beat: Callable[[], None]) -> None:
    """Tick until told to stop: at the next time that something is due, at most a second later; publish beside.

    It does not beat while a look at the rules folder hangs. Raises: RuntimeError: nobody looks at it any more.
    """
    clock, publishing = Clock(ledger, bells), Publishing(ledger, folder, stop)
    publishing.start()
    while not stop.is_set():
        wake = clock.tick(datetime.now(UTC))
        if publishing.gets_on(monotonic()):
            beat()
        wait_until(stop, wake)
    publishing.close()


def wait_until(stop: StopSign, wake: datetime) -> None:
    """Wait for a stop, until `wake` at the longest; some time in any case, so that nothing spins."""
    stop.wait(max((wake - datetime.now(UTC)).total_seconds(), 0.01))


@contextmanager
def _outlived(trouble: Trouble) -> Iterator[None]:
    """Log what goes wrong, once as long as it lasts: the next time tries again."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - rules that break their reader must not silence anything else
        trouble.met(error)
    else:
        trouble.over()
