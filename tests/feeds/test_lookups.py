import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest

from monitor.feeds import Fetched, fetch
from monitor.feeds.lookups import Lookups
from tests.feeds.asking import FEED, Asker
from tests.feeds.site import Site


def test_a_name_is_looked_up_though_all_threads_of_the_event_loop_are_taken(site: Site) -> None:
    site.says("/feed", "<rss/>")
    taken = Event()

    async def get() -> object:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        waiting = asyncio.create_task(asyncio.to_thread(taken.wait))
        try:
            async with Asker().session() as session:
                return await fetch(session, replace(FEED, url=site.url("/feed", "localhost")))
        finally:
            taken.set()
            await waiting

    answer = asyncio.run(get())
    assert isinstance(answer, Fetched)
    assert answer.body == b"<rss/>"


def test_addresses_are_given_as_they_are_connected_to_in_both_families() -> None:
    async def looked_up(host: str, family: socket.AddressFamily) -> list[tuple[str, str, int, int]]:
        lookups = Lookups()
        try:
            found = await lookups.resolve(host, 80, family)
        finally:
            await lookups.close()
        return [(one["hostname"], one["host"], one["port"], one["family"]) for one in found]

    assert asyncio.run(looked_up("127.0.0.1", socket.AF_INET)) == [("127.0.0.1", "127.0.0.1", 80, socket.AF_INET)]
    assert asyncio.run(looked_up("127.0.0.1", socket.AF_UNSPEC)) == [("127.0.0.1", "127.0.0.1", 80, socket.AF_INET)]
    assert asyncio.run(looked_up("::1", socket.AF_INET6)) == [("::1", "::1", 80, socket.AF_INET6)]
    with pytest.raises(OSError, match=r"\[Errno"):
        asyncio.run(looked_up("a name.invalid", socket.AF_UNSPEC))


def test_after_they_are_closed_no_lookup_begins() -> None:
    async def late() -> None:
        lookups = Lookups()
        await lookups.close()
        await lookups.resolve("127.0.0.1")

    with pytest.raises(RuntimeError, match="shutdown"):
        asyncio.run(late())
