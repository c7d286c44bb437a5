"""Which entries of a list are put into one story that are not one, which are not that are, and what a decision costs.

    python -m benchmarks.stories [STORIES.jsonl] [--all]

A line is an entry as `vigie parse --json` writes it, with `story`: the name of the story that it belongs to. B-cubed
(Bagga, Baldwin 1998) within each language, and of each `part` of the list if it has several; every pair that was put
together wrongly; the entries that were kept from all of their story (the first 20; --all: each), and why. Costs are
processor time, reading the lines not counted. Without a list the project's own is taken.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

from monitor.cli._engine import entry_of
from monitor.core.entry import Entry
from monitor.core.stories.decide import Joined
from monitor.core.stories.shelf import Shelf

OWN = Path(__file__).parents[1] / "tests" / "core" / "cases" / "stories.jsonl"
SHOWN = 20

Row = Mapping[str, Any]
Placed = Sequence[tuple[Row, str]]
"""Entries with the founders of the stories that they were put into."""


def entries_of(rows: Sequence[Row]) -> list[Entry]:
    """Read entries as `vigie stories` does, of no feed where none is named."""
    return [entry_of(json.dumps(row)) for row in rows]


def settled(entries: Sequence[Entry]) -> list[Joined]:
    """Decide of all entries in their order."""
    shelf = Shelf()
    return [shelf.settle(entry) for entry in entries]


def b_cubed(placed: Placed) -> tuple[float, float, float]:
    """Give precision, recall and F1."""
    precision = recall = 0.0
    for row, story in placed:
        found = [other["story"] for other, same in placed if same == story]
        true = [same for other, same in placed if other["story"] == row["story"]]
        precision += found.count(row["story"]) / len(found)
        recall += true.count(story) / len(true)
    precision, recall = precision / len(placed), recall / len(placed)
    return precision, recall, 2 * precision * recall / (precision + recall)


def wrong(placed: Placed) -> Iterator[tuple[Row, Row]]:
    """List the pairs of entries in one story that truly are of two."""
    for place, (row, story) in enumerate(placed):
        yield from ((other, row) for other, same in placed[:place] if same == story and other["story"] != row["story"])


def missed(placed: Placed) -> Iterator[int]:
    """List the places of entries that were put with none of their story, though some came before."""
    for place, (row, story) in enumerate(placed):
        before = [same for other, same in placed[:place] if other["story"] == row["story"]]
        if before and story not in before:
            yield place


def main() -> None:
    """Print the figures of a list."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path, nargs="?", default=OWN)
    parser.add_argument("--all", action="store_true")
    said = parser.parse_args()
    rows: list[Row] = [json.loads(line) for line in said.file.read_text().splitlines() if line.strip()]
    entries = entries_of(rows)
    settled(entries)  # warm
    began = process_time()
    decided = settled(entries)
    cost = (process_time() - began) / len(rows)
    placed = [(row, joined.story.founder.identity) for row, joined in zip(rows, decided, strict=True) if joined.story]
    for key in ("language", "part"):
        for name in sorted({row.get(key, "") for row in rows}):
            of_name = [(row, story) for row, story in placed if row.get(key, "") == name]
            precision, recall, f1 = b_cubed(of_name)
            print(f"{key} {name}: {len(of_name)} entries, B-cubed {precision:.3f} {recall:.3f} F1 {f1:.3f}")
    pairs = list(wrong(placed))
    print(f"{len(pairs)} pairs put together wrongly")
    for one, other in pairs:
        print(f"  {_shown(one)} | {_shown(other)}")
    lost = list(missed(placed))
    print(f"{len(lost)} entries kept from their story")
    for place in lost if said.all else lost[:SHOWN]:
        print(f"  {_shown(rows[place])}: {decided[place].reason}")
    print(f"{cost * 1000:.3f} ms of processor time for an entry")


def _shown(row: Row) -> str:
    return f"{row['identity']} {(row.get('title') or row.get('text') or '')[:70]}"


if __name__ == "__main__":
    main()
