"""The whole demo as a user starts it: real processes, a verdict, and nothing left behind."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from redis import Redis

from monitor import beat, broker
from monitor.core.errors import StartError
from monitor.demo import tree
from monitor.demo.run import temporary_folder

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for leftovers under /proc"),
]


@dataclass(frozen=True, slots=True)
class Demo:
    """A running `vigie demo --plain`, its temporary folder, and the lines it printed."""

    process: subprocess.Popen[str]
    temp: Path
    lines: list[str]

    def until(self, pattern: str) -> str:
        """Read on until a line matches."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if re.search(pattern, line):
                return line
        raise AssertionError(f"no line matches {pattern}: {''.join(self.lines)}")

    def value(self, name: str) -> str:
        """Read one of the lines of the introduction."""
        return self.until(rf"^{name}\s").split(maxsplit=1)[1].strip()

    def end(self) -> int:
        """Read what is left, and give the exit code."""
        assert self.process.stdout
        self.lines.extend(self.process.stdout)
        return self.process.wait(120)

    @property
    def left(self) -> tuple[list[Path], tuple[int, ...]]:
        """What the demo left behind: files and processes."""
        return list(self.temp.iterdir()), tree.marked(f"TMPDIR={self.temp}")


@contextmanager
def demo(*options: str) -> Iterator[Demo]:
    temp = Path(tempfile.mkdtemp(prefix="v-"))  # short: a socket's path has at most 108 bytes
    command = [sys.executable, "-m", "monitor", "demo", "--plain", *options]
    env = {**os.environ, "TMPDIR": str(temp), "PYTHONUNBUFFERED": "1", "VIGIE_REDIS_URL": "redis://nowhere.invalid"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)
    try:
        yield Demo(process, temp, [])
    finally:
        process.kill()
        process.communicate()
        tree.kill(tree.marked(f"TMPDIR={temp}"))
        shutil.rmtree(temp)


def wait_for(met: Callable[[], object], seconds: float = 30) -> None:
    end = monotonic() + seconds
    while not met():
        assert monotonic() < end, "waited in vain"
        sleep(0.05)


def summary(path: Path) -> dict[str, Any]:  # Any: JSON
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_the_demo_tells_what_the_gold_list_says_and_goes_on_if_asked(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    with demo("--seconds", "8", "--keep", "--json", str(path)) as run:
        run.until("goes on until Ctrl-C")
        told = summary(path)
        assert run.process.poll() is None
        run.process.send_signal(signal.SIGHUP)
        assert run.end() == 0, "".join(run.lines)
        assert run.left == ([], ())
    assert told["agrees"] is True
    assert told["verdict"]["expected"] == told["verdict"]["delivered"] > 100
    channels = told["verdict"]["channels"]
    assert {name: c["delivered"] == c["expected"] for name, c in channels.items()} == {
        "demo_mail": True,
        "demo_hook": True,
    }
    assert len(told["verdict"]["latencies"]) == channels["demo_mail"]["messages"]
    assert len(told["peak"]["memory"]) >= 9


def test_the_gold_list_comes_out_whole_under_flushall_and_kills(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    with demo("--seconds", "8", "--json", str(path)) as run:
        data = Path(run.value("ledger")).parent
        supervisor = int(run.value("service").split()[1].rstrip(","))
        run.until(r"mail \d")
        Redis.from_url(broker.url(data)).flushall()
        for part in ("match-1", "deliver-1", "poller", "clock"):
            run.until(r"mail \d")
            pulse = beat.pulse(data, part)
            assert pulse
            os.kill(pulse.pid, signal.SIGKILL)
        run.until(r"mail \d")
        os.kill(supervisor, signal.SIGKILL)
        assert run.end() == 0, "".join(run.lines)
        assert run.left == ([], ())
    told = summary(path)
    assert told["agrees"] is True
    assert told["restarts"] == 1
    assert all(double["uncertain"] for double in told["verdict"]["doubled"])


def test_ctrl_c_ends_the_demo_and_leaves_nothing() -> None:
    with demo() as run:
        run.until(r"mail \d")
        run.process.send_signal(signal.SIGINT)
        assert run.end() == 128 + signal.SIGINT, "".join(run.lines)
        assert run.left == ([], ())


def test_a_signal_at_the_very_start_leaves_nothing() -> None:
    with demo() as run:
        run.until("^service")
        run.process.send_signal(signal.SIGTERM)
        assert run.end() == 128 + signal.SIGTERM, "".join(run.lines)
        assert run.left == ([], ())


def test_a_killed_demo_leaves_no_process() -> None:
    with demo() as run:
        run.until(r"mail \d")
        run.process.kill()
        run.end()
        wait_for(lambda: not run.left[1])


def test_the_folder_of_a_killed_demo_is_swept_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name in ("vigie-demo-left", "vigie-demo-new", "other"):
        (tmp_path / name).mkdir()
    os.utime(tmp_path / "vigie-demo-left", (0, 0))
    (tmp_path / "vigie-demo-file").touch()
    with temporary_folder() as running:
        os.utime(running, (0, 0))
        with temporary_folder() as another:
            assert running.exists()
        assert not another.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "vigie-demo-file", "vigie-demo-new"]


def test_a_busy_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        with demo("--port", str(port)) as run:
            assert run.end() == 1
            assert run.lines == [f"vigie: port {port} cannot be used: Address already in use\n"]
            assert run.left == ([], ())


def test_a_summary_that_cannot_be_written_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with demo("--json", str(tmp_path)) as run:
        assert run.end() == 1
        assert run.lines == [f"vigie: {tmp_path} cannot be written: Is a directory\n"]
        assert run.left == ([], ())


def test_without_a_place_for_temporary_files_nothing_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(StartError, match="no temporary folder can be made: No such file"), temporary_folder():
        pass
