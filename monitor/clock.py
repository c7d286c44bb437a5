"""What happens by time: ring for what lies in an inbox, free claims that ran out, publish the rules, prune.

Every step is idempotent in the ledger, so any number of clocks may run; there is no leader.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from monitor.core.errors import ConfigError, LedgerError, QueueError
from monitor.ledger import Ledger
from monitor.log import get
from monitor.queue import Bells
from monitor.rulebook import edition, sources_of

PATIENCE = timedelta(seconds=3)
"""How long a revision may lie unmatched before the clock rings for it: its own bell has been lost."""

LONGEST_SLEEP = timedelta(seconds=1)

QUIET = timedelta(milliseconds=500)
"""The rules folder must have been still for this long before it is read: a `git pull` is one change, not ten."""

KEPT = timedelta(days=30)
"""How long what a feed no longer shows is kept."""

PRUNE_EVERY = timedelta(hours=1)

log = get("clock")


def ring(ledger: Ledger, bells: Bells, now: datetime) -> datetime:
    """Ring for whatever lies in an inbox; say when to look again.

    Raises: LedgerError, QueueError: nothing is lost, the next tick does it.
    """
    if expired := ledger.expire_claims(now):
        log.warning("claims_expired", deliveries=expired)
    pending = ledger.pending(now, PATIENCE)
    if pending.unmatched:
        bells.ring_match()
    if pending.due:
        bells.ring_deliver()
    return min(pending.next_due or now + LONGEST_SLEEP, now + LONGEST_SLEEP)


@dataclass(frozen=True, slots=True)
class Sight:
    """What the rules folder looked like, and since when it has looked so."""

    files: tuple[tuple[str, int, int], ...]
    since: datetime


class Publisher:
    """Publishes the rules folder: when it has been quiet, differs from what is published, and can be read."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger, self._folder = ledger, folder
        self._sight: Sight | None = None
        self._read: tuple[tuple[str, int, int], ...] | None = None

    def look(self, now: datetime) -> None:
        """Publish the folder if it changed and has been quiet for `QUIET`.

        A faulty folder is logged, fault by fault, and what was published stays in force. Raises: LedgerError.
        """
        files = _look_of(self._folder)
        if self._sight is None or self._sight.files != files:
            self._sight = Sight(files, now)
        if files != self._read and (self._read is None or now - self._sight.since >= QUIET):
            self._publish(now)
            self._read = files

    def _publish(self, now: datetime) -> None:
        published = self._ledger.published()
        last_good = self._ledger.sources(published.version) if published else {}
        try:
            new = edition(sources_of(self._folder), last_good)
        except ConfigError as error:
            log.error("rules_refused", fault=str(error))
            return
        for fault in new.faults:
            (log.error if fault.level == "error" else log.warning)("rules_fault", fault=str(fault))
        for name in new.kept:
            log.error("rules_kept_back", file=name)
        if new.sources and new.sources != last_good:
            version = self._ledger.publish(new.sources, now)
            log.info("rules_published", version=version, files=len(new.sources))


def _look_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name the state of a folder without reading it: names, sizes and times of change in nanoseconds."""
    try:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths)
    except OSError:
        return ()


def run(ledger: Ledger, bells: Bells, folder: Path, stop: Event, beat: Callable[[], None]) -> None:
    """Tick until told to stop: at the next time that something is due, at most a second later."""
    publisher = Publisher(ledger, folder)
    pruned = datetime.min.replace(tzinfo=UTC)
    while not stop.is_set():
        now = datetime.now(UTC)
        wake = now + LONGEST_SLEEP
        try:
            publisher.look(now)
            wake = ring(ledger, bells, now)
            if now - pruned > PRUNE_EVERY:
                ledger.prune(now - KEPT)
                pruned = now
        except (LedgerError, QueueError) as error:
            log.warning("tick_failed", error=str(error))
        beat()
        stop.wait(max((wake - datetime.now(UTC)).total_seconds(), 0.01))
