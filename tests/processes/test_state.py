"""The schedule, the leases and the parts that are alive, in a real Valkey."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest

from monitor.core.errors import QueueError, StartError
from monitor.state import ALIVE_LASTS, ASKED, CLOCK, DUE, FROZEN, HOSTS, OWNERS, Next, State, Turn

NOW = datetime(2022, 1, 10, 17, 0, tzinfo=UTC)
LONG, NONE = timedelta(seconds=30), timedelta(0)
Until = Callable[..., None]


@pytest.fixture
def state(valkey: Any) -> Iterator[State]:
    state = State(valkey.url)
    yield state
    state.close()


def turn(feed: str, host: str = "", spacing: timedelta = NONE, *, at_once: bool = False) -> Turn:
    return Turn(feed, host or f"{feed}.example", spacing, at_once)


def lease(state: State, feed: str, owner: str = "me", lasts: timedelta = LONG) -> bool:
    return bool(state.lease([turn(feed)], owner, lasts, 9))


def scores(valkey: Any, key: str) -> dict[str, float]:
    return {name.decode(): score for name, score in valkey.redis.zrange(key, 0, -1, withscores=True)}


def test_the_longest_overdue_feed_comes_first(state: State, until: Until) -> None:
    state.enrol({"b": NONE, "c": LONG})
    state.enrol({"a": NONE})
    until(lambda: state.due() == ("b", "a"))


def test_a_feed_that_is_enrolled_again_is_due_as_it_was(state: State) -> None:
    state.enrol({"a": LONG})
    before = state.next_due(["a", "b"])
    state.enrol({"a": NONE})
    assert state.next_due(["a", "b"]) == before
    assert list(before) == ["a"]
    assert state.next_due([]) == {}


def test_what_is_not_due_is_leased_only_at_once(state: State) -> None:
    state.enrol({"a": LONG})
    assert not lease(state, "a")
    assert state.lease([turn("a", at_once=True)], "me", LONG, 9) == ("a",)
    assert state.lease([turn("a", at_once=True)], "you", LONG, 9) == ()


def test_what_the_rules_said_of_a_feed_when_it_was_leased_last_is_known_to_all(state: State) -> None:
    assert state.asked(["a"]) == state.asked([]) == {}
    state.lease([Turn("a", "h", NONE, said="one"), Turn("b", "h", NONE, said="two")], "me", LONG, 9)
    state.lease([Turn("a", "h", NONE, said="refused")], "you", LONG, 9)
    assert state.asked(["a", "b", "c"]) == {"a": "one", "b": "two"}


def test_what_has_been_due_for_a_minute_is_forgotten(state: State, valkey: Any) -> None:
    for feed in "abc":
        lease(state, feed)
    now = datetime.now(UTC).timestamp()
    valkey.redis.zadd(DUE, {"a": now - 70, "b": now - 50})
    state.forget("abcd")
    assert set(scores(valkey, DUE)) == {"b", "c"}
    assert {name.decode() for key in (OWNERS, ASKED) for name in valkey.redis.hkeys(key)} == {"b", "c"}


def test_one_owner_at_a_time_may_poll_a_feed(state: State) -> None:
    assert lease(state, "a")
    assert not lease(state, "a", "you")
    assert lease(state, "b", "you")


def test_no_more_is_leased_than_is_asked_for(state: State) -> None:
    assert state.lease(map(turn, "abc"), "me", LONG, 2) == ("a", "b")
    assert state.lease(map(turn, "abc"), "you", LONG, 2) == ("c",)


def test_a_lease_that_runs_out_is_due_and_free(state: State, until: Until) -> None:
    assert lease(state, "a", lasts=timedelta(milliseconds=50))
    until(lambda: state.due() == ("a",))
    assert lease(state, "a", "you")
    assert state.renew(["a"], "me", LONG) == ()


def test_renewed_leases_hold_from_now_on(state: State) -> None:
    for feed in "ab":
        assert lease(state, feed, lasts=timedelta(seconds=5))
    assert lease(state, "c", "you", timedelta(seconds=5))
    before = state.next_due(["a", "c"])
    assert state.renew("abc", "me", LONG) == ("a", "b")
    after = state.next_due(["a", "c"])
    assert after["a"] - before["a"] > timedelta(seconds=20)
    assert after["c"] == before["c"]


def test_scheduling_gives_the_lease_back(state: State) -> None:
    lease(state, "a")
    assert state.schedule([Next("a", NONE)], "me") == ("a",)
    assert lease(state, "a", "you")


def test_who_lost_the_lease_does_not_schedule(state: State) -> None:
    lease(state, "a", "you")
    before = state.next_due(["a"])
    assert state.schedule([Next("a", 2 * LONG), Next("b", LONG)], "me") == ("b",)
    assert state.next_due(["a"]) == before


def test_a_pause_of_more_than_a_year_is_a_year(state: State) -> None:
    state.schedule([Next("a", timedelta.max), Next("b", -LONG)], "me")
    times = state.next_due(["a", "b"])
    assert timedelta(days=365) < times["a"] - times["b"] < timedelta(days=367)


def test_a_host_is_left_alone_between_two_of_its_feeds(state: State, until: Until) -> None:
    spacing = timedelta(milliseconds=300)
    two = [turn("a", "h", spacing), turn("b", "h", spacing)]
    began = monotonic()
    assert state.lease([*two, turn("c", "other", spacing)], "me", LONG, 9) == ("a", "c")
    until(lambda: state.lease(two, "you", LONG, 9) == ("b",))
    assert monotonic() - began > 0.25


def test_without_spacing_all_of_a_host_are_asked_at_once(state: State) -> None:
    assert state.lease([turn("a", "h"), turn("b", "h")], "me", LONG, 9) == ("a", "b")


def test_a_feed_that_waits_for_its_host_keeps_its_place(state: State) -> None:
    state.enrol({"a": NONE, "b": NONE})
    before = state.next_due(["b"])
    assert state.lease([turn("a", "h", LONG), turn("b", "h", LONG)], "me", LONG, 9) == ("a",)
    assert state.next_due(["b"]) == before


def test_a_host_that_asks_for_rest_has_it_from_all_and_its_feeds_are_due_after_it(state: State) -> None:
    lease(state, "a")
    state.schedule([Next("a", 3 * LONG, "h", 2 * LONG)], "me")
    assert state.lease([turn(name, "h") for name in "cb"], "you", LONG, 9) == ()
    times = state.next_due("abc")
    assert LONG < times["c"] - datetime.now(UTC) < 2 * LONG + timedelta(seconds=1)
    assert times["c"] < times["b"] < times["a"], "in the order in which they were"
    assert state.due() == ()


def test_a_rest_is_not_made_shorter_by_another_answer(state: State, valkey: Any) -> None:
    state.schedule([Next("a", NONE, "h", LONG)], "me")
    before = scores(valkey, FROZEN)
    state.schedule([Next("b", NONE, "h", timedelta(seconds=1))], "me")
    assert scores(valkey, FROZEN) == before


def test_hosts_that_may_be_asked_again_are_forgotten(state: State, valkey: Any, until: Until) -> None:
    short = timedelta(milliseconds=20)
    state.schedule([Next("x", NONE, "gone", short)], "me")
    state.lease([turn("a", "h", short)], "me", LONG, 9)

    def forgotten() -> bool:
        state.lease([], "me", LONG, 9)
        return not scores(valkey, HOSTS) and not scores(valkey, FROZEN)

    until(forgotten)


def test_a_clock_that_is_put_back_leaves_no_feed_alone_for_longer(state: State, valkey: Any) -> None:
    state.schedule([Next("a", LONG, "h", LONG)], "me")
    state.lease([turn("b", "k", LONG)], "me", LONG, 9)
    hour = 3600
    for key in (DUE, HOSTS, FROZEN):
        valkey.redis.zadd(key, {name: at + hour for name, at in scores(valkey, key).items()})
    valkey.redis.set(CLOCK, valkey.redis.time()[0] + hour)
    assert state.due() == ()
    now = datetime.now(UTC).timestamp()
    for name, at in {**scores(valkey, DUE), **scores(valkey, FROZEN), **scores(valkey, HOSTS)}.items():
        assert 20 < at - now < 32, name
    assert float(valkey.redis.get(CLOCK)) < now + 5


def test_a_clock_that_is_put_forward_makes_all_feeds_due(state: State, valkey: Any) -> None:
    state.schedule([Next("a", LONG)], "me")
    hour = 3600
    valkey.redis.zadd(DUE, {name: at - hour for name, at in scores(valkey, DUE).items()})
    valkey.redis.set(CLOCK, valkey.redis.time()[0] - hour)
    assert state.due() == ("a",)
    assert float(valkey.redis.get(CLOCK)) > datetime.now(UTC).timestamp() - 5


def test_a_part_is_alive_while_it_is_heard(state: State) -> None:
    state.hear("clock@host:1", NOW)
    state.hear("poller@host:2", NOW + timedelta(seconds=5))
    assert state.alive(NOW + timedelta(seconds=5)) == {
        "clock@host:1": NOW,
        "poller@host:2": NOW + timedelta(seconds=5),
    }
    state.leave("poller@host:2")
    assert list(state.alive(NOW)) == ["clock@host:1"]
    assert state.alive(NOW + ALIVE_LASTS + timedelta(seconds=1)) == {}


def test_parts_that_died_are_forgotten(state: State, valkey: Any) -> None:
    for pid in range(20):
        state.hear(f"match@host:{pid}", NOW)
    state.hear("match@host:99", NOW + 2 * ALIVE_LASTS)
    assert valkey.redis.zcard("vigie:alive") == 1


def test_a_redis_that_is_away_is_a_queue_error_at_once(state: State, valkey: Any) -> None:
    valkey.kill()
    asked: list[Callable[[], object]] = [
        state.due,
        lambda: state.next_due(["a"]),
        lambda: state.enrol({"a": NONE}),
        lambda: lease(state, "a"),
        lambda: state.renew(["a"], "me", LONG),
        lambda: state.schedule([Next("a", NONE)], "me"),
        lambda: state.hear("p", NOW),
        lambda: state.leave("p"),
        lambda: state.alive(NOW),
    ]
    began = monotonic()
    for ask in asked:
        with pytest.raises(QueueError, match="Redis is away"):
            ask()
    assert monotonic() - began < 5


def test_a_redis_that_came_back_is_used_again(state: State, valkey: Any) -> None:
    state.schedule([Next("a", LONG)], "me")
    before = state.next_due(["a"])
    valkey.kill()
    valkey.start()
    assert state.next_due(["a"]) == before
    valkey.redis.flushall()
    valkey.redis.script_flush()
    assert state.schedule([Next("b", LONG)], "me")


def test_something_else_on_the_port_is_a_queue_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        state = State(f"redis://127.0.0.1:{server.getsockname()[1]}")
        server.close()
        with pytest.raises(QueueError):
            state.alive(NOW)
        state.close()


@pytest.mark.parametrize("url", ["", "localhost", "http://localhost", "redis://localhost:port"])
def test_a_url_that_is_none_of_redis_is_one_clear_line(url: str) -> None:
    with pytest.raises(StartError, match="VIGIE_REDIS_URL"):
        State(url)
