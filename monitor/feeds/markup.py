"""HTML as a stream of tokens, read once from left to right in linear time, whatever is in it.

A tree is not needed for text, and building one is not safe: 1.5 MB of `<div>` takes an HTML5 parser five minutes.
Source: WHATWG HTML 13.2.5 (tokenization), without its error recovery inside a tag that never ends.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal, NamedTuple

_OPENING = re.compile(r"<(?:(?P<end>/)?(?P<name>[a-zA-Z][^\s/>]*+)|(?P<comment>!--)|[!?/])")
_REST_OF_TAG = re.compile(
    r"""(?:[\s/]++|[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+|=)*+>""",
)
_ATTRIBUTE = re.compile(r"""([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+))?+)?+""")
_COMMENT_END = re.compile(r"--!?>")
_RAW_TEXT = ("script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW_TEXT}


VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
"""Elements that have no content and no end. Source: WHATWG HTML 13.1.2."""

CLOSED_BY_ITSELF = frozenset(("dd", "dt", "li", "option", "p", "td", "th", "tr"))
"""Elements whose end tag may be left out: a second one beside them ends them. Source: WHATWG HTML 13.1.2.4."""


class Token(NamedTuple):
    """A piece of HTML: `value` is the text as written, or the name of the tag in lower case.

    `raw` is the content of an element that holds no markup, such as a script; its end is no token.
    """

    kind: Literal["text", "start", "end", "raw"]
    value: str
    attributes: str = ""


def tokens(html: str) -> Iterator[Token]:
    """Cut HTML into texts and tags; comments and declarations are left out, entities in texts are not yet decoded."""
    at, end = 0, len(html)
    while at < end:
        opening = _OPENING.search(html, at)
        if opening is None:
            yield Token("text", html[at:])
            return
        if opening.start() > at:
            yield Token("text", html[at : opening.start()])
        if opening["name"] is None:
            at = _after_declaration(html, opening)
            continue
        rest = _REST_OF_TAG.match(html, opening.end())
        if rest is None:  # no tag ends after this place, so what looks like one is text
            yield Token("text", html[opening.start() :])
            return
        at = rest.end()
        name = opening["name"].lower()
        yield Token("end" if opening["end"] else "start", name, rest[0][:-1])
        if name in _RAW_END and not opening["end"]:
            closing = _RAW_END[name].search(html, at)
            yield Token("raw", html[at : end if closing is None else closing.start()])
            at = end if closing is None else closing.start()


def _after_declaration(html: str, opening: re.Match[str]) -> int:
    if opening["comment"]:
        closing = _COMMENT_END.search(html, opening.end() - 2)  # `<!-->` is a whole comment
        return len(html) if closing is None else closing.end()
    closed = html.find(">", opening.end())
    return len(html) if closed < 0 else closed + 1


def attributes(written: str) -> dict[str, str]:
    """Read the attributes of a tag, names in lower case; of two with one name the first counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(written):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found
