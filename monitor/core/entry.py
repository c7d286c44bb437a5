"""Entries of feeds, and the revisions of an entry."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from monitor.core.text import fold, normal

EditKind = Literal["minor", "substantial", "deletion", "restored"]
"""minor: nothing but spelling. deletion: its source withdrew it. restored: it was withdrawn, and is shown again."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One post of a feed, as its newest document shows it.

    `identity` depends on neither position nor tracking parameters nor http/https; any of `aliases` names the same
    entry. `guid` is as found. Empty `title` or `text`: the source gives none. Times are aware, in UTC, never invented.
    `ahead`: its source dates it in the future, and what stands in place of that is when it was seen;
    the ledger does not keep it, a revision knows it by its times.
    """

    feed: str
    identity: str
    title: str = ""
    text: str = ""
    link: str = ""
    aliases: tuple[str, ...] = ()
    guid: str | None = None
    author: str = ""
    categories: tuple[str, ...] = ()
    language: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    deleted: bool = False
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an entry, numbered from 1 by the ledger; `seen_at` is when the fetch that showed it arrived.

    `edit` is what made it another text than the one that was shown before (empty: it is the first, or nobody compared).
    `held` says why none but urgent rules tell of it (empty: all do). `quiet` says why nobody was told of its entry at
    first sight (empty: there was no such reason, or nobody asked).
    """

    id: int
    entry_id: int
    number: int
    entry: Entry
    seen_at: datetime
    edit: EditKind | Literal[""] = ""
    held: str = ""
    quiet: str = ""

    @property
    def ahead(self) -> bool:
        """Say whether its source dates it in the future: its time is to the microsecond when it was seen."""
        return (self.entry.published or self.entry.updated) == self.seen_at


@dataclass(frozen=True, slots=True)
class Occasion:
    """A revision, and when it was matched.

    `quiet` says why no rule was tried on it then (empty: they were). `edits` is the text that it edits, None where
    there was none before, or nobody asked.
    """

    revision: Revision
    at: datetime
    quiet: str = ""
    edits: Revision | None = None


def digest(entry: Entry) -> str:
    """Name the content of an entry: equal for texts that differ in case, accents, punctuation or spacing only."""
    content = "\x1f".join((normal(entry.title), normal(entry.text), "deleted" if entry.deleted else ""))
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def folded(title: str, text: str) -> str:
    """Fold title and text as the engine does: one stream of words, parted by NUL."""
    return fold(f"{title}\0{text}").text
