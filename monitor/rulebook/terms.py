"""Terms and examples: the small languages inside a rule."""

import re
import unicodedata

from monitor.core.rule import Example, Form, Term
from monitor.rulebook.nodes import Desk, Node, Table, quoted
from monitor.rulebook.schema import TEXT, Formed, Reader, Shape, WrongError, like, list_of, may, must, text, word
from monitor.rulebook.schema import Form as JsonForm
from monitor.rulebook.words import ONE_NAME, SIGNS, language, name

PREFIX_LETTERS = 4
"""Letters that a prefix has at least before its star."""

_EVERYWHERE = """
a à le la les l un une des du de d et en est il elle on que qui dans pour pas sur au aux par avec ne se ce
the of and to in is it that for on was as with be by at he she an are this not
der die das und in zu den von ist ein eine mit auf nicht es im dem für
и в не на что с я он по это к но а у из за о как
el los las una y que por con para del se il lo che di per non sono
i du og er på det att är och som
"""
_COMMON = frozenset(_EVERYWHERE.split())
"""Words that stand in nearly every entry of some language; as terms of their own they find everything."""


_LETTER = rf"[^\s*\-{SIGNS}]"
_TERM_FORMS: dict[Form, str] = {
    "plain": rf"(?![$=]|/.*/$)[^*]*{_LETTER}[^*]*",
    "exact": rf"=[^*]*{_LETTER}[^*]*",
    "prefix": rf"(?![$=])(?:[^*]*[\s-])?(?:[{SIGNS}]*{_LETTER}){{{PREFIX_LETTERS}}}[^\s*-]*\*",
    "entity": rf"\${ONE_NAME}",
    "regex": r"/.+/",
}


def _form_of(*forms: Form) -> JsonForm:
    pattern = f"^\\s*(?:{'|'.join(_TERM_FORMS[form] for form in forms)})\\s*$"
    return {**TEXT, "title": " or ".join(forms), "pattern": pattern, "patternErrorMessage": _NO_TERM}


_NO_TERM = "no term: Otan, New START, négociat* (4 letters or more before the star), =Mâcon, $entity, /regex/"


def term(*forms: Form) -> Reader[Term]:
    """Read a term of one of these forms."""

    def read(node: Node, desk: Desk) -> Term | None:
        found = word(_parse)(node, desk)
        if found is None:
            return None
        if found.form not in forms:
            desk.error(node, "bad_term", f"{quoted(found.written)} has no place here - write it without its mark")
            return None
        _warn(found, node, desk)
        return found

    return Formed(read, _form_of(*forms))


def _parse(written: str) -> Term:
    written = unicodedata.normalize("NFC", written.strip())
    if re.fullmatch(r"/.*/", written):
        raise WrongError("not_available_yet", "a term `/regex/` is not available yet - write words or a prefix*")
    if written.startswith("$"):
        return _entity(written)
    if written.startswith("="):
        return Term(written, "exact", _words(written, written[1:]))
    if written.endswith("*"):
        return _prefix(written)
    return Term(written, "plain", _words(written, written))


def _entity(written: str) -> Term:
    if not re.fullmatch(r"\$[\w-]{1,80}", written):
        raise WrongError("bad_term", f"{quoted(written)} names no entity - `$` and a name of letters, digits, `-`, `_`")
    return Term(written, "entity", written[1:])


def _prefix(written: str) -> Term:
    stem = written[:-1]
    last = re.split(r"[\s-]", stem)[-1]
    if sum(map(str.isalnum, last)) < PREFIX_LETTERS:
        raise WrongError(
            "bad_term", f"{quoted(written)} is too short a prefix - {PREFIX_LETTERS} letters or more before the star"
        )
    return Term(written, "prefix", _words(written, stem))


def _words(written: str, words: str) -> str:
    if not any(map(str.isalnum, words)):
        raise WrongError("bad_term", "a term without a letter or digit - it would find nothing")
    if "*" in words:
        raise WrongError("bad_term", f"a star inside {quoted(written)} - it stands at the end of a word, as négociat*")
    return words.strip()


def _warn(found: Term, node: Node, desk: Desk) -> None:
    if found.form == "entity":
        return
    if found.form == "plain" and found.text.casefold() in _COMMON and not found.text.isupper():
        desk.warning(node, "too_common", f"{quoted(found.written)} stands in nearly every entry - write a rarer word")
    for single in re.findall(r"\w+", found.text):
        odd = _odd_letter(single)
        if odd:
            desk.warning(node, "mixed_scripts", f"{quoted(found.written)} mixes alphabets: {odd} - type it anew in one")


def _odd_letter(single: str) -> str:
    """Name the letters of the alphabet that is the rarer in a word; empty where there is one alphabet."""
    scripts: dict[str, str] = {}
    for letter in single:
        script = unicodedata.name(letter, "").split(" ")[0].title()
        if script in {"Latin", "Cyrillic", "Greek"}:
            scripts[script] = scripts.get(script, "") + letter
    if len(scripts) < 2:  # noqa: PLR2004 - one alphabet mixes with nothing
        return ""
    script, letters = min(scripts.items(), key=lambda found: len(found[1]))
    return f"{', '.join(dict.fromkeys(letters))} is {script}"


ANY_TERM = term("plain", "prefix", "exact", "entity")
OWN_TERM = term("plain", "prefix", "exact")


@like(**_form_of("plain"))
def own_name(written: str) -> str:
    """Read the name of an entity as people read it: a plain term, without a mark."""
    found = _parse(written)
    if found.form != "plain":
        raise WrongError("bad_term", f"{quoted(written)} carries a mark - marks belong to `names`")
    return found.text


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

    marked = word(marked_text, _MARKED) if met else word(_unmarked, _UNMARKED)
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
