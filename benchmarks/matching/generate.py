"""Documents and rules of real words: byte for byte the same for one seed and one version of wordfreq.

    document  {"id": .., "size": words, "text": ..}
    rule      {"id": .., "expr": ..}; an expression is one of
              {"term": "Emmanuel Macron"}  {"prefix": "elect"}  {"or": [..]}  {"and": [.., {"not": ..}]}
              {"near": [a, b], "within": 5}: b is among the five words before a, or among the five behind it

Words come with their frequencies in French, English and Russian; persons are made up of them and spoken of under
Zipf's law, by any of five names.
"""

import json
from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from wordfreq import top_n_list, word_frequency

Json = Mapping[str, Any]  # as it stands in the files

SHARES = {"fr": 0.4, "en": 0.4, "ru": 0.2}
SIZES = {100: 8_000, 500: 6_000, 3_000: 1_200}
"""Words of a document, and how many documents have so many."""

SAMPLE = 300
"""Documents of 500 words that tell engines which words are rare; they are never timed."""

VOCABULARY = PERSONS = 30_000
GIVEN, FAMILY, KEYWORDS = slice(2_000, 9_000), slice(6_000, None), (1_500, 28_000)
"""By rank of frequency: words that make given names, family names, and keywords of rules."""

LONG = 4  # letters that a name or a keyword has at least: shorter words stand in nearly every text
NAMED, NUMBERS, ELIDED, HYPHENED, COMMAS, QUOTED = 0.03, 0.015, 0.2, 0.015, 0.06, 0.02  # shares of words
SENTENCE = (8, 25)
VOWELS = frozenset("aeiouyéèêàâîôûh")


class Tongue:
    """One language: its words, and its persons."""

    def __init__(self, language: str, seed: str) -> None:
        rnd = Random(f"{seed}-{language}")
        listed = [word for word in top_n_list(language, 2 * VOCABULARY) if word.isalpha()][:VOCABULARY]
        self.language = language
        self.words = [word for word in listed if language != "ru" or "\u0400" <= word[0] <= "\u04ff"]
        self.persons = self._people(rnd, round(PERSONS * SHARES[language]))
        self._frequencies = list(accumulate(word_frequency(word, language) for word in self.words))
        self._fame = list(accumulate((rank + 5) ** -0.9 for rank in range(len(self.persons))))

    def _people(self, rnd: Random, count: int) -> list[tuple[str, ...]]:
        given = [word.capitalize() for word in rnd.sample(self._long(GIVEN), 400)]
        family = self._long(FAMILY)
        people: dict[tuple[str, str], tuple[str, ...]] = {}
        while len(people) < count:
            first, last = rnd.choice(given), rnd.choice(family).capitalize()
            office, vowel = f"{rnd.choice(given)} {rnd.choice(family)}", rnd.choice("aeiou")
            names = (f"{first} {last}", f"{first[0]} {last}", f"{office} {last}", f"{last} {first}", last + vowel)
            people.setdefault((first, last), names)
        return list(people.values())

    def _long(self, ranks: slice) -> list[str]:
        return [word for word in self.words[ranks] if len(word) >= LONG]

    def word(self, rnd: Random) -> str:
        """Draw a word as often as people write it."""
        return self.words[_place(rnd, self._frequencies)]

    def name(self, rnd: Random) -> str:
        """Draw a person as often as it is spoken of, and one of its names."""
        return rnd.choices(self.persons[_place(rnd, self._fame)], (6, 1, 1, 1, 3))[0]

    def keyword(self, rnd: Random) -> str:
        """Draw a word for a rule: from each tenfold of ranks equally often."""
        least, most = KEYWORDS
        while True:
            word = self.words[min(int(least * (most / least) ** rnd.random()), len(self.words) - 1)]
            if len(word) >= LONG:
                return word


def _place(rnd: Random, sums: list[float]) -> int:
    return min(bisect(sums, rnd.random() * sums[-1]), len(sums) - 1)


def _text(rnd: Random, tongue: Tongue, size: int) -> str:
    words: list[str] = []
    count = 0
    while count < size:
        sentence = [_punctuated(rnd, tongue, _written(rnd, tongue)) for _ in range(rnd.randint(*SENTENCE))]
        first = sentence[0]
        sentence[0], sentence[-1] = first[:1].upper() + first[1:], sentence[-1].rstrip(",") + rnd.choice("....!?")
        words += sentence
        count += sum(word.count(" ") + 1 for word in sentence)
    return " ".join(words)


def _written(rnd: Random, tongue: Tongue) -> str:
    """Write one word, number or name as it stands in running text."""
    chance = rnd.random()
    if chance < NAMED:
        return tongue.name(rnd)
    if chance < NAMED + NUMBERS:
        return str(rnd.randint(2, 2030))
    word = tongue.word(rnd)
    if tongue.language == "fr" and word[0] in VOWELS and rnd.random() < ELIDED:
        return rnd.choice(("l’", "d’", "qu'", "l'", "n’")) + word
    return f"{word}-{tongue.word(rnd)}" if rnd.random() < HYPHENED else word


def _punctuated(rnd: Random, tongue: Tongue, word: str) -> str:
    chance = rnd.random()
    if chance < COMMAS:
        return f"{word},"
    if chance > COMMAS + QUOTED:
        return word
    return f"“{word}”" if tongue.language == "en" else f"« {word} »"


def _documents(rnd: Random, tongues: list[Tongue], size: int, count: int) -> Iterator[Json]:
    for number in range(count):
        tongue = rnd.choices(tongues, tuple(SHARES.values()))[0]
        yield {"id": f"{size}-{number}", "size": size, "text": _text(rnd, tongue, size)}


def _rules(rnd: Random, tongues: list[Tongue], count: int) -> Iterator[Json]:
    for number in range(count):
        tongue = rnd.choices(tongues, tuple(SHARES.values()))[0]
        kind = rnd.choices((_names, _groups, _but_not, _near, _phrase), (60, 25, 10, 2.5, 2.5))[0]
        yield {"id": str(number), "expr": kind(rnd, tongue)}


def _names(rnd: Random, tongue: Tongue) -> Json:
    """Ask for a person by all names, or for one of five keywords."""
    is_person = rnd.random() < 0.75
    names = rnd.choice(tongue.persons) if is_person else tuple(tongue.keyword(rnd) for _ in range(5))
    return {"or": [{"term": name} for name in names]}


def _groups(rnd: Random, tongue: Tongue) -> Json:
    groups = [_alternatives(rnd, tongue, 2, 4) for _ in range(rnd.choice((2, 2, 3)))]
    if rnd.random() < 0.3:
        groups[0]["or"].append({"prefix": tongue.keyword(rnd)[:6]})
    return {"and": groups}


def _but_not(rnd: Random, tongue: Tongue) -> Json:
    return {"and": [_alternatives(rnd, tongue, 1, 4), {"not": _alternatives(rnd, tongue, 1, 3)}]}


def _near(rnd: Random, tongue: Tongue) -> Json:
    first = second = tongue.keyword(rnd)
    while second == first:
        second = tongue.keyword(rnd)
    return {"near": [first, second], "within": rnd.choice((3, 5, 10))}


def _phrase(rnd: Random, tongue: Tongue) -> Json:
    return {"term": f"{tongue.keyword(rnd)} {tongue.keyword(rnd)}"}


def _alternatives(rnd: Random, tongue: Tongue, least: int, most: int) -> Json:
    return {"or": [{"term": _asked(rnd, tongue)} for _ in range(rnd.randint(least, most))]}


def _asked(rnd: Random, tongue: Tongue) -> str:
    if rnd.random() < 0.55:
        return rnd.choice(tongue.persons)[rnd.choice((0, 0, 4))]
    return tongue.keyword(rnd)


def generate(folder: Path, seed: str, rules: int) -> None:
    """Write documents.jsonl, rules.jsonl and sample.jsonl into a folder; they are there whole or not at all."""
    tongues = [Tongue(language, seed) for language in SHARES]
    documents = (
        document
        for size, count in SIZES.items()
        for document in _documents(Random(f"{seed}-documents-{size}"), tongues, size, count)
    )
    _write(folder / "documents.jsonl", documents)
    _write(folder / "sample.jsonl", _documents(Random(f"{seed}-sample"), tongues, 500, SAMPLE))
    _write(folder / "rules.jsonl", _rules(Random(f"{seed}-rules"), tongues, rules))


def _write(file: Path, lines: Iterable[Json]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8") as to:
        to.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    unfinished.replace(file)
