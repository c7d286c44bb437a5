"""What keeps two entries apart that read alike: other numbers, a negation, opposites, other names or places."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from monitor.core.stories.claims import Claims, Statement
from monitor.core.stories.lexicon import words_of
from monitor.core.stories.quantities import Quantity

_PREFIX = 3
_SHORTEST_PART = 3
_FORMS = words_of("s n e en er es in isch ische ов ев ин ск а н")
"""What a form of a name may have behind its stem that another has not."""

_OPPOSING = ("in", "im", "il", "ir", "un", "non", "dis", "anti", "не", "без")
_SHORTEST_OPPOSED = 4


def contradiction(one: Statement, other: Statement) -> str:
    """Say in words what keeps two entries apart; empty: nothing does."""
    return next(
        (
            f"{what}: {said}"
            for what, tell in (
                ("other numbers", _numbers),
                ("a negation", _negation),
                ("the opposite", _opposites),
                ("other names", _names),
            )
            if (said := tell(one, other))
        ),
        "",
    )


def _numbers(one: Statement, other: Statement) -> str:
    mine, yours = one.whole.quantities, other.whole.quantities
    return (
        _unmatched(one.counted, other.counted, mine, yours)
        or _counted(one.strong.quantities, yours)
        or _counted(mine, other.strong.quantities)
        or _counted(_hard(mine), _hard(yours))
    )


def _hard(quantities: Iterable[Quantity]) -> list[Quantity]:
    return [quantity for quantity in quantities if not quantity.soft]


def _unmatched(
    mine: Iterable[Quantity], yours: Iterable[Quantity], all_mine: Iterable[Quantity], all_yours: Iterable[Quantity]
) -> str:
    """Find two numbers of one kind, neither of which the other entry has."""
    know_mine = {(quantity.kind, quantity.value) for quantity in all_mine}
    know_yours = {(quantity.kind, quantity.value) for quantity in all_yours}
    lacking = [quantity for quantity in _hard(mine) if (quantity.kind, quantity.value) not in know_yours]
    added = [quantity for quantity in _hard(yours) if (quantity.kind, quantity.value) not in know_mine]
    for a in lacking:
        for b in added:
            if a.kind == b.kind:
                return _both(a.value, b.value)
    return ""


def _counted(mine: Iterable[Quantity], yours: Iterable[Quantity]) -> str:
    """Find what is counted otherwise: one dead, two dead."""
    a, b = _counts(mine), _counts(yours)
    for what in a.keys() & b.keys():
        if not {one.value for one in a[what]} & {one.value for one in b[what]} and not _vague(a[what] + b[what]):
            return _both(f"{a[what][0].value} {what}", f"{b[what][0].value} {what}")
    return ""


def _vague(quantities: Iterable[Quantity]) -> bool:
    """Tell whether an article stands where another text has a fraction: an earthquake, a 5.2 earthquake."""
    quantities = tuple(quantities)
    return any(one.soft for one in quantities) and any("." in one.value or one.kind == "year" for one in quantities)


def _counts(quantities: Iterable[Quantity]) -> dict[str, list[Quantity]]:
    counts: dict[str, list[Quantity]] = {}
    for quantity in quantities:
        if quantity.counts and quantity.kind in {"number", "year"}:
            counts.setdefault(quantity.counts, []).append(quantity)
    return counts


def _negation(one: Statement, other: Statement) -> str:
    return _denies(one, other) or _denies(other, one)


def _denies(one: Statement, other: Statement) -> str:
    """Find what one denies and the other says."""
    if not one.strong.negated:
        return ""
    if not other.whole.negated:
        if one.headline.negated and one.headline.denied & other.strong.stems:
            return "only one denies " + ", ".join(sorted(one.headline.denied))
        affirmed = one.strong.denied & other.whole.stems
        return "only one denies " + ", ".join(sorted(affirmed)) if affirmed else ""
    if one.strong.denied & other.whole.denied:
        mine, yours = one.strong.targets - other.whole.targets, other.strong.targets - one.whole.targets
        swapped = mine & other.strong.stems and yours & one.strong.stems
        return f"denied is {_both(min(mine), min(yours))}" if swapped else ""
    affirmed = one.strong.denied & other.strong.stems
    return "only one denies " + ", ".join(sorted(affirmed)) if affirmed else ""


def _opposites(one: Statement, other: Statement) -> str:
    agreed = {pole[:2] for pole in one.strong.poles} & {pole[:2] for pole in other.strong.poles}
    for a in one.strong.poles:
        for b in other.strong.poles:
            if a.pair == b.pair and a.side != b.side and a.near & b.near and not {a[:2], b[:2]} & agreed:
                return "of " + ", ".join(sorted(a.near & b.near))
    only_mine, only_yours = one.strong.stems - other.whole.stems, other.strong.stems - one.whole.stems
    opposed = (*_opposed(only_mine, only_yours), *_opposed(only_yours, only_mine))
    return _both(*opposed[0]) if opposed else ""


def _opposed(plain: AbstractSet[str], prefixed: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    for word in prefixed:
        for prefix in _OPPOSING:
            bare = word.removeprefix(prefix)
            if bare != word and len(bare) >= _SHORTEST_OPPOSED and any(other.startswith(bare) for other in plain):
                yield bare, word


def _names(one: Statement, other: Statement) -> str:
    return _other_names(one, other) or _other_opening(one, other) or _other_slot(one, other) or _swapped(one, other)


def _other_names(one: Statement, other: Statement) -> str:
    mine = sorted(name for name in one.named if not _known(name, other.whole))
    yours = sorted(name for name in other.named if not _known(name, one.whole))
    return _both(mine[0], yours[0]) if mine and yours else ""


def _other_opening(one: Statement, other: Statement) -> str:
    """Find sentences that go on alike after another first word."""
    lower = one.whole.lower | other.whole.lower
    for a, following in one.strong.openings:
        for b, behind in other.strong.openings:
            if following == behind and not _part(a, b) and not {a, b} & lower:
                return _both(a, b)
    return ""


def _other_slot(one: Statement, other: Statement) -> str:
    """Find another word with a capital in the same surroundings, that the other entry has nowhere."""
    yours: dict[tuple[str, str], set[str]] = {}
    for before, name, behind in other.strong.slots:
        yours.setdefault((before, behind), set()).add(name)
    for before, name, behind in one.strong.slots:
        for candidate in yours.get((before, behind), ()):
            if not _part(name, candidate) and not _known(name, other.whole) and not _known(candidate, one.whole):
                return _both(name, candidate)
    return ""


def _swapped(one: Statement, other: Statement) -> str:
    """Find headlines of the same two names that begin with either: who beats whom."""
    lower = one.whole.lower | other.whole.lower
    for a, following in one.headline.openings:
        for b, behind in other.headline.openings:
            said = a in other.headline.stems and b in one.headline.stems and not {a, b} & lower
            if a != b and said and ":" not in following + behind:
                return _both(a, b)
    return ""


def _known(name: str, claims: Claims) -> bool:
    return name in claims.stems or name in claims.names or any(_alike(name, stem) for stem in claims.stems)


def _alike(a: str, b: str) -> bool:
    """Tell whether two words are forms of one."""
    short, long = sorted((a, b), key=len)
    return long == short or (len(short) >= _PREFIX and long.startswith(short) and long[len(short) :] in _FORMS)


def _part(a: str, b: str) -> bool:
    """Tell whether one word is the last part of the other, as nouns are compounded in German."""
    return _alike(a, b) or (min(len(a), len(b)) >= _SHORTEST_PART and (a.endswith(b) or b.endswith(a)))


def _both(a: str, b: str) -> str:
    return f"{a} / {b}"
