"""A document looked at before its feed is watched: what is found, by which selector, and what is suspicious of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.feeds.fetched import Fetched
from monitor.feeds.kinds import contents
from monitor.feeds.limits import Contents
from monitor.feeds.recipe import Block, found_in, selectors

STALE = timedelta(days=30)
"""A feed that is older than this may be one that nobody writes any more."""

FEW = 0.5
"""A selector that is found in a smaller share of the entries is suspicious, unless it may well be missing."""

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Matched:
    """In how many of the entries a key of the recipe was found, and what it gave first."""

    key: str
    selector: str
    found: int
    sample: str


@dataclass(frozen=True, slots=True)
class Probe:
    """What a document gives; `blocks` are the entries of a page before they are made one with their repeats."""

    contents: Contents
    blocks: int
    matched: tuple[Matched, ...]
    doubts: tuple[str, ...]


def probe(fetched: Fetched, feed: Feed) -> Probe:
    """Read a document as the service would. Raises: ParseError."""
    said = contents(fetched, feed)
    if feed.recipe is None or said.kind != "page":
        return Probe(said, len(said.entries), (), tuple(_doubts(said, fetched.received_at)))
    rows = found_in(fetched, feed).rows
    matched = tuple(_matched(key, one.css, one.attr, rows) for key, one in selectors(feed.recipe).items())
    doubts = (*_doubts(said, fetched.received_at), *_unmatched(matched, rows))
    return Probe(said, len(rows), matched, doubts)


def _matched(key: str, css: str, attr: str, rows: Iterable[Block]) -> Matched:
    given = [_given(key, row) for row in rows if key in row.found]
    return Matched(key, f"{css} {attr}".strip(), len(given), given[0] if given else "")


def _given(key: str, row: Block) -> str:
    entry = row.entry
    gives = {"id": entry.guid, "time": row.written, "title": entry.title, "text": entry.text, "link": entry.link}
    return _short(gives[key] or "")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _unmatched(matched: Iterable[Matched], rows: tuple[Block, ...]) -> Iterator[str]:
    for one in matched:
        if rows and one.found < FEW * len(rows) and one.key != "title":
            yield f"`{one.key}` {one.selector} is found in {one.found} of {len(rows)}"
    unread = [row.written for row in rows if row.written and row.entry.published is None]
    if unread:
        yield f"no time is read in {len(unread)} of {len(rows)}, by its `formats` and `zone`: “{_short(unread[0])}”"


def _doubts(said: Contents, now: datetime) -> Iterator[str]:
    living = [entry for entry in said.entries if not entry.deleted]
    if not living:
        yield "there are no entries in it"
        return
    yield from _of_times(living, now)
    yield from _of_words(living, said.title)
    named = sum(bool(entry.guid or entry.link) for entry in living)
    if named < len(living):
        lacking = len(living) - named
        yield f"{lacking} of {len(living)} have neither id nor link: a title that is changed makes a new entry of them"
    if said.cut:
        yield f"{said.cut} of {len(living)} are longer than what is read of one entry, and were cut"


def _of_times(living: list[Entry], now: datetime) -> Iterator[str]:
    times = [at for entry in living if (at := entry.published or entry.updated) is not None]
    if len(times) < len(living):
        yield f"{len(living) - len(times)} of {len(living)} have no time"
    if len(times) > 1 and len(set(times)) == 1:
        yield "all have the same time"
    ahead = sum(entry.ahead for entry in living)
    if ahead:
        yield f"{ahead} of {len(living)} are dated in the future: a wrong `zone`?"
    if times and now - max(times) > STALE:
        yield f"the newest is of {max(times):%Y-%m-%d}"


def _of_words(living: list[Entry], title: str) -> Iterator[str]:
    titles, texts = {entry.title for entry in living}, {entry.text for entry in living}
    if len(living) > 1 and len(titles) == 1 and "" not in titles:
        yield "all have the same title"
    elif title and any(entry.title == title for entry in living):
        yield "a title is that of the whole page"
    if len(living) > 1 and len(texts) == 1 and "" not in texts:
        yield "all have the same text"
    silent = sum(not entry.text for entry in living)
    if silent == len(living):
        yield "none has a text: rules look at titles alone"
