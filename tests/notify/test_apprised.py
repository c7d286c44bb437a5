"""What the product leans on in Apprise; a new version that changes it fails here."""

import gc
import json
import subprocess
import sys
import warnings
from pathlib import Path

from monitor.core.route import Outcome
from monitor.notify import refused, send
from monitor.notify.kind import by_status
from monitor.notify.terms import SCHEMAS, Errand, Terms
from monitor.notify.wire import Exchange
from tests.notify.post import DELIVERY, NOW, SLACK, TELEGRAM, message
from tests.servers.internet import Internet, Reply, Webhook
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


def test_a_kind_of_address_that_is_allowed_beyond_ours_is_sent_by_apprises_own_plugin(webhook: Webhook) -> None:
    terms = Terms(schemas=SCHEMAS | {"form"})
    address = f"form://127.0.0.1:{webhook.port}/wall"
    webhook.say("", Reply(), Reply(404), Reply(hang_up="answer"))
    results = [send(message(address), address, DELIVERY, NOW, terms).result for _ in range(3)]
    assert results == ["sent", "channel broken", "ambiguous"]
    assert b"Riabkov" in webhook.heard[0].body


def test_a_kind_of_address_that_is_not_http_is_judged_by_what_apprise_says() -> None:
    terms = Terms(schemas=SCHEMAS | {"rsyslog"})
    assert send(message("rsyslog:"), "rsyslog://127.0.0.1:9/", DELIVERY, NOW, terms).result == "sent"  # UDP, to nobody
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # Apprise forgets to close this socket
        assert send(message("rsyslog:"), "rsyslog://nowhere.invalid/", DELIVERY, NOW, terms).result == "ambiguous"
        gc.collect()


def test_a_kind_of_address_whose_library_is_missing_is_refused() -> None:
    assert refused("dbus://", Terms(schemas=SCHEMAS | {"dbus"})) == "dbus:// needs a library that is not installed"


def test_a_good_status_is_not_enough_where_a_plugin_wants_more(webhook: Webhook) -> None:
    terms = Terms(schemas=SCHEMAS | {"form"})
    webhook.say("", Reply(299))
    address = f"form://127.0.0.1:{webhook.port}/wall"
    assert by_status(Exchange(True, 200), False, Errand(message(address), address, DELIVERY, NOW, terms)) == Outcome(  # noqa: FBT003
        "ambiguous", "200, but not the answer that was expected"
    )
