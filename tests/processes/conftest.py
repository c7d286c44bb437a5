"""Real servers and real children for the tests of the processes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from monitor import lifeline
from monitor.core.entry import Entry
from monitor.core.feed import Feed, Validators
from monitor.ledger import Ledger
from monitor.ledger.migrations import migrate
from monitor.queue import Bells
from tests.servers.valkey import Valkey

Until = Callable[..., None]


@pytest.fixture
def until() -> Until:
    """Wait for a condition, with a deadline."""

    def wait(condition: Callable[[], object], seconds: float = 20.0, what: str = "") -> None:
        end = monotonic() + seconds
        while not condition():
            assert monotonic() < end, f"not within {seconds} s: {what or condition}"
            sleep(0.01)

    return wait


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "data")
    server.start()
    yield server
    server.close()


@pytest.fixture
def held() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start a command whose stdin is a pipe of ours; all are killed in the end, with what they started."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str, foreign: bool = False) -> subprocess.Popen[bytes]:
        words = [sys.executable, lifeline.__file__, *command] if foreign else list(command)
        child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        started.append(child)
        return child

    yield start
    for child in started:
        with child:
            end(child)


def end(child: subprocess.Popen[bytes]) -> None:
    """Kill the leader of a session, and whom it leads."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


class Hook:
    """A webhook that keeps what it is sent, and holds its answers back while `held` is clear."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.answering = Event()
        self.answering.set()
        hook = self

        class Far(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                hook.answering.wait(30)
                with suppress(OSError):
                    self.send_response(204)
                    self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Far)
        self._server.daemon_threads = True
        self.address = f"json://127.0.0.1:{self._server.server_port}/"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.answering.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    hook = Hook()
    yield hook
    hook.close()


RULES = """
vigie: rules/1
otan: {any_of: [Otan], once_per: entry, send: [out], examples: {match: ["L'Otan"]}}
"""

ROUTES = """
vigie: routes/1
channels: {hook: {address: secret:hook}}
routes:
  out: {to: [hook], when: at once}
  fallback: {to: [hook], when: at once}
  operator: {to: [hook], when: at once}
"""

FEED = Feed("live", "http://127.0.0.1:1/live", backfill=timedelta(days=9999), max_age=timedelta(days=9999))


class Desk:
    """A ledger with rules in force, into which a test puts entries as the poller would."""

    def __init__(self, data_dir: Path, valkey: Valkey, hook: Hook) -> None:
        self.data_dir = data_dir
        self.database = f"sqlite:///{data_dir / 'ledger.sqlite'}"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")},
            "VIGIE_DATA_DIR": str(data_dir),
            "VIGIE_DATABASE_URL": self.database,
            "VIGIE_REDIS_URL": valkey.url,
            "VIGIE_LOG_FORMAT": "json",
            "VIGIE_SECRET_HOOK": hook.address,
        }
        migrate(self.database)
        self.ledger = Ledger.open(self.database)
        self.ledger.publish({"rules.yaml": RULES, "routes.yaml": ROUTES}, datetime.now(UTC))
        self.bells = Bells(valkey.url)

    def post(self, *identities: str) -> tuple[int, ...]:
        """Record new entries that speak of Otan; give the revisions to be matched."""
        now = datetime.now(UTC)
        entries = tuple(Entry("live", name, title=f"L'Otan {name}", published=now) for name in identities)
        return self.ledger.record_poll(FEED, entries, Validators(), now).unmatched

    def sent(self) -> int:
        return self.ledger.counts().deliveries.get("sent", 0)

    def close(self) -> None:
        self.bells.close()
        self.ledger.close()


@pytest.fixture
def desk(valkey: Valkey, hook: Hook) -> Iterator[Desk]:
    desk = Desk(valkey.data_dir, valkey, hook)
    yield desk
    desk.close()


HELD = ("run", "poller", "clock", "worker")
"""Verbs that go on until they are told to stop; ours end with the tests, however these end."""


class Vigie:
    """A `vigie` command as a child, with what it logged."""

    def __init__(self, env: Mapping[str, str], log: Path, words: Sequence[str], script: str) -> None:
        self.log = log
        with log.open("ab") as out:
            self.child = subprocess.Popen(
                [
                    sys.executable,
                    *(["-c", script] if script else ["-m", "monitor"]),
                    *words,
                    *(["--lifeline"] if script or words[0] in HELD else []),
                ],
                env=env,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.child.pid

    def said(self, event: str) -> list[dict[str, Any]]:
        """The log lines of one event."""
        lines = [line for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [said for said in map(json.loads, lines) if said["event"] == event]

    def end(self, number: int = signal.SIGTERM) -> int:
        os.kill(self.pid, number)
        return self.child.wait(20)


@pytest.fixture
def vigie(tmp_path: Path) -> Iterator[Callable[..., Vigie]]:
    """Start a verb with an environment; whatever is left is killed in the end."""
    started: list[Vigie] = []

    def start(env: Mapping[str, str], *words: str, script: str = "") -> Vigie:
        started.append(Vigie(env, tmp_path / f"{len(started)}.log", words, script))
        return started[-1]

    yield start
    for one in started:
        with one.child:
            one.child.kill()
        print(one.log.read_text())  # noqa: T201 - pytest shows it where a test failed
