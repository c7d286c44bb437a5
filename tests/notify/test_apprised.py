"""What the product leans on in Apprise; a new version that changes it fails here."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.core.route import Outcome
from monitor.core.telling.rendering import Run
from monitor.notify import send
from tests.notify.post import DELIVERY, NOW, SLACK, TELEGRAM, message
from tests.servers.internet import Internet, Webhook
from tests.servers.smtp import MailServer

ROOT = Path(__file__).parents[2]


def child(script: str, *addresses: str) -> dict[str, list[str]]:
    """Run a script in a process of its own; it prints one JSON object."""
    head = "import json, os, sys, threading\nsys.path.insert(0, sys.argv.pop(1))\nfrom tests.notify.post import sent\n"
    done = subprocess.run(
        [sys.executable, "-c", head + script, str(ROOT), *addresses],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_only_the_plugins_that_are_used_are_loaded_and_no_thread_is_left(internet: Internet, relay: MailServer) -> None:
    mail = f"mailto://127.0.0.1:{relay.port}/?to=desk@example.org"
    script = """
results = [sent(address).result for address in sys.argv[1:]]
plugins = [name for name in sys.modules if name.startswith("apprise.plugins.")]
print(json.dumps({"results": results, "plugins": plugins, "threads": [t.name for t in threading.enumerate()]}))
"""
    found = child(script, mail, SLACK, TELEGRAM)
    assert found["results"] == ["sent"] * 3
    assert {name.split(".")[2] for name in found["plugins"]} == {"base", "email", "slack", "telegram"}
    assert found["threads"] == ["MainThread"]
    assert len(internet.heard) == 2


def test_who_only_imports_or_prints_does_not_load_apprise() -> None:
    script = """
import io
from contextlib import redirect_stdout
with redirect_stdout(io.StringIO()):
    result = sent("terminal").result
print(json.dumps({"results": [result], "loaded": [n for n in sys.modules if n in {"apprise", "requests", "smtplib"}]}))
"""
    assert child(script) == {"results": ["sent"], "loaded": []}


def test_a_process_that_has_sent_can_be_forked_and_its_child_sends_too(webhook: Webhook) -> None:
    script = """
results = [sent(sys.argv[1]).result]
r, w = os.pipe()
if os.fork() == 0:
    os.write(w, sent(sys.argv[1]).result.encode())
    os._exit(0)
os.wait()
print(json.dumps({"results": [*results, os.read(r, 99).decode()]}))
"""
    assert child(script, f"json://127.0.0.1:{webhook.port}/") == {"results": ["sent", "sent"]}
    assert len(webhook.heard) == 2


def test_what_apprise_catches_from_a_plugin_is_logged_with_its_traceback_and_told_in_words(
    webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    secret = type("TIiajkdnlazkcOXrIdevi7", (), {})()
    address = f"json://127.0.0.1:{webhook.port}/TIiajkdnlazkcOXrIdevi7"
    outcome = send(replace(message(address), severity=secret), address, DELIVERY, NOW)
    assert outcome.result == "message broken"
    assert outcome.reason == "the program broke down on it: TypeError: Object of type *** is not JSON serializable"
    assert webhook.heard == []
    (record,) = (record for record in caplog.records if record.message == "plugin_crashed")
    assert record.name == "vigie.notify"
    assert "return bool(super().send(*args, **kwargs))" in caplog.text
    assert "TIiajkdnlazkcOXrIdevi7" not in caplog.text


def test_a_message_on_whose_markup_the_program_breaks_down_goes_without(
    internet: Internet, caplog: pytest.LogCaptureFixture
) -> None:
    odd: Any = b"bytes"
    assert send(replace(message(SLACK), lines=((Run(odd),),)), SLACK, DELIVERY, NOW) == Outcome("sent")
    (heard,) = internet.heard
    assert "blocks" not in heard.json
    assert "Riabkov" in heard.json["text"]
    assert "plugin_crashed" in caplog.text


def test_a_message_without_a_word_is_broken(internet: Internet) -> None:
    empty = replace(message(TELEGRAM), html="", text="")
    assert send(empty, TELEGRAM, DELIVERY, NOW) == Outcome(
        "message broken", "there is nothing in it that could be sent"
    )
    assert internet.heard == []
