import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web

from monitor.core.errors import FetchError
from monitor.core.feed import Feed
from monitor.feeds import Fetched, Session, Unchanged, fetch
from monitor.feeds.robots import LONGEST, MOST_HOSTS, SLOWEST, Robots
from tests.feeds.asking import FEED, Asker
from tests.feeds.names import Names
from tests.feeds.site import Site

PAGE = replace(FEED, kind="page")
FORBIDS = "User-agent: *\nDisallow: /live"


@pytest.fixture
def asker() -> Asker:
    return Asker(Names(dict.fromkeys(("a.example", "b.example"), "127.0.0.1")))


def asked(site: Site, path: str = "/robots.txt") -> int:
    """Count the requests for a path."""
    return sum(request.path == path for request in site.requests)


def page(site: Site, robots: str | bytes, feed: Feed = PAGE, asker: Asker | None = None) -> Fetched | Unchanged:
    site.says("/robots.txt", robots)
    return (asker or Asker()).get(site.says("/live", "<html>"), feed)


@pytest.mark.parametrize("kind", ["page", "live_blog"])
def test_a_page_that_robots_txt_forbids_is_not_asked_for_and_it_is_said_how_it_would_be(site: Site, kind: str) -> None:
    with pytest.raises(FetchError) as caught:
        page(site, FORBIDS, replace(PAGE, kind=kind))  # type: ignore[arg-type]  # one of the kinds
    assert str(caught.value) == (
        "robots.txt of 127.0.0.1 forbids this page - `robots: ignore` would ask for it all the same"
    )
    assert [request.path for request in site.requests] == ["/robots.txt"]


@pytest.mark.parametrize("kind", ["feed", "json_feed", "auto"])
def test_a_feed_is_made_to_be_polled_and_robots_txt_is_not_asked_for(site: Site, kind: str) -> None:
    site.says("/robots.txt", FORBIDS)
    Asker().get(site.says("/live", "<rss/>", Content_Type="text/xml"), replace(FEED, kind=kind))  # type: ignore[arg-type]
    assert asked(site) == 0


def test_a_source_of_unknown_kind_that_turns_out_to_be_a_page_is_treated_as_one(site: Site) -> None:
    site.says("/robots.txt", FORBIDS)
    url = site.says("/live", "<html>", Content_Type="text/html; charset=utf-8")
    assert "forbids this page" in Asker().failure(url).reason
    assert isinstance(Asker().get(url, replace(FEED, robots=False)), Fetched)


def test_whoever_ignores_robots_txt_does_not_ask_for_it(site: Site) -> None:
    assert isinstance(page(site, FORBIDS, replace(PAGE, robots=False)), Fetched)
    assert asked(site) == 0


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: vigie\nDisallow: /", False),
        ("User-agent: Vigie/2\nDisallow: /", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: *\nDisallow: /a\nUser-agent:\nUser-agent: *\nDisallow: /live", False),
        ("User-agent: vig\nDisallow: /", True),
        ("User-agent: vigie-news\nDisallow: /", True),
        ("user agent : vigie\nDisallow: /", False),
        ("User-agent: another bot\nDisallow: /", True),
        ("User-agent: *bot\nDisallow: /", True),
        ("User-agent: other\nUser-agent: VIGIE\nDisallow: /", False),
        ("User-agent: vigie\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: other\nDisallow: /\n\nUser-agent: another\nAllow: /\n", True),
        ("User-agent: *\nDisallow: /\nAllow: /live", True),
        ("User-agent: *\nDisallow: /*ve$", False),
        ("User-agent: *\nDisallow: /liv?", True),
        ("\ufeffUser-agent: * # all\r\nDisallow: /live # not this\r\n", False),
        ("<html><body>Not found</body></html>", True),
        (b"\xff\xfe\x00User-agent: *\nDisallow: /", True),
    ],
)
def test_what_it_says_of_us_counts_else_what_it_says_of_all(site: Site, robots: str | bytes, *, allowed: bool) -> None:
    if allowed:
        assert isinstance(page(site, robots), Fetched)
    else:
        with pytest.raises(FetchError, match="forbids this page"):
            page(site, robots)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_host_without_one_lets_everything_be_asked_for(site: Site, status: int) -> None:
    site.says("/robots.txt", FORBIDS, status=status)
    assert isinstance(Asker().get(site.says("/live", "<html>"), PAGE), Fetched)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_host_that_cannot_say_forbids_everything_for_a_while(site: Site, status: int) -> None:
    site.says("/robots.txt", FORBIDS, status=status)
    site.says("/live", "<html>")

    async def twice() -> list[str]:
        async with Asker().session() as session:
            return [await reason(session, replace(PAGE, url=site.url("/live"))) for _ in range(2)]

    first, second = asyncio.run(twice())
    assert first == second
    assert first.startswith(f"robots.txt of 127.0.0.1: {status} ")
    assert first.endswith(" - `robots: ignore` would do without")
    assert (asked(site), asked(site, "/live")) == (1, 0)


async def reason(session: Session, feed: Feed) -> str:
    try:
        await fetch(session, feed)
    except FetchError as error:
        return error.reason
    return ""


def test_a_robots_txt_that_leads_to_a_private_address_is_not_read(site: Site) -> None:
    names = Names({"a.example": "127.0.0.1"})
    site.says("/robots.txt", status=302, Location="http://169.254.169.254/latest")
    said = Asker(names).failure(site.says("/live").replace("127.0.0.1", "a.example"), PAGE).reason
    assert said.startswith("robots.txt of a.example: ")
    assert "169.254.169.254 is no address of a web server" in said


def test_its_redirects_are_followed_to_other_hosts_too(site: Site, asker: Asker) -> None:
    site.says("/elsewhere", FORBIDS)
    site.says("/robots.txt", status=301, Location=site.url("/elsewhere", "b.example"))
    assert "robots.txt of a.example forbids" in asker.failure(site.url("/live", "a.example"), PAGE).reason
    site.says("/robots.txt", status=301, Location="/robots.txt")
    assert "redirected too often" in asker.failure(site.url("/live", "a.example"), PAGE).reason


def test_each_host_of_a_way_is_asked(site: Site, asker: Asker) -> None:
    with Site() as other:
        other.says("/robots.txt", FORBIDS)
        site.says("/first", status=301, Location=other.says("/live", "<html>").replace("127.0.0.1", "b.example"))
        assert asker.failure(site.url("/first", "a.example"), PAGE).reason.startswith("robots.txt of b.example forbids")
        assert asked(other, "/live") == 0


def test_a_host_is_asked_once_whoever_wants_to_know(site: Site) -> None:
    site.says("/robots.txt", "User-agent: *\nDisallow: /no")
    pages = [replace(PAGE, url=site.says(f"/{number}", "<html>")) for number in range(6)]

    async def all_at_once() -> None:
        async with Asker().session() as session:
            await asyncio.gather(*(fetch(session, one) for one in pages))
            await fetch(session, pages[0])

    asyncio.run(all_at_once())
    assert asked(site) == 1
    assert len(site.requests) == 8


def test_what_lies_beyond_500_kb_is_not_read(site: Site) -> None:
    long = "#" * 99 + "\n"
    before = "User-agent: *\n" + long * (LONGEST // len(long))
    assert isinstance(page(site, before + "Disallow: /live\n"), Fetched)
    with pytest.raises(FetchError, match="forbids"):
        page(site, before[: LONGEST // 2] + "\nDisallow: /live\n" + before)


@pytest.mark.parametrize(
    "robots",
    [
        "".join(f"User-agent: a{number}\n" for number in range(15_000)) + "Disallow: /x\n" * 20_000,
        "User-agent: *\n" + "Disallow: /*a*b$\n" * 30_000,
        "User-agent: *\nDisallow: /" + "*a" * 250_000,
        "User-agent: *\n" + "Disallow: /" + "%" * 500_000,
        "User agent: " * 40_000,
        "\n" * 500_000,
        "User-agent:" + " \n" * 250_000,
    ],
    ids=["groups", "rules", "stars", "escapes", "names", "blanks", "a name of blanks"],
)
def test_one_that_is_made_to_take_long_takes_no_longer_than_a_fetch_may(site: Site, robots: str) -> None:
    assert isinstance(page(site, robots, replace(PAGE, timeout=timedelta(seconds=5))), Fetched)


@pytest.mark.parametrize(
    ("written", "seconds"), [("5", 5), ("0.5", 0.5), ("86400", SLOWEST.total_seconds()), ("soon", 0), ("-1", 0)]
)
def test_the_delay_it_asks_for_is_passed_on_up_to_a_bound(site: Site, written: str, seconds: float) -> None:
    answer = page(site, f"User-agent: *\nCrawl-delay: {written}\nDisallow: /no")
    assert answer.crawl_delay == timedelta(seconds=seconds)


def test_without_robots_txt_there_is_no_delay(site: Site) -> None:
    assert page(site, "Crawl-delay: 9", replace(PAGE, robots=False)).crawl_delay == timedelta(0)


def test_one_that_never_ends_is_given_up_and_the_page_with_it(site: Site) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    site.answers("/robots.txt", never)
    said = Asker().failure(site.says("/live"), replace(PAGE, timeout=timedelta(milliseconds=300))).reason
    assert said == "127.0.0.1: not all there after 0.3 s"
    assert asked(site, "/live") == 0


@pytest.mark.parametrize(
    ("agent", "name"),
    [("vigie/1.0 (a@b)", "vigie"), ("Lookout-Bot/2", "lookout-bot"), ("2bots", "vigie"), ("my desk", "my")],
)
def test_we_go_by_the_name_that_the_user_agent_begins_with(site: Site, agent: str, name: str) -> None:
    site.says("/robots.txt", f"User-agent: *\nAllow: /\n\nUser-agent: {name}\nDisallow: /\n")

    async def once() -> str:
        async with Session(agent) as session:
            return await reason(session, replace(PAGE, url=site.says("/live")))

    assert "forbids this page" in asyncio.run(once())


def said_in_turn(robots: Robots, site: Site, *bodies: bytes | int) -> list[str]:
    """Give why a page is not fetched while its host says of robots.txt one thing after the other."""

    async def in_turn() -> list[str]:
        reasons = []
        async with Asker().session() as session:
            session.robots = robots
            for body in bodies:
                site.says("/robots.txt", *((b"", body) if isinstance(body, int) else (body, 200)))
                reasons.append(await reason(session, replace(PAGE, url=site.says("/live", "<html>"))))
        return reasons

    return asyncio.run(in_turn())


def test_what_was_said_holds_for_a_day_and_is_then_asked_for_anew(site: Site) -> None:
    forbids = FORBIDS.encode()
    assert said_in_turn(Robots("vigie"), site, b"", forbids) == ["", ""]
    first, second = said_in_turn(Robots("vigie", known_for=timedelta(0)), site, b"", forbids)
    assert not first
    assert "forbids this page" in second


def test_while_it_is_away_what_was_said_before_holds(site: Site) -> None:
    robots = Robots("vigie", known_for=timedelta(0), away_for=timedelta(0))
    never, allowed, still_allowed, forbidden, still_forbidden = said_in_turn(
        robots, site, 500, b"", 503, FORBIDS.encode(), 429
    )
    assert "500" in never
    assert (allowed, still_allowed) == ("", "")
    assert "forbids this page" in forbidden
    assert still_forbidden == forbidden


def test_one_that_hangs_is_away(site: Site) -> None:
    async def never(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async def once() -> str:
        async with Asker().session() as session:
            session.robots = Robots("vigie", lasts=timedelta(milliseconds=200))
            site.answers("/robots.txt", never)
            return await reason(session, replace(PAGE, url=site.says("/live")))

    expected = "robots.txt of 127.0.0.1: not all there after 0.2 s - `robots: ignore` would do without"
    assert asyncio.run(once()) == expected


def test_a_server_that_is_away_has_none_that_could_be_read() -> None:
    with Site() as gone:
        url = gone.url("/live")
    assert Asker().failure(url, PAGE).reason.startswith("robots.txt of 127.0.0.1: no connection")


def test_of_a_thousand_hosts_the_oldest_is_forgotten(site: Site) -> None:
    hosts = [f"h{number}.example" for number in range(MOST_HOSTS + 1)]
    asker = Asker(Names(dict.fromkeys(hosts, "127.0.0.1")))
    site.says("/live", "<html>")

    async def ask_all() -> None:
        async with asker.session() as session:
            for host in (*hosts, hosts[-1], hosts[0]):
                await fetch(session, replace(PAGE, url=site.url("/live", host)))

    asyncio.run(ask_all())
    assert asked(site) == MOST_HOSTS + 2
