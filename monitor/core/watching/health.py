"""How a feed does, and what operators are told of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Health:
    """What is amiss with a feed, since when."""
