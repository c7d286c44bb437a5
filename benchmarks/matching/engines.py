"""The peers of the product: each is made of rules and the frequencies of words, and tells which rules a text meets.

standin     what a fast matching core does and no more: fold, one Aho-Corasick scan, rules by their rarest words.
            No places in the original, no capitals, no scripts without word ends, no entities: the bound to be near to
hyperscan   the same, but Intel's Hyperscan scans
naive       `for rule in rules: if keyword in text`, as small bots do; it finds words inside others, too
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import hyperscan
import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

Expression = Mapping[str, Any]  # generate.py says of what shape

ALONE = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
LATIN = 0x024F  # beyond it no letter of the documents folds to several
PRIVATE = 0xE000  # what folds to several letters is a private character first
ABOUT = 20  # in how many documents of the sample a prefix stands of which nothing is known
NEVER = 1e18


class Engine(Protocol):
    """What the benchmark asks of the product and of its peers."""

    def match(self, text: str) -> Iterable[int]:
        """Give the numbers of the rules that a text meets."""


def _letters(char: str) -> str:
    if not char.isalnum():
        return " "
    if char in "йЙ":
        return "й"  # a letter of its own
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
    return "".join(ALONE.get(one, one) for one in decomposed if not unicodedata.combining(one))


def _table() -> tuple[NDArray[np.uint16], dict[str, str]]:
    table, several = np.full(0x10000, 0x20, np.uint16), {chr(PRIVATE): ""}
    for code in (*range(PRIVATE), *range(0xF900, 0x10000)):
        if not 0xD800 <= code < PRIVATE:
            letters = _letters(chr(code))
            if code > LATIN and (len(letters) != 1 or letters > "\uffff"):
                letters = chr(code)
            elif len(letters) != 1:
                several[chr(PRIVATE + len(several))] = letters
                letters = chr(PRIVATE + len(several) - 1)
            table[code] = ord(letters)
    table[[0xAD, 0x200B, 0x200C, 0x200D]] = PRIVATE
    return table, several


TABLE, SEVERAL = _table()


def folded(text: str) -> str:
    """Fold a text to words between single spaces, with one at either end; nothing tells where they stood."""
    codes = TABLE.take(np.frombuffer(f" {unicodedata.normalize('NFC', text)} ".encode("utf-16-le"), np.uint16))
    space = codes == 0x20
    space[1:] &= space[:-1].copy()
    space[0] = False
    kept: str = codes[~space].tobytes().decode("utf-16-le")
    if not text.isascii():
        for char, letters in SEVERAL.items():
            if char in kept:
                kept = kept.replace(char, letters)
    return kept


class Words:
    """The words of a folded text, parted only if some rule asks how far apart two are."""

    def __init__(self, text: str) -> None:
        self._text, self._words = text, list[str]()

    def near(self, first: str, second: str, within: int) -> bool:
        """Tell whether two words are so many or fewer places apart."""
        self._words = self._words or self._text.split()
        ones, others = ([at for at, word in enumerate(self._words) if word == one] for one in (first, second))
        return any(abs(one - other) <= within for one in ones for other in others)


class Source(NamedTuple):
    """An expression as Python, what looking it up will cost, and the terms without which it is not met."""

    text: str
    cost: float
    keys: frozenset[int]


def _pattern(leaf: Expression) -> str:
    return folded(leaf["prefix"]).rstrip() if "prefix" in leaf else folded(leaf["term"])


class Plan:
    """Rules made ready: which are met as soon as a term is there, and which are worth a look then."""

    def __init__(self, rules: Sequence[Expression], frequencies: Mapping[str, int]) -> None:
        self.frequencies = frequencies
        self.terms: dict[str, int] = {}
        self.predicates: list[Any] = []  # None where no predicate is needed
        direct: dict[int, list[int]] = {}
        worth: dict[int, list[int]] = {}
        for number, rule in enumerate(rules):
            leaves = rule["expr"].get("or", [rule["expr"]])
            if all("term" in leaf or "prefix" in leaf for leaf in leaves):
                keys, table, predicate = frozenset(map(self._number, leaves)), direct, None
            else:
                source = self._source(rule["expr"])
                keys, table, predicate = source.keys, worth, eval(f"lambda seen, near: {source.text}")
            self.predicates.append(predicate)
            for key in keys:
                table.setdefault(key, []).append(number)
        self.direct = [tuple(direct.get(term, ())) for term in range(len(self.terms))]
        self.worth = [tuple(worth.get(term, ())) for term in range(len(self.terms))]

    def _number(self, leaf: Expression) -> int:
        return self.terms.setdefault(_pattern(leaf), len(self.terms))

    def _cost(self, text: str) -> float:
        if not text.endswith(" "):
            return ABOUT + 3 * self.frequencies.get(text.strip(), 0)
        return 1 + min(self.frequencies.get(word, 0) for word in text.split())

    def _source(self, expression: Expression) -> Source:
        match expression:
            case {"near": [first, second], "within": within}:
                return self._near(first, second, within)
            case {"not": inner}:
                return Source(f"not ({self._source(inner).text})", NEVER, frozenset())
            case {"and": parts}:
                sources = sorted(map(self._source, parts), key=lambda source: source.cost)
                return Source(f"({' and '.join(one.text for one in sources)})", sources[0].cost, sources[0].keys)
            case {"or": parts}:
                sources = list(map(self._source, parts))
                keys = frozenset[int]().union(*(source.keys for source in sources))
                return Source(f"({' or '.join(one.text for one in sources)})", sum(one.cost for one in sources), keys)
            case _:
                number = self._number(expression)
                return Source(f"{number} in seen", self._cost(_pattern(expression)), frozenset({number}))

    def _near(self, first: str, second: str, within: int) -> Source:
        words = [folded(word).strip() for word in (first, second)]
        numbers = [self._number({"term": word}) for word in words]
        cost, key = min((self._cost(f" {word} "), number) for word, number in zip(words, numbers, strict=True))
        text = f"({numbers[0]} in seen and {numbers[1]} in seen and near({words[0]!r}, {words[1]!r}, {within}))"
        return Source(text, cost, frozenset({key}))

    def met(self, seen: set[int], text: str) -> set[int]:
        """Give the rules that are met where these terms were seen."""
        met: list[int] = []
        worth: list[int] = []
        for term in seen:
            met += self.direct[term]
            worth += self.worth[term]
        near, predicates = Words(text).near, self.predicates
        return {*met, *(number for number in set(worth) if predicates[number](seen, near))}


class Standin:
    """The stand-in: the rules on one scan by ahocorasick-rs."""

    def __init__(self, rules: Sequence[Expression], frequencies: Mapping[str, int]) -> None:
        self.plan = Plan(rules, frequencies)
        self._automaton = AhoCorasick(list(self.plan.terms), store_patterns=False)

    def match(self, text: str) -> set[int]:
        """Give the rules that a text meets."""
        text = folded(text)
        return self.plan.met(
            {match[0] for match in self._automaton.find_matches_as_indexes(text, overlapping=True)}, text
        )


class Hyperscan:
    """The same on one scan by Hyperscan."""

    def __init__(self, rules: Sequence[Expression], frequencies: Mapping[str, int]) -> None:
        self.plan = Plan(rules, frequencies)
        patterns = [pattern.encode() for pattern in self.plan.terms]
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(expressions=patterns, elements=len(patterns), flags=hyperscan.HS_FLAG_SINGLEMATCH)

    def match(self, text: str) -> set[int]:
        """Give the rules that a text meets."""
        text, seen = folded(text), set[int]()
        self._database.scan(text.encode(), match_event_handler=lambda number, *_: seen.add(number))
        return self.plan.met(seen, text)


class Naive:
    """A loop over the rules, with substrings for words."""

    def __init__(self, rules: Sequence[Expression], _: Mapping[str, int]) -> None:
        self._rules = [_stripped(rule["expr"]) for rule in rules]

    def match(self, text: str) -> set[int]:
        """Give the rules that a text meets, and some that it does not."""
        text = folded(text)
        words = Words(text)
        return {number for number, rule in enumerate(self._rules) if _holds(rule, text, words)}


def _stripped(expression: Expression) -> Expression:
    """Fold the words of an expression once, not for each text."""
    key, value = next(iter(expression.items()))
    if key == "near":
        return {"near": [folded(word).strip() for word in value], "within": expression["within"]}
    if isinstance(value, str):
        return {"term": folded(value).strip()}
    return {key: _stripped(value) if key == "not" else list(map(_stripped, value))}


def _holds(expression: Expression, text: str, words: Words) -> bool:
    match expression:
        case {"term": term}:
            return term in text
        case {"near": [first, second], "within": within}:
            return words.near(first, second, within)
        case {"not": inner}:
            return not _holds(inner, text, words)
        case {"or": parts}:
            return any(_holds(part, text, words) for part in parts)
        case _:
            return all(_holds(part, text, words) for part in expression["and"])
