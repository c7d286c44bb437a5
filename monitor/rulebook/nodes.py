"""What is written in a file: texts, lists and mappings with their places; and the desk where faults are laid down."""

import re
from typing import NamedTuple

from monitor.core.errors import Fault, Level, Place


class Scalar(NamedTuple):
    """A text as typed, without its quotes; `bare` is one without quotes."""

    file: str
    line: int
    column: int
    text: str
    bare: bool = True

    @property
    def place(self) -> Place:
        """Say where it begins."""
        return Place(self.file, self.line, self.column)

    @property
    def nothing(self) -> bool:
        """Say whether nothing was written at all: `title:` and the end of the line."""
        return self.bare and not self.text


class Listing(NamedTuple):
    """A list, in flow or block style."""

    file: str
    line: int
    column: int
    nodes: tuple["Node", ...]

    @property
    def place(self) -> Place:
        """Say where it begins."""
        return Place(self.file, self.line, self.column)


class Table(NamedTuple):
    """A mapping, in the order of the file; its place is that of the key it stands under.

    A second key of one name is an error, and is here all the same: what is wrong below it is to be told too.
    """

    file: str
    line: int
    column: int
    pairs: tuple[tuple[Scalar, "Node"], ...]

    @property
    def place(self) -> Place:
        """Say where it begins."""
        return Place(self.file, self.line, self.column)


Node = Scalar | Listing | Table


MOST_FAULTS = 1_000
"""Errors of one file that are told, and warnings: who has more mends the first ones first."""


class BrokenError(Exception):
    """The file cannot be read to its end; the fault lies on the desk."""


class Desk:
    """Where the faults of one file are laid down while it is read.

    The error that is one too many breaks off the reading; warnings that are too many are not kept.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.errors = self.warnings = 0

    def error(self, where: Node | Place, code: str, message: str) -> None:
        """Lay down an error: `what - what would be right`."""
        self.errors += 1
        if self.errors > MOST_FAULTS:
            self._add(where, "error", "too_many", f"more than {MOST_FAULTS:,} errors in this file - mend these first")
            raise BrokenError
        self._add(where, "error", code, message)

    def warning(self, where: Node | Place, code: str, message: str) -> None:
        """Lay down a warning."""
        self.warnings += 1
        if self.warnings <= MOST_FAULTS:
            self._add(where, "warning", code, message)

    def _add(self, where: Node | Place, level: Level, code: str, message: str) -> None:
        place = where if isinstance(where, Place) else where.place
        self.faults.append(Fault(place, level, code, message))


_HARMLESS = re.compile(r"[\w $=*.,'’-]{1,60}")


def quoted(text: str, instead: str = "this") -> str:
    """Show what a person typed; what may be an address or a token is not shown."""
    return f"`{text}`" if _HARMLESS.fullmatch(text) else instead
