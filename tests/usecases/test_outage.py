"""An outage of our own, as operators are told of it: once, whatever feeds there are."""

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.feed import Feed
from monitor.core.route import Route
from monitor.core.telling.notice import Notice
from monitor.feeds import Session
from monitor.ledger import Ledger
from monitor.operators import Operators
from tests.usecases.newsroom import Newsroom, leased, rss

MINUTE = timedelta(minutes=1)


def test_forty_feeds_that_cannot_be_reached_are_no_forty_notices(newsroom: Newsroom) -> None:
    newsroom.publish()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    away = [newsroom.feed(f"f{n}", url=f"http://127.0.0.{n % 4 + 1}:{port}/") for n in range(40)]

    async def polls() -> None:
        async with Session("vigie tests") as session:
            poller = newsroom.polling(session)
            poller.operators = Operators(1, Route("operator", ("desk",)))

            async def poll(feeds: list[Feed]) -> None:
                await asyncio.gather(*(poller.poll(leased(poller, feed)) for feed in feeds))
                newsroom.passes(20 * MINUTE)

            for _ in range(5):
                await poll(away)
            assert not newsroom.ledger.notices(), "of the network itself after five minutes by the clock"
            for feed in away:
                newsroom.site.says(f"/{feed.name}", rss(feed.name))
            back = [replace(feed, url=newsroom.site.url(f"/{feed.name}")) for feed in away]
            await poll(back[:30])
            for _ in range(4):
                await poll(away[30:])

    asyncio.run(polls())
    told = {notice.subject for notice in newsroom.ledger.notices()}
    assert told == {f"Feed fails: f{n}" for n in range(30, 40)}


def test_an_outage_that_was_told_is_ended_by_another_poller_as_soon_as_the_ledger_takes_it(newsroom: Newsroom) -> None:
    newsroom.publish()
    newsroom.ledger.notify(Notice("feed", "network", "away", "high", "Nothing", "", 0, datetime.now(UTC)), ())
    hosts = ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]")
    feeds = [newsroom.feed(f"f{n}", url=newsroom.site.url(f"/f{n}", hosts[n % 3])) for n in range(5)]
    impatient = Ledger.open(newsroom.database, patience=timedelta(milliseconds=50))

    async def polls() -> None:
        async with newsroom.poller(impatient) as poller:
            for feed in feeds[:4]:
                await poller.poll(leased(poller, feed))
            with newsroom.locked():
                await poller.poll(leased(poller, feeds[4]))
            assert len(newsroom.ledger.notices()) == 1
            await poller.poll(leased(poller, feeds[0]))

    asyncio.run(polls())
    impatient.close()
    assert sorted(notice.state for notice in newsroom.ledger.notices()) == ["", "away"]
