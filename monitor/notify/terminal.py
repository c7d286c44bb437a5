"""The address `terminal`: a message as one readable block on a stream, in colour where someone looks."""

from typing import TextIO

from monitor.core.message import Message
from monitor.core.rendering import Run
from monitor.core.route import Outcome

_COLOURS = {"hit": "\x1b[1;33m", "strong": "\x1b[1m", "label": "\x1b[2m"}
_END = "\x1b[0m"
_EDGE = "─" * 72


def show(message: Message, stream: TextIO) -> Outcome:
    """Print a message in one write, so that blocks of several processes do not mix."""
    content = "\n".join("".join(map(_coloured, line)) for line in message.lines) if stream.isatty() else message.text
    block = f"{_EDGE}\n{content}\n"
    encoding = stream.encoding or "utf-8"
    try:
        stream.write(block.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except (OSError, ValueError) as error:  # ValueError: the stream was closed
        return Outcome("failed", f"the terminal is gone: {error}")
    return Outcome("sent")


def _coloured(run: Run) -> str:
    text = run.link or run.text
    return f"{_COLOURS[run.style]}{text}{_END}" if run.style in _COLOURS else text
