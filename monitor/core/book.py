"""The book: everything that analysts and operators wrote, read whole, and the names by which one thing uses another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from monitor.core.feed import Feed
from monitor.core.route import Channel, Route
from monitor.core.rule import Entity, Example, Rule, Term, Weak

Section = Literal["feeds", "entities", "rules", "channels", "routes"]
SECTIONS: tuple[Section, ...] = ("feeds", "entities", "rules", "channels", "routes")

Step = str | int
Path = tuple[Step, ...]
"""From a section down to one word: `("rules", "geneva-talks", "near", "any_of", "$otan")`; numbers count."""


@dataclass(frozen=True, slots=True)
class Book:
    """One version of the content of a rules folder, names mapped to what they name; cross-checked.

    `zone` is the IANA name of the zone in which people are told times (empty: the zone of the feed, else UTC).
    """

    feeds: Mapping[str, Feed] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    routes: Mapping[str, Route] = field(default_factory=dict)
    zone: str = ""


def references(book: Book) -> Iterator[tuple[Section, str, Path]]:
    """List every name that one thing uses for another: the section it is of, the name, and where it stands."""
    for section in SECTIONS:
        things: Mapping[str, object] = getattr(book, section)
        for thing in things.values():
            yield from references_of(thing)


def references_of(thing: object) -> Iterator[tuple[Section, str, Path]]:
    """List the names that one thing uses for others, as `references` does."""
    match thing:
        case Entity(name=name, weak=Weak() as weak):
            yield from _entities(("entities", name, "weak", "with"), weak.company)
        case Rule(name=name):
            for path, terms in terms_of(("rules", name), thing):
                yield from _entities(path, terms)
            yield from _feeds_of(("rules", name), thing)
            for route in thing.send:
                yield "routes", route, ("rules", name, "send", route)
        case Route(name=name):
            for channel in thing.to:
                yield "channels", channel, ("routes", name, "to", channel)


def terms_of(path: Path, rule: Rule) -> Iterator[tuple[Path, tuple[Term, ...]]]:
    """List the lists of terms of a rule, each with where it stands."""
    yield (*path, "any_of"), rule.any_of
    yield (*path, "all_of"), rule.all_of
    yield (*path, "none_of"), rule.none_of
    for key, near in (("near", rule.near), ("none_near", rule.none_near)):
        if near:
            yield (*path, key, "any_of"), near.any_of
            yield (*path, key, "all_of"), near.all_of


def _entities(path: Path, terms: Iterable[Term]) -> Iterator[tuple[Section, str, Path]]:
    for term in terms:
        if term.form == "entity":
            yield "entities", term.text, (*path, term.written)


def _feeds_of(path: Path, rule: Rule) -> Iterator[tuple[Section, str, Path]]:
    for key, where in (("in", rule.only_in), ("not_in", rule.not_in)):
        for feed in where.feed:
            yield "feeds", feed, (*path, key, "feed", feed)
    for at, example in examples_of(rule):
        if example.feed:
            yield "feeds", example.feed, (*path, *at, "feed", example.feed)


def examples_of(rule: Rule) -> Iterator[tuple[Path, Example]]:
    """List the examples of a rule, each with where it stands below the rule."""
    count = {True: 0, False: 0}
    for example in rule.examples:
        yield ("examples", "match" if example.met else "no_match", count[example.met]), example
        count[example.met] += 1
