"""What the verbs that match have in common: compile a rules folder, read entries from JSON lines, show hits."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from monitor.core.clean import Span
from monitor.core.entry import Entry
from monitor.core.errors import ConfigError, VigieError
from monitor.core.match import Matcher
from monitor.core.rule import Field, Hit
from monitor.core.telling.passage import windows
from monitor.rulebook import read, sources_of, under
from monitor.settings import load_settings

ROOM = 3000
"""Characters of a text on a terminal; of a longer one the sentences with hits are shown."""

_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def matcher_of(folder: Path | None, *, examples: bool = True) -> Matcher:
    """Compile the rules of a folder (None: as the settings say), if their `examples` pass. Raises: ConfigError."""
    folder = folder or load_settings().rules_dir
    reading = read(sources_of(folder), examples=examples)
    if reading.book is None:
        raise ConfigError(under(str(folder), reading.errors))
    return Matcher(reading.book)


def entry_of(line: bytes | str) -> Entry:
    """Read an entry from a line of JSON; unknown keys are let be. Raises: VigieError saying what is wrong with it."""
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise VigieError(f"no JSON: {error}") from error
    if not isinstance(raw, dict):
        raise VigieError('no JSON object - write {"identity": ..., "text": ...}')
    if "error" in raw and "identity" not in raw:
        raise VigieError(f"it could not be read: {raw.get('source', '')}: {raw['error']}")
    if not _word(raw, "identity") or not (raw.keys() & {"title", "text"}):
        raise VigieError("no entry - an identity, and a title or a text")
    return Entry(
        feed=_word(raw, "feed"),
        identity=_word(raw, "identity"),
        title=_word(raw, "title"),
        text=_word(raw, "text"),
        author=_word(raw, "author"),
        categories=(*_words(raw, "topic"), *_words(raw, "categories")),
        language=_word(raw, "language"),
        deleted=raw.get("deleted") is True,
    )


# Any: what a line of JSON holds is known only once it was looked at.
def _word(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise VigieError(f"{key} is no text")
    return value


def _words(raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = raw.get(key)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if value is None or isinstance(value, str):
        return (value,) if value else ()
    raise VigieError(f"{key} is neither a text nor a list of texts")


def write(line: Mapping[str, object]) -> None:
    """Write one object as a line of JSON; halves of characters, which UTF-8 has not, as JSON escapes."""
    written = json.dumps(line, ensure_ascii=False).encode("utf-8", "backslashreplace")
    sys.stdout.buffer.write(written + b"\n")
    sys.stdout.buffer.flush()


def fields_of(entry: Entry) -> tuple[tuple[Field, str], ...]:
    """List the fields of an entry that say something."""
    fields: tuple[tuple[Field, str], ...] = (("title", entry.title), ("text", entry.text))
    return tuple((field, text) for field, text in fields if text)


def passages(text: str, field: Field, hits: Iterable[Hit], console: Console, room: int = ROOM) -> Text:
    """Give a field with its hits marked, in colour or else by `[[ ]]`; of a long text the sentences that have some."""
    shown = plain(text)
    spans = _joined((hit.start, hit.end) for hit in hits if hit.field == field)
    marks = ("", "") if console.color_system and not console.no_color else ("[[", "]]")
    parts = windows(shown, spans, room)
    pieces = [_marked(shown, part, spans, marks) for part in parts]
    before, after = ("… " if parts[0][0] else ""), (" …" if parts[-1][1] < len(shown) else "")
    return Text.assemble(before, Text(" … ").join(pieces), after)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Put spans in order; those that overlap are one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _marked(text: str, part: Span, spans: Iterable[Span], marks: tuple[str, str]) -> Text:
    shown, done = Text(), part[0]
    for start, end in ((max(a, part[0]), min(b, part[1])) for a, b in spans if a < part[1] and b > part[0]):
        shown.append(text[done:start])
        shown.append(f"{marks[0]}{text[start:end]}{marks[1]}", style="bold black on yellow")
        done = end
    return shown.append(text[done : part[1]])


def plain(text: str) -> str:
    """Make spaces of the characters that would move a terminal's cursor or turn its text around; no offset changes."""
    return "".join(" " if char != "\n" and unicodedata.category(char) in _ACTING else char for char in text)
