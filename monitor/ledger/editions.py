"""What was published of the rules folder, edition by edition; which one is pinned; what a clock read last."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, or_, select, update

from monitor.core.errors import LedgerError
from monitor.core.telling.changes import Changes, Diff
from monitor.ledger.rows import Found, chunks, insert
from monitor.ledger.tables import ALERT, CONTENT, EDITION, FILE, FOLDER

KEPT_EDITIONS = 20
"""How many of the newest editions are kept however old they are: a desk that edits once a month can go back too."""


@dataclass(frozen=True, slots=True)
class Published:
    """The newest edition, which is the one in force, and when it was published.

    `restores` is the version whose content was put in force again with it (0: it came from the folder). `pinned`: the
    folder is not published over it as long as it says what `over` names (empty: whatever the next clock finds there).
    """

    version: int
    at: datetime
    restores: int = 0
    pinned: bool = False
    over: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One edition that is kept; `changes` against the one before it, None where nobody noted them."""

    version: int
    at: datetime
    restores: int
    pinned: bool
    changes: Changes | None


@dataclass(frozen=True, slots=True)
class FolderSeen:
    """What a clock read of the rules folder last, and when.

    `faults` are its errors, `kept` the files of which not what they say is in force. `digest` names what all its files
    said; of a folder that cannot be read it is that from before.
    """

    digest: str = ""
    at: datetime | None = None
    faults: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to become an edition: its files, and what it changes against version `after` (0: there is none yet).

    `restores` is the version whose content it is, and then it is pinned.
    """

    sources: Mapping[str, str]
    after: int
    changes: Changes | None = None
    restores: int = 0


def published(tx: Connection) -> Published | None:
    """Name the newest edition; None: nothing was ever published."""
    row = tx.execute(select(EDITION).order_by(EDITION.c.version.desc()).limit(1)).first()
    if row is None:
        return None
    return Published(row.version, row.at, row.restores or 0, row.over is not None, row.over or "")


def publish(tx: Connection, sources: Mapping[str, str], at: datetime) -> int:
    """Publish these files as the newest edition, unless they are it already; give its version."""
    newest = published(tx)
    version = newest.version if newest else 0
    if newest is None or _files(tx, version) != _digests(sources):
        _add(tx, Draft(sources, version), at)
        version += 1
    return version


def succeed(tx: Connection, draft: Draft, at: datetime) -> Published | None:
    """Publish an edition if the newest is still the one that it was made after; else give None.

    One that restores an older version is pinned over what a clock read of the folder last.
    """
    newest = published(tx)
    if (newest.version if newest else 0) != draft.after:
        return None
    _add(tx, draft, at)
    return published(tx)


def hold(tx: Connection, version: int, digest: str) -> None:
    """Note over which folder a pin holds that was made before any clock had read one."""
    pinned = (EDITION.c.version == version) & (EDITION.c.over == "")
    tx.execute(update(EDITION).where(pinned).values(over=digest))


def unpin(tx: Connection, version: int) -> bool:
    """Let the folder be published over this edition; say whether it was the newest, and pinned."""
    newest = select(func.max(EDITION.c.version)).scalar_subquery()
    pinned = (EDITION.c.version == version) & (EDITION.c.version == newest) & EDITION.c.over.is_not(None)
    return bool(tx.execute(update(EDITION).where(pinned).values(over=None)).rowcount)


def versions(tx: Connection, limit: int | None = None) -> tuple[Version, ...]:
    """Give the newest `limit` editions that are kept, oldest first."""
    rows = tx.execute(select(EDITION).order_by(EDITION.c.version.desc()).limit(limit)).all()
    return tuple(map(_version, reversed(rows)))


def sources(tx: Connection, version: int) -> Mapping[str, str]:
    """Give the files of an edition by name. Raises: LedgerError: there is no such edition."""
    if tx.execute(select(EDITION.c.version).where(EDITION.c.version == version)).first() is None:
        raise LedgerError(f"no edition {version} of the rules is kept")
    files = select(FILE.c.name, CONTENT.c.text).join_from(FILE, CONTENT).where(FILE.c.version == version)
    return {row.name: row.text for row in tx.execute(files.order_by(FILE.c.name))}


def folder_seen(tx: Connection) -> FolderSeen:
    """Give what a clock read of the rules folder last; nothing where none has."""
    row = tx.execute(select(FOLDER)).first()
    if row is None:
        return FolderSeen()
    return FolderSeen(row.digest, row.at, tuple(json.loads(row.faults)), tuple(json.loads(row.kept)))


def see_folder(tx: Connection, seen: FolderSeen) -> None:
    """Write what a clock read of the rules folder."""
    row = {
        "digest": seen.digest,
        "at": seen.at,
        "faults": json.dumps(seen.faults, ensure_ascii=False),
        "kept": json.dumps(seen.kept, ensure_ascii=False),
    }
    statement = insert(tx, FOLDER).values(id=1, **row)
    tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def prune(tx: Connection, before: datetime) -> int:
    """Forget editions published before `before` that no alert names, but for the newest ones; say how many."""
    old = tx.execute(_forgettable(tx, before)).scalars().all()
    for part in chunks(old):
        tx.execute(delete(FILE).where(FILE.c.version.in_(part)))
        tx.execute(delete(EDITION).where(EDITION.c.version.in_(part)))
    if old:
        tx.execute(delete(CONTENT).where(~exists().where(FILE.c.digest == CONTENT.c.digest)))
    return len(old)


def digest_of(sources: Mapping[str, str]) -> str:
    """Name what the files of a folder say, all together."""
    whole = b"".join(_digest(name) + digest for name, digest in sorted(_digests(sources).items()))
    return blake2b(whole, digest_size=16).hexdigest()


def _forgettable(tx: Connection, before: datetime) -> Select[tuple[int]]:
    newest = tx.execute(select(EDITION.c.version).order_by(EDITION.c.version.desc()).limit(KEPT_EDITIONS)).scalars()
    named: ColumnElement[bool] = or_(
        EDITION.c.version.in_(newest.all()), exists().where(ALERT.c.version == EDITION.c.version)
    )
    return select(EDITION.c.version).where(EDITION.c.at < before, ~named).order_by(EDITION.c.version)


def _add(tx: Connection, draft: Draft, at: datetime) -> None:
    # Of two clocks that publish at once one meets the other's version here, and begins anew.
    over = folder_seen(tx).digest if draft.restores else None
    tx.execute(
        EDITION.insert().values(
            version=draft.after + 1, at=at, restores=draft.restores or None, over=over, changes=_written(draft.changes)
        )
    )
    digests = _digests(draft.sources)
    contents = {digests[name]: text for name, text in draft.sources.items()}
    rows = [{"digest": digest, "text": contents[digest]} for digest in sorted(contents)]
    if rows:
        tx.execute(insert(tx, CONTENT).on_conflict_do_nothing(), rows)
        tx.execute(FILE.insert(), [{"version": draft.after + 1, "name": n, "digest": d} for n, d in digests.items()])


def _written(changes: Changes | None) -> str | None:
    if changes is None:
        return None
    return json.dumps({what: asdict(diff) for what, diff in changes.items()}, ensure_ascii=False)


def _version(row: Found) -> Version:
    changes = None
    if row.changes is not None:
        raw = json.loads(row.changes)
        changes = {what: Diff(**{how: tuple(names) for how, names in diff.items()}) for what, diff in raw.items()}
    return Version(row.version, row.at, row.restores or 0, row.over is not None, changes)


def _files(tx: Connection, version: int) -> dict[str, bytes]:
    files = select(FILE.c.name, FILE.c.digest).where(FILE.c.version == version)
    return {name: bytes(digest) for name, digest in tx.execute(files)}


def _digests(sources: Mapping[str, str]) -> dict[str, bytes]:
    return {name: _digest(text) for name, text in sources.items()}


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
