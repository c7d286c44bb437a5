"""How the feeds do that the rules in force name, for the verbs that show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.address import without_login
from monitor.core.feed import Feed
from monitor.core.watching.conditions import Condition, standing
from monitor.core.watching.memory import Memory
from monitor.core.watching.rhythm import HABIT, Rhythm, daily, usual
from monitor.core.watching.wording import HIGH
from monitor.ledger import FeedHealth, Ledger
from monitor.rulebook import read

STATES = {
    "failing": "failing",
    "gone": "gone",
    "robots": "refused",
    "broken": "unreadable",
    "moved": "moved",
    "kind": "changed",
    "quiet": "quiet",
    "overflow": "too fast",
}
"""Each condition in a word."""

TELLING = 3
"""So many entries at least must have come before a rhythm is told of them."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A feed: how its polls went, what is remembered of it, when it is polled next (None: now, or nobody knows).

    Its host asked to be left alone till `host_rests` (None: it did not, or nobody knows).
    """

    feed: Feed
    health: FeedHealth
    memory: Memory
    next_poll: datetime | None = None
    host_rests: datetime | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Give what is amiss, the worst first, as it may be shown."""
        found = [replace(one, reason=without_login(one.reason)) for one in standing(self.memory.health.conditions)]
        return tuple(sorted(found, key=lambda one: (one.name not in HIGH, one.name)))

    @property
    def state(self) -> str:
        """Say in a word how it does."""
        if self.conditions:
            return STATES[self.conditions[0].name]
        if self.health.gone:
            return "gone"
        if self.health.failures:
            return "retrying"
        return "new" if self.health.polled is None else "lacking" if self.health.reason else "fine"

    @property
    def newest(self) -> datetime | None:
        """Say when its last new entry came."""
        return self.memory.rhythm.newest or self.health.newest

    @property
    def kind(self) -> str:
        """Say as what it is read: what it was found to be, or else what the rules say."""
        return self.memory.health.kind or self.feed.kind

    @property
    def rhythm(self) -> str:
        """Say how often it brings something, in words; empty: nobody knows yet."""
        return usual(self.memory.rhythm) if _is_telling(self.memory.rhythm) else ""

    @property
    def per_day(self) -> float:
        """Say how many entries a day it brings."""
        return round(daily(self.memory.rhythm), 2)

    @property
    def rank(self) -> tuple[int, str]:
        """Give what puts the most troubled first."""
        order = ("retrying", "lacking", "new", "fine")
        worst = 0 if any(one.name in HIGH for one in self.conditions) or self.health.gone else 1
        return (worst if self.conditions or self.health.gone else 2 + order.index(self.state), self.feed.name)


def feeds_in_force(sources: Mapping[str, str], polled: Iterable[FeedHealth]) -> list[FeedHealth]:
    """Say how the feeds of the published rules do, by name: those not yet polled too, and not those taken out.

    No address in it holds a user or password.
    """
    return [_shown(feed) for feed in _in_force(sources, polled)]


def _in_force(sources: Mapping[str, str], polled: Iterable[FeedHealth]) -> list[FeedHealth]:
    book = read(sources, examples=False).book  # whoever published them has run them
    if book is None:
        return list(polled)  # published by one that knows more than this program
    known = {feed.name: feed for feed in polled}
    return [known.get(name) or _new(book.feeds[name]) for name in sorted(book.feeds)]


def _shown(feed: FeedHealth) -> FeedHealth:
    return replace(feed, url=without_login(feed.url), reason=without_login(feed.reason))


def watched(ledger: Ledger) -> list[Watched]:
    """Gather what is known of the feeds in force, without when they are polled next."""
    published = ledger.published()
    sources = ledger.sources(published.version) if published else {}
    book = read(sources, examples=False).book
    feeds = book.feeds if book else {}
    health = feeds_in_force(sources, ledger.feeds())
    standings = ledger.standings([feed.name for feed in health])
    memories = {name: standing.memory for name, standing in standings.items()}
    return [
        Watched(feeds.get(one.name) or Feed(one.name, one.url), one, memories.get(one.name, Memory())) for one in health
    ]


def _new(feed: Feed) -> FeedHealth:
    return FeedHealth(feed.name, feed.url, None, None, 0, None, "", gone=False)


def _is_telling(rhythm: Rhythm) -> bool:
    """Say whether enough entries have come; of those the rhythm remembers a sum that fades, never more than came."""
    if rhythm.entries > TELLING - 1:
        return True
    known = rhythm.at - rhythm.began if rhythm.at and rhythm.began else timedelta(0)
    return known >= 2 * HABIT and daily(rhythm) * (known / timedelta(days=1)) >= TELLING  # few come, but for long
