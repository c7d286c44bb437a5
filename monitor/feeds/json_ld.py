"""The JSON-LD of a page, read as publishers write it and not as it should be written."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from monitor.feeds.markup import attributes, tokens

Node = Mapping[str, Any]
"""A JSON object; what stands under its keys is checked where it is used."""

_TEXTS = ("@value", "text", "name", "articleBody", "html")
"""Where an object keeps its text."""

_ADDRESSES = ("@id", "url", "@value", "href")
_AROUND = ("@list", "@set", "itemListElement", "item")
_DEEPEST = 20


def scripts(page: str) -> Iterator[str]:
    """Give the content of the page's JSON-LD scripts."""
    wanted = False
    for token in tokens(page):
        if token.kind == "raw" and wanted:
            yield token.value
        wanted = token.kind == "start" and token.value == "script" and _is_json_ld(token.attributes)


def _is_json_ld(written: str) -> bool:
    return "ld+json" in attributes(written).get("type", "").lower()


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
    """Give a value as a flat list: JSON-LD writes a list of one as its element. Source: JSON-LD 1.1, 4.3.

    The elements of an ItemList are its members; lists in lists are opened, down to `_DEEPEST` levels.
    """
    waiting, found = [(value, 0)], []
    while waiting:
        one, depth = waiting.pop()
        inner = _elements(one)
        if inner is None or depth > _DEEPEST:
            found.append(one)
        else:
            waiting.extend((part, depth + 1) for part in reversed(inner))
    return [one for one in found if one is not None]


def _elements(value: Any) -> list[Any] | None:
    """Give what a list holds, or what is written around one: `@list`, `@set`, ItemList; None of what is no list."""
    if isinstance(value, list):
        return value
    name = next((name for name in _AROUND if name in value), "") if isinstance(value, dict) else ""
    if not name or (name == "item" and not is_a(value, "ListItem")):
        return None
    return value[name] if isinstance(value[name], list) else [value[name]]


def string(value: Any) -> str:
    """Give the text of a value: a text, an object that holds one, or a list of such."""
    parts = (_said(one, _TEXTS) for one in listed(value))
    return "\n".join(part for part in parts if part.strip())


def address(value: Any) -> str:
    """Give the first address of a value: a text, a number, or an object that has or is an address."""
    found = (str(one) if _is_number(one) else _said(one, _ADDRESSES) for one in listed(value))
    return next(filter(None, (unescape(one).strip() for one in found)), "")


def _said(one: Any, names: tuple[str, ...]) -> str:
    found = [part for name in names for part in listed(one.get(name))] if isinstance(one, dict) else [one]
    return next((text for text in found if isinstance(text, str)), "")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
