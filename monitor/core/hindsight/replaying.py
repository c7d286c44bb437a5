"""What a book would have told of revisions that were there before: the decisions of the live service, without a ledger.

occasions, in the order of time  ->  findings  ->  propose  ->  told before within its scope?  ->  Replayed
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.core.book import Book
from monitor.core.entry import Occasion, Revision
from monitor.core.match import Matcher
from monitor.core.rule import Finding
from monitor.core.telling.alert import CORRECTED, TOLD_BEFORE, Past, Proposal, compares, propose


@dataclass(frozen=True, slots=True)
class Replayed:
    """A finding, and what would have become of it: `channels` that are told, or why nobody is (`suppressed`)."""

    finding: Finding
    revision: Revision
    at: datetime
    channels: tuple[str, ...]
    suppressed: str = ""


Told = dict[tuple[str, str], datetime | None]
"""By rule and scope, until when the rule tells nobody in it again; None: for ever. What the ledger's table holds.

Of each entry that a rule told there is `told:ENTRY` too; that the ledger has in its findings.
"""


class Replay:
    """The rules of a book in the course of a replay: compiled, and what they have told so far."""

    def __init__(self, book: Book) -> None:
        self._matcher = Matcher(book)
        self._told: Told = {}

    def of(self, occasion: Occasion) -> Iterator[Replayed]:
        """Match a revision, as the live service does one after the other in the order of time, and tell once."""
        findings = self._matcher.findings(occasion.revision.entry)
        past = past_of(occasion.edits, findings, self._matcher)
        for proposal in propose(occasion.revision, findings, self._matcher.book, occasion.at, past):
            suppressed = (
                occasion.quiet
                or proposal.suppressed
                or told_before(self._told, proposal, occasion.revision.entry_id, occasion.at)
            )
            channels = () if suppressed else tuple(send.channel for send in proposal.sends)
            yield Replayed(proposal.finding, occasion.revision, occasion.at, channels, suppressed)


def told_before(told: Told, proposal: Proposal, entry_id: int, at: datetime) -> str:
    """Say within what a rule has told before; if it has not, or tells again, note that it now tells."""
    key, entry = (proposal.finding.rule, proposal.scope.key), (proposal.finding.rule, f"told:{entry_id}")
    if proposal.corrects and entry in told:
        return CORRECTED
    until = told.get(key, at)
    if not proposal.again and (until is None or until > at):
        return TOLD_BEFORE + proposal.scope.key
    told[entry] = None
    told[key] = proposal.scope.until
    return ""


def past_of(edits: Revision | None, findings: Iterable[Finding], matcher: Matcher) -> Past | None:
    """Try today's rules on the text before an edit, if one that the edit meets tells only what is newly met."""
    if edits is None:
        return None
    quiet = bool(edits.quiet)
    comparing = {f.rule for f in findings if compares(matcher.book.rules[f.rule], quiet=quiet)}
    return Past(frozenset(comparing.intersection(matcher.met(edits.entry)) if comparing else ()), edits.quiet)
