"""What an edit of an entry changed, for people on a terminal and for programs."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from monitor.cli._engine import plain
from monitor.core.edit import Span, edit_of
from monitor.core.entry import Entry
from monitor.ledger import Fate

LONGEST = 300
"""Characters that are shown of what was taken out or put in at one place."""


def row_of(fate: Fate) -> dict[str, object]:
    """Give as JSON has it what a revision changed (null: it is the first text of its entry), and why it is held."""
    return {"edit": _changed(fate), "held": fate.revision.held}


def _changed(fate: Fate) -> dict[str, object] | None:
    if fate.edits is None:
        return None
    before, after = fate.edits.entry, fate.revision.entry
    edit = edit_of(before, after)
    return {
        "of": fate.edits.number,
        "kind": edit.kind,
        "removed": [_row(before, span) for span in edit.removed],
        "added": [_row(after, span) for span in edit.added],
    }


def show(fate: Fate, console: Console) -> None:
    """Print what a revision changed: what it took out struck, what it put in marked; and why it is held, if it is."""
    if fate.revision.held:
        console.print(Text(f"held: {plain(fate.revision.held)} - `vigie feeds release {fate.revision.entry.feed}`"))
    if fate.edits is None:
        return
    before, after = fate.edits.entry, fate.revision.entry
    edit = edit_of(before, after)
    console.print(Text(f"what it changed of revision {fate.edits.number}: {_KINDS[edit.kind]}", style="bold"))
    if edit.kind == "deletion":
        _print("- ", (before.title, before.text), "red strike", console)
    for field in ("title", "text"):
        _print(f"{field} - ", _words(before, edit.removed, field), "red strike", console)
        _print(f"{field} + ", _words(after, edit.added, field), "green underline", console)


_KINDS = {
    "minor": "spelling only (minor)",
    "substantial": "what it says (substantial)",
    "deletion": "its source withdrew it (deletion)",
    "restored": "it had been withdrawn, and is shown again (restored)",
}


def _print(mark: str, parts: Iterable[str], style: str, console: Console) -> None:
    if shown := [part for part in parts if part]:
        console.print(Text("  " + mark).append(Text(" … ").join(Text(_cut(plain(part)), style) for part in shown)))


def _words(entry: Entry, spans: Iterable[Span], field: str) -> list[str]:
    return [_said(entry, span) for span in spans if span.where == field]


def _said(entry: Entry, span: Span) -> str:
    return (entry.title if span.where == "title" else entry.text)[span.start : span.end]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _row(entry: Entry, span: Span) -> dict[str, object]:
    return {"where": span.where, "start": span.start, "end": span.end, "text": _said(entry, span)}
