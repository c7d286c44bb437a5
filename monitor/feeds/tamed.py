"""feedparser with bounds where it has none: a document made to take long would otherwise take hours.

What is bounded has no counterpart in a feed that a person wrote: there the result is feedparser's own. The patterns in
question try each blank, each declaration and each letter again from each place before it.
"""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import feedparser
from feedparser import api, encodings, mixin

from monitor.core.errors import ParseError

MOST_DECLARATIONS = 5_000
"""Declarations before the root element; HTML has 2,231 entities."""

MOST_UNENDED = 10
"""Declarations before the root element after which no `>` comes."""

MOST_ATTRIBUTES = 200
"""Attributes of one element, and namespaces of one document."""

MOST_TAGS = 400
"""Categories of one entry that are kept; twice what an entry may have."""

LONGEST_AUTHOR = 300
"""Characters of an author in which an e-mail address is sought."""

_ROOT = re.compile(rb"<\w")
_DECLARATION = re.compile(rb"<!(?:ENTITY|DOCTYPE)")
_MANY_BLANKS = re.compile(rb"\s{100,}+")
_DECLARED_ENCODING = re.compile(rb"<\?(?=[^>\n]*+>)[^>\n]*?encoding=['\"]([^'\"<>\n]*+)['\"]")
"""Of the first line, as feedparser takes it, but of its first tag alone."""

_replace_doctype: Callable[[bytes], Any] = api.replace_doctype
_start_element: Callable[..., None] = api.StrictFeedParser.startElementNS
_add_tag: Callable[..., None] = mixin._FeedParserMixin._add_tag  # noqa: SLF001 - there is no other way in
_sync_author_detail: Callable[..., None] = mixin._FeedParserMixin._sync_author_detail  # noqa: SLF001


def parse(body: bytes, content_type: str) -> Any:  # Any: feedparser's dictionary
    """Give feedparser bytes, never a name it could open. Raises: ParseError, and whatever feedparser raises."""
    headers = {"content-type": content_type} if content_type else {}
    return feedparser.parse(BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _tamed_doctype(document: bytes) -> Any:
    """Look at what stands before the root element, by now in UTF-8 whatever it was in, before its patterns do."""
    root = _ROOT.search(document)
    head = document[: root.start()] if root else b""
    unended = head[head.rfind(b">") + 1 :].count(b"<!")
    if unended > MOST_UNENDED or sum(1 for _ in _DECLARATION.finditer(head)) > MOST_DECLARATIONS:
        raise ParseError("more declarations before its first element than a person wrote")
    return _replace_doctype(_MANY_BLANKS.sub(b"\n", head) + document[len(head) :])


def _tamed_start(parser: Any, name: Any, qualified: Any, attributes: Any) -> None:
    if max(len(attributes), len(parser.namespaces_in_use)) > MOST_ATTRIBUTES:
        raise ParseError(f"more than {MOST_ATTRIBUTES} attributes or namespaces, no feed that a person wrote")
    _start_element(parser, name, qualified, attributes)


def _tamed_tag(parser: Any, term: Any, scheme: Any, label: Any) -> None:
    if len(parser._get_context().get("tags", ())) < MOST_TAGS:  # noqa: SLF001
        _add_tag(parser, term, scheme, label)


def _tamed_author(parser: Any, key: str = "author") -> None:
    context = parser._get_context()  # noqa: SLF001
    if len(context.get(key) or "") <= LONGEST_AUTHOR or context.get(f"{key}s", [None])[-1]:
        _sync_author_detail(parser, key)


encodings.RE_XML_PI_ENCODING = _DECLARED_ENCODING
api.replace_doctype = _tamed_doctype
api.StrictFeedParser.startElementNS = _tamed_start
mixin._FeedParserMixin._add_tag = _tamed_tag  # noqa: SLF001
mixin._FeedParserMixin._sync_author_detail = _tamed_author  # noqa: SLF001
