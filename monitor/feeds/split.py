"""A feed cut into its items, byte by byte, so that only those nobody has read yet need be parsed.

Whatever could make an item mean something else in another company is odd, and then a parse of the whole decides. Odd
is, too, what makes feedparser carry something over from one item to the next: namespaces, xml:base, and what makes it
lose count of where it is.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

_NAMES = (b"item", b"entry")
_BEGIN = {name: re.compile(rb"<" + name + rb"[\s>]") for name in _NAMES}

_OPAQUE = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)
"""What may hold anything, and nothing in it is markup; what has no end reaches to the end, lest it is sought again."""

_TAG = re.compile(rb"""<[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*>?""")
_TAIL = re.compile(rb"(?:\s++|<!--.*?-->|</(?:feed|channel|rss|rdf:RDF)\s*>)*+", re.DOTALL)

_ENTRIES = re.compile(rb"<(?:[^<>\s:/]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_CARRIED_TO_THE_FIRST = re.compile(rb"<(?:[^<>\s:/]+:)?(?:content|encoded|fullitem|body|div|svg)[\s/>]", re.IGNORECASE)
_ODD = re.compile(rb"<(?:[^<>\s:/]+:)?(?:feed|rss|rdf|channel|svg|math)[\s/>]", re.IGNORECASE)
_BASE = re.compile(rb"base\s*=")
_URL = rb"(?:https?://[\w.~:@/%+,=-]+(?:[?#](?:[\w.~:@/%+,=?-]|&amp;)+)?|(?:tag|urn):[\w.~:@/%+,=-]+)"
_UNSETTLED = re.compile(
    rb"<(?:[^<>\s:/]+:)?(?:(?i:id|guid|link)(?:\s[^<>]*)?(?<!/)>(?!\s*" + _URL + rb"\s*<)"
    rb"|(?i:link\s[^<]*?href)\s*=\s*[\"'](?!" + _URL + rb"[\"']))"
)
"""A link or a name that may be relative, and means something else at another base."""

_ROOT = re.compile(rb"<[A-Za-z](?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?\sxml:base\s*=\s*[\"']https?://[^\s\"'<>]+[\"']")
_HARMLESS = re.compile(
    rb"""\bxmlns\s*=\s*(["'])(?:(?!\1|atom|rss|rdf|netscape)[^<])*\1|"""
    rb"""\bxmlns:media\s*=\s*(["'])http://search\.yahoo\.com/mrss/\2""",
    re.IGNORECASE,
)
"""Namespaces that mean nothing beyond their element: defaults that tell no version, and Media RSS by its usual name."""

_DIV = re.compile(rb"<(?:[^<>\s:/]+:)?div[\s/>]", re.IGNORECASE)
_LANG = re.compile(rb"\b(?:lang|base)\s*=", re.IGNORECASE)
_XML_INSIDE = re.compile(
    rb"""<(?:[^<>\s:/]+:)?(?!link|enclosure|media)\w+\s[^<]*type\s*=\s*["'][^"'<]*xml["']""", re.IGNORECASE
)

_PASSING = re.compile(
    rb"<(lastBuildDate|pubDate|updated|modified|dc:date|sy:updateBase)>[^<]*</\1\s*>"
    rb"|<items>\s*<rdf:Seq>.*?(?:</items>|\Z)",
    re.DOTALL,
)
"""What changes from one document to the next and means nothing to any entry."""


@dataclass(frozen=True, slots=True)
class Split:
    """A document as items between a head and a tail; the blanks between the items are left out.

    `carries`: the document has no xml:base, but an item may have one, and to feedparser that stays in force after it.
    """

    head: bytes
    items: tuple[bytes, ...]
    tail: bytes
    carries: bool

    def only(self, items: Iterable[bytes]) -> bytes:
        """Give the document with these items and no others."""
        return b"".join((self.head, *items, self.tail))

    @property
    def shell(self) -> bytes:
        """Name what the items inherit from: the head, without what changes and means nothing to them."""
        return blake2b(_PASSING.sub(b"", self.head), digest_size=16, salt=bytes([self.carries])).digest()


def split(body: bytes) -> Split | None:
    """Cut a document in UTF-8 into its items; None where it is not plain that this is what they are.

    The items are still to be asked whether they are `odd`.
    """
    name = next((name for name in _NAMES if b"</" + name + b">" in body), None)
    if name is None:
        return None
    end = b"</" + name + b">"
    *parts, tail = body.split(end)
    first = _BEGIN[name].search(parts[0])
    if first is None or not _TAIL.fullmatch(tail) or _is_odd_head(parts[0][: first.start()]):
        return None
    head, parts[0] = parts[0][: first.start()], parts[0][first.start() :]
    items = tuple(part.lstrip() + end for part in parts)
    if not all(map(_BEGIN[name].match, items)):
        return None
    has_base = _ROOT.match(_OPAQUE.sub(b" ", head).lstrip()) is not None
    return Split(head, items, tail, carries=not has_base and _BASE.search(body.lower()) is not None)


def _is_odd_head(head: bytes) -> bool:
    plain = _OPAQUE.sub(b" ", head + b"<")
    return (
        not plain.endswith(b"<")
        or b"<!" in plain
        or _ENTRIES.search(plain) is not None
        or _CARRIED_TO_THE_FIRST.search(plain) is not None
    )


def odd(item: bytes, *, carries: bool) -> bool:
    """Say whether an item may be no whole one, or may change what the ones after it mean; `carries`: see `Split`."""
    plain = _OPAQUE.sub(b" ", item)
    if not plain.endswith(b">") or b"<!" in plain or len(_ENTRIES.findall(plain)) != 1:
        return True
    tags = b"".join(_TAG.findall(plain))
    return (
        b"xmlns" in _HARMLESS.sub(b"", tags)
        or (carries and _UNSETTLED.search(plain) is not None)
        or _ODD.search(tags) is not None
        or _XML_INSIDE.search(tags) is not None
        or (_DIV.search(tags) is not None and _LANG.search(tags) is not None)
    )
