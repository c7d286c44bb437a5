"""The engine as the benchmark of `bench.py` wants it: a factory that turns neutral rules into a book and compiles it.

bench_factory         which rules a text meets, as the live service decides it
findings_factory      the same with every hit and its place in the original
translit_factory      20 % of the entities are also found in other romanisations: more is found, compare speed only
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.match import Matcher
from monitor.core.rule import Entity, Near, Rule, Term
from monitor.rulebook import uncollected

Expression = Mapping[str, Any]  # as gen.py writes it


class Engine:
    """A compiled book that is asked which rules a text meets; they are named by their numbers, in order."""

    def __init__(self, book: Book) -> None:
        with uncollected():  # as the service does
            self.matcher = Matcher(book)

    def match(self, text: str) -> set[int]:
        """Give the numbers of the rules that a text meets."""
        return self.matcher.numbers(Entry("feed", "entry", text=text))


class FindingEngine(Engine):
    """The same, with all hits and their places."""

    def match(self, text: str) -> set[int]:
        """Give the numbers of the rules that a text meets, from findings."""
        return {int(finding.rule) for finding in self.matcher.findings(Entry("feed", "entry", text=text))}


def bench_factory(rules: Iterable[Expression], _: object) -> Engine:
    """Compile the rules; what is known of the texts is not used, for a live service knows nothing of the kind."""
    return Engine(book_of(rules))


def findings_factory(rules: Iterable[Expression], _: object) -> Engine:
    """Compile the rules to be asked for all hits."""
    return FindingEngine(book_of(rules))


def translit_factory(rules: Iterable[Expression], _: object) -> Engine:
    """Compile the rules with other romanisations for every fifth entity."""
    book = book_of(rules)
    entities = {
        name: replace(entity, variants="translit") if number % 5 == 0 else entity
        for number, (name, entity) in enumerate(book.entities.items())
    }
    return Engine(replace(book, entities=entities))


def book_of(rules: Iterable[Expression]) -> Book:
    """Write the rules in our language."""
    writer = _Writer()
    written = (writer.rule(f"{number:06}", rule["expr"]) for number, rule in enumerate(rules))
    return Book(rules={rule.name: rule for rule in written}, entities=writer.entities)


class _Writer:
    """Writes rules, and an entity for every group of alternatives that a rule wants beside others."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}

    def rule(self, name: str, expression: Expression) -> Rule:
        if "near" in expression:
            first, second = (_term({"term": word}) for word in expression["near"])
            return Rule(name, any_of=(first,), near=Near(expression["within"] - 1, any_of=(second,)))
        if "and" not in expression:
            return Rule(name, any_of=tuple(_leaves(expression)))
        wanted = tuple(self._group(part) for part in expression["and"] if "not" not in part)
        unwanted = (part["not"] for part in expression["and"] if "not" in part)
        return Rule(name, all_of=wanted, none_of=tuple(term for part in unwanted for term in _leaves(part)))

    def _group(self, expression: Expression) -> Term:
        terms = tuple(_leaves(expression))
        if len(terms) == 1:
            return terms[0]
        name = f"group-{len(self.entities)}"
        plain = next(term for term in terms if term.form == "plain")
        others = tuple(term for term in terms if term is not plain)
        self.entities[name] = Entity(name, plain.text, "thing", others, variants="written")
        return Term(f"${name}", "entity", name)


def _leaves(expression: Expression) -> Iterator[Term]:
    for leaf in expression.get("or", [expression]):
        yield _term(leaf)


def _term(leaf: Expression) -> Term:
    if "prefix" in leaf:
        return Term(f"{leaf['prefix']}*", "prefix", leaf["prefix"])
    return Term(leaf["term"], "plain", leaf["term"])
