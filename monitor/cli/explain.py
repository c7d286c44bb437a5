"""`vigie explain`: why a rule is met by a text, or what lacks, from the very rules that the service runs."""

from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.text import Text

from monitor.cli._engine import entry_of, fields_of, highlighted, matcher_of, plain, write
from monitor.core.entry import Entry
from monitor.core.errors import VigieError
from monitor.core.explain import Explanation
from monitor.core.match import Matcher


@click.command
@click.argument("rule")
@click.argument("file", required=False, type=click.File("rb"))
@click.option(
    "--rules", type=click.Path(path_type=Path), help="The rules folder (default: VIGIE_RULES_DIR, else rules)."
)
@click.option("--title", default="", help="The title of the entry.")
@click.option("--text", default="", help="The text of the entry.")
@click.option("--feed", default="", help="The feed it comes from.")
@click.option("--topic", multiple=True, help="A topic of the entry; may be given several times.")
@click.option("--language", default="", help="The language of the entry, as fr or fr-CH.")
@click.option("--author", default="", help="The author of the entry.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: rule, met, lacks, conditions, hits, uncounted.")
def command(rule: str, file: BinaryIO | None, rules: Path | None, *, as_json: bool, **written: Any) -> None:  # options
    """Say whether RULE is met by an entry, by which hits, and if not, what lacks.

    The entry is --title and --text, or FILE (- for standard input): one line of JSON as `vigie match` reads it, or
    plain text. Exit code 0 whether the rule is met or not.
    """
    matcher = matcher_of(rules)
    if rule not in matcher.book.rules:
        raise VigieError(_unknown(rule, matcher))
    entry = _entry_in(file.read()) if file else _entry(**written)
    explanation = matcher.explain(entry, rule)
    if as_json:
        write(_json(explanation))
    else:
        _show(explanation, entry, Console(highlight=False, soft_wrap=True))


def _unknown(rule: str, matcher: Matcher) -> str:
    near = get_close_matches(rule, matcher.book.rules, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(matcher.book.rules) or 'none'}"
    return f"unknown rule {rule} - {hint}"


def _entry_in(content: bytes) -> Entry:
    if content.lstrip().startswith(b"{"):
        return entry_of(content)
    try:
        return Entry("", "-", text=content.decode())
    except UnicodeDecodeError as error:
        raise VigieError(f"the text is not UTF-8 - save it as UTF-8 ({error.reason} at byte {error.start})") from error


def _entry(title: str, text: str, feed: str, language: str, author: str, topic: tuple[str, ...]) -> Entry:
    if not title and not text:
        raise click.UsageError("There is nothing to explain: give --title, --text or FILE.")
    return Entry(feed, "-", title=title, text=text, language=language, author=author, categories=topic)


def _json(explanation: Explanation) -> dict[str, object]:
    return {
        "rule": explanation.rule,
        "met": explanation.met,
        "lacks": explanation.lacks,
        "conditions": [asdict(condition) for condition in explanation.conditions],
        "hits": [asdict(hit) for hit in explanation.hits],
        "uncounted": [asdict(one) for one in explanation.uncounted],
    }


def _show(explanation: Explanation, entry: Entry, console: Console) -> None:
    result = ("met", "bold green") if explanation.met else ("not met", "bold red")
    console.print(
        Text.assemble((explanation.rule, "bold"), ": ", result, plain(f" - {explanation.lacks}".rstrip(" -")))
    )
    for condition in explanation.conditions:
        mark = ("yes", "green") if condition.met else ("no ", "red")
        console.print(Text.assemble("  ", mark, plain(f"  {condition.key:<9}  {condition.says}")))
    for one in explanation.uncounted:
        console.print(Text(plain(f"  not counted: {one.hit.text} in the {one.hit.field} - {one.why}"), style="dim"))
    hits = explanation.hits or tuple(hit for condition in explanation.conditions for hit in condition.hits)
    for field, text in fields_of(entry):
        console.print(highlighted(text, field, hits))
