"""What happens by time: publish the rules, ring for what lies in an inbox, free claims that ran out, prune.

Every step is idempotent in the ledger, so any number of clocks may run; there is no leader.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.core.errors import ConfigError, Fault
from monitor.ledger import Ledger
from monitor.log import Trouble, get
from monitor.queue import Bells
from monitor.rulebook import edition, sources_of
from monitor.signals import StopSign

PATIENCE = timedelta(seconds=3)
"""How long a revision may lie unmatched before the clock rings for it: its own bell has been lost."""

LONGEST_SLEEP = timedelta(seconds=1)

QUIET = timedelta(milliseconds=500)
"""The rules folder must have been still for this long before it is read: a `git pull` is one change, not ten."""

KEPT = timedelta(days=30)
"""How long what a feed no longer shows is kept."""

PRUNE_EVERY = timedelta(hours=1)

STEPS = ("publish", "ring", "prune")

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


Look = tuple[tuple[str, int, int], ...]
"""A folder from outside: each file, its size, when it was last changed."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the rules folder looked like, and since when it has looked so."""

    look: Look
    since: datetime


class Publisher:
    """Publishes the rules folder: when it has been quiet, differs from what is published, and can be read."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger, self._folder = ledger, folder
        self._sight: Sight | None = None
        self._read: Look | None = None

    def look(self, now: datetime) -> None:
        """Publish the folder if it changed and has been quiet for `QUIET`; at the first look as it is.

        What is wrong is logged once for each change, fault by fault; what was published stays in force.
        Raises: LedgerError: the next look does it.
        """
        look = _look_at(self._folder)
        if self._sight is None or self._sight.look != look:
            self._sight = Sight(look, now)
        if look != self._read and (self._read is None or now - self._sight.since >= QUIET):
            self._publish(now)
            self._read = look

    def _publish(self, now: datetime) -> None:
        published = self._ledger.published()
        last_good = self._ledger.sources(published.version) if published else {}
        try:
            new = edition(sources_of(self._folder), last_good)
        except ConfigError as error:
            _tell(error.faults)
            return
        if new.sources and new.sources != last_good:
            version = self._ledger.publish(new.sources, now)
            log.info("rules_published", version=version, files=len(new.sources))
        _tell(new.faults)
        for name in new.kept:
            log.error("rules_kept_back", file=name)


def _tell(faults: tuple[Fault, ...]) -> None:
    for fault in faults:
        (log.error if fault.level == "error" else log.warning)("rules_fault", fault=str(fault))


def _look_at(folder: Path) -> Look:
    """Look at a folder without reading it; what is hidden does not count, and a `.git` beside the rules may be big."""
    return tuple(sorted(_files(folder)))


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in (*folders, *files):
            if not name.startswith("."):
                yield _file(Path(parent, name))


def _file(path: Path) -> tuple[str, int, int]:
    try:
        at = path.stat()
    except OSError:
        return str(path), 0, 0  # gone just now, or a link to nowhere: reading the folder complains of it
    return str(path), at.st_size, at.st_ctime_ns  # not mtime: a mended permission counts, and a file moved here


class Clock:
    """Ticks: does each thing that is due, whatever became of the others."""

    def __init__(self, ledger: Ledger, bells: Bells, folder: Path) -> None:
        self._ledger, self._bells = ledger, bells
        self._publisher = Publisher(ledger, folder)
        self._pruned = LONG_AGO
        self._troubles = {step: Trouble(log, f"{step}_failed", f"{step}_mended") for step in STEPS}

    def tick(self, now: datetime) -> datetime:
        """Do what is due; say when to tick again, at the latest after a second."""
        wake = now + LONGEST_SLEEP
        with self._step("publish"):
            self._publisher.look(now)
        with self._step("ring"):
            wake = ring(self._ledger, self._bells, now)
        if now - self._pruned > PRUNE_EVERY:
            with self._step("prune"):
                self._prune(now)
        return wake

    def _prune(self, now: datetime) -> None:
        if forgotten := self._ledger.prune(now - KEPT):
            log.info("entries_pruned", entries=forgotten)
        self._pruned = now

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
