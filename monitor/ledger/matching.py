"""What the matchers ask and tell: the inbox of unmatched revisions, and what their rules found.

One batch is one transaction: marked matched, told once, alerts, deliveries. Of two matchers with the same revisions
only one finds them still unmatched; of two with different revisions and the same rule and scope only one tells.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, case, delete, func, select, update

from monitor.core.entry import Revision
from monitor.core.route import Send
from monitor.core.telling.alert import CORRECTED, TOLD_BEFORE, Proposal
from monitor.core.telling.alert import HELD as HELD_BACK
from monitor.core.watching.learning import of_release
from monitor.core.watching.memory import from_json, to_json
from monitor.ledger.recalling import has_newer
from monitor.ledger.rows import REVISION_COLUMNS, chunks, edited_of, first_quiet, hits_of, insert, rank, revision_of
from monitor.ledger.tables import ALERT, DELIVERY, ENTRY, FEED, FINDING, HELD, REVISION, TELLING, TOLD, UNMATCHED

Proposals = Mapping[int, tuple[Proposal, ...]]
"""Revision ids to what their findings would tell."""

OVERTAKEN = "a newer revision came first"


@dataclass(frozen=True, slots=True)
class Inbox:
    """A part of the inbox, oldest first; `overtaken`: some were left out because the entry has a newer revision."""

    revisions: tuple[Revision, ...]
    overtaken: bool


def inbox(tx: Connection, ids: Collection[int], limit: int, after: int = 0) -> Inbox:
    """Read the unmatched revisions behind `after`, of these ids or of all, but not those that a newer one overtook."""
    wanted = UNMATCHED & (REVISION.c.id > after)
    wanted = wanted & REVISION.c.id.in_(ids) if ids else wanted
    statement = (
        select(*REVISION_COLUMNS, has_newer().label("overtaken"))
        .join_from(REVISION, ENTRY)
        .where(wanted)
        .order_by(REVISION.c.id)
        .limit(limit)
    )
    rows = tx.execute(statement).all()
    current = tuple(revision_of(row) for row in rows if not row.overtaken)
    return Inbox(current, overtaken=len(current) < len(rows))


def supersede(tx: Connection) -> None:
    """Take out of the inbox whatever a newer revision of the same entry has overtaken."""
    tx.execute(update(REVISION).where(UNMATCHED, has_newer()).values(state="superseded", reason=OVERTAKEN))


def before(tx: Connection, ids: Collection[int]) -> Mapping[int, Revision]:
    """Give by id what revisions edit: the newest text that their feed showed before, as far as there is one.

    Only what was matched counts, or known before its feed was watched: of a text that was overtaken before anybody
    matched it nobody was told, and what it says must not keep the next from being told. A withdrawal is no text.
    """
    edit, other = REVISION.alias("edit"), REVISION.alias("other")
    newest = (
        select(func.max(other.c.shown))
        .where(other.c.entry_id == edit.c.entry_id, other.c.shown < edit.c.shown)
        .where(other.c.state.in_(("matched", "known")), ~other.c.deleted)
        .scalar_subquery()
    )
    found: dict[int, Revision] = {}
    for part in chunks(ids):
        statement = (
            select(edit.c.id.label("edit_id"), first_quiet(), *REVISION_COLUMNS)
            .join_from(REVISION, ENTRY)
            .join(edit, edit.c.entry_id == REVISION.c.entry_id)
            .where(edit.c.id.in_(part), REVISION.c.shown == newest)
        )
        found |= {row.edit_id: edited_of(row) for row in tx.execute(statement)}
    return found


def record_match(tx: Connection, proposals: Proposals, version: int, at: datetime) -> tuple[int, ...]:
    """Write what a batch came to; give the ids of the deliveries it made."""
    fresh = _take(tx, proposals, version, at)
    batch = _without_corrections(tx, _without_told(tx, {revision_id: proposals[revision_id] for revision_id in fresh}))
    told = _tell_once(tx, batch, at)
    alerts = _add_alerts(tx, told, version, at)
    _add_findings(tx, batch, told, alerts)
    return _add_deliveries(tx, told, alerts, at)


def _take(tx: Connection, proposals: Proposals, version: int, at: datetime) -> list[int]:
    """Mark matched what is still unmatched and newest; in the order of ids, lest two matchers wait crosswise.

    What was released since a matcher read it as held stays in the inbox, to be matched anew.
    """
    fresh: list[int] = []
    for part in chunks(sorted(proposals)):
        waiting = select(REVISION.c.id, REVISION.c.held).where(UNMATCHED, REVISION.c.id.in_(part))
        rows = tx.execute(waiting.order_by(REVISION.c.id).with_for_update()).all()
        locked = [row.id for row in rows if row.held or not _is_held(proposals[row.id])]
        mine = REVISION.c.id.in_(locked)
        tx.execute(update(REVISION).where(mine, has_newer()).values(state="superseded", reason=OVERTAKEN))
        matched = {"state": "matched", "matched_at": at, "version": version}
        fresh += tx.execute(update(REVISION).where(mine, UNMATCHED).values(matched).returning(REVISION.c.id)).scalars()
    return sorted(fresh)


def _is_held(proposals: Iterable[Proposal]) -> bool:
    return any(p.suppressed.startswith(HELD_BACK) for p in proposals)


def _without_told(tx: Connection, batch: Proposals) -> Proposals:
    """Leave out what was told when a revision was matched before: it was held then, and is not any more."""
    told: set[tuple[int, str]] = set()
    for part in chunks(batch):
        found = select(FINDING.c.revision_id, FINDING.c.rule)
        rows = tx.execute(found.where(FINDING.c.revision_id.in_(part), FINDING.c.alert_id.is_not(None)))
        told.update((row.revision_id, row.rule) for row in rows)
    return {i: tuple(p for p in proposals if (i, p.finding.rule) not in told) for i, proposals in batch.items()}


def _without_corrections(tx: Connection, batch: Proposals) -> Proposals:
    """Suppress what would tell as new an edit of an entry that its rule told.

    Who tells another text of it at this moment is not seen, but holds the rule's scope, which is not free then.
    """
    asking = [i for i, proposals in batch.items() if any(p.corrects and not p.suppressed for p in proposals)]
    told = _told_of_entries(tx, asking)
    return {
        revision_id: tuple(
            replace(p, suppressed=CORRECTED, sends=())
            if p.corrects and not p.suppressed and (revision_id, p.finding.rule) in told
            else p
            for p in proposals
        )
        for revision_id, proposals in batch.items()
    }


def _told_of_entries(tx: Connection, ids: Iterable[int]) -> set[tuple[int, str]]:
    """Give by revision which rules told any text of its entry."""
    edit = REVISION.alias("edit")
    found: set[tuple[int, str]] = set()
    for part in chunks(ids):
        statement = (
            select(edit.c.id, FINDING.c.rule)
            .join_from(FINDING, REVISION)
            .join(edit, edit.c.entry_id == REVISION.c.entry_id)
            .where(edit.c.id.in_(part), FINDING.c.alert_id.is_not(None))
        )
        found.update((row[0], row[1]) for row in tx.execute(statement))
    return found


def _tell_once(tx: Connection, batch: Proposals, at: datetime) -> Proposals:
    """Keep the proposals whose rule may tell in their scope, and note that it now has."""
    won = {key for again in (False, True) for key in _claim_scopes(tx, batch, at, again=again)}
    told = {
        revision_id: tuple(
            p for p in proposals if not p.suppressed and (p.finding.rule, p.scope.key, revision_id) in won
        )
        for revision_id, proposals in batch.items()
    }
    return {revision_id: proposals for revision_id, proposals in told.items() if proposals}


def _claim_scopes(tx: Connection, batch: Proposals, at: datetime, *, again: bool) -> set[tuple[str, str, int]]:
    """Note which rules tell which revisions in which scopes; only in those that are free, unless they tell `again`."""
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for revision_id, proposals in batch.items():
        for p in (p for p in proposals if not p.suppressed and p.again is again):
            key = (p.finding.rule, p.scope.key)
            rows.setdefault(key, {"rule": key[0], "scope": key[1], "until": p.scope.until, "revision_id": revision_id})
    if not rows:
        return set()
    statement = insert(tx, TOLD)
    new = statement.excluded
    once = statement.on_conflict_do_update(
        index_elements=["rule", "scope"],
        set_={"until": new.until, "revision_id": new.revision_id},
        where=None if again else TOLD.c.until <= at,  # for ever is NULL, and never less
    ).returning(TOLD.c.rule, TOLD.c.scope, TOLD.c.revision_id)
    # Sorted: two matchers that share keys then wait for each other in one order; unsorted, 40 rounds met 55 deadlocks.
    return {(row[0], row[1], row[2]) for row in tx.execute(once, [rows[key] for key in sorted(rows)])}


def _add_alerts(tx: Connection, told: Proposals, version: int, at: datetime) -> dict[int, int]:
    """Write one alert per revision; give their ids by revision id.

    One that was held and told all the same has its alert, which now tells more.
    """
    if not told:
        return {}
    rows = [
        {
            "revision_id": revision_id,
            "severity": max(rank(p.finding) for p in proposals),
            "version": version,
            "committed": at,
        }
        for revision_id, proposals in told.items()
    ]
    statement = insert(tx, ALERT)
    more = case((statement.excluded.severity > ALERT.c.severity, statement.excluded.severity), else_=ALERT.c.severity)
    once = statement.on_conflict_do_update(index_elements=["revision_id"], set_={"severity": more})
    added = tx.execute(once.returning(ALERT.c.id, ALERT.c.revision_id), rows)
    return {row.revision_id: row.id for row in added}


def _add_findings(tx: Connection, batch: Proposals, told: Proposals, alerts: Mapping[int, int]) -> None:
    rows = []
    for revision_id, proposals in batch.items():
        for p in proposals:
            new = p in told.get(revision_id, ())
            rows.append(
                {
                    "revision_id": revision_id,
                    "rule": p.finding.rule,
                    "severity": rank(p.finding),
                    "hits": hits_of(p.finding),
                    "alert_id": alerts[revision_id] if new else None,
                    "suppressed": "" if new else p.suppressed or TOLD_BEFORE + p.scope.key,
                }
            )
    if rows:
        statement = insert(tx, FINDING)
        anew = {name: statement.excluded[name] for name in ("severity", "hits", "alert_id", "suppressed")}
        tx.execute(statement.on_conflict_do_update(index_elements=["revision_id", "rule"], set_=anew), rows)


def release(tx: Connection, feed: str) -> int:
    """Let all rules tell of what is held of a feed: it is matched once more, but for what was told; say how much.

    Of an entry that has had a newer text since only that is matched. Where the last document came from is where the
    feed comes from now. One that is being decided upon meanwhile is decided upon anew, lest it hold more of that.
    """
    mine = FEED.c.name == feed
    memory = from_json(tx.execute(select(FEED.c.memory).where(mine).with_for_update()).scalar() or "")
    anew = {"writes": FEED.c.writes + 1, "memory": to_json(of_release(memory))}
    tx.execute(update(FEED).where(mine).values(anew))
    held = select(REVISION.c.id).join_from(REVISION, ENTRY).where(ENTRY.c.feed == feed, HELD)
    ids = tx.execute(held.order_by(REVISION.c.id).with_for_update(of=REVISION)).scalars().all()
    again = {"held": "", "state": "unmatched", "reason": "", "matched_at": None, "version": None}
    for part in chunks(ids):
        untold = FINDING.c.revision_id.in_(part) & FINDING.c.alert_id.is_(None)
        tx.execute(delete(FINDING).where(untold))  # what is written then may be less
        tx.execute(update(REVISION).where(REVISION.c.id.in_(part)).values(again))
    return len(ids)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A delivery in the making: all that one alert sends to one channel at one time."""

    alert_id: int
    send: Send
    severity: int


def _add_deliveries(tx: Connection, told: Proposals, alerts: Mapping[int, int], at: datetime) -> tuple[int, ...]:
    drafts = [draft for revision_id, proposals in told.items() for draft in _drafts(alerts[revision_id], proposals)]
    if not drafts:
        return ()
    rows = [
        {
            "channel": draft.send.channel,
            "route": draft.send.route,
            "kind": "new",
            "state": "queued",
            "severity": draft.severity,
            "due": draft.send.due,
            "created": at,
        }
        for draft in drafts
    ]
    added = tx.execute(DELIVERY.insert().returning(DELIVERY.c.id, sort_by_parameter_order=True), rows).scalars().all()
    tellings = [{"delivery_id": d, "alert_id": draft.alert_id} for d, draft in zip(added, drafts, strict=True)]
    tx.execute(TELLING.insert(), tellings)
    return tuple(added)


def _drafts(alert_id: int, proposals: tuple[Proposal, ...]) -> Iterable[_Draft]:
    """One per channel and time, however many rules or routes lead there; the most severe rule's route is named."""
    drafts: dict[tuple[str, datetime], _Draft] = {}
    for p in sorted(proposals, key=lambda p: (-rank(p.finding), p.finding.rule)):
        for send in p.sends:
            drafts.setdefault((send.channel, send.due), _Draft(alert_id, send, rank(p.finding)))
    return drafts.values()
