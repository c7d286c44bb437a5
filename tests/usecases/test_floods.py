"""A feed whose entries all get other names, or that comes from elsewhere: from the poll to the operators, and back."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.rule import Severity
from monitor.core.telling.alert import HELD
from monitor.core.watching.flood import AGAIN
from monitor.edition import Edition
from monitor.pipeline import match_batch
from monitor.rulebook import read
from tests.usecases.newsroom import RULES, Newsroom

READ = read(RULES).book
assert READ is not None


def rss(prefix: str, numbers: range, title: str = "Live", days: int | None = 0) -> str:
    """Print a feed whose entries say the same whatever they are called, dated so many days later or (None) not."""
    then = datetime(2022, 1, 10, 17, 52, tzinfo=UTC) + timedelta(days=days or 0)
    items = "".join(
        f"<item><guid>{prefix}{i}</guid><title>L'Otan répond {i}</title>"
        + ("" if days is None else f"<pubDate>{then + timedelta(minutes=i):%a, %d %b %Y %H:%M:%S} +0000</pubDate>")
        + "</item>"
        for i in reversed(numbers)
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"


def show(newsroom: Newsroom, body: str) -> None:
    newsroom.site.says("/live", body)
    newsroom.poll(newsroom.feed())


def match(newsroom: Newsroom, severity: Severity = "normal") -> int:
    """Match all that waits; say how many alerts there are by now."""
    assert READ is not None
    edition = Edition(1, replace(READ, rules={"otan": replace(READ.rules["otan"], severity=severity)}))
    while match_batch(newsroom.ledger, lambda: edition, newsroom.bells):
        pass
    return len(newsroom.ledger.alerts())


def test_known_texts_under_other_names_are_held_until_they_are_released(newsroom: Newsroom) -> None:
    newsroom.publish()
    show(newsroom, rss("a", range(8)))
    assert match(newsroom) == 8
    show(newsroom, rss("b", range(8), days=1))
    assert match(newsroom) == 8
    assert {one.reason for one in newsroom.ledger.not_told()} == {HELD + AGAIN}
    assert newsroom.ledger.release("live") == 8
    assert match(newsroom) == 16


def test_an_urgent_rule_tells_of_a_flood(newsroom: Newsroom) -> None:
    show(newsroom, rss("a", range(8)))
    match(newsroom)
    show(newsroom, rss("b", range(8), days=1))
    assert match(newsroom, "urgent") == 16


def test_another_site_behind_the_same_address_is_held(newsroom: Newsroom) -> None:
    show(newsroom, rss("a", range(8)))
    show(newsroom, rss("b", range(20, 28), "Domain for sale"))
    assert match(newsroom) == 8


def test_the_backlog_of_an_outage_is_told(newsroom: Newsroom) -> None:
    show(newsroom, rss("a", range(8)))
    show(newsroom, rss("a", range(5, 60)))
    assert match(newsroom) == 60


@pytest.mark.parametrize("days", [(0, 0, 0, 0, 0), (0, 1, 2, 3, 4), (None, None, None, None, None)])
@pytest.mark.parametrize("count", [3, 20])
def test_names_that_change_with_each_fetch_make_no_storm(
    newsroom: Newsroom, count: int, days: tuple[int | None, ...]
) -> None:
    show(newsroom, rss("", range(0)))
    for fetch, day in enumerate(days):
        show(newsroom, rss(f"{fetch}-", range(count), days=day))
    assert match(newsroom) == count
    assert newsroom.ledger.counts().entries <= 2 * count


def test_a_feed_that_alternates_between_two_versions_makes_no_storm(newsroom: Newsroom) -> None:
    for fetch in range(8):
        show(newsroom, rss("a", range(8)) if fetch % 2 else rss("a", range(4, 12), "Live: autre titre"))
    assert match(newsroom) == 12
    assert newsroom.ledger.counts().revisions == 12


def test_an_entry_that_is_gone_from_inside_is_withdrawn_though_the_document_does_not_change_any_more(
    newsroom: Newsroom,
) -> None:
    whole = rss("a", range(8))
    item = whole[whole.index("<item><guid>a4<") : whole.index("<item><guid>a3<")]
    show(newsroom, whole)
    for _ in range(3):
        show(newsroom, whole.replace(item, ""))
    (found,) = [one for one in newsroom.ledger.entries_named("a4") if one.feed == "live"]
    fate = newsroom.ledger.fate_of_entry(found.id)
    assert fate is not None
    assert fate.revision.entry.deleted
    assert newsroom.ledger.counts().revisions == 9


def test_each_flood_is_told_and_how_much_is_held_in_all(newsroom: Newsroom) -> None:
    show(newsroom, rss("a", range(8)))
    for number in range(1, 5):
        show(newsroom, rss("b", range(100 * number, 100 * number + 3), "Domain for sale"))
    told = [one for one in newsroom.ledger.notices() if one.key == "live:flood"]
    assert [one.text.partition(" held")[0] for one in told] == [
        "3 new entries are",
        "3 new entries are",
        "6 new entries are",
    ]
    assert ["held in all" in one.text for one in told] == [False, True, True]
    assert "12 are held in all" in told[-1].text


def test_a_site_that_is_not_the_feeds_tells_nothing_until_it_is_released(newsroom: Newsroom) -> None:
    show(newsroom, rss("a", range(8)))
    assert match(newsroom) == 8
    for last in range(30, 34):
        show(newsroom, rss("b", range(20, last), "Casino X"))
        assert match(newsroom) == 8
    show(newsroom, rss("a", range(9)))
    assert match(newsroom) == 9, "the feed has come back"
    show(newsroom, rss("b", range(40, 50), "Casino X"))
    assert newsroom.ledger.release("live") == 23
    show(newsroom, rss("b", range(40, 51), "Casino X"))
    assert match(newsroom) == 33
