"""The words of a lead, folded and stemmed; in which language they are."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from monitor.core.stories.lexicon import STOP, words_of
from monitor.core.text import everyday, normal

_TOKEN = re.compile(
    r"(?P<date>\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
    r"|(?P<time>\b\d{1,2}(?:\s?h\s?[0-5]\d|h|:[0-5]\d)(?![\d:]))"
    r"|(?P<score>\b\d{1,3}\s?[:–-]\s?\d{1,3}(?![\d:.,–-]))"
    r"|(?P<number>(?:(?<=\s)[−-])?(?:(?<!\d)\d{1,3}(?:[ \u00a0\u202f\u2009'’.,]\d{3})+(?![\d])(?:[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?))"
    r"|(?P<sign>[%$€£₽:])"
    r"|(?P<word>[^\W\d_]+)"
)
_ENDINGS = tuple(
    sorted(
        words_of("""ings ing ed es en er ern em et te ten e s n t ee ees a ent aient
        ами ями ого его ому ему ыми ими ов ев ей ам ям ах ях ой ий ии ый ая яя ое ее ые ие ую юю ых их ым им ом ем ию ия
        иям иями иях ью а я о е у ю ы и ь"""),
        key=lambda ending: (-len(ending), ending),
    )
)
_VOWELS = words_of("e en es s а я о е у ю ы и ь ов ам ах ой ом")
"""Endings that three letters may have before them; the others have four."""

_LONGEST = 8
_READ = 40
"""Letters of a word that are read."""

_SHORTEST = 4

ALL_STOPS = {language: words_of(words) for language, words in STOP.items()}
_STOPS = frozenset().union(*ALL_STOPS.values())


class Token(NamedTuple):
    """A word, number or sign: `kind` as in the pattern; `first`: a sentence begins with it.

    `capital`: it begins with one. `content`: it is a word that says something by itself.
    """

    kind: str
    written: str
    folded: str
    stem: str
    first: bool
    capital: bool = False
    content: bool = False


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """Fold one word."""
    return everyday(word) or normal(word)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Cut a folded word to what its forms have in common, roughly."""
    for ending in _ENDINGS:
        rest = len(word) - len(ending)
        if rest >= _SHORTEST - (ending in _VOWELS) and word.endswith(ending):
            return stem(word[:rest])
    return word[:_LONGEST]


@lru_cache(maxsize=50_000)
def _word(written: str, *, first: bool) -> Token:
    fold = folded(written)
    return Token("word", written, fold, stem(fold), first, written[:1].isupper(), bool(fold) and fold not in _STOPS)


def tokens_of(sentence: str) -> tuple[Token, ...]:
    """Take a sentence apart."""
    tokens: list[Token] = []
    for found in _TOKEN.finditer(sentence):
        written, kind = found.group(), found.lastgroup or ""
        first = not tokens
        tokens.append(
            _word(written[:_READ], first=first) if kind == "word" else Token(kind, written, written, written, first)
        )
    return tuple(tokens)


def language_of(said: str, words: Iterable[str]) -> str:
    """Name the language: as it is said, else that whose small words there are most of; empty: nobody knows."""
    if said:
        return re.split("[-_]", said.lower())[0]
    known = tuple(words)
    counts = {language: sum(word in stops for word in known) for language, stops in ALL_STOPS.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > 1 else ""
