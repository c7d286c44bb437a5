"""Real pages as text, made HTML again and read by a recipe: every entry of the live blog, and none of the article.

python benchmarks/seeds.py FOLDER

FOLDER holds 001*.txt, a live blog as its text, 000*.txt, an article of the same site, and seed2-entries.json, what the
live blog's entries are. The HTML is made here around the text: entries newest first, the card of a related article
within one of them, buttons, captions and the foot of the page around them. Exit code 1 if anything differs.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Recipe, Selector
from monitor.feeds import Fetched, read

ZONE = "Europe/Paris"
TIME = re.compile(r"[0-9]{2}:[0-9]{2} [0-9]{2}\.[0-9]{2}\.[0-9]{4}")
CAPTION = re.compile(r".* - Sputnik \w+, 1920, [0-9.]{10}")
FOOT = "Fil d’actu"
RECIPE = Recipe(
    entry=".live__item",
    time=Selector(".live__date", formats=("%H:%M %d.%m.%Y",)),
    title=Selector(".live__title"),
    text=Selector(".live__text"),
    drop=(".card", ".share"),
)
SEEN = datetime(2022, 1, 10, 21, 0, tzinfo=UTC)


def page(lines: Iterable[str]) -> str:
    """Make a page of a text: entries where it prints times, the rest as paragraphs around them."""
    before, entries, after = parts(lines)
    top = "".join(f"<figcaption>{escape(one)}</figcaption>" if CAPTION.match(one) else paragraph(one) for one in before)
    feed = "".join(map(item, entries))
    foot = "".join(f"<div>{escape(one)}</div>" for one in after)
    head = "<head><meta charset=utf-8><title>Direct</title><style>.live__item{margin:0}</style></head>"
    body = f"<body><header>{top}</header><main class=live>{feed}</main><footer>{foot}</footer></body>"
    return f"<!doctype html><html lang=fr>{head}{body}</html>"


def parts(lines: Iterable[str]) -> tuple[list[str], list[list[str]], list[str]]:
    """Cut a text into what is before the entries, the entries, and the foot."""
    before: list[str] = []
    after: list[str] = []
    entries: list[list[str]] = []
    into = before
    for line in (line.strip() for line in lines):
        if TIME.fullmatch(line):
            entries.append([])
            into = entries[-1]
        elif line == FOOT:
            into = after
        if line:
            into.append(line)
    return before, entries, after


def item(lines: list[str]) -> str:
    """Make an entry: its time, its title, its paragraphs, and the card of a related article where one stands."""
    time, title, *rest = lines
    card = next((at for at, line in enumerate(rest) if CAPTION.match(line)), len(rest))
    share = '<div class="share">S\'abonner<button>Copier le lien</button></div>'
    text = f'<div class="live__text">{"".join(map(paragraph, rest[:card]))}{related(rest[card:])}</div>'
    date = f'<div class="live__date">\n  {time[:5]}\n  <span>{time[6:]}</span></div>'
    return f'<article class="live__item">{date}<h3 class="live__title">{escape(title)}</h3>{text}{share}</article>\n'


def related(lines: list[str]) -> str:
    """Make the card of a related article: a caption, a rubric and a title."""
    if not lines:
        return ""
    caption, *words = lines
    image = f'<figure><img alt="{escape(caption)}"><figcaption>{escape(caption)}</figcaption></figure>'
    return f'<a class="card" href="/1">{image}{"".join(f"<span>{escape(one)}</span>" for one in words)}</a>'


def paragraph(line: str) -> str:
    """Make a paragraph, its first word in bold, as editors do."""
    first, _, rest = line.partition(" ")
    return f"<p><b>{escape(first)}</b> {escape(rest)}</p>" if rest else f"<p>{escape(line)}</p>"


def entries_of(text: str) -> tuple[Entry, ...]:
    """Read the page that is made of a text."""
    fetched = Fetched(page(text.splitlines()).encode(), "text/html", "", "", "https://example.org/live", SEEN)
    return read(fetched, Feed("seed", "https://example.org/live", "page", zone=ZONE, recipe=RECIPE))


def differences(found: tuple[Entry, ...], expected: list[dict[str, Any]]) -> Iterator[str]:
    """Say where what was found is not what the list says: number, time, title, text."""
    if len(found) != len(expected):
        yield f"{len(found)} entries, not {len(expected)}"
    for entry, said in zip(found, expected, strict=False):
        local = "" if entry.published is None else f"{entry.published.astimezone(ZoneInfo(ZONE)):%Y-%m-%dT%H:%M}"
        got = (local, entry.title, entry.text.split("\n") if entry.text else [])
        if got != (said["local"], said["title"], said["body"]):
            yield f"{said['n']}: {got} is not {(said['local'], said['title'], said['body'])}"


def main(folder: Path) -> int:
    """Read both seeds; print what was found."""
    (live,), (article,) = sorted(folder.glob("001*.txt")), sorted(folder.glob("000*.txt"))
    expected = json.loads((folder / "seed2-entries.json").read_text(encoding="utf-8"))["entries"]
    began = process_time()
    found = entries_of(live.read_text(encoding="utf-8"))
    took = process_time() - began
    wrong = list(differences(found, expected))
    exact = len(expected) - len(wrong)
    print(f"{live.name}: {len(found)} entries, {exact} of {len(expected)} exactly; {took * 1e3:.1f} ms")
    print(f"  identities: {len({entry.identity for entry in found})} different")
    for line in wrong:
        print(f"  {line}")
    try:
        none = len(entries_of(article.read_text(encoding="utf-8")))
        said = ""
    except ParseError as error:
        none, said = 0, f" ({error})"
    print(f"{article.name}: {none} entries{said}")
    return 1 if wrong or none else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
