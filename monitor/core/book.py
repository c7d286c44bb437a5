"""The book: everything that analysts and operators wrote, read whole; and what is wrong with it as a whole."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from monitor.core.entry import Feed
from monitor.core.errors import Level, did_you_mean
from monitor.core.route import Channel, Route
from monitor.core.rule import Entity, Example, Near, Rule, Term, Where

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


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a book, and where: a fault whose place in a file is not known here."""

    path: Path
    level: Level
    code: str
    message: str


def complaints(
    book: Book, faulty: frozenset[Path] = frozenset(), unread: frozenset[str] = frozenset()
) -> tuple[Complaint, ...]:
    """Check a book as a whole.

    `faulty` names, as `("rules", name)`, what was read in part: nothing is said of what it seems to lack. `unread`
    are words of files that could not be read, any of which may be a name.
    """
    found = [*_unknown_names(book, unread), *_missing_routes(book, unread)]
    for name, rule in book.rules.items():
        if ("rules", name) not in faulty:
            found += _senseless(("rules", name), rule)
    for name, feed in book.feeds.items():
        found += _recipe_or_not(("feeds", name), feed)
    return (*found, *_shared_addresses(book))


def _error(path: Path, code: str, message: str) -> Complaint:
    return Complaint(path, "error", code, message)


def _warning(path: Path, code: str, message: str) -> Complaint:
    return Complaint(path, "warning", code, message)


def references(book: Book) -> Iterator[tuple[Section, str, Path]]:
    """List every name that one thing uses for another: the section it is of, the name, and where it stands."""
    for name, entity in book.entities.items():
        if entity.weak:
            yield from _entities(("entities", name, "weak", "with"), entity.weak.company)
    for name, rule in book.rules.items():
        for path, terms in terms_of(("rules", name), rule):
            yield from _entities(path, terms)
        yield from _feeds_of(("rules", name), rule)
        for route in rule.send:
            yield "routes", route, ("rules", name, "send", route)
    for name, route_ in book.routes.items():
        for channel in route_.to:
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


_SINGULAR: Mapping[Section, str] = {
    "feeds": "feed",
    "entities": "entity",
    "rules": "rule",
    "channels": "channel",
    "routes": "route",
}


def _unknown_names(book: Book, unread: frozenset[str]) -> Iterator[Complaint]:
    for section, name, path in references(book):
        known: Mapping[str, object] = getattr(book, section)
        if name in known or name in unread or (section, name) == ("routes", "fallback"):
            continue  # a missing fallback is complained of once, not by every rule
        sigil = "$" if section == "entities" else ""
        hint = did_you_mean(name, known, sigil) or f" - no {_SINGULAR[section]} has this name in any file"
        yield _error(path, f"unknown_{_SINGULAR[section]}", f"unknown {_SINGULAR[section]} {sigil}{name}{hint}")


_MANDATORY_ROUTES = {
    "fallback": "an alert without a route lands there",
    "operator": "broken feeds and dead channels are told there",
}


def _missing_routes(book: Book, unread: frozenset[str]) -> Iterator[Complaint]:
    for name, why in _MANDATORY_ROUTES.items():
        if name not in book.routes and name not in unread:
            yield _error(("routes",), "missing_route", f"no route `{name}` - it must be there: {why}")


def _senseless(path: Path, rule: Rule) -> Iterator[Complaint]:
    """Find what makes a rule that is well written meet nothing, or everything."""
    main = rule.any_of + rule.all_of
    yield from _no_terms(path, rule, main)
    yield from _near_nothing(path, rule, main)
    yield from _contradictions(path, rule)
    if rule.severity in {"high", "urgent"} and not any(example.met for example in rule.examples):
        yield _warning(
            path, "no_example", f"severity {rule.severity} without a `match` example - write a text to be met"
        )


def _no_terms(path: Path, rule: Rule, main: tuple[Term, ...]) -> Iterator[Complaint]:
    where = rule.only_in
    narrow = where.feed or where.topic or where.author
    if main or narrow:
        return
    if rule.near or rule.none_near:
        return  # said of these
    if where.language:
        yield _warning((*path, "in"), "too_wide", "all entries in a language - name terms, or a feed or topic")
    elif rule.none_of or where.field or any(_values(rule.not_in)):
        yield _error(path, "only_negative", "only what does not count - name terms in `any_of` or `all_of`")
    else:
        yield _error(path, "no_terms", "a rule without terms - name some in `any_of` or `all_of`, or a feed in `in`")


def _near_nothing(path: Path, rule: Rule, main: tuple[Term, ...]) -> Iterator[Complaint]:
    for key, near in (("near", rule.near), ("none_near", rule.none_near)):
        if near and not main:
            yield _error((*path, key), "near_nothing", f"`{key}` without main terms - name some in the rule's `any_of`")
        if near and not (near.any_of or near.all_of):
            yield _error((*path, key), "no_terms", f"`{key}` without terms - name some in its `any_of`")
    if rule.near and rule.none_near and _always_spoilt(rule.near, rule.none_near):
        yield _warning((*path, "near"), "never_near", "never reached - `none_near` takes away every hit that it leaves")


def _always_spoilt(near: Near, spoiler: Near) -> bool:
    spoils = _written(spoiler.any_of)
    needed = _written(near.all_of) & spoils or (near.any_of and _written(near.any_of) <= spoils)
    return bool(needed) and spoiler.within >= near.within


def _written(terms: tuple[Term, ...]) -> set[str]:
    return {term.written for term in terms}


_PROPERTIES = ("language", "feed", "topic", "author", "field")


def _values(where: Where) -> tuple[tuple[str, ...], ...]:
    return (where.language, where.feed, where.topic, where.author, where.field)


def _contradictions(path: Path, rule: Rule) -> Iterator[Complaint]:
    banned = _written(rule.none_of)
    for key, alternatives, needed in (
        (("any_of",), rule.any_of, ()),
        (("all_of",), (), rule.all_of),
        (("near", "any_of"), rule.near.any_of if rule.near else (), ()),
        (("near", "all_of"), (), rule.near.all_of if rule.near else ()),
    ):
        if (alternatives and _written(alternatives) <= banned) or _written(needed) & banned:
            yield _error((*path, *key), "cannot_match", "it can never be met - `none_of` names what must be there")
    for key_, wanted, refused in zip(_PROPERTIES, _values(rule.only_in), _values(rule.not_in), strict=True):
        possible = set(wanted or (("title", "text") if key_ == "field" else ()))
        if possible and possible <= set(refused):
            yield _error((*path, "not_in", key_), "cannot_match", f"it can never be met - no {key_} is left")


def _recipe_or_not(path: Path, feed: Feed) -> Iterator[Complaint]:
    if feed.kind == "page" and not feed.recipe:
        yield _error((*path, "kind", "page"), "no_recipe", "a page without `recipe` - say how its entries are found")
    if feed.recipe and feed.kind != "page":
        yield _error((*path, "recipe"), "no_page", "a `recipe` is for pages - write `kind: page`, or leave it out")


def _shared_addresses(book: Book) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for name, feed in book.feeds.items():
        address = feed.url.partition("#")[0].partition("://")[2].rstrip("/")
        if address in seen and address:
            message = f"the address of feed {seen[address]} - one feed is enough"
            yield _warning(("feeds", name, "url", feed.url), "same_address", message)
        seen.setdefault(address, name)


def unused(book: Book) -> Iterator[Complaint]:
    """Find the entities, routes and channels that nothing names; to be asked of a book without errors only."""
    used: dict[Section, set[str]] = {"entities": set(), "routes": {"fallback", "operator"}, "channels": set()}
    for section, name, _ in references(book):
        used.setdefault(section, set()).add(name)
    for section in ("entities", "routes", "channels"):
        for name in getattr(book, section):
            if name not in used[section]:
                what = _SINGULAR[section]
                yield _warning(
                    (section, name), f"unused_{what}", f"{what} {name} is used nowhere - use it, or remove it"
                )
