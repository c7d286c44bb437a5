"""From YAML to ready: how long a folder of so many rules takes, and how much memory.

    .venv/bin/python benchmarks/rulebook.py --rules 100 1000 10000 --runs 5

Writes a folder for each size (one file of rules for each 500; a fifth as many entities with names in Latin, Cyrillic,
Arabic and Chinese; `near`, `none_of`, `not_in`, regular expressions, weak names; examples for three rules of ten), then
reads each in fresh processes, the sizes in turns, and prints the medians:

    read      YAML to book, without examples, as every worker does
    compile   book to matcher
    check     YAML to book with all examples run, as `vigie check` and the clock do before a change goes live
    MiB       the most memory that a worker's way (read, compile) took beyond what the program takes without rules

The seconds are the processor's: all of it happens in one thread, and other work on the machine does not count.
Source of the mix: an analyst's folder as in docs/rules.md; every name is invented, the same for the same seed.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import process_time

from monitor.core.match import Matcher
from monitor.rulebook import read, sources_of, uncollected

PER_FILE = 500
_LATIN = "ba ke li mo nu ra se ti vo zu da fe gi jo pu cha ler nov ski tan bre dor gal mir"
_RUSSIAN = "ба ке ли мо ну ра се ти во зу да фе ги жо пу ча лер нов ски тан бре дор гал мир"
_ARAB = "با كي لي مو نو را سي تي فو زو دا في جي جو بو"
SYLLABLES, CYRILLIC, ARABIC = _LATIN.split(" "), _RUSSIAN.split(" "), _ARAB.split(" ")
CHINESE = "巴克利莫努拉塞蒂沃祖达费吉约普察莱诺斯坦布多加米尔"


def word(chance: random.Random, syllables: list[str] = SYLLABLES) -> str:
    """Invent a word."""
    return "".join(chance.choices(syllables, k=chance.randint(2, 4)))


def entities(count: int, chance: random.Random) -> Iterator[str]:
    """Write the entities of a folder, a line or a few each."""
    yield "vigie: entities/1"
    for number in range(count):
        first, last = word(chance).title(), word(chance).title()
        kind = chance.choice(["person", "person", "org", "place", "thing"])
        yield f"e{number}:\n  name: {first} {last}\n  type: {kind}"
        russian = f"{word(chance, CYRILLIC).title()} {word(chance, CYRILLIC).title()}"
        chinese = "".join(chance.choices(CHINESE, k=chance.randint(3, 5)))
        latin = f"fr: [{last}é {first}], en: [{first} {word(chance).title()}], de: [{word(chance).title()} {last}]"
        arab = f"{word(chance, ARABIC)} {word(chance, ARABIC)}"
        yield f"  names: {{{latin}, ru: [{russian}], ar: [{arab}], zh: [{chinese}]}}"
        if number % 5 == 0:
            company = f"$e{chance.randrange(count)}, {word(chance)}, {word(chance)}ment*"
            yield f"  weak: {{names: [{last}], with: [{company}]}}"
        if number % 3 == 0:
            yield f"  never: [{word(chance)} {last}, {last} {word(chance).title()}]"


def rules(first: int, count: int, known: int, chance: random.Random) -> Iterator[str]:
    """Write one file of rules."""
    yield "vigie: rules/1\nowner: desk\ndefaults: {severity: normal, send: [desk]}"
    for number in range(first, first + count):
        a, b = chance.randrange(known), chance.randrange(known)
        said, phrase = word(chance), f"{word(chance)} {word(chance)}"
        yield f"rule-{number}:\n  title: Alerte {number}, {phrase}"
        yield f"  any_of: [$e{a}, $e{b}, {said}, {phrase}, {word(chance)}tion*]"
        if number % 3 == 0:
            yield f"  near: {{within: 10, any_of: [$e{chance.randrange(known)}, {word(chance)}, {word(chance)}]}}"
        if number % 5 == 0:
            yield f"  none_of: [{word(chance)}, {word(chance)} {word(chance)}]"
        if number % 7 == 0:
            yield "  not_in: {topic: [sport, culture], language: [it]}"
        if number % 50 == 0:
            yield f"  all_of: ['/\\b[0-9]+ ({word(chance)}|{word(chance)})s?\\b/']"
        elif number % 10 in {1, 2, 4} and number % 3:
            yield f"  examples:\n    match:\n      - Hier [[{said.title()}]] a rencontré la presse à Genève."
            yield f"      - On a vu ({phrase.upper()}) devant le siège, dit l'agence.\n    no_match: [Rien de tel ici.]"


ROUTES = """vigie: routes/1
channels: {here: {address: terminal}}
routes:
  desk: {to: [here], when: at once}
  fallback: {to: [here], when: at once}
  operator: {to: [here], when: at once}
"""


def write(folder: Path, count: int, seed: int) -> None:
    """Write a folder of so many rules."""
    chance = random.Random(seed)
    known = max(2, count // 5)
    (folder / "entities.yaml").write_text("\n".join(entities(known, chance)) + "\n", encoding="utf-8")
    (folder / "routes.yaml").write_text(ROUTES, encoding="utf-8")
    for first in range(0, count, PER_FILE):
        lines = "\n".join(rules(first, min(PER_FILE, count - first), known, chance))
        (folder / f"rules-{first // PER_FILE}.yaml").write_text(lines + "\n", encoding="utf-8")


def measure(folder: Path, way: str) -> dict[str, float]:
    """Read a folder once, in this process."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sources = sources_of(folder)
    begun = process_time()
    reading = read(sources, examples=way == "check")
    done = process_time()
    if reading.book is None:
        sys.exit("\n".join(map(str, reading.errors[:9])))
    if way == "check":
        return {"check": done - begun}
    with uncollected():
        Matcher(reading.book)
    ready = process_time()
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"read": done - begun, "compile": ready - done, "ready": ready - begun, "MiB": (after - before) / 1024}


def main() -> None:
    """Write the folders, read them in turns, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, nargs="+", default=[100, 1_000, 10_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        sys.stdout.write(json.dumps(measure(Path(asked.measure[0]), asked.measure[1])))
        return
    with tempfile.TemporaryDirectory(prefix="rulebook-") as scratch:
        found: dict[int, dict[str, list[float]]] = {}
        for count in asked.rules:
            (Path(scratch) / str(count)).mkdir()
            write(Path(scratch) / str(count), count, asked.seed)
        for _ in range(asked.runs):
            for count in asked.rules:
                for way in ("worker", "check"):
                    command = [sys.executable, __file__, "--measure", str(Path(scratch) / str(count)), way]
                    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                    for name, figure in told.items():
                        found.setdefault(count, {}).setdefault(name, []).append(figure)
        print(f"{'rules':>8}" + "".join(f"{name:>10}" for name in ("read", "compile", "ready", "check", "MiB")))
        for count, figures in found.items():
            row = "".join(f"{median(figures[name]):10.2f}" for name in ("read", "compile", "ready", "check"))
            print(f"{count:8,}{row}{median(figures['MiB']):10.0f}")


if __name__ == "__main__":
    main()
