"""A desk that works on a ledger: polls, matches and sends with few words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.entry import Entry
from monitor.core.feed import Feed, Validators
from monitor.core.route import Delivery, Outcome, Send, settle
from monitor.core.rule import Finding, Hit, Severity
from monitor.core.telling.alert import Proposal, Scope
from monitor.core.watching.learning import Failure
from monitor.ledger import Claim, Failed, Ledger, Recorded, Same, Standing

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FEED = Feed("geneva", "https://example.org/geneva")


def entry(identity: str, text: str = "Riabkov à Genève", **more: object) -> Entry:
    """Write an entry of the desk's feed."""
    return replace(Entry(FEED.name, identity, text=text), **more)  # type: ignore[arg-type]


def finding(rule: str = "talks", severity: Severity = "normal") -> Finding:
    """Find one hit."""
    return Finding(rule, severity, (Hit("text", 0, 7, "Riabkov", "$riabkov", "riabkov", "alias"),))


class Desk:
    """Holds a ledger; `now` is the desk's clock."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.now = T0

    def later(self, wait: timedelta = MINUTE) -> datetime:
        """Let time pass."""
        self.now += wait
        return self.now

    def watch(self, feed: Feed = FEED) -> None:
        """Make the first fetch, of an empty document."""
        self.ledger.record_poll(feed, (), Validators(), self.now)

    def poll(self, *entries: Entry, feed: Feed = FEED) -> Recorded:
        """Record a document."""
        return self.ledger.record_poll(feed, entries, Validators("tag", "Mon, 10 Jan 2022 17:52:00 GMT"), self.now)

    def standing(self, feed: Feed = FEED) -> Standing:
        """Read how it stands with a feed, as a poller does that has leased it."""
        return self.ledger.standings((feed.name,)).get(feed.name, Standing())

    def same(self, feed: Feed = FEED, lacks: str = "") -> tuple[int, ...]:
        """Record that a feed showed what it had shown."""
        known = self.standing(feed)
        poll = Same(feed.name, self.now, known.validators, lacks, known.memory, writes=known.writes)
        return self.ledger.record_same((poll,))

    def fail(self, feed: Feed = FEED, reason: str = "503", *, gone: bool = False) -> tuple[int, ...]:
        """Record that a poll of a feed failed."""
        known = self.standing(feed)
        failure = Failure("gone" if gone else "failing", reason, known.failures + 1, self.now)
        return self.ledger.record_failed((Failed(feed.name, feed.url, failure, known.memory, writes=known.writes),))

    def proposal(
        self, revision_id: int, rule: str = "talks", severity: Severity = "normal", to: tuple[str, ...] = ("desk",)
    ) -> Proposal:
        """Propose to tell a rule once per entry."""
        entry_id = next(r.entry_id for r in self.ledger.unmatched((revision_id,)))
        return Proposal(finding(rule, severity), Scope(f"entry:{entry_id}", None), self.sends(*to))

    def sends(self, *to: str, due: datetime | None = None) -> tuple[Send, ...]:
        """Send to these channels, by one route."""
        return tuple(Send(channel, "fallback", due or self.now) for channel in to)

    def tell(self, *ids: int, severity: Severity = "normal", to: tuple[str, ...] = ("desk",)) -> tuple[int, ...]:
        """Match revisions with one rule, which is met by all."""
        proposals = {i: (self.proposal(i, severity=severity, to=to),) for i in ids}
        return self.ledger.record_match(proposals, 1, self.now)

    def alert(self, identity: str = "a", severity: Severity = "normal", to: tuple[str, ...] = ("desk",)) -> int:
        """Bring one new entry all the way to its first delivery."""
        return self.tell(*self.poll(entry(identity)).unmatched, severity=severity, to=to)[0]

    def claim(self) -> Claim:
        """Claim what must be there."""
        claim = self.ledger.claim(self.now)
        assert claim is not None
        return claim

    def settle(self, delivery: Delivery, outcome: Outcome) -> bool:
        """Settle a claim as the deliverer would."""
        return self.ledger.settle(delivery, settle(delivery, outcome, self.now, 0.5), self.now)

    def expire(self) -> tuple[Delivery, ...]:
        """Free, as the clock would, the claims that have run out."""
        return self.ledger.expire_claims(self.now)

    def delivery(self, delivery_id: int) -> Delivery:
        """Read one delivery."""
        return next(d for d in self.ledger.deliveries() if d.id == delivery_id)
