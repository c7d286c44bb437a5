"""Lines of runs as text and as HTML, per kind of channel.

A run is a piece of text with one meaning (a hit, a label, a link). Foreign text is split into runs first and escaped
run by run afterwards, so nothing in it can be taken for markup or for a mention.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from monitor.core.rule import Severity

Medium = Literal["email", "telegram", "slack", "plain", "terminal"]
Style = Literal["plain", "hit", "strong", "label"]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line with one meaning; `link` is where it leads (http or https, or nothing)."""

    text: str
    style: Style = "plain"
    link: str = ""


Line = tuple[Run, ...]

SEVERITY_STYLES: Mapping[Severity, str] = {"urgent": "bold red", "high": "red", "normal": "magenta", "low": "green"}
"""How a severity looks on a terminal, in Rich's words; all of them read on dark and on light."""


def length(rendition: str, medium: Medium) -> int:
    """Count as the medium does: Telegram counts UTF-16 units."""
    return len(rendition.encode("utf-16-le")) // 2 if medium == "telegram" else len(rendition)


def rendered(lines: Iterable[Line], medium: Medium) -> tuple[str, str]:
    """Write lines as text and as HTML; the HTML is empty where the medium has none."""
    lines = tuple(lines)
    match medium:
        case "email":
            return _text(lines, medium), _mail(lines)
        case "telegram":
            return _text(lines, medium), "\n".join("".join(map(_telegram, line)) for line in lines)
        case _:
            return _text(lines, medium), ""


def _text(lines: Iterable[Line], medium: Medium) -> str:
    text = "\n".join("".join(_written(run, medium) for run in line) for line in lines)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") if medium == "slack" else text


def _written(run: Run, medium: Medium) -> str:
    if run.link:
        return run.link
    text = run.text if medium in {"email", "terminal"} else _unmentioned(run.text)
    return f"**{text}**" if run.style == "hit" else text


_MENTION = re.compile(r"(?<!\w)@(?=\w|\Z)")  # the end of a run: the next one may go on with a name


def _unmentioned(text: str) -> str:
    """Put a word joiner behind an @ that a chat would take for a mention; it is not seen and breaks no line."""
    return _MENTION.sub("@\u2060", text)


def _telegram(run: Run) -> str:
    text = escape(_unmentioned(run.text), quote=False)
    if run.link:
        return f'<a href="{escape(run.link)}">{text}</a>'
    return {"hit": f"<b><u>{text}</u></b>", "strong": f"<b>{text}</b>"}.get(run.style, text)


def _mail(lines: Iterable[Line]) -> str:
    """Write a paragraph for each line, headlines larger; an empty line is but a wider gap before the next."""
    blocks, gap = "", 0
    for line in lines:
        if line:
            style = f"margin:{2 * gap}px 0 6px;font-size:18px" if line[0].style == "strong" else f"margin:{gap}px 0 6px"
            blocks += f'<p dir="auto" style="{style}">{"".join(map(_tagged, line))}</p>\n'
        gap = 0 if line else 16
    return f'<!doctype html>\n<html><body style="font:15px/1.45 sans-serif">\n{blocks}</body></html>\n'


# Text and ground of a mark are both set, and the grey reads on either: many read mail on a dark ground.
_MAIL_TAGS = {
    "hit": '<mark style="background:#ffe066;color:#000">{}</mark>',
    "strong": "<b>{}</b>",
    "label": '<span style="color:#767676">{}</span>',
}


def _tagged(run: Run) -> str:
    text = escape(run.text, quote=False).replace("\n", "<br>\n")
    if run.link:
        return f'<a href="{escape(run.link)}">{text}</a>'
    return _MAIL_TAGS.get(run.style, "{}").format(text)
