"""How often a feed brings something new."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often new entries came, of late and at all."""
