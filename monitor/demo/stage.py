"""What runs while the demo runs, seen as a whole from moment to moment, and what it came to in the end."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from os import getpid
from time import monotonic

from monitor.core.telling.alert import Alert
from monitor.demo import tree
from monitor.demo.coverage import Gold, Outlet, Places
from monitor.demo.replay import Newsroom, Replay
from monitor.demo.report import Report
from monitor.demo.service import Service
from monitor.demo.sinks import Accepted
from monitor.demo.verdict import Verdict, judge
from monitor.demo.view import FeedRow, Glance, Line
from monitor.demo.watch import Sight, Watch, sends_of

MEASURE_EVERY = 2.0
"""Seconds between two measurements of memory: each walks the pages of ten processes, which takes 0.1 s."""


@dataclass(frozen=True, slots=True)
class Script:
    """What is played, and what is expected of it."""

    outlets: tuple[Outlet, ...]
    gold: Gold
    places: Places


class Stage:
    """The outlets, the sinks, the service and the ledger of one demo, looked at together."""

    def __init__(
        self, script: Script, replay: Replay, service: Service, watch: Watch, accepted: list[Accepted]
    ) -> None:
        self.replay, self.service = replay, service
        self.restarts = 0
        self._script, self._watch, self._accepted = script, watch, accepted
        self._blocks = frozenset(block.id for outlet in script.outlets for block in outlet.blocks)
        self._began = self._measured = monotonic()
        self._first_alert = 0.0
        self._tree = self._peak = tree.Tree()
        self._sight = Sight()

    def tick(self) -> Glance:
        """Look at everything once, let the outlets go on, and give what there is to see.

        Raises: StartError: the service ended of itself.
        """
        now = datetime.now(UTC)
        self.restarts += self.service.check()
        self._look(now)
        self._measure()
        if self._accepted and not self._first_alert:
            self._first_alert = monotonic() - self._began
        return self._glance(now)

    @property
    def played(self) -> bool:
        """Whether the day is over by the clock."""
        return self.replay.elapsed(datetime.now(UTC)) >= self.replay.seconds

    @property
    def complete(self) -> bool:
        """Whether everything has been shown and read, and nothing is under way any more."""
        return self.replay.finished and self._sight.settled

    def report(self) -> Report:
        """Sum up."""
        pauses = {name: round(room.pause, 2) for name, room in self.replay.newsrooms.items()}
        lasted = monotonic() - self._began
        return Report(self._judge(), self._peak, self._first_alert, lasted, pauses, self.restarts)

    def _look(self, now: datetime) -> None:
        rooms = self.replay.newsrooms.values()
        read = [room.read for room in rooms]
        self._sight = self._watch.look(now)
        if self._sight.matched:
            for room, versions in zip(rooms, read, strict=True):
                room.deal(versions)

    def _judge(self) -> Verdict:
        sends = sends_of(self._sight, self._script.places.channels, self._blocks)
        return judge(self._script.gold, self._script.places.rules, sends, tuple(self._accepted))

    def _measure(self) -> None:
        if monotonic() - self._measured >= MEASURE_EVERY:
            self._measured = monotonic()
            self._tree = tree.measure(getpid())
            self._peak = max(self._peak, self._tree, key=lambda measured: measured.total)

    def _glance(self, now: datetime) -> Glance:
        told = Counter(alert.revision.entry.feed for alert in self._sight.alerts)
        return Glance(
            moment=self.replay.moment(now),
            elapsed=round(self.replay.elapsed(now)),
            seconds=self.replay.seconds,
            feeds=tuple(_row(room, told[name]) for name, room in self.replay.newsrooms.items()),
            lines=self._lines(),
            processes=len(self._tree.memory),
            memory=self._tree.total,
            verdict=self._judge(),
        )

    def _lines(self) -> tuple[Line, ...]:
        """List the alerts with how long each sink took to accept them, in the order of their making."""
        first: dict[tuple[int, str], datetime] = {}
        for accepted in tuple(self._accepted):
            first.setdefault((accepted.delivery, accepted.sink), accepted.at)
        sinks: dict[int, list[tuple[str, datetime | None]]] = {alert.id: [] for alert in self._sight.alerts}
        for delivery in self._sight.deliveries:
            sink = self._script.places.channels[delivery.channel]
            for id_ in delivery.alerts:
                sinks.setdefault(id_, []).append((sink, first.get((delivery.id, sink))))
        return tuple(_line(alert, sinks[alert.id]) for alert in self._sight.alerts)


def _line(alert: Alert, sinks: list[tuple[str, datetime | None]]) -> Line:
    seen_at = alert.revision.seen_at
    took = tuple((sink, (at - seen_at).total_seconds()) for sink, at in sinks if at is not None)
    return Line(alert, took, waiting=len(sinks) - len(took))


def _row(room: Newsroom, told: int) -> FeedRow:
    return FeedRow(room.outlet.title, room.pause, room.polls, room.polls - room.fresh, len(room.read), told)
