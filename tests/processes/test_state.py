"""The schedule, the leases and the parts that are alive, in a real Valkey."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest

from monitor.core.errors import QueueError, StartError
from monitor.state import ALIVE_LASTS, State

NOW = datetime(2022, 1, 10, 17, 0, tzinfo=UTC)
LONG = timedelta(seconds=30)
Until = Callable[..., None]


@pytest.fixture
def state(valkey: Any) -> Iterator[State]:
    state = State(valkey.url)
    yield state
    state.close()


def test_a_feed_that_was_never_scheduled_is_due_at_once(state: State) -> None:
    assert state.due(["a", "b"], NOW) == ("a", "b")
    assert state.next_due(["a", "b"]) == {}
    assert state.due([], NOW) == ()


def test_the_longest_overdue_feed_comes_first(state: State) -> None:
    state.schedule("a", "me", NOW - timedelta(seconds=1))
    state.schedule("b", "me", NOW - timedelta(seconds=9))
    state.schedule("c", "me", NOW + timedelta(seconds=1))
    assert state.due(["a", "b", "c"], NOW) == ("b", "a")
    assert state.due(["a", "b", "c"], NOW + LONG) == ("b", "a", "c")
    assert state.next_due(["c", "d"]) == {"c": NOW + timedelta(seconds=1)}


def test_one_owner_at_a_time_may_poll_a_feed(state: State) -> None:
    assert state.lease("a", "me", LONG)
    assert not state.lease("a", "you", LONG)
    assert state.lease("b", "you", LONG)


def test_a_lease_that_runs_out_is_free(state: State, until: Until) -> None:
    assert state.lease("a", "me", timedelta(milliseconds=50))
    until(lambda: state.lease("a", "you", LONG))
    assert not state.renew("a", "me", LONG)


def test_a_renewed_lease_holds_from_now_on(state: State, valkey: Any) -> None:
    assert state.lease("a", "me", timedelta(seconds=5))
    assert state.renew("a", "me", LONG)
    assert valkey.redis.pttl("vigie:lease:a") > 25_000
    assert not state.renew("a", "you", LONG)


def test_scheduling_gives_the_lease_back(state: State) -> None:
    state.lease("a", "me", LONG)
    assert state.schedule("a", "me", NOW)
    assert state.lease("a", "you", LONG)


def test_who_lost_the_lease_does_not_schedule(state: State) -> None:
    state.lease("a", "you", LONG)
    assert not state.schedule("a", "me", NOW + LONG)
    assert state.next_due(["a"]) == {}
    assert not state.lease("a", "me", LONG)


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
        lambda: state.due(["a"], NOW),
        lambda: state.next_due(["a"]),
        lambda: state.lease("a", "me", LONG),
        lambda: state.renew("a", "me", LONG),
        lambda: state.schedule("a", "me", NOW),
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
    state.schedule("a", "me", NOW)
    valkey.kill()
    valkey.start()
    assert state.next_due(["a"]) == {"a": NOW}
    valkey.redis.flushall()
    valkey.redis.script_flush()
    assert state.schedule("b", "me", NOW)


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
