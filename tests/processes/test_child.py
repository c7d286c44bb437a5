"""What the supervisor decides about a child, and the two ways to start one."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import pytest

from monitor.beat import Pulse
from monitor.child import HEALTHY_AFTER, LONGEST_PAUSE, Child, Limits, Part, pause, stuck
from monitor.spawn import FORKS, Program

Until = Callable[..., None]

LIMITS = Limits(silent=30, overdue=10)


def program(*words: str) -> Child:
    return Child(Part("it", partial(Program, words, os.environ), "match"))


def ended(child: Child) -> bool:
    """Whether the child has ended, and nobody has taken note yet."""
    return os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def lived(child: Child, start: float, end: float, until: Until) -> float:
    """Let the child live from `start` to `end`, and end; give how long it then waits to be started again."""
    child.tend(start)
    assert child.pid
    os.killpg(child.pid, signal.SIGKILL)
    until(lambda: ended(child))
    waits = 0.0
    child.tend(end)
    while not child.pid:
        waits += 0.5
        child.tend(end + waits)
    return waits


def test_the_first_end_is_mended_at_once_and_the_next_ones_ever_later(until: Until) -> None:
    child = program("sleep", "60")
    assert [lived(child, 100, 101, until) for _ in range(4)] == [0, 1, 2, 4]
    assert lived(child, 200, 201 + HEALTHY_AFTER, until) == 0, "its earlier ends are forgotten"
    assert lived(child, 300, 301, until) == 1
    child.kill("the test is over")
    until(child.gone)
    assert child.pid == 0
    child.end()
    child.kill("again")


def test_a_child_that_cannot_be_started_is_tried_again_later() -> None:
    child = program("/no/such/program")
    for now, due in ((100.0, 100.0), (100.0, 101.0), (101.0, 103.0)):
        child.tend(now)
        assert child.pid == 0
        assert child._due == due
    assert child.gone()


def test_a_pause_has_an_end() -> None:
    assert [pause(failures) for failures in (5, 6, 7, 1000)] == [8, 16, LONGEST_PAUSE, LONGEST_PAUSE]


def test_what_a_dead_child_left_behind_is_killed(until: Until) -> None:
    reader, writer = os.pipe()
    words = (sys.executable, "-c", f"import subprocess; subprocess.Popen(['sleep', '60'], pass_fds=[{writer}])")
    child = Child(Part("it", lambda: Passing(words, writer), "match"))
    child.tend(100)
    os.close(writer)
    until(lambda: ended(child))
    assert child.gone()
    assert os.read(reader, 1) == b"", "nobody holds the pipe any more"
    os.close(reader)


class Passing(Program):
    """A program that is given one more open file."""

    def __init__(self, words: tuple[str, ...], file: int) -> None:
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, start_new_session=True, pass_fds=[file])
        self.pid = self._process.pid


def test_a_child_without_a_beat_is_stuck_after_a_while() -> None:
    child = program("sleep", "60")
    child.started = 100
    assert stuck(child, None, 130, LIMITS) == ""
    assert stuck(child, None, 131, LIMITS) == "no beat since its start"
    assert stuck(child, Pulse(99999, 131, None, ready=True), 131, LIMITS) == "no beat since its start", "of another"


def test_a_child_is_stuck_when_its_beat_stops_or_its_deadline_is_long_past() -> None:
    child = program("sleep", "60")
    beat = partial(Pulse, child.pid, ready=True)
    assert stuck(child, beat(at=100, until=None), 130, LIMITS) == ""
    assert stuck(child, beat(at=100, until=None), 131, LIMITS) == "no beat for 31 s"
    assert stuck(child, beat(at=130, until=120), 130, LIMITS) == ""
    assert stuck(child, beat(at=131, until=120), 131, LIMITS) == "11 s past its deadline"


FORKING = """
import os, sys
from monitor.spawn import Fork

def work():
    {work}

held = open("/dev/null")
child = Fork("vigie-match-number-1", work)
print(child.pid, flush=True)
child.close() if {cut} else None
_, status = os.waitpid(child.pid, 0)
print(os.waitstatus_to_exitcode(status), flush=True)
"""


def forked(work: str, *, cut: bool = False) -> list[str]:
    """The pid of a fork that did this, what it said, its exit code."""
    if not FORKS:
        pytest.skip("parts are programs here")
    script = FORKING.format(work=work, cut=cut)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.split() + done.stderr.strip().splitlines()[-1:]


def test_a_fork_ends_with_the_code_of_its_work() -> None:
    assert forked("pass")[1:] == ["0"]
    assert forked("sys.exit(3)")[1:] == ["3"]
    assert forked("sys.exit()")[1:] == ["0"]
    assert forked("sys.exit('why')")[1] == "1"


def test_a_fork_that_crashes_says_so_and_does_not_go_on_as_its_parent() -> None:
    assert forked("raise ValueError('why')")[1:] == ["1", "ValueError: why"]


def test_a_fork_has_its_own_session_its_own_name_and_no_file_of_its_parent() -> None:
    pid, *said = forked("print(os.getsid(0), open('/proc/self/comm').read().strip(), *os.listdir('/proc/self/fd'))")
    assert said[:2] == [pid, "vigie-match-num"]
    assert sorted(said[2:-1]) == ["0", "1", "2", "3"], "3 is the listing itself"


def test_the_stdin_of_a_fork_is_its_lifeline() -> None:
    assert forked("sys.exit(7 if os.read(0, 1) == b'' else 8)", cut=True)[1:] == ["7"]


UNHEARD = """
import os, sys
from monitor.spawn import Fork

def work():
    print("said to nobody")

child = Fork("it", work)
_, status = os.waitpid(child.pid, 0)
print("one goes on, after", os.waitstatus_to_exitcode(status), file=sys.stderr, flush=True)
os._exit(0)
"""


def test_a_fork_whose_stdout_nobody_reads_ends_all_the_same() -> None:
    if not FORKS:
        pytest.skip("parts are programs here")
    reader, writer = os.pipe()
    os.close(reader)
    buffered = {**os.environ, "PYTHONUNBUFFERED": ""}  # so that the fault comes when all is done
    words = [sys.executable, "-c", UNHEARD]
    child = subprocess.Popen(words, stdout=writer, stderr=subprocess.PIPE, text=True, env=buffered)
    os.close(writer)
    with child:
        _, said = child.communicate(timeout=20)
    assert said.splitlines() == ["one goes on, after 0"], "and nobody else does"


def test_a_process_without_stdout_has_children_too() -> None:
    if not FORKS:
        pytest.skip("parts are programs here")
    shell = ("sh", "-c", 'exec "$0" -c "$1" >&-', sys.executable, UNHEARD)
    done = subprocess.run(shell, stderr=subprocess.PIPE, text=True, check=True, timeout=20)
    assert done.stderr.splitlines() == ["one goes on, after 0"]


NO_MORE_PROCESSES = """
import os, resource
from monitor.spawn import Fork

ours = os.getresuid()
if not os.getuid():
    os.setresuid(65534, 65534, 0)  # root may always have one more
resource.setrlimit(resource.RLIMIT_NPROC, (0, resource.getrlimit(resource.RLIMIT_NPROC)[1]))
before = os.listdir("/proc/self/fd")
try:
    Fork("it", lambda: None)
except OSError as error:
    print(type(error).__name__, os.listdir("/proc/self/fd") == before)
os.setresuid(*ours)
"""


def test_a_fork_that_cannot_be_made_is_said_and_leaves_nothing_open() -> None:
    if not FORKS:
        pytest.skip("parts are programs here")
    words = [sys.executable, "-c", NO_MORE_PROCESSES]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout.split() == ["BlockingIOError", "True"], done.stderr


ENDED = """
import time
from monitor.spawn import Fork
child = Fork("it", lambda: None)
while child.poll() is None:
    time.sleep(0.01)
print(child.poll(), child.terminate())
"""


def test_a_fork_that_has_ended_is_not_asked_again() -> None:
    if not FORKS:
        pytest.skip("parts are programs here")
    done = subprocess.run([sys.executable, "-c", ENDED], capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout.split() == ["0", "None"]
