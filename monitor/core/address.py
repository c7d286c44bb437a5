"""Addresses as they may be shown and passed on: without the user and password that one may hold."""

import re

_LOGIN = re.compile(r"(?:(?<=://)|(?<=\A//))[^\s/?#]*@")
"""What stands before the last `@` of an authority. Source: RFC 3986 3.2."""


def without_login(text: str) -> str:
    """Take the user and password out of every address in a text; an address alone is such a text."""
    return _LOGIN.sub("", text)


def has_login(address: str) -> bool:
    """Say whether there is a user or password in an address."""
    return _LOGIN.search(address) is not None
