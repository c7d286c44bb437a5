import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from monitor.core.errors import FetchError, UnheardError
from monitor.core.feed import Feed, Validators
from monitor.feeds import Fetched, Session, Unchanged, fetch
from monitor.feeds.session import AT_ONCE_PER_HOST
from tests.feeds.asking import AGENT, FEED
from tests.feeds.site import Site


def get(url: str, validators: Validators = Validators(), feed: Feed = FEED, times: int = 1) -> Fetched | Unchanged:  # noqa: B008 - frozen
    async def once() -> Fetched | Unchanged:
        async with Session(AGENT) as session:
            for _ in range(times - 1):
                await fetch(session, replace(feed, url=url), validators)
            return await fetch(session, replace(feed, url=url), validators)

    return asyncio.run(once())


def failure(url: str, feed: Feed = FEED) -> FetchError:
    with pytest.raises(FetchError) as caught:
        get(url, feed=feed)
    assert str(caught.value) == caught.value.reason
    return caught.value


def test_a_document_is_fetched_with_its_headers_exactly_as_they_were_sent(site: Site) -> None:
    said = {"Content_Type": "text/xml; charset=x", "ETag": 'W/"a b"', "Last_Modified": "some day"}
    before = datetime.now(UTC)
    fetched = get(site.says("/feed", b"\xe8<rss/>", 200, **said))
    assert isinstance(fetched, Fetched)
    assert (fetched.body, fetched.content_type, fetched.url) == (
        b"\xe8<rss/>",
        "text/xml; charset=x",
        site.url("/feed"),
    )
    assert fetched.validators == Validators('W/"a b"', "some day")
    assert before <= fetched.received_at <= datetime.now(UTC)


def test_what_a_server_said_is_said_back_to_it_and_304_is_nothing_new(site: Site) -> None:
    url = site.says("/feed", status=304)
    before = datetime.now(UTC)
    answer = get(url, Validators('W/"a b"', "some day"))
    assert isinstance(answer, Unchanged)
    assert answer.validators == Validators('W/"a b"', "some day")
    assert before <= answer.received_at <= datetime.now(UTC)
    (request,) = site.requests
    assert request.headers["If-None-Match"] == 'W/"a b"'
    assert request.headers["If-Modified-Since"] == "some day"


def test_a_first_request_asks_for_everything_and_says_who_asks_and_nothing_more(site: Site) -> None:
    get(site.says("/feed", Set_Cookie="a=b"), times=2)
    request = site.requests[1]
    assert request.headers["User-Agent"] == AGENT
    assert set(request.headers) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}


def test_304_to_a_question_without_conditions_is_a_failure(site: Site) -> None:
    assert "304 Not Modified" in failure(site.says("/feed", status=304)).reason


def test_connections_are_used_again(site: Site) -> None:
    get(site.says("/feed"), times=3)
    assert len({request.transport and request.transport.get_extra_info("peername") for request in site.requests}) == 1


@pytest.mark.parametrize("status", [204, 206, 300, 400, 401, 403, 404, 500, 502, 599])
def test_a_status_that_brings_no_document_is_a_failure_that_names_it(site: Site, status: int) -> None:
    error = failure(site.says("/feed", status=status))
    assert error.reason.startswith(f"127.0.0.1: {status}")
    assert not error.gone
    assert error.retry_after is None


def test_410_says_that_the_feed_is_gone(site: Site) -> None:
    assert failure(site.says("/feed", status=410)).gone


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        (" 7 ", 7),
        ("99999999999999999999", 86400),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_in_seconds_is_heeded_up_to_a_day(
    site: Site, status: int, written: str, seconds: int | None
) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    error = failure(site.says("/feed", status=status, Retry_After=written))
    assert error.retry_after == expected
    assert error.host_wide is (seconds is not None)
    assert error.host == "127.0.0.1"


async def _mute(_: web.Request) -> web.Response:
    await asyncio.sleep(30)
    return web.Response()


def test_what_was_not_answered_at_all_is_told_from_what_was(site: Site) -> None:
    site.says("/away", status=302, Location="http://127.0.0.1:1/")
    short = replace(FEED, timeout=timedelta(milliseconds=300))
    mute = site.answers("/mute", _mute)
    site.says("/led", status=302, Location="/mute")
    assert isinstance(failure("http://127.0.0.1:1/"), UnheardError)
    assert isinstance(failure(mute, short), UnheardError)
    assert not isinstance(failure(site.url("/away")), UnheardError)
    assert not isinstance(failure(site.url("/led"), short), UnheardError)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_wait_that_another_failure_asks_for_is_for_that_feed_alone(site: Site, status: int) -> None:
    error = failure(site.says("/feed", status=status, Retry_After="7"))
    assert error.retry_after == timedelta(seconds=7)
    assert not error.host_wide


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "401 Unauthorized - it wants to know who asks: `auth`, `cookies` or `headers` of this feed say so"),
        (404, "404 Not Found - is this still its address?"),
        (410, "410 Gone - its publisher says that it will not come back"),
        (503, "503 Service Unavailable"),
        (799, "799"),
    ],
)
def test_a_status_says_what_may_be_done(site: Site, status: int, said: str) -> None:
    assert failure(site.says("/feed", status=status)).reason == f"127.0.0.1: {said}"


@pytest.mark.parametrize("kind", ["", "text/plain", "application/octet-stream", "image/png", "x; y", "a" * 500])
def test_a_document_is_taken_whatever_its_server_calls_it(site: Site, kind: str) -> None:
    fetched = get(site.says("/feed", "<rss/>", Content_Type=kind))
    assert isinstance(fetched, Fetched)
    assert (fetched.body, fetched.content_type) == (b"<rss/>", kind)


def test_a_304_may_bring_new_validators_and_leave_out_what_has_not_changed(site: Site) -> None:
    answer = get(site.says("/feed", status=304, ETag='"new"'), Validators('"old"', "some day"))
    assert answer.validators == Validators('"new"', "some day")


@pytest.mark.parametrize(("ahead", "least", "most"), [(3600, 3500, 3600), (-3600, 0, 0), (10**6, 86400, 86400)])
def test_retry_after_as_a_date_is_heeded_up_to_a_day(site: Site, ahead: int, least: int, most: int) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    asked = failure(site.says("/feed", status=503, Retry_After=when)).retry_after
    assert asked is not None
    assert least <= asked.total_seconds() <= most


def test_redirects_are_followed_and_the_last_address_is_the_documents(site: Site) -> None:
    site.says("/b", "<rss/>")
    fetched = get(site.says("/a", status=301, Location="/b"))
    assert isinstance(fetched, Fetched)
    assert fetched.url == site.url("/b")


def test_a_loop_of_redirects_ends(site: Site) -> None:
    assert "redirected too often" in failure(site.says("/a", status=302, Location="/a")).reason
    assert len(site.requests) == 6


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "no http or https"),
        ("gopher://127.0.0.1/", "no http or https"),
        ("data:text/xml,x", "no http or https"),
        ("http://", "no valid address"),
        ("http://[::1", "no valid address"),
        ("http://169.254.169.254/latest/meta-data/", "no address of a web server"),
        ("http://[::ffff:169.254.169.254]/", "no address of a web server"),
        ("http://[64:ff9b::a9fe:a9fe]/", "no address of a web server"),
    ],
)
def test_a_redirect_to_where_no_feed_is_ends_there(site: Site, location: str, words: str) -> None:
    assert words in failure(site.says("/a", status=302, Location=location)).reason


def test_a_redirect_that_says_not_where_to_is_a_failure(site: Site) -> None:
    assert "302 Found" in failure(site.says("/a", status=302)).reason


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "0.0.0.0"]
)
def test_a_private_address_is_not_asked_however_it_is_written(site: Site, host: str) -> None:
    site.says("/feed")
    error = failure(site.url("/feed", host=host), replace(FEED, allow_private=False))
    assert "not a public address" in error.reason or "no valid address" in error.reason
    assert site.requests == []


def test_a_connection_of_a_feed_that_may_go_to_private_addresses_serves_no_other_feed(site: Site) -> None:
    async def both() -> None:
        async with Session(AGENT) as session:
            feed = replace(FEED, url=site.says("/feed"))
            await fetch(session, feed)
            await fetch(session, replace(feed, allow_private=False))

    with pytest.raises(FetchError, match="not a public address"):
        asyncio.run(both())
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "example.org", "", "http://", "http://[::1", "http:///x"]
)
def test_what_is_no_http_address_is_not_asked(url: str) -> None:
    assert "address" in failure(url).reason


@pytest.mark.parametrize(
    "url", [f"http://{'a' * 70}.example/", "http://a..example/", "http://2130706433/", "http://a:99999/"]
)
def test_a_name_that_is_none_is_a_failure_in_words(url: str) -> None:
    reason = failure(url).reason
    assert "no valid address" in reason or "not known" in reason


def test_a_host_that_is_not_known_is_named() -> None:
    assert failure("http://vigie.invalid/feed?key=secret").reason == "vigie.invalid: the host is not known"


def test_neither_proxies_nor_netrc_of_the_environment_have_a_part_in_it(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    get(site.says("/feed"))
    assert "Authorization" not in site.requests[0].headers


def test_a_certificate_that_nobody_vouches_for_is_a_failure() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Site(context) as secure:
        assert "certificate is not valid: " in failure(secure.says("/feed")).reason


def test_a_server_that_speaks_no_tls_is_a_failure(site: Site) -> None:
    assert "no secure connection" in failure(site.url().replace("http://", "https://")).reason


def test_a_long_header_is_no_failure_and_an_endless_one_is(site: Site) -> None:
    assert get(site.says("/long", X_Policy="x" * 20_000)) is not None
    assert "no HTTP" in failure(site.says("/longer", X_Policy="x" * 100_000)).reason


def test_a_validator_that_is_no_text_is_not_kept(site: Site) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nETag: "\xe8"\r\nLast-Modified: x\r\nContent-Length: 2\r\n\r\nok')
        await writer.drain()

    fetched = get(site.talks(talk))
    assert isinstance(fetched, Fetched)
    assert fetched.validators == Validators("", "x")


async def _never(_: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def asked(site: Site, times: int) -> None:
    """Wait until a site was asked that often."""
    async with asyncio.timeout(10):
        while len(site.requests) < times:  # noqa: ASYNC110 - the site lives in another thread
            await asyncio.sleep(0.01)


def test_a_feed_that_hangs_does_not_stop_another_feed_of_its_server(site: Site) -> None:
    hanging, good = replace(FEED, url=site.answers("/hangs", _never)), replace(FEED, url=site.says("/good"))

    async def poll() -> None:
        async with Session(AGENT) as session:
            stuck = [asyncio.create_task(fetch(session, hanging)) for _ in range(AT_ONCE_PER_HOST - 1)]
            await asked(site, AT_ONCE_PER_HOST - 1)
            for _ in range(3):
                assert await asyncio.wait_for(fetch(session, good), 1) is not None
            assert not any(task.done() for task in stuck)
            for task in stuck:
                task.cancel()

    asyncio.run(poll())


def test_a_wait_for_other_feeds_of_the_same_server_is_no_failure(site: Site) -> None:
    hanging = replace(FEED, url=site.answers("/hangs", _never), timeout=timedelta(milliseconds=600))
    good = replace(FEED, url=site.says("/good"), timeout=timedelta(milliseconds=400))

    async def poll() -> tuple[list[Fetched | Unchanged | BaseException], Fetched | Unchanged]:
        async with Session(AGENT) as session:
            stuck = [asyncio.create_task(fetch(session, hanging)) for _ in range(AT_ONCE_PER_HOST)]
            await asked(site, AT_ONCE_PER_HOST)
            fetched = await fetch(session, good)
            return await asyncio.gather(*stuck, return_exceptions=True), fetched

    failed, fetched = asyncio.run(poll())
    assert isinstance(fetched, Fetched)
    assert all(isinstance(error, FetchError) for error in failed)


def test_a_server_that_does_not_answer_is_given_up_at_the_feeds_timeout(site: Site) -> None:
    error = failure(site.answers("/feed", _never), replace(FEED, timeout=timedelta(milliseconds=200)))
    assert error.reason == "127.0.0.1: not all there after 0.2 s"
