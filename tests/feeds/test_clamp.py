"""Times in the future are when they were seen, and are marked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.feeds import contents
from tests.feeds.documents import PAGE, SEEN, entries_of, fetched, rss


def item(published: datetime, guid: str = "1") -> str:
    return f"<guid>{guid}</guid><title>Riabkov</title><pubDate>{published:%a, %d %b %Y %H:%M:%S GMT}</pubDate>"


@pytest.mark.parametrize(
    ("later", "published", "ahead"),
    [
        (timedelta(0), SEEN, False),
        (timedelta(minutes=10), SEEN + timedelta(minutes=10), False),
        (timedelta(minutes=10, seconds=1), SEEN, True),
        (timedelta(days=400), SEEN, True),
    ],
)
def test_a_time_is_of_the_future_beyond_ten_minutes(later: timedelta, published: datetime, ahead: bool) -> None:  # noqa: FBT001
    (entry,) = entries_of(rss(item(SEEN + later)))
    assert (entry.published, entry.ahead) == (published, ahead)


def test_an_update_in_the_future_leaves_the_time_of_publication_as_it_is() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>t</title><entry><id>1</id><title>a</title>'
        "<published>2022-01-10T17:00:00Z</published><updated>2031-01-01T00:00:00Z</updated></entry></feed>"
    )
    (entry,) = entries_of(body)
    assert (entry.published, entry.updated) == (datetime(2022, 1, 10, 17, tzinfo=UTC), SEEN)
    assert entry.ahead


def test_an_entry_of_the_future_has_one_identity_whenever_it_is_fetched() -> None:
    def at(now: datetime) -> Entry:
        document = replace(fetched(rss(item(SEEN + timedelta(days=1)).replace("<guid>1</guid>", ""))), received_at=now)
        return contents(document, Feed("live", PAGE)).entries[0]

    first, second = at(SEEN), at(SEEN + timedelta(hours=1))
    assert first.published != second.published
    assert (first.identity, first.aliases) == (second.identity, second.aliases)
