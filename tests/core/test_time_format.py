"""Formats of times as pages print them, and the names of months in four languages."""

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.time_format import Face, time_format

MONTHS = {
    1: "January Jan jan. janvier JANVIER janv. Januar Jänner Jän. JÄN Jaenner январь января январе январём янв.",
    2: "February Feb. février févr. fév Fevrier Februar Feber февраль февраля фев. февр.",
    3: "March Mar mars März Mär. Mrz Maerz март марта марте мартом мар.",
    4: "April Apr. avril avr. апрель апреля апр",
    5: "May mai Mai май мая мае маем Мая",
    6: "June Jun. juin Juni июнь июня июн.",
    7: "July Jul juillet juil. Juli июль июля июлем июл",
    8: "August Aug. août aout AOÛT август августа августе авг.",
    9: "September Sept. Sep septembre sept сентябрь сентября сен. сент.",
    10: "October Oct. octobre Oktober Okt. октябрь октября окт.",
    11: "November Nov. novembre ноябрь ноября ноя. нояб.",
    12: "December Dec. décembre déc. dec Dezember Dez. Dezembers декабрь декабря дек.",
}


@pytest.mark.parametrize(("number", "name"), [(n, name) for n, line in MONTHS.items() for name in line.split()])
@pytest.mark.parametrize("letter", "Bbh")
def test_a_month_is_read_as_four_languages_write_it(number: int, name: str, letter: str) -> None:
    assert time_format(f"%d %{letter} %Y %H:%M").read(f"9 {name} 2022 21:36") == Face(time(21, 36), 2022, number, 9)


@pytest.mark.parametrize(
    ("written", "text", "face"),
    [
        ("%d %B %Y, %H:%M", "1er janvier 2022, 21:36", Face(time(21, 36), 2022, 1, 1)),
        ("%d %B %Y %H:%M", "10-го января 2022 09:05", Face(time(9, 5), 2022, 1, 10)),
        ("%A, %d. %B %Y, %H.%M Uhr", "Montag, 10. Jänner 2022, 21.36 UHR", Face(time(21, 36), 2022, 1, 10)),
        ("%a %d %b %Y - %Hh%M", "lun. 10 janv. 2022 - 21h36", Face(time(21, 36), 2022, 1, 10)),
        ("%a, %e %b %y %T", "пн, 3 янв 22 21:36:07", Face(time(21, 36, 7), 2022, 1, 3)),
        ("%A %d %B %Y %H:%M", "segunda-feira 10 Jan 2022 21:36", Face(time(21, 36), 2022, 1, 10)),
        ("%B %dth, %Y at %I:%M %p", "January 10th, 2022 at 9:36 p.m.", Face(time(21, 36), 2022, 1, 10)),
        ("%I:%M%p %-d/%-m/%Y", "12:05AM 3/1/2022", Face(time(0, 5), 2022, 1, 3)),
        ("%I:%M%p %m/%d/%Y", "12:05PM 1/3/2022", Face(time(12, 5), 2022, 1, 3)),
        ("%F %R%z", "2022-01-10 21:36+01:00", Face(time(21, 36), 2022, 1, 10, "+01:00")),
        ("%H:%M %Z %d.%m.%y", "21:36 cet 10.01.70", Face(time(21, 36), 1970, 1, 10, "cet")),
        ("%Y%m%d%H%M%S%f", "20220110213660123456789", Face(time(21, 36, 59, 123456), 2022, 1, 10)),
        ("%d %B, %H:%M", "10 января, 21:36", Face(time(21, 36), 0, 1, 10)),
        ("à  %H : %M ", "à 21 : 36", Face(time(21, 36))),
        ("%k%%", "7%", Face(time(7))),
        ("%l %p", "7 pm", Face(time(19))),
    ],
)
def test_a_format_reads_what_is_written_so(written: str, text: str, face: Face) -> None:
    assert time_format(written).read(text) == face


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("%H:%M", "21:36 h"),
        ("%H:%M", "hier 21:36"),
        ("%H:%M", "٢١:٣٦"),
        ("%H:%M", "25:00"),
        ("%I:%M %p", "13:00 pm"),
        ("%I:%M %p", "0:00 pm"),
        ("%d %B %H:%M", "10 brumaire 21:36"),
        ("%d %B %H:%M", "0 janvier 21:36"),
        ("%d %m %Y %H:%M", "10 01 0000 21:36"),
        ("%H.%M", "21:36"),
    ],
)
def test_what_is_not_written_so_is_not_read(written: str, text: str) -> None:
    assert time_format(written).read(text) is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("%d.%m.%Y", "it says no hour"),
        ("21:36", "it says no hour"),
        ("%M", "it says no hour"),
        ("%I:%M", "add %p, or write %H"),
        ("%d %H:%M", "a part of a date"),
        ("%Y %H:%M", "a part of a date"),
        ("%B %Y %H:%M", "a part of a date"),
        ("%A %H:%M", "a day of the week and no date"),
        ("%H:%M %j", "%j is not read in times - as %H:%M"),
        ("%c", "%c is not read"),
        ("%H:%M %", "% is not read"),
        ("%b %B %d %H:%M", "%B stands in it twice"),
    ],
)
def test_a_format_that_says_no_moment_is_refused_in_words(written: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        time_format(written)


@given(st.text(alphabet="%YmdHMBbAazZpIfSy-.: %u", max_size=30), st.text(max_size=60))
def test_any_format_is_one_or_is_refused_and_reads_any_text_or_not(written: str, text: str) -> None:
    face = None
    with suppress(ValueError):
        face = time_format(written).read(text)
    assert face is None or (face.month > 0) == (face.day > 0)
