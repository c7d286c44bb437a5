import ssl
from collections.abc import Iterator
from dataclasses import replace

import pytest
import trustme

from monitor.core.errors import FetchError
from monitor.core.feed import Validators
from monitor.feeds.way import LONGEST_ADDRESS, MOST_REDIRECTS, Way, is_home
from tests.feeds.asking import FEED, Asker
from tests.feeds.names import Names
from tests.feeds.site import Site


@pytest.fixture
def asker() -> Asker:
    return Asker(Names(dict.fromkeys(("a.example", "b.example", "xn--bcher-kva.example"), "127.0.0.1")))


@pytest.fixture
def secure(asker: Asker) -> Iterator[Site]:
    """A server with TLS that is trusted."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    asker.trust = ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())
    with Site(context) as site:
        yield site


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [((301,), True), ((308, 301), True), ((302,), False), ((301, 302), False), ((307,), False), ((303, 308), False)],
)
@pytest.mark.parametrize("last", [200, 304])
def test_only_where_each_step_was_permanent_a_feed_has_moved(
    site: Site, asker: Asker, statuses: tuple[int, ...], last: int, *, moved: bool
) -> None:
    for number, status in enumerate(statuses):
        site.says(f"/{number}", status=status, Location=f"/{number + 1}")
    end = site.says(f"/{len(statuses)}", "<rss/>", status=last)
    answer = asker.get(site.url("/0"), validators=Validators("x"))
    assert answer.moved_to == (end if moved else "")


def test_a_feed_that_answers_itself_has_not_moved(site: Site, asker: Asker) -> None:
    assert asker.get(site.says("/feed")).moved_to == ""


def test_five_redirects_are_followed_and_a_sixth_is_not(site: Site, asker: Asker) -> None:
    for number in range(MOST_REDIRECTS):
        site.says(f"/{number}", status=302, Location=f"/{number + 1}")
    site.says(f"/{MOST_REDIRECTS}", "<rss/>")
    assert asker.document(site.url("/0")).body == b"<rss/>"
    site.says(f"/{MOST_REDIRECTS}", status=302, Location="/on")
    reason = asker.failure(site.url("/0")).reason
    assert reason == "127.0.0.1: redirected too often, 5 times are followed"


def test_100_redirects_are_not_followed(site: Site, asker: Asker) -> None:
    for number in range(100):
        site.says(f"/{number}", status=301, Location=f"/{number + 1}")
    assert "redirected too often" in asker.failure(site.url("/0")).reason
    assert len(site.requests) == MOST_REDIRECTS + 1


def test_who_was_redirected_is_told_with_the_host_that_failed(site: Site, asker: Asker) -> None:
    url = site.says("/feed", status=301, Location=site.url("/gone", "b.example"))
    reason = asker.failure(url.replace("127.0.0.1", "a.example")).reason
    assert reason == "a.example, redirected to b.example: 404 Not Found - is this still its address?"


def test_a_redirect_from_https_to_http_is_refused_and_the_other_way_round_is_not(
    site: Site, secure: Site, asker: Asker
) -> None:
    site.says("/plain", "<rss/>")
    reason = asker.failure(secure.says("/a", status=302, Location=site.url("/plain"))).reason
    assert "redirected from https to http" in reason
    assert site.requests == []
    secure.says("/safe", "<rss/>")
    assert asker.document(site.says("/b", status=302, Location=secure.url("/safe"))).url == secure.url("/safe")


@pytest.mark.parametrize(
    "location", ["http://" + "a" * 3_000, "/" + "a" * 3_000, "http:///x", "https://", "http://[::1"]
)
def test_a_redirect_to_what_is_no_address_is_refused(site: Site, asker: Asker, location: str) -> None:
    reason = asker.failure(site.says("/a", status=302, Location=location)).reason
    assert reason == "127.0.0.1: redirected to what is no valid address"


def test_user_and_password_that_a_redirect_names_are_not_sent(site: Site, asker: Asker) -> None:
    site.says("/b", "<rss/>")
    away = site.url("/b").replace("127.0.0.1", "user:pass@b.example")
    document = asker.document(site.says("/a", status=302, Location=away))
    assert document.url == site.url("/b", "b.example")
    assert "Authorization" not in site.requests[1].headers


def test_a_relative_redirect_and_one_with_letters_of_any_script_are_followed(site: Site, asker: Asker) -> None:
    site.says("/dir/été", "<rss/>")
    document = asker.document(site.says("/dir/a", status=302, Location="été#part"))
    assert document.url == site.url("/dir/%C3%A9t%C3%A9")


@pytest.mark.parametrize("host", ["bücher.example", "BÜCHER.example", "bu\u0308cher.example", "xn--bcher-kva.example"])
def test_a_host_may_be_written_in_any_script(site: Site, asker: Asker, host: str) -> None:
    site.says("/feed", "<rss/>")
    document = asker.document(site.url("/feed", host))
    assert document.url == site.url("/feed", "xn--bcher-kva.example")
    assert site.requests[0].host == f"xn--bcher-kva.example:{site.port}"


def test_an_address_that_is_too_long_is_not_asked_for() -> None:
    longest = "http://a.example/".ljust(LONGEST_ADDRESS, "x")
    assert Way(longest).place == "a.example"
    with pytest.raises(FetchError, match=r"an address of 2,049 characters - 2,048 at most"):
        Way(longest + "x")


def test_an_answer_that_leads_nowhere_is_the_last_one(site: Site, asker: Asker) -> None:
    assert "300 Multiple Choices" in asker.failure(site.says("/a", status=300, Location="/b")).reason


@pytest.mark.parametrize(
    ("home", "url", "at_home"),
    [
        ("http://a.example/feed", "http://a.example/other", True),
        ("http://a.example/feed", "https://a.example/other", True),
        ("http://a.example:80/feed", "http://a.example/", True),
        ("http://a.example/feed", "http://b.example/feed", False),
        ("http://a.example/feed", "http://www.a.example/feed", False),
        ("http://a.example/feed", "http://a.example:8080/feed", False),
        ("http://a.example:8080/feed", "https://a.example/feed", False),
        ("https://a.example/feed", "http://a.example/feed", False),
    ],
)
def test_at_home_is_the_same_server_or_the_same_host_with_tls(home: str, url: str, *, at_home: bool) -> None:
    assert is_home(Way(home).url, Way(url).url) is at_home


def test_the_feed_itself_may_be_read_over_tls(secure: Site, asker: Asker) -> None:
    assert asker.document(secure.says("/feed", "<rss/>"), replace(FEED, name="tls")).body == b"<rss/>"
