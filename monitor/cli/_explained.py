"""An explanation, for people on a terminal and for programs."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from monitor.cli._engine import plain
from monitor.core.book import Book
from monitor.core.rule import Hit, Rule, Status
from monitor.core.why.explain import Explanation, Tried
from monitor.core.why.saying import asks, way

SHOWN = 10
"""Hits of one condition on the terminal; of more, the number is said. JSON has them all."""

WIDEST = 40
"""Columns of a hit that those beside it are lined up with."""

STATUSES: Mapping[Status, str] = {
    "draft": "a draft: it does not run",
    "shadow": "in shadow: what it finds is recorded and told to nobody",
    "live": "",
    "retired": "retired: it does not run",
}


def row_of(explanation: Explanation, book: Book) -> dict[str, object]:
    """Give an explanation as JSON has it: the rule, each condition with all its hits, and what does not count."""
    rule = book.rules[explanation.rule]
    return {
        "rule": rule.name,
        "title": rule.title,
        "severity": rule.severity,
        "status": rule.status,
        "met": explanation.met,
        "lacks": explanation.lacks,
        "conditions": [_condition(tried, rule, book) for tried in explanation.conditions],
        "hits": [_hit(hit, book) for hit in explanation.hits],
        "uncounted": [{"hit": _hit(one.hit, book, counts=False), "why": one.why} for one in explanation.uncounted],
    }


def _condition(tried: Tried, rule: Rule, book: Book) -> dict[str, object]:
    hits = [_hit(hit, book) for hit in tried.hits]
    return {"key": tried.key, "asks": asks(rule, tried.key), "met": tried.met, "says": tried.says, "hits": hits}


def _hit(hit: Hit, book: Book, *, counts: bool = True) -> dict[str, object]:
    return {**asdict(hit), "way": way(hit, book.entities.get(hit.entity), counts=counts)}


def hits_of(explanations: Iterable[Explanation]) -> tuple[Hit, ...]:
    """List what to mark in the text: the hits of rules that are met; of one that is not, whatever was found for it."""
    found = ((e.hits or (hit for tried in e.conditions for hit in tried.hits)) for e in explanations)
    return tuple(dict.fromkeys(hit for hits in found for hit in hits))


def show(explanation: Explanation, book: Book, console: Console) -> None:
    """Print whether a rule is met, then its conditions, and what was found for each, where and as what."""
    rule = book.rules[explanation.rule]
    result = ("met", "bold green") if explanation.met else ("not met", "bold red")
    lacks = plain(f" - {explanation.lacks}" if explanation.lacks else "")
    console.print(Text.assemble((rule.name, "bold"), ": ", result, lacks))
    if STATUSES[rule.status]:
        console.print(Text(f"  the rule is {STATUSES[rule.status]}", style="yellow"))
    for tried in explanation.conditions:
        said = "" if tried.met or explanation.lacks.startswith(tried.says) else f" - {tried.says}"  # once is enough
        _show_condition(tried, said, rule, console)
        show_hits(tried.hits, book, console)
    if explanation.uncounted:
        console.print(Text("  not counted", style="bold"))
        _show_places([(one.hit, one.why) for one in explanation.uncounted], console, style="dim")


def _show_condition(tried: Tried, said: str, rule: Rule, console: Console) -> None:
    mark = ("yes", "bold green") if tried.met else ("no ", "bold red")
    asked = plain(asks(rule, tried.key))
    console.print(Text.assemble("  ", mark, f"  {tried.key:<9}  ", asked, (plain(said), "red")))


def show_hits(hits: Iterable[Hit], book: Book, console: Console) -> None:
    """Print hits in columns: where, the words of the text, and as what they were found."""
    _show_places([(hit, way(hit, book.entities.get(hit.entity))) for hit in hits], console)


def _show_places(places: Iterable[tuple[Hit, str]], console: Console, style: str = "") -> None:
    rows = [(f"{hit.field} {hit.start}-{hit.end}", plain(hit.text).replace("\n", " "), said) for hit, said in places]
    where, text = (min(WIDEST, max((cell_len(row[i]) for row in rows[:SHOWN]), default=0)) for i in (0, 1))
    for place, words, said in rows[:SHOWN]:
        line = Text.assemble(" " * 7, f"{place:<{where}}  ", (_padded(words, text), "bold"), "  ", plain(said))
        line.stylize(style)
        console.print(line)
    if len(rows) > SHOWN:
        console.print(Text(f"{'':7}and {len(rows) - SHOWN} more", style="dim"))


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
