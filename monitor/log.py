"""Log lines: one per unit of work, `event key=value ...` on a terminal, one JSON object a line elsewhere."""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from time import perf_counter
from types import TracebackType
from typing import IO, Literal

from monitor.core.errors import VigieError

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "text", "json"]
ExcInfo = bool | BaseException | tuple[type[BaseException], BaseException, TracebackType | None] | None

ROOT = "vigie"
"""Our loggers live below this name; whatever logs elsewhere is a library and is heard from warning upwards."""

_BARE = re.compile(r"[^\s\"=\\\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Log:
    """Writes events of one part; the values of `fields` may be anything that has a text."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger

    def debug(self, event: str, **fields: object) -> None:
        """Write what helps whoever works on the program."""
        self._write(logging.DEBUG, event, fields)

    def info(self, event: str, **fields: object) -> None:
        """Write what happened."""
        self._write(logging.INFO, event, fields)

    def warning(self, event: str, exc_info: ExcInfo = None, **fields: object) -> None:
        """Write what went wrong and will be tried again."""
        self._write(logging.WARNING, event, fields, exc_info)

    def error(self, event: str, exc_info: ExcInfo = None, **fields: object) -> None:
        """Write what needs a person; `exc_info` (an exception, or True inside an except block) adds its traceback."""
        self._write(logging.ERROR, event, fields, exc_info)

    def _write(self, level: int, event: str, fields: dict[str, object], exc_info: ExcInfo = None) -> None:
        self._logger.log(level, "%s", event, exc_info=exc_info, extra={"fields": fields})


class Trouble:
    """A fault that is met again and again while it lasts: written when it begins or changes, and when it is over."""

    def __init__(self, log: Log, begins: str, ends: str) -> None:
        self._log, self._begins, self._ends = log, begins, ends
        self._said = ""

    def met(self, error: Exception) -> None:
        """Write a fault, unless it was written last; one that is none of our own errors with its traceback."""
        said = str(error) or type(error).__name__
        if said == self._said:
            return
        self._said = said
        if isinstance(error, VigieError):
            self._log.warning(self._begins, error=said)
        else:
            self._log.error(self._begins, exc_info=error, error=said)

    def over(self) -> None:
        """Write that the fault is over, if there was one."""
        if self._said:
            self._said = ""
            self._log.info(self._ends)


def since(began: float) -> float:
    """Say how many milliseconds ago `began` was, a time of `perf_counter`."""
    return round(1000 * (perf_counter() - began), 1)


def get(part: str) -> Log:
    """Give the log of one part of the program."""
    return Log(logging.getLogger(f"{ROOT}.{part}"))


def configure(level: Level = "info", form: Format = "auto", stream: IO[str] | None = None) -> None:
    """Send all log lines to `stream` (default: stderr); `auto` is text on a terminal and JSON elsewhere."""
    out = sys.stderr if stream is None else stream
    text = form == "text" or (form == "auto" and out.isatty())
    handler = logging.StreamHandler(out)
    handler.setFormatter(TextLines() if text else JsonLines())
    handler.addFilter(_ours_or_urgent)  # not the loggers' levels: RQ sets its own
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger(ROOT).setLevel(level.upper())


class TextLines(logging.Formatter):
    """`time level part event key=value`; a traceback follows on indented lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record; text from outside cannot forge a line, whatever it holds."""
        event, fields = _content(record)
        words = [_time(record), record.levelname.lower(), _part(record), event]
        line = " ".join(words + [f"{key}={_value(value)}" for key, value in fields.items()])
        return "\n    ".join([line, *_traceback(record).splitlines()])


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, part, event, the fields, and `traceback` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one record."""
        event, fields = _content(record)
        head = {"time": _time(record), "level": record.levelname.lower(), "part": _part(record), "event": event}
        tail = {"traceback": trace} if (trace := _traceback(record)) else {}
        return json.dumps(head | fields | tail, ensure_ascii=False, default=str)


def _ours_or_urgent(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING or record.name.startswith(f"{ROOT}.")


def _content(record: logging.LogRecord) -> tuple[str, dict[str, object]]:
    fields = getattr(record, "fields", None)
    if isinstance(fields, dict):
        return record.getMessage(), fields
    return "library_said", {"message": record.getMessage()}


def _part(record: logging.LogRecord) -> str:
    return record.name.removeprefix(f"{ROOT}.")


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _value(value: object) -> str:
    text = str(value)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _traceback(record: logging.LogRecord) -> str:
    return "".join(traceback.format_exception(*record.exc_info)) if record.exc_info and record.exc_info[0] else ""
