"""Bells, and the job class that runs nothing but ours, on real RQ and a real Valkey."""

import json
import pickle
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.registry import FailedJobRegistry
from rq.serializers import JSONSerializer

from monitor.core.errors import QueueError
from monitor.queue import AT_ONCE, JOB_LASTS, WAITING, Alarm, Bells, OutOfTimeError, job_class, queue_name


@pytest.fixture
def bells(valkey: Any) -> Iterator[Bells]:
    bells = Bells(valkey.url)
    yield bells
    bells.close()


def waiting(valkey: Any, kind: Any) -> list[tuple[Any, ...]]:
    queue = Queue(queue_name(kind), connection=valkey.redis, serializer=JSONSerializer)
    return [(job.func_name, *job.args) for job in queue.jobs]


def test_a_bell_names_the_revisions(bells: Bells, valkey: Any) -> None:
    assert bells.ring_match([3, 4]) == 1
    assert waiting(valkey, "match") == [("workers.jobs.match", [3, 4])]


def test_many_revisions_are_many_bells_so_that_workers_share_them(bells: Bells, valkey: Any) -> None:
    assert bells.ring_match(range(1, 251)) == 3
    assert [len(ids) for _, ids in waiting(valkey, "match")] == [100, 100, 50]


def test_bells_leave_nothing_behind_in_redis(bells: Bells, valkey: Any) -> None:
    bells.ring_deliver()
    queue = Queue(queue_name("deliver"), connection=valkey.redis, serializer=JSONSerializer)
    job = queue.jobs[0]
    assert (job.result_ttl, job.timeout) == (0, JOB_LASTS)
    ran = []
    worker(valkey, {"workers.jobs.deliver": lambda: ran.append(1)}).work(burst=True)
    assert ran == [1]
    left = {key.decode() for key in valkey.redis.scan_iter()}
    assert not [key for key in left if ":job:" in key or ":result" in key or ":execution" in key]


def test_a_look_at_the_inbox_is_asked_for_once(bells: Bells, valkey: Any) -> None:
    assert [bells.ring_match() for _ in range(5)] == [1, 0, 0, 0, 0]
    assert waiting(valkey, "match") == [("workers.jobs.match",)]


def test_bells_do_not_pile_up_while_nobody_answers(bells: Bells) -> None:
    for _ in range(50):
        bells.ring_match(range(1, 1001))
        bells.ring_match()
        bells.ring_deliver(7)
    assert bells.depths() == {"match": WAITING, "deliver": AT_ONCE}


def test_as_many_workers_are_woken_as_there_are_deliveries(bells: Bells) -> None:
    assert bells.ring_deliver(2) == 2
    assert bells.ring_deliver(9) == 2
    assert bells.ring_deliver(0) == 0


def test_after_flushall_bells_ring_again(bells: Bells, valkey: Any) -> None:
    bells.ring_match()
    valkey.redis.flushall()
    assert bells.depths() == {"match": 0, "deliver": 0}
    assert bells.ring_match() == 1


def test_a_redis_that_is_away_is_a_queue_error(bells: Bells, valkey: Any) -> None:
    valkey.kill()
    for ring in (lambda: bells.ring_match([1]), bells.ring_match, bells.ring_deliver, bells.depths):
        with pytest.raises(QueueError, match="Redis is away"):
            ring()
    valkey.start()
    assert bells.ring_match([1]) == 1


# Whoever can write to Redis can put any job into the queue.


def worker(valkey: Any, functions: dict[str, Any]) -> SimpleWorker:
    safe = job_class(functions)
    queue = Queue(queue_name("deliver"), connection=valkey.redis, job_class=safe, serializer=JSONSerializer)
    return SimpleWorker(
        [queue], connection=valkey.redis, job_class=safe, serializer=JSONSerializer, default_result_ttl=0
    )


def put(valkey: Any, call: tuple[Any, ...], **fields: Any) -> Job:
    """Put a job into the queue as an attacker would: by its fields."""
    queue = Queue(queue_name("deliver"), connection=valkey.redis, serializer=JSONSerializer)
    job = queue.enqueue("workers.jobs.deliver", failure_ttl=60)
    valkey.redis.hset(job.key, mapping={"data": json.dumps(call), **fields})
    return job


def failed(valkey: Any, job: Job) -> bool:
    return job.id in FailedJobRegistry(queue_name("deliver"), connection=valkey.redis)


@pytest.mark.parametrize(
    "call",
    [
        ("os.system", None, ["touch {file}"], {}),
        ("subprocess.getoutput", None, ["touch {file}"], {}),
        ("builtins.exec", None, ["open('{file}', 'w')"], {}),
        ("pathlib.Path.touch", "{file}", [], {}),
        ("workers.jobs.deliver", "an instance", [], {}),
        ("", None, [], {}),
        (None, None, [], {}),
        (["workers.jobs.deliver"], None, [], {}),
    ],
)
def test_a_function_that_is_not_ours_does_not_run(valkey: Any, tmp_path: Path, call: tuple[Any, ...]) -> None:
    target = tmp_path / "owned"
    ran: list[int] = []
    job = put(valkey, json.loads(json.dumps(call).replace("{file}", str(target))))
    worker(valkey, {"workers.jobs.deliver": lambda: ran.append(1)}).work(burst=True)
    assert not target.exists()
    assert ran == []
    assert failed(valkey, job)


class Bomb:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.target,))


@pytest.mark.parametrize("field", ["data", "meta", "result"])
def test_a_pickle_is_never_unpickled(valkey: Any, tmp_path: Path, field: str) -> None:
    target = tmp_path / "owned"
    put(valkey, ("workers.jobs.deliver", None, [], {}), **{field: pickle.dumps(Bomb(target))})
    worker(valkey, {"workers.jobs.deliver": lambda: None}).work(burst=True)
    assert not target.exists()


@pytest.mark.parametrize("works", ["works", ""])
def test_callbacks_are_not_called(valkey: Any, works: str) -> None:
    names = {f"{kind}_callback_name": "tests_never_import_this.module" for kind in ("success", "failure", "stopped")}
    ran: list[int] = []

    def job() -> None:
        ran.append(1)
        if not works:
            raise ValueError("no")

    put(valkey, ("workers.jobs.deliver", None, [], {}), **names)
    stock = worker(valkey, {"workers.jobs.deliver": job})
    stock.work(burst=True)
    assert ran == [1]
    assert (stock.successful_job_count, stock.failed_job_count) == (0, 0)
    counted = valkey.redis.hget(stock.key, "successful_job_count" if works else "failed_job_count")
    assert counted == b"1"


@pytest.mark.parametrize("works", ["works", ""])
def test_webhooks_are_not_called(valkey: Any, works: str) -> None:
    calls: list[str] = []

    class Far(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Far) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        hooks = json.dumps([{"url": url, "job_status": status} for status in ("finished", "failed")])
        put(valkey, ("workers.jobs.deliver" if works else "os.system", None, [], {}), webhooks=hooks)
        worker(valkey, {"workers.jobs.deliver": lambda: None}).work(burst=True)
        server.shutdown()
        thread.join()
    assert calls == []


def test_a_worker_goes_on_after_a_job_that_failed(valkey: Any) -> None:
    ran = []
    for index in range(3):
        put(valkey, ("os.system" if index == 1 else "workers.jobs.deliver", None, [], {}))
    worker(valkey, {"workers.jobs.deliver": lambda: ran.append(1)}).work(burst=True)
    assert ran == [1, 1]


# A job that does not end.


def test_a_job_ends_when_its_time_is_up_whatever_it_guards_itself_against(valkey: Any) -> None:
    guarded: list[Exception] = []
    reasons: list[BaseException] = []

    def stuck() -> None:
        try:
            Event().wait(30)
        except Exception as error:  # noqa: BLE001 - as whoever guards one revision from the faults of another
            guarded.append(error)

    def note(_job: Job, _kind: object, error: BaseException, _trace: object) -> None:
        reasons.append(error)

    job = put(valkey, ("workers.jobs.deliver", None, [], {}), timeout=1)
    stock = worker(valkey, {"workers.jobs.deliver": stuck})
    stock.death_penalty_class = Alarm
    stock.push_exc_handler(note)  # type: ignore[no-untyped-call]  # RQ's
    stock.work(burst=True)
    assert failed(valkey, job)
    assert not guarded
    assert [type(reason) for reason in reasons] == [OutOfTimeError]
