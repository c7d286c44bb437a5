"""Examples: texts that a rule must meet or must not, with marks around what is to be highlighted."""

import re

from monitor.core.rule import Example
from monitor.rulebook.nodes import Desk, Node, Table
from monitor.rulebook.schema import TEXT, Formed, Reader, Shape, WrongError, list_of, may, must, text, word
from monitor.rulebook.schema import Form as JsonForm
from monitor.rulebook.words import language, name

LONGEST = 100_000
"""Characters of an example: as many as of an entry are read."""

_MARK = re.compile(r"\[\[|\]\]")
_NO_MARK = r"(?:(?!\[\[|\]\])[\s\S])"
_MARKED: JsonForm = {
    **TEXT,
    "pattern": rf"^{_NO_MARK}*(?:\[\[{_NO_MARK}+\]\]{_NO_MARK}*)*$",
    "patternErrorMessage": "one ]] after each [[, and words between them",
}
_UNMARKED: JsonForm = {**TEXT, "pattern": f"^{_NO_MARK}*$", "patternErrorMessage": "[[ and ]] have no place here"}


def example(*, met: bool) -> Reader[Example]:
    """Read an example: one text, or a mapping with the text and where it stands."""

    def build(text: tuple[str, tuple[tuple[int, int], ...]], **rest: object) -> Example:
        return Example(text[0], met, text[1], **rest)  # type: ignore[arg-type]  # the shape's table has the types

    marked = word(marked_text, _MARKED, LONGEST) if met else word(_unmarked, _UNMARKED, LONGEST)
    shape = Shape(
        "an example",
        build,
        {
            "text": must(marked, stand_in=("", ())),
            "title": may(word(_plain, _UNMARKED)),
            "topic": may(list_of(text)),
            "language": may(language),
            "feed": may(name),
            "author": may(text),
        },
    )

    def read(node: Node, desk: Desk) -> Example | None:
        if isinstance(node, Table):
            return shape(node, desk)
        alone = marked(node, desk)
        return None if alone is None else Example(alone[0], met, alone[1])

    return Formed(read, {"anyOf": (marked, shape)})


def marked_text(written: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Take the marks `[[` and `]]` out of a text, and say which spans they enclosed."""
    plain, spans, start, read = "", [], None, 0
    for mark in _MARK.finditer(written):
        plain += written[read : mark.start()]
        read = mark.end()
        if (start is None) != (mark[0] == "[["):
            raise WrongError("bad_marks", "`[[` and `]]` do not pair up - one `]]` after each `[[`")
        if start is None:
            start = len(plain)
        else:
            spans.append((start, len(plain)))
            start = None
    if start is not None or any(begin == end for begin, end in spans):
        raise WrongError("bad_marks", "a `[[` that marks nothing - close it with `]]` after the words")
    return plain + written[read:], tuple(spans)


def _unmarked(written: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    if _MARK.search(written):
        raise WrongError("bad_marks", "marks in an example that must not match - leave out `[[` and `]]`")
    return written, ()


def _plain(written: str) -> str:
    if _MARK.search(written):
        raise WrongError("bad_marks", "marks in a title - `[[` and `]]` stand in the text only")
    return written
