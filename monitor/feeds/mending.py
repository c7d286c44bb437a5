"""JSON as pages hold it: with comments around it, commas too many, quotes that end no text and junk behind it.

Each mending is a pass of its own in linear time; a text between quotes is never changed but for what it may not hold.
"""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

_START = re.compile(r"[{\[]")
_WRAPPING = re.compile(
    r"<!--|-->|/\*\s*<!\[CDATA\[\s*\*/|/\*\s*\]\]>\s*\*/|//\s*<!\[CDATA\[|//\s*\]\]>|<!\[CDATA\[|\]\]>"
)
_BETWEEN_TEXTS = re.compile(
    r"""("(?:[^"\\]|\\.)*+(?:"|\Z))|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])""", re.DOTALL
)  # what does not end goes to the end, or it would be looked for again from every sign within
_NEXT = re.compile(r"[\s,;]*+(?=[{\[])")
_QUOTE = re.compile(r'\\.|"', re.DOTALL)
_ESCAPES = {letter: f"\\{letter}" for letter in 'u"\\/bfnrt'}
"""The escapes of JSON; of another, as of `\\'`, the letter itself is meant."""

_OPENS = re.compile(r"[{\[,:]\s*$")
_CLOSES = re.compile(r'\s*(?:[}\]:]|$|,\s*(?:["{\[}\]]|-?[0-9]|true\b|false\b|null\b|$))')
_NEAR = 200
"""Characters before a quote that are looked at for what it opens; nobody indents deeper."""

_DECODER = json.JSONDecoder(strict=False)  # control characters inside texts are let pass


def loads(script: str) -> Any:
    """Read a script as it stands, or else mended; what cannot be read even so is None, several values are a list."""
    for text in _mended(script):
        found = _values(text)
        if found:
            return found[0] if len(found) == 1 else found
    return None


def _values(text: str) -> list[Any]:
    """Read the objects and lists of a text, up to where it is no JSON any more."""
    found: list[Any] = []
    start = _START.search(text)
    at = None if start is None else start.start()
    while at is not None:
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
        following = _NEXT.match(text, end)
        at = None if following is None else following.end()
    return found


def _mended(script: str) -> Iterator[str]:
    """Give a script as it stands, and then mended more and more."""
    yield script
    yield _without_comments(script)
    bare = _WRAPPING.sub("", script)
    yield _without_comments(bare)
    yield _without_comments(unescape(bare))
    yield _without_comments(_quoted_anew(bare))


def _without_comments(text: str) -> str:
    """Take comments and the commas before an end out, wherever they stand between texts."""
    return _BETWEEN_TEXTS.sub(lambda found: found[1] or "", text)


def _quoted_anew(text: str) -> str:
    """Escape the quotes inside texts, which publishers forget, and mend escapes that are none.

    A quote ends a text where what follows it is a sign of JSON with a value behind it; otherwise it is part of it.
    """
    parts: list[str] = []
    at, inside = 0, False
    for found in _QUOTE.finditer(text):
        parts.append(text[at : found.start()])
        at = found.end()
        if found[0] != '"':
            parts.append(_ESCAPES.get(found[0][1:], found[0][1:]) if inside else found[0])
        elif not inside:
            inside = _OPENS.search(text, max(0, found.start() - _NEAR), found.start()) is not None
            parts.append('"' if inside else "")
        elif _CLOSES.match(text, at):
            inside = False
            parts.append('"')
        else:
            parts.append('\\"')
    return "".join((*parts, text[at:]))
