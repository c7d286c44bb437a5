"""What the headline and lead of an entry state: numbers with what they count, negations, opposites, names, places."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.core.stories.lexicon import (
    AGENCIES,
    ARTICLES,
    COMMON_NOUNS,
    CURRENCIES,
    DAYS,
    DETERMINERS,
    GERMAN_PLACING,
    JOINING,
    MONTHS,
    NEGATORS,
    ONLY,
    OPPOSITES,
    PLACING,
    SAME_NAMES,
)
from monitor.core.stories.numerals import MAGNITUDES, value_of
from monitor.core.stories.quantities import Quantity, quantities_of
from monitor.core.stories.words import Token, folded, stem

_BEFORE, _AFTER = 1, 2
_GERMAN_BEFORE = 2
"""Words that say something, before and behind a negation, that it may deny."""

_AGENCIES = frozenset(folded(name) for name in AGENCIES.split("|"))
_PEOPLES = {
    "fr": re.compile(
        r"(?:ais|aises?|ois|oises?|iens?|iennes?|eens?|eennes?|ites?|ains?|aines?|ols?|oles?|ques?|chs?)\Z"
    ),
    "de": re.compile(r"ische[rnms]?\Z"),
    "ru": re.compile(r"[сц]к(?:ий|ая|ое|ие|ого|ой|их|ому|им|ом|ую|ими)\Z"),
}
_NO_NAMES = _AGENCIES | DAYS.keys() | MONTHS.keys() | CURRENCIES.keys() | MAGNITUDES.keys()
_NOUN = re.compile(r"(?:ung|ungen|heit|keit|schaft|schaften|tion|tionen|tat|nis|chen|zeug|ismus|mittag|abend)\Z")
_OPPOSITES = {stem(folded(word)): poles for word, poles in OPPOSITES.items()}
_TITLED = 4
"""Words that say something, all with a capital, from which on capitals say nothing."""


_NEAR = 3


class Pole(NamedTuple):
    """A word that has an opposite: the pair of these, its side, and the stems near it."""

    pair: int
    side: int
    near: frozenset[str]


@dataclass(frozen=True, slots=True)
class Claims:
    """What sentences state.

    `quantities` as read; `negated` whether something is denied, `denied` the stems near it, `targets` those right
    behind; `poles` which of two opposites is said; `names` the last words of names; `openings` the first words of
    sentences, where they may be names, with the word behind each; `slots` the words with a capital between their
    neighbours; `stems` all words, `lower` those without a capital.
    """

    quantities: tuple[Quantity, ...] = ()
    negated: bool = False
    denied: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    poles: tuple[Pole, ...] = ()
    names: frozenset[str] = frozenset()
    openings: tuple[tuple[str, str], ...] = ()
    slots: tuple[tuple[str, str, str], ...] = ()
    stems: frozenset[str] = frozenset()
    lower: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Statement:
    """The claims of an entry: of its `headline`, `strong` with its first sentence too, `whole` of all its lead.

    `counted` and `named`: the quantities and names of `strong` and of the sentence after that.
    """

    headline: Claims
    strong: Claims
    whole: Claims
    counted: tuple[Quantity, ...]
    named: frozenset[str]


Sentences = Sequence[Sequence[Token]]


def statement_of(strong: Sentences, second: Sentences, weak: Sentences, language: str) -> Statement:
    """Read what headline and lead state, the first of `strong` being the headline."""
    said = [_claims(tokens, language) for tokens in (*strong, *second, *weak)]
    first = _together(said[: len(strong)])
    more = said[len(strong) : len(strong) + len(second)]
    return Statement(
        headline=said[0] if said else first,
        strong=first,
        whole=_together([first, *said[len(strong) :]]) if said[len(strong) :] else first,
        counted=tuple(quantity for claims in (first, *more) for quantity in claims.quantities),
        named=first.names.union(*(claims.names for claims in more)),
    )


def _together(said: Sequence[Claims]) -> Claims:
    """Put the claims of sentences together."""
    openings = Counter(opening[0] for claims in said for opening in claims.openings)
    return Claims(
        quantities=tuple(quantity for claims in said for quantity in claims.quantities),
        negated=any(claims.negated for claims in said),
        denied=frozenset().union(*(claims.denied for claims in said)),
        targets=frozenset().union(*(claims.targets for claims in said)),
        poles=tuple(pole for claims in said for pole in claims.poles),
        names=frozenset(first for first, count in openings.items() if count > 1).union(
            *(claims.names for claims in said)
        ),
        openings=tuple(opening for claims in said for opening in claims.openings),
        slots=tuple(slot for claims in said for slot in claims.slots),
        stems=frozenset().union(*(claims.stems for claims in said)),
        lower=frozenset().union(*(claims.lower for claims in said)),
    )


def _claims(tokens: Sequence[Token], language: str) -> Claims:
    """Read what one sentence states."""
    places = [place for place in range(len(tokens)) if _negates(tokens, place, language)]
    denied = _denied(tokens, places, language)
    words = [token for token in tokens if token.kind == "word"]
    return Claims(
        quantities=quantities_of(tokens),
        negated=bool(places),
        denied=denied,
        targets=frozenset(_targets(tokens, places)),
        poles=tuple(_poles(tokens, denied)),
        names=frozenset(_names(tokens, language)),
        openings=tuple(_openings(tokens)),
        slots=(*_slots(tokens, language), *_peoples(tokens, language)),
        stems=frozenset((*(token.stem for token in words), *_initials(tokens), *_other_names(words))),
        lower=frozenset(token.stem for token in words if not token.capital),
    )


def _denied(tokens: Sequence[Token], places: Sequence[int], language: str) -> frozenset[str]:
    """List the stems near the negations of a sentence."""
    before = _GERMAN_BEFORE if language == "de" else _BEFORE
    stems: set[str] = set()
    for place in places:
        stems.update([token.stem for token in tokens[:place] if token.content][-before:])
        stems.update([token.stem for token in tokens[place + 1 :] if token.content][:_AFTER])
    return frozenset(stems)


def _targets(tokens: Sequence[Token], places: Sequence[int]) -> Iterator[str]:
    """Give the stem right behind each negation."""
    for place in places:
        yield from [token.stem for token in tokens[place + 1 :] if token.content][:1]


def _negates(tokens: Sequence[Token], place: int, language: str) -> bool:
    word = tokens[place].folded
    if word in NEGATORS:
        return place + 1 == len(tokens) or tokens[place + 1].folded not in ONLY
    return word == "t" and language == "en" and place > 0 and tokens[place - 1].folded.endswith("n")


def _poles(tokens: Sequence[Token], denied: frozenset[str]) -> Iterator[Pole]:
    """Give the words that have an opposite, each with what stands near it."""
    said = [token.stem for token in tokens if token.content]
    for place, word in enumerate(said):
        for pair, side in _OPPOSITES.get(word, ()):
            near = frozenset((*said[max(place - _NEAR, 0) : place], *said[place + 1 : place + 1 + _NEAR]))
            yield Pole(pair, 1 - side if word in denied else side, near)


def _is_titled(tokens: Sequence[Token]) -> bool:
    """Tell whether capitals say nothing in a sentence, as in many a headline."""
    said = [token for token in tokens if token.content]
    return len(said) >= _TITLED and all(token.capital for token in said)


def _names(tokens: Sequence[Token], language: str) -> Iterator[str]:
    """List the last words of the names in a sentence; what stands before a colon is one."""
    if [token.stem for token in tokens[1:2]] == [":"] and _is_name(tokens[0]):
        yield SAME_NAMES.get(tokens[0].folded, tokens[0].stem)
    if _is_titled(tokens) and language != "de":
        return
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if following and _is_name(following) and language != "de":
            continue  # the last of several: the surname
        if not token.first and _is_name(token) and (language != "de" or _is_german_name(tokens, place)):
            yield SAME_NAMES.get(token.folded, token.stem)


def _initials(tokens: Sequence[Token]) -> Iterator[str]:
    """Give the initials of several words with capitals in a row: un for United Nations."""
    run = ""
    for token in tokens:
        if token.capital:
            run += token.folded[:1]
        elif token.folded not in JOINING:
            run = ""
        if len(run) > 1:
            yield run


def _other_names(words: Sequence[Token]) -> Iterator[str]:
    """Give the common names of countries and unions that are said otherwise."""
    return (SAME_NAMES[token.folded] for token in words if token.folded in SAME_NAMES)


def _is_name(token: Token) -> bool:
    return token.capital and token.content and len(token.written) > 1 and token.folded not in _NO_NAMES


def _is_german_name(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether a noun is a name: it follows a preposition of place, or another noun."""
    before = tokens[place - 1]
    word = tokens[place].folded
    if word in COMMON_NOUNS or _NOUN.search(word) or value_of(word) >= 0:
        return False
    return before.folded in GERMAN_PLACING or (before.kind == "word" and before.capital and before.content)


def _openings(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Give the first word of a sentence, which may be a name, and the word behind it, a colon before that included."""
    tokens = tokens[1:] if tokens and tokens[0].folded in ARTICLES else tokens
    behind_it = [token for token in tokens[1:4] if token.stem != "s"]  # Kenya's bank
    if behind_it and _is_name(tokens[0]) and behind_it[0].folded not in JOINING | PLACING:
        behind = "".join(token.stem for token in behind_it[: 2 if behind_it[0].stem == ":" else 1])
        yield SAME_NAMES.get(tokens[0].folded, tokens[0].stem), behind


def _slots(tokens: Sequence[Token], language: str) -> Iterator[tuple[str, str, str]]:
    """Give the words with a capital, each with the word before and the one behind it."""
    for place in range(1, len(tokens)):
        token, before = tokens[place], tokens[place - 1]
        if not _is_name(token) or (language == "de" and _NOUN.search(token.folded)):
            continue
        if before.folded in JOINING - PLACING or (language == "de" and _describes(before)):
            continue
        behind = tokens[place + 1].stem if place + 1 < len(tokens) else "$"
        yield before.stem, SAME_NAMES.get(token.folded, token.stem), behind


def _peoples(tokens: Sequence[Token], language: str) -> Iterator[tuple[str, str, str]]:
    """Give the adjectives of countries, which have no capital, with the noun that they stand beside."""
    ending = _PEOPLES.get(language)
    for place, token in enumerate(tokens):
        if ending and token.content and not token.capital and ending.search(token.folded):
            noun = place - 1 if language == "fr" else place + 1
            if 0 <= noun < len(tokens) and tokens[noun].content:
                yield "~", SAME_NAMES.get(token.folded, token.stem), tokens[noun].stem


def _describes(before: Token) -> bool:
    adjective = not before.capital and before.folded.endswith(("e", "en", "er", "es", "em"))
    return before.folded in DETERMINERS or (adjective and before.folded != "der")
