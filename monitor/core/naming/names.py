"""Names in other spellings: what to look for in the outline of a text, and whether what stands there is the name.

    Riabkov   Ryabkov  Rjabkow  Riabkow  Рябков  Рябкова  Рябковым

Two steps: the `outlines` of a name are looked for among those of a text's words (`naming/outline`); what stands
there is the name in another spelling if it `respells` it: word by word the keys meet (`naming/keys`,
`naming/likeness`).

The guards: one word at least has four sounds and is no abbreviation; a name of more than `MOST_OUTLINES` outlines is
not looked for. Words of less than five sounds are taken literally; of six sounds one may be another that is near (o for
u, e for i), of more sounds more; beside other words of the name, one always may.

What no romanisation tells must be a name of its own: other words for it (Genf, Пекин), other forms of it (Charkow is
found from Kharkiv and Gaddafi from Kadhafi, but not Запорожье from Zaporijjia, nor Tsikhanouskaya from Tikhanovskaïa),
most English vowels, Greek, Arabic, Hebrew, Chinese, particles that are written as one with the name.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product
from math import prod

from monitor.core.naming import endings, outline
from monitor.core.naming.endings import Stem, nominatives
from monitor.core.naming.homophones import KNOWN
from monitor.core.naming.keys import BIT, Key, is_cyrillic, key, words
from monitor.core.naming.likeness import alike, is_declined, literal, proves
from monitor.core.naming.spelling import house_spellings
from monitor.core.naming.writings import in_cyrillic, in_latin
from monitor.core.text import normal

OUTLINE = outline.OUTLINE

MOST_OUTLINES = 4_000
"""A name that has more outlines than that is not looked for in other spellings."""


@lru_cache(1 << 14)
def outlines(name: str) -> tuple[str, ...]:
    """List the outlines of all spellings of a name that are accepted, in Latin and Cyrillic; () if none is looked for.

    None is looked for of a name without a word of four sounds that is not all in capitals.
    """
    latin, cyrillic = _outlines(name)
    return tuple(sorted(set(map(" ".join, (*product(*latin), *product(*cyrillic)))))) if latin else ()


def word_outlines(name: str) -> tuple[frozenset[str], ...]:
    """List for each word of a name the outlines of its spellings; () if none of the name is looked for."""
    return tuple(frozenset(latin + cyrillic) for latin, cyrillic in zip(*_outlines(name), strict=True))


_Outlines = list[tuple[str, ...]]


def _outlines(name: str) -> tuple[_Outlines, _Outlines]:
    """List word by word the outlines in Latin and those in Cyrillic."""
    parts = words(name)
    if not parts or not any(map(_proving, parts)) or not all(_keys(part)[0].sounds for part in parts):
        return [], []
    company = len(parts) > 1
    latin = [_in_latin(part, company=company) for part in parts]
    cyrillic = [_in_cyrillic(part, company=company) for part in parts]
    is_few = prod(map(len, latin)) + prod(map(len, cyrillic)) <= MOST_OUTLINES
    return (latin, cyrillic) if is_few else ([], [])


@lru_cache(1 << 14)
def _in_latin(word: str, *, company: bool) -> tuple[str, ...]:
    return in_latin(_keys(word)[0], company=company)


@lru_cache(1 << 14)
def _in_cyrillic(word: str, *, company: bool) -> tuple[str, ...]:
    return in_cyrillic(_keys(word)[1], company=company)


@lru_cache(1 << 14)
def respells(name: str, found: str) -> bool:
    """Tell whether what stands in a text, as many words as the name has, is the name in another spelling or case."""
    ours, theirs = words(name), words(found)
    if len(ours) != len(theirs) or len(set(map(is_cyrillic, theirs))) != 1:
        return False
    met = tuple(_met(our, their, company=len(ours) > 1) for our, their in zip(ours, theirs, strict=True))
    return all(met) and max(met) > _MET


@lru_cache(1 << 14)
def meets(name: str, found: str, *, company: bool) -> bool:
    """Tell whether one word of a text may be another spelling or case of one of a name, alone or in `company`."""
    return _met(name, "".join(words(found)), company=company) > 0


_MET, _PROVEN = 1, 2


@lru_cache(1 << 16)
def _met(name: str, found: str, *, company: bool) -> int:
    """Say whether one word is another spelling or case of a name's word, and whether that proves something."""
    ours = _keys(name)[is_cyrillic(found)]
    for form in _forms(found, ours):
        theirs = key(form, "text")
        if alike(ours, theirs, company=company):
            return _PROVEN if _proving(name) and proves(theirs) else _MET
    return 0


def _forms(found: str, ours: Key) -> Iterator[str]:
    """Give a word and the nominatives of which it may be another case; of Толстая it is not Толстой."""
    yield found
    if is_cyrillic(found) and is_declined(ours):
        for form in nominatives(found):
            vowel = _OF_WOMEN.get(form[-2:], 0)
            if not vowel or any(sound & vowel for sound in ours.sounds[-3:]):
                yield form


_OF_WOMEN = {"ай": BIT["a"], "уй": BIT["u"]}
"""Nominatives that are those of Толстая and Толстую too: the name must have that very vowel, not a near one."""


def _proving(word: str) -> bool:
    """Tell a name's word that is long enough to prove something, and no abbreviation."""
    return proves(_keys(word)[0]) and not word.isupper()


@lru_cache(1 << 14)
def _keys(word: str) -> tuple[Key, Key]:
    """Give the keys of a name's word, to be held against Latin and against Cyrillic."""
    return literal(key(word, "name")), key(word, "name in cyrillic")


def stems(name: str) -> tuple[Stem, ...]:
    """Give for each word of a name in Cyrillic its stem and its case endings; () if none of its words is declined."""
    return endings.stems(name)


def spellings(name: str) -> tuple[str, ...]:
    """List spellings of a name for people to look at, the name first: not all that are found, but the usual ones."""
    found = (spelling for spelling in house_spellings(name) if respells(name, spelling))
    return tuple(dict.fromkeys((name, *found)))


def collisions(name: str) -> tuple[str, ...]:
    """List the words and the names of others that are taken for this name, of those that are known to be."""
    own = normal(name)
    alike = (word for found in outlines(name) for word in _known().get(found, ()) if respells(name, word))
    same = (word for word in _known().get(outline.outline(name), ()) if normal(word) == own and word != name)
    return tuple(sorted({*alike, *same} - {name}))


@cache
def _known() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for word in KNOWN:
        shown = outline.outline(word)
        found[shown] = (*found.get(shown, ()), word)
    return found
