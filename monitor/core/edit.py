"""What an edit took out of an entry and put in, and whether it matters: a typo does not, another statement does."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import get_args

from monitor.core.entry import EditKind, Entry
from monitor.core.rule import Field
from monitor.core.text import normal

MOST_WORDS = 1_000
"""Words between the first and the last that differ that are compared one by one; of more, all are taken for changed."""

MOST_PAIRS = 20_000
"""The same for pairs of a word before and its like after: 1,000 words of prose make some 10,000, a thousand times one
word a million. Comparing takes their number times that of the pieces that stayed, in the worst case: 0.6 s.
"""

SHORTEST = 5
"""Letters of a word in which one that is wrong is a typo; in a shorter one it makes another word (`war`, `was`)."""

_SHORTEST_SWAPPED = 3

_WORD = re.compile(r"[^\W\d_]+|[+\-−]?\d[\d.,:]*\d|[+\-−]?\d|[%‰$€£₽°]")

_NEGATIONS = """
    no not never none nobody nothing neither nor without cannot
    ne n pas jamais aucun aucune rien personne ni sans non guere plus
    nicht kein keine keinen keinem keiner keines nie niemals niemand nichts ohne weder nein
    не ни нет никогда никто ничто ничего никаких никакой без нельзя
"""
_NUMBERS = """
    one two three four five six seven eight nine ten thirteen thirty hundred thousand million billion
    millions milliard milliards cent cents mille trois treize quatre quatorze cinq quinze seize
    vierzig vierzehn dreissig dreizehn hundert tausend millionen milliarden milliarde
    тысяч тысяча тысячи миллион миллиона миллионов миллиард миллиарда миллиардов
"""
"""Folded; of the numbers those that are longer than `SHORTEST`, or that a typo may take for each other."""

_WEIGHTY = frozenset((_NEGATIONS + _NUMBERS).split())
_PREFIXES = ("in", "im", "il", "ir", "un", "non", "dis", "de", "des", "mis", "miss", "anti", "не", "без", "бес", "анти")
"""What turns a word into its opposite."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words of an entry, by their places in its title or text."""

    where: Field
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """What makes one text of an entry differ from the one before.

    `removed` are words of the one before, `added` words of this one. minor: nothing but spelling; no number, negation
    or name is another. deletion: the entry was withdrawn. restored: it had been, and is shown again.
    """

    kind: EditKind
    removed: tuple[Span, ...] = ()
    added: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class _Word:
    """A word and where it stands; `named`: it has a capital, and no sentence begins with it."""

    text: str
    span: Span
    named: bool


def edit_of(before: Entry, after: Entry, most_pairs: int = MOST_PAIRS) -> Edit:
    """Compare two texts of an entry; where more than `most_pairs` of words are alike, all is taken for changed."""
    if before.deleted or after.deleted:
        return Edit("deletion" if after.deleted else "restored")
    german = after.language.lower().startswith("de")
    kind: EditKind = "minor"
    removed: list[Span] = []
    added: list[Span] = []
    for where in get_args(Field):
        old, new = (tuple(_words(entry, where)) for entry in (before, after))
        for out, put in _changes(old, new, most_pairs):
            removed += _joined(out)
            added += _joined(put)
            if not _is_spelling(out, put, german=german):
                kind = "substantial"
    return Edit(kind, tuple(removed), tuple(added))


def _words(entry: Entry, where: Field) -> Iterator[_Word]:
    text = entry.title if where == "title" else entry.text
    last = 0
    for found in _WORD.finditer(text):
        begins = last == 0 or any(sign in '.!?…:;«»"“”\n—–' for sign in text[last : found.start()])
        word = found.group()
        yield _Word(word, Span(where, found.start(), found.end()), named=word[:1].isupper() and not begins)
        last = found.end()


def _changes(
    old: Sequence[_Word], new: Sequence[_Word], most_pairs: int
) -> Iterator[tuple[Sequence[_Word], Sequence[_Word]]]:
    """Give what was taken out and what was put in its place, from the first difference to the last."""
    left, right = [_key(word) for word in old], [_key(word) for word in new]
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    most = min(len(left), len(right)) - start
    end = next((i for i in range(most) if left[-1 - i] != right[-1 - i]), most)
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    left, right = left[start : len(left) - end], right[start : len(right) - end]
    if max(len(old), len(new)) > MOST_WORDS or _pairs(left, right) > most_pairs:
        yield old, new
        return
    for what, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what != "equal":
            yield old[i:j], new[k:m]


def _pairs(left: Sequence[str], right: Sequence[str]) -> int:
    often = Counter(right)
    return sum(often[word] for word in left)


def _key(word: _Word) -> str:
    """Name a word: with other case or accents it is the same, a number with another sign or point is not."""
    return word.text if any(map(str.isdigit, word.text)) else normal(word.text) or word.text


def _joined(words: Sequence[_Word]) -> Iterator[Span]:
    if words:
        yield Span(words[0].span.where, words[0].span.start, words[-1].span.end)


def _is_spelling(out: Sequence[_Word], put: Sequence[_Word], *, german: bool) -> bool:
    """Tell whether words are the same, spelt otherwise: word for word, or joined and parted otherwise."""
    if "".join(_key(word) for word in out).replace(" ", "") == "".join(_key(word) for word in put).replace(" ", ""):
        return True
    return len(out) == len(put) and all(_is_typo(a, b, german=german) for a, b in zip(out, put, strict=True))


def _is_typo(out: _Word, put: _Word, *, german: bool) -> bool:
    a, b = _key(out), _key(put)
    if a == b:
        return True
    if {a, b} & _WEIGHTY or any(map(str.isdigit, a + b)) or _is_opposite(a, b):
        return False
    if _is_swapped(a, b):
        return True
    if (out.named or put.named) and not german:  # in German all nouns have a capital
        return False
    return min(len(a), len(b)) >= SHORTEST and _is_one_off(a, b)


def _is_opposite(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return any(long == prefix + short for prefix in _PREFIXES) or {a[:1] == "k", b[:1] == "k"} == {True, False}


def _is_swapped(a: str, b: str) -> bool:
    """Tell whether two letters beside each other have changed places."""
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    return len(a) == len(b) >= _SHORTEST_SWAPPED and a[:at] + a[at + 1 : at + 2] + a[at : at + 1] + a[at + 2 :] == b


def _is_one_off(a: str, b: str) -> bool:
    """Tell whether one letter is another, lacks or is too many."""
    short, long = sorted((a, b), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
