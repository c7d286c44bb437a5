"""A process tree is measured, and found again by its mark when its root is gone."""

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from monitor.demo import tree

pytestmark = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux's /proc")

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"


def start(mark: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "TREE_MARK": mark}
    child = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
    assert child.stdout
    assert child.stdout.readline() == b"1\n"
    return child


def ended(mark: str) -> bool:
    end = monotonic() + 10
    while tree.marked(f"TREE_MARK={mark}"):
        if monotonic() > end:
            return False
    return True


def test_a_tree_is_measured_with_all_its_descendants() -> None:
    with start("measured") as child:
        found = tree.descendants(child.pid)
        measured = tree.measure(child.pid)
        assert len(found) == 1
        assert [size > 1_000_000 for _, size in measured.memory] == [True, True]
        assert measured.total == sum(size for _, size in measured.memory)
        assert "print" in measured.memory[1][0]
        child.communicate(b"\n")
    assert tree.measure(child.pid).total == 0


def test_orphans_are_found_by_their_mark_and_killed() -> None:
    with start("orphaned") as child:
        (orphan,) = tree.descendants(child.pid)
        child.kill()
        child.wait()
        assert tree.marked("TREE_MARK=orphaned") == (orphan,)
        assert tree.marked("TREE_MARK=orphan") == ()
        tree.kill((orphan, orphan))
    assert ended("orphaned")
    tree.kill((orphan,))
