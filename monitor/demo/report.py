"""What a demo came to, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.text import Text

from monitor.demo.tree import Tree
from monitor.demo.verdict import Verdict
from monitor.demo.view import NAMES


@dataclass(frozen=True, slots=True)
class Report:
    """What the demo came to. Times in seconds; `first_alert` from the start of the demo; `restarts` of the service.

    `pauses` are those between the polls of each feed: what comes on top of the latency.
    """

    verdict: Verdict
    peak: Tree
    first_alert: float
    lasted: float
    pauses: dict[str, float]
    restarts: int


def report_lines(report: Report) -> Iterable[Text]:
    """Say how what was told compares with the gold list, what it took, and every difference with its why."""
    verdict, peak = report.verdict, report.peak
    yield from _counts(verdict)
    pauses = sorted(report.pauses.values())
    yield _row(
        "polls",
        f"every {pauses[-1]:.1f} s a feed, which comes on top: {pauses[-1] / 2:.1f} s in the mean",
    )
    if peak.total:
        yield _row("memory", f"at most {peak.total / 2**20:.0f} MB (PSS) in {len(peak.memory)} processes")
    yield _row("time", f"first alert after {report.first_alert:.1f} s, the whole {report.lasted:.0f} s")
    if report.restarts:
        yield _row("service", f"was killed and started again: {report.restarts} times")
    for what, differences in _differences(verdict):
        for difference in differences:
            yield _row(what, str(difference), "red")
    agrees = ("agrees with the gold list", "green") if verdict.agrees else ("DIFFERS from the gold list", "red")
    yield _row("result", "") + Text(*agrees)


def _counts(verdict: Verdict) -> Iterable[Text]:
    missing, surplus = len(verdict.missing), len(verdict.surplus)
    yield _row(
        "alerts", f"{verdict.expected} expected, {verdict.delivered} delivered, {missing} missing, {surplus} surplus"
    )
    for sink, channel in verdict.channels.items():
        yield _row(NAMES[sink], f"{channel.delivered} of {channel.expected} told, in {channel.messages} messages")
    marked = sum(double.uncertain for double in verdict.doubled)
    yield _row("twice", f"{len(verdict.doubled)} messages, {marked} of them marked uncertain")
    median, longest, n = verdict.median, verdict.longest, len(verdict.latencies)
    yield _row("latency", f"fetch to the mail server's 250: median {median:.2f} s, longest {longest:.2f} s (n = {n})")


def _differences(verdict: Verdict) -> Iterable[tuple[str, Iterable[object]]]:
    yield "missing", verdict.missing
    yield "surplus", verdict.surplus
    yield "twice", verdict.doubled
    yield "untrue", (f"delivery {id_} is sent, says the ledger, and no server accepted it" for id_ in verdict.untrue)
    if verdict.strays:
        yield "stray", (f"{verdict.strays} messages name no delivery of the ledger",)


def _row(head: str, text: str, style: str = "") -> Text:
    return Text.assemble((f"{head:<10}", f"bold {style}"), text)
