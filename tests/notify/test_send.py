import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers.smtp import MailServer

ROUTES = """
vigie: routes/1
channels:
  desk: {address: secret:desk_mail}
  wall: {address: terminal}
  lost: {address: secret:lost_mail}
routes:
  fallback: {to: [desk, wall, lost], when: at once}
  operator: {to: [desk], when: at once}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "routes.yaml").write_text(ROUTES, encoding="utf-8")
    return rules


def vigie_send(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    return subprocess.run(
        [sys.executable, "-m", "monitor", "send", *words, "--rules", str(folder)],
        env=clean | env,
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_test_message_arrives_and_the_outcome_is_printed(folder: Path, relay: MailServer) -> None:
    address = f"mailto://127.0.0.1:{relay.port}/?to=desk@example.org"
    env = {"VIGIE_SECRET_DESK_MAIL": address, "VIGIE_MAIL_FROM": "vigie@example.org"}
    done = vigie_send(folder, "desk", "--text", "Bonjour.", **env)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("desk: sent (")
    (letter,) = relay.letters
    assert letter.sender == "vigie@example.org"
    assert letter.message["Subject"] == "[test] channel desk"
    assert "Bonjour." in letter.content.decode()


def test_an_outcome_that_is_not_sent_is_exit_code_1(folder: Path, relay: MailServer) -> None:
    relay.say("RCPT", "550 5.1.1 no such user")
    address = f"mailto://127.0.0.1:{relay.port}/?to=desk@example.org"
    done = vigie_send(folder, "desk", "--json", VIGIE_SECRET_DESK_MAIL=address)
    assert done.returncode == 1
    said = json.loads(done.stdout)
    assert said["result"] == "channel broken"
    assert said["reason"] == "recipient: 550 5.1.1 no such user"
    assert said["retry_after"] is None


def test_the_terminal_is_a_channel_too(folder: Path) -> None:
    done = vigie_send(folder, "wall")
    assert done.returncode == 0
    assert "[test] channel wall\nvigie can reach the channel wall.\nwall: sent (" in done.stdout


def test_what_is_unknown_or_broken_is_one_clear_line_with_a_hint(folder: Path) -> None:
    for words, hint in (
        (("desc",), "has no channel desc - did you mean desk?"),
        (("elsewhere",), "has no channel elsewhere - there are: desk, lost, wall"),
        (("lost",), "VIGIE_SECRET_LOST_MAIL"),
    ):
        done = vigie_send(folder, *words)
        assert (done.returncode, done.stdout) == (1, "")
        assert hint in done.stderr
        assert done.stderr.count("\n") == 1


def test_broken_rules_are_named_and_nothing_is_sent(folder: Path) -> None:
    (folder / "routes.yaml").write_text("vigie: routes/1\nchanels: {}\n", encoding="utf-8")
    done = vigie_send(folder, "desk")
    assert done.returncode == 1
    assert "routes.yaml:2:1" in done.stderr


def test_a_channel_with_a_bad_address_says_what_would_be_right(folder: Path) -> None:
    done = vigie_send(folder, "desk", VIGIE_SECRET_DESK_MAIL="tgram://123456789:abcdefg_hijklmnop/")
    assert done.returncode == 1
    assert done.stdout.startswith("desk: channel broken: no chat: write tgram://BOT_TOKEN/CHAT_ID (")
    assert "abcdefg" not in done.stdout + done.stderr
