"""What was made of the last document of each feed, so that what it still shows is not made again."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any

from monitor.core.entry import Entry, digest

MOST = 32_000_000
"""Characters that are kept of all feeds together, an entry counted as its title, its text and `_BESIDES`."""

_BESIDES = 1_500
"""What an entry takes beside its title and text, as if it were characters: its names, times, categories, digests."""

_Part = tuple[int, Mapping[Any, Any]]
"""How much it weighs, and what is kept."""


class Seen:
    """A memory of one process: of each feed what was made of its last document; of those longest not read, nothing.

    It holds what pure functions gave, by all that they were given, so it may forget anything at any time. Safe in
    threads: what is kept is never changed, only replaced.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most, self._weight, self._lock = most, 0, Lock()
        self._feeds: OrderedDict[str, dict[str, _Part]] = OrderedDict()

    @property
    def weight(self) -> int:
        """Say how many characters are kept."""
        return self._weight

    def last(self, feed: str, part: str) -> Mapping[Any, Any]:
        """Give what was kept of a part of the work on a feed the last time; nothing, where it is forgotten."""
        return self._feeds.get(feed, {}).get(part, (0, {}))[1]

    def keep(self, feed: str, part: str, made: Mapping[Any, Any], entries: Iterable[Entry]) -> None:
        """Keep what was made of these entries, in place of what was kept the last time."""
        weight = sum(len(entry.title) + len(entry.text) + _BESIDES for entry in entries)
        with self._lock:
            before = self._feeds.pop(feed, {})
            self._feeds[feed] = {**before, part: (weight, made)}
            self._weight += _weight(self._feeds[feed]) - _weight(before)
            while self._weight > self._most:
                self._weight -= _weight(self._feeds.popitem(last=False)[1])

    def digests(self, feed: str, entries: Iterable[Entry]) -> dict[str, str]:
        """Name the contents of entries by identity, as core.revise does; of the same title and text only once."""
        once = tuple(entries)
        before, made, named = self.last(feed, "digests"), dict[tuple[str, str, bool], str](), dict[str, str]()
        for entry in once:
            said = (entry.title, entry.text, entry.deleted)
            named[entry.identity] = made[said] = before.get(said) or digest(entry)
        self.keep(feed, "digests", made, once)
        return named


def _weight(parts: Mapping[str, _Part]) -> int:
    """Count a feed as its heaviest part: they hold the same texts."""
    return max((weight for weight, _ in parts.values()), default=0)
