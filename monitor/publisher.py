"""Publishes the rules folder: as much of it as is sound, when it has been quiet; and tells operators what is not.

    folder -> what is accepted of it (rulebook) -> ledger: the edition, what was seen of the folder, a notice

Of two publishers with one folder each finds what the other has done; nothing is published or told twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from monitor.core.book import Book
from monitor.core.errors import ConfigError, Fault, VigieError
from monitor.core.route import sends_by
from monitor.core.telling.changes import changes
from monitor.core.telling.notice import notice_of_rules
from monitor.ledger import Draft, FolderSeen, Ledger, Published, digest_of
from monitor.log import get
from monitor.operators import OPERATOR
from monitor.rulebook import Accepted, accept, below, read, sources_of, under

QUIET = timedelta(milliseconds=500)
"""The rules folder must have been still for this long before it is read: a `git pull` is one change, not ten."""

MOST_FAULTS = 100
"""Faults that are kept for `vigie status`."""

log = get("clock")

Outside = tuple[tuple[str, int, int], ...]
"""A folder from outside: each file, its size, when it was last changed."""


@dataclass(frozen=True, slots=True)
class _Quiet:
    """What the rules folder looks like from outside, and since when it has looked so."""

    outside: Outside
    since: datetime


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of the folder: what of it may go live, and the name of all it says (empty: it cannot be read)."""

    accepted: Accepted
    digest: str
    sources: Mapping[str, str] = field(default_factory=dict)


class Publisher:
    """Publishes the rules folder: when it has been quiet, differs from what is in force, and is sound."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger, self._folder = ledger, folder
        self._quiet: _Quiet | None = None
        self._done: tuple[Outside, Published | None] | None = None
        self._book: tuple[int, Book | None] = (0, Book())

    def look(self, now: datetime) -> datetime | None:
        """Publish the folder if it changed and has been quiet for `QUIET`; at the first look as it is.

        It is also read anew when another than this publisher has published or unpinned an edition. What is wrong is
        said once for each change; what was published stays in force. Gives when to look again at the latest, None
        where there is no hurry. Raises: LedgerError: the next look does it.
        """
        outside = _outside(self._folder)
        if self._quiet is None or self._quiet.outside != outside:
            self._quiet = _Quiet(outside, now)
        published = self._ledger.published()
        if self._done == (outside, published):
            return None
        quiet_at = self._quiet.since + QUIET
        if self._done is not None and self._done[0] != outside and now < quiet_at:
            return quiet_at
        self._done = outside, self._publish(published, now)
        return None

    def _publish(self, published: Published | None, now: datetime) -> Published | None:
        """Let go live what may; give what is in force then, None where nothing is, or another was quicker."""
        began = perf_counter()
        last_good = self._ledger.sources(published.version) if published else {}
        found = self._read(last_good)
        read_at = now + timedelta(seconds=perf_counter() - began)  # ten thousand rules take seconds to be tested
        self._say(found)
        # Before it is published: what is pinned in between is pinned over this folder, not over the one before.
        self._ledger.see_folder(self._seen(found, now))
        stands = self._decided(published, last_good, found, read_at)
        if stands is not None:
            self._notify(found, stands, now, published)
        return stands

    def _read(self, last_good: Mapping[str, str]) -> _Read:
        try:
            sources = sources_of(self._folder)
        except ConfigError as error:
            return _Read(Accepted(last_good, None, error.faults), "")
        return _Read(accept(sources, last_good), digest_of(sources), sources)

    def _decided(
        self, published: Published | None, last_good: Mapping[str, str], found: _Read, now: datetime
    ) -> Published | None:
        new = found.accepted
        if published and published.pinned and self._holds(published, found):
            return self._held(published, found.digest)
        if not new.sources or new.sources == last_good:
            return published
        after = published.version if published else 0
        changed = changes(last_good, new.sources, self._book_of(after, last_good), new.book)
        stands = self._ledger.succeed(Draft(new.sources, after, changed), now)
        if stands is not None:
            self._book = stands.version, new.book
            log.info("rules_published", version=stands.version, files=len(new.sources))
            if published and published.pinned:
                log.warning("pin_ended", version=published.version, restores=published.restores, by=stands.version)
        return stands

    def _holds(self, published: Published, found: _Read) -> bool:
        """Tell whether a pin holds: over the folder that it was made over, or one of which nothing new may go live."""
        if not found.digest or published.over in {"", found.digest}:
            return True
        before = self._before(published.version)
        return bool(before) and accept(found.sources, before).sources == before

    def _before(self, version: int) -> Mapping[str, str]:
        """Give what was last published of the folder before this version; nothing if that is no longer kept."""
        kept = (one.version for one in self._ledger.versions() if one.version < version and not one.pinned)
        newest = max(kept, default=0)
        return self._ledger.sources(newest) if newest else {}

    def _held(self, published: Published, digest: str) -> Published:
        """Leave a pinned edition in force; one that was pinned before any clock had read the folder is so from now."""
        log.warning("rules_pinned", version=published.version, restores=published.restores)
        if published.over or not digest:
            return published
        self._ledger.hold(published.version, digest)
        return replace(published, over=digest)

    def _book_of(self, version: int, sources: Mapping[str, str]) -> Book | None:
        """Give the book of an edition, None where this program cannot read it."""
        if self._book[0] != version:
            self._book = version, read(sources, examples=False).book
        return self._book[1]

    def _say(self, found: _Read) -> None:
        for fault in found.accepted.faults:
            (log.error if fault.level == "error" else log.warning)("rules_fault", fault=str(fault))
        for name, faulty in sorted(found.accepted.because.items()):
            log.error("rules_kept_back", file=name, because_of=", ".join(faulty))

    def _seen(self, found: _Read, now: datetime) -> FolderSeen:
        faults = under(str(self._folder), _errors(found)) if found.digest else _errors(found)
        digest = found.digest or self._ledger.folder_seen().digest
        return FolderSeen(digest, now, tuple(map(str, faults[:MOST_FAULTS])), found.accepted.kept)

    def _notify(self, found: _Read, stands: Published, now: datetime, before: Published | None) -> None:
        """Tell operators, by the routes in force, if it stands otherwise with the folder than they were told."""
        book = self._book_of(stands.version, self._ledger.sources(stands.version))
        if book is None:
            return
        new = before is None or stands.version > before.version
        ended = before.version if before and before.pinned and new else 0
        accepted = found.accepted
        notice = notice_of_rules(accepted.faults, accepted.kept, stands.version, now, new=new, ended=ended)
        if deliveries := self._ledger.notify(notice, sends_by([book.routes[OPERATOR]], now)):
            log.info("operators_told", kind=notice.kind, subject=notice.subject, deliveries=len(deliveries))


def _errors(found: _Read) -> tuple[Fault, ...]:
    return tuple(fault for fault in found.accepted.faults if fault.level == "error")


def _outside(folder: Path) -> Outside:
    """Look at a folder without reading it; what is hidden does not count, and a `.git` beside the rules may be big."""
    return tuple(sorted(map(_file, below(folder))))


def _file(path: Path) -> tuple[str, int, int]:
    try:
        at = path.stat()
    except OSError:
        return str(path), 0, 0  # gone just now, or a link to nowhere: reading the folder complains of it
    return str(path), at.st_size, at.st_ctime_ns  # not mtime: a mended permission counts, and a file moved here


def pin(ledger: Ledger, version: int, now: datetime) -> Published:
    """Put what an older edition said in force again, as a new edition that the folder leaves alone until it changes.

    Raises: VigieError: it is not kept, is in force already, or cannot be read; LedgerError.
    """
    published = ledger.published()
    if published is None:
        raise VigieError("nothing was published yet - the clock publishes the rules folder")
    if refusal := _no_pin(published, [kept.version for kept in ledger.versions()], version):
        raise VigieError(refusal)
    sources, current = ledger.sources(version), ledger.sources(published.version)
    reading = read(sources, examples=False)  # whoever published it has run them
    if reading.book is None:
        more = f" (and {len(reading.errors) - 1} more)" if len(reading.errors) > 1 else ""
        raise VigieError(f"edition {version} cannot be read by this program: {reading.errors[0]}{more}")
    changed = changes(current, sources, read(current, examples=False).book, reading.book)
    stands = ledger.succeed(Draft(sources, published.version, changed, restores=version), now)
    if stands is None:
        raise VigieError("another edition was published just now - look at `vigie rules versions`, then try again")
    return stands


def unpin(ledger: Ledger) -> Published:
    """Let the clock publish the folder again; give the edition that was pinned. Raises: VigieError: none is."""
    published = ledger.published()
    if published is None or not published.pinned or not ledger.unpin(published.version):
        raise VigieError("no edition is pinned - `vigie rules versions` says what is in force")
    return published


def _no_pin(published: Published, kept: Sequence[int], version: int) -> str:
    """Say why a version cannot be pinned; empty: it can."""
    if version == published.version:
        return f"edition {version} is in force already - it stays so until a change of the folder is accepted"
    if published.pinned and published.restores == version:
        return f"edition {published.version}, which says what {version} said, is in force already, and pinned"
    if version in kept:
        return ""
    if kept[0] < version < kept[-1]:
        near = [max(one for one in kept if one < version), min(one for one in kept if one > version)]
        return f"edition {version} is no longer kept - the nearest that are: {near[0]} and {near[1]}"
    return f"there is no edition {version} - kept are {kept[0]} to {kept[-1]}, see `vigie rules versions`"
