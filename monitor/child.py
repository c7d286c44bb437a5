"""One part of the service as a child process: started, watched by its heartbeat, ended with all it started."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from monitor.beat import OVERDUE, Pulse
from monitor.log import get

HEALTHY_AFTER = 60.0
"""A part that ran for so many seconds has its earlier ends forgotten."""

LONGEST_PAUSE = 30.0

log = get("supervisor")


class Process(Protocol):
    """A child process in a session of its own, so that Ctrl-C on the terminal is ours; its stdin is its lifeline."""

    @property
    def pid(self) -> int:
        """Number of the process."""

    def poll(self) -> int | None:
        """Give the exit code, negative for a signal, once it has ended."""

    def terminate(self) -> None:
        """Ask it to end in order."""

    def close(self) -> None:
        """Let go of its lifeline."""


Start = Callable[[], Process]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds after which a child counts as stuck: without a beat, and past the deadline of what it does."""

    silent: float = 30.0
    overdue: float = OVERDUE


@dataclass(frozen=True, slots=True)
class Part:
    """What a child is: its name, how it is started, the stage of a stop in which it ends."""

    name: str
    start: "Start"
    stage: str


class Child:
    """Runs one part, again and again."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.started = 0.0
        self._process: Process | None = None
        self._failures = 0
        self._due = 0.0

    @property
    def pid(self) -> int:
        """The child's process, 0 while there is none."""
        return self._process.pid if self._process else 0

    def tend(self, now: float) -> None:
        """Take note if the child ended, and start it when it is due."""
        if self._process is not None and (code := self._process.poll()) is not None:
            self._ended(code, now)
        if self._process is None and now >= self._due:
            self._start(now)

    def end(self) -> None:
        """Ask the child to end in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def gone(self) -> bool:
        """Say whether the child has ended, and let none of its own children stay."""
        if self._process is None:
            return True
        if self._process.poll() is None:
            return False
        self._clear()
        return True

    def kill(self, reason: str) -> None:
        """Kill the child and all it started; that it is gone is seen at the next look."""
        if self._process is None or self._process.poll() is not None:
            return
        log.error("part_killed", name=self.part.name, pid=self.pid, reason=reason)
        _kill_group(self.pid)

    def _start(self, now: float) -> None:
        self.started = now
        try:
            self._process = self.part.start()
        except OSError as error:  # no memory, or too many processes, just now
            wait = self._failed(now)
            log.error("part_not_started", name=self.part.name, error=str(error), again_in_s=wait)
        else:
            log.info("part_started", name=self.part.name, pid=self.pid)

    def _failed(self, now: float) -> float:
        self._failures = 1 if now - self.started > HEALTHY_AFTER else self._failures + 1
        self._due = now + pause(self._failures)
        return round(self._due - now, 1)

    def _ended(self, code: int, now: float) -> None:
        pid, lived = self.pid, now - self.started
        self._clear()
        wait = self._failed(now)
        how = signal.Signals(-code).name if code < 0 else code
        log.warning("part_ended", name=self.part.name, pid=pid, exit=how, lived_s=round(lived, 1), again_in_s=wait)

    def _clear(self) -> None:
        if self._process is not None:
            _kill_group(self._process.pid)
            self._process.close()
            self._process = None


def pause(failures: int) -> float:
    """Say how long to wait after so many ends in a row: not at all, then a second, doubling."""
    return 0.0 if failures <= 1 else min(LONGEST_PAUSE, 2.0 ** (failures - 2))


def stuck(child: Child, pulse: Pulse | None, now: float, limits: Limits) -> str:
    """Say in words why a running child must be killed at the monotonic time `now`; empty: it need not."""
    if pulse is None or pulse.pid != child.pid:
        return "no beat since its start" if now - child.started > limits.silent else ""
    if now - pulse.at > limits.silent:
        return f"no beat for {now - pulse.at:.0f} s"
    if pulse.until is not None and now > pulse.until + limits.overdue:
        return f"{now - pulse.until:.0f} s past its deadline"
    return ""


def _kill_group(pid: int) -> None:
    """Kill a session leader, or what a dead one left behind."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return
