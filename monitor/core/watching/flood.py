"""Which new entries are held, because they look like old ones under other names; and which are old ones.

A feed that moves to another system gives all that it shows other names at once; a redirect may lead to another site.
Then a hundred alerts would tell what is known. An outage's backlog is no flood: its texts are not known, and it comes
from the same host, under the same title.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.entry import Entry
from monitor.core.telling.notice import Notice
from monitor.core.text import normal

REPEATED = 5
"""New entries of a document are held if so many different texts of theirs are known under other names."""

ANEW = 2
"""So many different texts, and nothing else, make a whole document that is repeated; one may just be said again."""

FEWEST, SHARE = 3, 0.8
"""After its host or title changed, all new entries of a feed are held if they are so many, and this share of all."""

NAMED = 5
"""Held entries that the notice names."""

AGAIN = "its text is known under another name"
"""Why an entry is held; after a change of host or title the words say which."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the last whole document came from: its host, and the title it gave itself; empty: none was recorded.

    `renamed`: that document gave other names to entries that were known.
    """

    host: str = ""
    title: str = ""
    renamed: bool = False


@dataclass(frozen=True, slots=True)
class Twin:
    """An entry of the ledger that has the text of a new one.

    `current`: its feed shows that text of it now, as far as it shows the entry.
    """

    entry_id: int
    published: datetime | None = None
    current: bool = True
    held: bool = False


@dataclass(frozen=True, slots=True)
class Fresh:
    """An entry of a document that no name leads to, the digest of what it says, and the entries that say the same."""

    entry: Entry
    content: str
    twins: tuple[Twin, ...] = ()

    def is_repeated(self) -> bool:
        """Tell whether there is a text, and it is known."""
        return bool(self.twins and (self.entry.title or self.entry.text))


def renamed(fresh: Sequence[Fresh], living: int, shown: Collection[int], taken: Collection[int]) -> dict[str, int]:
    """Give by identity which entries are old ones under new names; `living` is how many the document shows.

    That is what takes the place of an entry that is held. Where few texts are repeated it is also what takes the place
    of one of those that the document before showed (`shown`) and this one does not (they are not `taken`), if both say
    that they were published at the same time or the whole document is repeated.
    """
    repeated = [one for one in fresh if one.is_repeated()]
    texts = _texts(repeated)
    is_whole = texts >= ANEW and len(repeated) >= SHARE * living
    may = set(shown) - set(taken) if texts < REPEATED else set()
    free, found = set(taken), {}
    for one in repeated:
        for twin in one.twins:
            is_same = one.entry.published is not None and twin.published == one.entry.published
            is_old = twin.entry_id in may and (is_whole or is_same)
            if twin.current and twin.entry_id not in free and (twin.held or is_old):
                found[one.entry.identity] = twin.entry_id
                free.add(twin.entry_id)
                break
    return found


def held(fresh: Sequence[Fresh], living: int, before: Source, after: Source) -> Mapping[str, str]:
    """Give by identity which new entries are held, and why; `living` is how many the document shows."""
    if len(fresh) >= max(FEWEST, SHARE * living) and (changed := _changed(before, after)):
        return dict.fromkeys((one.entry.identity for one in fresh), changed)
    repeated = [one for one in fresh if one.is_repeated()]
    return dict.fromkeys((one.entry.identity for one in repeated), AGAIN) if _texts(repeated) >= REPEATED else {}


def notice_of_flood(name: str, texts: Sequence[tuple[Entry, str]], version: int, at: datetime) -> Notice:
    """Say what of a feed is held, each entry with its reason, and what to do; of one feed this is told once a day."""
    reasons = list(dict.fromkeys(reason for _, reason in texts))
    entries = "1 new entry is" if len(texts) == 1 else f"{len(texts)} new entries are"
    lines = [f"{entries} held: {'; '.join(reasons)}. Only urgent rules tell of them."]
    lines += [f"- {_line(entry)}" for entry, _ in texts[:NAMED]]
    lines += [f"… and {len(texts) - NAMED} more"] * (len(texts) > NAMED)
    lines.append(f"If they are to be told: `vigie feeds release {name}`. If not, nothing needs to be done.")
    state, subject = f"held {at:%Y-%m-%d}", f"Held: {name}"
    return Notice("feed", flood_key(name), state, "high", subject, "\n".join(lines), version, at)


def notice_of_release(name: str, version: int, at: datetime) -> Notice:
    """Say that nothing of a feed is held any more: whoever releases it knows, and the next flood is told anew."""
    text = "What was held is released, and told by all rules that it meets."
    return Notice("feed", flood_key(name), "", "normal", f"Released: {name}", text, version, at)


def flood_key(name: str) -> str:
    """Name the thing that a notice of a flood is about."""
    return f"{name}:flood"


def _texts(repeated: Sequence[Fresh]) -> int:
    return len({one.content for one in repeated})


def _line(entry: Entry) -> str:
    return (entry.title or entry.text)[:200] or entry.identity[:200]


def _changed(before: Source, after: Source) -> str:
    """Say what of where a feed comes from has changed; empty: nothing, or one of them is not known."""
    if before.host and after.host and before.host != after.host:
        return f"the feed's host has changed from {before.host} to {after.host}"
    if before.title and after.title and normal(before.title) != normal(after.title):
        return f"the feed's title has changed from {before.title!r} to {after.title!r}"
    return ""
