"""What many feeds are polled with, and what many polls that brought nothing new came to: each one statement.

Unlike a document, such a poll may be lost: the next one finds the same. So it counts only if nothing was written of
its feed since it began; whoever lost his lease in the middle of a poll must not undo what others learnt meanwhile.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select, update

from monitor.core.address import without_login
from monitor.core.feed import Validators
from monitor.core.route import Send
from monitor.core.telling.notice import Notice
from monitor.core.watching.learning import Failure
from monitor.core.watching.memory import Memory, from_json, to_json
from monitor.ledger import notices
from monitor.ledger.rows import chunks, insert
from monitor.ledger.tables import FEED

Told = tuple[tuple[Notice, tuple[Send, ...]], ...]
"""What operators are told of a feed, and by which sends."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a feed that is to be polled.

    `validators` came with its last document, which was read as `reading` says; `failures` counts the polls in a row
    that failed since. `writes` counts what was ever written of it: a poll that finds nothing new says it back.
    """

    validators: Validators = field(default_factory=Validators)
    reading: str = ""
    failures: int = 0
    writes: int = 0
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True, slots=True)
class Same:
    """A feed answered `at`, and showed what it showed before; what is remembered of it, and what operators are told.

    `lacks` says what its document lacks; `writes` is as it stood with it when the poll began.
    """

    feed: str
    at: datetime
    validators: Validators
    lacks: str
    memory: Memory
    notices: Told = ()
    writes: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """A poll of a feed failed; `writes` is as it stood with it when the poll began."""

    feed: str
    url: str
    failure: Failure
    memory: Memory
    notices: Told = ()
    writes: int = 0


P = TypeVar("P", Same, Failed)


def standings(tx: Connection, names: Iterable[str]) -> Mapping[str, Standing]:
    """Say how it stands with these feeds, as far as anything is known."""
    columns = [FEED.c[name] for name in ("name", "etag", "last_modified", "reading", "failures", "writes", "memory")]
    rows = [row for part in chunks(names) for row in tx.execute(select(*columns).where(FEED.c.name.in_(part)))]
    return {name: _standing(*more) for name, *more in rows}


def _standing(etag: str, last_modified: str, reading: str, failures: int, writes: int, memory: str) -> Standing:
    return Standing(Validators(etag, last_modified), reading, failures, writes, from_json(memory))


_SAME = (
    update(FEED)
    .where(FEED.c.name == bindparam("of"))
    .values(
        etag=bindparam("said"),
        last_modified=bindparam("dated"),
        polled=bindparam("at"),
        failures=0,
        reason=bindparam("lacks"),
        gone=False,
        memory=bindparam("remembered"),
        writes=FEED.c.writes + 1,
    )
)

_FAILED = (
    update(FEED)
    .where(FEED.c.name == bindparam("of"))
    .values(
        failures=bindparam("count"),
        failed=bindparam("at"),
        reason=bindparam("why"),
        gone=bindparam("is_gone"),
        memory=bindparam("remembered"),
        writes=FEED.c.writes + 1,
    )
)


def record_same(tx: Connection, polls: Collection[Same]) -> tuple[int, ...]:
    """Write that feeds answered, and tell operators; give the deliveries."""
    counting = _counting(tx, polls)
    rows = [
        {
            "of": poll.feed,
            "said": poll.validators.etag,
            "dated": poll.validators.last_modified,
            "at": poll.at,
            "lacks": poll.lacks,
            "remembered": to_json(poll.memory),
        }
        for poll in counting
    ]
    if rows:
        tx.execute(_SAME, rows)
    return _tell(tx, counting)


def record_failed(tx: Connection, polls: Collection[Failed]) -> tuple[int, ...]:
    """Write that polls failed, of feeds that were never polled, too; tell operators, and give the deliveries."""
    add(tx, {poll.feed: poll.url for poll in polls})
    counting = _counting(tx, polls)
    rows = [
        {
            "of": poll.feed,
            "count": poll.failure.failures,
            "at": poll.failure.at,
            "why": poll.failure.reason,
            "is_gone": poll.failure.trouble == "gone",
            "remembered": to_json(poll.memory),
        }
        for poll in counting
    ]
    if rows:
        tx.execute(_FAILED, rows)
    return _tell(tx, counting)


def add(tx: Connection, feeds: Mapping[str, str]) -> None:
    """Add the rows of feeds, by name and URL, that have none; in one order, lest two who add wait crosswise."""
    rows = [{"name": name, "url": without_login(url)} for name, url in sorted(feeds.items())]
    if rows:
        tx.execute(insert(tx, FEED).on_conflict_do_nothing(), rows)


def _counting(tx: Connection, polls: Collection[P]) -> list[P]:
    """Keep others from writing of these feeds; give the polls since whose beginning nobody has, one of each feed."""
    standing: dict[str, int] = {}
    for part in chunks(sorted({poll.feed for poll in polls})):
        rows = select(FEED.c.name, FEED.c.writes).where(FEED.c.name.in_(part)).order_by(FEED.c.name).with_for_update()
        standing.update((name, writes) for name, writes in tx.execute(rows))
    return [poll for poll in polls if standing.get(poll.feed) == poll.writes and standing.pop(poll.feed) is not None]


def _tell(tx: Connection, polls: Iterable[Same | Failed]) -> tuple[int, ...]:
    told = (one for poll in polls for one in poll.notices)
    return tuple(delivery for notice, sends in told for delivery in notices.notify(tx, notice, sends))
