"""How to ask a feed's server for the next document."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asking:
    """What was learnt of a feed's server by asking it."""
