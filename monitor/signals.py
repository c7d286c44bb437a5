"""What is waited for: by a supervisor a signal, a child, its own lifeline or time; by others a stop."""

import os
import select
import signal
from contextlib import suppress
from time import monotonic
from types import FrameType

AGAIN_AFTER = 1.0
"""Seconds within which a second signal is the echo of the first: a terminal and a parent may both send it."""


class StopSign:
    """Knows whether a stop was asked for, by a signal or from any thread; `signal` is the first signal's number.

    Not an Event: its lock may be held by the very frame that a signal interrupts, and the handler waits for ever.
    """

    def __init__(self) -> None:
        self.signal = 0
        self._up = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)

    def set(self) -> None:
        """Ask for a stop."""
        self._up = True
        with suppress(BlockingIOError):  # it was asked for so often that the pipe is full
            os.write(self._write, b"\0")

    def note(self, number: int, _frame: FrameType | None) -> None:
        """Take a signal for a stop; a handler for `signal.signal`."""
        self.signal = self.signal or number
        self.set()

    def is_set(self) -> bool:
        """Say whether a stop was asked for."""
        return self._up

    def wait(self, seconds: float) -> bool:
        """Wait for a stop, at most so long; say whether one was asked for."""
        if not self._up:
            select.select([self._read], [], [], max(0.0, seconds))
        return self._up

    def close(self) -> None:
        """Give the pipe back; no signal may lead here any more."""
        os.close(self._read)
        os.close(self._write)


class Signals:
    """Counts what asks for a stop, and wakes whoever waits; belongs to the main thread."""

    def __init__(self, *, lifeline: bool) -> None:
        self.stops = 0
        self._first = 0.0
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # nohup means it
                signal.signal(number, self._stop)
        signal.signal(signal.SIGCHLD, _wake)
        self._watched = [self._read, 0] if lifeline else [self._read]

    def wait(self, seconds: float) -> None:
        """Wait until something happens, at most so long."""
        ready, _, _ = select.select(self._watched, [], [], max(0.0, seconds))
        if self._read in ready:
            os.read(self._read, 512)
        if 0 in ready and not os.read(0, 512):
            self._watched.remove(0)
            self._stop(signal.SIGTERM, None)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        now = monotonic()
        if not self.stops or now - self._first > AGAIN_AFTER:
            self.stops += 1
            self._first = self._first or now


def _wake(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: that it came is what wakes."""
