"""The lifeline of a child: its stdin is a pipe that the parent holds, and when that closes the child ends.

    python monitor/lifeline.py COMMAND...    runs a program that knows nothing of lifelines in the same way

A parent that is killed with -9 can tell nobody; the kernel closes its end of the pipe for it. Only the standard
library is used, and little of it: the second form stays in memory beside the program it runs.
"""

import os
import signal
import sys
from collections.abc import Sequence
from threading import Thread
from time import sleep

GRACE = 3.0
"""Seconds between the closing of the lifeline and the hard end."""

_PASSED_ON = (signal.SIGTERM, signal.SIGINT)

_ENDED = 143
"""Exit code of a child that was cut off: as if ended by SIGTERM."""


def hold(grace: float = GRACE) -> None:
    """Watch stdin in a thread: when it closes, end this process as SIGTERM would, and after `grace` seconds at once."""
    Thread(target=_watch, args=(grace,), name="lifeline", daemon=True).start()


def _watch(grace: float) -> None:
    _wait_for_end(0)
    os.kill(os.getpid(), signal.SIGTERM)
    sleep(grace)
    os._exit(_ENDED)


def _wait_for_end(pipe: int) -> None:
    while os.read(pipe, 512):
        pass


def run(command: Sequence[str]) -> int:
    """Run a program until it ends or the lifeline closes; pass SIGTERM and SIGINT on to it; give its exit code."""
    nothing = [(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)]
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _PASSED_ON)  # or one could end us and leave the program alone
    pid = os.posix_spawnp(command[0], list(command), os.environ, file_actions=nothing, setsigmask=before)
    for number in _PASSED_ON:
        signal.signal(number, lambda received, _frame: _send(pid, received))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    Thread(target=_cut, args=(pid,), daemon=True).start()
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _cut(pid: int) -> None:
    _wait_for_end(0)
    _send(pid, signal.SIGTERM)
    sleep(GRACE)
    _send(pid, signal.SIGKILL)


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
