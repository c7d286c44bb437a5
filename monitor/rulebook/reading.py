"""All files of the rules folder, read whole: the book, and every fault at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, cast

from monitor.core.book import SECTIONS, Book, Complaint, Path, Section, complaints, examples_of, unused
from monitor.core.errors import Fault, Level, Place
from monitor.core.match import Matcher, example_faults
from monitor.core.route import Channel, Route
from monitor.core.rule import Rule
from monitor.rulebook.sheet import Sheet, Thing, locate, read_sheet

TERMINAL = Channel("terminal", "terminal")
"""Where everything goes as long as nobody wrote any routes."""

FOLDER = Place("", 0, 0)
"""The rules folder as a whole."""

BUILT_IN_ROUTES = {name: Route(name, (TERMINAL.name,)) for name in ("fallback", "operator")}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a rules folder says.

    `book` is None where there is an error. `kinds` maps files to what they say they hold (empty: they do not say);
    `secrets` maps the names of secrets to where they are first named; `rules` counts the rules, faulty or not.
    """

    book: Book | None
    faults: tuple[Fault, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Place] = field(default_factory=dict)
    rules: int = 0

    @property
    def errors(self) -> tuple[Fault, ...]:
        """List the faults that keep the book from being used."""
        return tuple(fault for fault in self.faults if fault.level == "error")


def read(sources: Mapping[str, str], *, examples: bool = True) -> Reading:
    """Read the files of a rules folder, by name; run the rules' examples on the live engine unless told not to."""
    gathered = _Gathered([read_sheet(file, sources[file]) for file in sorted(sources)])
    book = gathered.book()
    gathered.check(book)
    if examples:
        gathered.try_examples(book)
    faults = tuple(sorted(set(gathered.faults)))
    sound = not any(fault.level == "error" for fault in faults)
    kinds = {sheet.file: sheet.kind for sheet in gathered.sheets}
    return Reading(book if sound else None, faults, kinds, gathered.secrets(), len(gathered.things["rules"]))


class _Gathered:
    """The sheets of all files, their things by name, and the faults so far."""

    def __init__(self, sheets: list[Sheet]) -> None:
        self.sheets = sheets
        self.faults: list[Fault] = [fault for sheet in sheets for fault in sheet.faults]
        self.things: dict[Section, dict[str, Thing]] = {section: {} for section in SECTIONS}
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
        faulty: frozenset[Path] = frozenset(
            (section, name) for section, things in self.things.items() for name, thing in things.items() if thing.faulty
        )
        for complaint in complaints(book, faulty, self.unread):
            self.complain(complaint)
        if not any(fault.level == "error" for fault in self.faults):
            for complaint in unused(book):
                self.complain(complaint)

    def complain(self, complaint: Complaint) -> None:
        self.fault(self.place(complaint.path), complaint.level, complaint.code, complaint.message)
        if complaint.level == "error" and len(complaint.path) > 1:
            self.things[cast(Section, complaint.path[0])][str(complaint.path[1])].faulty = True

    def place(self, path: Path) -> Place:
        section = cast(Section, path[0])
        if len(path) > 1:
            return locate(self.things[section][str(path[1])], path[2:])
        heads = (sheet.heads[section] for sheet in self.sheets if section in sheet.heads)
        files = (Place(sheet.file) for sheet in self.sheets if sheet.kind == f"{section}/1")
        return next(chain(heads, files))

    def try_examples(self, book: Book) -> None:
        """Run the examples of sound rules; not while entities are faulty or unread, for many would fail for that."""
        rules = {name: rule for name, rule in book.rules.items() if not self.things["rules"][name].faulty}
        if self.unread or any(thing.faulty for thing in self.things["entities"].values()):
            return
        if not any(rule.examples for rule in rules.values()):
            return
        matcher = Matcher(replace(book, rules=rules))
        for rule in rules.values():
            self.judge(matcher, rule)

    def judge(self, matcher: Matcher, rule: Rule) -> None:
        steps = [steps for steps, _ in examples_of(rule)]
        for index, message in example_faults(matcher, rule):
            place = self.place(("rules", rule.name, *steps[index], "text"))
            self.fault(place, "error", "failing_example", message)

    def secrets(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for thing in self.things["channels"].values():
            if isinstance(thing.value, Channel) and thing.value.address.startswith("secret:"):
                found.setdefault(thing.value.address.partition(":")[2], locate(thing, ("address", thing.value.address)))
        return found


def under(folder: str, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Name the files of faults as a person would type them: below the folder."""
    prefix = folder.rstrip("/") or "/"
    return tuple(replace(fault, place=replace(fault.place, file=_joined(prefix, fault.place.file))) for fault in faults)


def _joined(folder: str, file: str) -> str:
    return f"{folder}/{file}".replace("//", "/") if file else folder
