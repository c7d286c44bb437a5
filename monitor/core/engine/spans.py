"""Places in folded text, and the few questions asked of many of them at once, each in n log n."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from monitor.core.engine.vocabulary import AnyNeedle
from monitor.core.rule import How


class Place(NamedTuple):
    """Where a term was found: `[start, end)` of the folded text; `entity` names the one it belongs to.

    A tuple, because they are made and hashed by the thousand.
    """

    start: int
    end: int
    needle: AnyNeedle
    entity: str = ""
    how: How = "exact"


Places = tuple[Place, ...]


class Cover:
    """The ground that some places cover."""

    def __init__(self, places: Iterable[Place]) -> None:
        ordered = sorted(places, key=attrgetter("start"))
        self._starts = [place.start for place in ordered]
        self._reach = list(accumulate((place.end for place in ordered), max))

    def holds(self, place: Place) -> bool:
        """Tell whether a place lies in one of these, or is one."""
        return self._reaches(bisect_right(self._starts, place.start)) >= place.end

    def outgrows(self, place: Place) -> bool:
        """Tell whether a place lies in a longer one of these."""
        within = self._reaches(bisect_left(self._starts, place.start)) >= place.end
        return within or self._reaches(bisect_right(self._starts, place.start)) > place.end

    def touches(self, place: Place) -> bool:
        """Tell whether a place overlaps one of these."""
        return self._reaches(bisect_left(self._starts, place.end)) > place.start

    def _reaches(self, count: int) -> int:
        return self._reach[count - 1] if count else -1


def longest(places: Iterable[Place]) -> Places:
    """Keep of overlapping places the longest, of equally long ones the first; in the order of the text."""
    kept: list[tuple[int, int]] = []
    chosen = []
    for place in sorted(places, key=lambda place: (place.start - place.end, place.start)):
        at = bisect_left(kept, (place.end, 0))
        if not at or kept[at - 1][1] <= place.start:
            insort(kept, (place.start, place.end))
            chosen.append(place)
    return tuple(sorted(chosen, key=attrgetter("start")))


class Neighbours:
    """Places to be near to; `word` numbers the words of the folded text."""

    def __init__(self, places: Places, word: Callable[[int], int]) -> None:
        self._word = word
        self._by_start = sorted(places, key=attrgetter("start"))
        self._by_end = sorted(places, key=attrgetter("end"))
        self._starts = [place.start for place in self._by_start]
        self._ends = [place.end for place in self._by_end]

    def nearest(self, place: Place, *, before: bool = True, after: bool = True) -> tuple[int, Place] | None:
        """Find the nearest that does not overlap, on the sides asked for: how many words lie between, and it."""
        found = []
        at = bisect_right(self._ends, place.start)
        if before and at:
            found.append((self._between(self._by_end[at - 1], place), self._by_end[at - 1]))
        at = bisect_left(self._starts, place.end)
        if after and at < len(self._starts):
            found.append((self._between(place, self._by_start[at]), self._by_start[at]))
        return min(found, key=lambda pair: pair[0], default=None)

    def _between(self, first: Place, second: Place) -> int:
        return max(0, self._word(second.start) - self._word(first.end - 1) - 1)
