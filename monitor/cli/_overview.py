"""All rules tried on one entry: which are met, and which nearly are."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from monitor.cli._engine import plain
from monitor.cli._explained import STATUSES
from monitor.cli._explained import row_of as explanation_row
from monitor.core.book import Book
from monitor.core.why.explain import Explanation
from monitor.core.why.saying import listed

SHOWN = 5
"""Rules that are nearly met, unless all are asked for."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What came of trying all rules: met; `nearly`: something was found for them, the nearest first; and the others."""

    met: tuple[Explanation, ...]
    nearly: tuple[Explanation, ...]
    others: tuple[Explanation, ...]


def of(explanations: Iterable[Explanation]) -> Overview:
    """Sort explanations by how near to being met their rules are."""
    every = sorted(explanations, key=lambda one: (_lacking(one), one.rule))
    misses = [one for one in every if not one.met]
    nearly = [one for one in misses if _has_something(one)]
    return Overview(
        tuple(one for one in every if one.met), tuple(nearly), tuple(one for one in misses if not _has_something(one))
    )


def _lacking(explanation: Explanation) -> int:
    return sum(not tried.met for tried in explanation.conditions)


def _has_something(explanation: Explanation) -> bool:
    return bool(explanation.uncounted) or any(tried.hits for tried in explanation.conditions)


def row_of(found: Overview, book: Book, *, whole: bool) -> dict[str, object]:
    """Give all explanations as JSON has them, the nearest first; those for which nothing was found only if `whole`."""
    shown = (*found.met, *found.nearly, *(found.others if whole else ()))
    return {"explanations": [explanation_row(one, book) for one in shown]}


def show(found: Overview, book: Book, console: Console, *, whole: bool) -> None:
    """Print a line for every rule that is met or nearly is, and how many there are besides."""
    nearly, others = (found.nearly, found.others) if whole else (found.nearly[:SHOWN], ())
    count = f"{len(found.met)} of {len(book.rules)} rules {'is' if len(found.met) == 1 else 'are'} met"
    console.print(Text(count, style="bold"))
    width = max((len(one.rule) for one in (*found.met, *nearly, *others)), default=0)
    for one in found.met:
        hits = listed((hit.text for hit in one.hits), "and") or "all that is in it"
        _show_line(one, ("yes", "bold green"), hits, width, book, console)
    for one in (*nearly, *others):
        _show_line(one, ("no ", "bold red"), one.lacks, width, book, console)
    rest = len(book.rules) - len(found.met) - len(nearly) - len(others)
    if rest:
        console.print(Text(f"  and {rest} more that are not met - --all shows them", style="dim"))


def _show_line(one: Explanation, mark: tuple[str, str], said: str, width: int, book: Book, console: Console) -> None:
    status = STATUSES[book.rules[one.rule].status]
    note = f" ({status})" if status else ""
    console.print(
        Text.assemble("  ", mark, f"  {one.rule:<{width}}  ", plain(said).replace("\n", " "), (note, "yellow"))
    )
