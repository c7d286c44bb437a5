"""A poller that goes round: what is due is polled, whatever else goes wrong."""

import asyncio
from datetime import UTC, datetime, timedelta
from threading import Event

from aiohttp import web

from monitor.edition import Editions
from monitor.poller import AT_ONCE, Round
from tests.usecases.conftest import Said
from tests.usecases.newsroom import Newsroom, reached, rss

HOUR = timedelta(hours=1)


def test_what_is_due_is_polled_as_soon_as_there_are_rules(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", rss("a"))

    async def work() -> None:
        await reached(lambda: newsroom.state.alive(datetime.now(UTC)) == {})
        newsroom.publish_feeds(newsroom.feed())
        await reached(lambda: newsroom.state.next_due(["live"]))

    newsroom.going_round(work)
    assert newsroom.ledger.counts().unmatched == 1
    assert newsroom.asked() == 1


def test_a_feed_is_polled_again_when_it_is_due(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", rss("a"))
    newsroom.publish_feeds(newsroom.feed(), every="1s")

    async def work() -> None:
        await reached(lambda: newsroom.asked() == 3)

    newsroom.going_round(work)
    assert newsroom.ledger.counts().revisions == 1


def test_a_poller_that_is_told_to_stop_ends_its_polls(newsroom: Newsroom) -> None:
    word = Event()

    async def slow(_: web.Request) -> web.Response:
        await asyncio.to_thread(word.wait, 30)
        return web.Response(text=rss("a"))

    newsroom.site.answers("/live", slow)
    newsroom.publish_feeds(newsroom.feed())

    async def work() -> None:
        await reached(newsroom.asked)
        asyncio.get_running_loop().call_later(0.1, word.set)

    newsroom.going_round(work)
    assert newsroom.ledger.counts().unmatched == 1
    assert newsroom.rests(newsroom.feed()) > HOUR / 2


def test_redis_may_go_and_come_back(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a"))
    newsroom.publish_feeds(newsroom.feed())
    newsroom.valkey.kill()

    async def work() -> None:
        await reached(lambda: said("look_failed"))
        newsroom.valkey.start()
        await reached(newsroom.ledger.feeds)

    newsroom.going_round(work)
    assert len(said("look_failed")) == len(said("look_mended")) == 1
    assert newsroom.ledger.counts().unmatched == 1


def test_a_feed_that_could_not_be_scheduled_is_due_when_its_lease_has_run_out(newsroom: Newsroom, said: Said) -> None:
    word = Event()

    async def slow(_: web.Request) -> web.Response:
        await asyncio.to_thread(word.wait, 30)
        return web.Response(text=rss("a"))

    newsroom.site.answers("/live", slow)
    newsroom.publish_feeds(newsroom.feed())

    async def work() -> None:
        await reached(newsroom.asked)
        newsroom.valkey.kill()
        word.set()
        await reached(lambda: said("feed_unscheduled"))
        newsroom.valkey.start()

    newsroom.going_round(work)
    assert newsroom.ledger.counts().unmatched == 1
    assert newsroom.state.due(["live"], datetime.now(UTC)) == ("live",)


def test_a_poll_that_cannot_say_when_it_is_due_again_ends_no_other(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a"))
    newsroom.site.says("/never", rss())
    for_ever = newsroom.feed("never", every=(timedelta.max, timedelta.max))
    newsroom.publish_feeds(newsroom.feed())

    async def work() -> None:
        async with newsroom.poller() as poller:
            editions = Editions(newsroom.ledger)
            editions.start()
            round_ = Round(poller, editions, newsroom.state)
            edition = await asyncio.to_thread(editions.current)
            assert edition is not None
            edition.book.feeds["never"] = for_ever  # type: ignore[index]  # the rules refuse such a feed
            await round_.look()
            await round_.end()
            editions.close()

    asyncio.run(work())
    assert [line["feed"] for line in said("poll_crashed")] == ["never"]
    assert newsroom.ledger.counts().unmatched == 1


def test_an_edited_feed_is_polled_at_once(newsroom: Newsroom) -> None:
    newsroom.site.says("/old", status=410)
    newsroom.site.says("/other", rss("b"))
    newsroom.site.says("/new", rss("a"))
    other = newsroom.feed("other")
    newsroom.publish_feeds(newsroom.feed(path="/old"), other)

    async def work() -> None:
        await reached(lambda: len(newsroom.state.next_due(["live", "other"])) == 2)
        assert newsroom.rests(newsroom.feed()) > 23 * HOUR
        newsroom.publish_feeds(newsroom.feed(path="/new"), other)
        await reached(lambda: newsroom.asked("/new"))

    newsroom.going_round(work)
    assert newsroom.ledger.counts().unmatched == 2
    assert (newsroom.asked("/old"), newsroom.asked("/new"), newsroom.asked("/other")) == (1, 1, 1)


def test_a_locked_ledger_keeps_neither_the_schedule_nor_a_lease_waiting(newsroom: Newsroom, said: Said) -> None:
    feeds = [newsroom.feed(f"f{n}") for n in range(40)]
    for feed in feeds:
        newsroom.site.says(f"/{feed.name}", rss("a"))
    newsroom.publish_feeds(*feeds)

    async def work() -> None:
        with newsroom.locked():
            await reached(lambda: len(newsroom.site.requests) == len(feeds))
            looks = newsroom.looks
            await reached(lambda: newsroom.looks >= looks + 10)
        await reached(lambda: newsroom.ledger.counts().unmatched == len(feeds))

    newsroom.going_round(work)
    assert not said("poll_unrecorded")


def leases(newsroom: Newsroom) -> int:
    return len(newsroom.valkey.redis.keys("vigie:lease:*"))


def test_no_more_than_so_many_feeds_are_in_flight_and_those_of_another_poller_take_no_place(newsroom: Newsroom) -> None:
    word = Event()

    async def slow(_: web.Request) -> web.Response:
        await asyncio.to_thread(word.wait, 30)
        return web.Response(text=rss("a"))

    feeds = [newsroom.feed(f"f{n}") for n in range(2 * AT_ONCE + 10)]
    for feed in feeds:
        newsroom.site.answers(f"/{feed.name}", slow)
    for other in feeds[:AT_ONCE]:
        assert newsroom.state.lease(other.name, "other", HOUR)
    newsroom.publish_feeds(*feeds)

    async def work() -> None:
        await reached(lambda: leases(newsroom) == 2 * AT_ONCE)
        looks = newsroom.looks
        await reached(lambda: newsroom.looks >= looks + 3)
        assert leases(newsroom) == 2 * AT_ONCE
        word.set()
        await reached(lambda: leases(newsroom) == AT_ONCE)

    newsroom.going_round(work)
    assert newsroom.ledger.counts().entries == AT_ONCE + 10


def test_a_poller_outlives_a_ledger_that_is_away(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a"))
    newsroom.publish_feeds(newsroom.feed(), every="1s")

    async def work() -> None:
        await reached(lambda: newsroom.state.next_due(["live"]))
        with newsroom.away():
            await reached(lambda: said("look_failed"))
        newsroom.site.says("/live", rss("b"))
        await reached(lambda: newsroom.ledger.counts().unmatched == 2)

    newsroom.going_round(work)
    assert len(said("look_failed")) == len(said("look_mended")) == 1
