"""A ledger on which rules ran, for the verbs that are asked about it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.entry import Entry
from monitor.core.feed import Validators
from monitor.core.match import Matcher
from monitor.core.telling.alert import propose
from monitor.ledger import Ledger
from monitor.ledger.migrations import migrate
from monitor.rulebook import read
from tests.feeds.site import Site

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)


class Service:
    """Publishes, polls and matches on one ledger as the service does; `now` is its clock."""

    def __init__(self, url: str) -> None:
        self.url, self.ledger, self.now = url, Ledger.open(url), T0

    def publish(self, files: Mapping[str, str]) -> int:
        """Bring rules into force."""
        return self.ledger.publish(files, self.now)

    def watch(self, feed: str) -> None:
        """Make the first fetch of a feed, of an empty document."""
        self.poll(feed)

    def poll(self, feed: str, *entries: Entry) -> tuple[int, ...]:
        """Record a document of a feed of the rules in force."""
        self.now += timedelta(minutes=1)
        return self.ledger.record_poll(self._matcher().book.feeds[feed], entries, Validators(), self.now).unmatched

    def match(self) -> None:
        """Match all that waits."""
        matcher, published = self._matcher(), self.ledger.published()
        assert published is not None
        proposals = {
            revision.id: propose(revision, matcher.findings(revision.entry), matcher.book, self.now)
            for revision in self.ledger.unmatched()
        }
        self.ledger.record_match(proposals, published.version, self.now)

    def _matcher(self) -> Matcher:
        published = self.ledger.published()
        assert published is not None
        reading = read(self.ledger.sources(published.version))
        assert reading.book is not None, reading.errors
        return Matcher(reading.book)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    made = Service(url)
    yield made
    made.ledger.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """Run a web server."""
    with Site() as running:
        yield running
