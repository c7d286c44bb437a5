"""The JSON-LD of a page, read as publishers write it and not as it should be written."""

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from monitor.feeds.markup import attributes, tokens

Node = Mapping[str, Any]
"""A JSON object; what stands under its keys is checked where it is used."""

_WRAPPING = re.compile(
    r"<!--|-->|/\*\s*<!\[CDATA\[\s*\*/|/\*\s*\]\]>\s*\*/|//\s*<!\[CDATA\[|//\s*\]\]>|<!\[CDATA\[|\]\]>"
)
_TEXTS = ("@value", "text", "name", "articleBody", "html")
"""Where an object keeps its text."""

_START = re.compile(r"[{\[]")
_LOOSE_COMMA = re.compile(r",(\s*[}\]])")
_DECODER = json.JSONDecoder(strict=False)  # control characters inside texts are let pass


def scripts(page: str) -> Iterator[str]:
    """Give the content of the page's JSON-LD scripts."""
    wanted = False
    for token in tokens(page):
        if token.kind == "raw" and wanted:
            yield token.value
        wanted = token.kind == "start" and token.value == "script" and _is_json_ld(token.attributes)


def _is_json_ld(written: str) -> bool:
    return "ld+json" in attributes(written).get("type", "").lower()


def loads(script: str) -> Any:
    """Read a script as JSON: with comments around it, entities or commas too many in it, and junk behind it.

    What cannot be read even so is None.
    """
    bare = _WRAPPING.sub("", script)
    for text in (script, bare, unescape(bare), _LOOSE_COMMA.sub(r"\1", bare)):
        start = _START.search(text)
        if start is None:
            continue
        try:
            return _DECODER.raw_decode(text, start.start())[0]
        except (ValueError, RecursionError):
            continue
    return None


def nodes(document: Any) -> Iterator[Node]:
    """Give every object of a document, in its order, however deep: in lists, in `@graph`, under any key."""
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield one
            waiting.extend(reversed(one.values()))
        elif isinstance(one, list):
            waiting.extend(reversed(one))


def is_a(node: Node, name: str) -> bool:
    """Say whether a node is of a type, written with or without its vocabulary: `https://schema.org/LiveBlogPosting`."""
    types = node.get("@type")
    return any(re.split("[/#:]", one)[-1] == name for one in listed(types) if isinstance(one, str))


def listed(value: Any) -> list[Any]:
    """Give a value as a list: JSON-LD writes a list of one as its element. Source: JSON-LD 1.1, 4.3."""
    if isinstance(value, dict) and "@list" in value:
        value = value["@list"]
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def string(value: Any) -> str:
    """Give the text of a value: a text, an object that holds one, or a list of such."""
    parts = (_said(one) for one in listed(value))
    return "\n".join(part for part in parts if part.strip())


def _said(one: Any) -> str:
    found = (one, *(one.get(name) for name in _TEXTS)) if isinstance(one, dict) else (one,)
    return next((text for text in found if isinstance(text, str)), "")
