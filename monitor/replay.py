"""Look back: what rules would have told of all that the ledger holds, and what other rules would change.

    sift folded texts -> the order of time -> read -> findings | propose | told once -> what is told, rule by rule

Nothing is written. Whatever the window, everything before it that is still kept is gone through as well: what was told
before counts. So a rule is taken to have been in force all that time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

import numpy as np

from monitor.core.book import Book
from monitor.core.entry import Occasion
from monitor.core.hindsight.affected import affected, narrowed
from monitor.core.hindsight.plan import Plan, changes, plan
from monitor.core.hindsight.replaying import Replay, Replayed
from monitor.core.hindsight.sieve import Sieve, groups
from monitor.core.telling.alert import TOLD_BEFORE, asks_the_past
from monitor.ledger import Ids, Ledger

PART = 200
"""Revisions read at a time; of the longest texts these are 40 MB."""

SAMPLE = 300
"""Texts that show how often something is there."""


@dataclass(frozen=True, slots=True)
class Window:
    """Which alerts are looked at: from `since` on, before `until`.

    `zone` says when a day begins (None: that of this machine); of each rule the first `shown` alerts are given whole.
    """

    since: datetime
    until: datetime
    zone: tzinfo | None = None
    shown: int = 3


@dataclass(frozen=True, slots=True)
class Lookback:
    """What rules would have told, as additions to nothing; and of what they met why nobody is told, how often."""

    plan: Plan
    untold: Mapping[str, int]
    kept_since: datetime | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the rules `affected` by a change would tell otherwise."""

    plan: Plan
    affected: tuple[str, ...]
    kept_since: datetime | None


def look_back(ledger: Ledger, book: Book, window: Window) -> Lookback:
    """Replay the rules of a book. Raises: LedgerError."""
    untold = Counter[str]()
    told = _sorted_out(replay(ledger, book, window), untold)
    found = plan((change for one in told for change in changes((), (one,))), window.zone, window.shown)
    return Lookback(found, untold, ledger.kept_since())


def forecast(ledger: Ledger, before: Book, after: Book, window: Window) -> Forecast:
    """Replay under both books the rules that may tell otherwise. Raises: LedgerError."""
    names = affected(before, after)
    old, new = narrowed(before, names), narrowed(after, names)
    sides = _Side(ledger, old), _Side(ledger, new)
    found = (
        change
        for occasion in _occasions(ledger, sides, window.until)
        for change in changes(*(side.of(occasion) for side in sides))
        if occasion.at >= window.since
    )
    return Forecast(plan(found, window.zone, window.shown), names, ledger.kept_since())


def replay(ledger: Ledger, book: Book, window: Window) -> Iterator[Replayed]:
    """Go through all that the ledger holds, in the order in which it was matched; give what the rules find.

    Raises: LedgerError.
    """
    side = _Side(ledger, book)
    for occasion in _occasions(ledger, (side,), window.until):
        found = side.of(occasion)
        if occasion.at >= window.since:
            yield from found


class _Side:
    """One set of rules, and the revisions that may meet one of them."""

    def __init__(self, ledger: Ledger, book: Book) -> None:
        self.book = book
        self.ids = _candidates(ledger, book)
        self._wanted = set(self.ids.tolist())
        self._replay = Replay(book)

    def of(self, occasion: Occasion) -> tuple[Replayed, ...]:
        """Give what the rules find in a revision."""
        return tuple(self._replay.of(occasion)) if occasion.revision.id in self._wanted else ()


def _occasions(ledger: Ledger, sides: Collection[_Side], until: datetime) -> Iterator[Occasion]:
    ids = ledger.in_time(np.unique(np.concatenate([side.ids for side in sides])), until).tolist()
    edits = any(asks_the_past(rule) for side in sides for rule in side.book.rules.values())
    for start in range(0, len(ids), PART):
        yield from ledger.occasions(ids[start : start + PART], edits=edits)


def _candidates(ledger: Ledger, book: Book) -> Ids:
    """Find what may meet a rule: by its words, or else by its feeds; of a rule that names neither, everything."""
    worded = {name for name, rule in book.rules.items() if groups(rule)}
    wordless = [rule for name, rule in book.rules.items() if name not in worded]
    if not all(rule.only_in.feed for rule in wordless):
        return ledger.revisions_of()
    found = [np.zeros(0, np.int64)]
    if feeds := {feed for rule in wordless for feed in rule.only_in.feed}:
        found.append(ledger.revisions_of(feeds))
    if worded:
        found.append(ledger.sift(Sieve(narrowed(book, worded), ledger.sample(SAMPLE)).passes))
    return np.unique(np.concatenate(found))


def _sorted_out(found: Iterable[Replayed], untold: Counter[str]) -> Iterator[Replayed]:
    """Count why what is not told is not; the name of the scope in which it was told before is left out."""
    for one in found:
        if one.suppressed:
            is_told = one.suppressed.startswith(TOLD_BEFORE)
            untold[one.suppressed.partition(":")[0] if is_told else one.suppressed] += 1
        else:
            yield one
