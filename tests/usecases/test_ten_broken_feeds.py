"""A mixed set of feeds, one broken in each of ten ways: what operators are told, once, and once when they are mended.

That hours pass is played by making what is remembered older.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from aiohttp import web

from monitor.core.feed import Feed, Recipe, Selector
from monitor.core.route import Route
from monitor.operators import Operators
from tests.feeds.site import Site
from tests.usecases.conftest import Said
from tests.usecases.newsroom import Newsroom, leased, rss

HOUR = timedelta(hours=1)
HEALTHY = ("healthy", "sound")
PAGE = "<html><body><h1>Live</h1>{}</body></html>"
POST = "<article id='{0}'><h2>L'Otan répond {0}</h2></article>"
RECIPE = Recipe("article", id=Selector("article", "id"), title=Selector("h2"))


@dataclass(frozen=True)
class Way:
    """A way to be broken: what the site does then, and what operators are told first and last."""

    breaks: Callable[[Site, str], object]
    begins: str
    ends: str
    says: str


def redirected(site: Site, path: str) -> str:
    return site.says(path, status=302, Location=path)


async def _silent(_: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


FAILS, ANSWERS = "Feed fails", "Feed answers again"
WAYS = {
    "away": Way(lambda site, path: site.says(path, status=503), FAILS, ANSWERS, "503 Service Unavailable"),
    "missing": Way(lambda site, path: site.says(path, status=404), FAILS, ANSWERS, "still its address? What"),
    "limited": Way(lambda site, path: site.says(path, status=429, Retry_After="60"), FAILS, ANSWERS, "429 Too Many"),
    "circle": Way(redirected, FAILS, ANSWERS, "redirected too often"),
    "nowhere": Way(
        lambda site, path: site.says(path, status=302, Location="ftp://127.0.0.1/"), FAILS, ANSWERS, "no http or https"
    ),
    "silent": Way(lambda site, path: site.answers(path, _silent), FAILS, ANSWERS, "not all there after"),
    "gone": Way(lambda site, path: site.says(path, status=410), "Feed is gone", "Feed is back", "410 Gone"),
    "error": Way(
        lambda site, path: site.says(path, "<html><body>Erreur interne</body></html>"),
        "Feed cannot be read",
        "Feed can be read again",
        "no LiveBlogPosting in it",
    ),
    "redesigned": Way(
        lambda site, path: site.says(path, PAGE.format("<div>L'Otan</div>")),
        "Feed cannot be read",
        "Feed can be read again",
        "nothing",
    ),
    "forbidden": Way(
        lambda site, _: site.says("/robots.txt", "User-agent: *\nDisallow: /forbidden"),
        "Feed may not be asked for",
        "Feed may be asked for again",
        "robots.txt",
    ),
}


@pytest.fixture
def feeds(newsroom: Newsroom) -> list[Feed]:
    """All feeds, with operators who are told."""
    newsroom.publish()
    feeds = [newsroom.feed(name, timeout=timedelta(milliseconds=1500)) for name in (*HEALTHY, *WAYS)]
    pages = {"redesigned", "forbidden"}
    return [replace(one, kind="page", recipe=RECIPE) if one.name in pages else one for one in feeds]


def break_all(site: Site) -> None:
    for name, way in WAYS.items():
        way.breaks(site, f"/{name}")


def show(newsroom: Newsroom, feeds: list[Feed], *posts: str) -> None:
    """Let the site show all feeds as they should be."""
    newsroom.site.says("/robots.txt", status=404)
    for feed in feeds:
        page = PAGE.format("".join(map(POST.format, posts)))
        newsroom.site.says(f"/{feed.name}", page if feed.recipe else rss(*posts), ETag=f'"{len(posts)}"')


def poll(newsroom: Newsroom, feeds: list[Feed]) -> None:
    """Poll all feeds once, by a poller that was just started."""

    async def all_of_them() -> None:
        async with newsroom.poller() as poller:
            poller.operators = Operators(1, Route("operator", ("desk",)))
            await asyncio.gather(*(poller.poll(leased(poller, feed)) for feed in feeds))

    newsroom.valkey.redis.flushall()  # no host is still at rest
    asyncio.run(all_of_them())


def told(newsroom: Newsroom) -> Counter[tuple[str, str]]:
    """Count what operators were told: feed, and the beginning of the subject."""
    notices = newsroom.ledger.notices()
    return Counter((notice.key.partition(":")[0], notice.subject.partition(":")[0]) for notice in notices)


def test_of_ten_feeds_broken_in_ten_ways_operators_are_told_once_each_and_once_when_it_is_mended(
    newsroom: Newsroom, feeds: list[Feed], said: Said
) -> None:
    show(newsroom, feeds, "a")
    poll(newsroom, feeds)
    assert not told(newsroom)
    break_all(newsroom.site)
    for _ in range(3):
        poll(newsroom, feeds)
    at_once = {"gone": "Feed is gone", "forbidden": "Feed may not be asked for"}
    assert told(newsroom) == Counter(at_once.items()), "a failure may pass"

    newsroom.passes(HOUR)
    for _ in range(2):
        poll(newsroom, feeds)
    begun = Counter((name, way.begins) for name, way in WAYS.items())
    assert told(newsroom) == begun
    text = {notice.key.partition(":")[0]: notice.text for notice in newsroom.ledger.notices()}
    assert {name: text[name] for name, way in WAYS.items() if way.says not in text[name]} == {}
    assert {feed.name for feed in newsroom.ledger.feeds() if feed.failures} == set(WAYS)

    show(newsroom, feeds, "a", "b")
    poll(newsroom, feeds)
    newsroom.passes(HOUR)
    for _ in range(2):
        poll(newsroom, feeds)
    assert told(newsroom) == begun + Counter((name, way.ends) for name, way in WAYS.items())
    assert not any(feed.failures or feed.gone for feed in newsroom.ledger.feeds())
    counts = newsroom.ledger.counts()
    assert (counts.entries, counts.revisions) == (24, 24), "two of each feed, none twice"
    assert counts.unmatched == 22, "the pages say no time, so what they showed first tells nobody"
    assert [line["new"] for line in said("feed_polled") if line["feed"] in HEALTHY].count(1) == 4
    assert not said("poll_crashed")
