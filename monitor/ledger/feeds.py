"""How feeds do, for people who ask."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.ledger.tables import FEED


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """How a feed does.

    `polled` is the last poll that succeeded, `newest` the time of its newest entry; `failures` counts those in a
    row, the last of them at `failed` for `reason`; `gone`: the server said so. Without failures `reason` says what its
    last document lacks.
    """

    name: str
    url: str
    polled: datetime | None
    newest: datetime | None
    failures: int
    failed: datetime | None
    reason: str
    gone: bool


def feeds(tx: Connection) -> tuple[FeedHealth, ...]:
    """Say how every feed does that was ever polled, by name."""
    columns = [FEED.c[name] for name in FeedHealth.__slots__]
    return tuple(FeedHealth(*row) for row in tx.execute(select(*columns).order_by(FEED.c.name)))
