"""What the demo shows: a live view on a terminal, plain lines elsewhere, and the summary."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from monitor.core.telling.alert import Alert
from monitor.core.telling.rendering import SEVERITY_STYLES
from monitor.demo.sinks import HOOK, MAIL
from monitor.demo.verdict import Verdict

ZONE = ZoneInfo("Europe/Zurich")
"""The day of the coverage is told in Geneva's time."""

MARK = "bold black on yellow"
"""For matched words: both colours are given, so that it reads on dark and on light terminals."""

NAMES = {MAIL: "mail", HOOK: "hook"}

LONGEST_LINE = 400
"""Characters of an entry in a plain line."""

LINES_AROUND = 12
"""Lines of the live view that are no alerts, with five feeds; the last line of a terminal stays free."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed as the live view shows it; `pause` is the mean time between its polls, in seconds."""

    title: str
    pause: float
    polls: int
    unchanged: int
    entries: int
    told: int


@dataclass(frozen=True, slots=True)
class Line:
    """One alert, and the seconds from its fetch to the yes of each sink; `waiting` is how many have not said it yet."""

    alert: Alert
    latencies: tuple[tuple[str, float], ...]
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Glance:
    """Everything the live view shows at one moment."""

    moment: datetime
    elapsed: float
    seconds: float
    feeds: tuple[FeedRow, ...]
    lines: tuple[Line, ...]
    processes: int
    memory: int
    verdict: Verdict


class Screen:
    """Shows glances as they come: on a terminal one view that is repainted in place, elsewhere a line an alert."""

    def __init__(self, console: Console, *, plain: bool) -> None:
        self._console = console
        self._live = None if plain else Live(console=console, auto_refresh=False, vertical_overflow="crop")
        self._printed: set[int] = set()
        self._last: Glance | None = None

    def show(self, glance: Glance) -> None:
        """Show the moment; what was already shown is not written again."""
        if self._live is None:
            self._print_new(line for line in glance.lines if not line.waiting)
        elif glance != self._last:
            self._live.start()
            self._live.update(picture(glance, self._console.height - 1), refresh=True)
        self._last = glance

    def close(self) -> None:
        """Leave the last view standing, or print what was told in part."""
        if self._live is not None:
            self._live.stop()
        elif self._last is not None:
            self._print_new(line for line in self._last.lines if line.latencies)

    def _print_new(self, lines: Iterable[Line]) -> None:
        for line in lines:
            if line.alert.id not in self._printed:
                self._printed.add(line.alert.id)
                told = (_head(line), _took(line), excerpt(line.alert, LONGEST_LINE, brackets=True))
                self._console.print(Text("  ").join(told), soft_wrap=True)


def picture(glance: Glance, height: int) -> RenderableType:
    """Lay out one moment in `height` lines."""
    room = max((height - LINES_AROUND) // 2, 1)
    newest = glance.lines[-room:]
    alerts = [part for line in newest for part in (_heads(line), _below(line))]
    blank = [Text("")] * (2 * (room - len(newest)))
    return Group(
        _clock(glance), Text(""), _feeds(glance), Text(""), _counts(glance), *alerts, *blank, Text(""), _foot(glance)
    )


def _clock(glance: Glance) -> RenderableType:
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1)
    grid.add_column(no_wrap=True, justify="right")
    bar = ProgressBar(total=glance.seconds, completed=glance.elapsed, complete_style="magenta", finished_style="green")
    started = any(row.polls for row in glance.feeds)
    moment = f"{glance.moment.astimezone(ZONE):%d %B %Y, %H:%M} in Geneva" if started else "The service is starting"
    grid.add_row(Text(moment, "bold"), bar, f"{glance.elapsed:.0f} of {glance.seconds:.0f} s")
    return grid


def _feeds(glance: Glance) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True)
    table.add_column("feed", no_wrap=True, ratio=1, header_style="bold")
    for name in ("polled every", "polls", "unchanged", "entries", "alerts"):
        table.add_column(name, justify="right", no_wrap=True, header_style="bold")
    for row in glance.feeds:
        pause = f"{row.pause:.1f} s" if row.polls > 1 else "-"
        table.add_row(f"{row.title}", pause, *map(str, (row.polls, row.unchanged, row.entries, row.told)))
    return table


def _counts(glance: Glance) -> Text:
    verdict = glance.verdict
    told = ", ".join(f"{channel.messages} {NAMES[sink]}" for sink, channel in verdict.channels.items())
    text = Text.assemble((f"{verdict.delivered} of {verdict.expected} told", "bold"), f"  {told}")
    if verdict.latencies:
        text.append(f"  fetch to 250: median {verdict.median:.2f} s, longest {verdict.longest:.2f} s")
    return text


def _foot(glance: Glance) -> Text:
    parts = (
        f"{glance.processes} processes" if glance.processes else "",
        f"{glance.memory / 2**20:.0f} MB" if glance.memory else "",
        "Ctrl-C ends it and leaves nothing behind",
    )
    return Text(", ".join(filter(None, parts)), "dim", no_wrap=True, overflow="ellipsis")


def _heads(line: Line) -> RenderableType:
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    grid.add_column(justify="right", no_wrap=True)
    grid.add_row(_head(line), _took(line))
    return grid


def _head(line: Line) -> Text:
    entry, rules = line.alert.revision.entry, ", ".join(f.rule for f in line.alert.findings)
    time = f"{entry.published.astimezone(ZONE):%H:%M}" if entry.published else "--:--"
    return Text.assemble(
        (f"{time} ", "bold"), (rules, SEVERITY_STYLES[line.alert.findings[0].severity]), f" {entry.feed}"
    )


def _took(line: Line) -> Text:
    return Text("  ".join(f"{NAMES[sink]} {seconds:.2f} s" for sink, seconds in line.latencies) or "under way", "bold")


def _below(line: Line) -> Text:
    return Text("      ").append_text(excerpt(line.alert, 72))


def excerpt(alert: Alert, width: int, *, brackets: bool = False) -> Text:
    """Cut the part of an entry's title or text in which the alert's first hit lies, its hits marked.

    `brackets` marks them as `[[so]]`, for where there are no colours.
    """
    hits = [hit for finding in alert.findings for hit in finding.hits]
    field = hits[0].field if hits else "title"
    whole = alert.revision.entry.title if field == "title" else alert.revision.entry.text
    spans = sorted((hit.start, hit.end) for hit in hits if hit.field == field)
    start = _start(whole, spans, width)
    limit = start + width
    text = Text("…" if start else "", no_wrap=True, overflow="ellipsis")
    for begin, end in spans:
        if start <= begin and end <= limit:
            text.append(_plain(whole[start:begin]))
            text.append(f"[[{_plain(whole[begin:end])}]]" if brackets else _plain(whole[begin:end]), MARK)
            start = end
    return text.append(_plain(whole[start:limit])).append("…" if limit < len(whole) else "")


def _start(whole: str, spans: list[tuple[int, int]], width: int) -> int:
    """Begin at a word, so far before the first span that it is seen, and at the very start if it is seen from there."""
    if not spans or spans[0][1] <= width:
        return 0
    return whole.rfind(" ", 0, spans[0][0] - width // 4) + 1


def _plain(text: str) -> str:
    """Replace what would move the cursor or turn the writing around: the text comes from outside."""
    return "".join(" " if unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"} else c for c in text)
