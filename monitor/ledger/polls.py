"""What documents of feeds bring: their new revisions.

One document is one transaction: its new revisions together with the feed's validators. If it is not committed, the
next request is made with the old validators, and the document comes again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b

from sqlalchemy import Connection, case, func, select, update

from monitor.core.entry import Entry
from monitor.core.feed import Feed, Validators, reading
from monitor.core.revise import Known, News, known_ids, remark, revise, shared_aliases
from monitor.ledger.folds import add_folded
from monitor.ledger.rows import chunks, content_of, insert
from monitor.ledger.tables import ALIAS, ENTRY, FEED, REVISION

SEEN_AGAIN = timedelta(days=1)
"""How often `last_seen` of an entry is refreshed; more would write a row per entry and poll."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One document of a feed, as it was read; `at` is when it arrived."""

    feed: Feed
    entries: tuple[Entry, ...]
    validators: Validators
    at: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the ledger knew of a document's entries when `reads` documents of its feed had been recorded."""

    reads: int
    known: Known


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a document brought: the ids of revisions to match, and how many were edits and how many tell nobody.

    `remark` says what it lacks.
    """

    unmatched: tuple[int, ...]
    revised: int
    quiet: int
    remark: str = ""


def look(tx: Connection, poll: Poll) -> Remembered:
    """See what the ledger knows of a document's entries."""
    reads = tx.execute(select(FEED.c.reads).where(FEED.c.name == poll.feed.name)).scalar() or 0
    if not reads:
        return Remembered(0, Known(first=True))
    names = {_key(poll.feed, name): name for entry in poll.entries for name in (entry.identity, *entry.aliases)}
    ids: dict[str, int] = {}
    for part in chunks(names):
        found = select(ALIAS.c.key, ALIAS.c.entry_id).where(ALIAS.c.key.in_(part), ALIAS.c.entry_id.is_not(None))
        ids.update((names[key], entry_id) for key, entry_id in tx.execute(found))
    return Remembered(reads, Known(first=False, ids=ids, digests=_digests(tx, set(ids.values()))))


def decide(poll: Poll, before: Remembered) -> tuple[News, ...]:
    """Say what is new in a document."""
    return revise(poll.feed, poll.entries, before.known, poll.at)


def record(tx: Connection, poll: Poll, before: Remembered, news: tuple[News, ...]) -> Recorded:
    """Write what is new, unless another poller has recorded a document of this feed since `before`: then look again."""
    if _lock(tx, poll) != before.reads:
        before = look(tx, poll)
        news = decide(poll, before)
    ids = {**known_ids(poll.entries, before.known), **_add_entries(tx, poll, news)}
    _add_aliases(tx, poll, before, ids)
    recorded = _add_revisions(tx, poll, news, ids)
    _refresh(tx, poll, ids)
    return replace(recorded, remark=remark(poll.entries))


def _key(feed: Feed, name: str) -> bytes:
    return blake2b(f"{feed.name}\x1f{name}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _digests(tx: Connection, ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    digests: dict[int, tuple[str, ...]] = {}
    for part in chunks(ids):
        found = select(REVISION.c.entry_id, REVISION.c.digest).where(REVISION.c.entry_id.in_(part))
        for entry_id, digest in tx.execute(found.order_by(REVISION.c.entry_id, REVISION.c.shown)):
            digests[entry_id] = (*digests.get(entry_id, ()), digest)
    return digests


def _lock(tx: Connection, poll: Poll) -> int:
    """Keep other pollers of this feed out until the transaction ends; say how many documents were recorded."""
    tx.execute(insert(tx, FEED).values(name=poll.feed.name, url=poll.feed.url).on_conflict_do_nothing())
    row = select(FEED.c.reads).where(FEED.c.name == poll.feed.name).with_for_update()
    return int(tx.execute(row).scalar_one())


def _add_entries(tx: Connection, poll: Poll, news: tuple[News, ...]) -> dict[str, int]:
    identities = [n.entry.identity for n in news if n.entry_id is None]
    if not identities:
        return {}
    seen = {"feed": poll.feed.name, "first_seen": poll.at, "last_seen": poll.at}
    statement = ENTRY.insert().returning(ENTRY.c.id, sort_by_parameter_order=True)
    ids = tx.execute(statement, [{"identity": identity, **seen} for identity in identities]).scalars()
    return dict(zip(identities, ids, strict=True))


def _add_aliases(tx: Connection, poll: Poll, before: Remembered, ids: Mapping[str, int]) -> None:
    """Let every name of an entry lead to it, and a name of two entries to neither, for good.

    `ids` are those of the document's entries by identity.
    """
    shared = shared_aliases(poll.entries)
    void = shared - {entry.identity for entry in poll.entries}
    named: dict[str, int | None] = dict.fromkeys(void)
    for entry in poll.entries:
        if entry.identity in ids:
            mine = (entry.identity, *(alias for alias in entry.aliases if alias not in shared))
            named.update((name, ids[entry.identity]) for name in mine)
    rows = [{"key": _key(poll.feed, n), "entry_id": i} for n, i in named.items() if n not in before.known.ids]
    if rows:
        tx.execute(insert(tx, ALIAS).on_conflict_do_nothing(), rows)
    for part in chunks(_key(poll.feed, name) for name in void if name in before.known.ids):
        tx.execute(update(ALIAS).where(ALIAS.c.key.in_(part)).values(entry_id=None))


def _add_revisions(tx: Connection, poll: Poll, news: tuple[News, ...], ids: Mapping[str, int]) -> Recorded:
    again = _show_again(tx, [n for n in news if n.back])
    new = [n for n in news if not n.back]
    if not new:
        return Recorded(again, 0, 0)
    fresh = _fresh(new, ids)
    statement = REVISION.insert().returning(REVISION.c.id, REVISION.c.state, sort_by_parameter_order=True)
    added = tx.execute(statement, _rows(tx, poll, fresh)).all()
    add_folded(tx, {row.id: n.folded for row, n in zip(added, fresh.values(), strict=True)})
    unmatched = tuple(row.id for row in added if row.state == "unmatched")
    return Recorded(again + unmatched, sum(n.entry_id is not None for n in new), len(added) - len(unmatched))


def _show_again(tx: Connection, news: Iterable[News]) -> tuple[int, ...]:
    """Make older revisions the current ones; give those to match: they were overtaken before anybody did."""
    overtaken, others = REVISION.c.state == "superseded", REVISION.alias()
    shown = []
    for n in news:
        mine = (REVISION.c.entry_id == n.entry_id, REVISION.c.digest == n.digest)
        again = {
            "shown": select(func.max(others.c.shown) + 1).where(others.c.entry_id == n.entry_id).scalar_subquery(),
            "state": case((overtaken, "unmatched"), else_=REVISION.c.state),
            "reason": case((overtaken, ""), else_=REVISION.c.reason),
        }
        shown.append(
            tx.execute(update(REVISION).where(*mine).values(again).returning(REVISION.c.id, REVISION.c.state)).one()
        )
    return tuple(row.id for row in shown if row.state == "unmatched")


def _fresh(news: Iterable[News], ids: Mapping[str, int]) -> dict[tuple[int, str], News]:
    """Give by entry id and digest what is new: each text of an entry once."""
    fresh: dict[tuple[int, str], News] = {}
    for n in news:
        entry_id = ids[n.entry.identity] if n.entry_id is None else n.entry_id
        fresh.setdefault((entry_id, n.digest), n)
    return fresh


def _rows(tx: Connection, poll: Poll, fresh: Mapping[tuple[int, str], News]) -> list[dict[str, object]]:
    """Write out new revisions, numbered behind those that the ledger has."""
    rows = []
    numbers, shown = _numbers(tx, {n.entry_id for n in fresh.values() if n.entry_id is not None})
    for (entry_id, _), n in fresh.items():
        numbers[entry_id] += 1
        shown[entry_id] += 1
        rows.append(_row(poll, n, entry_id) | {"number": numbers[entry_id], "shown": shown[entry_id]})
    return rows


def _row(poll: Poll, news: News, entry_id: int) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "digest": news.digest,
        "state": "known" if news.quiet else "unmatched",
        "reason": news.quiet,
        "seen_at": poll.at,
        **content_of(news.entry),
    }


def _numbers(tx: Connection, ids: Iterable[int]) -> tuple[Counter[int], Counter[int]]:
    """Give the greatest `number` and `shown` of these entries' revisions."""
    numbers, shown = Counter[int](), Counter[int]()
    for part in chunks(ids):
        mine = select(REVISION.c.entry_id, func.max(REVISION.c.number), func.max(REVISION.c.shown))
        for row in tx.execute(mine.where(REVISION.c.entry_id.in_(part)).group_by(REVISION.c.entry_id)):
            numbers[row[0]], shown[row[0]] = row[1:]
    return numbers, shown


def _refresh(tx: Connection, poll: Poll, ids: Mapping[str, int]) -> None:
    for part in chunks(set(ids.values())):
        stale = ENTRY.c.id.in_(part) & (ENTRY.c.last_seen < poll.at - SEEN_AGAIN)
        tx.execute(update(ENTRY).where(stale).values(last_seen=poll.at))
    times = [entry.published for entry in poll.entries if entry.published is not None]
    read = {
        "url": poll.feed.url,
        "etag": poll.validators.etag,
        "last_modified": poll.validators.last_modified,
        "reading": reading(poll.feed),
        "reads": FEED.c.reads + 1,
        "read": poll.at,
        "polled": poll.at,
        "failures": 0,
        "reason": remark(poll.entries),
        "gone": False,
        **({"newest": max(times)} if times else {}),
    }
    tx.execute(update(FEED).where(FEED.c.name == poll.feed.name).values(read))
