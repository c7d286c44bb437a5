"""What a condition asks and how a hit was found, in words for whoever reads an explanation."""

from collections.abc import Iterable, Sequence

from monitor.core.engine.judge import Key
from monitor.core.rule import Entity, Hit, Near, Rule, Term, Where

MOST_NAMED = 8
"""Terms of a list that are named; of more, the number is said."""

_PROPERTIES = ("language", "feed", "topic", "author", "field")
_SIDES = {"any": "", "before": ", standing before", "after": ", standing after"}


def asks(rule: Rule, key: Key) -> str:
    """Say what a condition of a rule asks for."""
    if key == "near":
        return _near(rule.near or Near(0))
    if key == "none_near":
        near = rule.none_near or Near(0)
        return f"no {listed(_written(near.any_of + near.all_of), 'or')} within {words(near.within)}"
    if key in {"in", "not_in"}:
        return _where(rule.only_in if key == "in" else rule.not_in)
    if key == "all_of":
        return listed(_written(rule.all_of), "and")
    return listed(_written(rule.any_of), "or") if key == "any_of" else f"no {listed(_written(rule.none_of), 'or')}"


def way(hit: Hit, entity: Entity | None = None, *, counts: bool = True) -> str:
    """Say as what a hit was found; `entity` is the one that it belongs to, or would if it counted."""
    if not hit.entity:
        return hit.term
    ways = {
        "exact": ", by its name",
        "alias": f", by its name {hit.term}",
        "inflected": f", a case ending of {hit.term}",
        "variant": f", another spelling of {hit.term}",
    }
    return f"${hit.entity}{ways[hit.how]}{_company(hit, entity, counts=counts)}"


def listed(names: Iterable[str], joint: str) -> str:
    """Put names into a list of words, the first ones, and say how many more there are."""
    every: Sequence[str] = tuple(dict.fromkeys(names))
    if len(every) > MOST_NAMED:
        return f"{', '.join(every[:MOST_NAMED])} {joint} {len(every) - MOST_NAMED} more"
    return f" {joint} ".join(filter(None, (", ".join(every[:-1]), *every[-1:])))


def words(count: int) -> str:
    """Count words."""
    return f"{count} word" if count == 1 else f"{count} words"


def _near(near: Near) -> str:
    every = f"each of {listed(_written(near.all_of), 'and')}" if near.all_of else ""
    terms = " and from ".join(filter(None, (listed(_written(near.any_of), "or"), every)))
    return f"at most {words(near.within)} from {terms}{_SIDES[near.order]}"


def _where(where: Where) -> str:
    asked = ((name, getattr(where, name)) for name in _PROPERTIES)
    return "; ".join(f"{name} {listed(values, 'or')}" for name, values in asked if values)


def _written(terms: Iterable[Term]) -> Iterable[str]:
    return (term.written for term in terms)


def _company(hit: Hit, entity: Entity | None, *, counts: bool) -> str:
    is_weak = entity and entity.weak and any(name.written == hit.term for name in entity.weak.names)
    return (" (weak, but in company)" if counts else " (weak)") if is_weak else ""
