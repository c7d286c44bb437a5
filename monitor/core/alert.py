"""From the rules that a revision meets to what might be told of it; the ledger has the last word on "once"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.book import Book
from monitor.core.entry import Revision
from monitor.core.route import Send, sends_of
from monitor.core.rule import Finding, Once


@dataclass(frozen=True, slots=True)
class Scope:
    """Within `key` a rule tells once until `until` (None: for ever)."""

    key: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A finding that is told if its rule has not yet told in its scope, and by which sends."""

    finding: Finding
    scope: Scope
    sends: tuple[Send, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told, once: a revision, and every rule it met that had not told it before, most severe first.

    `version` is that of the book it was made with; `fetched` is when the revision's fetch arrived, `committed`
    when the alert was written.
    """

    id: int
    revision: Revision
    version: int
    findings: tuple[Finding, ...]
    committed: datetime


def propose(revision: Revision, findings: Iterable[Finding], book: Book, now: datetime) -> tuple[Proposal, ...]:
    """Say what telling each finding would take: the scope in which its rule tells once, and the sends of its routes.

    Of an entry that its feed withdrew nothing is told anew.
    """
    if revision.entry.deleted:
        return ()
    return tuple(_proposal(revision, finding, book, now) for finding in findings)


def _proposal(revision: Revision, finding: Finding, book: Book, now: datetime) -> Proposal:
    rule = book.rules[finding.rule]
    return Proposal(finding, scope_of(rule.once, revision, now), sends_of(rule, book.routes, now))


def scope_of(once: Once, revision: Revision, now: datetime) -> Scope:
    """Name the scope within which a rule tells this revision once."""
    keys = {"entry": f"entry:{revision.entry_id}", "feed": f"feed:{revision.entry.feed}", "duration": "rule"}
    return Scope(keys[once.per], None if once.lasts is None else now + once.lasts)


FEED_SCOPE_LASTS = timedelta(hours=24)
"""`once_per: feed` tells again after a day."""
