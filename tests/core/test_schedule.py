from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.backoff import backoff
from monitor.core.errors import FetchError, ParseError
from monitor.core.feed import Feed
from monitor.core.schedule import (
    DENSE,
    FAILED_PAUSE,
    GONE_PAUSE,
    HOT,
    TIMES_A_WINDOW,
    UNKNOWN,
    WATCHFUL,
    WORKING,
    Hints,
    next_poll,
    own_pause,
    pause_after,
    rest_of_host,
)
from monitor.core.watching.rhythm import Rhythm, Wishes, arrived

NOW = datetime(2022, 1, 10, 18, 0, tzinfo=UTC)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = Feed("live", "https://example.org/live")
SHORTEST, LONGEST = FEED.every


def aged(age: timedelta) -> Rhythm:
    """A feed that was watched for some hours, and whose last entry is so old."""
    return Rhythm(at=NOW, began=NOW - timedelta(hours=20), newest=NOW - age)


def wait(rhythm: Rhythm, feed: Feed = FEED, hints: Hints | None = None, jitter: float = 0.5) -> timedelta:
    return next_poll(feed, rhythm, hints or Hints(), NOW, jitter) - NOW


def test_a_feed_without_any_entry_is_awaited() -> None:
    assert wait(Rhythm(at=NOW)) == UNKNOWN


def test_while_a_blog_may_go_on_no_pause_is_longer_than_nine_minutes_and_later_it_rests() -> None:
    assert wait(aged(HOUR)) == WORKING == 9 * MINUTE
    assert WORKING < wait(aged(2.2 * HOUR)) < LONGEST
    assert wait(aged(5 * HOUR)) == wait(aged(timedelta(days=400))) == LONGEST


def test_the_more_came_of_late_the_sooner_is_the_next_poll() -> None:
    pauses = [wait(replace(aged(MINUTE), recent=recent)) for recent in (0.0, 1.0, 2.0, 100.0)]
    assert pauses == sorted(pauses, reverse=True)
    assert len(set(pauses)) == len(pauses)
    assert pauses[-1] == HOT * SHORTEST


@pytest.mark.parametrize("minutes", [1, 5, 60])
def test_bounds_that_are_alike_are_the_pause_whatever_the_rhythm(minutes: int) -> None:
    feed = replace(FEED, every=(minutes * MINUTE, minutes * MINUTE))
    assert {wait(rhythm, feed) for rhythm in (Rhythm(), aged(HOUR), replace(aged(MINUTE), recent=50.0))} == {
        minutes * MINUTE
    }


def test_bounds_hold_over_what_the_rhythm_would_want() -> None:
    rare = replace(FEED, every=(HOUR, DAY))
    assert wait(replace(aged(MINUTE), recent=50.0), rare) == HOT * HOUR
    often = replace(FEED, every=(timedelta(seconds=1), timedelta(seconds=30)))
    assert wait(aged(DAY), often) == timedelta(seconds=30)


def daily_at(hour: int, days: int = 10) -> Rhythm:
    """A feed that brings three entries a day, all within one hour, polled four times an hour."""
    start = datetime(2022, 1, 1, tzinfo=UTC)
    times = [start + timedelta(days=day, hours=hour, minutes=20 * part) for day in range(days) for part in range(3)]
    rhythm = Rhythm()
    for quarter in range(days * 96):
        now = start + 15 * MINUTE * quarter
        rhythm = arrived(rhythm, [time for time in times if now - 15 * MINUTE < time <= now], now)
    return rhythm


def test_a_feed_with_habits_is_polled_more_often_at_the_time_at_which_its_entries_come() -> None:
    rhythm = replace(daily_at(9), recent=0.0)
    at = {hour: own_pause(FEED, rhythm, datetime(2022, 1, 11, hour, 30, tzinfo=UTC)) for hour in range(24)}
    assert min(at, key=at.__getitem__) in (8, 9)
    assert DENSE <= at[9] <= 4 * MINUTE
    assert min(at[21], at[3]) > 20 * MINUTE
    assert max(at.values()) == LONGEST


def test_one_busy_evening_is_no_habit() -> None:
    rhythm = replace(daily_at(20, days=1), recent=0.0)
    assert own_pause(FEED, rhythm, datetime(2022, 1, 1, 21, 30, tzinfo=UTC)) == WORKING
    assert own_pause(FEED, rhythm, datetime(2022, 1, 2, 20, 30, tzinfo=UTC)) == LONGEST


def test_live_coverage_is_polled_at_the_lower_bound_until_it_is_over() -> None:
    live = replace(FEED, live=True)
    assert wait(aged(DAY), live) == SHORTEST
    assert wait(replace(aged(DAY), wishes=Wishes(over=NOW + HOUR)), live) == SHORTEST
    assert wait(replace(aged(DAY), wishes=Wishes(over=NOW)), live) == LONGEST


def test_a_feed_that_may_have_been_missed_in_part_is_polled_several_times_a_window_for_a_day() -> None:
    rhythm = arrived(Rhythm(at=NOW - 20 * MINUTE), [NOW - 3 * HOUR], NOW, overflow=True)
    rhythm = replace(rhythm, newest=NOW - DAY, recent=0.0)
    assert wait(rhythm) == 20 * MINUTE / TIMES_A_WINDOW
    assert own_pause(FEED, rhythm, NOW + WATCHFUL) == LONGEST
    assert wait(replace(rhythm, lasted=timedelta(seconds=10))) == SHORTEST
    assert wait(replace(rhythm, lasted=DAY)) == LONGEST


@given(st.floats(0, 1))
def test_pauses_are_spread_by_a_tenth(jitter: float) -> None:
    assert 0.9 * LONGEST <= wait(aged(DAY), jitter=jitter) <= 1.1 * LONGEST
    assert wait(aged(DAY), jitter=0) < wait(aged(DAY), jitter=1)


@pytest.mark.parametrize(
    ("fresh_for", "ttl"), [(2 * HOUR, timedelta(0)), (timedelta(0), 2 * HOUR), (HOUR, 2 * HOUR), (2 * HOUR, HOUR)]
)
def test_what_server_and_feed_ask_for_is_a_floor_that_jitter_does_not_undercut(
    fresh_for: timedelta, ttl: timedelta
) -> None:
    rhythm = replace(aged(MINUTE), wishes=Wishes(ttl=ttl))
    assert wait(rhythm, hints=Hints(fresh_for), jitter=0) == 2 * HOUR
    assert wait(rhythm, replace(FEED, heed=False), Hints(fresh_for)) == WORKING


def test_what_a_robots_txt_asks_for_is_a_floor_whatever_else_is_heeded() -> None:
    busy = replace(FEED, live=True, every=(timedelta(seconds=1), MINUTE), heed=False)
    assert wait(Rhythm(), busy, Hints(crawl_delay=timedelta(seconds=30))) == timedelta(seconds=30)
    assert wait(aged(DAY), hints=Hints(crawl_delay=MINUTE)) == LONGEST


@pytest.mark.parametrize(
    ("error", "failures", "pause"),
    [
        (ParseError("no feed"), 1, SHORTEST),
        (FetchError("500"), 3, 4 * SHORTEST),
        (FetchError("500"), 99, LONGEST),
        (FetchError("503", retry_after=HOUR), 1, HOUR),
        (FetchError("503", retry_after=HOUR, host_wide=True), 1, HOUR + SHORTEST),
        (FetchError("503", retry_after=timedelta(seconds=1)), 1, SHORTEST),
        (FetchError("410", gone=True, retry_after=HOUR), 1, GONE_PAUSE),
    ],
)
def test_a_feed_that_failed_is_left_alone_for_long_enough(
    error: FetchError | ParseError, failures: int, pause: timedelta
) -> None:
    assert pause_after(error, failures, FEED, 1.0) == pause


def test_a_feed_that_is_polled_often_is_tried_once_in_a_quarter_of_an_hour_at_last() -> None:
    often = replace(FEED, every=(timedelta(seconds=1), MINUTE))
    assert pause_after(FetchError("500"), 99, often, 1.0) == FAILED_PAUSE


@pytest.mark.parametrize(
    ("error", "rests"),
    [
        (FetchError("503", retry_after=HOUR, host_wide=True), HOUR),
        (FetchError("500", retry_after=HOUR), timedelta(0)),
        (FetchError("503", host_wide=True), timedelta(0)),
        (ParseError("no feed"), timedelta(0)),
    ],
)
def test_a_host_rests_only_as_a_whole_and_if_it_asks_for_it(error: FetchError | ParseError, rests: timedelta) -> None:
    assert rest_of_host(error) == rests


def test_a_floor_below_the_own_pause_changes_nothing() -> None:
    assert wait(aged(DAY), hints=Hints(MINUTE)) == wait(aged(DAY), hints=Hints(-DAY)) == LONGEST


@pytest.mark.parametrize("hint", [timedelta(days=999_999), timedelta.max])
def test_mad_hints_count_as_a_day(hint: timedelta) -> None:
    assert wait(aged(DAY), hints=Hints(hint)) == DAY
    assert wait(replace(aged(DAY), wishes=Wishes(ttl=hint))) == DAY


def test_hours_that_are_to_be_skipped_are_waited_for() -> None:
    rhythm = replace(aged(DAY), wishes=Wishes(skip_hours=(18, 19, 20)))
    assert NOW + wait(rhythm) == NOW.replace(hour=21)
    assert wait(rhythm, replace(FEED, heed=False)) == LONGEST
    assert NOW + wait(replace(rhythm, wishes=Wishes(skip_hours=(17, 19)))) == NOW + LONGEST


def test_days_that_are_to_be_skipped_are_waited_for_and_a_day_is_the_most() -> None:
    today = replace(aged(DAY), wishes=Wishes(skip_days=(0,)))
    assert NOW + wait(today) == datetime(2022, 1, 11, tzinfo=UTC)
    into_the_night = replace(aged(DAY), wishes=Wishes(skip_hours=(0, 1), skip_days=(0,)))
    assert NOW + wait(into_the_night) == datetime(2022, 1, 11, 2, tzinfo=UTC)
    assert wait(replace(today, wishes=Wishes(skip_days=tuple(range(7))))) == DAY
    assert wait(replace(today, wishes=Wishes(skip_hours=tuple(range(24))))) == DAY


@given(
    st.builds(
        Rhythm,
        at=st.datetimes(timezones=st.just(UTC)),
        began=st.none() | st.datetimes(timezones=st.just(UTC)),
        newest=st.none() | st.datetimes(timezones=st.just(UTC)),
        recent=st.floats(0, 5000),
        entries=st.floats(0, 1e6),
        waves=st.tuples(*[st.floats(-1e6, 1e6)] * 4) | st.just(()),
        missed=st.none() | st.datetimes(timezones=st.just(UTC)),
        lasted=st.timedeltas(timedelta(0), timedelta(days=9999)),
    ),
    st.floats(0, 1),
)
def test_whatever_is_remembered_and_wherever_the_clock_jumped_the_next_poll_is_within_the_bounds(
    rhythm: Rhythm, jitter: float
) -> None:
    assert 0.9 * SHORTEST <= wait(rhythm, jitter=jitter) <= 1.1 * LONGEST


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
