"""What a poller asks a server next, by what it remembers of it."""

from datetime import timedelta

from aiohttp import web

from monitor.core.watching.memory import Memory
from tests.usecases.conftest import Said
from tests.usecases.newsroom import Newsroom, rss

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def remembered(newsroom: Newsroom) -> Memory:
    return newsroom.ledger.standings(["live"])["live"].memory


def said_back(newsroom: Newsroom) -> str:
    return newsroom.site.requests[-1].headers.get("If-None-Match", "")


def test_the_same_document_is_not_read_again(newsroom: Newsroom, said: Said) -> None:
    newsroom.site.says("/live", rss("a", text="Otan " * 20_000))
    for _ in range(3):
        newsroom.poll(newsroom.feed())
    assert len(said("entries_cut")) == 1, "which is said whenever it is read"
    assert [line["new"] for line in said("feed_polled")] == [1, 0, 0]
    newsroom.poll(newsroom.feed(zone="Europe/Paris"))
    assert len(said("entries_cut")) == 2, "it is to be read in another way"


def test_once_a_day_a_document_is_asked_for_whole(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", rss("a"), ETag='"1"')
    newsroom.poll(newsroom.feed())
    newsroom.poll(newsroom.feed())
    assert said_back(newsroom) == '"1"'
    newsroom.passes(DAY)
    newsroom.poll(newsroom.feed())
    assert said_back(newsroom) == ""
    newsroom.poll(newsroom.feed())
    assert said_back(newsroom) == '"1"'


def test_a_server_whose_304_was_wrong_is_not_believed_again(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", rss("a"), ETag='"1"')
    newsroom.poll(newsroom.feed())

    async def lying(request: web.Request) -> web.Response:
        status = 304 if "If-None-Match" in request.headers else 200
        return web.Response(text=rss("a", "b") if status == 200 else "", status=status, headers={"ETag": '"1"'})

    newsroom.site.answers("/live", lying)
    newsroom.poll(newsroom.feed())
    assert newsroom.ledger.counts().entries == 1
    newsroom.passes(DAY)
    newsroom.poll(newsroom.feed())
    assert newsroom.ledger.counts().entries == 2
    newsroom.poll(newsroom.feed())
    assert said_back(newsroom) == ""


def test_a_feed_that_has_moved_for_good_is_asked_for_there_until_the_rules_say_otherwise(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", status=301, Location="/new")
    newsroom.site.says("/new", rss("a"))
    for _ in range(5):
        newsroom.poll(newsroom.feed())
        newsroom.passes(6 * HOUR)
    assert newsroom.asked("/live") == 5
    newsroom.poll(newsroom.feed())
    assert (newsroom.asked("/live"), newsroom.asked("/new")) == (5, 6)
    newsroom.site.says("/elsewhere", rss("a"))
    newsroom.poll(newsroom.feed(path="/elsewhere"))
    assert newsroom.asked("/elsewhere") == 1
    assert remembered(newsroom).asking.address == ""
    assert newsroom.ledger.counts().entries == 1


def test_what_a_document_lacks_is_said_again_after_a_failure(newsroom: Newsroom) -> None:
    newsroom.site.says("/live", "<rss version='2.0'><channel></channel></rss>", ETag='"1"')
    newsroom.poll(newsroom.feed())
    newsroom.site.says("/live", status=503)
    newsroom.poll(newsroom.feed())
    assert "503" in newsroom.ledger.feeds()[0].reason
    newsroom.site.says("/live", status=304)
    newsroom.poll(newsroom.feed())
    assert newsroom.ledger.feeds()[0].reason == "holds no entries"
