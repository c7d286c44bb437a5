"""Heartbeats."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest

from monitor.beat import LATE_AFTER, Beat, Pulse, folder, illness, pulse, pulses, write

Until = Callable[..., None]


@pytest.fixture
def beat(tmp_path: Path) -> Iterator[Beat]:
    beat = Beat(tmp_path, "match-1")
    beat.start()
    yield beat
    beat.close()


def of(tmp_path: Path) -> Pulse:
    found = pulse(tmp_path, "match-1")
    assert found is not None
    return found


@pytest.mark.usefixtures("beat")
def test_a_part_beats_from_its_start_and_again_and_again(tmp_path: Path, until: Until) -> None:
    first = of(tmp_path)
    assert first.pid == os.getpid()
    assert not first.ready
    until(lambda: of(tmp_path).at > first.at)


def test_a_part_that_starts_is_not_well_yet(beat: Beat, tmp_path: Path) -> None:
    assert illness(of(tmp_path), monotonic()) == "is starting"
    beat.ready()
    assert illness(of(tmp_path), monotonic()) == ""


def test_a_job_shows_its_deadline_while_it_runs(beat: Beat, tmp_path: Path) -> None:
    beat.ready()
    with beat.during(60):
        until = of(tmp_path).until
        assert until is not None
        assert monotonic() + 59 < until <= monotonic() + 60
        assert illness(of(tmp_path), until + 5.2) != ""
    assert of(tmp_path).until is None


def test_a_loop_shows_when_it_will_speak_again(beat: Beat, tmp_path: Path, until: Until) -> None:
    beat.within(60)
    until(lambda: of(tmp_path).until is not None)


def test_a_part_that_ends_in_order_leaves_no_beat(tmp_path: Path) -> None:
    beat = Beat(tmp_path, "clock")
    beat.start()
    assert list(pulses(tmp_path)) == ["clock"]
    beat.close()
    assert list(folder(tmp_path).iterdir()) == []


def test_no_beat_or_a_torn_one_is_no_sign_of_life(tmp_path: Path) -> None:
    assert pulse(tmp_path, "clock") is None
    folder(tmp_path).mkdir(parents=True)
    for torn in ("", "{", "[]", '{"pid": 1}', '{"pid": 1, "at": 1, "until": null, "ready": true, "more": 1}'):
        (folder(tmp_path) / "clock.json").write_text(torn)
        assert pulse(tmp_path, "clock") is None
    assert pulses(tmp_path) == {}
    assert illness(None, 0) == "gives no sign of life"


def test_a_dead_process_is_named() -> None:
    child = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    assert illness(Pulse(int(child.stdout), 100, None, ready=True), 100).startswith("has died")


def test_a_process_of_another_user_counts_as_alive() -> None:
    assert illness(Pulse(1, 100, None, ready=True), 100) == ""


def test_a_late_beat_and_a_passed_deadline_are_illnesses() -> None:
    me = os.getpid()
    assert illness(Pulse(me, 100, None, ready=True), 100 + LATE_AFTER) == ""
    assert "last sign of life 11 s ago" in illness(Pulse(me, 100, None, ready=True), 111)
    assert "should have been done 2 s ago" in illness(Pulse(me, 100, 99, ready=True), 101)
    assert "restart" in illness(Pulse(me, 100, None, ready=True), 99)


def test_a_disk_that_refuses_does_not_end_the_part(beat: Beat, tmp_path: Path) -> None:
    for file in folder(tmp_path).iterdir():
        file.unlink()
    (folder(tmp_path) / "match-1.json").mkdir()
    beat.ready()
    (folder(tmp_path) / "match-1.json").rmdir()
    write(folder(tmp_path) / "match-1.json", Pulse(1, 1, None, ready=False))


UNPRIVILEGED = """
import os, sys
from monitor.beat import Pulse, illness
ours = os.getresuid()
if not os.getuid():
    os.setresuid(65534, 65534, 0)
print(illness(Pulse(1, 100, None, ready=True), 100) or "well")
os.setresuid(*ours)
"""


def test_a_process_that_we_may_not_signal_counts_as_alive() -> None:
    done = subprocess.run([sys.executable, "-c", UNPRIVILEGED], capture_output=True, text=True, check=True)
    assert done.stdout == "well\n"


STUCK = """
import logging, sys, time
from pathlib import Path
from monitor import log
from monitor.beat import Beat
log.configure("info", "json")
{before}
beat = Beat(Path(sys.argv[1]), "match", overdue=0.5)
beat.start()
with beat.during(0.1):
    while True: time.sleep(60)
"""


def stuck(tmp_path: Path, before: str = "") -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-c", STUCK.format(before=before), str(tmp_path)]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=20)


def test_what_is_long_past_its_deadline_ends_itself_and_says_so(tmp_path: Path) -> None:
    done = stuck(tmp_path)
    assert done.returncode == 1
    said = json.loads(done.stderr)
    assert (said["event"], said["level"], said["name"]) == ("part_stuck", "error", "match")


def test_what_is_stuck_in_its_log_ends_itself_too(tmp_path: Path) -> None:
    done = stuck(tmp_path, "logging.getLogger().handlers[0].acquire()")
    assert (done.returncode, done.stderr) == (1, "")


def test_what_speaks_again_in_time_goes_on(beat: Beat, tmp_path: Path, until: Until) -> None:
    beat.within(0)
    late = of(tmp_path).at
    until(lambda: of(tmp_path).at > late + 1)
    beat.within(60)
    assert illness(of(tmp_path), monotonic()) != "", "it was late, and is not ended for that"
