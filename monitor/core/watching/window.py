"""Which entries a feed's last document showed; from that which have vanished, and whether some may have been missed.

Absence proves little: an entry falls off the end, a pinned one is let go, one of two servers is late, a page shows some
of many. So an entry has vanished only if two documents running lack it while both show what is newer and what is older
than it, in the order in which it stood among them. A feed that shows again what had been absent is not believed for a
day: its word is taken for what it shows, not for what it does not.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

K = TypeVar("K", int, datetime)

UNSTEADY_LASTS = timedelta(days=1)
"""How long nothing is concluded from absence after a feed took one back; a server that is late does it each hour."""

MOST_SHARE = 4
"""If more than one in so many entries vanish at once, and more than one does, it is not the document we took it for."""

FEWEST = 2
"""Of a feed that shows fewer entries each new one takes the place of all others: nothing is said by that."""


@dataclass(frozen=True, slots=True)
class Window:
    """The ids of the entries that the last whole document showed, in its order, and what is concluded from them.

    Those in `missing` it lacked, though the one before showed them; they stand in `shown` where they stood, and so do
    those that were newer than all that it showed. `reading` names how it was read. `unsteady`: when the feed last
    showed again what had been absent.
    """

    shown: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    reading: str = ""
    unsteady: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An entry, and where in time it belongs: when it says it was published, and when it was first seen.

    One that the ledger has not numbered yet, because it is new, has an id below zero.
    """

    id: int
    first_seen: datetime
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """What the next document is compared with, and what comparing came to.

    `vanished` are ids; `overflow`: all that the last document showed has left, so entries may have come and gone.
    """

    window: Window
    vanished: tuple[int, ...] = ()
    overflow: bool = False


@dataclass(frozen=True, slots=True)
class _View:
    """Two documents from their oldest entry to their newest, as far as their entries stand in the order of time.

    `before` and `shown` are ids in that order; `steady` those of both documents that kept their order; `new` are first
    seen in the second one. `place` says where in `before` an id stands.
    """

    before: tuple[int, ...]
    shown: tuple[int, ...]
    steady: tuple[int, ...]
    new: frozenset[int]
    ages: Mapping[int, datetime]
    place: Mapping[int, int]


def compare(
    window: Window, shown: Sequence[Place], absent: Mapping[int, Place], now: datetime, reading: str = ""
) -> Compared:
    """Compare a document, whose living entries are `shown`, with the one before.

    `absent` are those of the window that it lacks and the ledger has. A document without entries says nothing: the
    window stays as it is. One that was read in another way begins anew.
    """
    ids = tuple(place.id for place in shown)
    if not ids:
        return Compared(window)
    if not window.shown or window.reading != reading:
        return Compared(Window(ids, reading=reading))
    view = _view(window, shown, absent)
    lost = _inside(view, absent)
    unsteady = now if _takes_back(window, view, ids) or _too_many(view, lost) else window.unsteady
    if unsteady is not None and now - unsteady < UNSTEADY_LASTS:
        return Compared(Window(ids, (), reading, unsteady))
    vanished = tuple(one for one in lost if one in window.missing)
    missing = tuple(one for one in lost if one not in window.missing)
    overflow = len(window.shown) >= FEWEST and bool(view.new) and not set(view.before) & set(ids)
    kept = _with_missing(ids, window.shown, {*missing, *_newer(view, absent, lost)})
    return Compared(Window(kept, missing, reading, unsteady), vanished, overflow)


def _view(window: Window, shown: Sequence[Place], absent: Mapping[int, Place]) -> _View:
    places = {**absent, **{place.id: place for place in shown}}
    dated = all(place.published is not None for place in places.values())
    ages = {i: (dated and place.published) or place.first_seen for i, place in places.items()}
    new = frozenset(place.id for place in shown if place.id < 0)
    earlier, later = [i for i in window.shown if i in places], [place.id for place in shown]
    if _newest_first(earlier, later, ages):
        earlier, later = earlier[::-1], later[::-1]
    before = _in_order(earlier, [ages[i] for i in earlier])
    after = _in_order(later, [ages[i] for i in later])
    place = {one: number for number, one in enumerate(before)}
    both = [i for i in after if i in place]
    return _View(before, after, _in_order(both, [place[i] for i in both]), new, ages, place)


def _newest_first(earlier: Sequence[int], later: Sequence[int], ages: Mapping[int, datetime]) -> bool:
    """Tell the order of a feed by its newer document, or else by its older one; newest first where neither says."""
    for ids in (later, earlier):
        rising = len(_in_order(ids, [ages[i] for i in ids]))
        falling = len(_in_order(ids[::-1], [ages[i] for i in ids[::-1]]))
        if rising != falling:
            return falling > rising
    return True


def _inside(view: _View, absent: Mapping[int, Place]) -> tuple[int, ...]:
    """List what is absent from between two entries that are shown; what is newer may be new."""
    if not view.steady:
        return ()
    first, last = view.place[view.steady[0]], view.place[view.steady[-1]]
    newest = max((view.ages[i] for i in view.shown if i in view.new), default=None)
    return tuple(
        one
        for one, place in view.place.items()
        if one in absent and place > first and (place < last or (newest is not None and newest > view.ages[one]))
    )


def _newer(view: _View, absent: Mapping[int, Place], lost: Sequence[int]) -> tuple[int, ...]:
    """List what is absent and newer than all that is shown: whether this is an older document, is not known yet."""
    last = view.place[view.steady[-1]] if view.steady else len(view.place)
    return tuple(one for one, place in view.place.items() if one in absent and place > last and one not in lost)


def _takes_back(window: Window, view: _View, ids: Sequence[int]) -> bool:
    """Tell whether a document shows again what the one before lacked, but for what comes back at either end."""
    if not set(window.missing).isdisjoint(ids):
        return True
    if not view.steady:
        return False
    first, last = view.shown.index(view.steady[0]), view.shown.index(view.steady[-1])
    return any(one not in view.new and one not in window.shown for one in view.shown[first:last])


def _too_many(view: _View, lost: Sequence[int]) -> bool:
    expected = sum(place >= view.place[view.steady[0]] for place in view.place.values()) if lost else 0
    return len(lost) > max(1, expected // MOST_SHARE)


def _with_missing(ids: Sequence[int], before: Sequence[int], missing: Collection[int]) -> tuple[int, ...]:
    """Put what is missing where it stood: in front of what stood behind it and is still there."""
    whole, there = list(ids), set(ids)
    for number in range(len(before) - 1, -1, -1):
        if (one := before[number]) in missing:
            behind = next((other for other in before[number + 1 :] if other in there), None)
            whole.insert(len(whole) if behind is None else whole.index(behind), one)
            there.add(one)
    return tuple(whole)


def _in_order(ids: Sequence[int], keys: Sequence[K]) -> tuple[int, ...]:
    """Give the longest part of `ids` whose keys never fall: what is pinned stands out of it. In n log n."""
    ends: list[K] = []
    last: list[int] = []
    before: list[int] = []
    for number, key in enumerate(keys):
        length = bisect_right(ends, key)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [key], [number]
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(ids[number])
        number = before[number]
    return tuple(found[::-1])
