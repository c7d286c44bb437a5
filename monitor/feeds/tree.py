"""A page as a tree of elements, where a stream of tokens does not do; a page that is nested too deep has none."""

from selectolax.lexbor import LexborHTMLParser

from monitor.core.errors import ParseError
from monitor.feeds.markup import CLOSED_BY_ITSELF, VOID, tokens

DEEPEST = 512
"""Open elements at one time; browsers build no deeper tree, and building one takes quadratic time."""

_WALLS = frozenset(("applet", "caption", "html", "marquee", "object", "table", "template"))
"""Elements that an end tag within them does not reach through. Source: WHATWG HTML 13.2.4.2."""


def tree_of(page: str) -> LexborHTMLParser:
    """Build the tree of a page.

    Raises:
        ParseError: it is nested deeper than `DEEPEST`.
    """
    opened: list[str] = []
    for token in tokens(page):
        if token.kind == "start" and token.value not in VOID and token.value not in CLOSED_BY_ITSELF:
            opened.append(token.value)
        elif token.kind == "end":
            _close(opened, token.value)
        if len(opened) > DEEPEST:
            raise ParseError(f"the page is nested deeper than {DEEPEST} elements")
    return LexborHTMLParser(page)


def _close(opened: list[str], name: str) -> None:
    for at in range(len(opened) - 1, -1, -1):
        if opened[at] == name:
            del opened[at:]
            return
        if opened[at] in _WALLS:
            return
