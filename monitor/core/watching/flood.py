"""Which new entries are held, because they look like old ones under other names; and which are old ones.

A feed that moves to another system gives all that it shows other names at once; a redirect may lead to another site.
Then a hundred alerts would tell what is known. An outage's backlog is no flood: its texts are not known, and it comes
from the same host, under the same title, or from one that its feed had before.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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


REMEMBERED = 4
"""Hosts and titles of a feed that are known; one that it had before is no change."""

MOST_TOLD, TOLD_AGAIN = 6, timedelta(hours=4)
"""Within a day operators are told so often, at most, that of a feed something is held: at once if that has doubled
since they were told, else so long after that."""

FORGOTTEN_AFTER = timedelta(days=30)
"""So long after the last entry was held it is counted no more: by then the ledger has forgotten most of them."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a feed comes from: the host of its last document, and the title it gave itself; empty: none was recorded.

    `renamed`: the last document gave other names to entries that were known. `hosts` and `titles` are those that the
    feed had before. `away` says why all that is new is held: the last document came from elsewhere, from `away_host`
    and under `away_title`, while the source is as it was (empty: it came from here).
    """

    host: str = ""
    title: str = ""
    renamed: bool = False
    hosts: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    away: str = ""
    away_host: str = ""
    away_title: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """How many entries of a feed were held since it was last released, the last of them `at` and for the reason `why`.

    Operators were told of `said` of them; `told` is when, of late.
    """

    held: int = 0
    why: str = ""
    at: datetime | None = None
    said: int = 0
    told: tuple[datetime, ...] = ()


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


def elsewhere(fresh: int, living: int, before: Source, after: Source, *, bare: bool = False) -> str:
    """Say why all that is new in a document is held: it comes from elsewhere; empty: it is not.

    `fresh` of the `living` entries that it shows are new. What comes from elsewhere is held until the feed comes back,
    or is released. `bare`: its feed has shown no entries yet, or showed none of late; a live blog may begin that way.
    """
    changed = _moved(before, after) or _retitled(before, after.title)
    is_flood = fresh >= max(FEWEST, SHARE * living) and not bare
    return changed if before.away or is_flood else ""


def held(fresh: Sequence[Fresh], away: str) -> Mapping[str, str]:
    """Give by identity which new entries are held, and why; `away`: why all of them are."""
    if away:
        return dict.fromkeys((one.entry.identity for one in fresh), away)
    repeated = [one for one in fresh if one.is_repeated()]
    return dict.fromkeys((one.entry.identity for one in repeated), AGAIN) if _texts(repeated) >= REPEATED else {}


def learnt(before: Source, after: Source, away: str, *, living: int, is_renamed: bool) -> Source:
    """Remember where a feed comes from; what a document does not say is as it was.

    From elsewhere it is not what it was: the source stays, and so it does if a document shows no entries. If a feed
    comes back under a title that it has kept, the other host is one of several that answer for it.
    """
    if away:
        return replace(before, renamed=is_renamed, away=away, away_host=after.host, away_title=after.title)
    if not living and (_moved(before, after) or _retitled(before, after.title)):
        return before
    also = "" if _retitled(before, before.away_title) else before.away_host
    return replace(_from(before, after, also), renamed=is_renamed)


def accepted(source: Source) -> Source:
    """Take for the source where the last document came from: operators have released what was held of it."""
    return _from(source, Source(source.away_host, source.away_title)) if source.away else source


def grown(stock: Stock, reasons: Sequence[str], now: datetime) -> Stock:
    """Count the entries that are held for these reasons beside those that were; what is long ago is forgotten."""
    if stock.at is not None and now - stock.at > FORGOTTEN_AFTER:
        stock = Stock()
    if not reasons:
        return stock
    return replace(stock, held=stock.held + len(reasons), why="; ".join(dict.fromkeys(reasons)), at=now)


def is_to_be_told(stock: Stock, now: datetime) -> bool:
    """Tell whether operators must be told now that more is held than they know."""
    of_late = _of_late(stock, now)
    is_time = not of_late or stock.held >= 2 * stock.said or now - of_late[-1] >= TOLD_AGAIN
    return stock.held > stock.said and len(of_late) < MOST_TOLD and is_time


def told(stock: Stock, now: datetime) -> Stock:
    """Remember that operators are told of all that is held."""
    return replace(stock, said=stock.held, told=(*_of_late(stock, now), now))


def notice_of_flood(name: str, entries: Sequence[Entry], stock: Stock, version: int, at: datetime) -> Notice:
    """Say what of a feed is held, why, how much in all, and what to do; `entries` are those of the last document."""
    new = stock.held - stock.said
    said = "1 new entry is" if new == 1 else f"{new} new entries are"
    lines = [f"{said} held: {stock.why}. Only urgent rules tell of them."]
    lines += [f"- {_line(entry)}" for entry in entries[:NAMED]]
    more = new - len(entries[:NAMED])
    lines += [f"… and {more} more"] * (more > 0 and bool(entries))
    lines += [f"With those told of before {stock.held} are held in all."] * (stock.said > 0)
    lines.append(f"If they are to be told: `vigie feeds release {name}`. If not, nothing needs to be done.")
    state, subject = f"held {stock.held} {at:%Y-%m-%d}", f"Held: {name}"
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


def _moved(before: Source, after: Source) -> str:
    """Say that a feed's host has changed; empty: it has not, or one of them is not known."""
    if not before.host or after.host in {"", before.host, *before.hosts}:
        return ""
    return f"the feed's host has changed from {before.host} to {after.host}"


def _retitled(before: Source, title: str) -> str:
    """Say the same of its title; numbers in it count for nothing."""
    if not before.title or not title or _words(title) in map(_words, (before.title, *before.titles)):
        return ""
    return f"the feed's title has changed from {before.title!r} to {title!r}"


def _words(title: str) -> str:
    """Give a title without the time, or the count, that some feeds put into it."""
    return " ".join("".join(" " if letter.isdigit() else letter for letter in normal(title)).split())


def _from(before: Source, after: Source, also: str = "") -> Source:
    """Give the source after a document, or after a release; `also` is a host that answers for the feed as well."""
    host, title = after.host or before.host, after.title or before.title
    hosts = _others(host, (before.host, also, *before.hosts), str)
    return Source(host, title, before.renamed, hosts, _others(title, (before.title, *before.titles), _words))


def _others(newest: str, names: Iterable[str], key: Callable[[str], str]) -> tuple[str, ...]:
    """Give what else is remembered, each once."""
    kept = {key(name): name for name in names if name and key(name) != key(newest)}
    return tuple(kept.values())[: REMEMBERED - 1]


def _of_late(stock: Stock, now: datetime) -> tuple[datetime, ...]:
    return tuple(time for time in stock.told if timedelta(0) <= now - time < DAY)  # what is ahead: a clock has jumped
