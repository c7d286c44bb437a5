r"""Regular expressions in linear time: an analyst's pattern made RE2's, looked for in folded text.

Where RE2 looks, the spaces of folded text are line ends: then the edge of a word is that of a line, in any script
(RE2's own `\b` and `\w` know ASCII only), and takes nothing away from the match beside it.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from math import inf
from typing import Any

import numpy as np
import re2

from monitor.core.errors import RegexError
from monitor.core.patterns.pattern import taken_apart
from monitor.core.patterns.pieces import Choice, Class, Edge, Letters, Piece, Repeat, Row, kind_of

MOST_FOUND = 1_000
"""Places of one regex in one field that are found, the first ones; fewer where that would take too much work."""

WORK = 500_000_000
"""Steps that one field may take, at the worst some nanoseconds each: for each place found, an instruction of the
pattern for each byte to which a match may reach. For `.*` that is all that follows; a field of 3,000 characters and
a pattern of 300 instructions are far from it.
"""

BIGGEST = 2_500
"""Instructions of a compiled pattern. One of twice as many may take a second for a text of 100,000 characters."""

_MEMORY = 1 << 20  # bytes, of one pattern and of what it remembers while it looks
_SEPARATOR = r"(?:\n|(?m:^)|\z)"  # the second of two is met where the first was; those around a field are not written
_EDGES = {"b": "(?:(?m:^)|(?m:$))", "^": r"\A", "$": r"\z"}
_MOST_LITERALS = 32
_WILD = -1
_BYTES = 8  # that a character may take in UTF-8, and a space where scripts meet
_SCRIPT_KINDS = {
    "Han": 1, "Hiragana": 1, "Katakana": 1, "Bopomofo": 1, "Hangul": 2, "Thai": 3, "Lao": 3, "Myanmar": 3, "Khmer": 3,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Regex:
    """A pattern that is ready.

    `literals`: at least one of them is in every match; empty where nothing is sure. `lost` are signs in it, as `€`,
    that to a regex are mere separators. `source` is the pattern as RE2 has it.
    """

    text: str
    source: str
    literals: tuple[str, ...]
    lost: tuple[str, ...]
    _longest: float
    _ready: Any = field(repr=False)  # re2 ships no types

    @property
    def literal(self) -> str:
        """Give folded letters that every match contains; nothing where there are none that are sure."""
        return self.literals[0] if len(self.literals) == 1 else ""

    def find(self, folded_text: str) -> tuple[tuple[int, int], ...]:
        """Find where the pattern is met in one field, folded: the first `MOST_FOUND` places, without outer spaces."""
        body = folded_text.strip(" ").replace(" ", "\n")
        offset = len(folded_text) - len(folded_text.lstrip(" "))
        encoded = body.encode("utf-8", "surrogatepass")
        matches = islice(self._ready.finditer(encoded), self._most(len(encoded)))
        found = [span for match in matches if (span := _trimmed(encoded, *match.span()))]
        if not found:
            return ()
        spans = np.array(found, np.intp)
        if len(encoded) > len(body):
            begins = (np.frombuffer(encoded, np.uint8) & 0xC0) != 0x80  # noqa: PLR2004 - how UTF-8 continues a letter
            spans = np.append(0, begins.cumsum())[spans]
        return tuple((start + offset, end + offset) for start, end in spans.tolist())

    def _most(self, size: int) -> int:
        """Say how many places are found in a field of so many bytes."""
        reach = min(size, _BYTES * self._longest) + 1
        return min(MOST_FOUND, int(WORK / (reach * self._ready.programsize)) + 1)


def _trimmed(encoded: bytes, start: int, end: int) -> tuple[int, int] | None:
    start += encoded[start:end].startswith(b"\n")
    end -= encoded[start:end].endswith(b"\n")
    return (start, end) if start < end else None


@lru_cache(1_000)
def compiled(text: str) -> Regex:
    """Make a pattern ready, as written between its slashes.

    Raises:
        RegexError: it is no pattern, asks for what folded text cannot tell, finds everything or costs too much.

    """
    piece, lost = taken_apart(text)
    source = _source(piece)
    ready = _ready(source)
    if ready.match(b""):
        raise RegexError("it is met where nothing stands - ask for a letter or digit at least")
    if not _asks(piece):
        raise RegexError(
            "nothing but wildcards, it would find everything - name a letter or digit; case does not count"
        )
    return Regex(text, source, _literals(piece), lost, _longest(piece), ready)


def _ready(source: str) -> Any:  # re2 ships no types
    options = re2.Options()
    options.log_errors, options.never_capture, options.dot_nl, options.max_mem = False, True, True, _MEMORY
    try:
        ready = re2.compile(source, options)
    except re2.error:
        ready = None
    if ready is None or max(ready.programsize, ready.reverseprogramsize) > BIGGEST:
        raise RegexError("it takes too much memory - shorter repeats, or `near` for what stands close")
    return ready


def _asks(piece: Piece) -> bool:
    """Tell whether every match holds something that not nearly every text has."""
    match piece:
        case Letters():
            return True
        case Class(wild=wild):
            return not wild
        case Row(parts):
            return any(map(_asks, parts))
        case Choice(branches):
            return all(map(_asks, branches))
        case Repeat(inner, least):
            return least > 0 and _asks(inner)
        case _:
            return False


def _longest(piece: Piece) -> float:
    """Count the characters that a match may have at most."""
    match piece:
        case Letters(text):
            return len(text)
        case Class(spelled=spelled):
            return max((1, *map(len, spelled)))
        case Row(parts):
            return sum(map(_longest, parts))
        case Choice(branches):
            return max(map(_longest, branches))
        case Repeat(inner, _, most):
            return _longest(inner) * (inf if most is None else most)
        case _:
            return 1


def _literals(piece: Piece) -> tuple[str, ...]:
    """List letters of which some are in every match, as long as can be had; nothing where none are sure."""
    match piece:
        case Letters(text):
            return (text,)
        case Row(parts):
            return max((*_runs(parts), *map(_literals, parts)), key=_worth, default=())
        case Choice(branches):
            each = tuple(map(_literals, branches))
            union = tuple(dict.fromkeys(text for texts in each for text in texts))
            return union if all(each) and len(union) <= _MOST_LITERALS else ()
        case Repeat(inner, least) if least:
            return _literals(inner)
        case _:
            return ()


def _worth(literals: tuple[str, ...]) -> tuple[int, int]:
    return min(map(len, literals), default=0), -len(literals)


def _runs(parts: tuple[Piece, ...]) -> list[tuple[str, ...]]:
    """Join letters that stand side by side, as long as they are of one kind of script."""
    runs, before = [""], frozenset[int]()
    for part in parts:
        if isinstance(part, Letters):
            runs.append(part.text if _parted(before, _first(part)) else runs.pop() + part.text)
            before = _last(part)
        else:
            runs.append("")
            before = frozenset()
    return [(run,) for run in runs if run]


def _source(piece: Piece) -> str:
    match piece:
        case Letters(text):
            source = text if len(text) == 1 else f"(?:{text})"
        case Class():
            source = _class(piece)
        case Row(parts):
            source = _row(parts)
        case Choice(branches):
            source = f"(?:{'|'.join(map(_source, branches))})"
        case Repeat(inner, least, most, lazy):
            loop = r"\n?" if most != 1 and _parted(_last(inner), _first(inner)) else ""
            source = f"(?:{loop}{_source(inner)}){_count(least, most)}{'?' if lazy else ''}"
        case Edge(sign):
            source = _EDGES[sign]
        case _:
            source = _SEPARATOR
    return source


def _count(least: int, most: int | None) -> str:
    return f"{{{least},{'' if most is None else most}}}"


def _class(piece: Class) -> str:
    members = "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in piece.members) + "".join(piece.scripts)
    one = [f"[{'^' if piece.negated else ''}{members}]"] if members else []
    return f"(?:{'|'.join([*piece.spelled, *one])})"


def _row(parts: tuple[Piece, ...]) -> str:
    """Put parts side by side; where a script without word ends may touch another, folded text has a space."""
    source, before = "", frozenset[int]()
    for part in parts:
        after = _first(part)
        source += r"\n?" * _parted(before, after) + _source(part)
        before = _last(part) | (before if _is_empty(part) else frozenset())
    return source


def _parted(left: frozenset[int], right: frozenset[int]) -> bool:
    return any(one != other and max(one, other) > 0 for one in left for other in right)


def _is_empty(piece: Piece) -> bool:
    """Tell whether a piece may stand for no character at all."""
    match piece:
        case Row(parts):
            return all(map(_is_empty, parts))
        case Choice(branches):
            return any(map(_is_empty, branches))
        case Repeat(inner, least):
            return not least or _is_empty(inner)
        case _:
            return False


def _first(piece: Piece) -> frozenset[int]:
    """List the kinds of script with which a piece may begin."""
    return _kinds(piece, 1)


def _last(piece: Piece) -> frozenset[int]:
    return _kinds(piece, -1)


def _kinds(piece: Piece, step: int) -> frozenset[int]:
    """List the kinds of script at one end of a piece; none where it is a separator or an edge."""
    match piece:
        case Letters(text):
            return frozenset({kind_of(text[::step][0])})
        case Class():
            return _kinds_of(piece)
        case Row(parts):
            found = frozenset[int]()
            for part in parts[::step]:
                found |= _kinds(part, step)
                if not _is_empty(part):
                    break
            return found
        case Choice(branches):
            return frozenset(kind for branch in branches for kind in _kinds(branch, step))
        case Repeat(inner):
            return _kinds(inner, step)
        case _:
            return frozenset()


def _kinds_of(piece: Class) -> frozenset[int]:
    if piece.wild:
        return frozenset({_WILD})
    letters = [chr(code) for first, last in piece.members for code in (first, last)] + [
        text[0] for text in piece.spelled
    ]
    named = (_SCRIPT_KINDS.get(script[3:-1], 0) for script in piece.scripts)
    return frozenset({*map(kind_of, letters), *named})
