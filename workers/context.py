"""What a worker builds once and every job uses."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.beat import Beat
from monitor.edition import Editions
from monitor.ledger import Ledger
from monitor.notify.terms import Terms
from monitor.queue import Bells


@dataclass(frozen=True, slots=True)
class Context:
    """The connections of one worker process, and its signs of life.

    `address_of` gives the address that `secret:NAME` stands for; `stopping` says whether the worker was told to end.
    """

    ledger: Ledger
    editions: Editions
    bells: Bells
    beat: Beat
    address_of: Callable[[str], str]
    terms: Terms
    stopping: Callable[[], bool]
