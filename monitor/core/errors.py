"""The error tree, and a fault with its place in a file.

    VigieError
    ├── ConfigError      rules or settings that a person must mend; carries every fault found
    ├── StartError       the service cannot start here; one clear line
    ├── FetchError       one poll of one feed failed; says whether and when to ask again
    │   └── UnheardError   nothing came back at all
    ├── ParseError       what was fetched is not what its kind says
    ├── LedgerError      the database is away or locked; later, nothing is lost
    ├── QueueError       Redis is away; the clock rings again
    └── RegexError       a regular expression that cannot be used; made a fault at its place by who reads the rules

A class exists only where someone above handles it differently.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file; line and column count from 1, columns in characters; line 0 is the whole of what is named."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in a file that a person wrote: `what - what would be right`."""

    place: Place
    level: Level
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.level}: {self.message}"


class VigieError(Exception):
    """Base of everything this program raises on purpose; its text is fit for the person at the keyboard."""


class ConfigError(VigieError):
    """Rules or settings that a person must mend."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(map(str, self.faults)))

    @property
    def words(self) -> str:
        """Say what is wrong in one line, without the places: for where there is no file to open."""
        return "; ".join(fault.message for fault in self.faults)


class StartError(VigieError):
    """The service cannot start here: a second one runs, the port is busy, the data is newer than the server."""


class FetchError(VigieError):
    """One poll of one feed failed.

    `retry_after` is what the server asked for (None: our own back-off decides), `host_wide` that all of its `host` are
    to wait as long: of the one that answered, after all redirects (empty: none did). `gone` is HTTP 410: ask no more;
    `robots`: a robots.txt forbids to ask.
    """

    def __init__(  # each of these is handled in its own way
        self,
        reason: str,
        *,
        retry_after: timedelta | None = None,
        gone: bool = False,
        host_wide: bool = False,
        robots: bool = False,
        host: str = "",
    ) -> None:
        self.reason, self.retry_after, self.gone, self.host_wide = reason, retry_after, gone, host_wide
        self.robots, self.host = robots, host
        super().__init__(reason)


class UnheardError(FetchError):
    """Not a word came back, from any host on the way; if most polls come to this, it is an outage of our own."""


class ParseError(VigieError):
    """What was fetched is not what its kind says; the text says what was found instead."""


class LedgerError(VigieError):
    """The database is away, locked or full; what was asked did not happen and may be asked again."""


class QueueError(VigieError):
    """Redis is away; whatever was to be rung lies in an inbox of the ledger, and the clock rings again."""


class RegexError(VigieError):
    """A regular expression that cannot be used: `what - what would be right`."""


_LONGEST_NAME = 100


def did_you_mean(word: str, known: Iterable[str], sigil: str = "", closeness: float = 0.6) -> str:
    """Ask for the known word that was likely meant: ` - did you mean X?`; empty where none is that close (0 to 1)."""
    if len(word) > _LONGEST_NAME:
        return ""
    folded = {name.casefold(): name for name in sorted(known)}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=closeness)
    return f" - did you mean {sigil}{folded[near[0]]}?" if near else ""
