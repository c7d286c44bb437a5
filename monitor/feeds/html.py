"""HTML to text: what a reader of the page would see, each block on a line of its own."""

import re
from html import unescape

from monitor.feeds.markup import CLOSED_BY_ITSELF, VOID, Token, attributes, tokens


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCKS = _words(
    "address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol option p pre search section "
    "summary table tbody tfoot thead tr ul"
)
_CELLS = _words("td th")
_UNSEEN = _words("audio button canvas datalist embed math noscript object select svg template video")
"""Elements whose content is no text of the entry: players, pictures, controls, and what is shown in their place."""

_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAY_HIDE = re.compile(r"hidden|style", re.IGNORECASE)

_KNOWN = (
    "a abbr acronym address article aside b big blockquote br caption center cite code dd del div dl dt em embed "
    "figcaption figure font footer h[1-6] header hr i iframe img ins kbd li mark nav object ol p pre q s "
    "script section small source span strike strong style sub sup svg table tbody td tfoot th thead "
    "time tr tt u ul var video wbr"
).replace(" ", "|")
_ENTITY = r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
_LOOKS_LIKE_HTML = re.compile(rf"</?(?:{_KNOWN})(?=[\s/>])|<!--|{_ENTITY}", re.IGNORECASE)

_SPACES = re.compile(" {2,}")
_ANY_SPACES = re.compile(r"[ \t\r\n\f\v]{2,}|[\t\r\n\f\v]")
"""What is to be one space, and is not yet."""

_CONTROLS = (
    dict.fromkeys((*range(0x20), *range(0x7F, 0xA0))) | {ord(space): " " for space in "\t\r\f\v\x85"} | {10: "\n"}
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""What `clean` takes out or replaces; most texts have none, and to look is five times as quick as to translate."""


def text(markup: str, *, is_html: bool = False) -> str:
    """Give the visible text of HTML, blocks on lines of their own, spaces joined, entities decoded.

    Without `is_html` the source has not said that it is HTML: where nothing looks like it, it is taken as it stands.
    Control characters are left out, so that none reaches a terminal, a header or a database.
    """
    if is_html or _LOOKS_LIKE_HTML.search(markup):
        markup = _visible(markup)
    return _tidy(markup)


def line(markup: str, *, is_html: bool = False) -> str:
    """Give the visible text of HTML on one line, as a title stands."""
    return " ".join(text(markup, is_html=is_html).split("\n"))


def clean(written: str) -> str:
    """Take out what no terminal, header or database should meet: control characters and halves of characters."""
    if not _UNCLEAN.search(written):
        return written
    return _SURROGATE.sub("\ufffd", written.translate(_CONTROLS))


def _tidy(written: str) -> str:
    lines = (_SPACES.sub(" ", part).strip() for part in clean(written).split("\n"))
    return "\n".join(part for part in lines if part)


def _visible(html: str) -> str:
    parts: list[str] = []
    hidden, depth = "", 0
    for token in tokens(html):
        if hidden:
            hidden, depth = _still_hidden(token, hidden, depth)
        elif token.kind == "text":
            parts.append(unescape(_ANY_SPACES.sub(" ", token.value)))
        elif token.kind != "raw":
            if token.kind == "start" and _hides(token):
                hidden, depth = token.value, 1
            parts.append(_gap(token.value))
    return "".join(parts)


def _gap(tag: str) -> str:
    if tag in _BLOCKS:
        return "\n"
    return " " if tag in _CELLS else ""


def _hides(token: Token) -> bool:
    if token.value in VOID:
        return False
    if token.value in _UNSEEN:
        return not token.attributes.endswith("/")
    if not _MAY_HIDE.search(token.attributes):
        return False
    written = attributes(token.attributes)
    return "hidden" in written or _HIDING.search(written.get("style", "")) is not None


def _still_hidden(token: Token, hidden: str, depth: int) -> tuple[str, int]:
    """Follow a hidden element to its end: its name while in it, and how many of that name are open."""
    if token.value != hidden or token.kind not in {"start", "end"}:
        return hidden, depth
    if token.kind == "end":
        return ("", 0) if depth == 1 else (hidden, depth - 1)
    if hidden in CLOSED_BY_ITSELF:
        return (hidden, 1) if _hides(token) else ("", 0)
    return hidden, depth + 1
