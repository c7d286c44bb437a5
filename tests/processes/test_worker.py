"""Match and deliver workers as real processes, on a real Valkey and a real ledger."""

import os
import signal
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from rq import Queue
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.serializers import JSONSerializer

from monitor.beat import Beat, pulse
from monitor.cli._part import awaited
from monitor.connection import connect, reach
from monitor.core.errors import QueueError
from monitor.edition import Edition
from monitor.pipeline import match_batch
from monitor.queue import queue_name
from monitor.rulebook import read

Until = Callable[..., None]
Start = Callable[..., Any]


@pytest.fixture
def serving(desk: Any, valkey: Any, vigie: Start, until: Until) -> Start:
    """Start a worker, and wait until it waits for bells."""

    def start(kind: str) -> Any:
        worker = vigie(desk.env, "worker", kind)
        until(lambda: worker.said("worker_ready"), what="worker_ready")
        key = "rq:worker:" + worker.said("worker_ready")[0]["name"]
        until(lambda: valkey.redis.hget(key, "state") == b"idle", what="idle")
        return worker

    return start


@pytest.fixture
def match(serving: Start) -> Any:
    return serving("match")


@pytest.fixture
def deliver(serving: Start) -> Any:
    return serving("deliver")


@pytest.mark.usefixtures("match", "deliver")
def test_a_bell_becomes_a_message(desk: Any, hook: Any, until: Until) -> None:
    desk.bells.ring_match(desk.post("a"))
    until(lambda: desk.sent() == 1)
    assert "L'Otan a" in hook.bodies[0].decode()


@pytest.mark.usefixtures("match")
def test_a_bell_without_names_empties_the_inbox(desk: Any, until: Until) -> None:
    desk.post(*(str(number) for number in range(230)))
    desk.bells.ring_match()
    until(lambda: desk.ledger.counts().alerts == 230)


@pytest.mark.usefixtures("match", "deliver")
def test_workers_go_on_serving_after_flushall(desk: Any, valkey: Any, until: Until) -> None:
    for name in ("a", "b"):
        desk.bells.ring_match(desk.post(name))
        until(lambda: desk.ledger.counts().unmatched == 0)
        until(lambda: "sent" in desk.ledger.counts().deliveries)
        valkey.redis.flushall()
    desk.bells.ring_deliver()
    until(lambda: desk.sent() == 2)


def test_idle_workers_outlive_a_restart_of_redis(
    desk: Any, valkey: Any, until: Until, match: Any, deliver: Any
) -> None:
    valkey.kill()
    until(lambda: match.said("library_said"), what="the worker noticed")
    valkey.start()
    desk.bells.ring_match(desk.post("a"))
    until(lambda: desk.sent() == 1)
    assert match.child.poll() is None
    assert deliver.child.poll() is None


@pytest.mark.usefixtures("match")
def test_a_worker_whose_redis_goes_while_it_works_ends_so_as_to_be_started_again(
    desk: Any, hook: Any, valkey: Any, until: Until, serving: Start
) -> None:
    deliver = serving("deliver")
    hook.answering.clear()
    desk.bells.ring_match(desk.post("a"))
    until(lambda: hook.bodies)
    valkey.kill()
    hook.answering.set()
    until(lambda: desk.sent() == 1, what="what was sent is settled in the ledger")
    assert deliver.child.wait(20) == 1
    valkey.start()
    assert serving("deliver").child.poll() is None


def test_a_worker_that_starts_while_redis_is_away_waits_for_it(
    desk: Any, valkey: Any, vigie: Start, until: Until
) -> None:
    valkey.kill()
    worker = vigie(desk.env, "worker", "match")
    until(lambda: worker.said("queue_away"))
    first = pulse(desk.data_dir, "match")
    assert first is not None
    until(lambda: (pulse(desk.data_dir, "match") or first).at > first.at, what="it beats")
    desk.post("a")
    valkey.start()
    until(lambda: worker.said("worker_ready"))
    desk.bells.ring_match()
    until(lambda: desk.ledger.counts().alerts == 1)
    assert len(worker.said("queue_away")) == len(worker.said("queue_back")) == 1
    assert worker.end() == 0


@pytest.mark.parametrize("words", [("poller",), ("clock",), ("worker", "match"), ("worker", "deliver")])
def test_a_part_that_starts_while_the_ledger_is_away_waits_for_it(
    desk: Any, vigie: Start, until: Until, words: tuple[str, ...]
) -> None:
    ledger = desk.data_dir / "ledger.sqlite"
    desk.close()
    ledger.rename(desk.data_dir / "kept")
    ledger.mkdir()
    part = vigie(desk.env, *words)
    until(lambda: part.said("ledger_away"))
    ledger.rmdir()
    (desk.data_dir / "kept").rename(ledger)
    until(lambda: (beat := pulse(desk.data_dir, words[-1])) and beat.ready, what="it serves")
    assert len(part.said("ledger_away")) == len(part.said("ledger_back")) == 1
    assert part.end() == 0


def test_a_part_that_is_told_to_stop_waits_no_longer(desk: Any, valkey: Any, vigie: Start, until: Until) -> None:
    valkey.kill()
    worker = vigie(desk.env, "worker", "match")
    until(lambda: worker.said("queue_away"))
    assert worker.end() == 0
    assert pulse(desk.data_dir, "match") is None


def test_what_stays_away_ends_the_wait(valkey: Any, tmp_path: Path) -> None:
    beat = Beat(tmp_path, "match")
    with connect(valkey.url) as redis:
        awaited("queue", lambda: reach(redis), beat, lasts=0)
        valkey.kill()
        with pytest.raises(QueueError, match="Redis is away"):
            awaited("queue", lambda: reach(redis), beat, lasts=0.1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_worker_stops_when_told(match: Any, number: int) -> None:
    assert match.end(number) == 0
    assert match.said("worker_ended")[0]["asked"] is True


@pytest.mark.usefixtures("match")
def test_a_worker_that_is_told_to_stop_finishes_what_it_sends(desk: Any, hook: Any, until: Until, deliver: Any) -> None:
    hook.answering.clear()
    desk.bells.ring_match(desk.post("a", "b"))
    until(lambda: hook.bodies)
    os.kill(deliver.pid, signal.SIGTERM)
    hook.answering.set()
    assert deliver.child.wait(20) == 0
    assert desk.sent() == 1
    assert len(hook.bodies) == 1


def test_a_second_signal_breaks_the_job_off(desk: Any, hook: Any, until: Until, match: Any, deliver: Any) -> None:
    hook.answering.clear()
    desk.bells.ring_match(desk.post("a"))
    until(lambda: hook.bodies)
    os.kill(deliver.pid, signal.SIGTERM)
    until(lambda: not _again(deliver))
    assert match.child.poll() is None
    assert desk.sent() == 0


def test_a_job_that_sends_for_too_long_is_broken_off(
    desk: Any, hook: Any, valkey: Any, until: Until, serving: Start
) -> None:
    hook.answering.clear()
    book = read(desk.ledger.sources(1)).book
    assert book is not None
    desk.post("a")
    assert match_batch(desk.ledger, lambda: Edition(1, book), desk.bells)
    valkey.redis.flushall()
    deliver = serving("deliver")
    queue = Queue(queue_name("deliver"), connection=valkey.redis, serializer=JSONSerializer)
    queue.enqueue("workers.jobs.deliver", job_timeout=1)
    until(lambda: deliver.said("job_failed"))
    assert "OutOfTimeError" in deliver.said("job_failed")[0]["traceback"]
    assert len(hook.bodies) == 1


def test_an_edit_that_names_a_secret_that_nobody_set_is_said_once(desk: Any, until: Until, deliver: Any) -> None:
    assert not deliver.said("secret_unset")
    edited = {name: text.replace("secret:hook", "secret:moved") for name, text in desk.ledger.sources(1).items()}
    desk.ledger.publish(edited, datetime.now(UTC))
    until(lambda: deliver.said("secret_unset"))
    desk.bells.ring_deliver()
    until(lambda: not desk.bells.depths()["deliver"])
    (line,) = deliver.said("secret_unset")
    assert (line["channel"], line["version"], line["level"]) == ("hook", 2, "error")
    assert "VIGIE_SECRET_MOVED" in line["error"]


def _later() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def _again(worker: Any) -> bool:
    """Send another signal, unless the worker has ended: RQ takes one within a second for an echo."""
    if worker.child.poll() is None:
        os.kill(worker.pid, signal.SIGTERM)
    return worker.child.poll() is None


def test_a_job_that_is_none_of_ours_fails_and_the_worker_goes_on(
    desk: Any, valkey: Any, until: Until, match: Any
) -> None:
    queue = Queue(queue_name("match"), connection=valkey.redis, serializer=JSONSerializer)
    queue.enqueue("os.system", "true")
    queue.enqueue("workers.jobs.match", ["1"])
    queue.enqueue("workers.jobs.match", list(range(1, 102)))
    queue.enqueue("workers.jobs.match", "abc")
    queue.enqueue("workers.jobs.match", [True], other=1)
    desk.bells.ring_match(desk.post("a"))
    until(lambda: desk.ledger.counts().alerts == 1)
    failures = match.said("job_failed")
    assert [line["failures"] for line in failures] == [1, 2, 3, 4, 5]
    assert all("Traceback" in line["traceback"] for line in failures)
    assert not match.said("library_said")


def test_a_ledger_that_is_locked_for_a_while_is_late_and_not_lost(desk: Any, until: Until, match: Any) -> None:
    revisions = desk.post("a")
    with sqlite3.connect(desk.data_dir / "ledger.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.bells.ring_match(revisions)
        until(lambda: desk.bells.depths()["match"] == 0)
        other.execute("ROLLBACK")
    other.close()
    until(lambda: desk.ledger.counts().alerts == 1)
    assert not match.said("job_failed")


@pytest.mark.usefixtures("match")
def test_what_killed_workers_leave_in_redis_is_swept(
    desk: Any, hook: Any, valkey: Any, serving: Start, until: Until
) -> None:
    hook.answering.clear()
    for name in ("a", "b", "c"):
        desk.ledger.expire_claims(_later())  # that of the worker killed before keeps the channel busy
        before = len(hook.bodies)
        worker = serving("deliver")
        desk.bells.ring_match(desk.post(name))
        until(lambda: len(hook.bodies) > before)  # noqa: B023 - used at once
        worker.child.kill()
        worker.child.wait()
    name = queue_name("deliver")
    started = StartedJobRegistry(name, connection=valkey.redis, serializer=JSONSerializer)
    started.cleanup(timestamp=_later().timestamp())
    FailedJobRegistry(name, connection=valkey.redis).cleanup(timestamp=_later().timestamp())
    assert valkey.redis.zcard(started.key) == 0
    bounded = {b"rq:queues", b"rq:workers", b"vigie:alive", b"rq:clean_registries:" + name.encode()}
    bounded |= {f"rq:workers:{queue_name(kind)}".encode() for kind in ("match", "deliver")}
    bounded |= {f"rq:job:{job}".encode() for job in Queue(name, connection=valkey.redis).job_ids}
    left = {key for key in valkey.redis.scan_iter() if valkey.redis.ttl(key) == -1} - bounded
    assert left <= {f"rq:queue:{name}:intermediate".encode(), f"rq:queue:{name}".encode()}
