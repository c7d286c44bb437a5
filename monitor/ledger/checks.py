"""What many feeds are polled with, and what many polls that brought nothing new came to: each one statement.

Unlike a document, such a poll may be lost: the next one finds the same.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

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

    `validators` came with its last document, which was read as `reading` says; `newest` is the time of that one's
    newest entry, `failures` counts the polls in a row that failed since.
    """

    validators: Validators = field(default_factory=Validators)
    reading: str = ""
    newest: datetime | None = None
    failures: int = 0
    memory: Memory = field(default_factory=Memory)


@dataclass(frozen=True, slots=True)
class Same:
    """A feed answered `at`, and showed what it showed before; what is remembered of it, and what operators are told.

    `lacks` says what its document lacks.
    """

    feed: str
    at: datetime
    validators: Validators
    lacks: str
    memory: Memory
    notices: Told = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A poll of a feed failed."""

    feed: str
    url: str
    failure: Failure
    memory: Memory
    notices: Told = ()


def standings(tx: Connection, names: Iterable[str]) -> Mapping[str, Standing]:
    """Say how it stands with these feeds, as far as anything is known."""
    columns = [FEED.c[name] for name in ("name", "etag", "last_modified", "reading", "newest", "failures", "memory")]
    rows = [row for part in chunks(names) for row in tx.execute(select(*columns).where(FEED.c.name.in_(part)))]
    return {name: _standing(*more) for name, *more in rows}


def _standing(
    etag: str, last_modified: str, reading: str, newest: datetime | None, failures: int, memory: str
) -> Standing:
    return Standing(Validators(etag, last_modified), reading, newest, failures, from_json(memory))


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
    )
)


def record_same(tx: Connection, polls: Iterable[Same]) -> tuple[int, ...]:
    """Write that feeds answered, and tell operators; give the deliveries."""
    rows = [
        {
            "of": poll.feed,
            "said": poll.validators.etag,
            "dated": poll.validators.last_modified,
            "at": poll.at,
            "lacks": poll.lacks,
            "remembered": to_json(poll.memory),
        }
        for poll in polls
    ]
    tx.execute(_SAME, rows)
    return _tell(tx, polls)


def record_failed(tx: Connection, polls: Iterable[Failed]) -> tuple[int, ...]:
    """Write that polls failed, of feeds that were never polled, too; tell operators, and give the deliveries."""
    rows = [
        {
            "name": poll.feed,
            "url": poll.url,
            "failures": poll.failure.failures,
            "failed": poll.failure.at,
            "reason": poll.failure.reason,
            "gone": poll.failure.trouble == "gone",
            "memory": to_json(poll.memory),
        }
        for poll in polls
    ]
    added = insert(tx, FEED)
    news = {name: added.excluded[name] for name in ("failures", "failed", "reason", "gone", "memory")}
    tx.execute(added.on_conflict_do_update(index_elements=["name"], set_=news), rows)
    return _tell(tx, polls)


def _tell(tx: Connection, polls: Iterable[Same | Failed]) -> tuple[int, ...]:
    told = (one for poll in polls for one in poll.notices)
    return tuple(delivery for notice, sends in told for delivery in notices.notify(tx, notice, sends))
