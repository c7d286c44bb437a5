from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.watching.memory import Memory, from_json, to_json
from monitor.core.watching.rhythm import (
    GROWS,
    HABIT,
    LONGEST_STEP,
    RECENT,
    Rhythm,
    Wishes,
    arrived,
    daily,
    habit,
    usual,
)

T0 = datetime(2022, 1, 10, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

times = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def watch(every: timedelta, lasts: timedelta, step: timedelta = HOUR / 2, start: datetime = T0) -> Rhythm:
    """Poll a feed for some time that brings an entry every so often."""
    rhythm, now, came = Rhythm(), start, start
    while now <= start + lasts:
        new = []
        while came <= now:
            new.append(came)
            came += every
        rhythm, now = arrived(rhythm, new, now), now + step
    return rhythm


def test_a_feed_that_was_never_polled_has_no_rhythm() -> None:
    assert (usual(Rhythm()), daily(Rhythm()), habit(Rhythm(), T0)) == ("", 0.0, 1.0)


def test_the_first_document_tells_a_feeds_past_as_far_as_it_counts() -> None:
    rhythm = arrived(Rhythm(), [T0 - DAY, T0 - 400 * DAY, T0 - HOUR, T0, T0 + HOUR], T0)
    assert (rhythm.began, rhythm.newest) == (T0 - DAY, T0 - HOUR)
    assert 1.9 < rhythm.entries < 2
    assert rhythm.watched == rhythm.silent == rhythm.longest == timedelta(0)
    assert arrived(Rhythm(), [], T0) == Rhythm(at=T0, began=T0, waves=(0.0,) * 4)


def test_what_came_of_late_counts_less_and_less() -> None:
    rhythm = arrived(Rhythm(at=T0, began=T0), [T0 + MINUTE], T0 + MINUTE)
    assert rhythm.recent == 1.0
    assert arrived(rhythm, [], T0 + MINUTE + RECENT).recent == pytest.approx(0.368, abs=0.001)


def test_a_time_that_cannot_be_that_of_an_arrival_is_the_nearest_that_can() -> None:
    rhythm = arrived(Rhythm(at=T0, began=T0), [T0 - 90 * DAY, T0 + 90 * DAY], T0 + HOUR)
    assert rhythm.newest == T0 + HOUR
    assert rhythm.longest == HOUR


@pytest.mark.parametrize(
    ("per_day", "said"),
    [
        (160, "every 9 min"),
        (9999, "every 1 min"),
        (12.1, "every 119 min"),
        (12, "12 a day"),
        (3.3, "3 a day"),
        (0.96, "1 a day"),
        (0.6, "4 a week"),
        (1 / 7, "1 a week"),
        (1 / 12, "2 a month"),
        (1 / 31, "1 a month"),
        (1 / 40, "less than 1 a month"),
    ],
)
def test_the_usual_rhythm_is_said_as_people_say_it(per_day: float, said: str) -> None:
    rhythm = Rhythm(at=T0, began=T0 - 999 * DAY, entries=per_day * (HABIT / DAY))
    assert usual(rhythm) == said
    assert daily(rhythm) == pytest.approx(per_day)


def test_a_day_with_a_few_entries_is_not_taken_for_more_than_it_was() -> None:
    assert daily(arrived(Rhythm(), [T0 - HOUR] * 10, T0)) == pytest.approx(10, rel=0.05)


def test_the_habit_of_the_day_is_high_when_entries_come_and_never_negative() -> None:
    rhythm = Rhythm(at=T0, began=T0)
    for day in range(20):
        for hour in range(24):
            now = T0 + day * DAY + hour * HOUR
            rhythm = arrived(rhythm, [now] if hour in (8, 9) else [], now)
    found = [habit(rhythm, T0 + hour * HOUR) for hour in range(24)]
    assert found.index(max(found)) in (8, 9)
    assert max(found) > 2.5
    assert 0 <= min(found) < 0.2
    assert sum(found) / 24 == pytest.approx(1)


def test_silences_are_counted_as_far_as_they_were_watched() -> None:
    rhythm = arrived(Rhythm(at=T0, began=T0), [T0 + HOUR], T0 + 2 * HOUR)
    assert (rhythm.silent, rhythm.longest) == (HOUR, HOUR)
    away = arrived(rhythm, [], T0 + 30 * DAY)
    assert (away.silent, away.watched) == (HOUR + LONGEST_STEP, 2 * HOUR + LONGEST_STEP)
    back = arrived(away, [T0 + 30 * DAY + HOUR], T0 + 30 * DAY + HOUR)
    assert back.silent == timedelta(0)
    assert back.longest == 2 * HOUR + LONGEST_STEP


def test_the_longest_silence_is_forgotten_slowly_and_one_that_is_far_longer_is_not_believed() -> None:
    rhythm = watch(DAY, 2 * HABIT)
    assert rhythm.longest == DAY
    busy = rhythm
    for hour in range(1, 40 * 24):
        now = T0 + 2 * HABIT + hour * HOUR
        busy = arrived(busy, [now], now)
    assert 0.4 * DAY < busy.longest < 0.6 * DAY
    dead = rhythm
    for hour in range(1, 60 * 24):
        dead = arrived(dead, [], T0 + 2 * HABIT + hour * HOUR)
    back = T0 + 2 * HABIT + 60 * DAY
    assert arrived(dead, [back], back).longest == GROWS * DAY


def test_an_overflow_is_remembered_with_how_long_the_window_lasted() -> None:
    rhythm = arrived(Rhythm(at=T0, began=T0), [T0 + HOUR], T0 + HOUR, overflow=True)
    assert (rhythm.missed, rhythm.lasted) == (T0 + HOUR, HOUR)
    assert arrived(rhythm, [], T0 + 2 * HOUR).missed == T0 + HOUR


@given(st.lists(st.tuples(times, st.lists(times, max_size=3)), max_size=8))
def test_wherever_the_clock_jumps_nothing_negative_and_nothing_of_the_future_is_remembered(
    polls: list[tuple[datetime, list[datetime]]],
) -> None:
    rhythm = Rhythm()
    for now, came in polls:
        rhythm = arrived(rhythm, came, now)
        assert rhythm.at == now
        assert rhythm.began is not None
        assert rhythm.began <= now
        assert rhythm.newest is None or rhythm.newest <= now
        assert min(rhythm.recent, rhythm.entries, habit(rhythm, now), daily(rhythm)) >= 0
        assert timedelta(0) <= rhythm.silent <= rhythm.watched
        assert rhythm.longest >= timedelta(0)
    assert rhythm.watched <= len(polls) * LONGEST_STEP


def test_one_poll_a_day_or_one_a_minute_teach_the_same_rhythm() -> None:
    rarely, often = (watch(8 * HOUR, 30 * DAY, step) for step in (DAY, HOUR))
    assert daily(rarely) == pytest.approx(daily(often), rel=0.1)
    assert all(abs(a - b) < 1 for a, b in pairwise((rarely.entries, often.entries)))


def test_a_rhythm_is_kept_in_a_short_text() -> None:
    rhythm = replace(watch(9 * MINUTE, 3 * DAY), wishes=Wishes(HOUR, (1, 2), (6,), T0), missed=T0, lasted=HOUR)
    text = to_json(Memory(rhythm=rhythm))
    assert from_json(text).rhythm == rhythm
    assert len(text) < 700


@pytest.mark.parametrize("waves", [(), (1.0, 2.0), (1.0,) * 6])
def test_waves_of_another_program_are_no_habit(waves: tuple[float, ...]) -> None:
    before = Rhythm(at=T0, began=T0, entries=5.0, waves=waves)
    assert habit(before, T0) == 1.0
    assert arrived(before, [], T0).waves == (0.0,) * 4
