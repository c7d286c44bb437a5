"""From the rules that a revision meets to what might be told of it; the ledger has the last word on "once"."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.book import Book
from monitor.core.entry import Revision
from monitor.core.revise import OLD, is_old
from monitor.core.route import Send, sends_of
from monitor.core.rule import Finding, Once, Rule


@dataclass(frozen=True, slots=True)
class Scope:
    """Within `key` a rule tells once until `until` (None: for ever)."""

    key: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A finding that is told if its rule has not yet told in its scope, and by which sends.

    `suppressed` says why it is not told at all, and then takes nothing from its scope (empty: it may be). `again`: it
    is told even if its rule has told in that scope. `corrects`: it is told only if its rule has told no text of its
    entry yet, however long ago; an edit of what was told is a correction, not news.
    """

    finding: Finding
    scope: Scope
    sends: tuple[Send, ...]
    suppressed: str = ""
    again: bool = False
    corrects: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What a revision edits: the newest text of its entry before it that was matched, or known from before.

    `met` names the rules that this text meets today, as far as they ask for that. `quiet` says why nobody was told of
    the entry at first sight (empty: somebody may have been).
    """

    met: frozenset[str] = frozenset()
    quiet: str = ""


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


SHADOW = "shadow: its rule is tried and tells nobody"
EDITED = "an edit, and its rule says `on_edit: never`"
MET_BEFORE = "an edit, and the text before it met the rule too (`on_edit: rematch`)"
KNOWN_BEFORE = "an edit of an entry that was not told when it was first seen, and the text before it met the rule too"
OLD_STILL = "an edit of an entry that was older than max_age at first sight, and still is"
CORRECTED = "an edit, and its rule told the entry before (`on_edit: correct`)"
TOLD_BEFORE = "told before within "
"""Why a finding is suppressed whose rule has told; the scope follows."""

HELD = "held: "
"""Why a finding is suppressed whose revision is held; the reason for that follows. An urgent rule tells anyway."""


def asks_the_past(rule: Rule) -> bool:
    """Say whether it matters to a rule that a revision is an edit."""
    return rule.status == "live"


def compares(rule: Rule, *, quiet: bool) -> bool:
    """Say whether a rule tells only of an edit that makes it met; `quiet`: nobody was told of the entry at first sight.

    Of such an entry an edit is no correction, for nobody was told anything; nor is it news, unless by what it changes.
    """
    return rule.on_edit == "rematch" or (rule.on_edit == "correct" and quiet)


def propose(
    revision: Revision, findings: Iterable[Finding], book: Book, now: datetime, past: Past | None = None
) -> tuple[Proposal, ...]:
    """Say what telling each finding would take: the scope in which its rule tells once, and the sends of its routes.

    `past` is what the revision edits, None where it is the first of its entry that is matched. Of an entry that its
    feed withdrew nothing is told anew.
    """
    if revision.entry.deleted:
        return ()
    return tuple(_proposal(revision, finding, book, now, past) for finding in findings)


def _proposal(revision: Revision, finding: Finding, book: Book, now: datetime, past: Past | None) -> Proposal:
    rule = book.rules[finding.rule]
    scope = scope_of(rule.once, revision, now)
    if quiet := _quiet(rule, past) or _still_old(rule, revision, book, past) or _held(revision, finding):
        return Proposal(finding, scope, (), quiet)
    again = past is not None and rule.once.per == "entry" and rule.on_edit in {"always", "rematch"}
    corrects = rule.once.per != "entry" and rule.on_edit == "correct"  # of an entry its scope tells once anyway
    return Proposal(finding, scope, sends_of(rule, book.routes, now), again=again, corrects=corrects)


def _quiet(rule: Rule, past: Past | None) -> str:
    """Say why a rule tells nobody, whatever it told before; empty: it may tell."""
    if rule.status == "shadow":
        return SHADOW
    if past is not None and rule.on_edit == "never":
        return EDITED
    if past is not None and rule.name in past.met and compares(rule, quiet=bool(past.quiet)):
        return KNOWN_BEFORE if past.quiet else MET_BEFORE
    return ""


def _still_old(rule: Rule, revision: Revision, book: Book, past: Past | None) -> str:
    """Keep quiet of an entry that was too old when it was first seen, unless its feed dates it anew by now."""
    feed = book.feeds.get(revision.entry.feed)
    is_so = past is not None and past.quiet == OLD and compares(rule, quiet=True)
    return OLD_STILL if is_so and feed is not None and is_old(feed, revision.entry, revision.seen_at) else ""


def _held(revision: Revision, finding: Finding) -> str:
    return HELD + revision.held if revision.held and finding.severity != "urgent" else ""


def scope_of(once: Once, revision: Revision, now: datetime) -> Scope:
    """Name the scope within which a rule tells this revision once."""
    keys = {"entry": f"entry:{revision.entry_id}", "feed": f"feed:{revision.entry.feed}", "duration": "rule"}
    return Scope(keys[once.per], None if once.lasts is None else now + once.lasts)


FEED_SCOPE_LASTS = timedelta(hours=24)
"""`once_per: feed` tells again after a day."""
