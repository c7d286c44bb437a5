"""Which rules a question is put to: those of a folder, as they are written, or an edition that was published."""

from dataclasses import dataclass
from pathlib import Path

from monitor.cli._engine import matcher_of
from monitor.core.book import Book
from monitor.core.errors import VigieError
from monitor.core.match import Matcher
from monitor.ledger import Ledger
from monitor.rulebook import read
from monitor.settings import load_settings


@dataclass(frozen=True, slots=True)
class Chosen:
    """Compiled rules, and which they are: of a `folder`, or (None) the edition of this `version`."""

    matcher: Matcher
    folder: Path | None = None
    version: int | None = None
    in_force: bool = False

    def __str__(self) -> str:
        if self.folder is not None:
            return f"the rules in {self.folder}"
        return (
            f"edition {self.version} of the rules, which the service runs"
            if self.in_force
            else f"edition {self.version} of the rules"
        )

    def row(self) -> dict[str, object]:
        """Name them as JSON has it."""
        folder = None if self.folder is None else str(self.folder)
        return {"folder": folder, "version": self.version, "in_force": self.in_force}


def of_folder(folder: Path | None) -> Chosen:
    """Compile the rules of a folder (None: as the settings say), failing examples or not. Raises: ConfigError."""
    folder = folder or load_settings().rules_dir
    return Chosen(matcher_of(folder, examples=False), folder=folder)  # why an example fails is what is often asked


def of_edition(ledger: Ledger, version: int | None) -> Chosen:
    """Compile an edition (None: the one that the service runs). Raises: VigieError: there is none, or none to read."""
    published = ledger.published()
    if published is None:
        raise VigieError("nothing was published yet - `vigie run` publishes the rules; --rules DIR reads a folder")
    wanted = version or published.version
    return Chosen(Matcher(book_of(ledger, wanted)), version=wanted, in_force=wanted == published.version)


def book_of(ledger: Ledger, version: int) -> Book:
    """Read an edition. Raises: VigieError: there is none of this number, or this program cannot read it."""
    published = ledger.published()
    newest = published.version if published else 0
    if version > newest:
        hint = f"the newest is {newest}" if newest else "nothing was published yet"
        raise VigieError(f"there is no edition {version} of the rules - {hint}")
    reading = read(ledger.sources(version), examples=False)  # whoever published them has run them
    if reading.book is None:
        raise VigieError(f"edition {version} of the rules cannot be read by this program: {reading.errors[0]}")
    return reading.book
