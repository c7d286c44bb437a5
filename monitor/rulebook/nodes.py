"""YAML as written: every scalar is text, every node knows its place; what YAML would guess or hide is refused.

The document is composed from libyaml's events, not by PyYAML's loader: only there anchors, aliases, tags and
second keys of one name are still to be seen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import yaml

from monitor.core.errors import Fault, Level, Place

DEEPEST = 12
"""No file of ours is nested deeper; a hostile one ends here and not in the interpreter's stack."""

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
"""What YAML does not allow, and the line ends that no editor counts (U+0085, U+2028, U+2029)."""

_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as typed, without its quotes; `bare` is one without quotes."""

    place: Place
    text: str
    bare: bool = True

    @property
    def nothing(self) -> bool:
        """Say whether nothing was written at all: `title:` and the end of the line."""
        return self.bare and not self.text


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, in flow or block style."""

    place: Place
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, in the order of the file; `place` is that of the key it stands under.

    A second key of one name is an error, and is here all the same: what is wrong below it is to be told too.
    """

    place: Place
    pairs: tuple[tuple[Scalar, "Node"], ...]


Node = Scalar | Listing | Table


class Desk:
    """Where the faults of one file are laid down while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.errors = 0

    def error(self, where: Node | Place, code: str, message: str) -> None:
        """Lay down an error: `what - what would be right`."""
        self._add(where, "error", code, message)

    def warning(self, where: Node | Place, code: str, message: str) -> None:
        """Lay down a warning."""
        self._add(where, "warning", code, message)

    def _add(self, where: Node | Place, level: Level, code: str, message: str) -> None:
        place = where if isinstance(where, Place) else where.place
        self.faults.append(Fault(place, level, code, message))
        self.errors += level == "error"


class BrokenError(Exception):
    """The file cannot be read to its end; the fault lies on the desk."""


def compose(text: str, desk: Desk) -> Node | None:
    """Read one document; None where nothing is in it.

    Raises:
        BrokenError: the file is no YAML, or not text; how and where is on the desk.

    """
    text = text.removeprefix("\ufeff")
    _refuse_unprintable(text, desk)
    try:
        return _Composer(text, desk).document()
    except yaml.MarkedYAMLError as broken:
        line, column = _where(broken, text)
        code, message = _explained(broken, text, line, column)
        _break(desk, Place(desk.file, line, column), code, message)


def _where(broken: yaml.MarkedYAMLError, text: str) -> tuple[int, int]:
    """Find line and column of a fault; where only a later line showed it, those of what was never closed."""
    mark, context, problem = broken.problem_mark, broken.context_mark, broken.problem or ""
    if mark and "directive" in problem:
        return mark.line + 1, 1
    last = len(_LINE_END.split(text.rstrip()))
    late = mark is None or mark.line >= last or any(part in problem for part in _SHOWN_LATE)
    if context and late and (mark is None or mark.line > context.line):
        mark = context
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


_SHOWN_LATE = ("expected ','", "could not find expected ':'")


def _break(desk: Desk, place: Place, code: str, message: str) -> NoReturn:
    desk.error(place, code, message)
    raise BrokenError


def _refuse_unprintable(text: str, desk: Desk) -> None:
    found = _UNPRINTABLE.search(text)
    if not found:
        return
    line, before = text.count("\n", 0, found.start()) + 1, text.rfind("\n", 0, found.start())
    place = Place(desk.file, line, found.start() - before)
    if "\udc80" <= found[0] <= "\udcff":
        _break(desk, place, "not_utf8", "not UTF-8 from here on - save the file as UTF-8")
    _break(desk, place, "unprintable", f"an invisible character (U+{ord(found[0]):04X}) - remove it")


_SHOWN = {"\t": "a tab", "`": "a backtick"}
_WRITTEN_SO = {
    "@": "put a text that begins with @ in quotes",
    "%": "put a text that begins with % in quotes",
    "`": "put a text that begins with one in quotes",
    "\t": "indent with spaces",
}

_MEANINGS = (
    ("tab character", "a tab in the indentation - indent with spaces"),
    (
        "mapping values are not allowed",
        "a colon too many, or a wrong indentation - put a text that holds `: ` in quotes",
    ),
    (
        "expected ',' or ']'",
        "the list that begins at {start} is not closed - a comma or `]`, quotes around a text with brackets or ` #`",
    ),
    ("expected ',' or '}'", "the mapping that begins at {start} is not closed - a comma or `}}`"),
    ("unexpected end of stream", "the quotes that open at {start} are not closed - close them"),
    ("unknown escape character", "a backslash in double quotes - in single quotes it is a backslash"),
    (
        "expected key",
        "no key where one belongs - `key: value` in the column of the keys above, quotes around a whole text",
    ),
    (
        "could not find expected ':'",
        "a line without a colon - `key: value`, or `- ` before each of a list",
    ),
    ("expected '-' indicator", "neither the next of the list nor its end - `- ` in the column of those above"),
    ("expected node content", "a bracket or comma too many - one value between commas, quotes around a text"),
    ("comment or line break", "a text after `|` or `>` - begin it on the next line, indented"),
    ("directive", "`%` begins this line - put a text in quotes"),
    ("alphabetic or numeric", "`*` or `&` begins this text - put it in quotes"),
)


def _explained(broken: yaml.MarkedYAMLError, text: str, line: int, column: int) -> tuple[str, str]:
    """Say in an analyst's words what libyaml complains of, with its code."""
    problem = broken.problem or "no YAML"
    if "cannot start any token" in problem:
        at = _LINE_END.split(text)[line - 1][column - 1 : column]
        what, code = _SHOWN.get(at, f"`{at}`"), "tab" if at == "\t" else "syntax"
        return code, f"{what} cannot stand here - {_WRITTEN_SO.get(at, 'put the text in quotes')}"
    start = f"{broken.context_mark.line + 1}:{broken.context_mark.column + 1}" if broken.context_mark else ""
    for part, meaning in _MEANINGS:
        if part in problem:
            return "tab" if "tab" in part else "syntax", meaning.format(start=start)
    return "syntax", f"no YAML: {problem} - look at this line and the one above"


class _Composer:
    """Builds the nodes of one document from libyaml's events."""

    def __init__(self, text: str, desk: Desk) -> None:
        self.desk = desk
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)

    def document(self) -> Node | None:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        root = self.node(next(self.events), 0)
        next(self.events)  # the document ends
        more = next(self.events)
        if isinstance(more, yaml.DocumentStartEvent):
            self.desk.error(self.place(more), "documents", "a second document - remove the line `---`")
        return root

    def place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        assert mark is not None, "libyaml marks every event"  # noqa: S101 - what the stubs cannot say
        return Place(self.desk.file, mark.line + 1, mark.column + 1)

    def node(self, event: yaml.Event, depth: int, under: Place | None = None) -> Node:
        if depth > DEEPEST:
            _break(self.desk, self.place(event), "nested", f"nested deeper than {DEEPEST} - nothing here needs that")
        self.refuse_magic(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self.table(depth, under or self.place(event))
        if isinstance(event, yaml.SequenceStartEvent):
            nodes = tuple(self.node(inner, depth + 1) for inner in self.until(yaml.SequenceEndEvent))
            return Listing(self.place(event), nodes)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(self.place(event), event.value, bare=not event.style)
        return Scalar(self.place(event), getattr(event, "anchor", None) or "", bare=False)  # an alias, refused above

    def until(self, end: type[yaml.Event]) -> Iterator[yaml.Event]:
        while not isinstance(event := next(self.events), end):
            yield event

    def table(self, depth: int, place: Place) -> Table:
        pairs: list[tuple[Scalar, Node]] = []
        firsts: dict[str, Scalar] = {}
        for inner in self.until(yaml.MappingEndEvent):
            key = self.node(inner, depth + 1)
            value = self.node(next(self.events), depth + 1, key.place)
            if not isinstance(key, Scalar):
                self.desk.error(key, "key", "a list or mapping as a key - a key is a word")
                continue
            first = firsts.setdefault(key.text, key)
            if first is not key:
                shown = quoted(key.text, "key of this name")
                self.desk.error(key, "duplicate_key", f"a second {shown} - the first is in line {first.place.line}")
            pairs.append((key, value))
        return Table(place, tuple(pairs))

    def refuse_magic(self, event: yaml.Event) -> None:
        """Refuse what makes YAML mean something else than what is typed."""
        magic = (
            ("alias", "`*`", isinstance(event, yaml.AliasEvent)),
            ("anchor", "`&`", not isinstance(event, yaml.AliasEvent) and getattr(event, "anchor", None)),
            ("tag", "`!`", getattr(event, "tag", None)),
        )
        for code, sign, there in magic:
            if there:
                message = f"{sign} before a word is an {code} of YAML - write it out, or put a text in quotes"
                self.desk.error(self.place(event), code, message.replace("an tag", "a tag"))


_HARMLESS = re.compile(r"[\w $=*.,'’-]{1,60}")


def quoted(text: str, instead: str = "this") -> str:
    """Show what a person typed; what may be an address or a token is not shown."""
    return f"`{text}`" if _HARMLESS.fullmatch(text) else instead
