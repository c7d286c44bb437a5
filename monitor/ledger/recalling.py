"""What the ledger knows that matters to a document of a feed; read before the document is decided upon."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select, tuple_

from monitor.core.entry import Entry, digest
from monitor.core.feed import Feed
from monitor.core.revise import Known, each_once, known_ids
from monitor.core.watching.deciding import Document, Recalled
from monitor.core.watching.flood import Twin
from monitor.core.watching.memory import Memory, from_json
from monitor.core.watching.window import Place
from monitor.ledger.rows import REVISION_COLUMNS, Found, chunks, revision_of
from monitor.ledger.tables import ALIAS, ENTRY, FEED, REVISION

MOST_TWINS = 100
"""Entries of one text that are looked at, the newest first: a live blog says `still nothing` a thousand times."""


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
    strangers = [found.contents[one.identity] for one in once if one.identity not in mine and (one.title or one.text)]
    twins = _twins(tx, found.feed, strangers)
    held = {twin.entry_id for same in twins.values() for twin in same if twin.held}  # of which a stranger is a new name
    known = _known(tx, found, ids, mine, absent, held)
    names, places = _places(tx, absent)
    if absent and not _is_dated(once, places.values()):  # then it is the order of first sight that counts
        places |= _places(tx, set(mine.values()))[1]
    return Remembered(row.writes, Recalled(known, memory, twins, places, names))


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
    tx: Connection,
    found: Document,
    ids: Mapping[str, int],
    mine: Mapping[str, int],
    absent: Collection[int],
    twins: Collection[int],
) -> Known:
    gone = digest(Entry(found.feed.name, "", deleted=True))
    shown = {(i, found.contents[name]) for name, i in mine.items()} | {(i, gone) for i in absent}
    digests = _digests(tx, {*ids.values(), *absent, *twins}, shown)
    known = Known(first=False, ids=ids, digests=digests)
    edited = {i for name, i in mine.items() if known.current(i) != found.contents[name]}
    texts: dict[int, Entry] = {}
    held = set()
    for part in chunks(edited):
        for revision in map(revision_of, tx.execute(_current(*REVISION_COLUMNS, of=part))):
            texts[revision.entry_id] = revision.entry
            held |= {revision.entry_id} if revision.held else set()
    return Known(first=False, ids=ids, digests=digests, texts=texts, held=frozenset(held))


def _digests(tx: Connection, ids: Collection[int], shown: Collection[tuple[int, str]]) -> Mapping[int, tuple[str, ...]]:
    """Give the digests of entries: those of theirs that are `shown` now, and the current one last.

    All others are left out: an entry with a counter in it has a new one every minute.
    """
    digests: dict[int, list[str]] = defaultdict(list)
    for pairs in chunks(shown):
        mine = tuple_(REVISION.c.entry_id, REVISION.c.digest).in_(pairs)
        for entry_id, one in tx.execute(select(REVISION.c.entry_id, REVISION.c.digest).where(mine)):
            digests[entry_id].append(one)
    for part in chunks(ids):
        for entry_id, one in tx.execute(_current(REVISION.c.entry_id, REVISION.c.digest, of=part)):
            digests[entry_id].append(one)
    return {entry_id: tuple(found) for entry_id, found in digests.items()}


def _current(*columns: ColumnElement[Any], of: Collection[int]) -> Select[tuple[Any, ...]]:
    """Read of the revisions of these entries the current ones, each found without a look at those before it."""
    other = REVISION.alias("other")
    newest = select(other.c.id).where(other.c.entry_id == ENTRY.c.id).order_by(other.c.shown.desc()).limit(1)
    is_newest = REVISION.c.id == newest.correlate(ENTRY).scalar_subquery()
    return select(*columns).join_from(ENTRY, REVISION, is_newest).where(ENTRY.c.id.in_(of))


def has_newer() -> ColumnElement[bool]:
    """Tell of a revision whether its feed shows another text of the entry by now."""
    newer = REVISION.alias("newer")
    return exists().where(newer.c.entry_id == REVISION.c.entry_id, newer.c.shown > REVISION.c.shown)


def _places(tx: Connection, ids: Collection[int]) -> tuple[dict[int, str], dict[int, Place]]:
    """Give the identities of these entries, and their places."""
    rows: list[Found] = []
    for part in chunks(ids):
        columns = (ENTRY.c.id, ENTRY.c.identity, ENTRY.c.first_seen, REVISION.c.published)
        rows += tx.execute(_current(*columns, of=part)).all()
    names = {row.id: row.identity for row in rows}
    return names, {row.id: Place(row.id, row.first_seen, row.published) for row in rows}


def _twins(tx: Connection, feed: Feed, digests: Iterable[str]) -> dict[str, tuple[Twin, ...]]:
    """Give by digest the newest entries of a feed that have a text, or had it."""
    twins: dict[str, list[Twin]] = defaultdict(list)
    columns = (REVISION.c.entry_id, REVISION.c.digest, REVISION.c.published, REVISION.c.held)
    rank = func.row_number().over(partition_by=REVISION.c.digest, order_by=REVISION.c.id.desc()).label("rank")
    for part in chunks(set(digests)):
        ranked = select(REVISION.c.id, rank).join_from(REVISION, ENTRY)
        mine = ranked.where(REVISION.c.digest.in_(part), ENTRY.c.feed == feed.name).subquery()
        chosen = select(*columns, has_newer().label("overtaken")).join_from(mine, REVISION, REVISION.c.id == mine.c.id)
        for row in tx.execute(chosen.where(mine.c.rank <= MOST_TWINS).order_by(REVISION.c.id.desc())):
            twin = Twin(row.entry_id, row.published, current=not row.overtaken, held=bool(row.held))
            twins[row.digest].append(twin)
    return {one: tuple(found) for one, found in twins.items()}
