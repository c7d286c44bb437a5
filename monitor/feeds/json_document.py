"""JSON documents: read once and within bounds, and their values taken with care, for nobody has checked them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from monitor.core.errors import ParseError
from monitor.feeds import html
from monitor.feeds.fetched import Fetched
from monitor.feeds.sniff import decode

MOST_OBJECTS = 300_000
"""Objects and lists in one document; 15 MB of `{},` are five million, and 320 MB of memory."""

MOST_STRINGS = 1_000_000
"""Texts in one document; those of the longest live blogs are some 40,000, with 100,000 quotes in their markup."""

Found = Mapping[str, Any]
"""A JSON object whose values nobody has checked."""


def parsed(fetched: Fetched) -> Any:
    """Read a document as JSON; texts may hold raw control characters.

    Raises:
        ParseError: it is no JSON, or more of it than a person or a live blog writes.
    """
    refuse_what_is_too_much(fetched.body)
    try:
        return json.loads(decode(fetched.body, fetched.content_type), strict=False)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {html.line(str(error))[:200]}") from error


def refuse_what_is_too_much(body: bytes) -> None:
    """Raise ParseError for JSON that would take much memory, before any of it is read."""
    if body.count(b"{") + body.count(b"[") > MOST_OBJECTS:
        raise ParseError(f"more than {MOST_OBJECTS} objects and lists, no document that a person wrote")
    if body.count(b'"') > 2 * MOST_STRINGS:
        raise ParseError(f"more than {MOST_STRINGS} texts, no document that a person wrote")


def string(found: Any, name: str) -> str:
    """Give a text of an object; a number is one, too, where ids are written so. Empty: there is none."""
    value = found.get(name) if isinstance(found, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def objects(found: Any, name: str) -> list[Found]:
    """Give the objects of a list in an object; what else stands in the list is left out."""
    return [one for one in values(found, name) if isinstance(one, dict)]


def values(found: Any, name: str) -> list[Any]:
    """Give a list of an object, empty where there is none."""
    value = found.get(name) if isinstance(found, dict) else None
    return value if isinstance(value, list) else []


def names(people: list[Any], *keys: str) -> str:
    """Name people, each by the first of the keys that it has, on one line."""
    said: Iterator[str] = (next(filter(None, (string(one, key) for key in keys)), "") for one in people)
    return html.line(", ".join(dict.fromkeys(name for name in said if name)))
