"""By what an entry is known again though its guid or its words changed: its time, with what an edit leaves of it.

These aliases hold only where nothing else in the document may carry them, and the ledger follows one only to an entry
that the document does not show (core.revise.known_ids). They join two different entries wrongly only where the first is
gone before both could stand in one document. So a title must be the only one of its kind in the document; the time
alone is enough if it is exact to the second, for a short window of entries may well slide past two of one minute;
of a time in whole minutes the first or the last words must be the same as well.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.entry import Entry
from monitor.feeds.said import folded, hashed, time_of

_WORDS = 4
"""Words at the beginning or at the end of an entry by which it is known, together with its minute."""

_LETTERS = 16
"""Letters of these words at least; shorter ones are those of other entries too."""

_NEAR_AN_END = 300
"""Characters of a text in which its first or its last words are looked for."""

_CLOCK_ALONE = 1970
"""The year of what is no moment: a time of day without its day (feeds.recipe), or a time that was never set."""

_BY_CONTENT = re.compile(r"content:[0-9a-f]{32}")
"""The identity of an entry without guid and link: an edit gives it another."""


@dataclass(frozen=True, slots=True)
class _Document:
    """How often the entries of a document carry each title, each time, and the first and the last words of each.

    `dated` counts those that have a time.
    """

    titles: Counter[str]
    times: Counter[datetime | None]
    clocks: Counter[tuple[int, int]]
    ends: Counter[str]
    dated: int


def with_what_edits_leave(entries: Sequence[Entry]) -> list[Entry]:
    """Add to the identified entries of one document the aliases by which they are known after an edit."""
    titles = [folded(entry.title) for entry in entries]
    living = [(entry, title) for entry, title in zip(entries, titles, strict=True) if not entry.deleted]
    document = _Document(
        titles=Counter(title for _, title in living),
        times=Counter(entry.published for entry, _ in living),
        clocks=Counter(_clock(entry.published) for entry, _ in living if entry.published),
        ends=Counter(end for entry, _ in living if _is_bare(entry) for end in _ends(entry)),
        dated=sum(entry.published is not None for entry, _ in living),
    )
    return [_with(entry, _aliases(entry, title, document)) for entry, title in zip(entries, titles, strict=True)]


def _with(entry: Entry, also: Iterable[str]) -> Entry:
    more = [name for name in also if name != entry.identity]
    return replace(entry, aliases=tuple(dict.fromkeys((*entry.aliases, *more)))) if more else entry


def _aliases(entry: Entry, title: str, document: _Document) -> Iterator[str]:
    if entry.deleted or entry.published is None or not _is_moment(entry.published, document):
        return
    if title and document.titles[title] == 1:
        yield hashed("content", title, time_of(entry))
    if _is_bare(entry) and document.times[entry.published] == 1:
        yield from _by_time(entry, entry.published, document)


def _by_time(entry: Entry, at: datetime, document: _Document) -> Iterator[str]:
    if at.second or at.microsecond:
        yield hashed("time", time_of(entry))
    else:
        yield from (hashed("time", time_of(entry), end) for end in _ends(entry) if document.ends[end] == 1)


def _ends(entry: Entry) -> Iterable[str]:
    """Give the first and the last words of an entry, if they are enough to know it by."""
    said = entry.title or entry.text
    first = folded(said[:_NEAR_AN_END]).split()[:_WORDS]
    last = folded(said[-_NEAR_AN_END:]).split()[-_WORDS:]
    both = (("first", first), ("last", last))
    return [f"{side} {' '.join(end)}" for side, end in both if len(end) == _WORDS and len(" ".join(end)) >= _LETTERS]


def _is_bare(entry: Entry) -> bool:
    return _BY_CONTENT.fullmatch(entry.identity) is not None


def _is_moment(at: datetime, document: _Document) -> bool:
    """Say whether a time is that of its entry: most entries of a document share the clock of a day without a time."""
    return at.year > _CLOCK_ALONE and 2 * document.clocks[_clock(at)] <= document.dated


def _clock(at: datetime) -> tuple[int, int]:
    """Give the minute and the second; the hour of midnight changes with the zone and in summer."""
    return at.minute, at.second


def several(entries: Iterable[Entry]) -> bool:
    """Say whether entries of one guid are several: what they give of title, text and time is all different.

    A copy that stands on top may have another title, or another time, but hardly both and another text as well.
    """
    said = [(time_of(entry), folded(entry.title), folded(entry.text)) for entry in entries]
    first = min(said, default=("", "", ""))
    return any(_are_two(first, other) for other in said)


def _are_two(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    dated = one[0] != "" != other[0]
    given = [(mine, theirs) for mine, theirs in zip(one, other, strict=True) if mine and theirs]
    return dated and len(given) > 1 and all(mine != theirs for mine, theirs in given)
