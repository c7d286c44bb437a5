"""Where engine and oracle differ on a case, made as small as it stays different."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Near
from tests.core.oracle import Oracle, Told, live, told_by

All = dict[str, tuple[Told, ...] | None]
"""What the oracle tells by each rule, those that do not run as well; None where one is not met."""

Met = dict[str, tuple[Told, ...]]
"""The same of the rules that run and are met."""


def difference(book: Book, entry: Entry) -> str:
    """Show the smallest case that still differs; nothing if engine and oracle agree."""
    return shown(*smallest(book, entry)) if differs(book, entry) else ""


def differs(book: Book, entry: Entry, told: All | None = None) -> bool:
    """Tell whether engine and oracle differ: in what is told, in where it stands, or in an explanation."""
    told = told or asked(book, entry)
    try:
        matcher = Matcher(book)
        if {finding.rule: told_by(finding.hits) for finding in matcher.findings(entry)} != met(book, told):
            return True
        return not all(_is_explained(matcher, name, entry, told[name]) for name in book.rules)
    except Exception:  # noqa: BLE001 - an engine that fails differs, whatever the failure is
        return True


def asked(book: Book, entry: Entry) -> All:
    """Ask the oracle of every rule, those that do not run as well."""
    oracle = Oracle(book, entry)
    return {rule.name: oracle.told(rule) for rule in book.rules.values()}


def met(book: Book, told: All) -> Met:
    met = ((rule.name, told[rule.name]) for rule in live(book))
    return {name: hits for name, hits in met if hits is not None}


def _is_explained(matcher: Matcher, name: str, entry: Entry, told: tuple[Told, ...] | None) -> bool:
    explanation = matcher.explain(entry, name)
    return explanation.met == (told is not None) and told_by(explanation.hits) == (told or ())


def smallest(book: Book, entry: Entry) -> tuple[Book, Entry]:
    """Take away from a case what it can spare and still differ."""
    smaller = next((one for one in _smaller(book, entry) if differs(*one)), None)
    while smaller:
        book, entry = smaller
        smaller = next((one for one in _smaller(book, entry) if differs(*one)), None)
    return book, entry


def _smaller(book: Book, entry: Entry) -> Iterator[tuple[Book, Entry]]:
    for name in book.rules:
        yield replace(book, rules={one: rule for one, rule in book.rules.items() if one != name}), entry
    yield from ((book, one) for one in _shorter(entry))
    for name, rule in book.rules.items():
        less = (one for one in _lesser(rule) if one.any_of or one.all_of)
        yield from ((replace(book, rules={**book.rules, name: one}), entry) for one in less)
    for name, entity in book.entities.items():
        yield from ((replace(book, entities={**book.entities, name: one}), entry) for one in _lesser(entity))


def _shorter(entry: Entry) -> Iterator[Entry]:
    for field in ("title", "text"):
        text = getattr(entry, field)
        step = len(text)
        while step:
            for at in range(0, len(text), step):
                yield replace(entry, **{field: text[:at] + text[at + step :]})
            step //= 2


def _lesser(one: Any) -> Iterator[Any]:  # a Rule, an Entity, or what they hold
    """Leave one thing out of a rule or an entity."""
    for field in one.__slots__:
        value = getattr(one, field)
        if field in {"near", "none_near", "weak"} and value:
            yield replace(one, **{field: None})
            yield from (replace(one, **{field: less}) for less in _lesser(value))
        elif field in {"any_of", "all_of", "none_of", "names", "never", "company"}:
            for place in range(len(value)):
                yield replace(one, **{field: value[:place] + value[place + 1 :]})
        elif field == "within" and value:
            yield Near(value - 1, one.any_of, one.all_of, one.order)


def shown(book: Book, entry: Entry) -> str:
    matcher = Matcher(book)
    used = {term.text for rule in book.rules.values() for term in (*rule.any_of, *rule.all_of)}
    return "\n".join(
        [
            f"title {entry.title!a}, text {entry.text!a}  ({entry.title!r}, {entry.text!r})",
            *(f"  {_bare(rule)}" for rule in book.rules.values()),
            *(f"  {_bare(entity)}" for name, entity in book.entities.items() if name in used or entity.names),
            f"  engine { ({finding.rule: told_by(finding.hits) for finding in matcher.findings(entry)}) }",
            f"  oracle {met(book, asked(book, entry))}",
        ]
    )


def _bare(one: Any) -> str:  # a Rule or an Entity
    """Show a rule or an entity without what is as always."""
    told = ((field, getattr(one, field)) for field in one.__slots__)
    return ", ".join(f"{field}={_terms(value)}" for field, value in told if value and field not in {"send", "once"})


def _terms(value: Any) -> str:  # whatever a rule holds
    is_terms = isinstance(value, tuple) and value and hasattr(value[0], "written")
    return str([term.written for term in value]) if is_terms else str(value)
