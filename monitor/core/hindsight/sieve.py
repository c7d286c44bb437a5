"""Which stored folded texts are worth a closer look: what a book's rules need, as regular expressions.

A sieve lets through every text that a rule might be met by, and most others not. The engine has the last word: it needs
the text as its source gave it, and to read and fold that costs fifty times as much as a look through the sieve.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import re2

from monitor.core.book import Book
from monitor.core.engine.terms import needles
from monitor.core.engine.vocabulary import names_of
from monitor.core.naming.names import outlines, stems
from monitor.core.naming.outline import OUTLINE
from monitor.core.patterns.regex import compiled
from monitor.core.rule import Entity, Rule, Term

AT_ONCE = 40_000
"""Characters of one expression: 3,000 words are looked for as quickly as 3, 20,000 take 200 times as long."""

MOST = 20
"""Expressions; with more a look costs as much as the engine does, and everything passes."""

WHOLE = 200_000
"""Characters of all that several rules need, up to which it is looked for at once."""

LOOKS = 100_000
"""Looks that all rules together take at the sample: half a second."""

_MEMORY = 64 << 20

Group = tuple[Term, ...]
"""Terms of which one must be there."""

Forms = tuple[str, ...]
"""Regular expressions of which one is met where something is there; none: nothing is known of it."""


Ready = tuple[Any, ...]  # Any: re2 ships no types
"""Forms, compiled."""


class Sieve:
    """What the rules of a book need to be met, compiled: at first what of each is there most seldom, then all of it."""

    def __init__(self, book: Book, sample: Collection[bytes] = ()) -> None:
        """Compile; how seldom something is there shows in a `sample` of the texts."""
        self._entities = book.entities
        self._sample = tuple(sample)[: LOOKS // max(len(book.rules), 1)]
        self._shares: dict[Forms, float] = {}
        needed = [sorted(filter(None, map(self._any, groups(rule))), key=self._share) for rule in book.rules.values()]
        self._first = _compiled(_union(next(iter(each), ()) for each in needed))
        self._whole = (
            _Whole(needed) if sum(len(one) for each in needed for forms in each for one in forms) < WHOLE else None
        )

    def passes(self, text: bytes) -> bool:
        """Tell whether a folded text, in UTF-8, may meet one of the rules."""
        return _is_met(self._first, text) and (self._whole is None or self._whole.is_met(text))

    def _share(self, forms: Forms) -> float:
        """Measure in how much of the sample something is there."""
        if forms not in self._shares:
            ready = _compiled(forms)
            found = sum(_is_met(ready, text) for text in self._sample)
            self._shares[forms] = found / max(len(self._sample), 1)
        return self._shares[forms]

    def _any(self, group: Group) -> Forms:
        return _union(self._forms(term) for term in group)

    def _forms(self, term: Term) -> Forms:
        if term.form != "entity":
            return _written(term)
        entity = self._entities[term.text]
        return _union(_named(entity, name) for name in names_of(entity))


class _Whole:
    """Everything that each of several rules needs, in one look: ten times as dear as one that asks for less."""

    def __init__(self, needed: Iterable[Iterable[Forms]]) -> None:
        numbers: dict[Forms, int] = {}
        self._needs = {frozenset(numbers.setdefault(one, len(numbers)) for one in each) for each in needed}
        self._set = re2.Set.SearchSet(_options())
        for forms in numbers:
            self._set.Add("|".join(forms))
        self._set.Compile()

    def is_met(self, text: bytes) -> bool:
        """Tell whether all is there that one of the rules needs; nothing at all is what RE2 says in lack of memory."""
        found = frozenset(self._set.Match(text) or ())
        return not found or any(needs <= found for needs in self._needs)


def groups(rule: Rule) -> tuple[Group, ...]:
    """List what a rule needs; nothing of one without terms, which takes all that its feeds bring."""
    near = rule.near
    any_of = (rule.any_of, near.any_of if near else ())
    all_of = (*rule.all_of, *(near.all_of if near else ()))
    return (*filter(None, any_of), *((term,) for term in all_of))


def _written(term: Term) -> Forms:
    if term.form == "regex":
        return tuple(map(re.escape, compiled(term.text).literals))
    return tuple(_possessive(needle.pattern) for needle in needles(term))


def _named(entity: Entity, name: Term) -> Forms:
    """Give a name as written, with its case endings, in other spellings: of more than its entity asks for if unsure."""
    written = _written(name)
    if entity.variants == "written" or not written:
        return written
    declined = " ".join(f"{stem.stem}(?:{'|'.join(stem.endings)})" for stem in stems(name.text))
    spelled = _spelled(outlines(name.text)) if entity.variants == "translit" else ()
    return (*written, *((_possessive(f" {declined} "),) if declined else ()), *spelled)


def _possessive(pattern: str) -> str:
    """Let what ends with its word end with a possessive as well: folded text does not tell `s'` from `s`."""
    return pattern.removesuffix(" ") + "s? " if pattern.endswith(" ") else pattern


def _spelled(found: Forms) -> Forms:
    """Write the outlines of a name as what they are made of, word by word."""
    split = [tuple(outline.split(" ")) for outline in found]
    alike = (
        tuple(zip(*(words for words in split if len(words) == count), strict=True)) for count in set(map(len, split))
    )
    return tuple(_possessive(f" {' '.join(map(_word, columns))} ") for columns in alike)


def _word(capitals: Iterable[str]) -> str:
    return f"[{_SILENT}]*{_branches(set(capitals))}"


def _branches(words: set[str]) -> str:
    """Write what begins alike once; each capital is one or more letters of its kind, with silent ones between them."""
    firsts = sorted({word[0] for word in words if word})
    if not firsts:
        return ""
    each = (f"{_some(first)}{_branches({word[1:] for word in words if word[:1] == first})}" for first in firsts)
    return f"(?:{'|'.join(each)}){'?' if '' in words else ''}"


def _some(capital: str) -> str:
    return f"[{_LETTERS[capital]}][{_LETTERS[capital]}{_SILENT}]*"


def _letters() -> Mapping[str, str]:
    """List the letters of each capital; `#` are all that are neither Latin nor Cyrillic: for it anything will do."""
    letters = {"#": "^ "}
    for letter, capital in enumerate(OUTLINE.tolist()):
        if chr(capital) not in {"#", " "} and letter:
            letters[chr(capital)] = letters.get(chr(capital), "") + chr(letter)
    return letters


_LETTERS = _letters()
_SILENT = _LETTERS["\0"]


def _union(several: Iterable[Forms]) -> Forms:
    """Put alternatives together; nothing where nothing is known of one of them."""
    each = tuple(several)
    return tuple(dict.fromkeys(one for forms in each for one in forms)) if all(each) else ()


def _is_met(ready: Ready, text: bytes) -> bool:
    return any(one.search(text) for one in ready)


def _compiled(forms: Forms) -> Ready:
    parts: list[list[str]] = []
    room = 0
    for form in forms:
        room -= len(form)
        if room < 0:
            parts.append([])
            room = AT_ONCE
        parts[-1].append(form)
    return tuple(_ready("|".join(part)) for part in parts) if 0 < len(parts) <= MOST else (_ready(""),)


def _ready(source: str) -> Any:  # Any: re2 ships no types
    return re2.compile(source, _options())


def _options() -> Any:  # Any: re2 ships no types
    options = re2.Options()
    options.log_errors, options.never_capture, options.max_mem = False, True, _MEMORY
    return options
