"""Stories in memory: each entry is settled once, in the order in which they come."""

from collections import Counter, defaultdict
from itertools import chain

from monitor.core.entry import Entry
from monitor.core.stories.decide import Joined, Profile, Story, bands_of, decide, profile_of

MOST = 12
"""Stories that are looked at closely for one entry, those first that share most bands with it."""

MOST_MEMBERS = 32
"""Entries of a story that a new one is compared with; the later ones say nothing else."""

FULL = 200
"""Entries in a band from which on it is no longer looked into: what they share is a formula."""


class Shelf:
    """The stories so far."""

    def __init__(self) -> None:
        self._stories: list[Story] = []
        self._bands: defaultdict[int, list[int]] = defaultdict(list)

    def settle(self, entry: Entry) -> Joined:
        """Put an entry into its story, or found one with it; `story` of what is given holds the entry."""
        profile = profile_of(entry)
        keys = bands_of(profile)
        near = self._near(keys)
        decided = decide(profile, [self._stories[number] for number in near])
        number = len(self._stories)
        if decided.joined:
            number = next(place for place in near if self._stories[place] is decided.story)
        self._keep(number, profile)
        for key in keys:
            bucket = self._bands[key]
            if number not in bucket[-1:]:
                bucket.append(number)
        return Joined(self._stories[number], decided.joined, decided.similarity, decided.reason)

    def _near(self, keys: tuple[int, ...]) -> list[int]:
        buckets = [bucket for key in keys if (bucket := self._bands.get(key)) and len(bucket) <= FULL]
        shared = Counter(chain.from_iterable(buckets))
        return [number for number, _ in shared.most_common(MOST)]

    def _keep(self, number: int, profile: Profile) -> None:
        if number == len(self._stories):
            self._stories.append(Story((profile,)))
        elif len(self._stories[number].members) < MOST_MEMBERS:
            self._stories[number] = Story((*self._stories[number].members, profile))
