"""Log lines."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from monitor.log import Format, Log, configure, get


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root, ours = logging.getLogger(), logging.getLogger("vigie")
    before = root.handlers[:], root.level, ours.level
    yield
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in before[0]:
        root.addHandler(handler)
    root.setLevel(before[1])
    ours.setLevel(before[2])


def written(form: Format, stream: io.StringIO | None = None, level: str = "info") -> tuple[Log, io.StringIO]:
    out = stream or io.StringIO()
    configure(level, form, out)  # type: ignore[arg-type]
    return get("poller"), out


def test_a_line_of_text_is_time_level_part_event_and_fields() -> None:
    log, out = written("text")
    log.info("feed_polled", feed="bbc", ms=12.5)
    assert out.getvalue().split(maxsplit=1)[1] == "info poller feed_polled feed=bbc ms=12.5\n"


@pytest.mark.parametrize("value", ["two words", 'a"b', "a=b", "", "line\nforged", "\x1b[31m", "a\\b", "x\u2028y"])
def test_a_value_from_outside_is_quoted_and_stays_on_its_line(value: str) -> None:
    log, out = written("text")
    log.info("feed_polled", feed=value)
    line = out.getvalue()
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert json.loads(line.partition("feed=")[2]) == value


def test_a_line_of_json_is_one_object() -> None:
    log, out = written("json")
    log.warning("feed_failed", feed="x\ny", at={1})
    line = json.loads(out.getvalue())
    assert {**line, "time": ""} == {
        "time": "",
        "level": "warning",
        "part": "poller",
        "event": "feed_failed",
        "feed": "x\ny",
        "at": "{1}",
    }


def test_auto_is_text_on_a_terminal_and_json_elsewhere() -> None:
    log, out = written("auto", Terminal())
    log.info("ready")
    assert out.getvalue().endswith("info poller ready\n")
    log, out = written("auto")
    log.info("ready")
    assert json.loads(out.getvalue())["event"] == "ready"


def test_an_error_shows_its_traceback_indented_or_as_a_field() -> None:
    for form in ("text", "json"):
        log, out = written(form)
        try:
            int("no")
        except ValueError:
            log.error("job_failed", exc_info=True)  # noqa: G201 - our log has no exception()
        first, *rest = out.getvalue().splitlines()
        if form == "text":
            assert all(line.startswith("    ") for line in rest)
            assert rest[-1].strip().startswith("ValueError: ")
        else:
            assert json.loads(first)["traceback"].startswith("Traceback")
            assert rest == []


def test_debug_is_silent_unless_asked_for() -> None:
    log, out = written("text")
    log.debug("detail")
    assert out.getvalue() == ""
    log, out = written("text", level="debug")
    log.debug("detail")
    assert "debug poller detail" in out.getvalue()


def test_libraries_are_heard_from_warning_upwards() -> None:
    _, out = written("text", level="debug")
    logging.getLogger("rq.worker").info("Listening")
    logging.getLogger("rq.worker").warning("gone:\n%s", "away")
    assert out.getvalue().split(maxsplit=1)[1] == 'warning rq.worker library_said message="gone:\\naway"\n'
