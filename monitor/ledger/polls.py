"""What documents of feeds bring: their new revisions.

One document is one transaction: its new revisions together with the feed's validators, what is remembered of it and
what operators are told of it. If it is not committed, the next request is made with the old validators, and the
document comes again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import Connection, case, func, select, update

from monitor.core.address import without_login
from monitor.core.feed import Feed, Validators, reading
from monitor.core.revise import News, known_ids, remark, shared_aliases
from monitor.core.route import Send
from monitor.core.telling.notice import Notice
from monitor.core.watching.deciding import Decision, Document, decide, numbered
from monitor.core.watching.memory import Memory, to_json
from monitor.ledger import notices
from monitor.ledger.checks import add
from monitor.ledger.folds import add_folded
from monitor.ledger.recalling import Remembered, key, look
from monitor.ledger.rows import chunks, content_of, insert
from monitor.ledger.tables import ALIAS, ENTRY, FEED, REVISION

SEEN_AGAIN = timedelta(days=1)
"""How often `last_seen` of an entry is refreshed; more would write a row per entry and poll."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a poll leaves behind: what is remembered of the feed, and what operators are told, by which sends."""

    memory: Memory
    notices: tuple[tuple[Notice, tuple[Send, ...]], ...] = ()


Learn = Callable[[Memory, Decision], Learnt]
"""What a use case makes of a decision, given what was remembered before; may be asked twice, and only computes.

The memory of the decision has its window and source, and all else as it was; so this begins from there.
"""


def as_decided(before: Memory, decision: Decision) -> Learnt:  # noqa: ARG001 - as every `Learn` is called
    """Remember what was decided, and tell operators nothing."""
    return Learnt(decision.memory)


@dataclass(frozen=True, slots=True)
class Poll:
    """A document of a feed, what its server said to be said back, and what is learnt from it."""

    document: Document
    validators: Validators
    learn: Learn = as_decided


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a document brought: the ids of revisions to match, and how many were edits and how many tell nobody.

    `remark` says what it lacks. `held` of the new entries are held; `vanished` of the old ones have. `overflow`: some
    may have come and gone unseen. `memory` is what is remembered now, `deliveries` are what tells operators.
    """

    unmatched: tuple[int, ...]
    revised: int
    quiet: int
    remark: str = ""
    held: int = 0
    vanished: int = 0
    overflow: bool = False
    memory: Memory = field(default_factory=Memory)
    deliveries: tuple[int, ...] = ()


def record(tx: Connection, poll: Poll, before: Remembered, decision: Decision) -> Recorded:
    """Write what is new; if anything was written of this feed since `before`, look again and decide anew."""
    if _lock(tx, poll.document.feed) != before.writes:
        before = look(tx, poll.document)
        decision = decide(poll.document, before.recalled)
    known, entries = before.recalled.known, poll.document.entries
    ids = {**known_ids(entries, known), **decision.renamed, **_add_entries(tx, poll.document, decision.news)}
    _add_aliases(tx, poll.document, known.ids, {name: i for name, i in ids.items() if name not in decision.passing})
    unmatched, quiet = _add_revisions(tx, poll.document, decision.news, ids)
    learnt = poll.learn(before.recalled.memory, replace(decision, memory=numbered(decision, ids)))
    _refresh(tx, poll, ids, learnt.memory)
    return Recorded(
        unmatched=unmatched,
        revised=sum(n.entry_id is not None and not n.back for n in decision.news),
        quiet=quiet,
        remark=remark(entries),
        held=sum(n.held != "" for n in decision.news),
        vanished=decision.vanished,
        overflow=decision.overflow,
        memory=learnt.memory,
        deliveries=tuple(d for notice, sends in learnt.notices for d in notices.notify(tx, notice, sends)),
    )


def _lock(tx: Connection, feed: Feed) -> int:
    """Keep others from writing of this feed until the transaction ends; say how much was written of it before."""
    add(tx, {feed.name: feed.url})
    row = select(FEED.c.writes).where(FEED.c.name == feed.name).with_for_update()
    return int(tx.execute(row).scalar_one())


def _add_entries(tx: Connection, found: Document, news: tuple[News, ...]) -> dict[str, int]:
    identities = [n.entry.identity for n in news if n.entry_id is None]
    if not identities:
        return {}
    seen = {"feed": found.feed.name, "first_seen": found.at, "last_seen": found.at}
    statement = ENTRY.insert().returning(ENTRY.c.id, sort_by_parameter_order=True)
    ids = tx.execute(statement, [{"identity": identity, **seen} for identity in identities]).scalars()
    return dict(zip(identities, ids, strict=True))


def _add_aliases(tx: Connection, found: Document, known: Mapping[str, int], ids: Mapping[str, int]) -> None:
    """Let every name of an entry lead to it, and a name of two entries to neither, for good.

    `ids` are those of the document's entries by identity, `known` the names that lead somewhere.
    """
    shared = shared_aliases(found.entries)
    void = shared - {entry.identity for entry in found.entries}
    named: dict[str, int | None] = dict.fromkeys(void)
    for entry in found.entries:
        if entry.identity in ids:
            mine = (entry.identity, *(alias for alias in entry.aliases if alias not in shared))
            named.update((name, ids[entry.identity]) for name in mine)
    rows = [{"key": key(found.feed, n), "entry_id": i} for n, i in named.items() if n not in known]
    if rows:
        tx.execute(insert(tx, ALIAS).on_conflict_do_nothing(), rows)
    for part in chunks(key(found.feed, name) for name in void if name in known):
        tx.execute(update(ALIAS).where(ALIAS.c.key.in_(part)).values(entry_id=None))


def _add_revisions(
    tx: Connection, found: Document, news: tuple[News, ...], ids: Mapping[str, int]
) -> tuple[tuple[int, ...], int]:
    """Write the texts that are new or back; give the ids of those to match, and how many tell nobody."""
    again = _show_again(tx, [n for n in news if n.back])
    new = [n for n in news if not n.back]
    if not new:
        return again, 0
    fresh = _fresh(new, ids)
    statement = REVISION.insert().returning(REVISION.c.id, REVISION.c.state, sort_by_parameter_order=True)
    added = tx.execute(statement, _rows(tx, found, fresh)).all()
    add_folded(tx, {row.id: n.folded for row, n in zip(added, fresh.values(), strict=True)})
    unmatched = tuple(row.id for row in added if row.state == "unmatched")
    return again + unmatched, len(added) - len(unmatched)


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
            "edit": n.edit,
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


def _rows(tx: Connection, found: Document, fresh: Mapping[tuple[int, str], News]) -> list[dict[str, object]]:
    """Write out new revisions, numbered behind those that the ledger has."""
    rows = []
    numbers, shown = _numbers(tx, {n.entry_id for n in fresh.values() if n.entry_id is not None})
    for (entry_id, _), n in fresh.items():
        numbers[entry_id] += 1
        shown[entry_id] += 1
        rows.append(_row(found, n, entry_id) | {"number": numbers[entry_id], "shown": shown[entry_id]})
    return rows


def _row(found: Document, news: News, entry_id: int) -> dict[str, object]:
    return {
        "entry_id": entry_id,
        "digest": news.digest,
        "state": "known" if news.quiet else "unmatched",
        "reason": news.quiet,
        "seen_at": found.at,
        "edit": news.edit,
        "held": news.held,
        **content_of(news.entry),
    }


def _numbers(tx: Connection, ids: Iterable[int]) -> tuple[Counter[int], Counter[int]]:
    """Give the greatest `number` and `shown` of these entries' revisions."""
    numbers, shown = Counter[int](), Counter[int]()
    mine = REVISION.c.entry_id == ENTRY.c.id  # each in one step, where a GROUP BY reads all of an entry's revisions
    most = [select(func.max(REVISION.c[one])).where(mine).scalar_subquery() for one in ("number", "shown")]
    for part in chunks(ids):
        for row in tx.execute(select(ENTRY.c.id, *most).where(ENTRY.c.id.in_(part))):
            numbers[row[0]], shown[row[0]] = row[1:]
    return numbers, shown


def _refresh(tx: Connection, poll: Poll, ids: Mapping[str, int], memory: Memory) -> None:
    found = poll.document
    for part in chunks(set(ids.values())):
        stale = ENTRY.c.id.in_(part) & (ENTRY.c.last_seen < found.at - SEEN_AGAIN)
        tx.execute(update(ENTRY).where(stale).values(last_seen=found.at))
    times = [entry.published for entry in found.entries if entry.published is not None]
    read = {
        "url": without_login(found.feed.url),
        "etag": poll.validators.etag,
        "last_modified": poll.validators.last_modified,
        "reading": reading(found.feed),
        "writes": FEED.c.writes + 1,
        "read": found.at,
        "polled": found.at,
        "failures": 0,
        "reason": remark(found.entries),
        "gone": False,
        "memory": to_json(memory),
        **({"newest": max(times)} if times else {}),
    }
    tx.execute(update(FEED).where(FEED.c.name == found.feed.name).values(read))
