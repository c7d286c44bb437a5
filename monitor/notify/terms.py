"""What is agreed for every send: which kinds of address, the sender of mail, how long it may take."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.message import Message
from monitor.core.route import SEND_LASTS, Delivery

SCHEMAS = frozenset({"mailto", "mailtos", "slack", "tgram", "json", "jsons"})
"""The kinds of address that are taken unless told otherwise; whatever is not listed is refused."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`mail_from` sends mail where an address names no sender; `lasts` bounds one send, all its steps together."""

    schemas: frozenset[str] = SCHEMAS
    mail_from: str = ""
    lasts: timedelta = SEND_LASTS


TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Errand:
    """One attempt to send one message to one address; `plain`: without markup, since the markup was refused."""

    message: Message
    address: str
    delivery: Delivery
    now: datetime
    terms: Terms
    plain: bool = False
