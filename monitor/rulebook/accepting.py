"""What is accepted of a changed folder: as much of it as is sound, and what was good before for the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.core.book import Book
from monitor.core.errors import Fault
from monitor.rulebook.reading import Reading, read

RULES = "rules/1"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What goes live: the sources, the book made of them, and the files that were `kept` at their last good content.

    `because` says of each of these which files' faults keep it back: its own, or those of files that all is kept back
    for. `faults` are those of what was written. `book` is None, and `sources` empty, where nothing was ever good.
    """

    sources: Mapping[str, str]
    book: Book | None
    faults: tuple[Fault, ...]
    because: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def kept(self) -> tuple[str, ...]:
        """List the files of which not what is written goes live."""
        return tuple(sorted(self.because))


def accept(sources: Mapping[str, str], last_good: Mapping[str, str]) -> Accepted:
    """Decide what goes live: a fault in rules/1 files keeps these back, a fault elsewhere keeps everything back.

    Without a last good book there is nothing to fall back on, and a fault anywhere keeps everything back.
    """
    written = read(sources)
    if written.book is not None:
        return Accepted(sources, written.book, written.faults)
    if not last_good:
        return Accepted({}, None, written.faults, dict.fromkeys(sources, _faulty(written)))
    return _mixed(sources, last_good, written)


def _mixed(sources: Mapping[str, str], last_good: Mapping[str, str], written: Reading) -> Accepted:
    """Put last good content in the place of faulty rules files until the whole is sound; else of all files."""
    reading, mixed, because = written, dict(sources), dict[str, tuple[str, ...]]()
    while reading.book is None:
        faulty = [file for file in _faulty(reading) if file not in because]
        kinds = read({file: last_good[file] for file in faulty if file in last_good}, examples=False).kinds
        others = tuple(file for file in faulty if reading.kinds.get(file) != RULES or kinds.get(file, RULES) != RULES)
        if others or not faulty:
            return _unchanged(sources, last_good, written, others or _faulty(reading))
        first = tuple(because)  # what is sound by itself is not beside the last good content of these
        because |= {file: first or (file,) for file in faulty}
        mixed = {file: text for file, text in sources.items() if file not in because}
        mixed |= {file: last_good[file] for file in because if file in last_good}
        reading = read(mixed)
    return Accepted(mixed, reading.book, written.faults, because)


def _unchanged(
    sources: Mapping[str, str], last_good: Mapping[str, str], written: Reading, faulty: tuple[str, ...]
) -> Accepted:
    changed = (file for file in {*sources, *last_good} if sources.get(file) != last_good.get(file))
    return Accepted(last_good, read(last_good, examples=False).book, written.faults, dict.fromkeys(changed, faulty))


def _faulty(reading: Reading) -> tuple[str, ...]:
    return tuple(sorted({fault.place.file for fault in reading.errors}))
