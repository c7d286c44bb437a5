"""The form of a rules file as tables: which keys a mapping may hold, how each is read, and what it builds.

A reader takes a node and gives a value, or lays its faults on the desk and gives None. A `Shape` is a reader too,
so shapes nest. A shape builds even where a key is faulty, so that the rest is still checked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from monitor.core.errors import did_you_mean
from monitor.rulebook.nodes import Desk, Listing, Node, Scalar, Table, quoted

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Reader = Callable[[Node, Desk], T | None]

_NO_STAND_IN = object()


Form = Mapping[str, object]
"""What a reader reads, in the words of JSON Schema; where a reader stands in it, its own form is meant, and
where a function without arguments stands, what it gives when it is asked."""

TEXT: Form = {"type": ("string", "number", "boolean", "null"), "pattern": r"\S"}
"""One text that is not blank: what is a number, a truth value or nothing to YAML is a text as typed to us."""


@dataclass(frozen=True, slots=True)
class Formed(Generic[T_co]):
    """A reader that says what it reads; of what a form cannot say it refuses nothing."""

    read: Callable[[Node, Desk], T_co | None]
    form: Form

    def __call__(self, node: Node, desk: Desk) -> T_co | None:
        """Read a node."""
        return self.read(node, desk)


def formed(form: Form) -> Callable[[Callable[[Node, Desk], T | None]], Formed[T]]:
    """Say of a reader what it reads."""
    return lambda read: Formed(read, form)


@dataclass(frozen=True, slots=True)
class Key:
    """How one key is read, and into which field; `stand_in` takes the place of a mandatory one that is missing."""

    read: Reader[Any]  # a table of keys holds readers of many types
    into: str | None = ""
    stand_in: object = _NO_STAND_IN

    @property
    def mandatory(self) -> bool:
        """Say whether a mapping without this key is faulty."""
        return self.stand_in is not _NO_STAND_IN


def must(read: Reader[Any], *, stand_in: object, into: str = "") -> Key:
    """Describe a key that has to be there."""
    return Key(read, into, stand_in)


def may(read: Reader[Any], *, into: str = "") -> Key:
    """Describe a key that may be there; the built value has a default."""
    return Key(read, into)


def noted(read: Reader[Any]) -> Key:
    """Describe a key that is checked, and for people only."""
    return Key(read, None)


@dataclass(frozen=True, slots=True)
class Shape(Generic[T_co]):
    """What a mapping may hold, and what is built of it; `later` are keys that are not available yet.

    `form` says of its keys together what the table of them cannot.
    """

    what: str
    build: Callable[..., T_co]
    keys: Mapping[str, Key]
    later: tuple[str, ...] = ()
    form: Form = field(default_factory=dict)

    def __call__(self, node: Node, desk: Desk, **given: object) -> T_co | None:
        """Read a mapping; `given` are fields that come from elsewhere: the name, the defaults of the file."""
        if not isinstance(node, Table):
            desk.error(node, "not_a_mapping", f"{self.what} is a mapping - indent `key: value` lines below its name")
            return None
        fields = dict(given)
        for key, value in node.pairs:
            self._read(key, value, desk, fields)
        self._fill(node, desk, fields)
        return self.build(**fields)

    def _read(self, key: Scalar, value: Node, desk: Desk, fields: dict[str, object]) -> None:
        known = self.keys.get(key.text)
        if known is None:
            return self._refuse(key, desk)
        read = known.read(value, desk)
        if read is not None and known.into is not None:
            fields[known.into or key.text] = read
        return None

    def _refuse(self, key: Scalar, desk: Desk) -> None:
        if key.text in self.later:
            return desk.error(key, "not_available_yet", f"`{key.text}` is not available yet - leave it out")
        hint = did_you_mean(key.text, self.keys) or f" - {self.what} may have {', '.join(self.keys)}"
        return desk.error(key, "unknown_key", f"unknown key {quoted(key.text, 'here')}{hint}")

    def _fill(self, node: Table, desk: Desk, fields: dict[str, object]) -> None:
        written = {key.text for key, _ in node.pairs}
        for name, key in self.keys.items():
            if not key.mandatory:
                continue
            if name not in written:
                desk.error(node, "missing_key", f"{self.what} without `{name}` - it must have one")
            fields.setdefault(key.into or name, key.stand_in)


LONGEST_TEXT = 2_000
"""Characters of a text that is no example."""


@formed(TEXT)
def text(node: Node, desk: Desk) -> str | None:
    """Read one text, as typed."""
    return _text(node, desk, LONGEST_TEXT)


def _text(node: Node, desk: Desk, longest: int) -> str | None:
    if not isinstance(node, Scalar):
        if isinstance(node, Listing):
            message = "a list where one text belongs - without brackets and dashes; a text that begins so in quotes"
        else:
            message = "a mapping where one text belongs - put a text that holds `: ` or begins with `{` in quotes"
        desk.error(node, "not_a_text", message)
        return None
    if not node.text.strip():
        desk.error(node, "empty", "nothing is written here - write a text, or leave the key out")
        return None
    if len(node.text) > longest:
        desk.error(node, "too_long", f"a text of {len(node.text):,} characters - {longest:,} at most")
        return None
    return node.text


class WrongError(Exception):
    """A word that does not do; says which code its fault has."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def word(parse: Callable[[str], T], form: Form = TEXT, longest: int = LONGEST_TEXT) -> Formed[T]:
    """Make a reader of a function of one text that raises WrongError."""

    def read(node: Node, desk: Desk) -> T | None:
        written = _text(node, desk, longest)
        if written is None:
            return None
        try:
            return parse(written)
        except WrongError as wrong:
            desk.error(node, wrong.code, str(wrong))
            return None

    return Formed(read, form)


def like(**form: object) -> Callable[[Callable[[str], T]], Formed[T]]:
    """Make readers as `word` does, and say what they read."""
    return partial(word, form=form)


def one_of(*choices: str) -> Reader[str]:
    """Read one of a few words."""

    def parse(written: str) -> str:
        if written in choices:
            return written
        hint = did_you_mean(written, choices) or f" - one of {', '.join(choices)}"
        raise WrongError("unknown_choice", f"{quoted(written)} is none of the choices{hint}")

    return word(parse, {"enum": choices})


@like(type=("boolean", "string"), pattern="^(true|false)$", patternErrorMessage="true or false")
def yes_or_no(written: str) -> bool:
    """Read `true` or `false`; YAML's other words for them are texts like any."""
    if written in {"true", "false"}:
        return written == "true"
    raise WrongError("not_true_or_false", f"{quoted(written)} is neither true nor false - write one of these")


def list_of(read: Reader[T]) -> Reader[tuple[T, ...]]:
    """Read a list; never one value alone, for `any_of: Otan, Genève` would be one odd term."""
    read_one = read.read if isinstance(read, Formed) else read  # of a hundred thousand terms each call counts

    def read_list(node: Node, desk: Desk) -> tuple[T, ...] | None:
        if not isinstance(node, Listing):
            if isinstance(node, Scalar) and node.nothing:
                desk.error(node, "empty", "nothing is written here - write a list, or leave the key out")
                return None
            shown = node.text if isinstance(node, Scalar) and quoted(node.text) != "this" else "..."
            desk.error(node, "not_a_list", f"a list is written as a list - [{shown}]")
            return None
        if not node.nodes:
            desk.error(node, "empty_list", "an empty list - write something into it, or leave the key out")
            return None
        once = _without_repeats(node, desk)
        values = tuple(value for inner in once if (value := read_one(inner, desk)) is not None)
        return values or None

    return Formed(read_list, {"type": "array", "items": read, "minItems": 1})


def _without_repeats(node: Listing, desk: Desk) -> list[Node]:
    seen: set[str] = set()
    once = []
    for inner in node.nodes:
        written = inner.text if isinstance(inner, Scalar) else ""
        if written in seen:
            desk.warning(inner, "repeated", f"{quoted(written)} stands twice in this list - once is enough")
        else:
            once.append(inner)
        seen |= {written} - {""}
    return once
