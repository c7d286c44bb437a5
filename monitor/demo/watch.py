"""What the ledger says of the demo, joined to the blocks of the coverage."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.entry import Entry
from monitor.core.errors import LedgerError, StartError
from monitor.core.route import Delivery
from monitor.core.telling.alert import Alert
from monitor.demo.verdict import Sent
from monitor.ledger import Ledger

LOCK_LASTS = timedelta(seconds=1)
"""How long to wait for the ledger; the next look is never far."""

OPEN = {"queued", "claimed", "retry"}
"""States of a delivery that are not its last."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The ledger at one moment; `matched`: no revision waits for a matcher."""

    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    matched: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is under way any more."""
        return self.matched and not any(delivery.state in OPEN for delivery in self.deliveries)


class Watch:
    """Looks into the ledger of a running service, from the moment that it has one."""

    def __init__(self, database: str) -> None:
        self._ledger = Ledger.open(database, LOCK_LASTS)
        self._last = Sight()

    def look(self, now: datetime) -> Sight:
        """See how far things are; where the ledger is not there or locked just now, what was seen last."""
        try:
            self._last = self._look(now)
        except (LedgerError, StartError):
            self._last = replace(self._last, matched=False)
        return self._last

    def close(self) -> None:
        """Let go of the ledger."""
        self._ledger.close()

    def _look(self, now: datetime) -> Sight:
        # Asked first: what is matched by then has its alerts in what is read after.
        matched = not self._ledger.pending(now, timedelta(0)).unmatched
        known = self._last.alerts
        new = self._ledger.alerts(after=known[-1].id if known else 0)
        return Sight((*known, *new), self._ledger.deliveries(), matched)


def sends_of(sight: Sight, channels: Mapping[str, str], blocks: Collection[str]) -> tuple[Sent, ...]:
    """Say what each delivery tells; `channels` names the sink behind each channel."""
    alerts = {alert.id: alert for alert in sight.alerts}
    return tuple(
        Sent(
            id=delivery.id,
            sink=channels[delivery.channel],
            entry=block_of(alerts[id_].revision.entry, blocks),
            revision=alerts[id_].revision.number,
            rules=tuple(finding.rule for finding in alerts[id_].findings),
            state=delivery.state,
            uncertain=delivery.uncertain,
            fetched=alerts[id_].revision.seen_at,
        )
        for delivery in sight.deliveries
        for id_ in delivery.alerts
        if id_ in alerts
    )


def block_of(entry: Entry, blocks: Collection[str]) -> str:
    """Name the block that an entry was read from; its identity, if no block of the coverage has such a one."""
    name = re.split("[#/:]", entry.guid or entry.identity)[-1]
    return name if name in blocks else entry.identity
