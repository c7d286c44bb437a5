"""All files of the rules folder, read whole: the book, and every fault at once."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, cast

from monitor.core.book import SECTIONS, Book, Section, examples_of
from monitor.core.critique.complaints import Complaint, Critic, unused
from monitor.core.critique.examples import example_faults
from monitor.core.errors import Fault, Level, Place
from monitor.core.feed import SECRET, Feed
from monitor.core.match import Matcher
from monitor.core.route import Channel, Route
from monitor.core.rule import Rule
from monitor.rulebook.nodes import MOST_FAULTS
from monitor.rulebook.sheet import Sheet, Thing, locate, read_sheet

TERMINAL = Channel("terminal", "terminal")
"""Where everything goes as long as nobody wrote any routes."""

FOLDER = Place("", 0, 0)
"""The rules folder as a whole."""

MOST_OF_ONE = 100
"""Complaints of one thing that are told of each level."""

BUILT_IN_ROUTES = {name: Route(name, (TERMINAL.name,)) for name in ("fallback", "operator")}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rules folder says.

    `book` is None where there is an error. `kinds` maps files to what they say they hold (empty: they do not say);
    `secrets` maps the names of secrets to where they are first named; `rules` counts the rules, faulty or not,
    `examples` the examples that were run.
    """

    book: Book | None
    faults: tuple[Fault, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Place] = field(default_factory=dict)
    rules: int = 0
    examples: int = 0

    @property
    def errors(self) -> tuple[Fault, ...]:
        """List the faults that keep the book from being used."""
        return tuple(fault for fault in self.faults if fault.level == "error")


def read(sources: Mapping[str, str], *, examples: bool = True) -> Reading:
    """Read the files of a rules folder, by name; run the rules' examples on the live engine unless told not to."""
    with uncollected():
        return _read(sources, examples=examples)  # what is not kept is gone before the collector looks again


def _read(sources: Mapping[str, str], *, examples: bool) -> Reading:
    gathered = _Gathered([read_sheet(file, sources[file]) for file in sorted(sources)])
    book = gathered.book()
    gathered.check(book)
    if examples:
        gathered.try_examples(book)
    faults = tuple(sorted(_first_ones(set(gathered.faults))))
    sound = not any(fault.level == "error" for fault in faults)
    kinds = {sheet.file: sheet.kind for sheet in gathered.sheets}
    counts = len(gathered.things["rules"]), gathered.examples
    return Reading(book if sound else None, faults, kinds, gathered.secrets(), *counts)


def _first_ones(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Leave out of each file what is more than anyone reads; the number of those is told."""
    by_file: dict[tuple[str, Level], list[Fault]] = {}
    for fault in faults:
        by_file.setdefault((fault.place.file, fault.level), []).append(fault)
    for (file, level), found in by_file.items():
        found.sort()
        yield from found[: MOST_FAULTS + 1]
        if len(found) > MOST_FAULTS + 1:
            message = f"{len(found) - MOST_FAULTS - 1:,} more {level}s in this file - mend these first"
            yield Fault(Place(file, 1), level, "too_many", message)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of garbage away: all is kept that is made here, and looking at it again takes as long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Gathered:
    """The sheets of all files, their things by name, and the faults so far.

    `second` are things whose name was taken: they are in no book, and what is wrong with them is told all the same.
    """

    def __init__(self, sheets: list[Sheet]) -> None:
        self.sheets = sheets
        self.faults: list[Fault] = [fault for sheet in sheets for fault in sheet.faults]
        self.things: dict[Section, dict[str, Thing]] = {section: {} for section in SECTIONS}
        self.examples = 0
        self.told: dict[tuple[int, Level], int] = {}
        self.second: list[Thing] = [thing for sheet in sheets for thing in sheet.second]
        for sheet in sheets:
            self.add(sheet)
        unbuilt = {name for things in self.things.values() for name, thing in things.items() if thing.value is None}
        self.unread = frozenset(word for sheet in sheets for word in sheet.words) | unbuilt

    def add(self, sheet: Sheet) -> None:
        for section, things in sheet.things.items():
            known = self.things[section]
            for name, thing in things.items():
                if name in known:
                    first = known[name].key.place
                    message = f"a second {name} - the first is {first.file}:{first.line}; rename one"
                    self.fault(thing.key.place, "error", "duplicate_name", message)
                    self.second.append(thing)
                else:
                    known[name] = thing

    def fault(self, place: Place, level: Level, code: str, message: str) -> None:
        self.faults.append(Fault(place, level, code, message))

    def book(self) -> Book:
        """Build the book of all that could be built, and of the built-in routes where nobody wrote any."""
        built: dict[Section, dict[str, Any]] = {  # Any: each section holds things of its own type
            section: {name: thing.value for name, thing in things.items() if thing.value is not None}
            for section, things in self.things.items()
        }
        if not any(sheet.kind == "routes/1" for sheet in self.sheets):
            self.warn_of_no_routes()
            built["channels"], built["routes"] = {TERMINAL.name: TERMINAL}, dict(BUILT_IN_ROUTES)
        return Book(**built, zone=self.zone())

    def warn_of_no_routes(self) -> None:
        if all(sheet.kind for sheet in self.sheets):  # a file that does not say what it holds may hold them
            message = "no routes anywhere - all goes to the terminal until a file `vigie: routes/1` says where to"
            self.fault(FOLDER, "warning", "no_routes", message)

    def zone(self) -> str:
        zones = [sheet.zone for sheet in self.sheets if sheet.zone]
        for _, place in zones[1:]:
            first = zones[0][1]
            self.fault(place, "error", "duplicate_zone", f"a second `zone` - the first is {first.file}:{first.line}")
        return zones[0][0] if zones else ""

    def check(self, book: Book) -> None:
        critic = Critic(book, self.unread)
        for thing in (*self.all_things(), *self.second):
            for complaint in critic.of(thing.value, faulty=thing.faulty):
                self.complain(complaint, thing)
        for complaint in critic.whole():
            self.complain(complaint)
        if not any(fault.level == "error" for fault in self.faults):
            for complaint in unused(book):
                self.complain(complaint)

    def all_things(self) -> Iterator[Thing]:
        return (thing for things in self.things.values() for thing in things.values())

    def complain(self, complaint: Complaint, thing: Thing | None = None) -> None:
        if thing is None and len(complaint.path) > 1:
            thing = self.things[cast(Section, complaint.path[0])].get(str(complaint.path[1]))
        if thing is None:
            place = self.head(cast(Section, complaint.path[0]))
            self.fault(place, complaint.level, complaint.code, complaint.message)
            return
        thing.faulty = thing.faulty or complaint.level == "error"
        thing.blurred = thing.blurred or (complaint.level == "error" and complaint.path[2:3] != ("send",))
        count = self.told[id(thing), complaint.level] = self.told.get((id(thing), complaint.level), 0) + 1
        if count <= MOST_OF_ONE:
            self.fault(locate(thing, complaint.path[2:]), complaint.level, complaint.code, complaint.message)
        elif count == MOST_OF_ONE + 1:
            message = f"more than {MOST_OF_ONE} {complaint.level}s here - mend these first"
            self.fault(thing.key.place, complaint.level, "too_many", message)

    def head(self, section: Section) -> Place:
        """Find where a section begins, or the first file that may hold it."""
        heads = (sheet.heads[section] for sheet in self.sheets if section in sheet.heads)
        files = (Place(sheet.file) for sheet in self.sheets if sheet.kind == f"{section}/1")
        return next(chain(heads, files))

    def try_examples(self, book: Book) -> None:
        """Run the examples of rules that look for what is meant.

        Not while entities are faulty or unread, for many would fail for that.
        """
        if self.unread or any(thing.faulty for thing in self.things["entities"].values()):
            return
        rules = dict(self.tried())
        if rules:
            matcher = Matcher(replace(book, rules={name: rule for name, (rule, _) in rules.items()}))
            for rule, thing in rules.values():
                self.judge(matcher, rule, thing)

    def tried(self) -> Iterator[tuple[str, tuple[Rule, Thing]]]:
        """List the rules whose examples are run; a second one of a name under another name."""
        for number, thing in enumerate((*self.things["rules"].values(), *self.second)):
            rule = thing.value
            if isinstance(rule, Rule) and rule.examples and rule.status != "retired" and not thing.blurred:
                name = rule.name if number < len(self.things["rules"]) else f"{rule.name} {number}"
                yield name, (replace(rule, name=name), thing)

    def judge(self, matcher: Matcher, rule: Rule, thing: Thing) -> None:
        steps = [steps for steps, _ in examples_of(rule)]
        self.examples += len(rule.examples)
        level: Level = "warning" if rule.status == "draft" else "error"
        for index, message in example_faults(matcher, rule):
            self.fault(locate(thing, (*steps[index], "text")), level, "failing_example", message)

    def secrets(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for thing in chain(self.things["channels"].values(), self.things["feeds"].values()):
            for steps in _secrets_of(thing.value):
                found.setdefault(steps[-1].removeprefix(SECRET), locate(thing, steps))
        return found


def _secrets_of(value: object) -> Iterator[tuple[str, ...]]:
    """List where a channel or a feed names secrets, as steps to the name."""
    if isinstance(value, Channel):
        steps: tuple[tuple[str, ...], ...] = (("address", value.address),)
    elif isinstance(value, Feed):
        alone = (("cookies", value.cookies), ("auth", value.auth), ("proxy", value.proxy))
        steps = (*(("headers", *pair) for pair in value.headers), *alone)
    else:
        return
    yield from (path for path in steps if path[-1].startswith(SECRET))


def under(folder: str, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Name the files of faults as a person would type them: below the folder."""
    prefix = folder.rstrip("/") or "/"
    return tuple(replace(fault, place=replace(fault.place, file=_joined(prefix, fault.place.file))) for fault in faults)


def _joined(folder: str, file: str) -> str:
    return f"{folder}/{file}".replace("//", "/") if file else folder
