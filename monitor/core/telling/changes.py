"""What one edition of the rules changed against the one before it: which files, and which things in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from monitor.core.book import SECTIONS, Book


@dataclass(frozen=True, slots=True)
class Diff:
    """Names that were added, changed and removed, each in order."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


Changes = Mapping[str, Diff]
"""What changed, by what it is: `files`, and the sections of a book; what did not change is left out."""


def changes(old_files: Mapping[str, str], new_files: Mapping[str, str], old: Book | None, new: Book | None) -> Changes:
    """Compare two editions; where one of the books is None, because it cannot be read, only the files are compared."""
    found = {"files": difference(old_files, new_files), **dict(_things(old, new))}
    return {what: diff for what, diff in found.items() if diff}


def difference(old: Mapping[str, object], new: Mapping[str, object]) -> Diff:
    """Compare what is named in two mappings."""
    return Diff(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
        removed=tuple(sorted(old.keys() - new.keys())),
    )


def _things(old: Book | None, new: Book | None) -> Iterator[tuple[str, Diff]]:
    if old is not None and new is not None:
        for section in SECTIONS:
            yield section, difference(getattr(old, section), getattr(new, section))
