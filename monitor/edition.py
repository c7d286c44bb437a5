"""The book in force in this process: a thread looks for a newly published version, builds beside, and swaps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Condition, Event, Thread

from monitor.core.book import Book
from monitor.core.errors import LedgerError
from monitor.core.match import Matcher
from monitor.ledger import Ledger
from monitor.log import get
from monitor.rulebook import read

LOOK_EVERY = timedelta(seconds=1)
"""How often the thread asks the ledger for a newer version."""

OLD_AFTER = timedelta(seconds=2)
"""Work that meets a version published longer ago than this waits for its build."""

BUILD_LASTS = timedelta(seconds=30)
"""The longest that work waits for a build; then the old version is used, and said so."""

log = get("edition")


@dataclass(frozen=True, slots=True)
class Edition:
    """One published version of the book, and its compiled rules."""

    version: int
    book: Book
    matcher: Matcher


class Editions:
    """Keeps the newest published edition at hand; one reference is swapped, never changed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._edition: Edition | None = None
        self._refused = 0
        self._built = Condition()
        self._stop = Event()
        self._thread = Thread(target=self._watch, name="editions", daemon=True)

    def start(self) -> None:
        """Begin to look for published versions."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._stop.set()
        self._thread.join()

    def current(self) -> Edition | None:
        """Give the edition in force, None while none was ever published.

        Waits for the build of a version that was published more than two seconds ago, so that an idle worker
        never matches with yesterday's rules. Raises: LedgerError.
        """
        published = self._ledger.published()
        if published is not None and datetime.now(UTC) - published.at > OLD_AFTER:
            self._wait_for(published.version)
        return self._edition

    def first(self, stopped: Callable[[], bool]) -> Edition | None:
        """Wait for the first edition; None if `stopped` says so before."""
        with self._built:
            while self._edition is None and not stopped():
                self._built.wait(LOOK_EVERY.total_seconds())
        return self._edition

    def _wait_for(self, version: int) -> None:
        with self._built:
            if not self._built.wait_for(lambda: self._has(version), BUILD_LASTS.total_seconds()):
                log.error("edition_late", version=version)

    def _has(self, version: int) -> bool:
        return self._refused >= version or (self._edition is not None and self._edition.version >= version)

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                self._look()
            except LedgerError as error:
                log.warning("ledger_away", error=str(error))
            self._stop.wait(LOOK_EVERY.total_seconds())

    def _look(self) -> None:
        published = self._ledger.published()
        if published is None or self._has(published.version):
            return
        edition = self._build(published.version)
        with self._built:
            if edition is None:
                self._refused = published.version
            else:
                self._edition = edition
            self._built.notify_all()

    def _build(self, version: int) -> Edition | None:
        reading = read(self._ledger.sources(version))
        if reading.book is None:
            # Published by a program that knows more than this one: the old edition stays, loudly.
            log.error("edition_refused", version=version, faults="; ".join(map(str, reading.faults)))
            return None
        log.info("edition_in_force", version=version, rules=len(reading.book.rules), feeds=len(reading.book.feeds))
        return Edition(version, reading.book, Matcher(reading.book))
