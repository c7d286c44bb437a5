"""What was published of the rules folder, edition by edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import Connection, select

from monitor.core.errors import LedgerError
from monitor.ledger.rows import insert
from monitor.ledger.tables import CONTENT, EDITION, FILE


@dataclass(frozen=True, slots=True)
class Published:
    """The newest edition, and when it was published."""

    version: int
    at: datetime


def published(tx: Connection) -> Published | None:
    """Name the newest edition; None: nothing was ever published."""
    row = tx.execute(select(EDITION).order_by(EDITION.c.version.desc()).limit(1)).first()
    return None if row is None else Published(row.version, row.at)


def publish(tx: Connection, sources: Mapping[str, str], at: datetime) -> int:
    """Publish these files as the newest edition, unless they are it already; give its version."""
    newest = published(tx)
    digests = {name: _digest(text) for name, text in sources.items()}
    if newest is not None and _files(tx, newest.version) == digests:
        return newest.version
    version = 1 if newest is None else newest.version + 1
    # Of two clocks that publish at once one meets the other's version here, begins anew and finds its own files.
    tx.execute(EDITION.insert().values(version=version, at=at))
    contents = {digests[name]: text for name, text in sources.items()}
    rows = [{"digest": digest, "text": contents[digest]} for digest in sorted(contents)]
    if rows:
        tx.execute(insert(tx, CONTENT).on_conflict_do_nothing(), rows)
        tx.execute(FILE.insert(), [{"version": version, "name": n, "digest": d} for n, d in digests.items()])
    return version


def sources(tx: Connection, version: int) -> Mapping[str, str]:
    """Give the files of an edition by name. Raises: LedgerError: there is no such edition."""
    if tx.execute(select(EDITION.c.version).where(EDITION.c.version == version)).first() is None:
        raise LedgerError(f"no edition {version} of the rules was ever published")
    files = select(FILE.c.name, CONTENT.c.text).join_from(FILE, CONTENT).where(FILE.c.version == version)
    return {row.name: row.text for row in tx.execute(files.order_by(FILE.c.name))}


def _files(tx: Connection, version: int) -> dict[str, bytes]:
    files = select(FILE.c.name, FILE.c.digest).where(FILE.c.version == version)
    return {name: bytes(digest) for name, digest in tx.execute(files)}


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
