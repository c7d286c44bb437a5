"""What an edit took out of an entry and put in, and whether it matters."""

from dataclasses import dataclass
from typing import Literal

EditKind = Literal["minor", "substantial", "deletion", "restored"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What makes one text of an entry differ from the one before."""

    kind: EditKind
