"""Heartbeats: a file per part, written every second by a thread, that says whether it lives and gets on.

The thread also ends its own process when that is long past its deadline, for a part alone in a container has nobody
who would. What keeps the thread itself from running is the supervisor's to see.

Times are of the machine's monotonic clock, which all its processes share: neither a corrected wall clock nor a
laptop that slept makes every part look dead.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import NoReturn

from monitor.log import get

EVERY = 1.0
"""Seconds between two beats."""

LATE_AFTER = 10.0
"""Seconds without a beat after which a part is not well."""

OVERDUE = 10.0
"""Seconds past its deadline after which a part is ended, by itself or by the supervisor."""

_SAID_WITHIN = 1.0

log = get("beat")


@dataclass(frozen=True, slots=True)
class Pulse:
    """What a part last said of itself.

    `at`: when; `until`: the deadline of what it is doing (None: it does nothing that has one); `ready`: it serves.
    """

    pid: int
    at: float
    until: float | None
    ready: bool


def folder(data_dir: Path) -> Path:
    """Name the place of the heartbeat files."""
    return data_dir / "beats"


class Beat:
    """Beats for one part from its start until it is closed; a part that ends in order leaves no file."""

    def __init__(self, data_dir: Path, part: str, overdue: float = OVERDUE) -> None:
        self._path = folder(data_dir) / f"{part}.json"
        self._overdue = overdue
        self._until: float | None = None
        self._ready = False
        self._lock = Lock()
        self._stop = Event()
        self._thread = Thread(target=self._beat, name="beat", daemon=True)

    def start(self) -> None:
        """Write the first beat and go on every second. Raises: OSError where the folder cannot be written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._write()
        self._thread.start()

    def ready(self) -> None:
        """Say that the part serves."""
        self._ready = True
        self._write()

    def within(self, seconds: float) -> None:
        """Say that the part will speak again within `seconds`; past that it counts as stuck, and is ended."""
        self._until = monotonic() + seconds

    @contextmanager
    def during(self, seconds: float) -> Iterator[None]:
        """Say that what happens inside ends within `seconds`."""
        self.within(seconds)
        self._write()
        try:
            yield
        finally:
            self._until = None
            self._write()

    def close(self) -> None:
        """Stop beating and take the file away."""
        self._stop.set()
        self._thread.join()
        self._path.unlink(missing_ok=True)

    def _beat(self) -> None:
        while not self._stop.wait(EVERY):
            self._write()
            until = self._until
            if until is not None and monotonic() - until > self._overdue:
                self._end(round(monotonic() - until))

    def _end(self, late: int) -> NoReturn:
        fields = {"name": self._path.stem, "pid": os.getpid(), "late_s": late}
        # In a thread of its own: what is stuck may be the log, and hold its lock.
        saying = Thread(target=log.error, args=("part_stuck",), kwargs=fields, daemon=True)
        try:
            saying.start()
            saying.join(_SAID_WITHIN)
        finally:
            os._exit(1)

    def _write(self) -> None:
        try:
            with self._lock:
                write(self._path, Pulse(os.getpid(), monotonic(), self._until, self._ready))
        except OSError:
            return  # a full disk is the ledger's to report; beats that stop are seen by whoever reads them


def write(path: Path, pulse: Pulse) -> None:
    """Replace a heartbeat file in one step, so that nobody reads half of one. Raises: OSError."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(pulse)))
    new.replace(path)


def pulses(data_dir: Path) -> dict[str, Pulse]:
    """Read all heartbeats, by the name of the part."""
    found = {path.stem: pulse(data_dir, path.stem) for path in sorted(folder(data_dir).glob("*.json"))}
    return {part: beat for part, beat in found.items() if beat is not None}


def pulse(data_dir: Path, part: str) -> Pulse | None:
    """Read one heartbeat; None where there is none, or none that can be read."""
    try:
        return Pulse(**json.loads((folder(data_dir) / f"{part}.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def illness(pulse: Pulse | None, now: float) -> str:
    """Say in words why a part is not well at the monotonic time `now`; empty: it is well."""
    if pulse is None:
        return "gives no sign of life"
    if not _runs(pulse.pid):
        return f"has died (process {pulse.pid})"
    if now < pulse.at:
        return "is from before a restart of this machine"
    if now - pulse.at > LATE_AFTER:
        return f"gave its last sign of life {now - pulse.at:.0f} s ago"
    if pulse.until is not None and now > pulse.until:
        return f"should have been done {now - pulse.until:.0f} s ago"
    return "" if pulse.ready else "is starting"


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
