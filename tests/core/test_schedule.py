from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.backoff import backoff
from monitor.core.feed import Feed
from monitor.core.schedule import interval

NOW = datetime(2022, 1, 10, 18, 0, tzinfo=UTC)
FEED = Feed("live", "https://example.org/live", every=(timedelta(minutes=1), timedelta(minutes=15)))


@pytest.mark.parametrize(
    ("age", "pause"),
    [
        (timedelta(minutes=50), timedelta(minutes=5)),
        (timedelta(minutes=2), timedelta(minutes=1)),
        (timedelta(days=3), timedelta(minutes=15)),
        (-timedelta(hours=3), timedelta(minutes=1)),
    ],
    ids=["a tenth of the age", "not below the bounds", "not above them", "a time in the future is new"],
)
def test_a_feed_is_polled_after_a_tenth_of_the_age_of_its_newest_entry(age: timedelta, pause: timedelta) -> None:
    assert interval(FEED, NOW - age, NOW) == pause


def test_a_feed_without_dated_entries_is_polled_at_the_upper_bound() -> None:
    assert interval(FEED, None, NOW) == timedelta(minutes=15)


def test_a_feed_with_live_coverage_is_polled_at_the_lower_bound() -> None:
    live = Feed("live", "https://example.org/live", every=FEED.every, live=True)
    assert interval(live, NOW - timedelta(days=3), NOW) == timedelta(minutes=1)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 1), (1, 1), (2, 2), (5, 16), (7, 60), (10_000, 60)])
def test_a_pause_doubles_with_each_failure_up_to_its_cap(failures: int, seconds: int) -> None:
    assert backoff(failures, timedelta(seconds=1), timedelta(minutes=1), 1.0) == timedelta(seconds=seconds)


@given(st.integers(0, 10**9), st.timedeltas(timedelta(0), timedelta(days=365)), st.floats(0, 1))
def test_a_pause_is_never_more_than_its_cap_nor_less_than_half_of_what_is_due(
    failures: int, base: timedelta, jitter: float
) -> None:
    cap = timedelta(days=1)
    pause = backoff(failures, base, cap, jitter)
    assert min(base, cap) / 2 <= pause + timedelta(microseconds=1)
    assert pause <= cap
