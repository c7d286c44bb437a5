"""What was really told, held against the gold list; values in, a verdict out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from monitor.demo.coverage import Gold, Told
from monitor.demo.sinks import MAIL, Accepted


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery as the ledger has it: what it tells of which block, and how far it came."""

    id: int
    sink: str
    entry: str
    revision: int
    rules: tuple[str, ...]
    state: str
    uncertain: bool
    fetched: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """One point in which the gold list and what was told differ."""

    entry: str
    revision: int
    rule: str
    sink: str
    why: str

    def __str__(self) -> str:
        return f"{self.entry} revision {self.revision}, rule {self.rule}, {self.sink}: {self.why}"


@dataclass(frozen=True, slots=True)
class Doubled:
    """A message that a sink accepted more than once; `uncertain`: the ledger says that this may have happened."""

    delivery: int
    sink: str
    times: int
    uncertain: bool

    def __str__(self) -> str:
        marked = "marked uncertain" if self.uncertain else "NOT marked uncertain"
        return f"delivery {self.delivery} to {self.sink} {self.times} times, {marked}"


@dataclass(frozen=True, slots=True)
class Channel:
    """Deliveries to one sink: how many the gold list asks for, and how many messages were accepted."""

    expected: int
    delivered: int
    messages: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The gold list and what the sinks accepted, side by side.

    `latencies` are the seconds from the fetch that showed a revision to the mail server's first 250; `untrue` are
    deliveries that the ledger calls sent and no sink accepted; `strays` are messages that name no delivery.
    """

    expected: int
    delivered: int
    missing: tuple[Difference, ...]
    surplus: tuple[Difference, ...]
    channels: Mapping[str, Channel]
    doubled: tuple[Doubled, ...]
    untrue: tuple[int, ...]
    strays: int
    latencies: tuple[float, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything expected was told, nothing else, and nothing twice without a mark."""
        unmarked = any(not double.uncertain for double in self.doubled)
        return not (self.missing or self.surplus or self.untrue or self.strays or unmarked)

    @property
    def median(self) -> float:
        """Seconds; 0 where nothing was told by mail."""
        return median(self.latencies) if self.latencies else 0.0

    @property
    def longest(self) -> float:
        """Seconds; 0 where nothing was told by mail."""
        return max(self.latencies, default=0.0)


Point = tuple[str, int, str, str]
"""Entry, revision, rule and sink: one thing told in one place."""


def judge(
    gold: Gold, sinks: Mapping[str, tuple[str, ...]], sends: Iterable[Sent], accepted: tuple[Accepted, ...]
) -> Verdict:
    """Compare what the sinks accepted with the gold list; `sinks` says where each rule is told.

    What counts as told is what a sink said yes to; the ledger only says what that message was about.
    """
    by_id = {sent.id: sent for sent in sends}
    took = Counter((a.delivery, a.sink) for a in accepted if a.delivery in by_id)
    told = Counter(point for sent in by_id.values() if took[sent.id, sent.sink] for point in _points(sent))
    wanted = {(g.entry, g.revision, g.rule, sink): g for g in gold.told for sink in sinks[g.rule]}
    welcome = _welcome(wanted)
    missing = tuple(
        _difference(point, _lacks(point, by_id.values(), g)) for point, g in wanted.items() if point not in told
    )
    return Verdict(
        expected=len(gold.told),
        delivered=len(gold.told) - len({point[:3] for point in wanted if point not in told}),
        missing=missing,
        surplus=tuple(_difference(point, _excess(point, gold)) for point in told if point not in welcome),
        channels={sink: _channel(sink, wanted, told, took) for sink in sorted({sink for _, _, _, sink in wanted})},
        doubled=_doubled(by_id, took, told),
        untrue=tuple(s.id for s in by_id.values() if s.state == "sent" and not took[s.id, s.sink]),
        strays=sum(a.delivery not in by_id for a in accepted),
        latencies=_latencies(by_id, accepted),
    )


def _points(sent: Sent) -> Iterable[Point]:
    return ((sent.entry, sent.revision, rule, sent.sink) for rule in sent.rules)


def _welcome(wanted: Iterable[Point]) -> set[Point]:
    """Add to what must be told what may be: a message names every rule that its entry met, told there or elsewhere."""
    rules: dict[tuple[str, int], set[str]] = {}
    for entry, revision, rule, _ in wanted:
        rules.setdefault((entry, revision), set()).add(rule)
    return {(entry, revision, rule, sink) for entry, revision, _, sink in wanted for rule in rules[entry, revision]}


def _difference(point: Point, why: str) -> Difference:
    entry, revision, rule, sink = point
    return Difference(entry, revision, rule, sink, why)


def _lacks(point: Point, sends: Iterable[Sent], gold: Told) -> str:
    """Say how far the ledger came with what was not told."""
    states = [f"its delivery {s.id} is {s.state}" for s in sends if point in _points(s)]
    return f"{'; '.join(states) or 'the ledger has no delivery of it'}; expected because: {gold.why}"


def _excess(point: Point, gold: Gold) -> str:
    entry, revision, rule, _ = point
    traps = [trap.why for trap in gold.not_told if (trap.entry, trap.rule) == (entry, rule)]
    others = [str(g.revision) for g in gold.told if (g.entry, g.rule) == (entry, rule) and g.revision != revision]
    if traps:
        return f"a trap: {traps[0]}"
    return f"the gold list has it for revision {', '.join(others)}" if others else "the gold list does not know of it"


def _channel(sink: str, wanted: Mapping[Point, Told], told: Counter[Point], took: Counter[tuple[int, str]]) -> Channel:
    points = [point for point in wanted if point[3] == sink]
    expected = {point[:2] for point in points}
    delivered = {point[:2] for point in points if point in told}
    return Channel(len(expected), len(delivered), sum(n for (_, where), n in took.items() if where == sink))


def _doubled(by_id: Mapping[int, Sent], took: Counter[tuple[int, str]], told: Counter[Point]) -> tuple[Doubled, ...]:
    """List messages accepted twice, and things told by two messages."""
    again = [Doubled(id_, sink, n, by_id[id_].uncertain) for (id_, sink), n in took.items() if n > 1]
    twice = [s for s in by_id.values() if took[s.id, s.sink] and any(told[point] > 1 for point in _points(s))]
    return (*again, *(Doubled(s.id, s.sink, 2, s.uncertain) for s in twice))


def _latencies(by_id: Mapping[int, Sent], accepted: tuple[Accepted, ...]) -> tuple[float, ...]:
    first: dict[int, datetime] = {}
    for a in accepted:
        if a.sink == MAIL and a.delivery in by_id:
            first[a.delivery] = min(a.at, first.get(a.delivery, a.at))
    return tuple((at - by_id[id_].fetched).total_seconds() for id_, at in first.items())
