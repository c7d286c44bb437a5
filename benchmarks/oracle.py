"""The engine against the plain oracle of the tests, for as long as you like: made-up books and entries in many scripts.

    .venv/bin/python -m benchmarks.oracle --cases 100000 --seed 1

Of every case are compared: which rules are met, every hit with its place, term, entity and `how`, and the explanation
of every rule. At the end stands how many cases ran and what they were about. A difference is made as small as it stays
one, and shown; the exit code is 1 then.
"""

import argparse
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from random import Random
from time import perf_counter
from typing import NamedTuple

from monitor.core.book import Book
from monitor.core.entry import Entry
from tests.core.differing import Met, asked, differs, met, shown, smallest
from tests.core.worlds import case

CHUNK = 250  # cases that a process takes at once


class Seen(NamedTuple):
    """What a chunk of cases was about, and where engine and oracle differ."""

    counts: Counter[str]
    differences: list[str]


def main() -> int:
    """Run the cases, print what they were about; 1 if engine and oracle differ in one."""
    options = _options()
    begun = perf_counter()
    counts: Counter[str] = Counter()
    differences: list[str] = []
    chunks = [(options.seed, first, min(first + CHUNK, options.cases)) for first in range(0, options.cases, CHUNK)]
    with ProcessPoolExecutor(options.jobs) as pool:
        for number, seen in enumerate(pool.map(_chunk, chunks), 1):
            counts += seen.counts
            differences += seen.differences
            if number % 40 == 0:
                print(f"{counts['cases']:,} cases, {len(differences)} differences", flush=True)
    print(f"\n{counts['cases']:,} cases of seed {options.seed} in {perf_counter() - begun:,.0f} s")
    for what, count in sorted(counts.items(), key=lambda pair: (pair[0].partition(" ")[0], -pair[1])):
        print(f"  {what:34}{count:>12,}{_share(what, count, counts['cases'])}")
    print(f"{len(differences)} differences between engine and oracle")
    print(*differences[: options.show], sep="\n\n")
    return int(bool(differences))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.process_cpu_count() if hasattr(os, "process_cpu_count") else 2)
    parser.add_argument("--show", type=int, default=5, help="differences that are shown")
    return parser.parse_args()


def _share(what: str, count: int, cases: int) -> str:
    return f"{100 * count / cases:8.1f} %" if what.startswith("cases with") else ""


def _chunk(chunk: tuple[int, int, int]) -> Seen:
    seed, first, last = chunk
    seen = Seen(Counter(), [])
    for number in range(first, last):
        book, entry = case(Random(f"{seed}-{number}"))
        told = asked(book, entry)
        seen.counts.update(_about(book, entry, met(book, told)))
        if differs(book, entry, told):
            seen.differences.append(f"case {number}: {shown(*smallest(book, entry))}")
    return seen


def _about(book: Book, entry: Entry, told: Met) -> Iterator[str]:
    """Say what a case is about."""
    yield "cases"
    rules = [book.rules[name] for name in told]
    weak = {(name, one.written) for name, entity in book.entities.items() if entity.weak for one in entity.weak.names}
    hits = [hit for hits in told.values() for hit in hits]
    about = {
        "a finding": bool(told),
        "near": any(rule.near for rule in rules),
        "order in near": any(rule.near and rule.near.order != "any" for rule in rules),
        "none_near": any(rule.none_near for rule in rules),
        "none_of": any(rule.none_of for rule in rules),
        "in or not_in": any(rule.only_in != rule.not_in for rule in rules),
        "never, which took hits away": _without_never(book, entry, told) != told,
        "a weak name": any((hit[5], hit[4]) in weak for hit in hits),
        **{f"a hit {hit[6]}": True for hit in hits},
        **{f"a hit {_form(hit[4])}": True for hit in hits},
    }
    yield from (f"cases with {what}" for what, is_so in about.items() if is_so)
    yield from (f"hits, {hit[6]}" for hit in hits)
    yield from (f"hits: in {unicodedata.name(hit[3][0], 'UNNAMED').partition(' ')[0].lower()}" for hit in hits)


def _without_never(book: Book, entry: Entry, told: Met) -> Met:
    if not any(entity.never for entity in book.entities.values()):
        return told
    entities = {name: replace(entity, never=()) for name, entity in book.entities.items()}
    bare = replace(book, entities=entities)
    return met(bare, asked(bare, entry))


def _form(written: str) -> str:
    if written.startswith("="):
        return "of an exact term"
    if written.startswith("/"):
        return "of a regex"
    return "of a prefix" if written.endswith("*") else "of a plain term"


if __name__ == "__main__":
    raise SystemExit(main())
