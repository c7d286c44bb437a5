"""The floors of the house: every module stands on one, and the ground takes no foreign word but the computing wheels'.

The contracts themselves are in pyproject.toml; these tests see that none of them has a gap.
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import grimp
import pytest

ROOT = Path(__file__).parents[1]

COMPUTING = {"ahocorasick_rs", "numpy", "re2"}


@pytest.fixture(scope="module")
def contracts() -> dict[str, Any]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {contract["name"].partition(":")[0]: contract for contract in found}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("monitor", "workers", include_external_packages=True, cache_dir=None)


def ours(modules: set[str]) -> set[str]:
    return {module for module in modules if module.partition(".")[0] in {"monitor", "workers"}}


def floors(contracts: dict[str, Any]) -> list[set[str]]:
    return [set(re.split(r"\s*[:|]\s*", layer)) for layer in contracts["Floors"]["layers"]]


def test_every_module_stands_on_one_floor(contracts: dict[str, Any], graph: grimp.ImportGraph) -> None:
    standing = [name for floor in floors(contracts) for name in floor]
    assert len(standing) == len(set(standing))
    tops = {
        ".".join(module.split(".")[:2]) if module.startswith("monitor.") else "workers"
        for module in ours(graph.modules) - {"monitor"}
        if not module.startswith("monitor.__main__")
    }
    assert tops == set(standing)


def test_every_module_on_a_floor_is_drawn(contracts: dict[str, Any]) -> None:
    drawing = (ROOT / "docs" / "architecture.md").read_text().split("## Floors")[1].split("```")[1]
    drawn = {word.rpartition(".")[2] for word in re.findall(r"(?:monitor)?\.\w+|workers", drawing)}
    assert drawn == {name.rpartition(".")[2] for floor in floors(contracts) for name in floor}


def test_every_room_of_the_ground_is_in_the_order_of_rooms(contracts: dict[str, Any]) -> None:
    ordered = re.findall(r"monitor\.core\.(\w+)", " ".join(contracts["The rooms of the ground"]["layers"]))
    rooms = {path.parent.name for path in (ROOT / "monitor" / "core").glob("*/__init__.py")}
    assert sorted(ordered) == sorted({*rooms, "match"})


def test_every_module_of_the_ground_has_its_line() -> None:
    lines = (ROOT / "docs" / "architecture.md").read_text()
    for path in (ROOT / "monitor" / "core").rglob("[!_]*.py"):
        name = path.relative_to(ROOT / "monitor").with_suffix("").as_posix()
        assert re.search(rf"^\|[^|]*\b{name}\b", lines, re.MULTILINE), name


def test_the_ground_takes_the_computing_wheels_and_no_other(graph: grimp.ImportGraph) -> None:
    ground = {module for module in graph.modules if module.startswith("monitor.core")}
    taken = {imported for module in ground for imported in graph.find_modules_directly_imported_by(module)}
    foreign = {name.partition(".")[0] for name in taken - ours(taken)}
    assert foreign - sys.stdlib_module_names == COMPUTING


def test_every_foreign_package_is_forbidden_on_the_ground(contracts: dict[str, Any], graph: grimp.ImportGraph) -> None:
    foreign = {name.partition(".")[0] for name in graph.modules - ours(graph.modules)} - sys.stdlib_module_names
    assert foreign - COMPUTING <= set(contracts["The ground computes"]["forbidden_modules"])
