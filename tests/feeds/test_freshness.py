from datetime import UTC, datetime, timedelta

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from monitor.core.feed import Validators
from monitor.feeds.freshness import fresh_for, retry_after
from tests.feeds.asking import Asker
from tests.feeds.site import Site

NOW = datetime(2026, 11, 22, 6, 0, 0, tzinfo=UTC)
SIX = "Sun, 22 Nov 2026 06:00:00 GMT"
FIVE_PAST = "Sun, 22 Nov 2026 06:05:00 GMT"


def headers(*pairs: tuple[str, str]) -> CIMultiDictProxy[str]:
    return CIMultiDictProxy(CIMultiDict(pairs))


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ([], 0),
        ([("Cache-Control", "max-age=300")], 300),
        ([("cache-control", "public, MAX-AGE = 300, must-revalidate")], 300),
        ([("Cache-Control", 'max-age="300"')], 300),
        ([("Cache-Control", "public"), ("Cache-Control", "max-age=300")], 300),
        ([("Cache-Control", "max-age=300, max-age=900")], 300),
        ([("Cache-Control", "max-age=300"), ("Cache-Control", "max-age=900")], 300),
        ([("Cache-Control", "s-maxage=300")], 0),
        ([("Cache-Control", "max-age=60, s-maxage=300")], 60),
        ([("Cache-Control", "no-cache, max-age=300")], 0),
        ([("Cache-Control", 'no-cache="Set-Cookie", max-age=300')], 0),
        ([("Cache-Control", "no-store"), ("Expires", FIVE_PAST)], 0),
        ([("Cache-Control", "max-age=300"), ("Age", "100")], 200),
        ([("Cache-Control", "max-age=300"), ("Age", "400")], 0),
        ([("Cache-Control", "max-age=300"), ("Age", "old")], 300),
        ([("Cache-Control", "max-age=soon"), ("Expires", FIVE_PAST)], 0),
        ([("Cache-Control", "max-age=-5")], 0),
        ([("Cache-Control", "max-age=99999999999999999999")], 86_400),
        ([("Cache-Control", "x" * 9_999 + ' ="')], 0),
        ([("Expires", FIVE_PAST)], 300),
        ([("Expires", FIVE_PAST), ("Date", SIX)], 300),
        ([("Expires", FIVE_PAST), ("Date", "Sun, 22 Nov 2026 06:04:00 GMT")], 60),
        ([("Expires", FIVE_PAST), ("Date", "yesterday"), ("Age", "30")], 270),
        ([("Expires", SIX), ("Date", FIVE_PAST)], 0),
        ([("Expires", "0")], 0),
        ([("Expires", "-1")], 0),
        ([("Expires", "Sun, 22 Nov 2099 06:00:00 GMT")], 86_400),
        ([("Cache-Control", "max-age=60"), ("Expires", FIVE_PAST)], 60),
    ],
)
def test_a_server_says_how_long_its_answer_is_fresh(said: list[tuple[str, str]], seconds: int) -> None:
    assert fresh_for(headers(*said), NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("120", 120), ("Sun, 22 Nov 2026 06:05:00 GMT", 300), ("Sun, 22 Nov 2020 06:05:00 GMT", 0), ("88888888", 86_400)],
)
def test_retry_after_is_seconds_or_a_date_up_to_a_day(written: str, seconds: int) -> None:
    assert retry_after(headers(("Retry-After", written)), NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "soon", "-5", "1.5"])
def test_a_retry_after_that_says_nothing_asks_for_nothing(written: str) -> None:
    assert retry_after(headers(("Retry-After", written)), NOW) is None


@pytest.mark.parametrize("status", [200, 304])
def test_a_document_and_a_304_say_how_long_they_are_fresh(site: Site, status: int) -> None:
    url = site.says("/feed", status=status, Cache_Control="max-age=90")
    assert Asker().get(url, validators=Validators("x")).fresh_for == timedelta(seconds=90)
