"""What goes live after an edit: as much of it as is sound, and what was good before for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.core.book import Book
from monitor.core.errors import Fault
from monitor.rulebook.reading import Reading, read

RULES = "rules/1"


@dataclass(frozen=True, slots=True)
class Edition:
    """What goes live: the sources, the book made of them, and the files that were `kept` at their last good content.

    `faults` are those of what was written. `book` is None, and `sources` empty, where nothing was ever good.
    """

    sources: Mapping[str, str]
    book: Book | None
    faults: tuple[Fault, ...]
    kept: tuple[str, ...] = ()


def edition(sources: Mapping[str, str], last_good: Mapping[str, str]) -> Edition:
    """Decide what goes live: a fault in rules/1 files keeps these back, a fault elsewhere keeps everything back.

    Without a last good book there is nothing to fall back on, and a fault anywhere keeps everything back.
    """
    reading = read(sources)
    if reading.book is not None:
        return Edition(sources, reading.book, reading.faults)
    if not last_good:
        return Edition({}, None, reading.faults, tuple(sorted(sources)))
    return _mixed(sources, last_good, reading) or _unchanged(sources, last_good, reading)


def _mixed(sources: Mapping[str, str], last_good: Mapping[str, str], written: Reading) -> Edition | None:
    """Put last good content in the place of faulty rules files until the whole is sound; None where it never is."""
    reading, mixed, kept = written, dict(sources), set[str]()
    kinds = read(last_good, examples=False).kinds
    while reading.book is None:
        faulty = {fault.place.file for fault in reading.errors} - kept
        if not faulty or any(reading.kinds.get(file) != RULES or kinds.get(file, RULES) != RULES for file in faulty):
            return None
        kept |= faulty
        mixed = {file: text for file, text in sources.items() if file not in kept}
        mixed |= {file: last_good[file] for file in kept if file in last_good}
        reading = read(mixed)
    return Edition(mixed, reading.book, written.faults, tuple(sorted(kept)))


def _unchanged(sources: Mapping[str, str], last_good: Mapping[str, str], written: Reading) -> Edition:
    changed = {file for file in {*sources, *last_good} if sources.get(file) != last_good.get(file)}
    return Edition(last_good, read(last_good).book, written.faults, tuple(sorted(changed)))
