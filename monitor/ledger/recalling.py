"""What the ledger knows that matters to a document of a feed; read before the document is decided upon."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from sqlalchemy import ColumnElement, Connection, exists, select

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.core.revise import Known, each_once, known_ids
from monitor.core.watching.deciding import Document, Recalled
from monitor.core.watching.flood import Twin
from monitor.core.watching.memory import Memory, from_json
from monitor.core.watching.window import Place
from monitor.ledger.rows import REVISION_COLUMNS, Found, chunks, revision_of
from monitor.ledger.tables import ALIAS, ENTRY, FEED, REVISION


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the ledger knew of a document's feed when it had been written of so many times."""

    writes: int
    recalled: Recalled


def look(tx: Connection, found: Document) -> Remembered:
    """See what the ledger knows of a document's entries, and what is remembered of its feed."""
    row = tx.execute(select(FEED.c.writes, FEED.c.read, FEED.c.memory).where(FEED.c.name == found.feed.name)).first()
    memory = from_json(row.memory) if row else Memory()
    if row is None or row.read is None:
        return Remembered(row.writes if row else 0, Recalled(Known(first=True), memory))
    ids = _ids(tx, found)
    once = each_once(found.entries)
    mine = known_ids(once, Known(first=False, ids=ids))
    absent = set(memory.window.shown) - set(mine.values())
    known = _known(tx, found, ids, mine, absent)
    strangers = [found.contents[one.identity] for one in once if one.identity not in mine and (one.title or one.text)]
    names, places = _places(tx, absent)
    if absent and not _is_dated(once, places.values()):  # then it is the order of first sight that counts
        places |= _places(tx, set(mine.values()))[1]
    return Remembered(row.writes, Recalled(known, memory, _twins(tx, found.feed, strangers), places, names))


def _is_dated(entries: Iterable[Entry], places: Iterable[Place]) -> bool:
    return all(one.published or one.deleted for one in entries) and all(one.published for one in places)


def key(feed: Feed, name: str) -> bytes:
    """Name an identity or alias of a feed's entry, in a length that an index takes."""
    return blake2b(f"{feed.name}\x1f{name}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _ids(tx: Connection, found: Document) -> dict[str, int]:
    names = {key(found.feed, name): name for entry in found.entries for name in (entry.identity, *entry.aliases)}
    ids: dict[str, int] = {}
    for part in chunks(names):
        rows = select(ALIAS.c.key, ALIAS.c.entry_id).where(ALIAS.c.key.in_(part), ALIAS.c.entry_id.is_not(None))
        ids.update((names[key], entry_id) for key, entry_id in tx.execute(rows))
    return ids


def _known(
    tx: Connection, found: Document, ids: Mapping[str, int], mine: Mapping[str, int], absent: Collection[int]
) -> Known:
    digests = _digests(tx, {*ids.values(), *absent})
    known = Known(first=False, ids=ids, digests=digests)
    edited = {i for name, i in mine.items() if known.current(i) != found.contents[name]}
    texts: dict[int, Entry] = {}
    held = set()
    for row in _current(tx, edited):
        revision = revision_of(row)
        texts[revision.entry_id] = revision.entry
        held |= {revision.entry_id} if revision.held else set()
    return Known(first=False, ids=ids, digests=digests, texts=texts, held=frozenset(held))


def _digests(tx: Connection, ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    digests: dict[int, tuple[str, ...]] = {}
    for part in chunks(ids):
        found = select(REVISION.c.entry_id, REVISION.c.digest).where(REVISION.c.entry_id.in_(part))
        for entry_id, digest in tx.execute(found.order_by(REVISION.c.entry_id, REVISION.c.shown)):
            digests[entry_id] = (*digests.get(entry_id, ()), digest)
    return digests


def _current(tx: Connection, ids: Iterable[int]) -> Iterable[Found]:
    for part in chunks(ids):
        mine = REVISION.c.entry_id.in_(part)
        yield from tx.execute(select(*REVISION_COLUMNS).join_from(REVISION, ENTRY).where(mine, ~has_newer())).all()


def has_newer() -> ColumnElement[bool]:
    """Tell of a revision whether its feed shows another text of the entry by now."""
    newer = REVISION.alias("newer")
    return exists().where(newer.c.entry_id == REVISION.c.entry_id, newer.c.shown > REVISION.c.shown)


def _places(tx: Connection, ids: Collection[int]) -> tuple[dict[int, str], dict[int, Place]]:
    """Give the identities of these entries, and their places."""
    rows: list[Found] = []
    for part in chunks(ids):
        columns = (ENTRY.c.id, ENTRY.c.identity, ENTRY.c.first_seen, REVISION.c.published)
        rows += tx.execute(select(*columns).join_from(REVISION, ENTRY).where(ENTRY.c.id.in_(part), ~has_newer())).all()
    names = {row.id: row.identity for row in rows}
    return names, {row.id: Place(row.id, row.first_seen, row.published) for row in rows}


def _twins(tx: Connection, feed: Feed, digests: Iterable[str]) -> dict[str, tuple[Twin, ...]]:
    """Give by digest the entries of a feed that have a text, or had it."""
    twins: dict[str, tuple[Twin, ...]] = {}
    columns = (REVISION.c.entry_id, REVISION.c.digest, REVISION.c.published, REVISION.c.held)
    for part in chunks(set(digests)):
        chosen = select(*columns, has_newer().label("overtaken")).join_from(REVISION, ENTRY)
        mine = chosen.where(REVISION.c.digest.in_(part), ENTRY.c.feed == feed.name).order_by(REVISION.c.id.desc())
        for row in tx.execute(mine):
            twin = Twin(row.entry_id, row.published, current=not row.overtaken, held=bool(row.held))
            twins[row.digest] = (*twins.get(row.digest, ()), twin)
    return twins
