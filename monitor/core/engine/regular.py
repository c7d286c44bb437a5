"""Regular expressions as needles: where letters that any match contains are scanned for, RE2 looks at both fields."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from monitor.core.engine.terms import Looked
from monitor.core.patterns.regex import Regex, compiled
from monitor.core.rule import How, Term
from monitor.core.text import Folded

SHORTEST = 3
"""Letters of a literal that is worth scanning for: shorter ones are in every text."""


@dataclass(frozen=True, slots=True, eq=False)
class Regular:
    """A regular expression; without `patterns` nothing less than a look at the text tells whether it is there."""

    term: Term
    regex: Regex
    patterns: tuple[str, ...]

    how: ClassVar[How] = "exact"
    loose: ClassVar[bool] = False
    bare: ClassVar[bool] = False

    def looks(self, folded: Folded) -> Iterator[Looked]:
        """List where it is met in the title, then in the text: no match crosses from one to the other."""
        border = folded.border
        for first, text in ((0, folded.text[: border + 1]), (border, folded.text[border:])):
            for start, end in self.regex.find(text):
                yield first + start, first + end, ""


def regular(term: Term) -> Regular:
    """Make a needle of a regular expression. Raises: RegexError."""
    regex = compiled(term.text)
    is_sure = all(len(literal) >= SHORTEST for literal in regex.literals)
    return Regular(term, regex, regex.literals if is_sure else ())
