"""What an outlet prints is read back by the service's own readers, over real HTTP, block by block."""

import asyncio
from collections.abc import Iterator
from contextlib import closing

import pytest

from monitor.core.entry import Entry
from monitor.core.feed import Feed, Validators
from monitor.demo.coverage import Block, Outlet, read_outlets
from monitor.demo.replay import Replay
from monitor.demo.watch import block_of
from monitor.feeds import Fetched, Session, fetch, html, read

OUTLETS = read_outlets()


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with closing(Replay(OUTLETS, seconds=1e-6)) as replay:
        yield replay


async def polled(replay: Replay, feed: Feed) -> tuple[Entry, ...]:
    """Poll as the service does until everything was shown, and once more."""
    room, validators = replay.newsrooms[feed.name], Validators()
    async with Session("test") as session:
        while not room.finished:
            fetched = await fetch(session, feed, validators)
            validators = fetched.validators
            room.deal(room.read)
        last = await fetch(session, feed)
    assert isinstance(last, Fetched)
    return read(last, feed)


def standing(outlet: Outlet) -> dict[str, Block]:
    return {block.id: block for block in outlet.blocks if not block.versions[-1].deleted}


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.feed)
def test_what_is_served_is_read_back_as_the_same_entries(replay: Replay, outlet: Outlet) -> None:
    url = f"http://127.0.0.1:{replay.port}/{outlet.feed}"
    feed = Feed(outlet.feed, url, zone=outlet.zone, allow_private=True)
    entries = asyncio.run(polled(replay, feed))
    ids = {block.id for block in outlet.blocks}
    found = {block_of(entry, ids): entry for entry in entries if not entry.deleted}
    assert found.keys() == standing(outlet).keys()
    for name, block in standing(outlet).items():
        entry, last = found[name], block.versions[-1]
        assert (entry.title, entry.text) == (html.line(last.title), html.text(last.html, is_html=True))
        assert (entry.published, entry.updated) == (block.versions[0].at, last.at)
        assert entry.author == (block.author or (outlet.title if outlet.kind == "feed" else ""))  # RFC 4287 4.2.1
        assert entry.categories == block.categories


def test_a_feed_says_what_is_deleted_and_a_page_no_longer_shows_it(replay: Replay) -> None:
    for outlet in OUTLETS:
        gone = {block.id for block in outlet.blocks if block.versions[-1].deleted}
        feed = Feed(outlet.feed, f"http://127.0.0.1:{replay.port}/{outlet.feed}", allow_private=True)
        entries = asyncio.run(polled(replay, feed))
        told = {block_of(entry, gone) for entry in entries if entry.deleted}
        assert told == (gone if outlet.kind == "feed" else set())
