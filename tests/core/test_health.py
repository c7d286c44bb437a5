"""What operators are told of feeds: cases of tests/core/cases/feeds.yaml, and what holds for all of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.feed import Feed
from monitor.core.telling.notice import Notice
from monitor.core.watching.conditions import AGAIN, SETTLES_AGAIN
from monitor.core.watching.health import Health, Visit, notices, visited
from monitor.core.watching.memory import Memory, from_json, to_json
from monitor.core.watching.rhythm import Rhythm, arrived
from monitor.core.watching.wording import LONGEST, span

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "feeds.yaml").read_text())
T0 = datetime(2022, 1, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = Feed("direct", "https://example.org/direct")
UNITS = {"m": MINUTE, "h": HOUR}
TROUBLES = ("failing", "gone", "robots", "broken")


def duration(written: str) -> timedelta:
    return int(written[:-1]) * UNITS[written[-1]]


class Watch:
    """A feed that is polled, and what operators are told of it."""

    def __init__(self, feed: Feed = FEED, rhythm: Rhythm | None = None, now: datetime = T0) -> None:
        self.feed, self.health, self.rhythm, self.now = feed, Health(), rhythm or Rhythm(), now
        self.told: list[Notice] = []

    def poll(self, after: timedelta, visit: Visit, new: int = 0) -> None:
        """Poll it once more."""
        self.now += after
        if not visit.trouble:
            self.rhythm = arrived(self.rhythm, [self.now] * new, self.now, overflow=visit.overflow)
        before = self.health
        self.health = from_json(to_json(Memory(health=visited(self.feed, before, visit, self.rhythm, self.now)))).health
        self.told += notices(self.feed, before, self.health, self.now, 7)


@pytest.fixture(scope="module")
def well() -> tuple[Rhythm, Health]:
    """What is remembered of a feed that was well for a month."""
    watch = Watch(now=T0 - 30 * DAY)
    for number in range(30 * 48):
        watch.poll(HOUR / 2, Visit(kind="feed", entries=20), new=number % 4 == 3)
    assert watch.now == T0
    assert not watch.told
    return watch.rhythm, watch.health


@pytest.fixture
def watch(well: tuple[Rhythm, Health]) -> Watch:
    made = Watch(rhythm=well[0])
    made.health = well[1]
    return made


def visit_of(poll: Mapping[str, Any]) -> Visit:
    """Read what a poll of a case came to."""
    for trouble in TROUBLES:
        if trouble in poll:
            rests = duration(poll.get("rests", "0m"))
            return Visit(trouble, poll[trouble], rests=rests)  # type: ignore[arg-type]  # one of those that there are
    shows = poll.get("entries")
    kind = poll.get("kind", "auto" if shows is None else "feed")
    return Visit(kind=kind, entries=shows, overflow=poll.get("overflow", False), moved_to=poll.get("moved_to", ""))


def said(feed: Watch, case: Mapping[str, Any]) -> Iterator[tuple[timedelta, Notice]]:
    """Poll a feed as a case says; give what is told, and how long after the first of these polls."""
    first = None
    for poll in case["polls"]:
        for _ in range(poll["times"]):
            already = len(feed.told)
            feed.poll(duration(poll["after"]), visit_of(poll), poll.get("new", 0))
            first = first or feed.now
            yield from ((feed.now - first, notice) for notice in feed.told[already:])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_operators_are_told_what_is_the_matter_since_when_why_and_what_to_do(
    case: Mapping[str, Any], watch: Watch
) -> None:
    if "over" in case:
        over = T0 + duration(case["over"])
        watch.rhythm = replace(watch.rhythm, wishes=replace(watch.rhythm.wishes, over=over))
    found = list(said(watch, case))
    assert [notice.subject for _, notice in found] == [one["subject"] for one in case["then"]]
    for (after, notice), expected in zip(found, case["then"], strict=True):
        assert (after, notice.severity) == (
            duration(expected["in"]),
            expected["severity"],
        )
        missing = [words for words in expected.get("says", ()) if words not in notice.text]
        assert not missing, notice.text
        assert (notice.kind, notice.version, notice.at) == ("feed", 7, T0 + duration(case["polls"][0]["after"]) + after)
        assert notice.key.startswith("direct:")


def test_ten_ways_to_break_are_ten_things_to_say() -> None:
    begins = [case["then"][0] for case in CASES if case["then"]]
    assert len({(one["subject"], *one.get("says", ())) for one in begins}) >= 10


def test_what_was_told_names_its_state_so_that_the_ledger_tells_it_once(watch: Watch) -> None:
    watch.poll(MINUTE, Visit("gone", "410 Gone"))
    before = watch.health
    watch.poll(MINUTE, Visit(kind="feed", entries=20))
    watch.poll(HOUR, Visit(kind="feed", entries=20))
    assert [(one.key, one.state) for one in watch.told] == [("direct:gone", "gone"), ("direct:gone", "")]
    assert not notices(FEED, before, before, watch.now)


def test_a_feed_that_never_answered_is_told_like_any_other() -> None:
    fresh = Watch()
    for _ in range(5):
        fresh.poll(15 * MINUTE, Visit("failing", "the host is not known"))
    assert [one.subject for one in fresh.told] == ["Feed fails: direct"]


@pytest.mark.parametrize(("rests", "told"), [(HOUR, 0), (DAY, 0), (DAY + HOUR, 1)])
def test_a_rest_that_is_no_longer_than_a_feed_may_be_left_alone_anyway_is_no_trouble(
    watch: Watch, rests: timedelta, told: int
) -> None:
    watch.feed = replace(FEED, every=(HOUR, DAY))
    watch.poll(MINUTE, Visit("failing", "503", rests=rests))
    assert len(watch.told) == told


def test_a_feed_that_never_had_entries_may_be_empty() -> None:
    fresh = Watch()
    for _ in range(50):
        fresh.poll(HOUR, Visit(kind="feed", entries=0))
    assert not fresh.told


def test_whoever_edits_a_feed_is_told_how_it_does_from_then_on(watch: Watch) -> None:
    for _ in range(4):
        watch.poll(15 * MINUTE, Visit("failing", "404 Not Found"))
    watch.feed = replace(FEED, url="https://example.org/other")
    watch.poll(MINUTE, Visit(kind="json_feed", entries=0))
    watch.poll(10 * MINUTE, Visit(kind="json_feed", entries=0))
    assert [one.subject for one in watch.told] == ["Feed fails: direct", "Feed answers again: direct"]
    assert watch.health.kind == "json_feed"


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_password_in_an_address_is_not_told(trouble: str) -> None:
    protected = Watch(replace(FEED, url="https://reader:sesame@example.org/direct"))
    for _ in range(4):
        protected.poll(15 * MINUTE, Visit(trouble, "no"))  # type: ignore[arg-type]  # one of those that there are
    (notice,) = protected.told
    assert "sesame" not in notice.text
    assert ("https://example.org/direct" in notice.text) == (trouble in {"failing", "broken"})


def test_what_a_server_writes_is_told_in_part(watch: Watch) -> None:
    watch.poll(MINUTE, Visit("gone", "x" * 99_999))
    (notice,) = watch.told
    assert LONGEST < len(notice.text) < 3 * LONGEST


def test_one_good_poll_among_many_that_fail_is_no_recovery(watch: Watch) -> None:
    for number in range(60):
        watch.poll(15 * MINUTE, Visit("failing", "503") if number % 8 else Visit(), new=1)
    assert [one.subject for one in watch.told] == ["Feed fails: direct"]


def test_a_condition_that_comes_again_is_over_when_it_was_well_for_half_a_day(watch: Watch) -> None:
    for trouble, after in (("gone", MINUTE), ("", MINUTE), ("", HOUR), ("gone", HOUR), ("", MINUTE)):
        watch.poll(after, Visit(trouble, "410"))  # type: ignore[arg-type]  # a literal in a tuple is a text
    assert [one.state for one in watch.told] == ["gone", "", "gone"]
    watch.poll(SETTLES_AGAIN - MINUTE, Visit())
    assert len(watch.told) == 3
    watch.poll(MINUTE, Visit())
    assert [one.state for one in watch.told] == ["gone", "", "gone", ""]
    watch.poll(AGAIN, Visit(), new=1)
    assert watch.health.conditions == ()


visits = st.one_of(
    st.builds(Visit, st.sampled_from(TROUBLES), st.text(max_size=5)),
    st.builds(
        Visit,
        kind=st.sampled_from(["auto", "feed", "live_blog", "page"]),
        entries=st.none() | st.integers(0, 3),
        overflow=st.booleans(),
        moved_to=st.sampled_from(["", "https://a.example", "https://b.example"]),
    ),
)


@given(st.lists(st.tuples(st.timedeltas(timedelta(seconds=1), 2 * HOUR), visits, st.integers(0, 2)), max_size=120))
def test_however_a_feed_flaps_operators_are_told_of_a_condition_six_times_a_day_at_most(
    polls: list[tuple[timedelta, Visit, int]],
) -> None:
    feed = Watch()
    for after, visit, new in polls:
        feed.poll(after, visit, new)
    for one in feed.told:
        within = [other.key for other in feed.told if timedelta(0) <= other.at - one.at < DAY]
        assert max(Counter(within).values()) <= 6
    for key in {one.key for one in feed.told}:
        states = [one.state != "" for one in feed.told if one.key == key]
        assert states == [number % 2 == 0 for number in range(len(states))]


@given(st.lists(st.tuples(st.datetimes(timezones=st.just(UTC)), visits), max_size=20))
def test_a_clock_that_jumps_does_no_harm(polls: list[tuple[datetime, Visit]]) -> None:
    feed = Watch()
    for now, visit in polls:
        feed.poll(now - feed.now, visit)
        assert all(one.since is not None and one.since <= now for one in feed.health.conditions)


def test_a_clock_that_jumps_ahead_makes_no_feed_quiet(watch: Watch) -> None:
    watch.poll(400 * DAY, Visit(kind="feed", entries=20))
    watch.poll(-400 * DAY, Visit(kind="feed", entries=20))
    watch.poll(HOUR, Visit(kind="feed", entries=20))
    assert not watch.told


@pytest.mark.parametrize(
    ("lasts", "words"),
    [(-HOUR, "0 min"), (119 * MINUTE, "119 min"), (2 * HOUR, "2 h"), (47 * HOUR, "47 h"), (3 * DAY, "3 days")],
)
def test_spans_are_said_as_roughly_as_people_say_them(lasts: timedelta, words: str) -> None:
    assert span(lasts) == words
