"""What other rules would change: alerts added and removed, counted per rule, channel and day, the first ones whole."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Literal

from monitor.core.hindsight.replaying import Replayed

MOST_EXAMPLES = 1_000
"""Alerts that a plan keeps whole; the texts of ten thousand rules would fill the memory."""

Sign = Literal["added", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """An alert that one set of rules makes and the other does not, and the `channels` that it reaches or no longer."""

    sign: Sign
    alert: Replayed
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many alerts of a rule to a channel come and go on one day."""

    rule: str
    channel: str
    day: date
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Total:
    """How many alerts of a rule come and go, to whatever channels; the first of them are `examples`, by time."""

    rule: str
    added: int
    removed: int
    examples: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What changes: rule by rule, the one with the most changes first, and per rule, channel and day, by name."""

    totals: tuple[Total, ...]
    counts: tuple[Count, ...]

    @property
    def added(self) -> int:
        """Count the alerts that come."""
        return sum(total.added for total in self.totals)

    @property
    def removed(self) -> int:
        """Count the alerts that go."""
        return sum(total.removed for total in self.totals)


def changes(before: Iterable[Replayed], after: Iterable[Replayed]) -> Iterator[Change]:
    """Compare what two sets of rules make of one revision; what is not told is no alert."""
    old, new = _told(before), _told(after)
    for name in sorted(old.keys() | new.keys()):
        yield from _differing("removed", old.get(name), new.get(name))
        yield from _differing("added", new.get(name), old.get(name))


def plan(found: Iterable[Change], zone: tzinfo | None, shown: int) -> Plan:
    """Count changes by the day in a zone (None: that of this machine).

    Of each rule the first `shown` added and as many removed are kept whole.
    """
    rules, cells = Counter[tuple[str, Sign]](), Counter[tuple[str, str, date, Sign]]()
    examples: dict[str, list[Change]] = {}
    room = MOST_EXAMPLES
    for change in found:
        rule, sign, day = change.alert.finding.rule, change.sign, change.alert.at.astimezone(zone).date()
        rules[rule, sign] += 1
        cells.update((rule, channel, day, sign) for channel in change.channels)
        if rules[rule, sign] <= shown and room:
            examples.setdefault(rule, []).append(change)
            room -= 1
    names = sorted({rule for rule, _ in rules}, key=lambda rule: (-rules[rule, "added"] - rules[rule, "removed"], rule))
    totals = (Total(r, rules[r, "added"], rules[r, "removed"], tuple(examples.get(r, ()))) for r in names)
    places = sorted({(rule, channel, day) for rule, channel, day, _ in cells})
    return Plan(tuple(totals), tuple(Count(*p, cells[*p, "added"], cells[*p, "removed"]) for p in places))


def _told(found: Iterable[Replayed]) -> dict[str, Replayed]:
    return {one.finding.rule: one for one in found if not one.suppressed}


def _differing(sign: Sign, alert: Replayed | None, other: Replayed | None) -> Iterator[Change]:
    """Give the alert with the channels that the other does not reach, if there are any."""
    if alert is not None:
        reached = other.channels if other is not None else ()
        if channels := tuple(channel for channel in alert.channels if channel not in reached):
            yield Change(sign, alert, channels)
