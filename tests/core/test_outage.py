"""An outage of our own: when it is one, what is told of it, and that no feed is told to fail meanwhile."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.errors import FetchError, ParseError, UnheardError
from monitor.core.feed import Feed
from monitor.core.telling.notice import Notice
from monitor.core.watching import learning, outage
from monitor.core.watching.learning import Failure
from monitor.core.watching.memory import Memory
from monitor.core.watching.outage import FEEDS, LASTS, WITHIN, Network, Polled

T0 = datetime(2022, 1, 10, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
UNHEARD = UnheardError("no connection")


class Watch:
    """A network as a poller sees it."""

    def __init__(self) -> None:
        self.network, self.now = Network(), T0
        self.told: list[Notice] = []

    def poll(self, feeds: Iterable[int], *, answered: bool, hosts: int = 20, after: timedelta = MINUTE) -> None:
        """Poll feeds once more, all at the same time, each on its host."""
        self.now += after
        for number in feeds:
            poll = Polled(f"f{number}", f"h{number % hosts}", answered, self.now)
            self.network, notices = outage.seen(self.network, poll)
            self.told += notices

    @property
    def away(self) -> bool:
        return self.network.since is not None

    @property
    def states(self) -> list[str]:
        return [one.state for one in self.told]


@pytest.fixture
def watch() -> Watch:
    """Forty feeds that were answered, and what of that was told is forgotten."""
    made = Watch()
    made.poll(range(40), answered=True)
    made.told.clear()
    return made


def test_nothing_can_be_reached_where_four_fifths_of_the_feeds_got_no_answer(watch: Watch) -> None:
    watch.poll(range(31), answered=False)
    assert not watch.away
    watch.poll([31], answered=False)
    assert watch.away
    watch.poll([0], answered=True)
    assert not watch.away


@pytest.mark.parametrize(("feeds", "hosts"), [(FEEDS - 1, 20), (40, 2)])
def test_few_feeds_or_hosts_are_no_network(feeds: int, hosts: int) -> None:
    watch = Watch()
    for _ in range(3):
        watch.poll(range(feeds), answered=False, hosts=hosts, after=LASTS)
    assert not watch.away
    assert not watch.told


def test_what_answered_half_an_hour_ago_does_not_count(watch: Watch) -> None:
    watch.poll(range(FEEDS), answered=False, after=WITHIN - MINUTE)
    assert not watch.away
    watch.poll(range(FEEDS), answered=False)
    assert watch.away


def test_an_outage_that_is_rarely_seen_goes_on_until_something_answers(watch: Watch) -> None:
    watch.poll(range(40), answered=False)
    watch.poll([0], answered=False, after=HOUR)
    assert watch.away
    watch.poll([1], answered=True)
    assert not watch.away


def test_an_outage_is_told_once_when_it_lasts_and_once_when_it_is_over(watch: Watch) -> None:
    for _ in range(60):
        watch.poll(range(40), answered=False)
    watch.poll(range(40), answered=True)
    watch.poll(range(40), answered=True, after=10 * MINUTE)
    begin, end = watch.told
    assert begin.at == T0 + 2 * MINUTE + LASTS
    assert (begin.kind, begin.key, begin.state, begin.severity) == ("feed", "network", "away", "high")
    assert "since 2022-01-10 12:02 UTC: 40 of the 40 feeds polled within 30 min got no answer at all, on 20 hosts" in (
        begin.text
    )
    assert (end.key, end.state, end.severity) == ("network", "", "normal")
    assert "over since 2022-01-10 13:02 UTC, after 60 min" in end.text


def test_what_mends_itself_within_minutes_is_not_told(watch: Watch) -> None:
    watch.poll(range(40), answered=False)
    watch.poll(range(40), answered=True, after=LASTS - MINUTE)
    watch.poll(range(40), answered=True, after=HOUR)
    assert not watch.told


def test_an_outage_that_comes_again_at_once_is_the_same(watch: Watch) -> None:
    for answered in (False, False, True, False, False):
        watch.poll(range(40), answered=answered, after=LASTS)
    assert watch.states == ["away"]


def test_an_outage_of_which_a_poller_told_that_has_ended_is_ended_by_the_next() -> None:
    watch = Watch()
    watch.poll(range(FEEDS - 1), answered=True)
    assert not watch.told
    watch.poll(range(40), answered=True)
    assert watch.states == [""], "which the ledger tells where an outage stands"


def test_a_clock_that_jumps_makes_no_outage(watch: Watch) -> None:
    watch.poll(range(4), answered=False, after=-24 * HOUR)
    assert not watch.away
    watch.poll(range(40), answered=True, after=48 * HOUR)
    assert not watch.away


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UNHEARD, (False, True)),
        (FetchError("robots.txt: no connection"), (None, True)),
        (FetchError("503", host="a.example"), (True, False)),
        (FetchError("forbidden", robots=True), (None, False)),
        (ParseError("no feed"), (True, False)),
    ],
)
def test_only_what_was_not_answered_is_laid_to_the_network(
    watch: Watch, error: FetchError | ParseError, said: tuple[bool | None, bool]
) -> None:
    assert not outage.holds(watch.network, error)
    watch.poll(range(40), answered=False)
    assert (outage.answered(error), outage.holds(watch.network, error)) == said


def failures(memory: Memory, since: int, count: int, *, outage: bool) -> tuple[Memory, list[str]]:
    """Let a feed fail so often, each ten minutes; give its memory and the states that were told."""
    told = []
    for n in range(since, since + count):
        failure = Failure("failing", "no connection", n + 1, T0 + n * 10 * MINUTE, outage=outage)
        lesson = learning.of_failure(Feed("live", "https://a.example/"), memory, failure)
        memory = lesson.memory
        told += [notice.state for notice in lesson.notices]
    return memory, told


def test_a_feed_that_still_fails_when_others_answer_is_told_then() -> None:
    memory, told = failures(Memory(), 0, 9, outage=True)
    assert told == []
    _, told = failures(memory, 9, 2, outage=False)
    assert told == ["failing"]


def test_a_feed_that_was_told_before_an_outage_is_not_told_again() -> None:
    memory, told = failures(Memory(), 0, 5, outage=False)
    assert told == ["failing"]
    memory, told = failures(memory, 5, 5, outage=True)
    assert told == []
    _, told = failures(memory, 10, 2, outage=False)
    assert told == []
