"""Heartbeats."""

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
