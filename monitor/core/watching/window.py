"""Which entries the last document of a feed showed, in its order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """The ids of the entries that the last whole document showed, in its order."""

    shown: tuple[int, ...] = ()
