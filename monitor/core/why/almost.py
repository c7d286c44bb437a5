"""What nearly is a term that is nowhere: another ending, another letter, a spelling that is not looked for."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from monitor.core.naming.names import outlines, respells
from monitor.core.naming.outline import outline
from monitor.core.rule import PREFIX_LETTERS, Entity, Term
from monitor.core.text import Folded, normal

MOST = 3
"""Places that are told of one term."""

MOST_LOOKS = 200_000
"""Words that are compared with terms, all in all: some two seconds. Of what lacks behind that nothing more is told."""

_HEAD = 3  # letters that two words must begin with for a look to be worth while
_STEM = 4  # letters of the shortest stem
_ENDING = 3  # letters of the longest ending
_TYPED = 5  # letters of the shortest word in which one may be mistyped


@dataclass(frozen=True, slots=True)
class Almost:
    """A place `[start, end)` of the folded text that nearly is a term, and what keeps it from being it."""

    start: int
    end: int
    why: str


class Words:
    """The words of a folded text, to be asked for what nearly is there; whoever asks too much is told nothing more."""

    def __init__(self, folded: Folded) -> None:
        self._folded = folded
        self._words = folded.text.split()
        self._looks = MOST_LOOKS

    def almost(self, term: Term) -> tuple[Almost, ...]:
        """List the first places that nearly are a plain term of at least four letters."""
        wanted = normal(term.text).split(" ")
        if term.form != "plain" or len(wanted[0]) < _HEAD or max(map(len, wanted)) < _STEM:
            return ()
        return tuple(islice(self._near(wanted, term), MOST))

    def respelt(self, name: Term, entity: Entity) -> tuple[Almost, ...]:
        """List the first places that are other spellings of an entity's name, and why they are not told as such."""
        if name.form != "plain":
            return ()
        is_sought = entity.variants == "translit"
        lacks = "it has no capital initial" if is_sought else "variants: translit would find it"
        found = self._respelt(name, f"it is another spelling of {name.written} - {lacks}")
        return tuple(islice((one for one in found if self._shown(one)[0].isupper() != is_sought), MOST))

    def _near(self, wanted: Sequence[str], term: Term) -> Iterator[Almost]:
        for first in self._looked_at(self._by_head, wanted[0][:_HEAD]):
            found = self._words[first : first + len(wanted)]
            if len(found) == len(wanted) and found != wanted and all(map(_is_near, wanted, found)):
                is_longer = found[:-1] == wanted[:-1] and found[-1].startswith(wanted[-1])
                yield from self._told(first, len(wanted), _longer(term) if is_longer else "it is written otherwise")

    def _respelt(self, name: Term, why: str) -> Iterator[Almost]:
        shapes = {(shape.split(" ")[0], shape.count(" ") + 1) for shape in outlines(name.text)}
        for outline_, count in sorted(shapes):
            for first in self._looked_at(self._by_outline, outline_):
                for one in self._told(first, count, why):
                    if respells(name.text, self._shown(one)):
                        yield one

    def _looked_at(self, places: Mapping[str, Sequence[int]], key: str) -> Iterator[int]:
        for place in places.get(key, ()):
            if not self._looks:
                return
            self._looks -= 1
            yield place

    def _told(self, first: int, count: int, why: str) -> Iterator[Almost]:
        """Give the place of so many words, unless it crosses from title to text."""
        last = min(first + count, len(self._words)) - 1
        one = Almost(self._starts[first], self._starts[last] + len(self._words[last]), why)
        if "\0" not in self._shown(one):
            yield one

    def _shown(self, one: Almost) -> str:
        return self._folded.original[slice(*self._folded.span(one.start, one.end))]

    @cached_property
    def _starts(self) -> Sequence[int]:
        starts, start = [], 1
        for word in self._words:
            starts.append(start)
            start += len(word) + 1
        return starts

    @cached_property
    def _by_head(self) -> Mapping[str, Sequence[int]]:
        found = defaultdict(list)
        for number, word in enumerate(self._words):
            found[word[:_HEAD]].append(number)
        return found

    @cached_property
    def _by_outline(self) -> Mapping[str, Sequence[int]]:
        found, known = defaultdict(list), {word: outline(word) for word in set(self._words)}
        for number, word in enumerate(self._words):
            found[known[word]].append(number)
        return found


def _longer(term: Term) -> str:
    """Say what would find a longer word: the term as a prefix, unless that is too short to be one."""
    last = re.split(r"[\s-]", term.written)[-1]
    if sum(map(str.isalnum, last)) < PREFIX_LETTERS:
        return "it is a longer word - a term of its own would find it"
    return f"it is a longer word - {term.written}* would find it"


def _is_near(wanted: str, found: str) -> bool:
    """Tell words that are the same, but for their ending or for one letter."""
    stem = _shared(wanted, found)
    if stem >= max(_STEM, len(wanted) - 2) and len(found) - stem <= _ENDING:
        return True
    if found.startswith(wanted) and len(found) - len(wanted) <= (len(wanted) >= _HEAD):
        return True  # the same, or a plural of a short one
    tail = _shared(wanted[stem:][::-1], found[stem:][::-1])
    return len(wanted) >= _TYPED and max(len(wanted), len(found)) - stem - tail <= 1


def _shared(one: str, other: str) -> int:
    """Count the letters with which both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
