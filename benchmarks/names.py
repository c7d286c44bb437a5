"""How many spellings of known names are found, given one, and how many ordinary words are taken for names.

    python benchmarks/names.py [NAMES.jsonl]

Each entity of the list is in a book under one spelling alone, with `variants: translit`; each other spelling is a text
that the matcher reads. Then it reads the 100,000 commonest words of six languages, each with a capital; for these it
needs wordfreq, which the project does not: pip install wordfreq==3.1.1. Without a list the project's own is taken.

A word that is found is no false one if it is a spelling in the list, or a case form or an adjective of one: if it goes
on, from the stem of one of the entity's own forms in Cyrillic, with an ending of its language (see ENDINGS).
"""

import argparse
import importlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.naming.names import outlines
from monitor.core.rule import Entity, Rule, Term
from monitor.core.text import normal

OWN = Path(__file__).parents[1] / "tests" / "core" / "cases" / "names.jsonl"
LANGUAGES = ("fr", "en", "de", "es", "ru", "uk")
KINDS = ("latin", "cyrillic", "inflected", "aliases")
WORDS = 100_000
READ_AT_ONCE = 150  # words in one text: fewer than a finding has places for

ENDINGS = {
    "ru": "а у ом ым е ы и о ой ою я ю ем ём ей ью ов ам ами ах ого ому им ый ий ая ую ое ые ых ыми их ими",
    "uk": "а у ом им і и о ою я ю ем єм ей ю ові еві єві ів ам ами ах ого ому ий е ої ій их ими ьою",
}
ADJECTIVES = ("", "ск", "ськ", "івськ", "овск", "евск")
INDECLINABLE = {"ru": ("ко", "и", "у", "э"), "uk": ("и", "і", "у", "е")}


@dataclass(frozen=True)
class Name:
    """One line of a list: the spelling that is given, and all others by kind."""

    given: str
    person_or_place: bool
    spellings: dict[str, tuple[str, ...]]

    @property
    def own(self) -> set[str]:
        """Give all its spellings, folded."""
        return {normal(spelling) for some in self.spellings.values() for spelling in (self.given, *some)}


def read(path: Path) -> tuple[Name, ...]:
    """Read a list: this project's form, or lines of `canonical` and `variants`."""
    rows = map(json.loads, path.read_text().splitlines())
    return tuple(_their(row) if "canonical" in row else _our(row) for row in rows)


def _our(row: dict[str, Any]) -> Name:  # JSON
    spellings = {kind: tuple(row.get(kind, ())) for kind in KINDS}
    return _name(row["name"], row["type"] in {"person", "place"}, spellings)


def _their(row: dict[str, Any]) -> Name:  # JSON
    spellings: dict[str, tuple[str, ...]] = dict.fromkeys(KINDS, ())
    for variant in row["variants"]:
        spellings[_kind(variant)] += (variant["v"],)
    return _name(row["canonical"], row["kind"] in {"per", "pla"}, spellings)


def _name(given: str, person_or_place: bool, spellings: dict[str, tuple[str, ...]]) -> Name:  # noqa: FBT001 - as read
    distinct = {kind: tuple(dict.fromkeys(some)) for kind, some in spellings.items()}
    return Name(given, person_or_place, {**distinct, "latin": tuple(dict.fromkeys((given, *distinct["latin"])))})


def _kind(variant: dict[str, Any]) -> str:  # JSON
    if variant["rel"] != "translit" or variant["lang"] in {"ar", "zh"}:
        return "aliases"
    if variant["inflected"]:
        return "inflected"
    return "cyrillic" if variant["lang"] in {"ru", "uk"} else "latin"


def matcher(names: Iterable[Name]) -> Matcher:
    """Put each name into a book, alone, with a rule that asks for it."""
    given = {f"n{number}": name.given for number, name in enumerate(names)}
    entities = {key: Entity(key, name, "person", variants="translit") for key, name in given.items()}
    rules = {key: Rule(key, any_of=(Term(f"${key}", "entity", key),)) for key in given}
    return Matcher(Book(entities=entities, rules=rules))


def hits(reader: Matcher, text: str) -> Iterator[tuple[int, str, str]]:
    """Give for each hit in a text the number of the name, what stands there and how it was found."""
    for finding in reader.findings(Entry(feed="f", identity="i", title="", text=text)):
        yield from ((int(finding.rule[1:]), hit.text, hit.how) for hit in finding.hits)


def recall(names: tuple[Name, ...], reader: Matcher) -> None:
    """Print how many spellings are found, by kind, and which are not."""
    asked, met = Counter[str](), Counter[str]()
    missed: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for number, name in enumerate(names):
        for kind, spelling in ((kind, one) for kind, some in name.spellings.items() for one in some):
            if kind == "inflected" and not name.person_or_place:
                continue
            asked[kind] += 1
            if any(found == number for found, _, _ in hits(reader, spelling)):
                met[kind] += 1
            else:
                missed[kind].append(f"{name.given}/{spelling}")
    for kind in KINDS:
        print(f"{kind:10} {met[kind]:4} of {asked[kind]:4}  {100 * met[kind] / max(1, asked[kind]):5.1f} %")
    for kind in KINDS[:3]:
        print(f"missed, {kind}: {', '.join(missed[kind])}")


def false_words(names: tuple[Name, ...], reader: Matcher) -> None:
    """Print for each language how many words are taken for a name in another spelling, per name, and which."""
    try:
        wordfreq = importlib.import_module("wordfreq")
    except ModuleNotFoundError:
        sys.exit("the false words need wordfreq: pip install wordfreq==3.1.1")
    for language in LANGUAGES:
        words = [word.title() for word in wordfreq.top_n_list(language, WORDS)]
        texts = (". ".join(words[at : at + READ_AT_ONCE]) for at in range(0, len(words), READ_AT_ONCE))
        found = [(number, word) for text in texts for number, word, how in hits(reader, text) if how != "exact"]
        other = [(number, word) for number, word in found if normal(word) not in names[number].own]
        false = [(number, word) for number, word in other if not is_own_form(names[number], word, language)]
        listed = ", ".join(f"{names[number].given} <- {word}" for number, word in false)
        print(f"{language}: {len(false) / len(names):.2f} a name, and {len(other) - len(false)} own forms: {listed}")


def is_own_form(name: Name, word: str, language: str) -> bool:
    """Tell a case form or an adjective of a name's own forms in Cyrillic."""
    forms = [normal(form) for kind in ("cyrillic", "aliases") for form in name.spellings[kind]]
    plural = any(form.endswith("ы") for form in forms)
    declined = (form for form in forms if plural or not form.endswith(INDECLINABLE.get(language, ())))
    return any(_is_form(normal(word), form, ENDINGS.get(language, "").split()) for form in declined)


def _is_form(word: str, form: str, endings: list[str]) -> bool:
    stem = form.rstrip("аяоийьыіеї")
    stems = {stem, re.sub("[іи]в$", "ов", stem), re.sub("[іи]в$", "єв", stem), re.sub("[іи]в$", "ев", stem)}
    begun = (some + adjective for some in stems if len(some) > 2 for adjective in ADJECTIVES)
    return any(word.startswith(start) and word.removeprefix(start) in ("", *endings) for start in begun if endings)


def main() -> None:
    """Read a list and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="?", type=Path, default=OWN)
    names = read(parser.parse_args().names)
    counts = sorted((len(outlines(name.given)), name.given) for name in names)
    print(f"{len(names)} names; outlines: median {median(count for count, _ in counts)}, most {counts[-1]}")
    reader = matcher(names)
    recall(names, reader)
    false_words(names, reader)


if __name__ == "__main__":
    main()
