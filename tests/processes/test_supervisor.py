"""The whole service: started, watched, restarted and stopped; real processes, real signals."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from monitor import beat, broker

Until = Callable[..., None]
Start = Callable[..., Any]

PARTS = {"match-1", "match-2", "deliver-1", "deliver-2", "poller", "clock"}

RULES = """
vigie: rules/1
otan: {any_of: [Otan], once_per: entry, examples: {match: ["L'Otan"]}}
"""


class Service:
    """`vigie run` on a folder of its own."""

    def __init__(self, start: Start, folder: Path, until: Until, env: dict[str, str]) -> None:
        self.data, self.rules, self.ready_file = folder / "data", folder / "rules", folder / "ready"
        self.rules.mkdir(exist_ok=True)
        (self.rules / "rules.yaml").write_text(RULES)
        own = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
        self.env = own | {"VIGIE_DATA_DIR": str(self.data), "VIGIE_LOG_FORMAT": "json"} | env
        self._start, self._until = start, until
        self.vigie: Any = None

    def start(self, *words: str) -> Any:
        self.vigie = self._start(self.env, "run", "--rules", str(self.rules), *words)
        return self.vigie

    def serve(self, *words: str) -> "Service":
        self.ready_file.unlink(missing_ok=True)
        self.start("--ready-file", str(self.ready_file), *words)
        self._until(self.ready_file.exists, 60, "the service is ready")
        return self

    def serve_by(self, script: str) -> "Service":
        self.vigie = self._start(self.env, "--ready-file", str(self.ready_file), script=script)
        self._until(self.ready_file.exists, 60, "the service is ready")
        return self

    def pids(self) -> dict[str, int]:
        """The processes below the supervisor, by part; `valkey` is the server that the broker's holder holds."""
        started = {line["name"]: line["pid"] for line in self.vigie.said("part_started")}
        if "broker" in started:
            started["valkey"] = child_of(started["broker"])
        return started

    def whole(self) -> bool:
        """Every part serves, under the process that was last started for it."""
        pids = self.pids()
        pulses = beat.pulses(self.data)
        return all(part in pulses and pulses[part].pid == pids[part] and pulses[part].ready for part in PARTS)


def child_of(pid: int) -> int:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    words = path.read_text().split() if path.exists() else []
    return int(words[0]) if words else 0


def runs(pid: int) -> bool:
    """Whether a process is there, and not merely waits to be reaped by whoever inherited it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def service(vigie: Start, tmp_path: Path, until: Until) -> Iterator[Callable[..., Service]]:
    made: list[Service] = []

    def make(**env: str) -> Service:
        made.append(Service(vigie, tmp_path, until, env))
        return made[-1]

    yield make
    for one in made:
        if one.vigie is not None:
            one.vigie.child.kill()
            until(lambda: not any(map(runs, one.pids().values())), 10, "nothing is left")  # noqa: B023 - used at once


def test_it_starts_everything_and_stops_everything_in_order(service: Start, vigie: Start) -> None:
    one = service().serve()
    assert set(one.pids()) == {*PARTS, "broker", "valkey"}
    assert set(beat.pulses(one.data)) == {*PARTS, "supervisor"}
    assert vigie(one.env, "health").child.wait(20) == 0
    assert int(one.ready_file.read_text()) == one.vigie.pid
    pids = one.pids()
    began = monotonic()
    assert one.vigie.end() == 0
    assert monotonic() - began < 10
    assert not any(map(runs, pids.values()))
    assert list(beat.folder(one.data).iterdir()) == []
    assert not broker.answers(one.data)
    assert one.vigie.said("part_killed") == []
    assert vigie(one.env, "health").child.wait(20) == 3


def test_ctrl_c_stops_it(service: Start) -> None:
    one = service().serve()
    assert one.vigie.end(signal.SIGINT) == 0
    assert not any(map(runs, one.pids().values()))


def test_what_is_killed_is_started_again(service: Start, until: Until) -> None:
    one = service().serve()
    for part in (*sorted(PARTS), "broker", "valkey"):
        before = one.pids()
        os.kill(before[part], signal.SIGKILL)
        name = "broker" if part == "valkey" else part
        until(lambda: one.pids()[name] != before[name], 20, f"{name} is started again")  # noqa: B023 - used at once
        until(lambda: one.whole() and broker.answers(one.data), 30, f"all serve again after {part}")
        assert not runs(before["valkey"]) or name != "broker"
    ended = {line["name"]: line["exit"] for line in one.vigie.said("part_ended")}
    assert ended == dict.fromkeys((*PARTS,), "SIGKILL") | {"broker": 137}
    assert one.vigie.end() == 0


def test_when_the_supervisor_is_killed_all_end_within_seconds(service: Start, until: Until) -> None:
    one = service().serve()
    pids = one.pids()
    one.vigie.child.kill()
    until(lambda: not any(map(runs, pids.values())), 5, "all have ended")
    assert service().serve().vigie.end() == 0, "another starts on what was left"


def test_it_ends_when_its_own_lifeline_closes(service: Start) -> None:
    one = service().serve()
    one.vigie.child.stdin.close()
    assert one.vigie.child.wait(15) == 0
    assert not any(map(runs, one.pids().values()))


def test_a_second_service_on_one_data_directory_is_one_clear_line(service: Start, vigie: Start) -> None:
    one = service().serve()
    second = vigie(one.env, "run", "--rules", str(one.rules))
    assert second.child.wait(20) == 1
    lines = [line for line in second.log.read_text().splitlines() if "another service runs" in line]
    assert len(lines) == 1
    assert str(one.data) in lines[0]
    assert one.whole()


def test_a_second_signal_ends_it_at_once(service: Start, until: Until) -> None:
    one = service().serve()
    os.kill(one.pids()["deliver-1"], signal.SIGSTOP)
    os.kill(one.vigie.pid, signal.SIGTERM)
    until(lambda: one.vigie.said("service_stopping"))
    began = monotonic()

    def again() -> bool:
        if one.vigie.child.poll() is None:
            os.kill(one.vigie.pid, signal.SIGTERM)
        return one.vigie.child.poll() is not None

    until(again, 5)
    assert monotonic() - began < 5
    assert not any(map(runs, one.pids().values()))


def test_a_part_that_does_not_stop_is_killed_in_time(service: Start) -> None:
    one = service().serve()
    for part in ("poller", "deliver-1"):
        os.kill(one.pids()[part], signal.SIGSTOP)
    began = monotonic()
    assert one.vigie.end() == 0
    assert monotonic() - began < 10
    assert {line["name"] for line in one.vigie.said("part_killed")} == {"poller", "deliver-1"}


IMPATIENT = """
import sys
from monitor.child import Limits
from monitor.cli._service import serve
serve(sys.argv[1:], Limits(silent=3, overdue=1))
"""


@pytest.mark.parametrize("part", ["match-1", "clock", "valkey"])
def test_what_is_stuck_is_killed_and_started_again(service: Start, until: Until, part: str) -> None:
    one = service()
    one.env["VIGIE_RULES_DIR"] = str(one.rules)
    one.serve_by(IMPATIENT)
    before = one.pids()
    os.kill(before[part], signal.SIGSTOP)
    name = "broker" if part == "valkey" else part
    until(lambda: one.pids()[name] != before[name], 20, f"{name} is started again")
    until(lambda: one.whole() and broker.answers(one.data), 20, "all serve again")
    killed = one.vigie.said("part_killed")
    assert [line["name"] for line in killed] == [name]
    assert killed[0]["reason"].startswith("no answer" if part == "valkey" else "no beat")
    assert one.vigie.end() == 0


PROGRAMS = """
import sys
from monitor.child import Limits
from monitor.cli._service import serve
serve(sys.argv[1:], Limits(), forks=False)
"""


def test_where_forks_are_not_safe_parts_are_programs(service: Start, until: Until) -> None:
    one = service()
    one.env["VIGIE_RULES_DIR"] = str(one.rules)
    one.serve_by(PROGRAMS)
    assert b"worker\0match\0" in Path(f"/proc/{one.pids()['match-1']}/cmdline").read_bytes()
    pids = one.pids()
    one.vigie.child.kill()
    until(lambda: not any(map(runs, pids.values())), 5, "all end with the supervisor")


def test_a_redis_that_is_named_is_used(service: Start, valkey: Any) -> None:
    one = service(VIGIE_REDIS_URL=valkey.url).serve()
    assert set(one.pids()) == PARTS
    assert valkey.redis.zcard("vigie:alive") == len(PARTS)
    assert one.vigie.end() == 0
    assert valkey.redis.ping()


def test_a_database_that_cannot_be_used_is_one_clear_line(service: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    one = service(VIGIE_DATABASE_URL=f"sqlite:///{tmp_path}/file/ledger")
    assert one.start().child.wait(30) == 1
    lines = [line for line in one.vigie.log.read_text().splitlines() if line.startswith("vigie: ")]
    assert len(lines) == 2
    assert "Traceback" not in one.vigie.log.read_text()


def test_a_data_directory_that_cannot_be_used_is_one_clear_line(service: Start, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    one = service(VIGIE_DATA_DIR=str(tmp_path / "file" / "data"))
    assert one.start().child.wait(30) == 1
    assert "the data directory" in one.vigie.log.read_text()


def test_rules_that_are_wrong_are_refused(service: Start) -> None:
    one = service()
    (one.rules / "rules.yaml").write_text("vigie: rules/1\nx: {any_off: [Otan]}\n")
    assert one.start().child.wait(30) == 1
    assert f"{one.rules}/rules.yaml:2:" in one.vigie.log.read_text()
    assert one.pids() == {}


def test_rules_that_went_wrong_do_not_keep_it_from_starting_again(service: Start) -> None:
    one = service().serve()
    assert one.vigie.end() == 0
    (one.rules / "rules.yaml").write_text("vigie: rules/1\nx: {any_off: [Otan]}\n")
    one.serve()
    assert "what was last good stays in force" in one.vigie.log.read_text()
    assert one.vigie.end() == 0


def test_a_broker_that_does_not_start_is_one_clear_line(service: Start) -> None:
    one = service()
    broken = one.data / "broker" / "appendonlydir"
    broken.mkdir(parents=True)
    (one.data / "broker").chmod(0o700)
    (broken / "appendonly.aof.manifest").write_text("nonsense\n")
    assert one.start().child.wait(30) == 1
    lines = [line for line in one.vigie.log.read_text().splitlines() if "the broker does not start" in line]
    assert len(lines) == 1
    assert "AOF manifest" in lines[0]
    assert "Traceback" not in one.vigie.log.read_text()


def test_a_server_left_over_from_an_earlier_service_is_replaced(service: Start, valkey: Any) -> None:
    one = service(VIGIE_DATA_DIR=str(valkey.data_dir))
    one.data = valkey.data_dir
    one.serve()
    assert one.vigie.said("broker_left_over")
    assert one.pids()["valkey"]
    assert one.vigie.end() == 0


def test_a_ready_file_that_cannot_be_written_is_one_clear_line(service: Start, tmp_path: Path) -> None:
    one = service()
    assert one.start("--ready-file", str(tmp_path / "no" / "such" / "folder")).child.wait(60) == 1
    assert "folder cannot be written: No such file or directory" in one.vigie.log.read_text()
    assert not any(map(runs, one.pids().values()))


def test_a_stop_while_it_starts_leaves_nothing(service: Start, until: Until) -> None:
    one = service()
    one.start()
    until(lambda: one.vigie.said("part_started"), what="the broker was started")
    assert one.vigie.end() == 0
    assert not any(map(runs, one.pids().values()))
    assert not broker.answers(one.data)
