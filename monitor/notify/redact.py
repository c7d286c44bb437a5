"""No secret of an address in any text: whatever a server or a library says goes through here."""

import re
from urllib.parse import unquote

from monitor.core.clean import clean
from monitor.core.telling.passage import head

LONGEST = 160
"""Characters of foreign words in a reason."""

_SHORTEST = 4
"""Shorter parts of an address are words like `to`, not secrets."""


def said(words: str | bytes, address: str) -> str:
    """Make a server's words fit for a reason: one short line without unseen characters or parts of the address."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    line = clean(redacted(text, address), one_line=True).text
    return line[slice(*head(line, LONGEST))]


def redacted(text: str, address: str) -> str:
    """Replace every part of an address by `***`: users, tokens, hosts, paths and what options are set to."""
    for secret in sorted(_parts(address), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def _parts(address: str) -> set[str]:
    """List what stands between the marks of an address, as written and as meant."""
    rest = address.partition("://")[2]
    place, _, query = rest.partition("?")
    values = [option.partition("=")[2] for option in query.split("&")]
    written = {place, *values, *(part for text in (place, *values) for part in re.split(r"[/:@#,;\s]+", text))}
    return {part for part in written | set(map(unquote, written)) if len(part) >= _SHORTEST}
