"""Outlets publish the coverage by a clock, politely, and never faster than their reader reads."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from zoneinfo import ZoneInfo

import pytest

from monitor.core.errors import StartError
from monitor.demo.coverage import Block, Outlet, Version
from monitor.demo.prints import PRINTS
from monitor.demo.replay import Newsroom, Replay

DAY = datetime(2022, 1, 10, 7, tzinfo=ZoneInfo("Europe/Zurich")).astimezone(UTC)
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def at(minutes: int, title: str = "t", *, deleted: bool = False) -> Version:
    return Version(DAY + timedelta(minutes=minutes), title, deleted=deleted)


def block(id_: str, *versions: Version) -> Block:
    return Block(id_, versions)


def outlet(*blocks: Block) -> Outlet:
    return Outlet("fil", "Le Fil", "fr", "Europe/Zurich", "feed", blocks)


def moment(minutes: int) -> datetime:
    return DAY + timedelta(minutes=minutes)


QUICK = outlet(block("a-1", at(0, "first"), at(1, "second"), at(2, "third")), block("a-2", at(30, "later")))


def test_an_outlet_is_there_in_every_format_and_who_reads_that_holds_nothing_up() -> None:
    with closing(Replay((QUICK,), seconds=1e-6)) as replay:
        connection = HTTPConnection("127.0.0.1", replay.port, timeout=5)
        types = {}
        for suffix in PRINTS:
            connection.request("GET", f"/fil.{suffix}")
            answer = connection.getresponse()
            assert b"#a-1" in answer.read()
            types[suffix] = (answer.getheader("Content-Type") or "").partition(";")[0]
        connection.request("GET", "/fil.pdf")
        assert connection.getresponse().status == 404
    assert types == {
        "atom": "application/atom+xml",
        "rss": "application/rss+xml",
        "html": "text/html",
        "microdata": "text/html",
        "json": "application/json",
        "wordpress": "application/json",
        "liveblog-pro": "application/json",
    }
    assert replay.newsrooms["fil"].polls == 0


def test_a_block_is_shown_from_its_time_on() -> None:
    room = Newsroom(QUICK, "http://x")
    assert room.answer(moment(29), "", NOW).versions == {"a-1": 0}
    assert room.answer(moment(30), "", NOW).versions == {"a-1": 0, "a-2": 0}


def test_an_edit_waits_until_what_it_edits_was_read_and_dealt_with() -> None:
    room = Newsroom(QUICK, "http://x")
    first = room.answer(moment(5), "", NOW)
    room.deal(room.read)  # nothing was surely read yet: the answer may have been lost
    assert room.answer(moment(5), "", NOW).versions == {"a-1": 0}
    assert room.answer(moment(5), first.etag, NOW).versions == {"a-1": 0}
    assert room.read == {"a-1": 0}
    room.deal(room.read)
    assert room.answer(moment(5), first.etag, NOW).versions == {"a-1": 1}


def test_an_outlet_is_finished_when_its_last_versions_were_dealt_with() -> None:
    room = Newsroom(QUICK, "http://x")
    etag = ""
    for _ in range(3):
        assert not room.finished
        etag = room.answer(moment(60), etag, NOW).etag
        etag = room.answer(moment(60), etag, NOW).etag
        room.deal(room.read)
    assert room.finished
    assert (room.polls, room.fresh) == (6, 3)


def test_two_documents_of_one_second_bear_different_dates() -> None:
    room = Newsroom(QUICK, "http://x")
    one, two = room.answer(moment(0), "", NOW), room.answer(moment(30), "", NOW)
    assert two.modified - one.modified >= timedelta(seconds=1)
    assert one.etag != two.etag


def test_the_pause_is_the_mean_time_between_polls() -> None:
    room = Newsroom(QUICK, "http://x")
    assert room.pause == 0
    for seconds in (0, 1, 3):
        room.answer(moment(0), "", NOW + timedelta(seconds=seconds))
    assert room.pause == 1.5


@pytest.fixture
def replay() -> Iterator[Replay]:
    replay = Replay((QUICK,), seconds=1e-6)
    yield replay
    replay.close()


def get(replay: Replay, path: str = "/fil", **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", replay.port, timeout=5)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.headers), body


def test_what_did_not_change_is_a_304_without_a_body(replay: Replay) -> None:
    assert replay.elapsed(datetime.now(UTC)) == 0
    get(replay)
    status, headers, body = get(replay)  # by now the day is over
    assert (status, headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    assert b"later" in body
    again, validators, nothing = get(replay, If_None_Match=headers["ETag"])
    assert (again, nothing, validators["ETag"]) == (304, b"", headers["ETag"])
    assert get(replay, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert get(replay, If_None_Match='"old"', If_Modified_Since=headers["Last-Modified"])[0] == 200


def test_a_path_without_an_outlet_is_not_found(replay: Replay) -> None:
    assert get(replay, "/related")[0] == 404
    assert get(replay, "/fil/a-1?utm_source=atom")[0] == 200


def test_the_first_page_leads_to_the_outlets_and_begins_no_day(replay: Replay) -> None:
    status, _, body = get(replay, "/")
    assert (status, b'href="/fil"' in body) == (200, True)
    assert replay.elapsed(datetime.now(UTC)) == 0


def test_a_busy_port_is_one_clear_line(replay: Replay) -> None:
    with pytest.raises(StartError, match=rf"^port {replay.port} cannot be used: Address already in use$"):
        Replay((QUICK,), 1, replay.port)
    with pytest.raises(StartError, match="port 70000 cannot be used"):
        Replay((QUICK,), 1, 70000)
