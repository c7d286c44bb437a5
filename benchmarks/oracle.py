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
from typing import Any, NamedTuple

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Near
from tests.core.oracle import Oracle, Told, live, told_by
from tests.core.worlds import case

CHUNK = 250  # cases that a process takes at once

Met = dict[str, tuple[Told, ...]]
"""By the names of the rules that are met what each tells."""

Told_ = dict[str, tuple[Told, ...] | None]
"""The same of all rules; None where one is not met."""


class Seen(NamedTuple):
    """What a chunk of cases was about, and where engine and oracle differ."""

    counts: Counter[str]
    differences: list[str]


def main() -> int:
    """Run the cases, print what they were about; 1 if engine and oracle differ in one."""
    asked = _asked()
    begun = perf_counter()
    counts: Counter[str] = Counter()
    differences: list[str] = []
    chunks = [(asked.seed, first, min(first + CHUNK, asked.cases)) for first in range(0, asked.cases, CHUNK)]
    with ProcessPoolExecutor(asked.jobs) as pool:
        for number, seen in enumerate(pool.map(_chunk, chunks), 1):
            counts += seen.counts
            differences += seen.differences
            if number % 40 == 0:
                print(f"{counts['cases']:,} cases, {len(differences)} differences", flush=True)
    print(f"\n{counts['cases']:,} cases of seed {asked.seed} in {perf_counter() - begun:,.0f} s")
    for what, count in sorted(counts.items(), key=lambda pair: (pair[0].partition(" ")[0], -pair[1])):
        print(f"  {what:34}{count:>12,}{_share(what, count, counts['cases'])}")
    print(f"{len(differences)} differences between engine and oracle")
    print(*differences[: asked.show], sep="\n\n")
    return int(bool(differences))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.process_cpu_count() if hasattr(os, "process_cpu_count") else 2)
    parser.add_argument("--show", type=int, default=5, help="differences that are shown")
    return parser.parse_args()


def _share(what: str, count: int, cases: int) -> str:
    return f"{100 * count / cases:8.1f} %" if what.startswith("cases with") else ""


def _chunk(asked: tuple[int, int, int]) -> Seen:
    seed, first, last = asked
    seen = Seen(Counter(), [])
    for number in range(first, last):
        book, entry = case(Random(f"{seed}-{number}"))
        told = _told(book, entry)
        seen.counts.update(_about(book, entry, _met(book, told)))
        if differs(book, entry, told):
            seen.differences.append(f"case {number}: {_shown(*smallest(book, entry))}")
    return seen


def differs(book: Book, entry: Entry, told: Told_ | None = None) -> bool:
    """Tell whether engine and oracle differ: in what is told, in where it stands, or in an explanation."""
    told = told or _told(book, entry)
    try:
        matcher = Matcher(book)
        if {finding.rule: told_by(finding.hits) for finding in matcher.findings(entry)} != _met(book, told):
            return True
        return not all(_is_explained(matcher, name, entry, told[name]) for name in book.rules)
    except Exception:  # noqa: BLE001 - an engine that fails differs, whatever the failure is
        return True


def _told(book: Book, entry: Entry) -> Told_:
    """Ask the oracle of every rule, those that do not run as well."""
    oracle = Oracle(book, entry)
    return {rule.name: oracle.told(rule) for rule in book.rules.values()}


def _met(book: Book, told: Told_) -> Met:
    met = ((rule.name, told[rule.name]) for rule in live(book))
    return {name: hits for name, hits in met if hits is not None}


def _is_explained(matcher: Matcher, name: str, entry: Entry, told: tuple[Told, ...] | None) -> bool:
    explanation = matcher.explain(entry, name)
    return explanation.met == (told is not None) and told_by(explanation.hits) == (told or ())


def _about(book: Book, entry: Entry, told: Met) -> Iterator[str]:
    """Say what a case is about."""
    yield "cases"
    met = [book.rules[name] for name in told]
    weak = {(name, one.written) for name, entity in book.entities.items() if entity.weak for one in entity.weak.names}
    hits = [hit for hits in told.values() for hit in hits]
    about = {
        "a finding": bool(told),
        "near": any(rule.near for rule in met),
        "order in near": any(rule.near and rule.near.order != "any" for rule in met),
        "none_near": any(rule.none_near for rule in met),
        "none_of": any(rule.none_of for rule in met),
        "in or not_in": any(rule.only_in != rule.not_in for rule in met),
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
    return _met(bare, _told(bare, entry))


def _form(written: str) -> str:
    if written.startswith("="):
        return "of an exact term"
    if written.startswith("/"):
        return "of a regex"
    return "of a prefix" if written.endswith("*") else "of a plain term"


def smallest(book: Book, entry: Entry) -> tuple[Book, Entry]:
    """Take away from a case what it can spare and still differ."""
    smaller = next((one for one in _smaller(book, entry) if differs(*one)), None)
    while smaller:
        book, entry = smaller
        smaller = next((one for one in _smaller(book, entry) if differs(*one)), None)
    return book, entry


def _smaller(book: Book, entry: Entry) -> Iterator[tuple[Book, Entry]]:
    for name in book.rules:
        yield replace(book, rules={one: rule for one, rule in book.rules.items() if one != name}), entry
    yield from ((book, one) for one in _shorter(entry))
    for name, rule in book.rules.items():
        yield from ((replace(book, rules={**book.rules, name: one}), entry) for one in _lesser(rule))
    for name, entity in book.entities.items():
        yield from ((replace(book, entities={**book.entities, name: one}), entry) for one in _lesser(entity))


def _shorter(entry: Entry) -> Iterator[Entry]:
    for field in ("title", "text"):
        text = getattr(entry, field)
        step = len(text)
        while step:
            for at in range(0, len(text), step):
                yield replace(entry, **{field: text[:at] + text[at + step :]})
            step //= 2


def _lesser(one: Any) -> Iterator[Any]:  # a Rule, an Entity, or what they hold
    """Leave one thing out of a rule or an entity."""
    for field in one.__slots__:
        value = getattr(one, field)
        if field in {"near", "none_near", "weak"} and value:
            yield replace(one, **{field: None})
            yield from (replace(one, **{field: less}) for less in _lesser(value))
        elif field in {"any_of", "all_of", "none_of", "names", "never", "company"}:
            for place in range(len(value)):
                yield replace(one, **{field: value[:place] + value[place + 1 :]})
        elif field == "within" and value:
            yield Near(value - 1, one.any_of, one.all_of, one.order)


def _shown(book: Book, entry: Entry) -> str:
    matcher = Matcher(book)
    used = {term.text for rule in book.rules.values() for term in (*rule.any_of, *rule.all_of)}
    return "\n".join(
        [
            f"title {entry.title!a}, text {entry.text!a}  ({entry.title!r}, {entry.text!r})",
            *(f"  {_bare(rule)}" for rule in book.rules.values()),
            *(f"  {_bare(entity)}" for name, entity in book.entities.items() if name in used or entity.names),
            f"  engine { ({finding.rule: told_by(finding.hits) for finding in matcher.findings(entry)}) }",
            f"  oracle {_met(book, _told(book, entry))}",
        ]
    )


def _bare(one: Any) -> str:  # a Rule or an Entity
    """Show a rule or an entity without what is as always."""
    told = ((field, getattr(one, field)) for field in one.__slots__)
    return ", ".join(f"{field}={_terms(value)}" for field, value in told if value and field not in {"send", "once"})


def _terms(value: Any) -> str:  # whatever a rule holds
    is_terms = isinstance(value, tuple) and value and hasattr(value[0], "written")
    return str([term.written for term in value]) if is_terms else str(value)


if __name__ == "__main__":
    raise SystemExit(main())
