"""What a question is about: a text as it was given, or a revision that the ledger keeps."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from monitor.cli._engine import entry_of, plain
from monitor.cli._ledger import iso, local, zone
from monitor.core.entry import Entry
from monitor.core.errors import VigieError
from monitor.ledger import Fate, Ledger, Named

GREATEST = 2**63 - 1
"""The greatest number that a database counts to."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An entry, and where the ledger keeps it what became of it."""

    entry: Entry
    fate: Fate | None = None


def in_file(content: bytes) -> Entry:
    """Read an entry: one line of JSON, or plain text. Raises: VigieError saying what is wrong with it."""
    lines = [line for line in content.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.lstrip().startswith(b'{"') for line in lines):
        raise VigieError("several entries in one file - give one entry a file; `vigie match` takes many")
    if content.lstrip().startswith(b"{"):
        return entry_of(content)
    try:
        return Entry("", "-", text=content.decode())
    except UnicodeDecodeError as error:
        raise VigieError(f"the text is not UTF-8 - save it as UTF-8 ({error.reason} at byte {error.start})") from error


def of_alert(ledger: Ledger, number: int) -> Subject:
    """Find the revision that an alert told. Raises: VigieError."""
    fate = ledger.fate_of_alert(min(number, GREATEST))
    if fate is None:
        entries, alerts = ledger.newest_numbers()
        hint = f" - for entry {number} write --entry {number}" if number <= entries else _newest(alerts)
        raise VigieError(f"there is no alert {number} in the ledger{hint}")
    return Subject(fate.revision.entry, fate)


def of_entry(ledger: Ledger, name: str, feed: str, revision: int | None) -> Subject:
    """Find a revision (None: the current one) of an entry by its number, identity or link. Raises: VigieError."""
    number = int(name) if name.isascii() and name.isdigit() else 0
    fate = ledger.fate_of_entry(number, revision) if 0 < number <= GREATEST else None
    if fate is None:
        number = _number(ledger, name, feed) or number
        fate = ledger.fate_of_entry(number, revision) if 0 < number <= GREATEST else None
    if fate is None:
        raise VigieError(_missing(ledger, name, number, revision))
    return Subject(fate.revision.entry, fate)


def _number(ledger: Ledger, name: str, feed: str) -> int:
    """Find the number of an entry by its identity or link; 0: there is none. Raises: VigieError: there are several."""
    found = [one for one in ledger.entries_named(name) if feed in {"", one.feed}]
    if len(found) > 1:
        raise VigieError(f"several entries are called {name} - write --entry with the number of one: {_several(found)}")
    return found[0].id if found else 0


def _several(found: Sequence[Named]) -> str:
    return ", ".join(f"{one.id} (of {one.feed})" for one in found)


def _missing(ledger: Ledger, name: str, number: int, revision: int | None) -> str:
    fate = ledger.fate_of_entry(number) if 0 < number <= GREATEST else None
    if fate is not None:
        return f"entry {number} has no revision {revision} - it has {', '.join(map(str, fate.numbers))}"
    entries, alerts = ledger.newest_numbers()
    if 0 < number <= alerts:
        return f"there is no entry {name} in the ledger - for alert {number} write --alert {number}"
    return f"there is no entry {name} in the ledger{_newest(entries)}"


def _newest(number: int) -> str:
    return f" - the newest is {number}, and old ones are forgotten" if number else " - it is empty"


def row_of(subject: Subject) -> dict[str, object]:
    """Give an entry as JSON has it, and which of the ledger's it is; times are in UTC."""
    entry, fate = subject.entry, subject.fate
    said: dict[str, object] = {
        "feed": entry.feed,
        "identity": entry.identity,
        "title": entry.title,
        "text": entry.text,
        "language": entry.language,
        "author": entry.author,
        "categories": list(entry.categories),
        "deleted": entry.deleted,
    }
    if fate is None:
        return said
    kept = {"entry": fate.revision.entry_id, "revision": fate.revision.number, "revisions": list(fate.numbers)}
    seen = {"current": fate.is_current, "link": entry.link, "fetched": iso(fate.revision.seen_at)}
    return kept | seen | said


def show(subject: Subject, console: Console) -> None:
    """Print which entry of the ledger it is; of a text there is nothing to say."""
    if subject.fate is None:
        return
    revision, numbers = subject.fate.revision, subject.fate.numbers
    which = f"entry {revision.entry_id}" + (
        f", revision {revision.number} of {len(numbers)}" if len(numbers) > 1 else ""
    )
    older = "" if subject.fate.is_current else ", which the feed no longer shows"
    fetched = f"fetched {local(revision.seen_at)} {zone(revision.seen_at)}"
    where = subject.entry.link or subject.entry.identity
    console.print(Text(f"{which}{older}, of {subject.entry.feed}, {fetched}: {plain(where)}", style="dim"))
