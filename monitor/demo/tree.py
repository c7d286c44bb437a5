"""A process, everything that it started, and the memory they hold together; all that Linux says under /proc."""

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Tree:
    """Processes by what they run, with the memory of each in bytes (PSS: shared pages are shared out)."""

    memory: tuple[tuple[str, int], ...] = ()

    @property
    def total(self) -> int:
        """Bytes of all of them together."""
        return sum(size for _, size in self.memory)


def measure(root: int) -> Tree:
    """Measure a process and all its descendants; empty where there is no /proc to say it."""
    sizes = ((_name(pid), _pss(pid)) for pid in (root, *descendants(root)))
    return Tree(tuple((name, size) for name, size in sizes if size))


def descendants(root: int) -> tuple[int, ...]:
    """List the children of a process, their children and so on, parents first."""
    children: dict[int, list[int]] = {}
    for pid, parent in _running():
        children.setdefault(parent, []).append(pid)
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return tuple(found[1:])


def marked(variable: str) -> tuple[int, ...]:
    """List the processes that were started with this `NAME=value` in their environment, whoever their parents are."""
    words = variable.encode()
    return tuple(pid for pid, _ in _running() if words in _read(pid, "environ").split(b"\0"))


def kill(pids: Iterable[int]) -> None:
    """End processes that are to end now."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _running() -> Iterable[tuple[int, int]]:
    """Give every process that is not merely a zombie, with its parent."""
    for path in PROC.glob("[0-9]*"):
        # The name in parentheses may hold spaces and parentheses: what follows the last one counts.
        fields = _read(int(path.name), "stat").rpartition(b")")[2].split()
        if fields and fields[0] != b"Z":
            yield int(path.name), int(fields[1])


def _pss(pid: int) -> int:
    lines = _read(pid, "smaps_rollup").splitlines()
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith(b"Pss:")), 0)


def _name(pid: int) -> str:
    """Say what a process runs: the words of its command, without their folders."""
    words = _read(pid, "cmdline").decode(errors="replace").split("\0")
    return " ".join(Path(word).name for word in words if word)[:LONGEST_NAME]


def _read(pid: int, name: str) -> bytes:
    """Read what the kernel says of a process; nothing if it has ended, or is another user's."""
    try:
        return (PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""
