"""All that is decided of a document: what is news, what is held of that, what vanished, what may have been missed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.core.entry import Entry, digest
from monitor.core.feed import Feed, reading
from monitor.core.revise import Known, News, another_text, digests, each_once, known_ids, revise
from monitor.core.watching import flood
from monitor.core.watching.flood import Fresh, Source, Twin
from monitor.core.watching.memory import Memory
from monitor.core.watching.window import Compared, Place, compare


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a feed, as it was read: its entries, each once, and by identity the digests of what they say.

    `source` is where it came from, `at` when it arrived.
    """

    feed: Feed
    entries: tuple[Entry, ...]
    at: datetime
    source: Source = field(default_factory=Source)
    contents: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What is known of a feed when a document of it comes.

    `twins` are by digest the entries that have the text of one that no name leads to; `places` are those of the
    document's known entries and of the window's, by id, and `names` the identities of the latter.
    """

    known: Known
    memory: Memory = field(default_factory=Memory)
    twins: Mapping[str, tuple[Twin, ...]] = field(default_factory=dict)
    places: Mapping[int, Place] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a document comes to.

    `renamed` are identities that are new names of known entries; of those in `passing` the name is not kept, because
    the feed gives others each time. In the window of `memory` the new entries are numbered -1, -2, ... in the order of
    `newcomers`, their identities, until the ledger has numbered them. `overflow`: entries may have been missed.
    """

    news: tuple[News, ...]
    memory: Memory
    newcomers: tuple[str, ...] = ()
    renamed: Mapping[str, int] = field(default_factory=dict)
    passing: frozenset[str] = frozenset()
    vanished: int = 0
    overflow: bool = False


def document(
    feed: Feed,
    entries: tuple[Entry, ...],
    at: datetime,
    source: Source | None = None,
    contents: Mapping[str, str] | None = None,
) -> Document:
    """Make ready what a document says to be decided upon; this reads whole texts, and nothing else need do so.

    `contents` are the digests of the entries by identity, where the caller has them.
    """
    contents = digests(each_once(entries)) if contents is None else contents
    return Document(feed, entries, at, source or Source(), contents)


def decide(found: Document, recalled: Recalled) -> Decision:
    """Decide upon a document, by what is known of its feed; of the memory its window and source are new."""
    once, before = each_once(found.entries), recalled.memory
    living = sum(not entry.deleted for entry in once)
    ids = known_ids(once, recalled.known)
    fresh = _fresh(found, once, ids, recalled)
    renamed = flood.renamed(fresh, living, before.window.shown, set(ids.values()))
    known = replace(recalled.known, ids={**recalled.known.ids, **renamed})
    fresh = [one for one in fresh if one.entry.identity not in renamed]
    away = flood.elsewhere(len(fresh), living, before.source, found.source, bare=_is_bare(before))
    held = flood.held(fresh, away)
    news = revise(found.feed, found.entries, known, found.at, found.contents)
    news = tuple(_held(one, held) for one in news)
    newcomers = tuple(one.entry.identity for one in news if one.entry_id is None)
    compared = _compared(found, once, {**ids, **renamed}, newcomers, recalled)
    if away:  # nothing that another site lacks has vanished
        compared = Compared(replace(before.window, missing=()))
    source = flood.learnt(before.source, found.source, away, living=living, is_renamed=bool(renamed))
    memory = replace(before, window=compared.window, source=source)
    gone = tuple(_gone(one, found, recalled) for one in compared.vanished if one in recalled.names)
    return Decision(
        news=news + gone,
        memory=memory,
        newcomers=newcomers,
        renamed=renamed,
        passing=frozenset(renamed) if before.source.renamed else frozenset(),
        vanished=len(gone),
        overflow=compared.overflow and not any(one.held for one in news),
    )


def numbered(decision: Decision, ids: Mapping[str, int]) -> Memory:
    """Give the memory, with the new entries of its window by the ids that they have by now."""
    window = decision.memory.window
    shown = tuple(one if one >= 0 else ids[decision.newcomers[-one - 1]] for one in window.shown)
    return replace(decision.memory, window=replace(window, shown=shown))


def _fresh(found: Document, once: tuple[Entry, ...], ids: Mapping[str, int], recalled: Recalled) -> list[Fresh]:
    if recalled.known.first:
        return []
    return [
        Fresh(entry, content, recalled.twins.get(content, ()))
        for entry, content in ((entry, found.contents[entry.identity]) for entry in once)
        if not entry.deleted and entry.identity not in ids
    ]


def _held(news: News, held: Mapping[str, str]) -> News:
    why = held.get(news.entry.identity, "") if news.entry_id is None and not news.quiet else ""
    return replace(news, held=why) if why else news


def _is_bare(before: Memory) -> bool:
    """Tell whether a feed never showed an entry, or its last document did not."""
    return not before.window.shown or before.health.empty is not None


def _compared(
    found: Document, once: tuple[Entry, ...], ids: Mapping[str, int], newcomers: tuple[str, ...], recalled: Recalled
) -> Compared:
    new = {identity: -number for number, identity in enumerate(newcomers, 1)}
    shown: dict[int, Place] = {}
    for entry in once:
        number = ids.get(entry.identity, new.get(entry.identity, 0))
        if not entry.deleted and number:
            place = recalled.places.get(number)
            shown.setdefault(number, Place(number, place.first_seen if place else found.at, entry.published))
    absent = {i: place for i, place in recalled.places.items() if i not in ids.values()}
    return compare(recalled.memory.window, tuple(shown.values()), absent, found.at, reading(found.feed))


def _gone(entry_id: int, found: Document, recalled: Recalled) -> News:
    entry = Entry(found.feed.name, recalled.names[entry_id], deleted=True)
    return replace(another_text(entry, digest(entry), entry_id, recalled.known), edit="deletion")
