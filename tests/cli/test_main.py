"""The door itself: exit codes, help without loading anything, terminals that know little, readers who leave."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.cli import VERBS

FEED = '<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>Рябков</title></item></channel></rss>'


def vigie(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "monitor", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **env})


def test_help_names_every_verb_and_loads_none() -> None:
    script = "import sys; from monitor.cli import vigie; vigie.main(['--help'], standalone_mode=False)"
    loaded = "; print(*sorted(name for name in sys.modules if name.startswith('monitor.')), file=sys.stderr)"
    said = subprocess.run([sys.executable, "-c", script + loaded], capture_output=True, text=True, check=True)
    assert all(f"  {verb} " in said.stdout for verb in VERBS)
    assert said.stderr.split() == ["monitor.cli", "monitor.core", "monitor.core.errors"]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_its_own_help(verb: str) -> None:
    said = vigie(verb, "--help")
    assert said.returncode == 0
    assert said.stdout.startswith(f"Usage: vigie {verb}")


def test_an_unknown_verb_is_a_usage_error() -> None:
    said = vigie("chekc")
    assert said.returncode == 2
    assert "No such command 'chekc'" in said.stderr


def test_an_error_of_ours_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    said = vigie("settings", VIGIE_DATA_DRI=str(tmp_path))
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "VIGIE_DATA_DIR" in said.stderr


def test_a_terminal_that_knows_only_ascii_is_told_what_it_can_show(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(FEED, encoding="utf-8")
    said = vigie("parse", str(feed), PYTHONIOENCODING="ascii")
    assert said.returncode == 0
    assert "??????" in said.stdout


def test_a_reader_who_has_enough_gets_no_traceback(tmp_path: Path) -> None:
    lines = tmp_path / "entries.jsonl"
    lines.write_text("not json\n" * 50_000)
    reads, writes = os.pipe()
    os.close(reads)
    command = [sys.executable, "-m", "monitor", "parse", "--json", *[str(lines)] * 2000]
    said = subprocess.run(command, stdout=writes, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writes)
    assert said.returncode == 1
    assert "Traceback" not in said.stderr


def test_ctrl_c_is_exit_code_130(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "monitor", "match", "--rules", str(tmp_path), "-"]
    (tmp_path / "rules.yaml").write_text("vigie: rules/1\na: {any_of: [Otan]}\n")
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps({"identity": "1", "text": "Otan"}) + "\n")
    child.stdin.flush()
    child.stdout.read(1)  # it answers, so it runs
    child.send_signal(signal.SIGINT)
    assert child.wait(20) == 130
    child.stdin.close()
    child.stdout.close()
