"""`vigie run`: the broker and every part as a child process; started, watched, restarted, stopped in order.

    start    lock the data directory | broker, migrate | poller, match and deliver workers, clock
    stop     poller and clock | match workers | deliver workers | broker

Children end by themselves when it dies: the pipe that is their stdin closes. How a verb of ours becomes a child is
the door's to say.
"""

import fcntl
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from time import monotonic

from monitor import beat, broker, lifeline
from monitor.child import Child, Limits, Part, Process, stuck
from monitor.core.errors import StartError
from monitor.log import get
from monitor.settings import Settings
from monitor.signals import Signals
from monitor.spawn import Program

EVERY = 0.5
"""Seconds between two looks at the children, if nothing ends before."""

BROKER_STARTS_IN = 20.0
"""Seconds that the broker has to load its data and answer."""

STAGES: Mapping[str, float] = {"source": 2.0, "match": 4.0, "deliver": 7.0, "broker": 9.0}
"""The stages of a stop in their order, and the seconds since its beginning when what is left of each is killed."""

StartVerb = Callable[[str, tuple[str, ...]], Process]
"""Starts a child of this name that runs a verb of ours, given with its arguments."""

log = get("supervisor")


class Supervisor:
    """Holds the children of one service. Only the main thread may use it: it waits for signals.

    `announce` is called once when everything runs.
    """

    def __init__(
        self, settings: Settings, signals: Signals, start_verb: StartVerb, announce: Callable[[], None], limits: Limits
    ) -> None:
        self._settings, self._signals, self._start_verb = settings, signals, start_verb
        self._announce, self._limits = announce, limits
        self._data = settings.data_dir
        self._children: list[Child] = []
        self._broker: Child | None = None
        self._broker_answered = 0.0
        self._ready = False

    def run(self) -> None:
        """Run the service until it is told to stop.

        Raises: StartError: a second service, a data directory or a server that cannot be used, a failed migration.
        """
        with _locked(self._data):
            _sweep(self._data)
            try:
                self._start()
                while not self._signals.stops:
                    self._tend()
                    self._signals.wait(EVERY)
            finally:
                self._stop()
                _sweep(self._data)

    def _start(self) -> None:
        if not self._settings.redis_url:
            self._start_broker()
        self._migrate()
        if self._broker is not None:
            self._await_broker()
        self._children += [Child(part) for part in parts(self._settings, self._start_verb)]

    def _start_broker(self) -> None:
        if broker.stop_leftover(self._data):
            log.warning("broker_left_over", data_dir=self._data)
        server = broker.find_server()
        log.info("broker_found", server=str(server), path=str(server.path))
        # Isolated and without site-packages: this small process stays beside the server for good.
        held = [sys.executable, "-I", "-S", lifeline.__file__, *broker.command(server, self._data)]
        self._broker = Child(Part("broker", partial(Program, held, os.environ), "broker"))
        self._children.append(self._broker)
        self._broker.tend(monotonic())

    def _await_broker(self) -> None:
        end = monotonic() + BROKER_STARTS_IN
        while self._broker is not None and not self._signals.stops and not broker.answers(self._data):
            if self._broker.gone() or monotonic() > end:
                raise StartError(f"the broker does not start: {broker.last_words(self._data)}")
            self._signals.wait(0.02)
        self._broker_answered = monotonic()

    def _migrate(self) -> None:
        child = self._start_verb("migrate", ("migrate",))
        while (code := child.poll()) is None and not self._signals.stops:
            self._signals.wait(EVERY)
        child.close()
        if code is None:
            child.terminate()
        if code:
            raise SystemExit(code)  # it has said why, in one clear line

    def _tend(self) -> None:
        now = monotonic()
        pulses = beat.pulses(self._data)
        for child in self._children:
            child.tend(now)
            if reason := self._stuck(child, pulses.get(child.part.name), now):
                child.kill(reason)
        self._look_whether_ready({part: pulse.pid for part, pulse in pulses.items() if pulse.ready})
        with suppress(OSError):  # a full disk is the ledger's to report
            beat.write(beat.folder(self._data) / "supervisor.json", beat.Pulse(os.getpid(), now, None, self._ready))

    def _stuck(self, child: Child, pulse: beat.Pulse | None, now: float) -> str:
        if child is not self._broker:
            return stuck(child, pulse, now, self._limits)
        if broker.answers(self._data):
            self._broker_answered = now
        silence = now - max(self._broker_answered, child.started)
        return f"no answer for {silence:.0f} s" if silence > self._limits.silent else ""

    def _look_whether_ready(self, serving: Mapping[str, int]) -> None:
        if self._ready or any(serving.get(c.part.name) != c.pid for c in self._children if c is not self._broker):
            return
        self._ready = True
        log.info("service_ready", parts=len(self._children), data_dir=self._data)
        self._announce()

    def _stop(self) -> None:
        """End the children stage by stage; a second signal kills what is left."""
        began = monotonic()
        log.info("service_stopping")
        asked = self._signals.stops
        for stage, lasts in STAGES.items():
            children = [child for child in self._children if child.part.stage == stage]
            for child in children:
                child.end()
            while left := [child for child in children if not child.gone()]:
                if monotonic() - began > lasts or self._signals.stops > max(asked, 1):
                    for child in left:
                        child.kill("does not stop in time")
                self._signals.wait(max(0.05, min(EVERY, began + lasts - monotonic())))
        log.info("service_stopped", ms=round(1000 * (monotonic() - began)))


def parts(settings: Settings, start_verb: StartVerb) -> Iterator[Part]:
    """List the parts of a service but the broker."""
    for kind, count in (("match", settings.match_workers), ("deliver", settings.deliver_workers)):
        for number in range(1, count + 1):
            name = f"{kind}-{number}"
            words = ("worker", kind, "--part", name, "--lifeline")
            yield Part(name, partial(start_verb, name, words), kind)
    for name in ("poller", "clock"):
        yield Part(name, partial(start_verb, name, (name, "--lifeline")), "source")


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """Hold the lock of a data directory; the kernel gives it back however this process ends."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(data_dir / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as error:
        raise StartError(f"the data directory {data_dir} cannot be used: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StartError(
            f"another service runs on the data directory {data_dir} - stop it, or set VIGIE_DATA_DIR"
        ) from error
    try:
        yield
    finally:
        os.close(handle)


def _sweep(data_dir: Path) -> None:
    """Remove the heartbeats of parts that are no more."""
    folder = beat.folder(data_dir)
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        file.unlink(missing_ok=True)
