"""The invariant under fire: kill -9 of random children and FLUSHALL while entries stream in, and nothing is lost.

    .venv/bin/python benchmarks/chaos.py --entries 900 --kills 60 --flushes 6 --seed 1

A real service, real feeds over HTTP, a real SMTP server. Every third entry meets the rule. At the end the account:
entries that should be told, told, lost, told more than once, and how many of those the ledger marks uncertain.
Exit code 0 only if nothing is lost, nothing surplus, and every duplicate is marked.
"""

import argparse
import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

from aiosmtpd.smtp import SMTP, Envelope, Session
from redis import Redis
from redis.exceptions import RedisError

from monitor import broker
from monitor.core.errors import VigieError
from monitor.demo import tree
from monitor.demo.sinks import Accepted, Mailbox
from monitor.ledger import Ledger

EVERY_THIRD = 3
WINDOW = 600
"""Entries that the feed shows at a time: a poller that is killed again and again is away for up to 30 s, and what
leaves the feed meanwhile could not be told by anybody."""


@dataclass
class Stream:
    """A feed that grows by itself: entry N appears `pace` seconds after entry N-1."""

    entries: int
    pace: float
    began: float = field(default_factory=monotonic)

    @property
    def shown(self) -> range:
        """The numbers of the entries that are visible now."""
        last = min(self.entries, int((monotonic() - self.began) / self.pace))
        return range(max(0, last - WINDOW), last)

    def atom(self) -> bytes:
        """Write the feed as it stands now."""
        day = datetime(2022, 1, 10, tzinfo=UTC)
        entries = "".join(
            f"<entry><id>tag:chaos:{n}</id><title>{'Alarme' if n % EVERY_THIRD == 0 else 'Calme'} {n}</title>"
            f"<updated>{(day + timedelta(seconds=n)).isoformat()}</updated></entry>"
            for n in reversed(self.shown)
        )
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Chaos</title><id>tag:chaos</id>{entries}</feed>'
        return feed.encode()


class SlowMailbox(Mailbox):
    """Accepts a message and answers later: a worker that is killed meanwhile cannot know that it arrived."""

    answers_after = 0.0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept at once, answer later."""
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(self.answers_after)
        return answer


def serve(stream: Stream) -> ThreadingHTTPServer:
    """Serve the stream on a free port."""

    class Request(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = stream.atom()
            self.send_response(200)
            self.send_header("Content-Type", "application/atom+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def write_rules(folder: Path, port: int) -> None:
    """Write the folder of rules that this run needs."""
    folder.mkdir()
    (folder / "feeds.yaml").write_text(
        f"vigie: feeds/1\nchaos:\n  url: http://127.0.0.1:{port}/\n  language: fr\n  every: 1s\n"
        "  allow_private: true\n  backfill: 3650d\n  max_age: 3650d\n"
    )
    (folder / "rules.yaml").write_text("vigie: rules/1\nalarm:\n  title: Alarm\n  any_of: [alarme]\n  send: [desk]\n")
    (folder / "routes.yaml").write_text(
        "vigie: routes/1\nzone: Europe/Zurich\nchannels:\n  mail: {address: secret:mail}\nroutes:\n"
        + "".join(f"  {name}: {{to: [mail], when: at once}}\n" for name in ("desk", "fallback", "operator"))
    )


@dataclass
class Run:
    """A service under fire."""

    supervisor: subprocess.Popen[bytes]
    data: Path
    accepted: list[Accepted]
    kills: Counter[str] = field(default_factory=Counter)
    flushes: int = 0

    def kill_one(self) -> None:
        """Kill a random child, the broker included."""
        children = [(name, pid) for name, pid in self._children() if name]
        if not children:
            return
        name, pid = random.choice(children)
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.kills[name] += 1

    def flush(self) -> None:
        """Empty Redis."""
        try:
            Redis.from_url(broker.url(self.data)).flushall()
            self.flushes += 1
        except RedisError:
            return

    def _children(self) -> Iterator[tuple[str, int]]:
        for pid in tree.descendants(self.supervisor.pid):
            try:
                name = (tree.PROC / str(pid) / "comm").read_text().strip()
            except OSError:
                continue
            yield name, pid


def fire(run: Run, asked: argparse.Namespace, wanted: int) -> float:
    """Kill and flush at random until every alert is told or time is up; give the seconds it took."""
    began = monotonic()
    next_kill = next_flush = began + 2
    while monotonic() - began < asked.seconds:
        now = monotonic()
        if sum(run.kills.values()) < asked.kills and now > next_kill:
            run.kill_one()
            next_kill = now + random.uniform(0.1, 2 * asked.every)
        if run.flushes < asked.flushes and now > next_flush:
            run.flush()
            next_flush = now + 4
        done = len({a.delivery for a in run.accepted}) >= wanted
        if done and sum(run.kills.values()) >= asked.kills and run.flushes >= asked.flushes:
            break
        if run.supervisor.poll() is not None:
            print(f"the supervisor ended with {run.supervisor.returncode}")
            break
        sleep(0.02)
    return monotonic() - began


def settled(ledger: Ledger) -> bool:
    """Wait until no delivery is open any more: a claim whose worker was killed runs out after 30 s."""
    deadline = monotonic() + 90
    while monotonic() < deadline:
        try:
            if all(d.state in {"sent", "dead"} for d in ledger.deliveries()):
                return True
        except VigieError:
            pass
        sleep(0.5)
    return False


def account(run: Run, ledger: Ledger, entries: int, took: float) -> bool:
    """Hold what the SMTP server accepted against what should be told; print it; say whether all is well."""
    told = Counter(a.delivery for a in run.accepted)
    deliveries = {d.id: d for d in ledger.deliveries()}
    identities = {a.id: a.revision.entry.identity for a in ledger.alerts()}
    names = Counter({identities[alert]: told[d.id] for d in deliveries.values() if told[d.id] for alert in d.alerts})
    wanted = {f"tag:chaos:{n}" for n in range(0, entries, EVERY_THIRD)}
    told_names = set(names)
    lost, surplus = wanted - told_names, told_names - wanted
    twice = {number for number, times in told.items() if times > 1}
    marked = {number for number in twice if deliveries[number].uncertain}
    uncertain = sum(d.uncertain for d in deliveries.values())
    print(
        f"{sum(run.kills.values())} kills ({', '.join(f'{n} {k}' for k, n in sorted(run.kills.items()))}), "
        f"{run.flushes} FLUSHALL, {took:.0f} s\n"
        f"alerts {len(wanted)}, told {len(told_names & wanted)}, lost {len(lost)}, surplus {len(surplus)}\n"
        f"duplicates {sum(told.values()) - len(told)} of {len(twice)} deliveries, {len(marked)} of these marked "
        f"uncertain; {uncertain} marked in all\n"
        f"deliveries by state: {dict(Counter(d.state for d in deliveries.values()))}"
    )
    return not lost and not surplus and twice == marked


def main() -> int:
    """Run once and give the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--entries", type=int, default=900)
    options.add_argument("--kills", type=int, default=60)
    options.add_argument("--every", type=float, default=1.0, help="mean seconds between kills")
    options.add_argument("--flushes", type=int, default=6)
    options.add_argument("--pace", type=float, default=0.1, help="seconds between entries")
    options.add_argument("--answer", type=float, default=0.2, help="seconds from accepting a message to saying so")
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--log", type=Path, help="keep the service's log here")
    asked = options.parse_args()
    random.seed(asked.seed)
    with tempfile.TemporaryDirectory(prefix="vigie-chaos-") as name:
        return _main(asked, Path(name))


def _main(asked: argparse.Namespace, folder: Path) -> int:
    accepted: list[Accepted] = []
    mailbox, server = SlowMailbox(accepted.append), serve(Stream(asked.entries, asked.pace))
    mailbox.answers_after = asked.answer
    write_rules(folder / "rules", server.server_address[1])
    environment = {k: v for k, v in os.environ.items() if not k.startswith("VIGIE_")}
    database = f"sqlite:///{folder / 'data' / 'ledger.sqlite'}"
    environment |= {"VIGIE_DATA_DIR": str(folder / "data"), "VIGIE_DATABASE_URL": database}
    environment |= {"VIGIE_SECRET_MAIL": mailbox.address}
    with (folder / "log").open("wb") as log:
        service = subprocess.Popen(
            [sys.executable, "-m", "monitor", "run", "--rules", str(folder / "rules")],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    run = Run(service, folder / "data", accepted)
    ledger = Ledger.open(database)
    try:
        took = fire(run, asked, len(range(0, asked.entries, EVERY_THIRD)))
        done = settled(ledger)
        well = account(run, ledger, asked.entries, took)
    finally:
        if asked.log:
            shutil.copy(folder / "log", asked.log)
        service.terminate()
        service.wait(30)
        mailbox.close()
        server.shutdown()
    return 0 if well and done else 1


if __name__ == "__main__":
    sys.exit(main())
