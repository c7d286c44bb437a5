"""Which rules may tell otherwise under one book than under another, and a book of these alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from monitor.core.book import Book
from monitor.core.engine.vocabulary import names_of, terms_of
from monitor.core.letters import LOOSE
from monitor.core.rule import Entity, Rule, Term


@dataclass(frozen=True, slots=True)
class _Basis:
    """All that decides what a rule tells to whom.

    `properties` are those of the feeds, of a rule that asks for them. `rivals` are names of entities in scripts without
    word ends, of a rule with such terms: a term counts only outside them.
    """

    rule: Rule
    entities: Mapping[str, Entity]
    channels: frozenset[str]
    properties: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    rivals: tuple[Term, ...] = ()


def affected(before: Book, after: Book) -> tuple[str, ...]:
    """Name the rules that may tell otherwise, by name; what the others tell is the same."""
    old, new = _bases(before), _bases(after)
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def narrowed(book: Book, names: Iterable[str]) -> Book:
    """Leave out the other rules, and the entities that make no difference to these."""
    rules = {name: book.rules[name] for name in names if name in book.rules}
    used = {name for rule in rules.values() for name in _entities(book, rule)}
    kept = {
        name: entity for name, entity in book.entities.items() if name in used or any(map(_is_loose, names_of(entity)))
    }
    return replace(book, rules=rules, entities=kept)


def _bases(book: Book) -> dict[str, _Basis]:
    """Give the basis of every rule that tells anybody."""
    feeds = tuple(sorted((feed.name, feed.language, feed.topic) for feed in book.feeds.values()))
    rivals = tuple(name for entity in book.entities.values() for name in names_of(entity) if _is_loose(name))
    return {name: _basis(book, rule, feeds, rivals) for name, rule in book.rules.items() if rule.status == "live"}


def _basis(
    book: Book, rule: Rule, feeds: tuple[tuple[str, str, tuple[str, ...]], ...], rivals: tuple[Term, ...]
) -> _Basis:
    entities = _entities(book, rule)
    terms = (*terms_of(rule), *(name for entity in entities.values() for name in names_of(entity)))
    return _Basis(
        rule=replace(rule, title="", severity="normal", examples=(), send=()),
        entities=entities,
        channels=frozenset(channel for route in rule.send for channel in book.routes[route].to),
        properties=feeds if any(where.topic or where.language for where in (rule.only_in, rule.not_in)) else (),
        rivals=rivals if any(map(_is_loose, terms)) else (),
    )


def _entities(book: Book, rule: Rule) -> dict[str, Entity]:
    """Give the entities that a rule names, and those in whose company their weak names count, and so on."""
    found: dict[str, Entity] = {}
    waiting = [term.text for term in terms_of(rule) if term.form == "entity"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = book.entities[name]
            waiting += _company(found[name])
    return found


def _company(entity: Entity) -> Iterator[str]:
    return (term.text for term in (entity.weak.company if entity.weak else ()) if term.form == "entity")


def _is_loose(term: Term) -> bool:
    return any(ord(letter) >= LOOSE for letter in term.text)
