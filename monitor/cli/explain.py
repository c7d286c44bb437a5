"""`vigie explain`: why a rule is met by a text or an entry of the ledger, or what lacks; and what an entity is."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from monitor.cli import _edited, _explained, _fate, _forms, _overview, _subject
from monitor.cli._chosen import Chosen, of_edition, of_folder
from monitor.cli._engine import fields_of, passages, write
from monitor.cli._ledger import opened
from monitor.cli._subject import Subject, in_file, of_alert, of_entry
from monitor.core.entry import Entry
from monitor.core.errors import VigieError, did_you_mean
from monitor.core.rule import Hit
from monitor.core.why.forms import forms_of
from monitor.core.why.saying import listed
from monitor.ledger import Ledger
from monitor.rulebook.schema import WrongError
from monitor.rulebook.words import language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """The command as it was written."""

    words: tuple[str, ...]
    title: str | None
    text: str | None
    feed: str
    topic: tuple[str, ...]
    language: str
    author: str
    alert: int | None
    entry: str
    revision: int | None
    entity: str
    rules: Path | None
    published: bool
    version: int | None
    every_rule: bool
    as_json: bool

    @property
    def rule(self) -> str:
        """Name the rule; empty: all of them."""
        return "" if self.every_rule else next(iter(self.words), "")

    @property
    def file(self) -> str:
        """Name the file that holds the text; empty: none."""
        return next(iter(self.words if self.every_rule else self.words[1:]), "")

    @property
    def in_ledger(self) -> bool:
        """Tell whether it is about what the ledger keeps."""
        return bool(self.entry or self.alert)


@click.command
@click.argument("words", metavar="[RULE] [FILE]", nargs=-1)
@click.option("--title", help="The title of the entry.")
@click.option("--text", help="The text of the entry.")
@click.option("--feed", default="", help="The feed that it comes from.")
@click.option("--topic", multiple=True, help="A topic of the entry; may be given several times.")
@click.option("--language", default="", help="The language of the entry, as fr or fr-CH.")
@click.option("--author", default="", help="The author of the entry.")
@click.option(
    "--alert", metavar="N", type=click.IntRange(min=1), help="The entry of this alert, by its id in `vigie alerts`."
)
@click.option(
    "--entry", metavar="ENTRY", default="", help="An entry of the ledger, by its number, its identity or its link."
)
@click.option(
    "--revision", metavar="N", type=click.IntRange(min=1), help="Of --entry this revision (default: the current one)."
)
@click.option(
    "--entity", metavar="NAME", default="", help="Instead of a text: the names of this entity, and what they find."
)
@click.option("--all", "every_rule", is_flag=True, help="Every rule instead of RULE.")
@click.option("--rules", metavar="DIR", type=click.Path(path_type=Path), help="The rules folder.")
@click.option("--published", is_flag=True, help="The rules that the service runs.")
@click.option("--version", metavar="N", type=click.IntRange(min=1), help="The rules of this edition.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with everything.")
def command(**options: Any) -> None:  # Any: whatever the options are
    """Say whether RULE is met by an entry, by which hits and as what they were found; if not, what lacks.

    The entry is --title and --text; or FILE (- for standard input), plain text or one line of JSON as `vigie match`
    reads it; or one that the ledger keeps, --alert or --entry: then it is said too what became of it. Without RULE:
    the rules that are met, and those that nearly are. Positions count characters from 0.

    A text is tried with the rules in the folder (VIGIE_RULES_DIR, else rules), an entry of the ledger with the
    edition that the service runs; --rules, --published and --version choose others.

    Exit code 0 whether the rule is met or not.
    """
    ask = Ask(**options)
    _refuse_riddles(ask)
    console = Console(highlight=False, soft_wrap=True)
    if ask.entity:
        _tell_forms(ask, console)
        return
    chosen, subject = _found(ask)
    if ask.rule:
        _tell_one(ask, chosen, subject, console)
    else:
        _tell_all(ask, chosen, subject, console)


def _refuse_riddles(ask: Ask) -> None:
    """Refuse a command that asks for nothing, or for two things at once."""
    subjects = {
        "--title and --text": bool(ask.title or ask.text),
        "FILE": bool(ask.file),
        "--alert": bool(ask.alert),
        "--entry": bool(ask.entry),
        "--entity": bool(ask.entity),
    }
    editions = {"--rules": bool(ask.rules), "--published": ask.published, "--version": bool(ask.version)}
    properties = {"--topic": bool(ask.topic), "--language": bool(ask.language), "--author": bool(ask.author)}
    _refuse_rule_beside_all(ask, subjects)
    _only_one_of(subjects)
    _only_one_of(editions)
    if not any(subjects.values()):
        _refuse_empty(ask)
        raise click.UsageError("There is nothing to explain: give --title, --text, FILE, --alert, --entry or --entity.")
    if ask.revision and not ask.entry:
        raise click.UsageError("--revision says which one of --entry.")
    if (ask.in_ledger or ask.entity) and any(properties.values()):
        raise click.UsageError(f"{_given(properties)[0]} is for a text that is given: --title, --text or FILE.")
    if ask.entity and (ask.words or ask.every_rule or ask.feed):
        raise click.UsageError("--entity NAME stands alone: it is about no rule and no text.")
    if len(ask.words) > 2:  # noqa: PLR2004 - these two
        raise click.UsageError("Give one RULE and one FILE.")


def _refuse_rule_beside_all(ask: Ask, subjects: dict[str, bool]) -> None:
    has_subject = any(given for name, given in subjects.items() if name != "FILE")
    if ask.every_rule and not ask.entity and len(ask.words) > (0 if has_subject else 1):
        raise click.UsageError("--all stands instead of RULE: with --all only a FILE, or --text and the like.")


def _refuse_empty(ask: Ask) -> None:
    given = [name for name, said in {"--title": ask.title, "--text": ask.text}.items() if said is not None]
    if given:
        are = "are" if len(given) > 1 else "is"
        raise click.UsageError(f"{' and '.join(given)} {are} empty: there is nothing in it to explain.")


def _only_one_of(options: dict[str, bool]) -> None:
    given = _given(options)
    if len(given) > 1:
        raise click.UsageError(f"Give {' or '.join(given)}, not both.")


def _given(options: dict[str, bool]) -> list[str]:
    return [name for name, is_given in options.items() if is_given]


def _found(ask: Ask) -> tuple[Chosen, Subject]:
    """Find the rules and the entry that are asked about."""
    if not ask.in_ledger:
        chosen = _rules(ask)
        _refuse_unknown(ask, chosen)
        return chosen, Subject(_entry(ask))
    with opened() as ledger:
        subject = _kept(ledger, ask)
        return of_folder(ask.rules) if ask.rules else of_edition(ledger, ask.version), subject


def _refuse_unknown(ask: Ask, chosen: Chosen) -> None:
    """Refuse a feed that the rules do not know, and a language that nobody does: the entry could only seem not met."""
    feeds = chosen.matcher.book.feeds
    if ask.feed and ask.feed not in feeds:
        raise VigieError(_unknown("feed", ask.feed, feeds))
    try:
        language_of(ask.language or "fr")
    except WrongError as wrong:
        raise VigieError(str(wrong)) from None


def _rules(ask: Ask) -> Chosen:
    """Compile those of the folder, unless others are asked for."""
    if not (ask.published or ask.version):
        return of_folder(ask.rules)
    with opened() as ledger:
        return of_edition(ledger, ask.version)


def _tell_forms(ask: Ask, console: Console) -> None:
    chosen, name = _rules(ask), ask.entity.removeprefix("$")
    book = chosen.matcher.book
    if name not in book.entities:
        raise VigieError(_unknown("entity", name, book.entities))
    forms = forms_of(book, name)
    if ask.as_json:
        write({**_forms.row_of(forms), "rules": chosen.row()})
        return
    _forms.show(forms, console)
    console.print(Text(f"by {chosen}", style="dim"))


def _kept(ledger: Ledger, ask: Ask) -> Subject:
    if ask.alert:
        return of_alert(ledger, ask.alert)
    return of_entry(ledger, ask.entry, ask.feed, ask.revision)


def _entry(ask: Ask) -> Entry:
    """Make the entry that was written; what an option says of it counts more than what a file says."""
    entry = in_file(_content(ask.file)) if ask.file else Entry("", "-", title=ask.title or "", text=ask.text or "")
    return replace(
        entry,
        feed=ask.feed or entry.feed,
        language=ask.language or entry.language,
        author=ask.author or entry.author,
        categories=ask.topic or entry.categories,
    )


def _content(name: str) -> bytes:
    try:
        with click.open_file(name, "rb") as file:
            content: bytes = file.read()
            return content
    except OSError as error:
        raise VigieError(f"{name} cannot be read: {error.strerror}") from error


def _tell_one(ask: Ask, chosen: Chosen, subject: Subject, console: Console) -> None:
    book = chosen.matcher.book
    if ask.rule not in book.rules:
        raise VigieError(_unknown("rule", ask.rule, book.rules))
    explanation = chosen.matcher.explain(subject.entry, ask.rule)
    if ask.as_json:
        write({**_explained.row_of(explanation, book), **_context(chosen, subject)})
        return
    _subject.show(subject, console)
    _explained.show(explanation, book, console)
    _show_context(chosen, subject, _explained.hits_of((explanation,)), (ask.rule,), console)


def _tell_all(ask: Ask, chosen: Chosen, subject: Subject, console: Console) -> None:
    book = chosen.matcher.book
    found = _overview.of(chosen.matcher.explanations(subject.entry, book.rules))
    if ask.as_json:
        write({**_overview.row_of(found, book, whole=ask.every_rule), **_context(chosen, subject)})
        return
    _subject.show(subject, console)
    _overview.show(found, book, console, whole=ask.every_rule)
    told = sorted({one.rule for one in found.met} | _fate.rules_of(subject.fate))
    _show_context(chosen, subject, _explained.hits_of(found.met or found.nearly), told, console)


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    there_are = f" - there are {listed(sorted(known), 'and') or 'none'}"
    return f"unknown {what} {name}{did_you_mean(name, known) or there_are}"


def _context(chosen: Chosen, subject: Subject) -> dict[str, object]:
    said = {"rules": chosen.row(), "entry": _subject.row_of(subject)}
    if subject.fate is None:
        return {**said, "became": None}
    return {**said, "became": _fate.row_of(subject.fate), **_edited.row_of(subject.fate)}


def _show_context(
    chosen: Chosen, subject: Subject, hits: tuple[Hit, ...], rules: Iterable[str], console: Console
) -> None:
    """Print the text with its hits, what became of it, and by which rules all this is said."""
    console.print()
    for field, text in fields_of(subject.entry):
        shown = passages(text, field, hits, console)
        shown.stylize("bold" if field == "title" else "")
        console.print(shown)
    console.print()
    if subject.fate is not None:
        _edited.show(subject.fate, console)
        _fate.show(subject.fate, rules, console)
    console.print(Text(f"by {chosen}", style="dim"))
