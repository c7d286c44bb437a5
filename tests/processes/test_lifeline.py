"""Children end when their parent is gone."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor import broker

Held = Callable[..., subprocess.Popen[bytes]]
Until = Callable[..., None]

ROOT = Path(__file__).parents[2]

PART = """
import signal, sys, time
from monitor import lifeline
signal.signal(signal.SIGTERM, {handler})
lifeline.hold(grace={grace})
print("up", flush=True)
while True: time.sleep(0.05)
"""


def up(child: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    return child


def cut(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin is not None
    child.stdin.close()


def test_a_part_ends_in_order_when_its_lifeline_closes(held: Held) -> None:
    child = up(held(sys.executable, "-c", PART.format(handler="lambda *_: sys.exit(7)", grace=10)))
    cut(child)
    assert child.wait(5) == 7


def test_a_part_that_does_not_heed_is_ended_hard(held: Held) -> None:
    child = up(held(sys.executable, "-c", PART.format(handler="signal.SIG_IGN", grace=0.2)))
    cut(child)
    assert child.wait(5) == 143


def test_what_is_written_into_a_lifeline_means_nothing(held: Held) -> None:
    child = up(held(sys.executable, "-c", PART.format(handler="lambda *_: sys.exit(7)", grace=10)))
    assert child.stdin is not None
    child.stdin.write(b"hello" * 1000)
    child.stdin.flush()
    assert child.poll() is None
    cut(child)
    assert child.wait(5) == 7


def test_a_foreign_program_ends_when_the_lifeline_closes(held: Held) -> None:
    child = up(held("sh", "-c", "echo up; exec sleep 60", foreign=True))
    cut(child)
    assert child.wait(5) == 143


def test_a_foreign_program_that_does_not_heed_is_killed(held: Held) -> None:
    child = up(held("sh", "-c", "trap '' TERM; echo up; while true; do sleep 0.1; done", foreign=True))
    cut(child)
    assert child.wait(8) == 137


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_foreign_program_is_told_what_its_holder_is_told(held: Held, number: signal.Signals) -> None:
    child = up(held("sh", "-c", "trap 'exit 9' TERM INT; echo up; while true; do sleep 0.05; done", foreign=True))
    os.kill(child.pid, number)
    assert child.wait(5) == 9


def test_a_foreign_program_gives_its_exit_code(held: Held) -> None:
    assert held("sh", "-c", "exit 5", foreign=True).wait(5) == 5


SERVING = """
import sys, time
from pathlib import Path
from tests.servers.valkey import Valkey
server = Valkey(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(60)
"""


def test_the_servers_of_killed_tests_end(tmp_path: Path, until: Until) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVING, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT) as tests:
        assert tests.stdout is not None
        assert int(tests.stdout.readline())
        assert broker.answers(tmp_path)
        tests.kill()
    until(lambda: not broker.answers(tmp_path), 10)
