"""What is agreed for every send: the sender of mail, how long it may take; and one send with all it needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from monitor.core.route import SEND_LASTS, Delivery
from monitor.core.telling.message import Message


@dataclass(frozen=True, slots=True)
class Terms:
    """`mail_from` sends mail where an address names no sender; `lasts` bounds one send, all its steps together."""

    mail_from: str = ""
    lasts: timedelta = SEND_LASTS


TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Errand:
    """One attempt to send one message to one address.

    `over` is when it must be over, all its requests together (seconds of the monotonic clock); `plain`: without
    markup, since the markup was refused.
    """

    message: Message
    address: str
    delivery: Delivery
    now: datetime
    terms: Terms
    over: float
    plain: bool = False

    @property
    def left(self) -> timedelta:
        """How much of its time is left; negative: it is over."""
        return timedelta(seconds=self.over - monotonic())
