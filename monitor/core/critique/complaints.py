"""What is wrong with a book as a whole: names that nothing bears, and what is well written and makes no sense."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest

from monitor.core.book import Book, Path, Section, references, references_of
from monitor.core.critique.certain import Certain
from monitor.core.critique.sense import entity_sense, rule_sense
from monitor.core.engine.vocabulary import own_name
from monitor.core.errors import Level, did_you_mean
from monitor.core.feed import Feed
from monitor.core.rule import Entity, Form, Rule, Term
from monitor.core.text import everyday, normal, plainly

MOST_HINTS = 100
"""Names that nothing bears for which a like one is looked for: of thousands, most will have one reason."""

_MANY = 50  # likely names among which the likest one is looked for closely


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a book, and where: a fault whose place in a file is not known here."""

    path: Path
    level: Level
    code: str
    message: str


_SINGULAR: Mapping[Section, str] = {
    "feeds": "feed",
    "entities": "entity",
    "rules": "rule",
    "channels": "channel",
    "routes": "route",
}
_MANDATORY_ROUTES = {
    "fallback": "an alert without a route lands there",
    "operator": "broken feeds and dead channels are told there",
}


class Critic:
    """Complains of a book; `unread` are words of files that could not be read, any of which may be a name."""

    def __init__(self, book: Book, unread: frozenset[str] = frozenset()) -> None:
        self._book, self._unread = book, unread
        self._certain = Certain(book.entities)
        self._hints: dict[tuple[Section, str], str] = {}

    def of(self, thing: object, *, faulty: bool = False) -> Iterator[Complaint]:
        """Complain of one thing; of what was read in part only (`faulty`) nothing is said that it seems to lack."""
        yield from self._unknown_names(thing)
        match thing:
            case Rule() if not faulty:
                found = rule_sense(thing, self._book, self._certain)
                yield from (Complaint(("rules", thing.name, *sense.path), *sense[1:]) for sense in found)
            case Entity() if not faulty:
                found = entity_sense(thing, self._certain)
                yield from (Complaint(("entities", thing.name, *sense.path), *sense[1:]) for sense in found)
            case Feed():
                yield from _recipe_or_not(("feeds", thing.name), thing)

    def whole(self) -> Iterator[Complaint]:
        """Complain of what is wrong with several things together, or lacks."""
        for name, why in _MANDATORY_ROUTES.items():
            if name not in self._book.routes and name not in self._unread:
                message = f"no route `{name}` - it must be there: {why}"
                yield Complaint(("routes",), "error", "missing_route", message)
        yield from _shared_addresses(self._book)
        yield from _shared_names(self._book)

    def _unknown_names(self, thing: object) -> Iterator[Complaint]:
        for section, name, path in references_of(thing):
            if name in getattr(self._book, section) or name in self._unread:
                continue
            if (section, name) == ("routes", "fallback"):
                continue  # one that is missing is complained of once, not by every rule
            what, sigil = _SINGULAR[section], "$" if section == "entities" else ""
            hint = self._hint(section, name, sigil) or f" - no {what} has this name in any file"
            yield Complaint(path, "error", f"unknown_{what}", f"unknown {what} {sigil}{name}{hint}")

    def _hint(self, section: Section, name: str, sigil: str) -> str:
        key = section, name
        if key not in self._hints and len(self._hints) < MOST_HINTS:
            pairs = _pairs(name)
            likely = nlargest(_MANY, getattr(self._book, section), key=lambda known: len(pairs & _pairs(known)))
            self._hints[key] = did_you_mean(name, likely, sigil)
        return self._hints.get(key, "")


def _pairs(name: str) -> set[str]:
    folded = f" {name.casefold()} "
    return {folded[at : at + 2] for at in range(len(folded) - 1)}


def _recipe_or_not(path: Path, feed: Feed) -> Iterator[Complaint]:
    if feed.kind == "page" and not feed.recipe:
        message = "a page without `recipe` - say how its entries are found"
        yield Complaint((*path, "kind", "page"), "error", "no_recipe", message)
    if feed.recipe and feed.kind != "page":
        message = "a `recipe` is for pages - write `kind: page`, or leave it out"
        yield Complaint((*path, "recipe"), "error", "no_page", message)


def _shared_addresses(book: Book) -> Iterator[Complaint]:
    seen: dict[str, str] = {}
    for name, feed in book.feeds.items():
        address = feed.url.partition("#")[0].partition("://")[2].rstrip("/")
        host, slash, rest = address.partition("/")
        address = f"{host.lower()}{slash}{rest}"
        if address in seen and address:
            message = f"the address of feed {seen[address]} - one feed is enough"
            yield Complaint(("feeds", name, "url", feed.url), "warning", "same_address", message)
        seen.setdefault(address, name)


def _shared_names(book: Book) -> Iterator[Complaint]:
    """Find names that two entities have, both without company: what is found is told as both."""
    seen: dict[tuple[Form, str], str] = {}
    for entity in book.entities.values():
        for path, term in _strong_names(entity):
            text = _compared(term)
            first = seen.setdefault((term.form, text), entity.name)
            if first != entity.name and text:
                message = f"{term.written} is a name of ${first} too - one entity, or a weak name with its company"
                yield Complaint(("entities", entity.name, *path), "warning", "shared_name", message)


def _strong_names(entity: Entity) -> Iterator[tuple[Path, Term]]:
    yield ("name",), own_name(entity)
    weak = {term.written for term in entity.weak.names} if entity.weak else set()
    yield from ((("names", term.written), term) for term in entity.names if term.written not in weak)


def _compared(term: Term) -> str:
    """Give of a name what two entities must not have in common; nothing of one that could not be read."""
    return plainly(term.text) if term.form == "exact" else everyday(term.text) or normal(term.text)


def unused(book: Book) -> Iterator[Complaint]:
    """Find the entities, routes and channels that nothing names; to be asked of a book without errors only."""
    used: dict[Section, set[str]] = {"entities": set(), "routes": {"fallback", "operator"}, "channels": set()}
    for section, name, _ in references(book):
        used.setdefault(section, set()).add(name)
    for section in ("entities", "routes", "channels"):
        for name in getattr(book, section):
            if name not in used[section]:
                what = _SINGULAR[section]
                message = f"{what} {name} is used nowhere - use it, or remove it"
                yield Complaint((section, name), "warning", f"unused_{what}", message)
