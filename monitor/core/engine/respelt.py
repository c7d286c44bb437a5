"""Names in other romanisations, as needles: a text's words that begin with a capital are looked up, not scanned for.

    Riabkov    found: Ryabkov, Rjabkow, Рябков, Рябкова    not: ryabkov, Ryazkov

A name is looked for by its longest word. Which words are a spelling of it is worked out once for each word as it is
written, by its outline and then exactly: texts bring few new words with a capital.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

from monitor.core.engine.initials import Capitalised, word_of
from monitor.core.engine.terms import Looked, needles, other_gap
from monitor.core.naming.keys import words
from monitor.core.naming.names import meets, respells, word_outlines
from monitor.core.naming.outline import outline
from monitor.core.rule import How, Term
from monitor.core.text import Folded

KNOWN = 1 << 16
"""Words as written of which it is remembered what names they spell."""


MOST_FOUND = 100_000
"""Places of one name in one entry that are kept, the first ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Respelt:
    """The other romanisations of a name; `anchor` numbers the word by which it is looked for, `written` is it folded.

    What is found has a capital wherever the name has one at the beginning of a word, and of a name that has none at
    its own beginning: al-Sissi is al-Sisi.
    """

    term: Term
    words: tuple[str, ...]
    anchor: int
    gaps: tuple[str, ...]
    written: str
    shapes: frozenset[bytes]

    how: ClassVar[How] = "variant"
    loose: ClassVar[bool] = False
    bare: ClassVar[bool] = False

    @property
    def patterns(self) -> tuple[str, ...]:
        """What stands for it among the patterns; it is not scanned for."""
        return (f"\0{self.term.text}",)

    def looks(self, folded: Folded, capitalised: Capitalised) -> Iterator[Looked]:
        """List where it stands in a text that was not looked through for all such names."""
        for begin, word in capitalised.words(self.shapes):
            span = self.span(folded, folded.place(begin)) if self.may_be(word) else None
            if span:
                yield *span, ""

    def may_be(self, word: str) -> bool:
        """Tell whether a word spells the anchor; if the name has no other, that is the name."""
        anchor = self.words[self.anchor]
        return meets(anchor, word, company=True) if len(self.words) > 1 else respells(anchor, word)

    def span(self, folded: Folded, place: int) -> tuple[int, int] | None:
        """Give the span of the name where its anchor begins at a place; None if it is another name."""
        starts = _starts(folded.text, place, self.anchor, len(self.words))
        if not starts or folded.text.startswith(self.written, starts[0]):  # as written it is another needle's to find
            return None
        if not all(self._has_capital(folded, *each) for each in enumerate(starts)):
            return None
        end = folded.text.index(" ", starts[-1])
        return (starts[0], end) if len(starts) == 1 or self._is_whole(folded, starts[0], end) else None

    def _is_whole(self, folded: Folded, start: int, end: int) -> bool:
        found = folded.original[slice(*folded.span(start, end))]
        return not other_gap(self.gaps, folded, start, end) and respells(self.term.text, found)

    def _has_capital(self, folded: Folded, word: int, start: int) -> bool:
        wants_one = word in _with_capitals(self.words)
        return not wants_one or folded.original[folded.span(start, start + 1)[0]].isupper()


def respelt(term: Term) -> tuple[Respelt, ...]:
    """Make the needle of a name's other romanisations; none if it says too little, or signs are part of it."""
    parts = words(term.text) if term.form == "plain" else ()
    shapes = word_outlines(term.text) if parts else ()
    if not shapes:
        return ()
    written = needles(term)[0]
    lengths = [min(map(len, outlines)) for outlines in shapes]
    is_plain = not written.strict and len(written.gaps) + 1 == len(parts)
    anchor = max(_with_capitals(parts), key=lambda place: lengths[place])
    kinds = frozenset(word_of(shape) for shape in shapes[anchor] if " " not in shape)
    return (Respelt(term, parts, anchor, written.gaps, written.pattern.lstrip(" "), kinds),) if is_plain else ()


@lru_cache(1 << 14)
def _with_capitals(parts: tuple[str, ...]) -> tuple[int, ...]:
    """Say which words of a name want a capital: those that have one; the first, where none has."""
    return tuple(place for place, part in enumerate(parts) if part[0].isupper()) or (0,)


class Romanisations:
    """The names of a book that are looked for in other romanisations in every text."""

    def __init__(self, names: Iterable[Respelt]) -> None:
        self._names = frozenset(names)
        self._anchors: dict[bytes, dict[tuple[str, bool], list[Respelt]]] = {}
        for name in self._names:
            anchor = name.words[name.anchor], len(name.words) > 1
            for shape in name.shapes:
                self._anchors.setdefault(shape, {}).setdefault(anchor, []).append(name)
        self._spelt = lru_cache(KNOWN)(self._spelt_by)

    def __contains__(self, name: Respelt) -> bool:
        """Tell whether a name is looked for here."""
        return name in self._names

    def seen(self, folded: Folded, capitalised: Capitalised) -> Mapping[Respelt, list[Looked]]:
        """Find all names that a text spells otherwise, and where."""
        found: dict[Respelt, list[Looked]] = {}
        for begin, word in capitalised.words(self._anchors.keys() & capitalised.shapes):
            for name in self._spelt(word):
                span = name.span(folded, folded.place(begin))
                if span and len(found.setdefault(name, [])) < MOST_FOUND:
                    found[name].append((*span, ""))
        return found

    def _spelt_by(self, word: str) -> tuple[Respelt, ...]:
        """List the names that a word may spell, alone or beside others."""
        anchors = self._anchors.get(word_of(outline(word)), {})
        return tuple(name for names in anchors.values() if names[0].may_be(word) for name in names)


def _starts(text: str, place: int, anchor: int, count: int) -> list[int]:
    """List where so many words begin, one of which begins at a place; none if the text has not so many."""
    first = place
    for _ in range(anchor):
        first = text.rfind(" ", 0, first - 1) + 1
    starts = [first]
    while first and len(starts) < count:
        first = text.find(" ", first) + 1
        starts.append(first)
    return starts if first and first < len(text) else []
