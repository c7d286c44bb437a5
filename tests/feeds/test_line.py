import base64
import re
import ssl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from monitor.core.feed import Feed
from tests.feeds.asking import AGENT, FEED, Asker
from tests.feeds.names import Names
from tests.feeds.site import Site
from tests.servers.internet import Internet, Reply

OWN = replace(
    FEED,
    headers=(("X-Key", "secret:key"), ("Accept-Language", "fr"), ("user-agent", "Mozilla/5.0")),
    cookies="secret:cookies",
    auth="secret:login",
)
SECRETS = {"key": "k3y", "cookies": "session=c00kie; b=2", "login": "désk:pa:ss"}


@pytest.fixture
def asker() -> Asker:
    return Asker(Names(dict.fromkeys(("a.example", "b.example"), "127.0.0.1")), SECRETS)


def basic(login: str) -> str:
    return f"Basic {base64.b64encode(login.encode()).decode()}"


def test_headers_cookies_and_password_are_sent_as_the_secrets_say(site: Site, asker: Asker) -> None:
    asker.get(site.says("/feed"), OWN)
    sent = site.requests[0].headers
    assert (sent["X-Key"], sent["Accept-Language"]) == ("k3y", "fr")
    assert sent["Cookie"] == "session=c00kie; b=2"
    assert sent["Authorization"] == basic("désk:pa:ss")
    assert sent.getall("User-Agent") == ["Mozilla/5.0"]


def test_user_and_password_of_an_address_are_sent_and_stay_out_of_what_is_fetched(site: Site, asker: Asker) -> None:
    url = site.says("/feed", "<rss/>").replace("127.0.0.1", "us%40er:p%3Ass@a.example")
    assert asker.document(url).url == site.url("/feed", "a.example")
    assert site.requests[0].headers["Authorization"] == basic("us@er:p:ss")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_is_a_feeds_own_stays_with_its_host_whatever_redirects_it(site: Site, asker: Asker, status: int) -> None:
    with Site() as other:
        end = other.says("/feed", "<rss/>").replace("127.0.0.1", "b.example")
        site.says("/second", status=status, Location=end)
        first = site.says("/first", status=status, Location="/second")
        assert asker.document(first, OWN).body == b"<rss/>"
        assert all(request.headers["X-Key"] == "k3y" for request in site.requests)
        assert len(site.requests) == 2
        (request,) = other.requests
        assert set(request.headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}
        assert request.headers["User-Agent"] == AGENT


@pytest.mark.parametrize(
    ("url", "own"), [("http://a.example", OWN), ("http://user:pass@a.example", FEED)], ids=["secrets", "user"]
)
def test_a_feed_with_anything_of_its_own_has_moved_within_its_host_only(
    site: Site, asker: Asker, url: str, own: Feed
) -> None:
    site.says("/end", "<rss/>")
    site.says("/away", status=301, Location=site.url("/end", "b.example"))
    site.says("/here", status=301, Location="/end")
    assert asker.get(f"{url}:{site.port}/away", own).moved_to == ""
    assert asker.get(f"{url}:{site.port}/here", own).moved_to == site.url("/end", "a.example")


def test_back_at_home_what_is_its_own_is_sent_again(site: Site, asker: Asker) -> None:
    with Site() as other:
        away = other.says("/away", status=302, Location=site.says("/end", "<rss/>"))
        asker.get(site.says("/start", status=302, Location=away), OWN)
    assert [request.headers.get("X-Key") for request in site.requests] == ["k3y", "k3y"]


@pytest.mark.parametrize(
    ("change", "secret", "reason"),
    [
        ({"auth": "secret:login"}, {"login": "nobody"}, "the secret login is no `user:password`"),
        ({"auth": "secret:none"}, {}, "the secret none is not known here"),
        ({"cookies": "secret:c"}, {"c": "a=b\nX: y"}, "the secret c is not one line of printable characters"),
        ({"headers": (("X", "secret:c"),)}, {"c": "a\x00"}, "the secret c is not one line of printable characters"),
        *(
            (
                {"proxy": "secret:p"},
                {"p": written},
                "the secret p is no address of a proxy - as http://user:password@host:3128",
            )
            for written in ("proxy.example:3128", "socks5://h:1", "http://proxy.example", "http://[::1", "http://h:x")
        ),
    ],
)
def test_a_secret_that_is_not_what_it_should_be_is_named_and_not_shown(
    site: Site, change: dict[str, str], secret: dict[str, str], reason: str
) -> None:
    assert Asker(None, secret).failure(site.says("/feed"), replace(FEED, **change)).reason == reason  # type: ignore[arg-type]
    assert site.requests == []


@pytest.fixture
def proxy() -> Iterator[Internet]:
    with closing(Internet()) as internet:
        yield internet


def through(proxy: Internet, names: dict[str, str] | None = None, user: str = "") -> Asker:
    asker = Asker(Names(names), {"proxy": f"http://{user}127.0.0.1:{proxy.port}"})
    asker.trust = ssl.create_default_context(cafile=proxy.authority)
    return asker


PROXIED = replace(FEED, proxy="secret:proxy", allow_private=False)


def test_a_feed_is_asked_for_through_its_proxy_which_knows_more_names_than_we(proxy: Internet) -> None:
    proxy.say("", Reply(200, {"ETag": '"x"'}, "<rss/>"))
    document = through(proxy, user="user:pass@").document("http://inside.example/feed", PROXIED)
    assert (document.body, document.url) == (b"<rss/>", "http://inside.example/feed")
    (heard,) = proxy.heard
    assert heard.path == "http://inside.example/feed"
    assert heard.headers["Host"] == "inside.example"
    assert heard.headers["Proxy-Authorization"] == basic("user:pass")


def test_a_proxy_is_asked_to_lead_to_a_server_with_tls(proxy: Internet) -> None:
    proxy.say("inside.example", Reply(200, {}, "<rss/>"))
    assert through(proxy).document("https://inside.example/feed", PROXIED).body == b"<rss/>"
    assert [(heard.host, heard.path) for heard in proxy.heard] == [("inside.example", "/feed")]


@pytest.mark.parametrize("host", ["8.8.8.8", "[2606:4700::1111]", "[::ffff:93.184.216.34]", "[64:ff9b::5db8:d822]"])
def test_a_proxy_is_asked_for_a_public_address_however_it_is_written(proxy: Internet, host: str) -> None:
    proxy.say("", Reply(200, {}, "<rss/>"))
    assert through(proxy).document(f"http://{host}/feed", PROXIED).body == b"<rss/>"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost./",
        "http://feed.localhost/",
        "http://intranet/",
        "http://printer.home.arpa/",
        "https://[::1]/",
        *("http://[fd12::1]/", "http://[fe80::1]/", "http://[::ffff:10.0.0.1]/", "http://[64:ff9b::7f00:1]/"),
        "http://[fd00:ec2::254]/",
        "http://inside.example/",
        "http://both.example/",
        "http://169.254.169.254/",
    ],
)
def test_no_proxy_is_asked_for_a_private_address_as_far_as_we_know_where_it_leads(proxy: Internet, url: str) -> None:
    names = {"inside.example": "10.0.0.1", "both.example": "93.184.216.34 ::1"}
    reason = through(proxy, names).failure(url, PROXIED).reason
    assert re.search("is not a public address|is no address of a web server|is a name of a private network", reason)
    assert proxy.heard == []


def test_a_redirect_to_a_private_address_is_not_followed_through_a_proxy_either(proxy: Internet) -> None:
    proxy.say("", Reply(302, {"Location": "http://inside.example/"}))
    asker = through(proxy, {"inside.example": "10.0.0.1"})
    assert "10.0.0.1 is not a public address" in asker.failure("http://a.example/", PROXIED).reason
    assert len(proxy.heard) == 1


def test_a_feed_that_may_reach_private_addresses_may_do_so_through_a_proxy(proxy: Internet) -> None:
    proxy.say("", Reply(200, {}, "<rss/>"))
    asker = through(proxy, {"inside.example": "10.0.0.1"})
    assert asker.document("http://inside.example/", replace(PROXIED, allow_private=True)).body == b"<rss/>"


def test_a_proxy_that_is_away_or_does_not_lead_there_is_named_as_what_it_is(proxy: Internet) -> None:
    proxy.say("inside.example", Reply(hang_up="connect"))
    reason = through(proxy).failure("https://inside.example/feed", PROXIED).reason
    assert reason == "inside.example: the proxy does not lead there"
    with Site() as gone:
        closed = gone.port
    asker = Asker(Names(), {"proxy": f"http://127.0.0.1:{closed}"})
    assert "inside.example: no connection to the proxy: " in asker.failure("http://inside.example/", PROXIED).reason


def test_a_proxy_that_wants_a_password_says_so(proxy: Internet) -> None:
    proxy.say("", Reply(407))
    reason = through(proxy).failure("http://inside.example/feed", PROXIED).reason
    assert "407 Proxy Authentication Required - the proxy wants a user and a password" in reason
