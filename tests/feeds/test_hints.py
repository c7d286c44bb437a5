from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.feed import Feed
from monitor.feeds import Contents, contents
from tests.feeds.documents import PAGE, XML, atom, fetched, rss

SY = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
NONE = timedelta(0)


def said(channel: str) -> Contents:
    document = rss(channel=channel).replace("<rss ", f"<rss {SY} ")
    return contents(fetched(document), Feed("live", PAGE))


@pytest.mark.parametrize(
    ("channel", "ttl"),
    [
        ("", NONE),
        ("<ttl>60</ttl>", timedelta(hours=1)),
        ("<ttl> 5 </ttl>", timedelta(minutes=5)),
        ("<ttl>bald</ttl>", NONE),
        ("<ttl>-5</ttl>", NONE),
        ("<ttl>999999999</ttl>", timedelta(days=366)),
        ("<sy:updatePeriod> hourly </sy:updatePeriod>", timedelta(hours=1)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", timedelta(minutes=15)),
        ("<sy:updateFrequency>2</sy:updateFrequency>", timedelta(hours=12)),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", timedelta(days=1)),
        ("<sy:updatePeriod>soon</sy:updatePeriod>", NONE),
        ("<ttl>90</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(minutes=90)),
    ],
)
def test_a_feed_says_how_often_it_asks_to_be_fetched(channel: str, ttl: timedelta) -> None:
    assert said(channel).ttl == ttl


@pytest.mark.parametrize(
    ("hours", "skipped"),
    [
        ("<hour>1</hour>\n<hour> 23 </hour>", {1, 23}),
        ("<hour>24</hour>", {0}),
        ("<hour>25</hour><hour>x</hour><hour/>", set()),
        ("".join(f"<hour>{hour}</hour>" for hour in range(24)), set()),
    ],
)
def test_a_feed_says_in_which_hours_nothing_comes(hours: str, skipped: set[int]) -> None:
    assert said(f"<skipHours>{hours}</skipHours>").skip_hours == skipped


def test_a_feed_says_on_which_days_nothing_comes() -> None:
    days = "<skipDays><day>Saturday</day><day>sunday</day><day>Dimanche</day></skipDays>"
    assert said(days).skip_days == {5, 6}
    assert said(f"{days}<skipHours><hour>3</hour></skipHours>").skip_hours == {3}
    every = "".join(f"<day>{day}day</day>" for day in ("Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"))
    assert said(f"<skipDays>{every}</skipDays>").skip_days == set()


def test_a_feed_says_its_title_and_language() -> None:
    found = said("<language>fr-CH</language>")
    assert (found.kind, found.title, found.language, found.over) == ("feed", "Direct", "fr-CH", None)
    assert contents(fetched(atom()), Feed("live", PAGE)).language == "fr"
    title = '<title type="html">L&amp;#8217;&lt;b&gt;Otan&lt;/b&gt;</title>'
    html = f'{XML}<feed xmlns="http://www.w3.org/2005/Atom">{title}</feed>'
    assert contents(fetched(html), Feed("live", PAGE)).title == "L’Otan"


def test_a_json_feed_that_has_expired_is_over_with_its_last_entry() -> None:
    start = '{"version": "https://jsonfeed.org/version/1.1", "title": "Direct", "language": "fr", "expired": '
    items = ', "items": [{"id": "1", "date_published": "2022-01-10T17:00:00Z"}, {"id": "2"}]}'

    def found(document: str) -> Contents:
        return contents(fetched(document), Feed("live", PAGE))

    assert found(f"{start}true{items}").over == datetime(2022, 1, 10, 17, tzinfo=UTC)
    assert found(f"{start}false{items}").over is None
    assert found(f"{start}true}}").over == fetched("").received_at
    assert (found(f"{start}false}}").title, found(f"{start}false}}").language) == ("Direct", "fr")
