"""YAML as written: every scalar is text, every node knows its place; what YAML would guess or hide is refused.

The document is composed from libyaml's events, not by PyYAML's loader: only there anchors, aliases, tags and
second keys of one name are still to be seen.
"""

import re
from collections.abc import Callable
from typing import Any, NoReturn

import yaml

from monitor.core.errors import Place
from monitor.rulebook.nodes import BrokenError, Desk, Listing, Node, Scalar, Table, quoted

BIGGEST = 5_000_000
"""Bytes that one file may have; nobody writes more by hand."""

DEEPEST = 12
"""No file of ours is nested deeper; a hostile one ends here and not in the interpreter's stack."""

MOST_NODES = 1_000_000
"""Words, lists and mappings of one file: a hundred thousand rules have fewer, and each takes memory."""

_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML does not allow, the line ends that no editor counts (U+0085, U+2028, U+2029), and what turns the direction
of the text behind it (U+202A to U+202E, U+2066 to U+2069), so that it is read otherwise than it is written."""

_LINE_END = re.compile(r"\r\n?|\n")


def compose(text: str, desk: Desk) -> Node | None:
    """Read one document; None where nothing is in it.

    Raises:
        BrokenError: the file is no YAML, or not text; how and where is on the desk.

    """
    text = text.removeprefix("\ufeff")
    if 4 * len(text) > BIGGEST and len(text.encode("utf-8", "replace")) > BIGGEST:
        message = f"more than {BIGGEST // 1_000_000} MB in one file - make several files of it"
        _break(desk, Place(desk.file), "too_big", message)
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
        # Any: the stubs know no kinds of events. Not yaml.parse: of a million events each layer takes a second.
        self.next: Callable[[], Any] = yaml.CSafeLoader(text).get_event
        self.left = MOST_NODES

    def document(self) -> Node | None:
        self.next()  # the stream begins
        if isinstance(self.next(), yaml.StreamEndEvent):
            return None
        root = self.node(self.next(), 0)
        self.next()  # the document ends
        more = self.next()
        if isinstance(more, yaml.DocumentStartEvent):
            self.desk.error(self.place(more), "documents", "a second document - remove the line `---`")
        return root

    def place(self, event: Any) -> Place:
        return Place(self.desk.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def node(self, event: Any, depth: int, under: Scalar | None = None) -> Node:
        """Build a node; `under` is the key it stands under."""
        mark, kind = event.start_mark, type(event)
        line, column = mark.line + 1, mark.column + 1
        self.left -= 1
        if self.left < 0:
            message = f"more than {MOST_NODES:,} words in one file - make several files of it"
            _break(self.desk, self.place(event), "too_much", message)
        if kind is yaml.AliasEvent or event.anchor or event.tag:
            self.refuse_magic(event)
        if kind is yaml.ScalarEvent:
            written = self.printable(event) if event.style == '"' else event.value
            return Scalar(self.desk.file, line, column, written, not event.style)
        if kind is yaml.AliasEvent:
            return Scalar(self.desk.file, line, column, event.anchor, bare=False)
        if depth > DEEPEST:
            _break(self.desk, self.place(event), "nested", f"nested deeper than {DEEPEST} - nothing here needs that")
        if kind is yaml.MappingStartEvent:
            line, column = (under.line, under.column) if under else (line, column)
            return Table(self.desk.file, line, column, self.pairs(depth + 1))
        return Listing(self.desk.file, line, column, self.nodes(depth + 1))

    def nodes(self, depth: int) -> tuple[Node, ...]:
        nodes = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            nodes.append(self.node(event, depth))
        return tuple(nodes)

    def pairs(self, depth: int) -> tuple[tuple[Scalar, Node], ...]:
        pairs: list[tuple[Scalar, Node]] = []
        firsts: dict[str, Scalar] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            key = self.node(event, depth)
            if not isinstance(key, Scalar):
                self.node(self.next(), depth)
                self.desk.error(key, "key", "a list or mapping as a key - a key is a word")
                continue
            value = self.node(self.next(), depth, key)
            if key.text == "<<" and key.bare:
                self.desk.error(key, "merge", "`<<` would merge mappings in YAML - write out the keys that are meant")
                continue
            first = firsts.setdefault(key.text, key)
            if first is not key:
                shown = quoted(key.text, "key of this name")
                self.desk.error(key, "duplicate_key", f"a second {shown} - the first is in line {first.line}")
            pairs.append((key, value))
        return tuple(pairs)

    def printable(self, event: Any) -> str:
        """Refuse escapes for what is refused where it is typed; what is left is read on, to be told of once."""
        found = _UNPRINTABLE.search(event.value)
        if found:
            message = f"an escape for an invisible character (U+{ord(found[0]):04X}) - remove it"
            self.desk.error(self.place(event), "unprintable", message)
        return _UNPRINTABLE.sub("\ufffd", event.value)

    def refuse_magic(self, event: Any) -> None:
        """Refuse what makes YAML mean something else than what is typed."""
        for code, sign, there in (
            ("alias", "`*`", type(event) is yaml.AliasEvent),
            ("anchor", "`&`", type(event) is not yaml.AliasEvent and event.anchor),
            ("tag", "`!`", getattr(event, "tag", None)),
        ):
            if there:
                article = "a" if code == "tag" else "an"
                message = f"{sign} before a word is {article} {code} of YAML - write it out, or put a text in quotes"
                self.desk.error(self.place(event), code, message)
