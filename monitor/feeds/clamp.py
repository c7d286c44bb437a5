"""Times that a source sets in the future: its clock or its zone is wrong, and ours says when the entry was seen."""

from dataclasses import replace
from datetime import datetime

from monitor.core.entry import Entry
from monitor.feeds.dates import AHEAD
from monitor.feeds.limits import Contents


def clamped(contents: Contents, now: datetime) -> Contents:
    """Put `now`, when the document arrived, for times that are later by more than `AHEAD`, and mark their entries.

    What names an entry is not touched: identities are made of the time as it is printed.
    """
    return replace(contents, entries=tuple(_clamped(entry, now) for entry in contents.entries))


def _clamped(entry: Entry, now: datetime) -> Entry:
    latest = now + AHEAD
    if not any(at is not None and at > latest for at in (entry.published, entry.updated)):
        return entry
    published, updated = (now if at is not None and at > latest else at for at in (entry.published, entry.updated))
    return replace(entry, published=published, updated=updated, ahead=True)
