"""The book in force in this process: a thread looks for a newly published version, builds beside, and swaps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import Condition, Event, Thread
from time import perf_counter

from monitor.core.book import Book
from monitor.core.errors import LedgerError
from monitor.core.match import Matcher
from monitor.ledger import Ledger, Published
from monitor.log import Trouble, get, since
from monitor.rulebook import read, uncollected

LOOK_EVERY = timedelta(milliseconds=500)
"""How often the thread asks the ledger for a newer version."""

OLD_AFTER = timedelta(seconds=2)
"""Work that meets a version published longer ago than this waits for its build."""

BUILD_LASTS = timedelta(seconds=30)
"""The longest that work waits for a build; then the old version is used, and said so."""

log = get("edition")


@dataclass(frozen=True)  # no slots: the matcher is kept once it was asked for
class Edition:
    """One published version of the book; `crashed` are revisions on which its rules broke down, in this process."""

    version: int
    book: Book
    crashed: set[int] = field(default_factory=set, compare=False, repr=False)

    @cached_property
    def matcher(self) -> Matcher:
        """Compile the rules; whoever polls or sends has no use for that."""
        return Matcher(self.book)


@dataclass(frozen=True, slots=True)
class _Look:
    """What the thread saw published when it last asked."""

    at: datetime
    published: Published | None


class Editions:
    """Keeps the newest published edition at hand; one reference is swapped, never changed."""

    def __init__(
        self, ledger: Ledger, part: str = "", *, matching: bool = False, patience: timedelta = BUILD_LASTS
    ) -> None:
        """Prepare to look, for a `part` of this name; `matching`: rules are compiled before they come into force."""
        self._ledger, self._part, self._matching, self._patience = ledger, part, matching, patience
        self._edition: Edition | None = None
        self._refused = 0
        self._last_look: _Look | None = None
        self._followers: list[Callable[[Edition], None]] = []
        self._built = Condition()
        self._stop = Event()
        self._wanted = Event()
        self._thread = Thread(target=self._watch, name="editions", daemon=True)

    def start(self) -> None:
        """Begin to look for published versions."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking; a look that waits for the ledger is left behind."""
        self._stop.set()
        self._wanted.set()
        self._thread.join(LOOK_EVERY.total_seconds())

    def follow(self, tell: Callable[[Edition], None]) -> None:
        """Tell of the edition in force, if there is one, and of each that comes into force, once; in any thread."""
        with self._built:
            self._followers.append(tell)
            edition = self._edition
        if edition is not None:
            tell(edition)

    def newest(self) -> Edition | None:
        """Give the edition that is published at this moment, None where there is none that this program can read.

        Asks the ledger and waits for the build. An entry that a poller read under these rules, from a feed that
        they may have brought, is so never matched under older ones: it would be told to nobody. Raises: LedgerError.
        """
        published = self._ledger.published()
        if published is not None:
            self._wait_for(published.version)
        return self._edition

    def current(self) -> Edition | None:
        """Give the edition in force, None while none was ever published, or none that this program can read.

        Waits for the build of a version that was published more than two seconds ago, so that an idle worker
        never sends by yesterday's routes, and for the first one. Raises: LedgerError.
        """
        now = datetime.now(UTC)
        published = self._newest(now)
        if published is not None and (self._edition is None or now - published.at > OLD_AFTER):
            self._wait_for(published.version)
        return self._edition

    def _newest(self, now: datetime) -> Published | None:
        """Name the newest version; the ledger is asked only if the thread has not just done it.

        What the thread did not see in the last two seconds was published less than two seconds ago.
        """
        look = self._last_look
        if look is not None and timedelta(0) <= now - look.at < OLD_AFTER:
            return look.published
        return self._ledger.published()

    def _wait_for(self, version: int) -> None:
        if self._has(version):
            return
        self._wanted.set()
        with self._built:
            if not self._built.wait_for(lambda: self._has(version), self._patience.total_seconds()):
                log.error("edition_late", name=self._part, version=version)

    def _has(self, version: int) -> bool:
        return self._refused >= version or (self._edition is not None and self._edition.version >= version)

    def _watch(self) -> None:
        away, trouble = Trouble(log, "ledger_away", "ledger_back"), Trouble(log, "look_failed", "look_mended")
        while not self._stop.is_set():
            try:
                self._look()
                away.over()
                trouble.over()
            except LedgerError as error:
                away.met(error)
            except Exception as error:  # noqa: BLE001 - whatever it is: else the thread ends, as in `_build`
                trouble.met(error)
            self._wanted.wait(LOOK_EVERY.total_seconds())
            self._wanted.clear()

    def _look(self) -> None:
        at = datetime.now(UTC)
        published = self._ledger.published()
        self._last_look = _Look(at, published)
        if published is None or self._has(published.version):
            return
        began = perf_counter()
        edition = self._build(published.version, self._ledger.sources(published.version))
        with self._built:
            if edition is None:
                self._refused = published.version
            else:
                self._edition = edition
            self._built.notify_all()
            followers = tuple(self._followers)
        if edition is not None:
            rules, feeds = len(edition.book.rules), len(edition.book.feeds)
            version, ms = edition.version, since(began)
            log.info("edition_in_force", name=self._part, version=version, rules=rules, feeds=feeds, ms=ms)
            for tell in followers:
                self._tell(tell, edition)

    def _tell(self, tell: Callable[[Edition], None], edition: Edition) -> None:
        """Tell one follower; one that breaks down keeps neither the others nor itself from what comes next."""
        try:
            tell(edition)
        except Exception as error:  # whatever it is: as in `_build`
            log.error("edition_not_followed", exc_info=error, name=self._part, version=edition.version)

    def _build(self, version: int, sources: Mapping[str, str]) -> Edition | None:
        """Build an edition, None where this program cannot: one that knows more published it. The old one stays."""
        try:
            reading = read(sources, examples=False)  # whoever published it has run them
            if reading.book is None:
                faults = "; ".join(map(str, reading.errors))
                log.error("edition_refused", name=self._part, version=version, faults=faults)
                return None
            edition = Edition(version, reading.book)
            if self._matching:
                with uncollected():
                    _ = edition.matcher
        except Exception as error:  # whatever it is: else the thread ends, and with it all news of the rules
            log.error("edition_refused", exc_info=error, name=self._part, version=version)
            return None
        return edition
