import asyncio
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest
from aiohttp import web

from monitor.feeds import Fetched, Unchanged, fetch
from monitor.feeds.session import LARGE_AT_ONCE
from tests.feeds.asking import FEED, Asker
from tests.feeds.site import Answer, Site, Talk
from tests.feeds.test_fetch import failure

MEGABYTE = 1024 * 1024


def talking(*parts: bytes) -> Talk:
    """Answer any request with these bytes, and hang up."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for part in parts:
            writer.write(part)
            await writer.drain()

    return talk


async def dribbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then, so that no pause is ever long."""
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await asyncio.sleep(0.02)


async def endless(request: web.Request) -> web.StreamResponse:
    """Send chunks for ever."""
    response = web.StreamResponse()
    await response.prepare(request)
    while True:
        await response.write(b"<item>" * 10_000)


def test_a_server_that_sends_a_few_bytes_a_second_is_given_up_long_before_its_time_is_over(site: Site) -> None:
    asker, began = Asker(), monotonic()
    asker.patience = timedelta(milliseconds=500)
    error = asker.failure(site.talks(dribbling), replace(FEED, timeout=timedelta(seconds=60)))
    assert error.reason == "127.0.0.1: sends less than 2,000 bytes a second"
    assert monotonic() - began < 10


def test_so_is_one_that_begins_well(site: Site) -> None:
    async def stalls(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"<item>" * 100_000)
        await asyncio.Event().wait()
        return response

    asker = Asker()
    asker.patience = timedelta(milliseconds=500)
    assert "sends less than" in asker.failure(site.answers("/feed", stalls)).reason


def test_a_slow_server_has_the_time_that_its_feed_gives_it(site: Site) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(10):
            await response.write(b"<item>" * 100)
            await asyncio.sleep(0.1)
        return response

    asker = Asker()
    asker.patience = timedelta(milliseconds=800)
    assert len(asker.document(site.answers("/feed", slow)).body) == 6_000


def large(then: bytes = b"", pause: float = 0.0) -> Answer:
    """Send what is large, and after it a few times more."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"<item>" * 200_000)
        for _ in range(100 if then else 0):
            await asyncio.sleep(pause)
            await response.write(then)
        return response

    return answer


def test_a_server_that_sends_a_large_body_slowly_is_given_up_for_others_wait_for_its_room(site: Site) -> None:
    asker = Asker()
    asker.patience = timedelta(milliseconds=500)
    slow = site.answers("/feed", large(b"<item>" * 1_000, 0.1))
    assert asker.failure(slow).reason == "127.0.0.1: sends less than 500,000 bytes a second"


def test_a_large_body_that_comes_fast_enough_has_no_more_time_than_its_feed_gives_it(site: Site) -> None:
    url = site.answers("/feed", large(b"<item>" * 10_000, 0.1))
    assert "not all there after 1 s" in failure(url, replace(FEED, timeout=timedelta(seconds=1))).reason


@pytest.mark.parametrize("seconds", [1, 60])
def test_a_wait_for_the_room_of_others_is_no_failure_of_a_feed(site: Site, seconds: int) -> None:
    feed = replace(FEED, url=site.answers("/feed", large()), timeout=timedelta(seconds=seconds))

    async def wait_and_get() -> Fetched | Unchanged:
        async with Asker().session() as session:
            for _ in range(LARGE_AT_ONCE):
                await session.room.acquire()
            fetching = asyncio.create_task(fetch(session, feed))
            done, _ = await asyncio.wait({fetching}, timeout=1.5)
            assert not done
            session.room.release()
            return await fetching

    answer = asyncio.run(wait_and_get())
    assert isinstance(answer, Fetched)
    assert len(answer.body) == 1_200_000


def test_a_server_that_dribbles_is_given_up_in_time(site: Site) -> None:
    began = monotonic()
    error = failure(site.talks(dribbling), replace(FEED, timeout=timedelta(milliseconds=500)))
    assert "not all there after 0.5 s" in error.reason
    assert monotonic() - began < 5


@pytest.mark.parametrize("count", [500, 50_000])
def test_a_bomb_of_headers_is_no_answer(site: Site, count: int) -> None:
    bomb = b"".join(b"X-%d: %b\r\n" % (number, b"x" * 100) for number in range(count))
    reason = failure(site.talks(talking(b"HTTP/1.1 200 OK\r\n", bomb, b"\r\n"))).reason
    assert reason == "127.0.0.1: the answer is no HTTP, or its headers are too long"


def test_headers_without_an_end_are_given_up(site: Site) -> None:
    async def endless_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        with suppress(ConnectionError):
            while True:
                writer.write(b"x" * 10_000)
                await writer.drain()

    assert "headers are too long" in failure(site.talks(endless_headers)).reason


def test_a_body_without_an_end_is_given_up_at_15_mb(site: Site) -> None:
    assert "more than 15 MB" in failure(site.answers("/feed", endless)).reason


def test_a_body_of_50_mb_is_not_taken(site: Site) -> None:
    assert "more than 15 MB" in failure(site.says("/feed", bytes(50 * MEGABYTE))).reason


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"SSH-2.0-OpenSSH_9.6\r\n\r\n"],
        [b"\x16\x03\x01\x00\x00"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<rss>"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\n<rss>\r\n"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"zz\r\n<rss>\r\n"],
        [b"HTTP/1.1 200 OK\r\n"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"],
        [b"HTTP/1.1 9999 OK\r\n\r\n"],
    ],
)
def test_an_answer_that_is_none_or_half_of_one_is_a_failure_in_words(site: Site, parts: list[bytes]) -> None:
    # aiohttp now and then misses that a chunk's size is none, and waits: then its slowness ends it.
    said = "the answer is no HTTP|the answer broke off|the server closed|the connection broke|sends less than"
    words = rf"127\.0\.0\.1: ({said})"
    assert re.match(words, failure(site.talks(talking(*parts))).reason)


def test_a_port_where_nobody_listens_is_a_failure_in_words() -> None:
    with Site() as gone:
        url = gone.url()
    assert "no connection: " in failure(url).reason
