"""Real servers and real children for the tests of the processes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from redis import Redis

from monitor import broker, lifeline

Until = Callable[..., None]


@pytest.fixture
def until() -> Until:
    """Wait for a condition, with a deadline."""

    def wait(condition: Callable[[], object], seconds: float = 20.0, what: str = "") -> None:
        end = monotonic() + seconds
        while not condition():
            assert monotonic() < end, f"not within {seconds} s: {what or condition}"
            sleep(0.01)

    return wait


class Valkey:
    """A private server that a test may kill and start again on the same data."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.url = broker.url(data_dir)
        self.redis = Redis.from_url(self.url)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = broker.command(broker.find_server(), self.data_dir)
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
        end = monotonic() + 20
        while not broker.answers(self.data_dir):
            assert monotonic() < end, broker.last_words(self.data_dir)
            sleep(0.01)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        self.redis.close()
        self.kill()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "data")
    server.start()
    yield server
    server.close()


@pytest.fixture
def held() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a command whose stdin is a pipe of ours; all are killed in the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str, foreign: bool = False) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-I", "-S", lifeline.__file__, *command] if foreign else list(command)
        child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        started.append(child)
        return child

    yield start
    for child in started:
        with child:
            child.kill()
