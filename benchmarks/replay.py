"""How long a replay takes: one rule, and a changed folder of 100 rules, over 100,000 entries that a ledger holds.

    .venv/bin/python benchmarks/replay.py [--entries 100000] [--ledger URL]

A temporary ledger is filled with made-up entries of 60 to 150 words in French, English, Russian and German, in which
names stand as often as in a live blog on the subject. Measured are the replay itself, as `vigie replay` calls it, and
the whole command. With --ledger it is a database that is there and empty, as postgresql://USER@HOST/NAME.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.feed import Feed, Validators
from monitor.core.hindsight.affected import narrowed
from monitor.ledger import Ledger
from monitor.ledger.migrations import migrate
from monitor.replay import Window, forecast, look_back
from monitor.rulebook import read

AGES = timedelta(days=9999)
DOCUMENT = 500
RULES = 100

COMMON = {
    "fr": "le la les un une de des du à au en et que qui dans pour sur avec par plus selon après mais ne pas il a été",
    "en": "the a of to in and that for on with as by from at after but not it has been said will would which were this",
    "ru": "в на и что по с не к у из за о от для как он это его после при но был была будет также все еще уже или",
    "de": "der die das ein eine von zu in und dass für auf mit als nach bei aber nicht es hat ist war wird sich auch",
}
RARE = {
    "fr": "négociat ministr sécurit frontièr président gouvernement diplomat armé européen russe accord déclarat réun",
    "en": "negotiat minist secur border president govern diplomat force europ agreement statement meet troop offic",
    "ru": "переговор министр безопасност границ президент правительств дипломат войск европейск соглашени заявлени",
    "de": "verhandl minister sicherheit grenz präsident regier diplomat truppen europä abkommen erklär treffen",
}
ENDINGS = {"fr": "e es ion ions eur ique", "en": "e ed ing ion er s", "ru": "а ы ов ом ами ский", "de": "e en ung er t"}
PEOPLE = (
    "Riabkov Sherman Lavrov Blinken Stoltenberg Zelensky Macron Scholz Borrell Poutine Kuleba Nuland Grouchko Marin",
    "Sullivan Patrouchev Peskov Zakharova Baerbock Kallas Duda Kaljulaid Niinistö Andersson Orban Erdogan Aliev",
    "Рябков Шерман Лавров Блинкен Столтенберг Зеленский Песков Захарова Грушко Салливан Патрушев Кулеба",
)
PLACES = (
    "Genève Bruxelles Vienne Moscou Kiev Donetsk Minsk Otan OSCE Washington Berlin Varsovie Riga Tallinn Helsinki",
    "Odessa Kharkiv Marioupol Crimée Tbilissi Nur-Sultan Almaty Bakou Erevan Ankara Budapest Bucarest Sofia",
    "Женева НАТО Москва Киев Брюссель Вена Минск Донецк Харьков Одесса Вашингтон Берлин",
)
"""The last line is for texts in Russian."""


def vocabulary(language: str, chance: random.Random) -> list[str]:
    """Make up 5,000 words, the common ones first."""
    stems, endings = RARE[language].split(), ENDINGS[language].split()
    letters = "абвгдеиклмнопрстуя" if language == "ru" else "abcdefghilmnoprstuv"
    made = {"".join(chance.choices(letters, k=chance.randint(3, 9))) + chance.choice(endings) for _ in range(5_000)}
    return COMMON[language].split() + [stem + ending for stem in stems for ending in endings] + sorted(made)


def entries(count: int, seed: int = 1) -> Iterator[Entry]:
    """Make up entries, one a minute or so."""
    chance = random.Random(seed)
    words = {language: vocabulary(language, chance) for language in COMMON}
    weights = {
        language: list(accumulate(1 / (rank + 3) for rank in range(len(some)))) for language, some in words.items()
    }
    began = datetime.now(UTC) - timedelta(days=20)
    for number in range(count):
        language = chance.choice(["fr", "fr", "en", "en", "ru", "de"])
        text = chance.choices(words[language], cum_weights=weights[language], k=chance.randint(60, 150))
        for names, often in ((PEOPLE, 0.05), (PLACES, 0.1)):
            if chance.random() < often:
                text[chance.randrange(len(text))] = chance.choice(
                    (names[-1] if language == "ru" else " ".join(names[:-1])).split()
                )
        title = " ".join(text[:9]).capitalize()
        at = began + number * timedelta(days=20) / count
        link = f"https://example.org/{language}/{number}"
        yield Entry(language, f"e{number}", title, " ".join(text[9:]), link, language=language, published=at)


def fill(ledger: Ledger, count: int) -> None:
    """Record entries as a poller would, and mark them matched."""
    waiting: dict[str, list[Entry]] = {language: [] for language in COMMON}
    feeds = {name: Feed(name, f"https://example.org/{name}", backfill=AGES, max_age=AGES) for name in COMMON}
    for entry in entries(count):
        waiting[entry.feed].append(entry)
        if len(waiting[entry.feed]) == DOCUMENT:
            record(ledger, feeds[entry.feed], waiting[entry.feed])
    for name, some in waiting.items():
        record(ledger, feeds[name], some)


def record(ledger: Ledger, feed: Feed, some: list[Entry]) -> None:
    """Record a document, and that no rule was met."""
    if some:
        at = max(entry.published or datetime.now(UTC) for entry in some)
        recorded = ledger.record_poll(feed, tuple(some), Validators(), at)
        ledger.record_match(dict.fromkeys(recorded.unmatched, ()), 1, at)
        some.clear()


ENTITIES = """vigie: entities/1
riabkov: {name: Sergueï Riabkov, type: person, names: {fr: [Riabkov], ru: [Рябков]}}
otan: {name: Otan, type: org, names: {en: [NATO], ru: [НАТО]}}
geneve: {name: Genève, type: place, names: {en: [Geneva], de: [Genf], ru: [Женева]}}
"""
FEEDS = "vigie: feeds/1\n" + "".join(
    f"{name}: {{url: 'https://example.org/{name}', language: {name}}}\n" for name in COMMON
)
ONE = """vigie: rules/1
geneva-talks: {any_of: [$riabkov], near: {within: 40, any_of: [$otan, $geneve, négociat*, переговор*]}, once_per: entry}
"""


def folder(within: int) -> dict[str, str]:
    """Write 100 rules, each of a person or a place near words of a subject."""
    people, places = (" ".join(names).split() for names in (PEOPLE, PLACES))
    stems = " ".join(RARE.values()).split()
    entities = "".join(f"p{n}: {{name: {name}, type: person}}\n" for n, name in enumerate(people))
    rules = "".join(
        f"rule-{n}: {{any_of: [$p{n % len(people)}, {places[n % len(places)]}], once_per: 1h, "
        f"near: {{within: {within}, any_of: [{stems[n % len(stems)]}*, {stems[n * 7 % len(stems)]}*]}}}}\n"
        for n in range(RULES)
    )
    written = {"people": f"vigie: entities/1\n{entities}", "rules": f"vigie: rules/1\n{rules}"}
    return {"feeds.yaml": FEEDS, **{f"{name}.yaml": text for name, text in written.items()}}


def book(sources: dict[str, str]) -> Book:
    """Read what must be without faults."""
    reading = read(sources)
    assert reading.book is not None, reading.errors
    return reading.book


def timed(name: str, most: float, work: Callable[[], str]) -> None:
    """Run some work three times; print the shortest, and what it came to. Busy is what it took of a processor."""
    taken = []
    for _ in range(3):
        began, busy = perf_counter(), sum(os.times()[:4])
        said = work()
        taken.append((perf_counter() - began, sum(os.times()[:4]) - busy))
    wall, cpu = (min(column) for column in zip(*taken, strict=True))
    print(f"{name:<40} busy {cpu:5.2f} s, wall {wall:5.2f} s (to be reached: {most:g} s)  {said}", flush=True)


def command(url: str, rules: Path, *words: str) -> str:
    """Run the whole command."""
    environment = {**os.environ, "VIGIE_DATABASE_URL": url, "VIGIE_RULES_DIR": str(rules)}
    done = subprocess.run(
        [sys.executable, "-m", "monitor", "replay", *words, "--since", "30d"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()[0].partition(" in ")[0].rpartition(":")[2]


def write(sources: dict[str, str], at: Path) -> Path:
    """Write a rules folder."""
    at.mkdir()
    for name, text in sources.items():
        (at / name).write_text(text)
    return at


def measure(url: str, count: int, work: Path) -> None:
    """Fill a ledger, and measure both replays."""
    migrate(url)
    window = Window(datetime.now(UTC) - timedelta(days=30), datetime.now(UTC), None, 3)
    with closing(Ledger.open(url)) as ledger:
        began = perf_counter()
        fill(ledger, count)
        print(f"{count} entries recorded in {perf_counter() - began:.0f} s")
        one = {"entities.yaml": ENTITIES, "feeds.yaml": FEEDS, "one.yaml": ONE}
        single = narrowed(book(one), ["geneva-talks"])
        old, new = folder(20), folder(30)
        before, after = book(old), book(new)

        def plan() -> str:
            found = forecast(ledger, before, after, window)
            return f"{len(found.affected)} rules: +{found.plan.added} -{found.plan.removed}"

        timed("one rule", 1, lambda: f"{look_back(ledger, single, window).plan.added} alerts")
        timed(f"a folder of {RULES} changed rules", 15, plan)
        print(f"memory at most {getrusage(RUSAGE_SELF).ru_maxrss // 1024} MB")
    rules, changed = write(one, work / "one"), write(new, work / "new")
    against = write(old, work / "old")
    timed("vigie replay geneva-talks, whole command", 1, lambda: command(url, rules, "geneva-talks"))
    timed(
        "vigie replay new/ --against old", 15, lambda: command(url, changed, f"{changed}/", "--against", str(against))
    )


def main() -> None:
    """Measure on a temporary SQLite file, or on the database that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--ledger", default="", help="an empty database; default: a temporary SQLite file")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vigie-replay-") as temporary:
        work = Path(temporary)
        measure(asked.ledger or f"sqlite:///{work / 'ledger.sqlite'}", asked.entries, work)


if __name__ == "__main__":
    main()
