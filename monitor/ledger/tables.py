"""The ledger's tables, the same on SQLite and PostgreSQL.

    feed ─< entry ─< revision ─< finding >─ alert ─< telling >─ delivery        told      edition ─< file >─ content
              └──< alias                              notice ─< report >─┘                folder

Two inboxes, each held by a partial index that is as small as what lies in it: `revision` while `unmatched`,
`delivery` while `queued` or `retry`.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
)

SCHEMA = "0004"
"""The newest migration this program knows; a test holds it to `migrations/versions`."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """A time, kept as microseconds since 1970 UTC: exact, and the same in both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn an aware time into microseconds; a naive one is a mistake of ours and raises TypeError."""
        return None if value is None else (value - EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Turn microseconds into an aware time in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Replace what no database keeps, NUL and lone surrogates, one for one: places in the text stay right."""
    return _UNSTORABLE.sub("\ufffd", text)


class Words(TypeDecorator[str]):
    """Text from outside: whatever a feed or a channel wrote can be kept."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Make the text storable."""
        return None if value is None else storable(value)


# SQLite numbers rows by itself only where the key is an INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _numbered() -> Column[int]:
    return Column("id", Id, primary_key=True)


def _to(column: str, **options: Any) -> Column[int]:  # Any: whatever Column takes
    return Column(column.replace(".", "_"), Id, ForeignKey(column), nullable=False, **options)


# `read` is when the newest whole document was recorded: empty until the first, and until then every entry is known.
# `reading` names how it was read: asked for in another way, the feed gets no validators. `memory` is what else is
# remembered of it, as core/watching/memory writes it; of `url` a login is no part. `writes` is raised by whatever is
# written of a poll, or released: who decides by what he read writes only if it is as it was, or decides anew.
FEED = Table(
    "feed",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("url", Words, nullable=False),
    Column("etag", Words, nullable=False, default=""),
    Column("last_modified", Words, nullable=False, default=""),
    Column("reading", Text, nullable=False, default=""),
    Column("writes", Integer, nullable=False, default=0),
    Column("read", Instant),
    Column("polled", Instant),
    Column("newest", Instant),
    Column("failures", Integer, nullable=False, default=0),
    Column("failed", Instant),
    Column("reason", Words, nullable=False, default=""),
    Column("gone", Boolean, nullable=False, default=False),
    Column("memory", Words, nullable=False, default=""),
)

# Ids are never used again (AUTOINCREMENT): `told` remembers `entry:7` longer than entry 7 may be kept.
ENTRY = Table(
    "entry",
    METADATA,
    _numbered(),
    Column("feed", Text, ForeignKey("feed.name"), nullable=False),
    Column("identity", Words, nullable=False),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False, index=True),
    sqlite_autoincrement=True,
)

# The key is a digest of the feed's name and of an identity or alias, which may be longer than an index takes.
# An alias that two entries carried names neither: its entry is empty for good.
ALIAS = Table(
    "alias",
    METADATA,
    Column("key", LargeBinary(16), primary_key=True),
    Column("entry_id", Id, ForeignKey("entry.id"), index=True),
    sqlite_with_rowid=False,
)

# Of an entry's revisions the one with the greatest `shown` is current: what its feed shows now, be it an older text.
# `edit` is what made it so; `held` says why none but urgent rules may tell of it, until it is released.
REVISION = Table(
    "revision",
    METADATA,
    _numbered(),
    _to("entry.id"),
    Column("number", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Words, nullable=False, default=""),
    Column("seen_at", Instant, nullable=False),
    Column("matched_at", Instant),
    Column("version", Integer),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("link", Words, nullable=False),
    Column("guid", Words),
    Column("author", Words, nullable=False),
    Column("categories", Words, nullable=False),
    Column("language", Words, nullable=False),
    Column("published", Instant),
    Column("updated", Instant),
    Column("deleted", Boolean, nullable=False),
    Column("edit", Text, nullable=False, default=""),
    Column("held", Words, nullable=False, default=""),
    UniqueConstraint("entry_id", "digest"),
    UniqueConstraint("entry_id", "number"),
    UniqueConstraint("entry_id", "shown"),
    sqlite_autoincrement=True,
)

# Written out, not bound: a partial index serves only a query that says the same words.
UNMATCHED = REVISION.c.state == literal_column("'unmatched'")
Index("ix_revision_unmatched", REVISION.c.id, sqlite_where=UNMATCHED, postgresql_where=UNMATCHED)

# Whether a text is known under another name.
Index("ix_revision_digest", REVISION.c.digest)

HELD = REVISION.c.held != literal_column("''")
Index("ix_revision_held", REVISION.c.id, sqlite_where=HELD, postgresql_where=HELD)

# What a replay reads of every revision: `text` is its folded text in UTF-8, `fold` names how texts were folded then.
# Another table, so that the rows that everything else reads stay short; a row that is stale or missing is made anew.
FOLDED = Table(
    "folded",
    METADATA,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("fold", Integer, nullable=False),
    Column("text", LargeBinary, nullable=False),
)

ALERT = Table(
    "alert",
    METADATA,
    _numbered(),
    _to("revision.id", unique=True),
    Column("severity", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("committed", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# Every rule that a matched revision met: told by an alert, or suppressed for a reason.
FINDING = Table(
    "finding",
    METADATA,
    Column("revision_id", Id, ForeignKey("revision.id"), primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("severity", Integer, nullable=False),
    Column("hits", Words, nullable=False),
    Column("alert_id", Id, ForeignKey("alert.id"), index=True),
    Column("suppressed", Words, nullable=False, default=""),
)

# Within a scope a rule tells once: until a time, or for ever.
TOLD = Table(
    "told",
    METADATA,
    Column("rule", Text, primary_key=True),
    Column("scope", Text, primary_key=True),
    Column("until", Instant),
    Column("revision_id", Id, nullable=False),
    sqlite_with_rowid=False,
)

DELIVERY = Table(
    "delivery",
    METADATA,
    _numbered(),
    Column("channel", Text, nullable=False),
    Column("route", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("due", Instant, nullable=False),
    Column("created", Instant, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("uncertain", Boolean, nullable=False, default=False),
    Column("reason", Words, nullable=False, default=""),
    Column("token", Text, nullable=False, default=""),
    Column("claimed_until", Instant),
    Column("sent", Instant),
    sqlite_autoincrement=True,
)

WAITING = DELIVERY.c.state.in_((literal_column("'queued'"), literal_column("'retry'")))
CLAIMED = DELIVERY.c.state == literal_column("'claimed'")
# In the order of the claim, with the channel, so that the most urgent free one is found in the index alone.
Index(
    "ix_delivery_waiting",
    DELIVERY.c.severity.desc(),
    DELIVERY.c.due,
    DELIVERY.c.id,
    DELIVERY.c.channel,
    sqlite_where=WAITING,
    postgresql_where=WAITING,
)
# One send in flight per channel, whatever two workers believe.
Index("uq_delivery_claimed", DELIVERY.c.channel, unique=True, sqlite_where=CLAIMED, postgresql_where=CLAIMED)
Index("ix_delivery_state", DELIVERY.c.state, DELIVERY.c.id)

TELLING = Table(
    "telling",
    METADATA,
    Column("delivery_id", Id, ForeignKey("delivery.id"), primary_key=True),
    Column("alert_id", Id, ForeignKey("alert.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# What operators are told of the service itself; of one kind and key the newest says how things stand.
NOTICE = Table(
    "notice",
    METADATA,
    _numbered(),
    Column("kind", Text, nullable=False),
    Column("key", Words, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("subject", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("kind", "key", "number"),
    sqlite_autoincrement=True,
)

REPORT = Table(
    "report",
    METADATA,
    Column("delivery_id", Id, ForeignKey("delivery.id"), primary_key=True),
    Column("notice_id", Id, ForeignKey("notice.id"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# What was published of the rules folder; a content that stays the same from edition to edition is kept once.
# `restores` is the version whose content was put in force again; `over` the digest of the folder that this one is
# pinned over, empty while no clock has read that folder yet, NULL where it is not pinned.
EDITION = Table(
    "edition",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("restores", Integer),
    Column("over", Text),
    Column("changes", Words),
)
CONTENT = Table(
    "content",
    METADATA,
    Column("digest", LargeBinary(16), primary_key=True),
    Column("text", Words, nullable=False),
)
FILE = Table(
    "file",
    METADATA,
    Column("version", Integer, ForeignKey("edition.version"), primary_key=True),
    Column("name", Words, primary_key=True),
    Column("digest", LargeBinary(16), ForeignKey("content.digest"), nullable=False),
)

# What a clock read of the rules folder last: one row.
FOLDER = Table(
    "folder",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("faults", Words, nullable=False),
    Column("kept", Words, nullable=False),
)
