"""Which entry an entry is: a name that depends on neither position nor tracking parameters nor http/https.

The ladder, each rung used where it names one entry of the document only:

    guid        as the source gives it; of a URL, without scheme and tracking parameters
    link        in the same form
    content     a digest of title and time, or of the text where there is no title

A guid or an anchor that only counts the entries as they stand is no name, nor is a guid that several entries carry.

Aliases are other names of the same entry, by which it is known again where a publisher changes its guids: digests of
link and time, of link and all that it says, of time and all that it says. Two entries may share a headline and a
minute, or one link, and only the text tells them apart; feeds.again adds what is safe within one document.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from monitor.core.entry import Entry
from monitor.feeds.again import several, with_what_edits_leave
from monitor.feeds.links import canonical, resolved
from monitor.feeds.said import folded, hashed, time_of

_LONGEST = 240
"""Characters of a name; a longer one is cut and carries a digest of the whole."""

_TELLING = 80
"""Letters of an entry without a link that nobody writes twice; shorter ones, as “But !”, are written again."""

_REFERENCES = ("#", "/", "?", "./", "../")
"""How a guid begins that is an address relative to its page; `5` is a name, wherever the page lies."""

_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})([^0-9]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Marks:
    """What an entry says that may name it, whatever else its document holds; made once, as long as it says the same."""

    guid: str
    link: str
    content: str
    known_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Names:
    """What an entry may be called; empty where the source gives none, or none that is its own."""

    guid: str
    link: str
    content: str


def identify(
    entries: Iterable[Entry],
    *,
    pages: Iterable[str] = (),
    base: str = "",
    numbered: bool = False,
    marks: Sequence[Marks] = (),
) -> tuple[Entry, ...]:
    """Give each entry of one document its identity and aliases; of entries that are the same, the first.

    `pages` are addresses of the document itself, which name no entry. With `base`, guids that are relative addresses
    are resolved against it.
    `numbered`: guids that only count the entries as they stand are no names; nowhere are anchors that do, unless the
    document goes from its oldest entry to its newest. Titles and texts must be final.
    `marks` are those of the entries, where the caller has them.
    """
    found = tuple(entries)
    marks = marks or [marks_of(entry, base) for entry in found]
    own = {canonical(page) for page in pages} | {""}
    names = _names(marks, own, *_given(found, marks, numbered=numbered))
    contents = _contents(found, names)
    named = [_named(*row) for row in zip(found, marks, names, contents, strict=True)]
    return _unshared(with_what_edits_leave(_without_repeats(named)))


def marks_of(entry: Entry, base: str = "") -> Marks:
    """Read from an entry what may name it; a guid that is a relative address is resolved against `base`."""
    link = _short(canonical(entry.link))
    guid = _short(canonical(_whole(base, entry.guid or "")))
    return Marks(guid, link, _content(entry), tuple(_known_by(entry, link)))


def _given(entries: Sequence[Entry], marks: Sequence[Marks], *, numbered: bool) -> tuple[list[str], list[str]]:
    """Give the guids and the links of entries, empty where they only count them or several entries carry a guid."""
    guids, links = [one.guid for one in marks], [one.link for one in marks]
    living = [not entry.deleted for entry in entries]
    appended = not numbered and _oldest_first(entries)
    counted = numbered and _counts([entry.guid or "" for entry in entries])
    if counted or (not appended and _anchors_count(guids, living)):
        guids = [""] * len(guids)
    if not appended and _anchors_count(links, living):
        links = [""] * len(links)
    shared = _of_several(guids, entries)
    return ["" if guid in shared else guid for guid in guids], links


def _names(marks: Sequence[Marks], own: set[str], guids: Sequence[str], links: Sequence[str]) -> list[_Names]:
    contents = [one.content for one in marks]
    subjects = links if _mostly_differ(guids) else contents
    guids, links = _telling(guids, subjects, own), _telling(links, contents, own)
    return [_Names(*row) for row in zip(guids, links, contents, strict=True)]


def _of_several(guids: Sequence[str], entries: Sequence[Entry]) -> set[str]:
    carriers = defaultdict(list)
    for guid, entry in zip(guids, entries, strict=True):
        if guid and not entry.deleted:
            carriers[guid].append(entry)
    return {guid for guid, mine in carriers.items() if len(mine) > 1 and several(mine)}


def _whole(base: str, guid: str) -> str:
    return resolved(base, guid) if guid.startswith(_REFERENCES) else guid


def _mostly_differ(guids: Sequence[str]) -> bool:
    """Say whether guids are names though some repeat: then entries of one guid are copies, unless their links differ.

    A pinned copy may have another title. Where most guids repeat, the publisher's software writes no real ones.
    """
    given = [guid for guid in guids if guid]
    different = len(set(given))
    return different > 1 and 2 * (len(given) - different) < len(given)


def _telling(names: Sequence[str], subjects: Sequence[str], own: set[str]) -> list[str]:
    """Empty the names that entries of several subjects carry, and those of the page itself."""
    carriers = defaultdict(set)
    for name, subject in zip(names, subjects, strict=True):
        carriers[name].add(subject)
    return ["" if name in own or len(carriers[name] - {""}) > 1 else name for name in names]


def _content(entry: Entry) -> str:
    """Name an entry by title and time, or by text and time; a tombstone has no content of its own."""
    return "" if entry.deleted else hashed("content", folded(entry.title or entry.text), time_of(entry))


def _contents(entries: Sequence[Entry], names: Sequence[_Names]) -> list[str]:
    """Name by content those entries that have no other name; where title and time are shared, by the text as well."""
    bare = [entry if not of.guid and not of.link else None for entry, of in zip(entries, names, strict=True)]
    texts = defaultdict(set)
    for entry, of in zip(bare, names, strict=True):
        if entry is not None:
            texts[of.content].add(entry.text)
    return [
        of.content
        if entry is None or len(texts[of.content]) == 1
        else _all_of(folded(entry.title), folded(entry.text), time_of(entry))
        for entry, of in zip(bare, names, strict=True)
    ]


def _named(entry: Entry, marks: Marks, names: _Names, content: str) -> Entry:
    identity = names.guid or names.link or content
    known_by = marks.known_by if names.link == marks.link else _known_by(entry, names.link)
    others = dict.fromkeys((names.guid, _within(names.guid), *entry.aliases, *known_by))
    return replace(entry, identity=identity, aliases=tuple(name for name in others if name not in {"", identity}))


def _known_by(entry: Entry, link: str) -> Iterator[str]:
    """Name an entry by what stays of it when its publisher changes its guid.

    A link alone does not name it: two entries of a live blog with guids of their own may lead to one page. Link and
    time do, and so does all that it says, unless that is little and leads nowhere.
    """
    if entry.deleted:
        return
    said = folded(entry.title), folded(entry.text)
    if entry.published is not None:
        yield _all_of(*said, time_of(entry))
        if link:
            yield hashed("link", link, time_of(entry))
    if link or sum(map(len, said)) >= _TELLING:
        yield hashed("said", link, *said)


def _within(name: str) -> str:
    """Give a URL's name without its host, for the day the site moves; a bare `/` would name any site's front page."""
    if not name.startswith("//"):
        return ""
    path = name[2:].partition("/")[2]
    return f"/{path}" if path else ""


def _without_repeats(entries: Iterable[Entry]) -> list[Entry]:
    """Keep the first of each entry; where the source also says that it is deleted, the later word counts."""
    kept: dict[str, Entry] = {}
    for entry in (entry for entry in entries if entry.identity):
        before = kept.setdefault(entry.identity, entry)
        if before.deleted != entry.deleted and _later(entry, before):
            kept[entry.identity] = entry
    return list(kept.values())


def _later(entry: Entry, before: Entry) -> bool:
    tombstone, living = (entry, before) if entry.deleted else (before, entry)
    said = living.updated or living.published
    revived = said is not None and tombstone.updated is not None and said > tombstone.updated
    return entry.deleted != revived


def _unshared(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Drop the aliases that several entries of the document carry, and hosts' names where it has entries of several."""
    hosts = {entry.identity[2:].partition("/")[0] for entry in entries if entry.identity.startswith("//")}
    carriers = Counter(name for entry in entries for name in (entry.identity, *entry.aliases))
    unshared = (
        tuple(name for name in entry.aliases if carriers[name] == 1 and (len(hosts) == 1 or not _is_path(name)))
        for entry in entries
    )
    return tuple(
        entry if entry.aliases == aliases else replace(entry, aliases=aliases)
        for entry, aliases in zip(entries, unshared, strict=True)
    )


def _is_path(name: str) -> bool:
    return name.startswith("/") and not name.startswith("//")


def _counts(names: Sequence[str], within: str = "") -> bool:
    """Say whether names only count the entries as they stand: alike but for a number that goes up by one from 0 or 1.

    A single one may be the first of a true series. `within` must stand somewhere before the number.
    """
    parts = [_NUMBERED.fullmatch(name) for name in names]
    if len(parts) < 2 or None in parts:  # noqa: PLR2004 - one is no series
        return False
    found = [part.groups() for part in parts if part is not None]
    frames = {(before, after) for before, _, after in found}
    numbers = [int(number) for _, number, _ in found]
    counting = numbers[0] <= 1 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return counting and len(frames) == 1 and within in found[0][0]


def _anchors_count(names: Sequence[str], living: Sequence[bool]) -> bool:
    """Say whether names are addresses of places in one page that only count them; tombstones name what is gone."""
    shown = [name for name, lives in zip(names, living, strict=True) if lives]
    return all(name.startswith("//") for name in shown) and _counts(shown, within="#")


def _oldest_first(entries: Sequence[Entry]) -> bool:
    """Say whether entries stand in the order of their times: then numbers that go up may be true ones."""
    times = [entry.published for entry in entries if entry.published is not None]
    return len(times) == len(entries) > 1 and times[0] < times[-1] and times == sorted(times)


def _all_of(title: str, text: str, time: str) -> str:
    return hashed("content", title, time, text)


def _short(name: str) -> str:
    if len(name) <= _LONGEST:
        return name
    return f"{name[: _LONGEST - 33]}~{blake2b(name.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"
