"""Names in other spellings: what to look for in the outline of a text, and whether what stands there is the name.

    Riabkov   Ryabkov  Rjabkow  Riabkow  Рябков  Рябкова  Рябковым

Two steps: the `outlines` of a name are looked for in the outline of the text (`core/outline`); what stands there is the
name in another spelling if it `respells` it: word by word the keys meet (`core/keys`), and one word at least is long
enough to prove something.
"""

from functools import lru_cache
from itertools import product

from monitor.core import endings, outline
from monitor.core.endings import Stem, nominatives
from monitor.core.keys import LONGEST, MAYBE, Key, cost, is_cyrillic, key, words
from monitor.core.outline import squeezed
from monitor.core.writings import ENDINGS, IN_CYRILLIC, IN_LATIN, Writings

OUTLINE = outline.OUTLINE

SHORTEST = 4
"""Sounds of the shortest word that proves something."""

MOST_OUTLINES = 400
"""A name that might have more outlines than that is not looked for in other spellings."""


@lru_cache(1 << 14)
def outlines(name: str) -> tuple[str, ...]:
    """List the outlines that any accepted spelling of a name has, in Latin or Cyrillic; () if it is not looked for."""
    parts = words(name)
    if not parts or not any(_is_long(_keys(part)[0]) for part in parts) or not all(_keys(part)[0] for part in parts):
        return ()
    found: set[str] = set()
    for place, writings in enumerate((IN_LATIN, IN_CYRILLIC)):
        each = [_outlines(_keys(part)[place], writings, declined=bool(place)) for part in parts]
        found |= set(map(" ".join, product(*each)))
    return tuple(sorted(found)) if len(found) <= MOST_OUTLINES else ()


def respells(name: str, found: str) -> bool:
    """Tell whether what stands in a text, as many words as the name has, is the name in another spelling or case."""
    ours, theirs = words(name), words(found)
    if len(ours) != len(theirs) or len({is_cyrillic(word) for word in theirs}) != 1:
        return False
    met = [_met(our, their) for our, their in zip(ours, theirs, strict=True)]
    return all(met) and max(met) > 1


@lru_cache(1 << 16)
def _met(name: str, found: str) -> int:
    """Say whether one word is another spelling or case of a name's word: 0 if not, 2 if it is and proves something."""
    ours, theirs = _keys(name)[is_cyrillic(found)], key(found, "text")
    if not ours or not theirs:
        return 0
    forms = (found, *nominatives(found)) if is_cyrillic(found) else (found,)
    for form in forms:
        heard = key(form, "text")
        if cost(ours, heard, 0) == 0:
            return 2 if _is_long(ours) and _is_long(heard) else 1
    return 0


def _is_long(sounds: Key) -> bool:
    return len(sounds) >= SHORTEST


@lru_cache(1 << 14)
def _keys(word: str) -> tuple[Key, Key]:
    """Give the keys of a name's word, held against Latin and against Cyrillic; () if it is too long."""
    if len(word) > LONGEST:
        return (), ()
    return key(word, "name"), key(word, "name in cyrillic")


def _outlines(sounds: Key, writings: Writings, *, declined: bool) -> set[str]:
    found = {""}
    for sound in sounds:
        written = {capitals for place, some in writings if sound >> place & 1 for capitals in some}
        written |= {""} if sound & MAYBE else set()
        found = {squeezed(before + after) for before in found for after in written}
        if len(found) > MOST_OUTLINES:
            return found
    return {squeezed(body + ending) for body in found for ending in (ENDINGS if declined else ("",))}


def stems(name: str) -> tuple[Stem, ...]:
    """Give for each word of a name in Cyrillic its stem and its case endings; () if none of its words is declined."""
    return endings.stems(name)


def spellings(name: str) -> tuple[str, ...]:
    """List spellings of a name for people to look at, the name first: not all that are found, but the usual ones."""
    return (name,)


def collisions(name: str) -> tuple[str, ...]:
    """List the words and the names of others, as far as known, that are taken for another spelling of this name."""
    return tuple(word for word in _KNOWN if respells(name, word) and word != name)


_KNOWN = ("Сахарова", "Gouttières")
