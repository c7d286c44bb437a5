"""The ledger: every transaction of the program, one method each."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from secrets import token_hex

from monitor.core.entry import Entry, Occasion, Revision
from monitor.core.feed import Feed, Validators
from monitor.core.route import Delivery, Send, Settled
from monitor.core.telling.alert import Alert
from monitor.core.telling.notice import Notice
from monitor.core.watching.deciding import Document, decide, document
from monitor.core.watching.flood import Source
from monitor.ledger import (
    checks,
    clockwork,
    editions,
    fate,
    feeds,
    folds,
    matching,
    notices,
    occasions,
    polls,
    sending,
    views,
)
from monitor.ledger.checks import Failed, Same, Standing
from monitor.ledger.clockwork import Pending
from monitor.ledger.database import PATIENCE, Database
from monitor.ledger.editions import Draft, FolderSeen, Published, Version
from monitor.ledger.fate import Fate, Named
from monitor.ledger.feeds import FeedHealth
from monitor.ledger.matching import Proposals
from monitor.ledger.polls import Learn, Poll, Recorded, as_decided
from monitor.ledger.recalling import look
from monitor.ledger.rows import Ids
from monitor.ledger.sending import Claim
from monitor.ledger.views import Counts, NotTold, Page


class Ledger:
    """Feeds, entries, revisions, alerts and deliveries in an SQL database, and its two inboxes.

    Threads may share one. Every method is one transaction, whole or not at all, and raises LedgerError when the
    database is away or locked for too long; it may then be called again. The first one raises StartError
    where there is no ledger, or one of another schema than this program's.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    @classmethod
    def open(cls, url: str, patience: timedelta = PATIENCE) -> "Ledger":
        """Prepare to use the database at this URL; nothing is connected yet.

        `patience` is how long to wait for a lock. Raises: StartError: the URL cannot be used.
        """
        return cls(Database(url, patience))

    def close(self) -> None:
        """Close all connections."""
        self._db.close()

    def check(self) -> None:
        """See that the ledger is there and of this program's schema. Raises: StartError, LedgerError."""
        self._db.check()

    # What the poller uses.

    def record_poll(  # six things that a poll brought; one value of them would be taken apart at once
        self,
        feed: Feed,
        entries: tuple[Entry, ...],
        validators: Validators,
        at: datetime,
        *,
        source: Source | None = None,
        learn: Learn = as_decided,
    ) -> Recorded:
        """Record a document that arrived `at`: its new revisions, and the validators for the next request.

        `source` is where it came from. `learn` is told what was decided, and says what to remember and to tell.
        """
        return self.record_document(document(feed, entries, at, source), validators, learn)

    def record_document(self, found: Document, validators: Validators, learn: Learn = as_decided) -> Recorded:
        """Record a document of a feed, and the validators for the next request; `learn` as above."""
        poll = Poll(found, validators, learn)
        before = self._db.read(lambda tx: look(tx, poll.document))
        decision = decide(poll.document, before.recalled)  # reads texts: not while others wait for the write lock
        return self._db.write(lambda tx: polls.record(tx, poll, before, decision))

    def standings(self, names: Collection[str]) -> Mapping[str, Standing]:
        """Give how it stands with feeds that are to be polled, as far as they were polled before."""
        return self._db.read(lambda tx: checks.standings(tx, names))

    def record_same(self, polls: Collection[Same]) -> tuple[int, ...]:
        """Record that feeds answered and have not changed; give the deliveries that tell operators of some.

        A poll since whose beginning something was written of its feed does not count, and tells nobody.
        """
        return self._db.write(lambda tx: checks.record_same(tx, polls))

    def record_failed(self, polls: Collection[Failed]) -> tuple[int, ...]:
        """Record that polls of feeds failed; give the deliveries that tell operators of some; those count as above."""
        return self._db.write(lambda tx: checks.record_failed(tx, polls))

    def release(self, feed: str) -> int:
        """Let what is held of a feed be matched once more, and told like all else; say how many revisions it is."""
        return self._db.write(lambda tx: matching.release(tx, feed))

    def feeds(self) -> tuple[FeedHealth, ...]:
        """Say how every feed does that was ever polled, by name."""
        return self._db.read(feeds.feeds)

    # What the matchers use.

    def unmatched(self, ids: tuple[int, ...] = (), limit: int = 100, *, after: int = 0) -> tuple[Revision, ...]:
        """Read revisions that are not yet matched, oldest first: of these ids, or whichever there are.

        With `after` those behind that id. One that a newer revision of its entry has overtaken is marked superseded
        and not given.
        """
        inbox = self._db.read(lambda tx: matching.inbox(tx, ids, limit, after))
        if inbox.overtaken:
            self._db.write(matching.supersede)
            inbox = self._db.read(lambda tx: matching.inbox(tx, ids, limit, after))
        return inbox.revisions

    def before(self, ids: Collection[int]) -> Mapping[int, Revision]:
        """Give what these revisions edit, as far as they do: the newest text before each that was matched, or known."""
        return self._db.read(lambda tx: matching.before(tx, ids))

    def record_match(self, proposals: Proposals, version: int, at: datetime) -> tuple[int, ...]:
        """Record what revisions, by id, were found to tell under this version of the book; give the new deliveries.

        Only what was still unmatched counts. Every finding is kept: told, or suppressed for a reason.
        """
        return self._db.write(lambda tx: matching.record_match(tx, proposals, version, at))

    # What the deliverers use.

    def claim(self, now: datetime) -> Claim | None:
        """Claim the most urgent due delivery whose channel is free; None: there is none.

        A claim that ran out keeps its channel busy until `expire_claims` has freed it.
        """
        return self._db.write(lambda tx: sending.claim(tx, token_hex(8), now))

    def settle(self, delivery: Delivery, settled: Settled, at: datetime) -> bool:
        """Record what the sending of a claimed delivery came to; say whether it counted.

        A late success counts unless the delivery was claimed again, even if it was given up; a late failure never.
        """
        return self._db.write(lambda tx: sending.settle(tx, delivery, settled, at))

    # What the clock uses.

    def expire_claims(self, now: datetime) -> tuple[Delivery, ...]:
        """Free the claims that ran out, marked uncertain; give their deliveries, queued again or given up."""
        return self._db.write(lambda tx: sending.expire(tx, now))

    def pending(self, now: datetime, patience: timedelta) -> Pending:
        """Look into both inboxes; revisions count only when they have waited for `patience`."""
        return self._db.read(lambda tx: clockwork.pending(tx, now, now - patience))

    def prune(self, before: datetime) -> int:
        """Forget entries that no feed has shown since `before`, with their alerts; say how many.

        Kept is what the newest document of its feed shows, what is unmatched, and what is still to be delivered.
        """
        forgotten = 0
        while some := self._db.write(lambda tx: clockwork.prune(tx, before)):  # in parts: others want to write too
            forgotten += some
        self._db.write(lambda tx: clockwork.forget_told(tx, before))
        self._db.write(lambda tx: notices.prune(tx, before))
        return forgotten

    def prune_editions(self, before: datetime) -> int:
        """Forget editions published before `before` that no alert names, but for the newest ones; say how many."""
        return self._db.write(lambda tx: editions.prune(tx, before))

    def refold(self, limit: int = 500) -> int:
        """Fold some texts that are not stored folded as this program folds them; say how many, 0: all are."""
        if texts := self._db.read(lambda tx: folds.missing(tx, limit)):
            self._db.write(lambda tx: folds.mend(tx, texts))
        return len(texts)

    # What a replay reads.

    def sift(self, wanted: folds.Wanted) -> Ids:
        """Give the ids of the revisions whose folded text is wanted."""
        return self._db.read(lambda tx: folds.sift(tx, wanted))

    def sample(self, size: int) -> tuple[bytes, ...]:
        """Give some folded texts, `size` at most."""
        return self._db.read(lambda tx: folds.sample(tx, size))

    def revisions_of(self, feeds: Collection[str] = ()) -> Ids:
        """Give the ids of all revisions of these feeds, or of all there are."""
        return self._db.read(lambda tx: occasions.of_feeds(tx, feeds))

    def in_time(self, ids: Ids, until: datetime) -> Ids:
        """Put revisions in the order in which they were matched, or else seen; leave out what came later."""
        return self._db.read(lambda tx: occasions.in_time(tx, ids, until))

    def occasions(self, ids: Collection[int], *, edits: bool = False) -> tuple[Occasion, ...]:
        """Read revisions as they were matched, in this order; with `edits` also the texts that they edit."""
        return self._db.read(lambda tx: occasions.occasions(tx, ids, edits=edits))

    def kept_since(self) -> datetime | None:
        """Say when the oldest revision was seen that is still kept; None: there is none."""
        return self._db.read(occasions.kept_since)

    # The rules at work.

    def publish(self, sources: Mapping[str, str], at: datetime) -> int:
        """Publish the files of a rules folder, unless they are the newest edition already; give the version."""
        return self._db.write(lambda tx: editions.publish(tx, sources, at))

    def succeed(self, draft: Draft, at: datetime) -> Published | None:
        """Publish a draft if the newest edition is still the one that it was made after; else give None."""
        return self._db.write(lambda tx: editions.succeed(tx, draft, at))

    def hold(self, version: int, digest: str) -> None:
        """Note over which folder an edition is pinned, if nobody knew that yet."""
        self._db.write(lambda tx: editions.hold(tx, version, digest))

    def unpin(self, version: int) -> bool:
        """Let the folder be published over this edition; say whether it was the newest, and pinned."""
        return self._db.write(lambda tx: editions.unpin(tx, version))

    def versions(self, limit: int | None = None) -> tuple[Version, ...]:
        """Give the newest `limit` editions that are kept, oldest first."""
        return self._db.read(lambda tx: editions.versions(tx, limit))

    def folder_seen(self) -> FolderSeen:
        """Give what a clock read of the rules folder last."""
        return self._db.read(editions.folder_seen)

    def see_folder(self, seen: FolderSeen) -> None:
        """Write what a clock read of the rules folder."""
        self._db.write(lambda tx: editions.see_folder(tx, seen))

    def notify(self, notice: Notice, sends: Iterable[Send]) -> tuple[int, ...]:
        """Tell operators by these sends, unless the newest notice of its kind and key says the same.

        Gives the ids of the deliveries.
        """
        return self._db.write(lambda tx: notices.notify(tx, notice, sends))

    def published(self) -> Published | None:
        """Name the newest edition; None: nothing was ever published."""
        return self._db.read(editions.published)

    def sources(self, version: int) -> Mapping[str, str]:
        """Give the files of an edition by name."""
        return self._db.read(lambda tx: editions.sources(tx, version))

    # What people ask.

    def alerts(
        self, limit: int | None = None, *, feed: str = "", rule: str = "", after: int | None = None
    ) -> tuple[Alert, ...]:
        """Give the newest `limit` alerts as they were made, oldest first; with `after` the first behind that id."""
        return self._db.read(lambda tx: views.alerts(tx, Page(limit, after), feed, rule))

    def deliveries(
        self, limit: int | None = None, *, state: str = "", after: int | None = None
    ) -> tuple[Delivery, ...]:
        """Give the newest `limit` deliveries, oldest first; with `after` the first behind that id."""
        return self._db.read(lambda tx: views.deliveries(tx, Page(limit, after), state))

    def notices(self, limit: int | None = None, *, after: int | None = None) -> tuple[Notice, ...]:
        """Give the newest `limit` notices to operators, oldest first; with `after` the first behind that id."""
        return self._db.read(lambda tx: views.notices(tx, Page(limit, after)))

    def not_told(
        self, limit: int | None = None, *, feed: str = "", rule: str = "", after: int | None = None
    ) -> tuple[NotTold, ...]:
        """Give why the newest `limit` revisions of which nobody was told were not, oldest first; `after` as above."""
        return self._db.read(lambda tx: views.not_told(tx, Page(limit, after), feed, rule))

    def fate_of_alert(self, alert_id: int) -> Fate | None:
        """Say what became of the revision that an alert told; None: there is no such alert."""
        return self._db.read(lambda tx: fate.of_alert(tx, alert_id))

    def fate_of_entry(self, entry_id: int, number: int | None = None) -> Fate | None:
        """Say what became of an entry's revision of this number, or of its current one; None: there is none."""
        return self._db.read(lambda tx: fate.of_entry(tx, entry_id, number))

    def entries_named(self, name: str) -> tuple[Named, ...]:
        """List the entries of this identity or link, the newest first."""
        return self._db.read(lambda tx: fate.named(tx, name))

    def newest_numbers(self) -> tuple[int, int]:
        """Give the numbers of the newest entry and of the newest alert; 0: there is none."""
        return self._db.read(fate.newest)

    def counts(self) -> Counts:
        """Count what the ledger holds."""
        return self._db.read(views.counts)
