"""What operators are told of the service itself, once for each change: that rules were refused, or are mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from monitor.core.errors import Fault
from monitor.core.rule import Severity

NoticeKind = Literal["rules", "feed"]

FIRST = 5
"""Faults and files that a notice names; of more, the number is said."""

LONGEST = 400
"""Characters of a fault that are told: what an analyst wrote may be of any length."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What operators are told of one thing of one kind; `version` is that of the book in force.

    `state` names how it stands with that thing (empty: well). A notice is told if it names another state than the
    newest of its kind and key; where there is none, all was well.
    """

    kind: NoticeKind
    key: str
    state: str
    severity: Severity
    subject: str
    text: str
    version: int
    at: datetime
    id: int = 0


def notice_of_rules(
    faults: Iterable[Fault], kept: Iterable[str], version: int, at: datetime, *, new: bool, ended: int = 0
) -> Notice:
    """Say how it stands with the rules folder, of which `version` is in force; `new`: it was published just now.

    `kept` are the files of which not what they say goes live; `ended` is the edition whose pin ended with it (0: none).
    The state does not depend on lines and columns: these move with every line that is written above.
    """
    errors = sorted(fault for fault in faults if fault.level == "error")
    if not errors:
        text = f"The rules folder has no fault any more. In force is edition {version}."
        return Notice("rules", "folder", "", "normal", "Rules mended", text, version, at)
    subject = f"Rules refused: {_listed(fault.place.file for fault in errors)}"
    lines = [str(fault)[:LONGEST] for fault in errors[:FIRST]]
    lines += [f"… and {len(errors) - FIRST} more"] * (len(errors) > FIRST)
    lines += [_in_force(version, kept, new=new)]
    lines += [f"The pin of edition {ended} has ended: something of the folder was accepted."] * bool(ended)
    lines += ["`vigie check` lists every fault."]
    return Notice("rules", "folder", _state(errors), "high", subject, "\n".join(lines), version, at)


def _state(errors: Iterable[Fault]) -> str:
    said = sorted({f"{fault.place.file}\x1f{fault.message}" for fault in errors})
    return blake2b("\x1e".join(said).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _in_force(version: int, kept: Iterable[str], *, new: bool) -> str:
    if not new:
        return f"Edition {version} stays in force: nothing of the folder goes live that is not in it."
    return f"In force is edition {version}: of {_listed(kept)} what was last good, of the other files what they say."


def _listed(names: Iterable[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - FIRST} more" if len(unique) > FIRST else ""
    return ", ".join(unique[:FIRST]) + more
