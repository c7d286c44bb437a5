"""What of a document is new: which entries, which edits, and what of that nobody is told."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.edit import MOST_PAIRS, edit_of
from monitor.core.entry import EditKind, Entry, digest, folded
from monitor.core.feed import Feed

EDITED = "the text that it edits is held"
"""Why an edit is held: it would tell what is held."""

BEFORE = "stood in the feed before it was watched"
OLD = "older than max_age at first sight"
"""Why nobody is told of a new entry."""

SEVERAL = 3
"""If so many entries of a document, and all that it shows, have one date, it says nothing of when they are from."""


PAIRS_AT_ONCE = 100_000
"""Pairs of like words in all that one document edits, shared out alike: 3 s of comparing in the worst case. That is
much prose: 100 entries of 300 words, each written anew."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger holds of one feed, as far as a new document speaks of it.

    `first` is true where the ledger has no row of the feed yet; `ids` maps identities and aliases to entry ids,
    `digests` entry ids to the digests of their revisions, that of the current one last. `texts` are the current ones of
    entries that the document shows otherwise; `held` are the entries whose current text is held.
    """

    first: bool
    ids: Mapping[str, int] = field(default_factory=dict)
    digests: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[int, Entry] = field(default_factory=dict)
    held: frozenset[int] = frozenset()

    def current(self, entry_id: int) -> str:
        """Give the digest of what the feed showed of an entry last; empty: nothing is known of it."""
        return next(reversed(self.digests.get(entry_id, ())), "")


@dataclass(frozen=True, slots=True)
class News:
    """A text of an entry that is not its current one; `entry_id` is None where the entry itself is new.

    `quiet` says why nobody will be told of it (empty: it goes to the matchers). `back`: it is no new revision but an
    older one that the feed shows again. `edit` is what makes it another text than the current one; `held` says why only
    urgent rules tell of it (empty: all do). `folded` is its text as the engine reads it, not of what is back.
    """

    entry: Entry
    digest: str
    entry_id: int | None
    quiet: str = ""
    back: bool = False
    edit: EditKind | Literal[""] = ""
    held: str = ""
    folded: str = field(default="", compare=False)


def revise(
    feed: Feed, entries: tuple[Entry, ...], known: Known, now: datetime, contents: Mapping[str, str] | None = None
) -> tuple[News, ...]:
    """Decide which of a document's entries are new or changed, and which of those nobody is told of.

    The first of two entries with one identity counts (a pinned entry is shown twice), and an alias only where a
    single entry of the document carries it. An entry that is deleted and was never seen is no news. A text that an
    entry had before is back, unless the document shows the current one as well, under another name of the entry.
    `contents` are the digests of the entries by identity, where the caller has them.
    """
    once = each_once(entries)
    ids = known_ids(once, known)
    contents = digests(once) if contents is None else contents
    unchanged = {entry_id for name, entry_id in ids.items() if known.current(entry_id) == contents[name]}
    dated = not have_one_date(once)
    news = []
    for entry in once:
        entry_id, content = ids.get(entry.identity), contents[entry.identity]
        if entry_id is None and not entry.deleted:
            quiet = _quiet(feed, entry, now, first=known.first, dated=dated)
            news.append(News(entry, content, None, quiet, folded=folded(entry.title, entry.text)))
        elif entry_id is not None and (content not in known.digests.get(entry_id, ()) or entry_id not in unchanged):
            news.append(another_text(entry, content, entry_id, known))
    return tuple(news)


def another_text(entry: Entry, content: str, entry_id: int, known: Known) -> News:
    """Make news of a text of an entry that is not its current one."""
    before = known.texts.get(entry_id)
    share = PAIRS_AT_ONCE // max(1, len(known.texts))
    edit: EditKind | Literal[""] = edit_of(before, entry, min(share, MOST_PAIRS)).kind if before else ""
    if content in known.digests.get(entry_id, ()):
        return News(entry, content, entry_id, back=True, edit=edit)
    held = EDITED if entry_id in known.held else ""
    return News(entry, content, entry_id, edit=edit, held=held, folded=folded(entry.title, entry.text))


def digests(entries: Iterable[Entry]) -> dict[str, str]:
    """Name the contents of entries, by identity."""
    return {entry.identity: digest(entry) for entry in entries}


def remark(entries: Iterable[Entry]) -> str:
    """Say what a document lacks though it could be read; empty: nothing. Tombstones are not looked at."""
    living = [entry for entry in entries if not entry.deleted]
    if not living:
        return "holds no entries"
    ahead = sum(entry.ahead for entry in living)
    lacks = {
        "no entry has a date": not any(entry.published or entry.updated for entry in living),
        "all entries have one date": have_one_date(living),
        "no entry has an id": not any(entry.guid or entry.link for entry in living),
        f"{ahead} of {len(living)} entries are dated in the future: is its zone right?": ahead > 0,
    }
    return "; ".join(words for words, lacking in lacks.items() if lacking)


def have_one_date(entries: Iterable[Entry]) -> bool:
    """Tell whether a document dates several entries, all that it shows, to the same moment."""
    dates = [entry.published or entry.updated for entry in entries if not entry.deleted]
    return len(dates) >= SEVERAL and None not in dates and len(set(dates)) == 1


def is_old(feed: Feed, entry: Entry, now: datetime) -> bool:
    """Tell whether an entry says that it is older than what its feed tells."""
    age = _age(entry, now)
    return age is not None and age > feed.max_age


def known_ids(entries: tuple[Entry, ...], known: Known) -> dict[str, int]:
    """Find which entries the ledger has, by identity or else by alias.

    An entry that the document shows under its own identity is not also another one that carries its alias.
    """
    found = {entry.identity: known.ids[entry.identity] for entry in entries if entry.identity in known.ids}
    strangers = [entry for entry in entries if entry.identity not in found]
    taken, shared = set(found.values()), shared_aliases(entries) if strangers else set()
    for entry in strangers:
        others = (known.ids[name] for name in entry.aliases if name in known.ids and name not in shared)
        entry_id = next((one for one in others if one not in taken), None)
        if entry.identity not in found and entry_id is not None:
            found[entry.identity] = entry_id
            taken.add(entry_id)
    return found


def shared_aliases(entries: tuple[Entry, ...]) -> set[str]:
    """List the names that more than one entry of a document carries."""
    carriers = Counter(name for entry in each_once(entries) for name in {entry.identity, *entry.aliases})
    return {name for name, count in carriers.items() if count > 1}


def each_once(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Leave out entries whose identity an earlier one has."""
    return tuple({entry.identity: entry for entry in reversed(entries)}.values())[::-1]


def _quiet(feed: Feed, entry: Entry, now: datetime, *, first: bool, dated: bool) -> str:
    age = _age(entry, now)
    if first and (age is None or age > feed.backfill):
        return BEFORE
    return OLD if dated and is_old(feed, entry, now) else ""


def _age(entry: Entry, now: datetime) -> timedelta | None:
    said = entry.published or entry.updated  # Atom's `published` may be missing, and `updated` is no earlier
    return None if said is None else now - said
