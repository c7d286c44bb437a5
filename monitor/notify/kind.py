"""What the machinery needs to know of a kind of address, and what holds for most of them."""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from monitor.core.route import Outcome
from monitor.notify import verdict
from monitor.notify.terms import Errand, Terms
from monitor.notify.wire import Exchange

Plugin = Any
"""A plugin of Apprise's; its classes say little of their attributes, and add some as they go."""

Parsed = dict[str, Any]
"""An address as Apprise's plugins read it; its values are of many types."""


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, by its name or number; no resolver is asked."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def text(errand: Errand) -> tuple[str, str, str]:
    """Give a message as title, body and format: plain text."""
    return errand.message.subject, errand.message.text, "text"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of address.

    `form` shows how one is written, `options` are those that are heeded, `read` turns one into what the plugin takes,
    `refused` says why that plugin cannot be used, `content` gives title, body and format, `judge` makes an outcome of
    an answer; `plain_too`: a message that is refused is tried once more without its markup.
    """

    plugin: type[Plugin]
    form: str
    options: frozenset[str]
    read: Callable[[str, Terms], Parsed | None]
    refused: Callable[[Parsed, Plugin], str] = lambda parsed, plugin: ""  # noqa: ARG005 - nothing to say
    content: Callable[[Errand], tuple[str, str, str]] = text
    judge: Callable[[Exchange, Errand], Outcome] = verdict.judged
    plain_too: bool = False
