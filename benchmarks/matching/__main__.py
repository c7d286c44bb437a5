"""The matching core against its peers, in one interleaved run: same documents, same rules, tables in Markdown.

    make bench                                                  or, where benchmarks/requirements.lock is installed:
    .venv/bin/python -m benchmarks.matching --rules 10,1000 --sizes 500 --rounds 3

Every engine has one process and one thread. In each round each of them reads the same documents, one after the other;
no document is read twice. Told are the medians of the rounds; a ratio is the median of the ratios of the rounds. Time
is processor time. Exact engines must agree on every document that is compared: any difference ends with exit code 1.
"""

import argparse
import tempfile
from math import exp, log
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.matching.contender import Built, Contender, Pace, Slice
from benchmarks.matching.generate import SIZES, generate

FACTORIES = {
    "product": "benchmarks.matching.product:bench_factory",
    "spans": "benchmarks.matching.product:findings_factory",
    "translit": "benchmarks.matching.product:translit_factory",
    "standin": "benchmarks.matching.engines:Standin",
    "hyperscan": "benchmarks.matching.engines:Hyperscan",
    "naive": "benchmarks.matching.engines:Naive",
}
EXACT = ("product", "spans", "standin", "hyperscan")
"""Engines that must meet the same rules; `translit` finds more by design, and `naive` by mistake."""

WARM = 3  # slices that are read before any is timed


class Cell(NamedTuple):
    """One engine on documents of one size with so many rules: documents a second in each round, rules met in one."""

    rules: int
    size: int
    engine: str
    paces: tuple[float, ...]
    met: float


class Readiness(NamedTuple):
    """One engine with so many rules: what it took to build it, and how its matches differ from the first engine's."""

    rules: int
    engine: str
    built: Built
    surplus: int
    missing: int


def main() -> int:
    """Run the benchmark, print its tables; 1 if engines that must agree do not."""
    asked = _asked()
    folder = asked.data or Path(tempfile.gettempdir()) / f"vigie-bench-{asked.seed}-{max(asked.rules)}"
    if not (folder / "rules.jsonl").exists():
        print(f"documents and rules are made in {folder}", flush=True)
        generate(folder, asked.seed, max(asked.rules))
    cells: list[Cell] = []
    readiness: list[Readiness] = []
    for count in asked.rules:
        contenders = [Contender(name, FACTORIES.get(name, name), folder, count) for name in asked.engines]
        readiness += _compared(contenders, count, asked)
        for size in asked.sizes:
            cells += _raced(contenders, count, size, asked)
            print(f"{count:,} rules, {size:,} words: done", flush=True)
        for contender in contenders:
            contender.end()
    print(tables(cells, readiness, asked.engines))
    return int(any(one.surplus or one.missing for one in readiness if one.engine in EXACT))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    engines = list(FACTORIES)
    parser.add_argument("--engines", type=_listed, default=engines, help=f"of {','.join(engines)} or module:factory")
    parser.add_argument(
        "--rules", type=_numbers, default=[10, 100, 1_000, 10_000, 100_000], help="how many, each in turn"
    )
    parser.add_argument("--sizes", type=_numbers, default=list(SIZES), help="words of a document")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="processor time of an engine in a round, at most")
    parser.add_argument("--check", type=int, default=60, help="documents whose matches are compared")
    parser.add_argument("--seed", default="2026")
    parser.add_argument("--data", type=Path, help="folder of the documents and rules, made if they are not there")
    return parser.parse_args()


def _listed(text: str) -> list[str]:
    return text.split(",")


def _numbers(text: str) -> list[int]:
    return [int(number.replace("_", "")) for number in text.split(",")]


def _compared(contenders: list[Contender], count: int, asked: argparse.Namespace) -> list[Readiness]:
    """Hold the matches of all engines against those of the first."""
    found = {one.name: one.met(Slice(asked.sizes[0], 0, asked.check)) for one in contenders}
    first = found[contenders[0].name]
    return [
        Readiness(
            count,
            one.name,
            one.built,
            sum(len(met - truth) for met, truth in zip(found[one.name], first, strict=True)),
            sum(len(truth - met) for met, truth in zip(found[one.name], first, strict=True)),
        )
        for one in contenders
    ]


def _raced(contenders: list[Contender], count: int, size: int, asked: argparse.Namespace) -> list[Cell]:
    """Let all engines read the same slices, in turns."""
    step = SIZES[size] // (asked.rounds + WARM)
    slices = [Slice(size, number * step, (number + 1) * step) for number in range(asked.rounds + WARM)]
    for one in contenders:
        for warming in slices[:WARM]:
            one.timed(warming, asked.seconds)
    paces: dict[str, list[Pace]] = {one.name: [] for one in contenders}
    for timed in slices[WARM:]:
        for one in contenders:
            paces[one.name].append(one.timed(timed, asked.seconds))
    return [
        Cell(
            count,
            size,
            name,
            tuple(pace.documents / pace.seconds for pace in of_rounds),
            sum(pace.met for pace in of_rounds) / sum(pace.documents for pace in of_rounds),
        )
        for name, of_rounds in paces.items()
    ]


def tables(cells: list[Cell], readiness: list[Readiness], engines: list[str]) -> str:
    """Lay the results out in Markdown."""
    reference = "standin" if "standin" in engines else engines[0]
    return "\n\n".join(
        (
            f"### Documents a second, and how that compares to {reference}",
            _speed(cells, engines, reference),
            "### Cost of a document by number of rules, in µs (and against the fewest rules)",
            _cost(cells, engines),
            "### Made ready: seconds / MiB / matches against the first engine's, +surplus -missing",
            _ready(readiness, engines),
        )
    )


def _speed(cells: list[Cell], engines: list[str], reference: str) -> str:
    by_place = {(cell.rules, cell.size, cell.engine): cell for cell in cells}
    ratios: dict[str, list[float]] = {engine: [] for engine in engines}
    rows = []
    for rules, size in dict.fromkeys((cell.rules, cell.size) for cell in cells):
        row = [f"{rules:,}", f"{size:,}", f"{by_place[rules, size, engines[0]].met:.1f}"]
        for engine in engines:
            cell = by_place[rules, size, engine]
            ratios[engine].append(_ratio(cell, by_place[rules, size, reference]))
            row.append(f"{median(cell.paces):,.0f} ({ratios[engine][-1]:.2f}x)")
        rows.append(row)
    mean = [f"{exp(sum(map(log, ratios[engine])) / len(rows)):.2f}x" for engine in engines]
    least = [f"{min(ratios[engine]):.2f}x" for engine in engines]
    rows += [["geometric mean", "", "", *mean], ["least", "", "", *least]]
    return _table(["rules", "words", "rules met", *engines], rows)


def _ratio(cell: Cell, reference: Cell) -> float:
    return median(one / other for one, other in zip(cell.paces, reference.paces, strict=True))


def _cost(cells: list[Cell], engines: list[str]) -> str:
    costs = {(cell.size, cell.rules, cell.engine): 1e6 / median(cell.paces) for cell in cells}
    fewest = min(cell.rules for cell in cells)
    rows = [
        [f"{size:,}", f"{rules:,}"]
        + [
            f"{costs[size, rules, one]:,.0f} ({costs[size, rules, one] / costs[size, fewest, one]:.1f}x)"
            for one in engines
        ]
        for size, rules in sorted({(cell.size, cell.rules) for cell in cells})
    ]
    return _table(["words", "rules", *engines], rows)


def _ready(readiness: list[Readiness], engines: list[str]) -> str:
    by_place = {
        (
            one.rules,
            one.engine,
        ): f"{one.built.seconds:.2f} / {one.built.memory / 2**20:.0f} / +{one.surplus} -{one.missing}"
        for one in readiness
    }
    counts = dict.fromkeys(one.rules for one in readiness)
    return _table(["rules", *engines], [[f"{rules:,}", *(by_place[rules, one] for one in engines)] for rules in counts])


def _table(heads: list[str], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    raise SystemExit(main())
