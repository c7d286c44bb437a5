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

_OPAQUE = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>", re.DOTALL)
"""What may hold anything, and nothing in it is markup."""

_TAG = re.compile(rb"""<[^<>"']*(?:"[^"<]*"[^<>"']*|'[^'<]*'[^<>"']*)*""")
_TAIL = re.compile(rb"(?:\s+|<!--(?:(?!-->).)*-->|</(?:feed|channel|rss|[Rr][Dd][Ff]:RDF)\s*>)*", re.DOTALL)

_ENTRIES = re.compile(rb"<(?:[^<>\s:/]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_CARRIED_TO_THE_FIRST = re.compile(rb"<(?:[^<>\s:/]+:)?(?:content|encoded|fullitem|body)[\s/>]", re.IGNORECASE)
_ODD = re.compile(rb"<(?:[^<>\s:/]+:)?(?:feed|rss|rdf|channel|svg|math)[\s/>]|<[^<]*\b(?:xml:)?base\s*=", re.IGNORECASE)
_XHTML = re.compile(rb"""xmlns\s*=\s*(?:"http://www\.w3\.org/1999/xhtml"|'http://www\.w3\.org/1999/xhtml')""")
_DIV = re.compile(rb"<(?:[^<>\s:/]+:)?div[\s/>]", re.IGNORECASE)
_LANG = re.compile(rb"\blang\s*=", re.IGNORECASE)
_XML_INSIDE = re.compile(
    rb"""<(?:[^<>\s:/]+:)?(?!link|enclosure|media)\w+\s[^<]*type\s*=\s*["'][^"'<]*xml["']""", re.IGNORECASE
)

_PASSING = re.compile(
    rb"<(lastBuildDate|pubDate|updated|modified|dc:date|sy:updateBase)>[^<]*</\1\s*>|<items>.*?</items>|<!--.*?-->",
    re.DOTALL,
)
"""What changes from one document to the next and means nothing to any entry."""


@dataclass(frozen=True, slots=True)
class Split:
    """A document as items between a head and a tail; the blanks between the items are left out."""

    head: bytes
    items: tuple[bytes, ...]
    tail: bytes

    def only(self, items: Iterable[bytes]) -> bytes:
        """Give the document with these items and no others."""
        return b"".join((self.head, *items, self.tail))

    @property
    def shell(self) -> bytes:
        """Name what the items inherit from: the head, without what changes and means nothing to them."""
        return blake2b(_PASSING.sub(b"", self.head), digest_size=16).digest()


def split(body: bytes) -> Split | None:
    """Cut a document in UTF-8 into its items; None where it is not plain that this is what they are.

    The items are still to be asked whether they are `odd`.
    """
    name = next((name for name in _NAMES if b"</" + name + b">" in body), b"")
    end = b"</" + name + b">"
    *parts, tail = body.split(end)
    first = _BEGIN[name].search(parts[0]) if name else None
    if first is None or not _TAIL.fullmatch(tail) or _is_odd_head(parts[0][: first.start()]):
        return None
    head, parts[0] = parts[0][: first.start()], parts[0][first.start() :]
    items = tuple(part.lstrip() + end for part in parts)
    return Split(head, items, tail) if all(map(_BEGIN[name].match, items)) else None


def _is_odd_head(head: bytes) -> bool:
    plain = _OPAQUE.sub(b"", head)
    return b"<!" in plain or _ENTRIES.search(plain) is not None or _CARRIED_TO_THE_FIRST.search(plain) is not None


def odd(item: bytes) -> bool:
    """Say whether an item may be no whole one, or may change what the ones after it mean."""
    plain = _OPAQUE.sub(b"", item)
    if any(sign in plain for sign in (b"<!", b"<?", b"]]>")) or len(_ENTRIES.findall(plain)) != 1:
        return True
    tags = b"".join(_TAG.findall(plain))
    return (
        b"xmlns" in _XHTML.sub(b"", tags)
        or _ODD.search(tags) is not None
        or _XML_INSIDE.search(tags) is not None
        or (_DIV.search(tags) is not None and _LANG.search(tags) is not None)
    )
