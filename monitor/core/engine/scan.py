"""All that a book looks for in one automaton: which of its patterns a folded text shows, and where one stands."""

from collections.abc import Iterable, Iterator

from ahocorasick_rs import AhoCorasick

from monitor.core.text import Folded

REACH = 300
"""Of longer patterns only so many characters are scanned for, for an automaton of millions of states is never done; and
they find no possessives: a text full of these must not be read again and again at length."""

Match = tuple[int, int, int]
"""A pattern's number, and `[start, end)` of the folded text where it stands, spaces at its edges included."""


class Scan:
    """The patterns, numbered in their order; one pass over a text finds them all, those inside others too."""

    def __init__(self, patterns: Iterable[str]) -> None:
        listed = list(patterns)
        self._automaton = AhoCorasick([pattern[:REACH] for pattern in listed], store_patterns=False)
        self._reach = min(REACH, max(map(len, listed), default=0))
        self._long = {number: pattern for number, pattern in enumerate(listed) if len(pattern) > REACH}

    def seen(self, folded: Folded) -> dict[int, Match]:
        """Tell which patterns a text shows, each with one of its places.

        The others are found again by `places`, if they are asked for: to hold them all would cost more than the scan.
        """
        matches = self._automaton.find_matches_as_indexes(folded.text, overlapping=True)
        seen: dict[int, Match] = {match[0]: match for match in matches}
        if folded.possessives:
            seen.update((match[0], match) for match in self._before_possessives(folded) if match[0] not in seen)
        if self._long:
            self._look_further(folded.text, seen)
        return seen

    def _look_further(self, text: str, seen: dict[int, Match]) -> None:
        """Of the long patterns keep those that are there at full length."""
        for number in self._long.keys() & seen.keys():
            start = text.find(self._long[number])
            if start < 0:
                del seen[number]
            else:
                seen[number] = (number, start, start + len(self._long[number]))

    def _before_possessives(self, folded: Folded) -> Iterator[Match]:
        """Find the patterns that end before the s of a possessive: the text is read once more as if it stood apart."""
        windows = {folded.text[max(0, place - self._reach) : place]: place for place in folded.possessives}
        for window, place in windows.items():
            first = place - len(window)
            for pattern, start, end in self._automaton.find_matches_as_indexes(f"{window} ", overlapping=True):
                if end > len(window):
                    yield pattern, first + start, first + end


def places(pattern: str, folded: Folded) -> Iterator[tuple[int, int]]:
    """Find every place of a pattern, spaces at its edges included; those before the s of a possessive come last."""
    text, length = folded.text, len(pattern)
    at = text.find(pattern)
    while at >= 0:
        yield at, at + length
        at = text.find(pattern, at + 1)
    if pattern[-1] == " " and length <= REACH:
        for place in folded.possessives:
            if text.endswith(pattern[:-1], 0, place):
                yield place + 1 - length, place + 1
