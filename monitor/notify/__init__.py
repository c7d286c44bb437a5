"""Send one message to one address, and say what became of it as an Outcome.

    send -> terminal                                     a stream
         -> apprised -> mail -> smtp                     our message and our conversation, Apprise reads the address
                     -> slack, telegram, webhook -> wire requests, with status and answer seen

Apprise is the last metre only: one fresh plugin for every send, no retries, no pauses, no redirects.
"""

import sys
from datetime import datetime
from importlib import import_module
from time import monotonic
from types import ModuleType
from typing import TextIO

from monitor.core.route import Delivery, Outcome
from monitor.core.telling.message import Message
from monitor.core.telling.rendering import Medium
from monitor.notify import terminal
from monitor.notify.terms import TERMS, Errand
from monitor.notify.terms import Terms as Terms

_MEDIA: dict[str, Medium] = {"mailto": "email", "mailtos": "email", "slack": "slack", "tgram": "telegram"}


def medium(address: str) -> Medium:
    """Say what kind of text an address takes; its use is not checked."""
    schema = address.partition(":")[0].strip().lower()
    if schema == "terminal":
        return "terminal"
    return "slack" if address.strip().lower().startswith("https://hooks.slack.com/") else _MEDIA.get(schema, "plain")


def send(
    message: Message,
    address: str,
    delivery: Delivery,
    now: datetime,
    terms: Terms = TERMS,
    stream: TextIO | None = None,
) -> Outcome:
    """Send a message to an address; whatever a channel does is an outcome, nothing of it is raised.

    `terminal` prints to `stream` (default: standard output). No reason names a secret of the address.
    """
    if address == "terminal":
        return terminal.show(message, stream or sys.stdout)
    over = monotonic() + terms.lasts.total_seconds()
    outcome: Outcome = _apprised().send(Errand(message, address, delivery, now, terms, over))
    return outcome


def refused(address: str, terms: Terms = TERMS) -> str:
    """Say why an address cannot be used, in words without its secrets; empty where it can."""
    if address == "terminal":
        return ""
    reason: str = _apprised().refused(address, terms)
    return reason


def _apprised() -> ModuleType:
    # Loaded by the first send: Apprise and requests take 25 MB, which a match worker must not carry.
    return import_module("monitor.notify.apprised")
