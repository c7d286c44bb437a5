from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.dates import moment, unix


def utc(hour: int, minute: int = 36, second: int = 0, day: int = 10) -> datetime:
    return datetime(2022, 1, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 10 Jan 2022 21:36:00 GMT", utc(21)),
        ("Mon, 10 Jan 2022 21:36:00 +0100", utc(20)),
        ("Mon, 10 Jan 2022 21:36 -05:00", utc(2, day=11)),
        ("10 January 2022 21:36:00 UT", utc(21)),
        ("Mon,10 Jan. 2022 21:36:00 Z", utc(21)),
        ("lundi, 10 Jan 2022 21:36:00 +0100", utc(20)),
        ("  Mon, 10  Jan 22\n21:36:00 GMT ", utc(21)),
        ("Mon, 10 Jan 2022 21:36:00 +0100 (CET)", utc(20)),
        ("Mon, 10 Jan 2022 21:36:00 GMT+1", utc(20)),
        ("Mon, 10 Jan 2022 21:36:00 UTC+05:30", utc(16, 6)),
        ("Mon, 10 Jan 2022 21:36:00 MSK", utc(18)),
        ("Mon, 10 Jan 2022 21:36:00 cet", utc(20)),
        ("Mon, 10 Jan 2022 21:36:00 EST", utc(2, day=11)),
        ("2022-01-10T21:36:00Z", utc(21)),
        ("2022-01-10t21:36:00z", utc(21)),
        ("2022-01-10 21:36+01", utc(20)),
        ("2022-01-10T21:36:60Z", utc(21, second=59)),
        ("2022-01-10T21:36:00.000+01:00", utc(20)),
        ("2022-01-10T21:36:00 CET", utc(20)),
    ],
)
def test_a_time_with_its_zone_is_read(written: str, read: datetime) -> None:
    assert moment(written) == read


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hier",
        "21:36 10.01.2022",
        "10.01.2022",
        "21:36",
        "2022-01-10",
        "1/2/2022 21:36 GMT",
        "lun., 10 janv. 2022 21:36:00 +0100",
        "Mon, 10 Ja 2022 21:36:00 GMT",
        "Mon, 31 Feb 2022 21:36:00 GMT",
        "2022-01-10T25:00:00Z",
        "2022-01-10T21:36:00+99:00",
        "2022-01-10T21:36:00+01:99Z",
        "Mon, 10 Jan 2022 21:36:00 IST",
        "Mon, 10 Jan 2022 21:36:00 XYZ",
        "0001-01-01T00:00:00+10:00",
        "٢٠٢٢-٠١-١٠T٢١:٣٦:٠٠Z",
        "Mon, 10 Jan 2022 21:36:00 GMT" + " (x)" * 50,
    ],
)
def test_what_does_not_say_its_moment_has_none_whatever_today_is(written: str) -> None:
    assert moment(written, "Europe/Paris") is None


@pytest.mark.parametrize("written", ["Mon, 10 Jan 2022 21:36:00", "2022-01-10T21:36:00"])
def test_a_time_without_a_zone_is_in_the_feeds_zone_or_none(written: str) -> None:
    assert moment(written, "Europe/Paris") == utc(20)
    assert moment(written) is None


def test_the_feeds_zone_says_what_its_own_name_means() -> None:
    assert moment("Mon, 10 Jan 2022 21:36:00 IST", "Asia/Kolkata") == utc(16, 6)
    assert moment("Mon, 10 Jan 2022 21:36:00 IST", "Asia/Jerusalem") == utc(19)
    assert moment("Mon, 10 Jan 2022 21:36:00 CST", "Asia/Shanghai") == utc(13)


def test_a_fraction_of_a_second_is_kept_to_the_microsecond() -> None:
    assert moment("2022-01-10T21:36:00.123456789Z") == utc(21).replace(microsecond=123456)


def test_years_of_two_digits_are_of_this_century_below_fifty() -> None:
    read = moment("Mon, 10 Jan 70 21:36:00 GMT")
    assert read is not None
    assert read.year == 1970


def test_a_format_reads_a_time_in_the_feeds_zone() -> None:
    formats = ("%d.%m.%Y %H:%M", "%H:%M %d.%m.%Y")
    assert moment("21:36\n 10.01.2022", "Europe/Paris", formats) == utc(20)
    assert moment("21:36 10.01.2022", "", formats) is None
    assert moment("21:36 10.13.2022", "Europe/Paris", formats) is None


def test_a_format_with_an_offset_needs_no_zone() -> None:
    assert moment("21:36 10.01.2022 +0100", "", ("%H:%M %d.%m.%Y %z",)) == utc(20)


@pytest.mark.parametrize("written", ["%d.%m.%Y", "%H:%M %Y", "%H:%M %d", "%c", "%H:%M %j %Y"])
def test_a_format_that_does_not_say_all_of_a_moment_is_not_used(written: str) -> None:
    text = datetime(2022, 1, 10, 21, 36, tzinfo=UTC).strftime(written)
    assert moment(text, "Europe/Paris", (written,), now=utc(23)) is None


@pytest.mark.parametrize(
    ("text", "now", "read"),
    [
        ("21:36", utc(21), utc(20)),
        ("21:36", utc(20, 30), utc(20)),  # its clock is ahead of ours by a little
        ("21:36", utc(20, 25), utc(20, day=9)),
        ("21:36", utc(23, 30), utc(20)),  # in Paris it is the 11th
        ("00:10", utc(23, 30), utc(23, 10)),
        ("23:50", utc(23, 30), utc(22, 50)),
    ],
)
def test_a_time_of_day_alone_is_the_newest_such_moment(text: str, now: datetime, read: datetime) -> None:
    assert moment(text, "Europe/Paris", ("%H:%M",), now) == read
    assert moment(text, "Europe/Paris", ("%H:%M",)) is None
    assert moment(text, "", ("%H:%M",), now) is None


@pytest.mark.parametrize(
    ("text", "year", "read"),
    [
        ("10 janv., 21:36", 2022, utc(20)),
        ("10 janv., 21:36", 2023, datetime(2023, 1, 10, 20, 36, tzinfo=UTC)),
        ("11 janv., 21:36", 2022, datetime(2021, 1, 11, 20, 36, tzinfo=UTC)),
        ("29 févr., 21:36", 2022, datetime(2020, 2, 29, 20, 36, tzinfo=UTC)),
        ("31 févr., 21:36", 2022, None),
    ],
)
def test_a_date_without_a_year_is_the_newest_such_moment(text: str, year: int, read: datetime | None) -> None:
    assert moment(text, "Europe/Paris", ("%d %b, %H:%M",), datetime(year, 1, 10, 21, tzinfo=UTC)) == read
    assert moment(text, "Europe/Paris", ("%d %b, %H:%M",)) is None


@pytest.mark.parametrize(
    "text", ["10 янв. 2022, 21:36 CET", "10 January 2022, 22:36 eet", "10 janvier 2022, 20:36 GMT"]
)
def test_a_format_reads_a_zone_by_its_name(text: str) -> None:
    assert moment(text, "", ("%d %B %Y, %H:%M %Z",)) == utc(20)
    assert moment(text.rpartition(" ")[0] + " XYZ", "Europe/Paris", ("%d %B %Y, %H:%M %Z",)) is None


@pytest.mark.parametrize("text", ["0001-01-01 00:00 +1000", "9999-12-31 23:00 -1000"])
def test_a_moment_outside_the_calendar_is_none(text: str) -> None:
    assert moment(text, "", ("%Y-%m-%d %H:%M %z",)) is None


def test_unix_seconds_and_milliseconds_are_read() -> None:
    assert unix(" 1641850560 ") == utc(21)
    assert unix("1641850560500") == utc(21).replace(microsecond=500_000)
    assert unix("164185056") is None
    assert unix("١٦٤١٨٥٠٥٦٠") is None


@given(st.text(max_size=120))
def test_any_text_is_a_time_in_utc_or_none(written: str) -> None:
    read = moment(written, "Europe/Paris")
    assert read is None or read.tzinfo is UTC


@given(st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - bounds
def test_an_iso_time_is_read_as_it_was_written(at: datetime) -> None:
    offset = at.utcoffset()
    assert offset is not None
    if offset.total_seconds() % 60 == 0:
        assert moment(at.isoformat()) == at.astimezone(UTC)
