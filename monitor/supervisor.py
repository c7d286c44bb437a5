"""`vigie run`: the broker and every part as a child process; started, watched, restarted, stopped in order.

    start    lock the data directory | broker, migrate | poller, match and deliver workers, clock
    stop     poller and clock | match workers | deliver workers | broker

It is a program of its own, `python -m monitor.supervisor`, so that nothing but it stays in memory. Children end
by themselves when it dies: the pipe that is their stdin closes.
"""

import fcntl
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import NoReturn

from monitor import beat, broker, lifeline
from monitor.child import Child, Limits, Part, start, stuck
from monitor.core.errors import StartError, VigieError
from monitor.log import configure, get
from monitor.settings import Secret, Settings, handed, load_settings
from monitor.signals import Signals

EVERY = 0.5
"""Seconds between two looks at the children, if nothing ends before."""

BROKER_STARTS_IN = 20.0
"""Seconds that the broker has to load its data and answer."""

STAGES: Mapping[str, float] = {"source": 2.0, "match": 4.0, "deliver": 7.0, "broker": 9.0}
"""The stages of a stop in their order, and the seconds since its beginning when what is left of each is killed."""

THRIFT = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}
"""Settings of libraries that save memory in every child, where the user says nothing else."""

log = get("supervisor")


def become(settings: Settings, words: Iterable[str], env: Mapping[str, str]) -> NoReturn:
    """Replace this process, and all it has loaded, by the supervisor of a service; its number and parent stay.

    `words` are those of `main`.
    """
    sys.stdout.flush()
    command = [sys.executable, "-m", "monitor.supervisor", *words]
    os.execve(sys.executable, command, {**env, **handed(settings)})  # noqa: S606 - our own words


class Supervisor:
    """Holds the children of one service. Only the main thread may use it: it takes the signals."""

    def __init__(self, settings: Settings, signals: Signals, ready_file: Path | None, limits: Limits) -> None:
        self._settings, self._signals, self._ready_file, self._limits = settings, signals, ready_file, limits
        self._data = settings.data_dir
        url = settings.redis_url or Secret(broker.url(self._data))
        self._env = THRIFT | dict(os.environ) | handed(replace(settings, redis_url=url))
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
        self._children += [Child(part, self._env) for part in parts(self._settings)]

    def _start_broker(self) -> None:
        if broker.stop_leftover(self._data):
            log.warning("broker_left_over", data_dir=self._data)
        server = broker.find_server()
        log.info("broker_found", server=str(server), path=str(server.path))
        # Isolated and without site-packages: this small process stays beside the server for good.
        held = (sys.executable, "-I", "-S", lifeline.__file__)
        self._broker = Child(Part("broker", (*held, *broker.command(server, self._data)), "broker"), self._env)
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
        child = start((sys.executable, "-m", "monitor", "migrate"), self._env)
        with child:
            while child.poll() is None:
                self._signals.wait(EVERY)
                if self._signals.stops:
                    child.kill()
        if child.returncode and not self._signals.stops:
            raise SystemExit(child.returncode)  # it has said why, in one clear line

    def _tend(self) -> None:
        now = monotonic()
        pulses = beat.pulses(self._data)
        for child in self._children:
            child.tend(now)
            reason = (
                self._mute(now)
                if child is self._broker
                else stuck(child, pulses.get(child.part.name), now, self._limits)
            )
            if reason:
                child.kill(reason)
        self._announce({part: pulse.pid for part, pulse in pulses.items() if pulse.ready})
        beat.write(beat.folder(self._data) / "supervisor.json", beat.Pulse(os.getpid(), now, None, self._ready))

    def _mute(self, now: float) -> str:
        if broker.answers(self._data):
            self._broker_answered = now
        silence = now - max(self._broker_answered, self._broker.started if self._broker else now)
        return f"no answer for {silence:.0f} s" if silence > self._limits.silent else ""

    def _announce(self, serving: Mapping[str, int]) -> None:
        """Say once that everything runs."""
        if self._ready or any(serving.get(c.part.name) != c.pid for c in self._children if c is not self._broker):
            return
        self._ready = True
        log.info("service_ready", parts=len(self._children), data_dir=self._data)
        if self._ready_file is not None:
            self._ready_file.write_text(f"{os.getpid()}\n")

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


def parts(settings: Settings) -> Iterator[Part]:
    """List the parts of a service but the broker."""
    own = (sys.executable, "-m", "monitor")
    for kind, count in (("match", settings.match_workers), ("deliver", settings.deliver_workers)):
        for number in range(1, count + 1):
            name = f"{kind}-{number}"
            yield Part(name, (*own, "worker", kind, "--part", name, "--lifeline"), kind)
    yield Part("poller", (*own, "poller", "--lifeline"), "source")
    yield Part("clock", (*own, "clock", "--lifeline"), "source")


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


def main(words: Sequence[str]) -> None:
    """Run the service of the settings that were handed down: `[--lifeline] [--ready-file FILE]`.

    An error of ours is one clear line and exit code 1.
    """
    settings = load_settings()
    configure(settings.log_level, settings.log_format)
    file = next((Path(after) for word, after in pairwise(words) if word == "--ready-file"), None)
    try:
        Supervisor(settings, Signals(lifeline="--lifeline" in words), file, Limits()).run()
    except VigieError as error:
        sys.stderr.write(f"vigie: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
