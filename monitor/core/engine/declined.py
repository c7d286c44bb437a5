"""Names in Cyrillic in their other cases, as needles: the first word's stem is scanned for, the rest is looked at.

Of `Сергей Рябков` ` серге` is scanned for; found are Сергея Рябкова and Сергеем Рябковым, not Сергеев or Сергей Рябко.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from monitor.core.engine.scan import places
from monitor.core.engine.terms import Looked, needles, other_gap
from monitor.core.naming.endings import Stem
from monitor.core.naming.names import stems
from monitor.core.rule import How, Term
from monitor.core.text import Folded

SHORTEST = 2
"""Letters of the shortest stem that is scanned for, and of a name's only word."""


@dataclass(frozen=True, slots=True, eq=False)
class Declined:
    """The other cases of a name; with a capital, if it has one itself."""

    term: Term
    pattern: str
    words: tuple[Stem, ...]
    gaps: tuple[str, ...]
    written: str

    how: ClassVar[How] = "inflected"
    loose: ClassVar[bool] = False
    bare: ClassVar[bool] = False

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is scanned for."""
        return (self.pattern,)

    def looks(self, folded: Folded) -> Iterator[Looked]:
        """List where the name stands in another case, or would if it were written otherwise."""
        for start, _ in places(self.pattern, folded):
            end = self._end(folded.text, start + 1)
            if end:
                yield start + 1, end, self._refusal(folded, start + 1, end)

    def _end(self, text: str, place: int) -> int:
        """Give the end of the name in another case; 0 if it is another name, or this one as it is written."""
        begin = place
        for word in self.words:
            end = text.find(" ", place)
            ending = text[place + len(word.stem) : end] if text.startswith(word.stem, place) else None
            if end < 0 or ending not in word.endings:
                return 0
            place = end + 1
        return end if text[begin:end] != self.written else 0

    def _refusal(self, folded: Folded, start: int, end: int) -> str:
        found = other_gap(self.gaps, folded, start, end)
        if found:
            return f"between its words stands {found!r}"
        has_capital = folded.original[folded.span(start, start + 1)[0]].isupper()
        return "" if has_capital or not self.term.text[:1].isupper() else "it has no capital initial"


def declined(term: Term) -> tuple[Declined, ...]:
    """Make the needle of a name's other cases; none if it has none, or signs are part of it."""
    words = stems(term.text) if term.form == "plain" else ()
    if not words or (len(words) == 1 and len(words[0].stem) < SHORTEST):
        return ()
    written = needles(term)[0]
    if written.strict or len(written.gaps) + 1 != len(words):
        return ()
    shown = " ".join(word.forms[0] for word in words)
    return tuple(
        Declined(term, _pattern(first), (first, *words[1:]), written.gaps, shown) for first in _first(words[0])
    )


def _pattern(first: Stem) -> str:
    return f" {first.stem}{' ' if first.endings == ('',) else ''}"


def _first(word: Stem) -> tuple[Stem, ...]:
    """Part the forms of a word that have too little in common to be scanned for: Лев, Льва."""
    if len(word.stem) >= SHORTEST:
        return (word,)
    begins = dict.fromkeys(form[:SHORTEST] for form in word.forms)
    return tuple(
        Stem(begin, tuple(form[SHORTEST:] for form in word.forms if form[:SHORTEST] == begin)) for begin in begins
    )
