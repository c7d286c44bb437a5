"""What bytes are: their charset, and whether they are an HTML page."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.ASCII | re.IGNORECASE)
_HEAD = 4096
"""Bytes in which a document says what it is; browsers look at 1,024 for a charset, but long comments come first."""

_NO_SUPERSET_OF_ASCII = ("utf-16", "utf-32", "iso2022", "hz")
"""Charsets whose text is also valid UTF-8, or ASCII, without being it."""

_HTML = re.compile(  # nothing is tried twice: what could be read in two ways would take time beyond all bounds
    rb"(?:\s++|<\?[^>]*+>|(?><!--.*?-->))*+<(?:!doctype\s+html|html|head|body|title|meta|script|center|h1)\b",
    re.DOTALL | re.IGNORECASE,
)


def decode(body: bytes, content_type: str = "") -> str:
    """Read the bytes of a page or a JSON document; what cannot be read becomes U+FFFD.

    A byte order mark counts most; then what is valid UTF-8 is UTF-8, whatever its label says (no text in a
    one-byte charset is so by chance); then the label of the header, then that of the page, then Windows-1252.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    label = _label(body, content_type)
    if not label.startswith(_NO_SUPERSET_OF_ASCII):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            pass
    return body.decode(label or "cp1252", "replace")


def _label(body: bytes, content_type: str) -> str:
    for text in (content_type, body[:_HEAD].decode("latin-1")):
        found = _CHARSET.search(text)
        if found is None:
            continue
        try:
            codec = codecs.lookup(found[1])
        except (LookupError, ValueError):
            continue
        if codec._is_text_encoding:  # noqa: SLF001 - the only way to leave out `hex`, `zlib` and the like
            return codec.name
    return ""


def is_utf8(body: bytes) -> bool:
    """Say whether the bytes are UTF-8 and not merely ASCII."""
    if body.isascii():
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def head(body: bytes) -> bytes:
    """Give the beginning of a document, readable as ASCII in whatever charset it is."""
    start = body[: 2 * _HEAD]
    for mark, _ in _BOMS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip()[:_HEAD]


def is_html(body: bytes) -> bool:
    """Say whether a document begins as an HTML page does."""
    return _HTML.match(head(body)) is not None


def is_json(body: bytes) -> bool:
    """Say whether a document begins as JSON does."""
    return head(body).startswith((b"{", b"["))


def says_live_blog(body: bytes) -> bool:
    """Say whether a page speaks of a LiveBlogPosting anywhere, in whatever charset it is."""
    name = "LiveBlogPosting"
    return any(name.encode(charset) in body for charset in ("ascii", "utf-16-le", "utf-16-be"))
