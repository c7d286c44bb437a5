"""One poll of one feed: what is recorded, who is rung for, when it is due again."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
from aiohttp import web

from monitor.clock import ring
from monitor.core.errors import QueueError
from monitor.core.feed import Recipe, Selector
from monitor.feeds import Session
from monitor.leases import host_of
from monitor.ledger import FeedHealth, Ledger
from monitor.poller import Poller
from monitor.state import FROZEN, OWNERS
from tests.usecases.conftest import Said
from tests.usecases.newsroom import Newsroom, leased, reached, rss, until

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
ROOT = Path(__file__).parents[2]


class Slow:
    """An answer that waits for a word."""

    def __init__(self, body: str) -> None:
        self.body, self.word = body, Event()

    async def __call__(self, _: web.Request) -> web.Response:
        await asyncio.to_thread(self.word.wait, 30)
        return web.Response(text=self.body)


def health(newsroom: Newsroom) -> FeedHealth:
    (feed,) = newsroom.ledger.feeds()
    return feed


def test_a_poll_records_and_rings(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a", "b"), ETag='"1"')
    rests = newsroom.poll(newsroom.feed())
    assert 50 * SECOND < rests < 10 * MINUTE, "by its rhythm: an entry came just now"
    assert {r.entry.title for r in newsroom.ledger.unmatched()} == {"L'Otan répond a", "L'Otan répond b"}
    assert newsroom.bells.depths() == {"match": 1, "deliver": 0}
    line = said("feed_polled")[0]
    assert (line["new"], line["revised"], line["quiet"]) == (2, 0, 0)
    assert not newsroom.valkey.redis.exists(OWNERS)


def test_a_feed_without_news_rings_for_nobody(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", rss())
    assert newsroom.poll(newsroom.feed()) > 10 * MINUTE, "nothing says how quick it is"
    newsroom.site.says("/live", rss("a"))
    newsroom.poll(newsroom.feed())
    newsroom.poll(newsroom.feed())
    assert newsroom.bells.depths()["match"] == 1


def test_a_feed_that_has_not_changed_is_not_sent_again(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a"), ETag='"1"')
    newsroom.poll(newsroom.feed())
    newsroom.site.says("/live", status=304)
    assert newsroom.poll(newsroom.feed()) < 10 * MINUTE, "the rhythm is remembered"
    assert newsroom.site.requests[-1].headers["If-None-Match"] == '"1"'
    assert [line["new"] for line in said("feed_polled")] == [1, 0]
    assert newsroom.ledger.counts().revisions == 1


def test_a_feed_that_fails_rests_longer_each_time(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", status=503)
    for failures in range(5):
        cap = min(MINUTE * 2**failures, 15 * MINUTE)
        assert cap / 2 - SECOND * 10 < newsroom.poll(newsroom.feed()) <= cap
    assert health(newsroom).failures == 5
    assert "503" in said("feed_failed")[-1]["error"]
    newsroom.site.says("/live", rss("a"))
    newsroom.poll(newsroom.feed())
    assert health(newsroom).failures == 0


@pytest.mark.parametrize(
    ("items", "remark"),
    [
        ("", "holds no entries"),
        ("<item><guid>1</guid><title>Sherman</title></item>", "no entry has a date"),
        ("<item><title>Sherman</title></item>", "no entry has a date; no entry has an id"),
    ],
)
def test_what_a_feed_lacks_is_said_of_it_until_it_has_it(
    newsroom: Newsroom, said: Said, items: str, remark: str
) -> None:
    feed = newsroom.feed()

    async def polls() -> None:
        async with Session("vigie tests") as session:
            poller = newsroom.polling(session)
            for _ in range(2):
                newsroom.site.says("/live", f"<rss version='2.0'><channel>{items}</channel></rss>", ETag='"1"')
                await polled(poller)
                newsroom.site.says("/live", status=304)
                await polled(poller)
                assert (health(newsroom).failures, health(newsroom).reason) == (0, remark)
            newsroom.site.says("/live", rss("a"))
            await polled(poller)

    async def polled(poller: Poller) -> None:
        await poller.poll(leased(poller, feed))

    asyncio.run(polls())
    assert health(newsroom).reason == ""
    assert [line["remark"] for line in said("feed_polled") if "remark" in line] == [remark, ""]


def test_retry_after_is_obeyed(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", status=429, Retry_After="3000")
    assert 50 * MINUTE < newsroom.poll(newsroom.feed()) <= 51 * MINUTE, "behind the others of its host"


def frozen(newsroom: Newsroom) -> dict[str, float]:
    """Say for how many seconds each host that asked for it is left alone."""
    found: Any = newsroom.valkey.redis.zrange(FROZEN, 0, -1, withscores=True)
    return {host.decode(): until - datetime.now(UTC).timestamp() for host, until in found}


def test_the_host_that_asked_for_rest_is_left_alone_not_the_one_that_led_there(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", status=302, Location=newsroom.site.url("/busy", "localhost"))
    newsroom.site.says("/busy", status=503, Retry_After="3000")
    assert newsroom.poll(newsroom.feed()) > 49 * MINUTE
    assert frozen(newsroom).keys() == {"localhost"}
    newsroom.site.says("/other", rss("a"))
    newsroom.poll(newsroom.feed("other"))
    assert newsroom.asked("/other") == 1


def test_a_host_that_asks_for_rest_itself_is_left_alone(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", status=503, Retry_After="3000")
    newsroom.poll(newsroom.feed())
    assert 2990 < frozen(newsroom)["127.0.0.1"] <= 3000


def test_operators_are_told_at_once_that_a_server_wants_a_day_of_rest(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", status=503, Retry_After="86400")
    newsroom.poll(newsroom.feed())
    (notice,) = newsroom.ledger.notices()
    assert notice.subject == "Feed fails: live"
    assert "its server asks to be left alone until" in notice.text


@pytest.mark.parametrize("status", [200, 304])
def test_a_crawl_delay_is_kept_at_the_host_that_said_it_and_by_the_feed(newsroom: Newsroom, status: int) -> None:
    newsroom.site.says("/robots.txt", "User-agent: *\nCrawl-delay: 20")
    newsroom.site.says("/live", status=302, Location=newsroom.site.url("/there", "localhost"))
    newsroom.site.says("/there", "<html><body><article id='a'>Otan</article></body></html>", ETag='"1"')
    page = Recipe("article", id=Selector("article", "id"), title=Selector("article"))
    feed = newsroom.feed(kind="page", recipe=page, every=(SECOND, SECOND))
    if status == 304:
        newsroom.poll(feed)
        newsroom.valkey.redis.flushall()
        newsroom.site.says("/there", status=304)
    newsroom.poll(feed)
    assert health(newsroom).failures == 0, health(newsroom).reason
    assert frozen(newsroom).keys() == {"localhost"}
    assert newsroom.rests(feed) > 19 * SECOND


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://BÜCHER.example/feed", "xn--bcher-kva.example"),
        ("https://user:word@example.org:8443/feed", "example.org"),
        ("http://[::1]/feed", "::1"),
        ("http://[nonsense/feed", ""),
        ("nonsense", ""),
    ],
)
def test_a_host_has_one_name_however_rules_write_it(url: str, host: str) -> None:
    assert host_of(url) == host


def test_a_feed_that_is_gone_is_asked_once_a_day(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", status=410)
    assert timedelta(hours=23) < newsroom.poll(newsroom.feed()) <= timedelta(hours=24)
    assert health(newsroom).gone


def test_what_is_no_feed_is_a_failure_of_the_feed(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", "Bin gleich zurück")
    assert newsroom.poll(newsroom.feed()) <= MINUTE
    assert "not a feed" in health(newsroom).reason


def test_a_poll_that_breaks_down_is_a_failure_of_the_feed(newsroom: Newsroom, said: Said) -> None:
    feed = newsroom.feed()

    async def poll() -> None:
        session = Session("vigie tests")
        await session.close()
        poller = newsroom.polling(session)
        await poller.poll(leased(poller, feed))

    asyncio.run(poll())
    assert health(newsroom).reason == "reading it broke down: RuntimeError"
    assert newsroom.rests(feed) <= MINUTE
    assert len(said("poll_crashed")) == 1


class Threads(ThreadPoolExecutor):
    """Threads that note what they are asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def submit(self, work: Callable[..., Any], /, *args: Any, **more: Any) -> Future[Any]:
        inner = getattr(work, "args", (work,))[0]
        self.asked.append(getattr(inner, "__name__", ""))
        return super().submit(work, *args, **more)


@pytest.mark.parametrize(("entries", "threads"), [(10, 0), (1000, 1)])
def test_a_document_above_64_kb_is_parsed_in_a_thread(newsroom: Newsroom, entries: int, threads: int) -> None:
    newsroom.site.says("/live", rss(*map(str, range(entries))))
    asked = Threads()

    async def poll() -> None:
        asyncio.get_running_loop().set_default_executor(asked)
        async with newsroom.poller() as poller:
            await poller.poll(leased(poller, newsroom.feed()))

    asyncio.run(poll())
    assert newsroom.ledger.counts().entries == entries
    assert asked.asked.count("contents") == threads


def test_a_ledger_that_is_locked_for_a_while_is_late_and_not_lost(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a"))

    async def poll() -> None:
        async with newsroom.poller() as poller:
            lease = leased(poller, newsroom.feed())
            with newsroom.locked():
                polling = asyncio.create_task(poller.poll(lease))
                await reached(newsroom.asked)
                assert not polling.done()
            await polling

    asyncio.run(poll())
    assert newsroom.ledger.counts().unmatched == 1
    assert not said("poll_unrecorded")


@pytest.mark.parametrize("status", [200, 304, 503])
def test_what_a_locked_ledger_did_not_take_is_polled_again_at_once(newsroom: Newsroom, said: Said, status: int) -> None:
    newsroom.site.says("/live", rss("old"), ETag='"1"')
    newsroom.poll(newsroom.feed())
    newsroom.site.says("/live", rss("a") if status == 200 else "", status)
    impatient = Ledger.open(newsroom.database, patience=timedelta(milliseconds=50))
    with newsroom.locked():
        assert newsroom.poll(newsroom.feed(), impatient) <= SECOND
    impatient.close()
    assert "locked" in said("poll_unrecorded")[0]["error"]
    newsroom.site.says("/live", rss("a"))
    newsroom.poll(newsroom.feed())
    assert newsroom.ledger.counts().unmatched == 2


def test_a_ledger_that_takes_nothing_for_long_has_no_feed_fetched_each_second(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", rss("a"))
    feed = newsroom.feed(every=(SECOND, 5 * SECOND))
    impatient = Ledger.open(newsroom.database, patience=timedelta(milliseconds=20))

    async def poll() -> None:
        async with newsroom.poller(impatient) as poller:
            for longest in (1, 2, 4, 5, 5):
                await _poll(poller, newsroom.locked())
                assert longest / 2 * SECOND - SECOND / 4 < newsroom.rests(feed) <= longest * SECOND
            await _poll(poller, nullcontext())
            await _poll(poller, newsroom.locked())
            assert newsroom.rests(feed) <= SECOND, "what it took meanwhile begins the count anew"

    async def _poll(poller: Poller, state: AbstractContextManager[None]) -> None:
        with state:
            await poller.poll(leased(poller, feed))

    asyncio.run(poll())
    impatient.close()


def test_what_an_edit_brought_and_what_tells_nobody_is_said(newsroom: Newsroom, said: Said) -> None:
    feed = newsroom.feed(backfill=timedelta(0))
    newsroom.site.says("/live", rss("a", "b"))
    newsroom.poll(feed)
    newsroom.site.says("/live", rss("a", text="L'Onu répond"))
    newsroom.poll(feed)
    counts = [(line["new"], line["revised"], line["quiet"]) for line in said("feed_polled")]
    assert counts == [(0, 0, 2), (1, 1, 0)]


def test_an_entry_of_a_megabyte_is_cut_and_said_once_a_poll(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a", "b", text="Otan " * 20_000))
    newsroom.poll(newsroom.feed())
    assert said("entries_cut") == [{"feed": "live", "entries": 2}]
    assert {len(revision.entry.title) for revision in newsroom.ledger.unmatched()} == {2000}


def test_a_feed_that_says_only_when_entries_were_updated_is_polled_as_often(newsroom: Newsroom) -> None:
    now = datetime.now(UTC).isoformat()
    entry = f"<entry><id>a</id><title>Otan</title><updated>{now}</updated></entry>"
    newsroom.site.says("/live", f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Live</title>{entry}</feed>")
    assert newsroom.poll(newsroom.feed()) < 10 * MINUTE


def test_what_came_while_redis_went_is_recorded_and_the_clock_rings_for_it(newsroom: Newsroom, said: Said) -> None:
    slow = Slow(rss("a"))
    newsroom.site.answers("/live", slow)

    async def poll() -> None:
        async with newsroom.poller() as poller:
            polling = asyncio.create_task(poller.poll(leased(poller, newsroom.feed())))
            await reached(newsroom.asked)
            newsroom.valkey.kill()
            slow.word.set()
            with pytest.raises(QueueError):
                await polling

    asyncio.run(poll())
    assert newsroom.ledger.counts().unmatched == 1
    assert len(said("bell_lost")) == 1
    newsroom.valkey.start()
    ring(newsroom.ledger, newsroom.bells, datetime.now(UTC) + 4 * SECOND)
    assert newsroom.bells.depths()["match"] == 1


def test_the_lease_of_another_poller_is_respected_and_renewed_while_it_fetches(newsroom: Newsroom) -> None:
    slow, feed = Slow(rss("a")), newsroom.feed()
    newsroom.site.answers("/live", slow)

    async def poll() -> None:
        async with newsroom.poller(lasts=SECOND) as one, newsroom.poller() as other:
            polling = asyncio.create_task(one.poll(leased(one, feed)))
            first_term_ends = monotonic() + 1.5
            while monotonic() < first_term_ends:
                assert not await asyncio.to_thread(other.leases.take, [feed], 1)
            slow.word.set()
            await polling
            assert leased(other, feed)

    asyncio.run(poll())
    assert newsroom.asked() == 1


def test_a_lease_that_could_not_be_renewed_is_renewed_the_next_time(newsroom: Newsroom, said: Said) -> None:
    slow, feed = Slow(rss("a")), newsroom.feed()
    newsroom.site.answers("/live", slow)

    async def poll() -> None:
        async with newsroom.poller(lasts=3 * SECOND) as poller:
            polling = asyncio.create_task(poller.poll(leased(poller, feed)))
            newsroom.valkey.kill()
            await reached(lambda: said("leases_not_renewed"))
            newsroom.valkey.start()
            slow.word.set()
            await polling

    asyncio.run(poll())
    assert newsroom.rests(feed) > 50 * SECOND


def test_what_a_poller_was_fetching_when_it_was_killed_is_taken_over(newsroom: Newsroom) -> None:
    slow, feed = Slow(rss("a")), newsroom.feed()
    newsroom.site.answers("/live", slow)
    words = [newsroom.database, newsroom.valkey.url, feed.url, "1000"]
    with subprocess.Popen([sys.executable, "-m", "tests.usecases.poll_once", *words], cwd=ROOT) as poller:
        until(newsroom.asked)
        assert not newsroom.state.due()
        poller.kill()
    assert newsroom.ledger.counts().revisions == 0
    newsroom.site.says("/live", rss("a"))
    until(newsroom.state.due)
    newsroom.poll(feed)
    assert newsroom.ledger.counts().unmatched == 1
