"""One file of the rules folder: what it says it holds, the things it names, and its faults."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from monitor.core.book import Path, Section, Step
from monitor.core.errors import Fault, Place, did_you_mean
from monitor.rulebook.compose import compose
from monitor.rulebook.grammar import CHANNEL, ENTITY, FEED, FEED_DEFAULTS, ROUTE, RULE, RULE_DEFAULTS
from monitor.rulebook.nodes import BrokenError, Desk, Listing, Node, Scalar, Table, quoted
from monitor.rulebook.schema import Shape, text
from monitor.rulebook.words import name, zone

KINDS = ("feeds/1", "entities/1", "rules/1", "routes/1")
RESERVED = ("vigie", "owner", "defaults")

_HEAD = 10_000  # characters in which a file says what it holds, comments before it included
ROUTES_KEYS = ("owner", "zone", "channels", "routes")


@dataclass(slots=True)
class Thing:
    """One named thing: where its name stands, what is written, what was built of it, and whether that is faulty.

    `blurred` says of a faulty one that it may look for something else than is meant: a fault in its `title` leaves it
    as it is. `defaults` are those of its file, as written.
    """

    key: Scalar
    node: Node
    value: object
    faulty: bool
    defaults: Node | None = None
    blurred: bool = False


@dataclass(slots=True)
class Sheet:
    """What one file holds; `kind` is empty where it does not say.

    `words` are what may be names where it could not be read, `heads` where its sections begin; `second` are things
    whose names another one of the file has.
    """

    file: str
    kind: str = ""
    things: dict[Section, dict[str, Thing]] = field(default_factory=dict)
    heads: dict[Section, Place] = field(default_factory=dict)
    second: list[Thing] = field(default_factory=list)
    zone: tuple[str, Place] | None = None
    words: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()


def read_sheet(file: str, written: str) -> Sheet:
    """Read one file, whatever is wrong with it."""
    desk = Desk(file)
    sheet = Sheet(file)
    root: Node | None = None
    try:
        root = compose(written, desk)
        sheet.kind = _kind(root, desk)
        if isinstance(root, Table) and sheet.kind:
            _CONTENTS[sheet.kind](sheet, root, desk)
    except BrokenError:
        sheet.kind, root = sheet.kind or _claimed_kind(written), None
    if not (isinstance(root, Table) and sheet.kind):
        sheet.words = frozenset(_MAY_BE_NAME.findall(written))
    sheet.faults = tuple(desk.faults)
    return sheet


_MAY_BE_NAME = re.compile(r"(?<![\w-])[\w-]{1,80}(?=['\"]?[ \t]{0,9}:)")
_CLAIM = re.compile(r"\ufeff?vigie:\s*(\w+/1)\s*(?:#.*)?")


def _claimed_kind(written: str) -> str:
    """Find the kind of a file that is no YAML: its first line that is no comment may say it all the same."""
    lines = (line.strip() for line in written[:_HEAD].split("\n"))
    first = next((line for line in lines if line and not line.startswith("#")), "")
    found = _CLAIM.fullmatch(first)
    return found[1] if found and found[1] in KINDS else ""


def _kind(root: Node | None, desk: Desk) -> str:
    if root is None or (isinstance(root, Scalar) and root.nothing):
        desk.error(Place(desk.file), "empty_file", "nothing in this file - begin with `vigie: rules/1`, or remove it")
        return ""
    if not isinstance(root, Table):
        desk.error(Place(desk.file), "not_a_mapping", "no `key: value` lines - begin with `vigie: rules/1`")
        return ""
    key, value = next(((k, v) for k, v in root.pairs if k.text == "vigie"), (None, None))
    if key is None or value is None:
        desk.error(
            Place(desk.file),
            "no_kind",
            f"what does this file hold? - begin with `vigie:` and one of {', '.join(KINDS)}",
        )
        return ""
    if key is not root.pairs[0][0]:
        desk.error(key, "kind_not_first", "`vigie` is not the first key - move this line to the top")
    return _known_kind(value, desk)


def _known_kind(value: Node, desk: Desk) -> str:
    written = text(value, desk)
    if written is None or written in KINDS:
        return written or ""
    hint = did_you_mean(written, KINDS) or f" - one of {', '.join(KINDS)}"
    desk.error(value, "unknown_kind", f"no kind of file that is known{hint}")
    return ""


def _named(section: Section) -> Callable[[Sheet, Table, Desk], None]:
    """Make the reader of a file whose first-level keys are names, beside the reserved ones."""

    def contents(sheet: Sheet, root: Table, desk: Desk) -> None:
        defaults = _reserved(section, root, desk)
        names = [pair for pair in root.pairs if pair[0].text not in RESERVED and not _misspelt(*pair, desk)]
        _add_things(sheet, section, names, desk, defaults)

    return contents


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What a file says for all its names: as written, and as read."""

    node: Node | None = None
    fields: Mapping[str, object] = field(default_factory=dict)


def _reserved(section: Section, root: Table, desk: Desk) -> _Defaults:
    """Read `owner` and `defaults`; give the latter."""
    defaults = _Defaults()
    for key, node in root.pairs:
        if key.text == "owner":
            text(node, desk)
        elif key.text == "defaults" and section in _DEFAULTS:
            defaults = _Defaults(node, _DEFAULTS[section](node, desk) or {})
        elif key.text == "defaults":
            desk.error(key, "unknown_key", f"no `defaults` for {section} - they are for feeds and rules")
    return defaults


_DEFAULTS = {"feeds": FEED_DEFAULTS, "rules": RULE_DEFAULTS}


def _misspelt(key: Scalar, node: Node, desk: Desk) -> bool:
    """Refuse a first-level key that can be no name, since what it holds is no mapping."""
    if isinstance(node, Table) and not (key.text not in RESERVED and _holds_defaults(key, node)):
        return False
    if isinstance(node, Listing) or (isinstance(node, Scalar) and node.nothing):
        return False  # a name whose content is missing; its shape says so
    hint = did_you_mean(key.text, RESERVED) or " - only `vigie`, `owner` and `defaults` stand beside names"
    desk.error(key, "unknown_key", f"unknown key {quoted(key.text, 'here')}{hint}")
    return True


def _holds_defaults(key: Scalar, node: Table) -> bool:
    are_defaults = all(inner.text in _KEYS_OF_DEFAULTS for inner, _ in node.pairs)
    return are_defaults and bool(did_you_mean(key.text, ["defaults"]))


_KEYS_OF_DEFAULTS = {*FEED_DEFAULTS.keys, *RULE_DEFAULTS.keys}


_SHAPES: Mapping[Section, Shape[object]] = {
    "feeds": FEED,
    "entities": ENTITY,
    "rules": RULE,
    "channels": CHANNEL,
    "routes": ROUTE,
}


def _add_things(
    sheet: Sheet, section: Section, pairs: Iterable[tuple[Scalar, Node]], desk: Desk, defaults: _Defaults
) -> None:
    shape, things = _SHAPES[section], sheet.things.setdefault(section, {})
    for key, node in pairs:
        errors, faults = desk.errors, len(desk.faults)
        called = name(key, desk)
        value = shape(node, desk, name=called or "", **defaults.fields)
        if called is None:
            continue
        thing = Thing(key, node, value, faulty=desk.errors > errors, defaults=defaults.node)
        thing.blurred = thing.faulty and _is_blurred(node, desk.faults[faults:])
        first = things.setdefault(called, thing)
        if first is not thing:
            sheet.second.append(thing)
        if first.key.text != key.text:  # of two that are equal to the letter it is said where keys are read
            desk.error(key, "duplicate_name", f"a second {called} - accents typed in two ways are one name; rename one")


BESIDE = frozenset({"title", "owner", "send", "severity", "once_per", "on_edit"})
"""Keys of a rule that say nothing of what it is met by."""


def _is_blurred(node: Node, faults: Iterable[Fault]) -> bool:
    """Tell whether an error lies elsewhere than below keys that say nothing of what a rule is met by."""
    errors = (fault.place for fault in faults if fault.level == "error")
    return not isinstance(node, Table) or any(_key_at(node, place) not in BESIDE for place in errors)


def _key_at(node: Table, place: Place) -> str:
    """Name the key below which a place lies, of one that is misspelt the one that is meant; empty: it is above all."""
    before = [key.text for key, _ in node.pairs if (key.line, key.column) <= (place.line, place.column)]
    written = before[-1] if before else ""
    hint = did_you_mean(written, RULE.keys)
    return next((known for known in RULE.keys if hint == f" - did you mean {known}?"), written)


def _routes(sheet: Sheet, root: Table, desk: Desk) -> None:
    """Read a routes file: its first-level keys are fixed, names stand below `channels` and `routes`."""
    for key, node in root.pairs:
        match key.text:
            case "vigie":
                pass
            case "owner":
                text(node, desk)
            case "zone":
                found = zone(node, desk)
                sheet.zone = None if found is None else (found, key.place)
            case "channels" | "routes":
                sheet.heads[cast(Section, key.text)] = key.place
                _section(sheet, cast(Section, key.text), node, desk)
            case _:
                _refuse(key, desk)


def _section(sheet: Sheet, section: Section, node: Node, desk: Desk) -> None:
    if not isinstance(node, Table):
        desk.error(node, "not_a_mapping", f"`{section}` is a mapping - names, each with a mapping of its own")
        words = node.nodes if isinstance(node, Listing) else (node,)
        sheet.words |= {word.text for word in words if isinstance(word, Scalar)}
        return
    _add_things(sheet, section, node.pairs, desk, _Defaults())


def _refuse(key: Scalar, desk: Desk) -> None:
    if key.text in {"stale_after", "quiet", "tests", "flood"}:
        desk.error(key, "not_available_yet", f"`{key.text}` is not available yet - leave it out")
        return
    hint = did_you_mean(key.text, ROUTES_KEYS) or f" - a routes file may have {', '.join(ROUTES_KEYS)}"
    desk.error(key, "unknown_key", f"unknown key {quoted(key.text, 'here')}{hint}")


_CONTENTS: dict[str, Callable[[Sheet, Table, Desk], None]] = {
    "feeds/1": _named("feeds"),
    "entities/1": _named("entities"),
    "rules/1": _named("rules"),
    "routes/1": _routes,
}


def locate(thing: Thing, steps: Path) -> Place:
    """Find where the words of a path stand, or the nearest above them that is written."""
    holds = steps and isinstance(thing.node, Table) and any(key.text == steps[0] for key, _ in thing.node.pairs)
    place, node = thing.key.place, thing.node if holds or thing.defaults is None else thing.defaults
    for step in steps:
        if isinstance(node, Scalar):
            return node.place if node.text == step else place
        place, node = next(_below(node, step), (place, node))
    return place


def _below(node: Table | Listing, step: Step) -> Iterator[tuple[Place, Node]]:
    """Find what a step of a path leads to; of lists by language the word in any of them."""
    if isinstance(node, Table):
        yield from ((key.place, inner) for key, inner in node.pairs if key.text == step)
        lists = [inner for _, inner in node.pairs if isinstance(inner, Listing)]
    else:
        lists = [node]
    for one in lists:
        yield from ((inner.place, inner) for number, inner in enumerate(one.nodes) if _is(inner, number, step))


def _is(node: Node, number: int, step: Step) -> bool:
    """Say whether a path means this of a list: by its number, or by its words however their accents are encoded."""
    if isinstance(step, int):
        return number == step
    return isinstance(node, Scalar) and unicodedata.normalize("NFC", node.text.strip()) == step
