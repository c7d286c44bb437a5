"""The headers that a feed is asked with: names as HTTP writes them, values that are texts or names of secrets."""

import re

from monitor.rulebook.nodes import Desk, Node, Scalar, Table, quoted
from monitor.rulebook.schema import TEXT, Form, formed, text
from monitor.rulebook.words import SECRET_NAME, secret

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
"""Source: RFC 9110 5.1."""

_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
"""Printable ASCII, with no space at its ends. Source: RFC 9110 5.5, without what is obsolete."""

_OURS = {
    **dict.fromkeys(("host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade"), ""),
    **dict.fromkeys(("accept-encoding", "range", "expect"), ""),
    **dict.fromkeys(("if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range"), ""),
    "cookie": " - use `cookies`",
    "proxy-authorization": " - use `proxy`",
}
"""Headers that a request cannot do without, or that tell secrets; and what to write instead."""


def _any_case(name: str) -> str:
    return "".join(f"[{sign}{sign.upper()}]" if sign.isalpha() else sign for sign in name)


_FORM: Form = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {
        "pattern": f"^(?!({'|'.join(map(_any_case, _OURS))})$){_NAME.pattern}$",
        "patternErrorMessage": "a name of a header, as Accept-Language, and none that the service itself sends",
    },
    "patternProperties": {f"^{_any_case('authorization')}$": secret},
    "additionalProperties": {
        **TEXT,
        "pattern": f"^(?!secret:(?!{SECRET_NAME}$)){_VALUE.pattern}$",
        "patternErrorMessage": "printable ASCII in one line, or secret:NAME",
    },
}


@formed(_FORM)
def headers(node: Node, desk: Desk) -> tuple[tuple[str, str], ...] | None:
    """Read headers, each a text or `secret:NAME`."""
    if not isinstance(node, Table):
        desk.error(node, "not_a_mapping", "headers are a mapping - {Accept-Language: fr}")
        return None
    if not node.pairs:
        desk.error(node, "empty", "nothing is written here - write a header, or leave the key out")
    found: dict[str, tuple[str, str]] = {}
    for key, inner in node.pairs:
        value = _value(key, inner, desk)
        first = found.setdefault(key.text.lower(), (key.text, value or ""))
        if first[0] != key.text:
            desk.error(key, "duplicate_name", f"{first[0]} stands here already - capital letters make no difference")
    return tuple(found.values())


def _value(key: Scalar, node: Node, desk: Desk) -> str | None:
    name = key.text.lower()
    if not _NAME.fullmatch(key.text):
        desk.error(key, "bad_header", f"{quoted(key.text, 'this')} is no name of a header - as Accept-Language")
        return None
    if name == "authorization":
        return secret(node, desk)
    if name in _OURS:
        hint = _OURS[name] or " - leave it out"
        desk.error(key, "bad_header", f"the service itself says what stands in {key.text}{hint}")
        return None
    written = text(node, desk)
    if written is not None and not _VALUE.fullmatch(written):
        desk.error(node, "bad_header", "no value of a header - printable ASCII in one line, no space at its ends")
        return None
    return secret(node, desk) if written is not None and written.startswith("secret:") else written
