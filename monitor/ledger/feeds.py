"""What the ledger knows of a feed beside its entries: how it does, what to ask; polls that brought nothing new."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, select, update

from monitor.core.feed import Feed, Validators, reading
from monitor.ledger.rows import insert
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


def validators(tx: Connection, feed: Feed) -> Validators:
    """Give what the server said of the last recorded document; nothing if the feed is to be read in another way."""
    same = (FEED.c.name == feed.name) & (FEED.c.reading == reading(feed))
    row = tx.execute(select(FEED.c.etag, FEED.c.last_modified).where(same)).first()
    return Validators() if row is None else Validators(*row)


def newest(tx: Connection, name: str) -> datetime | None:
    """Give the time of the newest entry of the last recorded document."""
    found: datetime | None = tx.execute(select(FEED.c.newest).where(FEED.c.name == name)).scalar()
    return found


def feeds(tx: Connection) -> tuple[FeedHealth, ...]:
    """Say how every feed does that was ever polled, by name."""
    columns = [FEED.c[name] for name in FeedHealth.__slots__]
    return tuple(FeedHealth(*row) for row in tx.execute(select(*columns).order_by(FEED.c.name)))


def record_unchanged(tx: Connection, feed: Feed, at: datetime) -> None:
    """Write that the feed answered: nothing changed, nor what its document lacks."""
    reason = case((FEED.c.failures > 0, ""), else_=FEED.c.reason)
    tx.execute(update(FEED).where(FEED.c.name == feed.name).values(polled=at, failures=0, reason=reason, gone=False))


def record_failure(tx: Connection, feed: Feed, reason: str, at: datetime, *, gone: bool) -> int:
    """Write that a poll failed; say how many have in a row."""
    failed = {"failed": at, "reason": reason, "gone": gone}
    statement = (
        insert(tx, FEED)
        .values(name=feed.name, url=feed.url, failures=1, **failed)
        .on_conflict_do_update(index_elements=["name"], set_={"failures": FEED.c.failures + 1, **failed})
        .returning(FEED.c.failures)
    )
    return int(tx.execute(statement).scalar_one())
