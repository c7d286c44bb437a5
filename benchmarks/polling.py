"""What a poller costs: processor time of a poll that ends in 304, and of 1,000 feeds that are due each minute.

    .venv/bin/python -m benchmarks.polling
    .venv/bin/python -m benchmarks.polling --feeds 1000 --seconds 60

A web server (a process of its own) that shows each feed on a host of its own, 127.0.x.y; a private Valkey; a ledger in
SQLite; `vigie poller` as it is shipped, its log written to a file. Counted is the time of the poller's own process,
user and system, from the moment when every feed has been polled twice, divided by the requests that reached the server
meanwhile: leases, reads of the ledger, requests, writes, log lines and the looks at the schedule are all in it.

`304`: all feeds are due every 10 s and none changes. `minute`: all are due each minute, and every 20th document has two
new entries of 100. Exit code 0 if a 304 costs 1 ms at most, and 1,000 feeds a minute 10 % of a core and 250 MB.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from time import monotonic, sleep
from urllib.request import urlopen

from monitor import broker
from monitor.ledger import Ledger
from monitor.ledger.migrations import migrate
from monitor.rulebook import read

ENTRIES = 100
TEXT = "Le vice-ministre russe des Affaires étrangères a déclaré à Genève que les discussions se poursuivraient. " * 4
TICKS = os.sysconf("SC_CLK_TCK")
ROUTES = """vigie: routes/1
channels: {desk: {address: terminal}}
routes: {fallback: {to: [desk], when: at once}, operator: {to: [desk], when: at once}}
"""


class Web:
    """Answers `/N` with a feed, 304 where it has not changed since; `/asked` with how often it was asked for what."""

    def __init__(self, changing: int) -> None:
        self.changing = changing
        self.asked, self.statuses = Counter[str](), Counter[int]()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                writer.write(self.answer(head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, head: str) -> bytes:
        """Give the answer to one request."""
        path = head.split(" ", 2)[1]
        if path == "/asked":
            return _response(200, "", json.dumps([min(self.asked.values(), default=0), *self._counts()]).encode())
        self.asked[path] += 1
        number = int(path[1:])
        edition = (self.asked[path] + number) // self.changing if self.changing else 0
        etag = f'"{edition}"'
        status = 304 if f"If-None-Match: {etag}" in head else 200
        self.statuses[status] += 1
        return _response(status, etag, b"" if status == 304 else _document(number, edition))

    def _counts(self) -> list[int]:
        return [self.statuses[200], self.statuses[304]]


def _response(status: int, etag: str, body: bytes) -> bytes:
    kind = "Content-Type: application/rss+xml; charset=utf-8\r\n" if body else ""
    head = f"HTTP/1.1 {status} X\r\nETag: {etag}\r\n{kind}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _document(number: int, edition: int) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{number}-{n}</guid><title>Genève {n}</title><description>{n} {TEXT}"
        f"</description><pubDate>{format_datetime(datetime.fromtimestamp(1641800000 + 60 * n, UTC))}</pubDate></item>"
        for n in range(2 * edition + ENTRIES, 2 * edition, -1)
    )
    return f"<rss version='2.0'><channel><title>Live {number}</title>{items}</channel></rss>".encode()


async def serve(port: int, changing: int) -> None:
    """Be the web server."""
    server = await asyncio.start_server(Web(changing).talk, "0.0.0.0", port)
    await server.serve_forever()


@dataclass(frozen=True)
class Cost:
    """What a poller had used at one moment, and what it had been answered."""

    at: float
    cpu: float
    whole: int
    unchanged: int

    @property
    def polls(self) -> int:
        """All answers."""
        return self.whole + self.unchanged


def cost(pid: int, port: int) -> Cost:
    """Look at a poller and its server."""
    _, whole, unchanged = asked(port)
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return Cost(monotonic(), (int(fields[11]) + int(fields[12])) / TICKS, whole, unchanged)


def asked(port: int) -> list[int]:
    """Ask how often the feed was asked for that was asked for least, and how many answers were 200 and 304."""
    with urlopen(f"http://127.0.0.1:{port}/asked", timeout=10) as answer:
        found: list[int] = json.load(answer)
        return found


def most_memory(pid: int) -> float:
    """Give the most memory that a process has held, in MB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


@contextmanager
def polling(folder: Path, feeds: int, every: str, port: int) -> Iterator[int]:
    """Run a poller on so many feeds; give the number of its process."""
    url = f"sqlite:///{folder}/ledger.sqlite"
    migrate(url)
    lines = (
        f"f{n}: {{url: 'http://127.0.{n // 250 + 1}.{n % 250 + 1}:{port}/{n}', every: {every}, kind: feed, "
        "allow_private: true}\n"
        for n in range(feeds)
    )
    sources = {"feeds.yaml": "vigie: feeds/1\n" + "".join(lines), "routes.yaml": ROUTES}
    assert read(sources).book is not None, read(sources).errors
    Ledger.open(url).publish(sources, datetime.now(UTC))
    env = {**os.environ, "VIGIE_DATA_DIR": str(folder), "VIGIE_LOG_FORMAT": "json", "VIGIE_DATABASE_URL": url}
    with (folder / "log").open("w") as log, subprocess.Popen(broker.command(broker.find_server(), folder)) as valkey:
        command = [sys.executable, "-c", "from monitor.cli import main; main()", "poller"]
        with subprocess.Popen(command, env=env, stderr=log) as poller:
            try:
                yield poller.pid
            finally:
                poller.terminate()
                poller.wait(20)
                valkey.terminate()


def measure(name: str, every: str, changing: int, settings: argparse.Namespace) -> tuple[float, float, float]:
    """Print a line of the table; give ms a poll, the share of a core, and MB."""
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.polling", "--serve", f"{settings.port},{changing}"])
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            polling(Path(folder), settings.feeds, every, settings.port) as pid,
        ):
            while True:
                sleep(0.5)
                try:
                    if asked(settings.port)[0] >= 2:
                        break
                except OSError:
                    continue
            before = cost(pid, settings.port)
            sleep(settings.seconds)
            after = cost(pid, settings.port)
            memory = most_memory(pid)
            errors = sum('"level": "info"' not in line for line in (Path(folder) / "log").open())
    finally:
        server.terminate()
        server.wait(10)
    cpu, polls = after.cpu - before.cpu, after.polls - before.polls
    each, share = 1000 * cpu / max(polls, 1), cpu / (after.at - before.at)
    changed = after.whole - before.whole
    print(
        f"| {name} | {settings.feeds} | {polls} | {changed} | {each:.2f} | {100 * share:.1f} % | {memory:.0f} MB "
        f"| {errors} |"
    )
    return each, share, memory


def main() -> None:
    """Measure, print a table, judge."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--feeds", type=int, default=1000)
    words.add_argument("--seconds", type=float, default=60)
    words.add_argument("--port", type=int, default=18080)
    words.add_argument("--only", choices=["304", "minute"])
    words.add_argument("--serve", help=argparse.SUPPRESS)
    settings = words.parse_args()
    if settings.serve:
        asyncio.run(serve(*map(int, settings.serve.split(","))))
        return
    print("| | feeds | polls | changed | ms of CPU a poll | of a core | most memory | log lines above info |")
    print("|---|---|---|---|---|---|---|---|")
    good = True
    if settings.only != "minute":
        each, _, _ = measure("304", "10s", 0, settings)
        good = good and each <= 1
    if settings.only != "304":
        _, share, memory = measure("minute", "1m", 20, settings)
        good = good and share <= 0.1 and memory <= 250
    sys.exit(not good)


if __name__ == "__main__":
    main()
