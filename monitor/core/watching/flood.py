"""Which new entries are held, because they look like old ones under other names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """Where the last whole document came from: its host, and the title it gave itself; empty: none was recorded."""

    host: str = ""
    title: str = ""
