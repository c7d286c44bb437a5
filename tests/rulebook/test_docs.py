"""The page for analysts says what is so: its folder checks, its tables are run, and they name every key.

A table with the columns `written`, `finds` and `does not find` is made into rules with examples: what stands in the
first is a term, or the mapping of an entity or a rule. One with the columns `written` and `is refused` must be refused.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.rulebook import Reading, read
from monitor.rulebook.grammar import CHANNEL, ENTITY, FEED, ROUTE, RULE
from monitor.rulebook.meanings import MEANINGS

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(vigie: .*?)^```", PAGE, re.MULTILINE | re.DOTALL)
FOLDER = {f"{number}.yaml": block for number, block in enumerate(BLOCKS)}
THINGS = {file: block for file, block in FOLDER.items() if re.match("vigie: (entities|feeds)/1", block)}
SECTIONS = {"Entities": "an entity", "Rules": "a rule", "Feeds": "a feed", "Routes": "a route", "Channels": "a channel"}


@dataclass(frozen=True)
class Row:
    """One row of a table: its line of the page, its heading, and its cells by the heads of their columns."""

    line: int
    section: str
    cells: dict[str, str]


def rows() -> Iterator[Row]:
    section, heads = "", list[str]()
    for number, line in enumerate(PAGE.splitlines(), 1):
        if line.startswith("#"):
            section = line.strip("# ").partition(":")[0]
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            heads = []
        elif not heads:
            heads = cells
        elif not set(line) <= set("|- "):
            yield Row(number, section, dict(zip(heads, cells, strict=True)))


def codes(cell: str) -> list[str]:
    return [double or single for double, single in re.findall(r"`` (.*?) ``|`(.*?)`", cell)]


CASES = [row for row in rows() if "does not find" in row.cells]
REFUSED = [row for row in rows() if "is refused" in row.cells]
KEYS = [row for row in rows() if next(iter(row.cells)) == "key"]


def name(row: Row) -> str:
    return f"{row.line}: {next(iter(row.cells.values()))}"


def case(written: str, row: Row | None = None) -> dict[str, str]:
    """The files of one case: a term, an entity with all its names, or a rule; what a row says are its examples."""
    body, files = f"any_of: [{json.dumps(written, ensure_ascii=False)}]", dict(THINGS)
    if written.startswith("{name: "):
        body, files["entity.yaml"] = "any_of: [$it]", f"vigie: entities/1\nit: {written}\n"
    elif written.startswith("{"):
        body = written[1:-1]
    lists = {"match": codes(row.cells["finds"]), "no_match": codes(row.cells["does not find"])} if row else {}
    examples = ", ".join(f"{key}: [{', '.join(map(example_of, texts))}]" for key, texts in lists.items() if texts)
    return files | {"case.yaml": f"vigie: rules/1\ncase: {{{body}, examples: {{{examples}}}}}\n"}


def example_of(text: str) -> str:
    return text if text.startswith("{") else json.dumps(text, ensure_ascii=False)


def said(reading: Reading) -> list[str]:
    return [fault.message for fault in reading.faults if fault.code not in {"no_routes", "unused_entity"}]


@pytest.mark.parametrize("row", CASES, ids=name)
def test_what_a_table_says_is_found_is_found_and_nothing_else(row: Row) -> None:
    for written in codes(row.cells["written"]):
        assert said(read(case(written, row))) == []
    assert codes(row.cells["finds"])


@pytest.mark.parametrize("row", REFUSED, ids=name)
def test_what_a_table_says_is_refused_is_refused_so(row: Row) -> None:
    (written,) = codes(row.cells["written"])
    assert said(read(case(written))) == [row.cells["is refused"]]


def test_there_is_something_to_run() -> None:
    assert len(CASES) >= 20
    assert len(REFUSED) >= 5
    assert {file.partition("/")[0] for file in re.findall(r"vigie: (\w+/1)", PAGE)} >= {"feeds", "rules", "routes"}


def test_the_folder_on_the_page_has_no_fault() -> None:
    assert [str(fault) for fault in read(FOLDER).faults] == []
    assert {block.split("\n")[0] for block in BLOCKS} == {
        f"vigie: {kind}/1" for kind in ("feeds", "entities", "rules", "routes")
    }


@pytest.mark.parametrize("row", KEYS, ids=name)
def test_a_key_means_on_the_page_what_an_editor_shows(row: Row) -> None:
    meanings = {MEANINGS[SECTIONS[row.section]][key] for key in codes(row.cells["key"])}
    assert {row.cells["meaning"]} == meanings


def test_the_tables_name_every_key() -> None:
    told = {(SECTIONS[row.section], key) for row in KEYS for key in codes(row.cells["key"])}
    assert told == {(shape.what, key) for shape in (FEED, ENTITY, RULE, CHANNEL, ROUTE) for key in shape.keys}


def test_the_page_names_what_comes_later() -> None:
    later = PAGE.partition("## Not available yet")[2]
    assert [key for key in (*RULE.later, *ROUTE.later, *CHANNEL.later) if f"`{key}`" not in later] == []
