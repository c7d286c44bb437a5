"""What is remembered of a feed between polls beside its entries: one text in the ledger, read and written here.

Programs of two versions may share a ledger. So whatever a text lacks, or holds in another shape than is expected, is
taken for its default, and what it holds besides is passed over; nothing of it is worth a poll that fails.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from monitor.core.watching.asking import Asking
from monitor.core.watching.flood import Source, Stock
from monitor.core.watching.health import Health
from monitor.core.watching.rhythm import Rhythm
from monitor.core.watching.window import Window

T = TypeVar("T")

Reader = Callable[[Any], Any]  # Any: what JSON holds, and what the fields of a part are declared as


@dataclass(frozen=True, slots=True)
class Memory:
    """All that is remembered of a feed; each part is a frozen dataclass whose fields all have defaults.

    A field is text, a number, a truth, an aware time, a timedelta, a Literal, a tuple of these, a mapping from text to
    one of these, another such dataclass, or one of these or None.
    """

    source: Source = field(default_factory=Source)
    window: Window = field(default_factory=Window)
    rhythm: Rhythm = field(default_factory=Rhythm)
    asking: Asking = field(default_factory=Asking)
    health: Health = field(default_factory=Health)
    stock: Stock = field(default_factory=Stock)


def to_json(memory: Memory) -> str:
    """Write a memory; what is as it is by default is left out."""
    return json.dumps(_plain(memory), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Memory:
    """Read a memory; whatever cannot be read of it is as it is by default."""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        found = {}
    try:
        return _part(Memory)(found)  # type: ignore[no-any-return]  # as the reader was asked for
    except _UnlikeError:
        return Memory()


class _UnlikeError(Exception):
    """What a text holds is not what a field is declared as."""


_SIMPLE_IN_JSON = frozenset({str, int, float, bool, type(None)})


def _plain(value: object) -> object:
    if type(value) in _SIMPLE_IN_JSON:
        return value  # first, for most of a memory are numbers
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: _plain(mine)
            for name, default in _defaults(type(value)).items()
            if (mine := getattr(value, name)) != default
        }
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {key: _plain(mine) for key, mine in value.items()}
    return [_plain(mine) for mine in value] if isinstance(value, tuple) else value


@cache
def _defaults(part: type[Any]) -> Mapping[str, object]:  # Any: any of our dataclasses
    blank = part()
    return {one.name: getattr(blank, one.name) for one in fields(part)}


@cache
def _part(part: type[Any]) -> Reader:
    """Make the reader of a dataclass."""
    hints = get_type_hints(part)
    readers = {one.name: _reader(hints[one.name]) for one in fields(part)}

    def read(found: Any) -> Any:
        given = {}
        for name in readers.keys() & _of(dict, found).keys():
            try:
                given[name] = readers[name](found[name])
            except _UnlikeError:
                continue
        return part(**given)

    return read


def _reader(hint: Any) -> Reader:
    """Make the reader of a field that is declared so."""
    if is_dataclass(hint):
        return _part(hint)  # type: ignore[arg-type]  # a hint that is a dataclass is a class
    origin, args = get_origin(hint), get_args(hint)
    if origin is UnionType:
        inner = _reader(next(one for one in args if one is not type(None)))
        return lambda found: None if found is None else inner(found)
    if origin is tuple:
        return _tuple(args)
    if origin is not None and origin is not Literal:
        inner = _reader(args[1])
        return lambda found: {key: inner(one) for key, one in _of(dict, found).items()}
    return _SIMPLE[hint] if origin is None else lambda found: _among(args, found)


def _tuple(args: tuple[Any, ...]) -> Reader:
    if args[-1] is Ellipsis:
        every = _reader(args[0])
        return lambda found: tuple(map(every, _of(list, found)))
    readers = tuple(map(_reader, args))
    return lambda found: tuple(read(one) for read, one in zip(readers, _long(len(readers), found), strict=True))


def _of(kind: type[T], found: object) -> T:
    if type(found) is not kind:
        raise _UnlikeError
    return found


def _long(length: int, found: object) -> list[object]:
    if len(_of(list, found)) != length:
        raise _UnlikeError
    return _of(list, found)


def _among(allowed: tuple[object, ...], found: object) -> object:
    if found not in allowed:
        raise _UnlikeError
    return found


def _number(found: object) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise _UnlikeError
    return float(found)


def _time(found: object) -> datetime:
    try:
        time = datetime.fromisoformat(_of(str, found))
    except ValueError:
        raise _UnlikeError from None
    if time.tzinfo is None:
        raise _UnlikeError
    return time.astimezone(UTC)


def _span(found: object) -> timedelta:
    try:
        return timedelta(seconds=_number(found))
    except (OverflowError, ValueError):
        raise _UnlikeError from None


_SIMPLE: Mapping[Any, Reader] = {
    str: lambda found: _of(str, found),
    int: lambda found: _of(int, found),
    bool: lambda found: _of(bool, found),
    float: _number,
    datetime: _time,
    timedelta: _span,
}
