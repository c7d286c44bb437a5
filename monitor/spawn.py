"""Two ways to start a child: a program, or a fork that goes on from here.

Six parts of this program need the same 50 MB of libraries. Forked from a process that has loaded them they share
those pages, and start at once; each loading its own, they take twice the memory and seconds of work. Forking is safe
only for a process without threads, and on macOS not even then: there every part is a program.
"""

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_OPEN_FILES = Path("/proc/self/fd")

FORKS = sys.platform == "linux" and _OPEN_FILES.is_dir()

_OURS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
"""Signals that a supervisor handles, and its children do not as it does."""

_NAME = Path("/proc/self/comm")
_LONGEST_NAME = 15


class Program:
    """A program as a child."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, env=env, start_new_session=True)  # noqa: S603 - our own words
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Give the exit code, negative for a signal, once it has ended."""
        return self._process.poll()

    def terminate(self) -> None:
        """Ask it to end in order."""
        self._process.terminate()

    def close(self) -> None:
        """Let go of its lifeline."""
        if self._process.stdin is not None:
            self._process.stdin.close()


class Fork:
    """A child that has all that this process has loaded, and does `work` and nothing else; it may call sys.exit."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        flush()
        self._code: int | None = None
        there, self._lifeline = os.pipe()
        signal.pthread_sigmask(signal.SIG_BLOCK, _OURS)  # none may reach the child under the parent's handlers
        try:
            self.pid = os.fork()
            if not self.pid:
                _go_on(name, there, work)  # pragma: no cover - a child is measured from its next call on
        except OSError:
            os.close(self._lifeline)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _OURS)
            os.close(there)

    def poll(self) -> int | None:
        """Give the exit code, negative for a signal, once it has ended."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def terminate(self) -> None:
        """Ask it to end in order."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def close(self) -> None:
        """Let go of its lifeline."""
        os.close(self._lifeline)


def _go_on(name: str, lifeline: int, work: Callable[[], None]) -> NoReturn:
    """Be a process of its own, do the work, and end here: what the parent is in the midst of is not the child's."""
    code = 1
    try:
        try:
            _leave_parent(name, lifeline)
            code = _code_of(work)
        except BaseException:  # noqa: BLE001 - a crash of its own, which nobody above would write
            traceback.print_exc()
        flush()
    finally:
        os._exit(code)  # whatever the lines above raise: in the parent's frames it would go on as a second parent


def flush() -> None:
    """Write out what this process has printed; one whose stdout or stderr is closed or broken goes on without."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with suppress(OSError):
            stream.flush()


def _leave_parent(name: str, lifeline: int) -> None:
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in _OURS:
        signal.signal(number, signal.SIG_DFL)
    os.dup2(lifeline, 0)
    _close_files()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OURS)
    _call_oneself(name)


def _close_files() -> None:
    """Close what the parent has open: its lock, the lifelines of the other children."""
    # Not os.closerange: without the system call of that name it tries all numbers, and there may be a thousand million.
    for number in [int(name) for name in os.listdir(_OPEN_FILES)]:  # noqa: PTH208 - names of numbers, not paths
        if number > 2:  # noqa: PLR2004 - stderr
            with suppress(OSError):
                os.close(number)


def _code_of(work: Callable[[], None]) -> int:
    try:
        work()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _call_oneself(name: str) -> None:
    """Set the name that `ps` and `top` show, where the system lets us."""
    if _NAME.exists():
        _NAME.write_text(name[:_LONGEST_NAME])
