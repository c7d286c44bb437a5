"""The microdata of a page, as objects like those of JSON-LD. Source: WHATWG HTML 5 (microdata), itemref included."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.core.errors import ParseError
from monitor.feeds.json_ld import Node, is_a
from monitor.feeds.limits import MOST_ENTRIES

MOST_PROPERTIES = 40 * MOST_ENTRIES
"""Properties in one page; an update has some ten."""

_ADDRESS = {"a": "href", "area": "href", "link": "href", "object": "data"} | dict.fromkeys(
    ("audio", "embed", "iframe", "img", "source", "track", "video"), "src"
)
"""Elements whose value is an address, and the attribute that holds it."""

_VALUE = {"meta": "content", "data": "value", "meter": "value", "time": "datetime"}
"""Elements whose value is an attribute, if it is there."""

MOST_WRITTEN = 60_000_000
"""Characters of all properties of one page together; the HTML of one stands again in that around it."""

_INSIDE = " inside"
"""Under which an item keeps the items in it that are no property of it; no property is named so."""

_UPDATES = "liveBlogUpdate"


@dataclass(slots=True)
class _Page:
    """The items of a page by their element, and which items claim an element by its id, the first that has it."""

    items: dict[int, dict[str, Any]] = field(default_factory=dict)  # values as mixed as pages are
    wanted: dict[str, list[int]] = field(default_factory=dict)
    claims: dict[int, list[int]] = field(default_factory=dict)
    written: int = 0
    added: int = 0


def live_blogs(tree: LexborHTMLParser) -> Iterator[Node]:
    """Give the items of a page that are live blogs.

    Postings that lie within one and say of what they are no part are its updates, too, if it names none.

    Raises:
        ParseError: the page has more properties than entries could need.
    """
    page = _Page()
    scopes, elements = tree.css("[itemscope]"), tree.css("[itemprop]")
    if len(scopes) + len(elements) > MOST_PROPERTIES:
        raise ParseError(f"more than {MOST_PROPERTIES} properties, no page that a person wrote")
    for element in scopes:
        _open(page, element)
    for element in tree.css("[id]") if page.wanted else ():
        page.claims[element.mem_id] = page.wanted.pop(element.attributes.get("id") or "", [])
    for element in (*elements, *(scope for scope in scopes if "itemprop" not in scope.attributes)):
        _add(page, element, list(_owners(page, element)))
    for item in page.items.values():
        if is_a(item, "LiveBlogPosting"):
            inside = [one for one in item.get(_INSIDE, ()) if is_a(one, "BlogPosting")]
            yield item if item.get(_UPDATES) else item | {_UPDATES: inside}


def _open(page: _Page, element: LexborNode) -> None:
    said = element.attributes
    name = said.get("itemid") or ""
    if not name and said.get("id"):
        name = f"#{said['id']}"
    page.items[element.mem_id] = {"@type": (said.get("itemtype") or "").split()} | ({"@id": name} if name else {})
    for id_ in (said.get("itemref") or "").split():
        page.wanted.setdefault(id_, []).append(element.mem_id)


def _owners(page: _Page, element: LexborNode) -> Iterator[int]:
    """Give the items of which an element is a property: those that claim it or what it lies in, or else the nearest."""
    at: LexborNode | None = element
    while at is not None:
        claimed = [id_ for id_ in page.claims.get(at.mem_id, ()) if id_ != element.mem_id]
        yield from claimed
        if claimed:
            return
        if at.mem_id != element.mem_id and at.mem_id in page.items:
            yield at.mem_id
            return
        at = at.parent


def _add(page: _Page, element: LexborNode, owners: list[int]) -> None:
    """Add an element's value to the items it is a property of; an item that is none is merely inside of another."""
    said = element.attributes
    value = page.items.get(element.mem_id) or _value(element)
    page.written += len(value) if isinstance(value, str) else 0
    page.added += len(owners)
    if page.written > MOST_WRITTEN or page.added > MOST_PROPERTIES:
        raise ParseError("properties within properties, or of many items at once: no page that a person wrote")
    for name in (said.get("itemprop") or "").split() if "itemprop" in said else (_INSIDE,):
        for owner in owners:
            page.items[owner].setdefault(name.rsplit("/", 1)[-1], []).append(value)


def _value(element: LexborNode) -> str:
    """Give the value of a property; of an element that has no attribute for it its HTML, whose paragraphs count."""
    said, tag = element.attributes, element.tag or ""
    if tag in _ADDRESS:
        return said.get(_ADDRESS[tag]) or ""
    if tag in _VALUE and said.get(_VALUE[tag]) is not None:
        return said[_VALUE[tag]] or ""
    return element.inner_html or ""
