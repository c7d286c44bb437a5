"""What a changed feed costs: from its bytes to what is new, held against feedparser alone; processor time.

    .venv/bin/python -m benchmarks.parse [FOLDER-OF-FEEDS] [--rounds 9]

Made-up feeds (RSS and Atom, short and with full texts, 10 to 500 entries) are read, then read again with two new
entries on top. `again` is all of that second reading that is ours: cut, parse what is new, name, digest, decide.
`default` is feedparser.parse of the same bytes as it comes, `bare` the same with sanitize_html and
resolve_relative_uris off; they do less: they make no text of HTML and name nothing. `first` is the first reading of the
feed, with nothing remembered.

With a folder each of its feeds is read without its two newest entries, then as it is. Before anything is timed, what
the quick way gives is held against a parse of the whole. All take turns, in one run; medians, in milliseconds.
"""

import argparse
import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from io import BytesIO
from pathlib import Path
from statistics import median
from time import process_time

import feedparser

from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.core.revise import Known
from monitor.core.watching.deciding import Document, Recalled, decide, document
from monitor.feeds import Fetched, Seen, contents
from monitor.feeds.split import split

NEW = 2
COUNTS = (10, 30, 100, 500)
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
FEED = Feed("measured", "https://example.org/feed")
WORDS = (
    "Le ministre a dit que les négociations entre Moscou et Washington se poursuivraient à Genève, selon l'<b>AFP</b>; "
    "aucune percée n’est attendue cette semaine, <a href='https://example.org/a?b=1&amp;c=2'>écrit</a> le journal."
)


@dataclass(frozen=True, slots=True)
class Case:
    """A feed as it was, and as it is now."""

    name: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Times:
    """Medians in milliseconds."""

    default: float
    bare: float
    first: float
    again: float

    def __str__(self) -> str:
        """Print a row of the table."""
        figures = f"{self.default:9.2f} {self.bare:9.2f} {self.first:9.2f} {self.again:9.2f}"
        return f"{figures} {self.default / self.again:9.1f}x {self.again / self.bare:9.2f}"


def made_up() -> Iterator[Case]:
    """Make feeds of all shapes, as they were and with two new entries."""
    for kind, one in (("RSS", rss), ("Atom", atom)):
        for full in (False, True):
            for count in COUNTS:
                name = f"{kind} {'full' if full else 'short'} {count}"
                yield Case(name, one(range(count), full=full), one(range(NEW, count + NEW), full=full))


def rss(numbers: range, *, full: bool) -> bytes:
    """Print an RSS feed as news sites do, newest first."""
    items = "".join(
        f"<item>\n<title>{escape(_title(n))}</title>\n<link>https://example.org/a/{n}?utm_source=rss</link>\n"
        f"<guid isPermaLink='false'>https://example.org/?p={n}</guid>\n<pubDate>{_at(n):%a, %d %b %Y %H:%M:%S} +0000"
        f"</pubDate>\n<dc:creator><![CDATA[A. Martin]]></dc:creator>\n<category><![CDATA[Monde]]></category>\n"
        f"<category><![CDATA[Diplomatie]]></category>\n<description><![CDATA[<p>{n} {WORDS}</p>]]></description>\n"
        f"{f'<content:encoded><![CDATA[{_body(n)}]]></content:encoded>' if full else ''}</item>\n"
        for n in reversed(numbers)
    )
    spaces = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    head = f"<title>Direct</title><link>https://example.org/</link><lastBuildDate>{_at(numbers[-1])}</lastBuildDate>"
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel>{head}{items}</channel></rss>'.encode()


def atom(numbers: range, *, full: bool) -> bytes:
    """Print an Atom feed as news sites do, newest first."""
    entries = "".join(
        f"<entry><id>tag:example.org,2026:{n}</id><title type='html'>{escape(_title(n))}</title>\n"
        f"<link rel='alternate' type='text/html' href='https://example.org/a/{n}'/>\n<published>{_at(n).isoformat()}"
        f"</published><updated>{_at(n).isoformat()}</updated>\n<author><name>A. Martin</name></author>"
        f"<category term='monde'/>\n<summary type='html'>{escape(f'<p>{n} {WORDS}</p>')}</summary>\n"
        f"{f'<content type={chr(39)}html{chr(39)}>{escape(_body(n))}</content>' if full else ''}</entry>\n"
        for n in reversed(numbers)
    )
    head = f"<id>tag:example.org,2026:feed</id><title>Direct</title><updated>{_at(numbers[-1]).isoformat()}</updated>"
    return (
        f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr">{head}{entries}</feed>'.encode()
    )


def _at(number: int) -> datetime:
    return START + timedelta(minutes=7 * number)


def _title(number: int) -> str:
    return f"La Russie n° {number} n'a pas l'intention d'attaquer l'Ukraine & le dit"


def _body(number: int) -> str:
    return "".join(f"<p>{number}.{part} {WORDS}</p>" for part in range(8))


def from_folder(folder: Path) -> Iterator[Case]:
    """Take each feed of a folder as it is, and without its newest two entries, where it can be cut at all."""
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        body = path.read_bytes()
        cut = split(body)
        before = cut.only(cut.items[NEW:]) if cut and len(cut.items) > NEW else body
        yield Case(path.name[:24], before, body)


def measured(case: Case, rounds: int) -> Times:
    """Hold the ways of reading a feed against each other, in turns."""
    assert read(case.after, remembering(case)).entries == read(case.after, None).entries, case.name
    known = known_from(read(case.before, None))
    figures = []
    for _ in range(rounds):
        seen = remembering(case)
        figures.append(
            (
                _timed(lambda: feedparser.parse(BytesIO(case.after))),
                _timed(lambda: feedparser.parse(BytesIO(case.after), sanitize_html=False, resolve_relative_uris=False)),
                _timed(lambda: decide(read(case.after, Seen()), known)),
                _timed(partial(_again, case, seen, known)),
            )
        )
    return Times(*(median(column) for column in zip(*figures, strict=True)))


def _again(case: Case, seen: Seen, known: Recalled) -> object:
    return decide(read(case.after, seen), known)


def remembering(case: Case) -> Seen:
    """Give the memory of a poller that has read the feed as it was."""
    seen = Seen()
    read(case.before, seen)
    return seen


def read(body: bytes, seen: Seen | None) -> Document:
    """Read a document as the poller does, up to what is decided upon."""
    fetched = Fetched(body, "application/xml", "", "", FEED.url, datetime.now(UTC))
    found = contents(fetched, FEED, seen)
    named = seen.digests(FEED.name, found.entries) if seen else None
    return document(FEED, found.entries, fetched.received_at, contents=named)


def known_from(found: Document) -> Recalled:
    """Give what a ledger knows that has recorded a document."""
    numbered = list(enumerate(found.entries, 1))
    ids = {name: number for number, entry in numbered for name in (entry.identity, *entry.aliases)}
    digests = {number: (found.contents[entry.identity],) for number, entry in numbered}
    return Recalled(Known(first=False, ids=ids, digests=digests))


def _timed(work: Callable[[], object]) -> float:
    gc.collect()
    start = process_time()
    work()
    return 1000 * (process_time() - start)


def show(cases: Iterable[Case], rounds: int) -> None:
    """Print the table of these feeds, and their sums."""
    print(f"{'':24} {'KB':>6} {'default':>9} {'bare':>9} {'first':>9} {'again':>9} {'default/':>10} {'/bare':>9}")
    rows = []
    for case in cases:
        try:
            times = measured(case, rounds)
        except ParseError as error:
            print(f"{case.name:24} is no feed: {error}")
            continue
        rows.append(times)
        print(f"{case.name:24} {len(case.after) / 1000:6.0f} {times}", flush=True)
    sums = Times(*(sum(getattr(row, name) for row in rows) for name in Times.__slots__))
    print(f"{'sum':24} {'':6} {sums}")
    least, most = min(row.default / row.again for row in rows), max(row.again / row.bare for row in rows)
    print(f"worst: default/again {least:.1f}x, again/bare {most:.2f}")


def main() -> None:
    """Measure."""
    wanted = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    wanted.add_argument("folder", type=Path, nargs="?", metavar="FOLDER-OF-FEEDS")
    wanted.add_argument("--rounds", type=int, default=9)
    given = wanted.parse_args()
    show(made_up(), given.rounds)
    if given.folder:
        print()
        show(from_folder(given.folder), given.rounds)


if __name__ == "__main__":
    main()
