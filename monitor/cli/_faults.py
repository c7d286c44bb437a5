"""How faults are written: with the line that they are of for people, as JSON for programs, as what code hosts show."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

import click
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from monitor.cli._engine import plain
from monitor.core.errors import Fault, Place

MOST = 100
MOST_ALIKE = 10
"""Faults that a terminal shows in all, and of one code in one file; the others are counted, for nobody reads 10,000."""

_WIDEST = 100
_BEFORE = 40
"""Characters of a line that are shown, and how many of them before the fault where it stands far to the right."""

_CHARS = r"(?:[^\s,\[\]{}:#]|[:#](?=\S))+"
_WORD = re.compile(rf""""[^"]*"|'[^']*'|{_CHARS}(?: {_CHARS})*""")
"""What stands at a fault: a text in quotes, a key, or words as far as YAML reads them as one."""
_LINE_END = re.compile(r"\r\n?|\n")
_STYLES = {"error": "bold red", "warning": "bold yellow"}


def show(faults: Sequence[Fault], sources: Mapping[str, str], console: Console) -> None:
    """Write faults for people: to a terminal with the lines that they are of, and no more than anyone reads.

    `sources` are the texts of the files, by the names that the faults give them.
    """
    if not console.is_terminal:
        for fault in faults:
            click.echo(_one_line(str(fault)))
        return
    chosen = _chosen(faults)
    lines = {file: _LINE_END.split(text.removeprefix("\ufeff")) for file, text in sources.items()}
    for _, of_file in groupby(chosen, key=lambda fault: fault.place.file):
        for fault in of_file:
            _show_one(fault, lines.get(fault.place.file, ()), console)
        console.print()
    for line in _left_out(faults, chosen):
        console.print(Text(line, style="dim"))


def _chosen(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    """Choose what is shown of many: errors before warnings, few of a kind, in the order of the files."""
    alike: Counter[tuple[str, str]] = Counter()
    few = []
    for fault in sorted(faults, key=lambda fault: fault.level):
        alike[fault.place.file, fault.code] += 1
        if alike[fault.place.file, fault.code] <= MOST_ALIKE:
            few.append(fault)
    return tuple(sorted(few[:MOST]))


def _left_out(faults: Sequence[Fault], chosen: Sequence[Fault]) -> Iterator[str]:
    more = Counter(fault.code for fault in faults) - Counter(fault.code for fault in chosen)
    for code, number in more.most_common():
        yield f"and {number} more of {code.replace('_', ' ')}"
    if more:
        yield "All of them: vigie check --json, or vigie check | less"


def _show_one(fault: Fault, lines: Sequence[str], console: Console) -> None:
    style = _STYLES[fault.level]
    console.print(
        Text.assemble((plain(str(fault.place)), "bold"), ": ", (fault.level, style), f": {_one_line(fault.message)}")
    )
    if not 1 <= fault.place.line <= len(lines):
        return
    line, column = _window(plain(lines[fault.place.line - 1]), fault.place.column - 1)
    word = _WORD.match(line, column)
    under = "^" * max(cell_len(word[0]) if word else 1, 1)
    gutter = f"{fault.place.line:>6} | "
    console.print(Text.assemble((gutter, "dim"), line))
    console.print(Text.assemble((" " * (len(gutter) - 2) + "| ", "dim"), " " * cell_len(line[:column]), (under, style)))


def _window(line: str, column: int) -> tuple[str, int]:
    """Cut a long line around a column; give it with the column in what is left."""
    if len(line) <= _WIDEST:
        return line, column
    start = max(min(column - _BEFORE, len(line) - _WIDEST), 0)
    cut = line[start : start + _WIDEST]
    return (f"…{cut}", column - start + 1) if start else (f"{cut}…", column)


def _one_line(words: str) -> str:
    return plain(words).replace("\n", " ")


def as_json(fault: Fault) -> str:
    """Write a fault as one JSON object on one line."""
    place = fault.place
    line = {"file": place.file, "line": max(place.line, 1), "column": max(place.column, 1)}
    said = {"level": fault.level, "code": fault.code, "message": fault.message}
    return json.dumps(line | said, ensure_ascii=False)


def as_github(fault: Fault) -> str:
    """Write a fault as the workflow command that makes GitHub show it beside the line.

    Source: GitHub Actions, workflow commands; actions/toolkit, command.ts (what is escaped).
    """
    place = _from_here(fault.place)
    where = {"file": place.file, "line": place.line, "col": place.column} if place.line else {}
    told = ",".join(f"{key}={_property(str(value))}" for key, value in {**where, "title": "vigie check"}.items())
    return f"::{fault.level} {told}::{_data(f'{place}: {fault.message}')}"


def _data(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")


def as_gitlab(faults: Iterable[Fault]) -> str:
    """Write faults as a GitLab Code Quality report. Source: GitLab, Code Quality report format.

    A fingerprint does not hold the line, so that a fault is the same after lines were added above it.
    """
    seen: Counter[str] = Counter()
    report = []
    for fault in faults:
        place = _from_here(fault.place)
        name = f"{place.file}\0{fault.code}\0{fault.message}"
        seen[name] += 1
        report.append(
            {
                "description": fault.message,
                "check_name": fault.code,
                "fingerprint": blake2b(f"{name}\0{seen[name]}".encode("utf-8", "replace"), digest_size=16).hexdigest(),
                "severity": "major" if fault.level == "error" else "minor",
                "location": {"path": place.file, "lines": {"begin": max(place.line, 1)}},
            }
        )
    return json.dumps(report, ensure_ascii=False, indent=2)


def _from_here(place: Place) -> Place:
    """Name a file as the host knows it: from the folder in which the check runs, where it is below it."""
    file = Path(os.path.abspath(place.file))  # noqa: PTH100 - `resolve` would follow links, which the host does not
    try:
        return Place(file.relative_to(Path.cwd()).as_posix(), place.line, place.column)
    except ValueError:
        return place
