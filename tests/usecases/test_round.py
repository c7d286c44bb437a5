"""A poller that goes round: what is due is polled, whatever else goes wrong."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from threading import Event

from aiohttp import web

from monitor.edition import Editions
from monitor.feeds.session import AT_ONCE_PER_HOST
from monitor.rounds import Round
from monitor.state import DUE, OWNERS, Turn
from tests.usecases.conftest import Said
from tests.usecases.newsroom import Newsroom, reached, rss

HOUR, NONE = timedelta(hours=1), timedelta(0)
NOW = datetime.now(UTC)


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
    newsroom.valkey.redis.zadd(DUE, {"live": 0})  # as 30 s later
    assert newsroom.state.due() == ("live",)


def test_an_edited_feed_is_polled_at_once(newsroom: Newsroom) -> None:
    newsroom.site.says("/old", status=410)
    newsroom.site.says("/other", rss("b"))
    newsroom.site.says("/new", rss("a"))
    other = newsroom.feed("other")
    newsroom.publish_feeds(newsroom.feed(path="/old"), other)

    async def work() -> None:
        await reached(lambda: newsroom.asked("/old") and newsroom.asked("/other") and not leases(newsroom))
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
    return newsroom.valkey.redis.hlen(OWNERS)


def test_no_more_than_so_many_feeds_are_in_flight_and_those_of_another_poller_take_no_place(newsroom: Newsroom) -> None:
    word = Event()

    async def slow(_: web.Request) -> web.Response:
        await asyncio.to_thread(word.wait, 30)
        return web.Response(text=rss("a"))

    feeds = [newsroom.feed(f"f{n}") for n in range(8)]
    for feed in feeds:
        newsroom.site.answers(f"/{feed.name}", slow)
    newsroom.state.lease([Turn(feed.name, "", NONE) for feed in feeds[:4]], "other", HOUR, 4)
    newsroom.publish_feeds(*feeds)

    async def work() -> None:
        async with newsroom.poller() as poller:
            editions = Editions(newsroom.ledger)
            editions.start()
            round_ = Round(poller, editions, newsroom.ledger, newsroom.state, at_once=AT_ONCE_PER_HOST)
            for _ in range(3):
                await round_.look()
                assert leases(newsroom) == 4 + AT_ONCE_PER_HOST
            word.set()
            while leases(newsroom) > 4 or newsroom.ledger.counts().entries < 4:
                await round_.end()
                await round_.look()
            editions.close()

    asyncio.run(work())
    assert len(newsroom.site.requests) == 4


def test_a_host_that_hangs_takes_few_places(newsroom: Newsroom) -> None:
    word = Event()

    async def slow(_: web.Request) -> web.Response:
        await asyncio.to_thread(word.wait, 30)
        return web.Response(text=rss("a"))

    feeds = [newsroom.feed(f"f{n}") for n in range(AT_ONCE_PER_HOST + 3)]
    for feed in feeds:
        newsroom.site.answers(f"/{feed.name}", slow)
    newsroom.site.says("/elsewhere", rss("b"))
    elsewhere = newsroom.feed("elsewhere", url=newsroom.site.url("/elsewhere", "localhost"))
    newsroom.publish_feeds(*feeds, elsewhere)

    async def work() -> None:
        await reached(lambda: newsroom.ledger.counts().entries == 1)
        looks = newsroom.looks
        await reached(lambda: newsroom.looks >= looks + 3)
        assert leases(newsroom) == len(newsroom.site.requests) - 1 == AT_ONCE_PER_HOST
        word.set()
        await reached(lambda: newsroom.ledger.counts().entries == len(feeds) + 1)

    newsroom.going_round(work)


def test_a_feed_that_is_no_longer_in_the_rules_is_not_polled(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", rss("a"))
    newsroom.state.enrol({"gone": NONE})
    newsroom.publish_feeds(newsroom.feed())

    async def work() -> None:
        await reached(lambda: newsroom.ledger.counts().entries == 1)

    newsroom.going_round(work)
    assert newsroom.state.due() == ("gone",)
    assert {request.path for request in newsroom.site.requests} == {"/live"}


def test_what_is_in_no_edition_any_more_is_forgotten(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", rss("a"))
    newsroom.valkey.redis.zadd(DUE, {"gone": 0})
    newsroom.publish_feeds(newsroom.feed())

    async def work() -> None:
        await reached(newsroom.ledger.feeds)

    newsroom.going_round(work)
    assert newsroom.state.next_due(["live", "gone"]).keys() == {"live"}


def test_an_edited_feed_is_polled_at_once_by_one_of_all_pollers(newsroom: Newsroom) -> None:
    newsroom.site.says("/old", rss("b"))
    newsroom.site.says("/new", rss("a"))
    newsroom.publish_feeds(newsroom.feed(path="/old"))

    async def work() -> None:
        async with AsyncExitStack() as stack:
            rounds = []
            for _ in range(3):
                editions = Editions(newsroom.ledger)
                stack.callback(editions.close)
                editions.start()
                poller = await stack.enter_async_context(newsroom.poller())
                rounds.append((editions, Round(poller, editions, newsroom.ledger, newsroom.state)))
            await look_in_turn(rounds, 1)
            await look_in_turn(rounds, newsroom.publish_feeds(newsroom.feed(path="/new")))

    asyncio.run(work())
    assert (newsroom.asked("/old"), newsroom.asked("/new")) == (1, 1)


async def look_in_turn(rounds: Sequence[tuple[Editions, Round]], version: int) -> None:
    """Let each poller look, twice, and end what it began, once all have this edition."""
    await reached(lambda: all((one := each.current()) and one.version == version for each, _ in rounds))
    for _, round_ in [*rounds, *rounds]:
        await round_.look()
        await round_.end()


def test_after_a_loss_of_redis_feeds_that_were_polled_before_are_spread_and_new_ones_are_polled_at_once(
    newsroom: Newsroom,
) -> None:
    feeds = [newsroom.feed(f"f{n}") for n in range(8)]
    for feed in [*feeds, newsroom.feed("new")]:
        newsroom.site.says(f"/{feed.name}", rss("a"))
    newsroom.publish_feeds(*feeds)

    async def work() -> None:
        await reached(lambda: newsroom.ledger.counts().entries == 8)
        await reached(lambda: not leases(newsroom))
        asked = len(newsroom.site.requests)
        newsroom.valkey.redis.flushall()
        newsroom.publish_feeds(*feeds, newsroom.feed("new"))
        await reached(lambda: newsroom.asked("/new"))
        dues = newsroom.state.next_due([feed.name for feed in feeds])
        assert len(dues) == 8
        assert len(newsroom.site.requests) - asked < 5
        assert max(dues.values()) - min(dues.values()) > timedelta(seconds=10)

    newsroom.going_round(work)


def test_a_poller_outlives_a_ledger_that_is_away(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a"))
    newsroom.publish_feeds(newsroom.feed(), every="1s")

    async def work() -> None:
        await reached(newsroom.ledger.feeds)
        with newsroom.away():
            await reached(lambda: said("look_failed"))
        newsroom.site.says("/live", rss("b"))
        await reached(lambda: newsroom.ledger.counts().unmatched == 2)

    newsroom.going_round(work)
    assert len(said("look_failed")) == len(said("look_mended")) == 1


def test_a_host_that_asks_for_rest_is_left_alone_with_all_its_feeds(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/busy", status=429, Retry_After="600")
    newsroom.site.says("/other", rss("a"))
    newsroom.publish_feeds(newsroom.feed("busy"))

    async def work() -> None:
        await reached(lambda: said("feed_failed") and not leases(newsroom))
        newsroom.publish_feeds(newsroom.feed("busy"), newsroom.feed("other"))
        await reached(lambda: (newsroom.state.next_due(["other"]) or {"other": NOW})["other"] > NOW + HOUR / 10)

    newsroom.going_round(work)
    assert not newsroom.asked("/other")


def test_a_feed_that_hangs_delays_no_other(newsroom: Newsroom) -> None:
    word = Event()

    async def slow(_: web.Request) -> web.Response:
        await asyncio.to_thread(word.wait, 60)
        return web.Response(text=rss("a"))

    feeds = [newsroom.feed(f"f{n}") for n in range(50)]
    for feed in feeds:
        newsroom.site.says(f"/{feed.name}", status=503)
    newsroom.site.answers("/a", slow)
    newsroom.publish_feeds(newsroom.feed("a"), *feeds)

    async def work() -> None:
        await reached(lambda: sum(health.failures for health in newsroom.ledger.feeds()) == len(feeds), 60)
        assert newsroom.asked("/a") == 1
        word.set()

    newsroom.going_round(work)
    assert newsroom.ledger.counts().entries == 1
