"""Where a rule looks: which entries, by their properties, and which of their fields."""

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.core.rule import Field, Rule, Where
from monitor.core.text import normal

_PROPERTIES = ("language", "feed", "topic", "author")
_FIELDS: tuple[Field, ...] = ("title", "text")


def asks_properties(rule: Rule) -> bool:
    """Tell whether a rule asks for properties of the entry."""
    return any(map(has_properties, (rule.only_in, rule.not_in)))


def has_properties(where: Where) -> bool:
    """Tell whether there is more to `in` or `not_in` than fields."""
    return bool(where.language or where.feed or where.topic or where.author)


def admits(rule: Rule, entry: Entry, feed: Feed | None) -> bool:
    """Tell whether a rule looks at an entry at all."""
    return not outside(rule.only_in, entry, feed) and not inside(rule.not_in, entry, feed)


def outside(where: Where, entry: Entry, feed: Feed | None) -> str:
    """Say which property keeps an entry out of `in`; nothing if none does."""
    for name in _PROPERTIES:
        asked, has = getattr(where, name), _has(name, entry, feed)
        if asked and not any(_covers(name, one, value) for one in asked for value in has):
            return f"its {name} is {' and '.join(has) or 'unknown'}, not {' or '.join(asked)}"
    return ""


def inside(where: Where, entry: Entry, feed: Feed | None) -> str:
    """Say which property an entry shares with `not_in`; nothing if none."""
    for name in _PROPERTIES:
        for value in _has(name, entry, feed):
            if any(_covers(name, one, value) for one in getattr(where, name)):
                return f"its {name} is {value}"
    return ""


def fields(rule: Rule) -> frozenset[Field]:
    """List the fields in which a rule looks for its terms; `none_of` looks in all of them."""
    return frozenset(rule.only_in.field or _FIELDS) - frozenset(rule.not_in.field)


def _has(name: str, entry: Entry, feed: Feed | None) -> tuple[str, ...]:
    has = {
        "language": (entry.language or (feed.language if feed else ""),),
        "feed": (entry.feed,),
        "topic": (*(feed.topic if feed else ()), *entry.categories),
        "author": (entry.author,),
    }
    return tuple(value for value in has[name] if value)


def _covers(name: str, asked: str, value: str) -> bool:
    """Tell whether what is asked for is there: `fr` covers `fr-CH`; an author may be one of several in a line."""
    if name == "feed":
        return asked == value
    if name == "topic":
        return normal(asked) == normal(value)
    if name == "author":
        return f" {normal(asked)} " in f" {normal(value)} "
    return f"{value}-".replace("_", "-").lower().startswith(f"{asked}-".replace("_", "-").lower())
