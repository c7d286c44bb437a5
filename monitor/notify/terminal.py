"""The address `terminal`: a message as one readable block on a stream, in colour where someone looks."""

from typing import TextIO

from monitor.core.route import Outcome
from monitor.core.telling.message import Message
from monitor.core.telling.rendering import Line

_COLOURS = {"hit": "\x1b[1;33m", "strong": "\x1b[1m", "label": "\x1b[2m"}
_END = "\x1b[0m"
_EDGE = "─" * 72


def show(message: Message, stream: TextIO) -> Outcome:
    """Print a message in one write, so that blocks of several processes do not mix."""
    encoding = stream.encoding or "utf-8"
    try:
        content = "\n".join(map(_coloured, message.lines)) if stream.isatty() else message.text
        stream.write(f"{_EDGE}\n{content}\n".encode(encoding, "replace").decode(encoding))
        stream.flush()
    except (OSError, ValueError) as error:  # ValueError: the stream was closed
        return Outcome("failed", f"the terminal is gone: {error}")
    return Outcome("sent")


def _coloured(line: Line) -> str:
    return "".join(f"{_COLOURS.get(run.style, '')}{run.link or run.text}{_END}" for run in line)
