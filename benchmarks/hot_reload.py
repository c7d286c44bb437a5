"""Rules that change under load: how soon they are in force, and that every entry is matched with one whole set.

    .venv/bin/python benchmarks/hot_reload.py --rules 1000 --rate 40 --changes 9 --every 5

A real service (`vigie run`: private Valkey, SQLite, poller, two match and two deliver workers, clock), a feed that
grows by `--rate` entries a second, a webhook. A tenth of the rules changes at a time; every third change is broken: in
turn a fault in a rules file (which is kept back, while another goes live) and one in the routes (nothing goes live).

Measured for every version: from the file written, and from its publication, to in force in each part; its build. At
the end from the ledger: each revision's findings are those that its version's rules give, and none was matched with a
version whose successor had been published more than 2 s and a build before. Exit code 0 only if both hold, and every
version was in force everywhere within 2 s of its publication.
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from threading import Thread
from time import monotonic, sleep

from monitor.core.entry import Entry
from monitor.core.errors import VigieError
from monitor.core.match import Matcher
from monitor.ledger import Ledger
from monitor.rulebook import read

FILES = 10
"""Rules files; one of them changes at a time."""

WINDOW = 300
"""Entries that the feed shows at a time."""

IN_FORCE_WITHIN = timedelta(seconds=2)
"""From publication to in force in every part."""

PARTS = ("poller", "match-1", "match-2", "deliver-1", "deliver-2")

SYLLABLES = tuple(f"{consonant}{vowel}" for consonant in "bdgklmnr" for vowel in "aeiou")


@dataclass
class Words:
    """Made-up words, each always the same."""

    chance: random.Random
    known: list[str] = field(default_factory=list)

    def __getitem__(self, number: int) -> str:
        while len(self.known) <= number:
            self.known.append("".join(self.chance.choices(SYLLABLES, k=4)) + "x")
        return self.known[number]


@dataclass
class Stream:
    """A feed that grows by `rate` entries a second from the moment it is begun; texts of made-up words."""

    words: Words
    rate: float
    vocabulary: int
    chance: random.Random
    began: float = field(default_factory=monotonic)
    ends: float = float("inf")
    texts: list[tuple[str, datetime]] = field(default_factory=list)

    def atom(self) -> bytes:
        """Write the feed as it stands now."""
        while len(self.texts) < (min(monotonic(), self.ends) - self.began) * self.rate:
            words = (self.words[self.chance.randrange(self.vocabulary)] for _ in range(20))
            self.texts.append((" ".join(words), datetime.now(UTC)))
        shown = range(max(0, len(self.texts) - WINDOW), len(self.texts))
        entries = "".join(
            f"<entry><id>tag:hot:{n}</id><title>Dépêche {n}</title><updated>{self.texts[n][1].isoformat()}</updated>"
            f"<summary>{self.texts[n][0]}</summary></entry>"
            for n in reversed(shown)
        )
        return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Hot</title><id>tag:hot</id>{entries}</feed>'.encode()


def serve(feed: Callable[[], bytes]) -> ThreadingHTTPServer:
    """Serve the feed, and take whatever is posted."""

    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(200, feed())

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(200, b"")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/atom+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@dataclass
class Folder:
    """The rules folder: files of rules whose terms depend on how often the file has changed."""

    path: Path
    words: Words
    rules: int
    generations: list[int] = field(default_factory=lambda: [0] * FILES)

    def write_all(self, port: int) -> None:
        """Write the folder as it is at first."""
        self.path.mkdir()
        (self.path / "feeds.yaml").write_text(
            f"vigie: feeds/1\nhot: {{url: 'http://127.0.0.1:{port}/', every: 1s, allow_private: true, backfill: 1d}}\n"
        )
        self.write_routes()
        for number in range(FILES):
            self.write(number)

    def write(self, number: int, *, broken: bool = False) -> None:
        """Write one file of rules; `broken`: with a fault in its last rule."""
        each = self.rules // FILES
        text = "".join(self._rule(rule, number) for rule in range(number * each, (number + 1) * each))
        if broken:
            text += "broken:\n  any_off: [nothing]\n"
        new = self.path / f".rules-{number}.yaml"
        new.write_text(f"vigie: rules/1\n{text}")
        new.rename(self.path / f"rules-{number}.yaml")

    def change(self, number: int) -> None:
        """Give every rule of a file other terms."""
        self.generations[number] += 1
        self.write(number)

    def write_routes(self, *, broken: bool = False) -> None:
        """Write the routes; `broken`: to a channel that there is not."""
        to = "nobody" if broken else "hook"
        routes = "".join(f"  {name}: {{to: [{to}], when: at once}}\n" for name in ("fallback", "operator"))
        (self.path / "routes.yaml").write_text(
            f"vigie: routes/1\nchannels:\n  hook: {{address: secret:hook}}\nroutes:\n{routes}"
        )

    def _rule(self, rule: int, file: int) -> str:
        """Every rule wants one of two words, and a phrase or a prefix beside; a fifth wants another word near."""
        first = 3 * rule + self.generations[file] * 7
        one, two, three = (self.words[number % (6 * self.rules)] for number in (first, first + 1, first + 2))
        near = f"\n  near: {{within: 8, any_of: [{three}, {two[:6]}*]}}" if rule % 5 == 0 else ""
        return (
            f"rule-{rule}:\n  any_of: [{one}, {two} {three}, {three[:7]}*]{near}\n  severity: normal\n"
            f"  examples: {{match: ['vu {one} {two} {three} ici'], no_match: ['rien du tout']}}\n"
        )


@dataclass(frozen=True)
class Change:
    """A version: when its files were written and it was published, and when in force in each part, after what build."""

    version: int
    written: datetime
    published: datetime
    in_force: dict[str, datetime]
    builds: dict[str, float]
    what: str


class Service:
    """A running `vigie run`, its log and its ledger."""

    def __init__(self, folder: Path, port: int) -> None:
        database = folder / "data" / "ledger.sqlite"
        self.database, self._log = database, folder / "log"
        environment = {k: v for k, v in os.environ.items() if not k.startswith("VIGIE_")} | {
            "VIGIE_DATA_DIR": str(folder / "data"),
            "VIGIE_DATABASE_URL": f"sqlite:///{database}",
            "VIGIE_LOG_FORMAT": "json",
            "VIGIE_SECRET_HOOK": f"json://127.0.0.1:{port}/",
        }
        command = [sys.executable, "-m", "monitor", "run", "--rules", str(folder / "rules")]
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(
                command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
            )
        self.ledger = Ledger.open(f"sqlite:///{database}")

    def said(self, event: str) -> list[dict[str, object]]:
        """Give the lines of an event so far."""
        lines = (json.loads(line) for line in self._log.read_text().splitlines() if f'"{event}"' in line)
        return [line for line in lines if line.get("event") == event]

    def published(self, version: int) -> datetime | None:
        """When a version was published; None: it is not."""
        try:
            newest = self.ledger.published()
        except VigieError:
            return None  # it has only just begun
        return newest.at if newest and newest.version == version else None

    def in_force(self, version: int) -> dict[str, tuple[datetime, float]]:
        """Since when each part works with a version, and how long it took to build."""
        return {
            str(line["name"]): (datetime.fromisoformat(str(line["time"])), float(str(line["ms"])))
            for line in self.said("edition_in_force")
            if line["version"] == version
        }

    def close(self) -> None:
        """End it in order."""
        self.ledger.close()
        self._child.terminate()
        self._child.wait(30)

    def last_words(self) -> str:
        """Give the end of its log."""
        return self._log.read_text()[-3000:]


def awaited(condition: Callable[[], object], what: str, seconds: float = 60.0) -> None:
    """Wait for a condition, with a deadline."""
    end = monotonic() + seconds
    while not condition():
        if monotonic() > end:
            raise SystemExit(f"not within {seconds:.0f} s: {what}")
        sleep(0.02)


def version_after(service: Service, version: int, written: datetime, what: str) -> Change:
    """Wait until a version is in force in all parts."""
    awaited(lambda: service.published(version), f"edition {version} ({what}) is published")
    awaited(lambda: service.in_force(version).keys() >= set(PARTS), f"edition {version} ({what}) is in force")
    published, parts = service.published(version), service.in_force(version)
    assert published is not None
    at, builds = {name: one[0] for name, one in parts.items()}, {name: one[1] for name, one in parts.items()}
    return Change(version, written, published, at, builds, what)


def changes(service: Service, folder: Folder, asked: argparse.Namespace) -> Iterator[Change]:
    """Change the folder every few seconds, each third time for the worse; give the versions that came of it."""
    version = 1
    for number in range(asked.changes):
        next_change = monotonic() + asked.every
        one, other = number % FILES, (number + 1) % FILES
        broken = number % 3 == 2
        elsewhere = broken and number % 2 == 1
        if elsewhere:
            folder.write_routes(broken=True)
        elif broken:
            folder.write(one, broken=True)
        if elsewhere:
            folder.change(other)
            seen = len(service.said("rules_kept_back"))
            awaited(lambda seen=seen: len(service.said("rules_kept_back")) > seen, "broken routes are kept back")
            folder.write_routes()
        else:
            folder.change(other)
        version += 1
        what = "mended routes" if elsewhere else "a file beside a broken one" if broken else "a file"
        yield version_after(service, version, datetime.now(UTC), what)
        if broken and not elsewhere:
            folder.write(one)
        sleep(max(0.0, next_change - monotonic()))


@dataclass(frozen=True)
class Matched:
    """A revision, what was found in it, by which version, and when."""

    entry: Entry
    version: int
    seen: datetime
    at: datetime
    findings: tuple[tuple[str, str], ...]


def matched(database: Path) -> list[Matched]:
    """Read every revision that was matched, with its findings as the ledger has them."""
    with closing(sqlite3.connect(database)) as ledger:
        found: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for revision, rule, hits in ledger.execute("SELECT revision_id, rule, hits FROM finding ORDER BY rule"):
            found[revision].append((rule, hits))
        rows = ledger.execute(
            "SELECT r.id, r.title, r.text, r.language, r.version, r.seen_at, r.matched_at, e.feed, e.identity "
            "FROM revision r JOIN entry e ON e.id = r.entry_id WHERE r.state = 'matched'"
        )
        return [
            Matched(
                Entry(row[7], row[8], title=row[1], text=row[2], language=row[3]),
                row[4],
                _instant(row[5]),
                _instant(row[6]),
                tuple(found[row[0]]),
            )
            for row in rows
        ]


def _instant(microseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def otherwise_found(ledger: Ledger, revisions: Sequence[Matched]) -> int:
    """Count the revisions whose findings are not those that the rules of their version give."""
    wrong = 0
    for version in sorted({one.version for one in revisions}):
        book = read(ledger.sources(version), examples=False).book
        assert book is not None
        matcher = Matcher(book)
        for one in (one for one in revisions if one.version == version):
            findings = matcher.findings(one.entry)
            hits = (
                json.dumps([asdict(hit) for hit in f.hits], ensure_ascii=False, separators=(",", ":")) for f in findings
            )
            wrong += tuple(zip((f.rule for f in findings), hits, strict=True)) != one.findings
    return wrong


def longest_stale(ledger: Ledger, revisions: Sequence[Matched]) -> float:
    """Say how many seconds after the publication of a newer version anything was still matched with the old one."""
    at = {version.version: version.at for version in ledger.versions()}
    ages = ((one.at - at[one.version + 1]).total_seconds() for one in revisions if one.version + 1 in at)
    return max(0.0, *ages)


def report(service: Service, made: Sequence[Change]) -> bool:
    """Print what was measured and what the ledger says; say whether all is well."""
    for change in made:
        late = max(change.in_force.values())
        print(
            f"edition {change.version:3}  {change.what:28} written -> published "
            f"{_seconds(change.published - change.written)}  published -> in force in all "
            f"{_seconds(late - change.published)}  written -> in force {_seconds(late - change.written)}  "
            f"builds {min(change.builds.values()):.0f} to {max(change.builds.values()):.0f} ms"
        )
    revisions = matched(service.database)
    slowest = max(late - change.published for change in made for late in change.in_force.values())
    build = max(ms for change in made for ms in change.builds.values()) / 1000
    wrong, stale = otherwise_found(service.ledger, revisions), longest_stale(service.ledger, revisions)
    waits = sorted((one.at - one.seen).total_seconds() for one in revisions)
    after = [w for c in made for w in _waits(revisions, c.published, max(c.in_force.values()))]
    print(
        f"published -> in force in every part: at worst {_seconds(slowest)}\n"
        f"revisions matched {len(revisions)}, with {len({one.version for one in revisions})} versions, "
        f"{sum(bool(one.findings) for one in revisions)} with findings\n"
        f"findings other than their version's rules give: {wrong}\n"
        f"matched with an edition after the next was published: at worst {stale:.3f} s (allowed {2 + build:.3f})\n"
        f"seen -> matched: median {median(waits):.3f} s, p99 {quantiles(waits, n=100)[98]:.3f}, max {waits[-1]:.3f}; "
        f"of {len(after)} seen while one was built: median {median(after or [0]):.3f}, max {max(after or [0]):.3f}"
    )
    print(f"counts {service.ledger.counts()}; notices {[notice.subject for notice in service.ledger.notices()]}")
    return not wrong and stale <= 2 + build and slowest < IN_FORCE_WITHIN


def _waits(revisions: Sequence[Matched], start: datetime, end: datetime) -> list[float]:
    return [(one.at - one.seen).total_seconds() for one in revisions if start <= one.seen <= end]


def _seconds(lasted: timedelta) -> str:
    return f"{lasted.total_seconds():.2f} s"


def main() -> int:
    """Run once and give the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rules", type=int, default=1000)
    options.add_argument("--rate", type=float, default=40, help="entries a second")
    options.add_argument("--changes", type=int, default=9)
    options.add_argument("--every", type=float, default=5, help="seconds between changes")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-hot-") as name:
        return _main(asked, Path(name))


def _main(asked: argparse.Namespace, path: Path) -> int:
    words = Words(random.Random(asked.seed))
    stream = Stream(words, asked.rate, 40 * asked.rules, random.Random(asked.seed + 1))
    server = serve(stream.atom)
    folder = Folder(path / "rules", words, asked.rules)
    folder.write_all(server.server_address[1])
    service = Service(path, server.server_address[1])
    try:
        made = [version_after(service, 1, datetime.now(UTC), "the first")]
        made += changes(service, folder, asked)
        stream.ends = monotonic()
        awaited(lambda: not service.ledger.counts().unmatched, "everything is matched")
        well = report(service, made[1:])
    except SystemExit:
        print(service.last_words())
        raise
    finally:
        service.close()
        server.shutdown()
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
