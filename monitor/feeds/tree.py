"""The tree of a page, as far as it can be built and walked in bounded time, whatever is in it."""

from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.core.errors import ParseError
from monitor.feeds.markup import CLOSED_BY_ITSELF, VOID, tokens

DEEPEST = 512
"""Open elements at one time; browsers build no deeper tree, and building one takes quadratic time."""

MOST_TAGS = 500_000
"""Tags of one page; 15 MB of nothing else would make a tree of 300 MB."""

_WALLS = frozenset(("applet", "caption", "html", "marquee", "object", "table", "template"))
"""Elements that an end tag within them does not reach through. Source: WHATWG HTML 13.2.4.2."""


def tree_of(text: str) -> LexborHTMLParser:
    """Build the tree of a page. Raises: ParseError: it is too deep, or has too many tags."""
    if text.count("<") > MOST_TAGS:
        raise ParseError(f"more than {MOST_TAGS} tags, no page that a person reads")
    _refuse_what_is_too_deep(text)
    return LexborHTMLParser(text)


def _refuse_what_is_too_deep(text: str) -> None:
    opened: list[str] = []
    for token in tokens(text):
        if token.kind == "start" and token.value not in VOID and token.value not in CLOSED_BY_ITSELF:
            opened.append(token.value)
        elif token.kind == "end":
            _close(opened, token.value)
        if len(opened) > DEEPEST:
            raise ParseError(f"the page is nested deeper than {DEEPEST} elements")


def _close(opened: list[str], name: str) -> None:
    for at in range(len(opened) - 1, -1, -1):
        if opened[at] == name:
            del opened[at:]
            return
        if opened[at] in _WALLS:
            return


def outermost(nodes: Iterable[LexborNode]) -> list[LexborNode]:
    """Leave out what lies within another one that was found: its text is there already."""
    found = list(nodes)
    ids = {node.mem_id for node in found}
    within: dict[int, bool] = {}
    return [node for node in found if not _lies_within(node, ids, within)]


def _lies_within(node: LexborNode, ids: set[int], within: dict[int, bool]) -> bool:
    """Say whether a node has one of `ids` above it; `within` keeps what is known of those that were asked."""
    path, inside = [], False
    for one in above(node):
        path.append(one.mem_id)
        if one.mem_id in ids or one.mem_id in within:
            inside = one.mem_id in ids or within[one.mem_id]
            break
    within.update(dict.fromkeys(path, inside))
    return inside


def above(node: LexborNode) -> Iterator[LexborNode]:
    """Give the nodes above one, the nearest first."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def attribute(node: LexborNode, name: str) -> str:
    """Give what an attribute says; empty where it is not there, or says nothing."""
    return node.attributes.get(name) or ""


def markup(node: LexborNode) -> str:
    """Give a node as HTML."""
    return node.html or ""
