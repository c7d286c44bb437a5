"""Read a folder of real feeds: whether their entries are as many as feedparser's, and keep their names.

    python benchmarks/corpus.py FOLDER [--all]

Each file is read as it is, and again with its entries in reverse, with tracking parameters on its links, and with
https for http. An entry must have the same identity each time: the last three columns say how many have not; behind
the sum stands in how many files the change changed anything. Exit code 1 where a file differs.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import process_time

import feedparser

from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import Contents, Fetched, contents

URL = "http://corpus.example/feed"
ENTRY = re.compile(rb"<(item|entry)[\s>].*?</\1\s*>", re.DOTALL)
LINK = re.compile(rb"(<link>\s*|<link\b[^<>]*\bhref=[\"'])(http[^<>\"'\s]*)")


def reversed_entries(body: bytes) -> bytes:
    """Turn the order of the entries round, and leave what stands between them where it is."""
    found = [match[0] for match in ENTRY.finditer(body)]
    return ENTRY.sub(lambda _: found.pop(), body)


def tracked(body: bytes) -> bytes:
    """Add to the links of entries what says where a reader came from."""

    def with_parameters(match: re.Match[bytes]) -> bytes:
        address, mark, fragment = match[2].partition(b"#")
        sign = b"&amp;" if b"?" in address else b"?"
        return match[1] + address + sign + b"utm_source=corpus&amp;utm_medium=rss" + mark + fragment

    return ENTRY.sub(lambda entry: LINK.sub(with_parameters, entry[0]), body)


def over_https(body: bytes) -> bytes:
    """Move every address of an entry from http to https, as a site does; what else it says may not change."""
    return ENTRY.sub(lambda entry: re.sub(rb"(?<=[>\"'\s])http://", b"https://", entry[0]), body)


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "reordered": reversed_entries,
    "tracked": tracked,
    "https": over_https,
}


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one file: counts, and for each change how many entries lost their name."""

    name: str
    theirs: int
    ours: int
    lost: dict[str, int]
    touched: tuple[str, ...]
    milliseconds: float
    error: str = ""

    @property
    def differs(self) -> bool:
        """Whether anything is not as it should be."""
        return bool(self.error) or self.theirs != self.ours or any(self.lost.values())


def read(body: bytes, url: str = URL) -> Contents:
    """Read a document as if it had been found at an address."""
    fetched = Fetched(body, "", "", "", url, datetime(2026, 11, 21, tzinfo=UTC))
    return contents(fetched, Feed("corpus", url))


def row_of(path: Path) -> Row:
    """Read a file in every way."""
    body = path.read_bytes()
    found = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False).entries
    start = process_time()
    try:
        said = read(body)
    except ParseError as error:
        return Row(path.name, len(found), 0, {}, (), 0.0, str(error))
    spent = 1000 * (process_time() - start)
    names = {entry.identity for entry in said.entries}
    lost = {name: len(names ^ _names(change(body), name)) for name, change in CHANGES.items()}
    touched = tuple(name for name, change in CHANGES.items() if change(body) != body)
    return Row(path.name, len(found), len(said.entries), lost, touched, spent)


def _names(body: bytes, change: str) -> set[str]:
    return {entry.identity for entry in read(body, URL.replace("http", "https") if change == "https" else URL).entries}


def _sums(rows: list[Row]) -> str:
    sums = ((sum(row.lost.get(name, 0) for row in rows), sum(name in row.touched for row in rows)) for name in CHANGES)
    return " ".join(f"{f'{lost} of {touched}':>11}" for lost, touched in sums)


def main(folder: str, *more: str) -> int:
    """Print the table: the files that differ, with `--all` every one, and the sums."""
    rows = [row_of(path) for path in sorted(Path(folder).iterdir()) if path.is_file()]
    print(f"{'file':24} {'feedparser':>10} {'read':>6} " + " ".join(f"{name:>11}" for name in CHANGES))
    for row in rows:
        if row.differs or "--all" in more:
            lost = " ".join(f"{row.lost.get(name, 0):11}" for name in CHANGES)
            print(f"{row.name:24} {row.theirs:10} {row.ours:6} {lost}  {row.error}")
    print(
        f"{f'{len(rows)} files':24} {sum(row.theirs for row in rows):10} {sum(row.ours for row in rows):6} "
        + _sums(rows)
    )
    print(f"{sum(row.differs for row in rows)} differ; read in {sum(row.milliseconds for row in rows):.0f} ms of CPU")
    return int(any(row.differs for row in rows))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
