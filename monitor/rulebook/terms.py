"""Terms: the small language inside a rule."""

import re
import unicodedata
from functools import cache, lru_cache

from monitor.core.errors import RegexError
from monitor.core.patterns.regex import compiled
from monitor.core.rule import PREFIX_LETTERS, Form, Term
from monitor.core.text import fold
from monitor.rulebook.looks import invisible, mixed
from monitor.rulebook.nodes import Desk, Node, quoted
from monitor.rulebook.operators import seeming, seeming_exact
from monitor.rulebook.schema import TEXT, Formed, Reader, WrongError, formed, word
from monitor.rulebook.schema import Form as JsonForm
from monitor.rulebook.words import ONE_NAME, SIGNS

LONGEST = 1_000
"""Characters that a term may have."""

_EVERYWHERE = """
a à le la les l un une des du de d et en est il elle on que qui dans pour pas sur au aux par avec ne se ce
the of and to in is it that for on was as with be by at he she an are this not
der die das und in zu den von ist ein eine mit auf nicht es im dem für
и в не на что с я он по это к но а у из за о как
el los las una y que por con para del se il lo che di per non sono
i du og er på det att är och som
w z na do że się nie jest to і та що не у з на до як
"""
_COMMON = frozenset(_EVERYWHERE.split())
"""Words that stand in nearly every entry of some language; as terms of their own they find everything."""

_BEGINNINGS = frozenset(common[:length] for common in _COMMON for length in range(PREFIX_LETTERS, len(common) + 1))
_FLAGGED = re.compile(r"/.+/[imsxu]{1,3}")
_SIGN_BEFORE = re.compile(r"-|\+(?=[^\d\s+])")
_FUZZY = re.compile(r"(?<=[^~])~[\d.]*$")
_COMMA = re.compile(r"\w\s*,\s+\w")
_SIGNS_OF_REGEX = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|\{[^}]*\}")


_LETTER = rf"[^\s*\-{SIGNS}]"
_NO_SIGN = r"(?![$=/-]|\+[^\d\s+]|.*[^~]~[\d.]*\s*$)"
_TERM_FORMS: dict[Form, str] = {
    "plain": rf"{_NO_SIGN}[^*]*{_LETTER}[^*]*",
    "exact": rf"=[^*]*{_LETTER}[^*]*",
    "prefix": rf"{_NO_SIGN}(?:[^*]*[\s-])?(?:[{SIGNS}]*{_LETTER}){{{PREFIX_LETTERS}}}[^\s*-]*\*",
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
        found = _TERM(node, desk)
        if found is None:
            return None
        if found.form not in forms:
            desk.error(node, "bad_term", _misplaced(found))
            return None
        if found.form != "entity":
            _warn(found, node, desk)
        if found.form == "plain" and "entity" in forms and _COMMA.search(found.text):
            message = "finds only what has the comma too - a term each for a list, or `=` before it if it is meant so"
            desk.warning(node, "comma", message)
        return found

    return Formed(read, _form_of(*forms))


def _misplaced(found: Term) -> str:
    if found.form == "regex":
        return "a regex is no name - it may stand in a rule, in `with` and in `never`"
    return f"{quoted(found.written)} has no place here - write it without its mark"


@lru_cache(10_000)
def _parse(written: str) -> Term:
    written = unicodedata.normalize("NFC", written.strip())
    unseen = invisible(written)
    if unseen:
        raise WrongError("invisible", f"an invisible character in a term ({unseen}) - type it anew")
    if written.startswith("$"):
        return _entity(written)
    if len(written) > 1 and written.startswith("/") and written.endswith("/"):
        return _regex(written)
    if written.startswith("="):
        return Term(written, "exact", _words(written, written[1:]))
    _refuse_operators(written)
    if written.endswith("*"):
        return _prefix(written)
    return Term(written, "plain", _words(written, written))


_TERM = word(_parse, longest=LONGEST).read


def _entity(written: str) -> Term:
    if not re.fullmatch(r"\$[\w-]{1,80}", written):
        raise WrongError("bad_term", f"{quoted(written)} names no entity - `$` and a name of letters, digits, `-`, `_`")
    return Term(written, "entity", written[1:])


def _regex(written: str) -> Term:
    try:
        regex = compiled(written[1:-1])
    except RegexError as error:
        raise WrongError("bad_regex", re.sub("^it ", "a regex that ", str(error))) from None
    return Term(written, "regex", regex.text)


def _refuse_operators(written: str) -> None:
    """Refuse what search engines take for an operator, where as a mere sign it would find the contrary or nothing."""
    sign = _SIGN_BEFORE.match(written)
    if sign:
        right = "`none_of` or `none_near`" if sign[0] == "-" else "`all_of`"
        raise WrongError("no_operator", f"`{sign[0]}` before a term is no operator here - write the term into {right}")
    if _FUZZY.search(written):
        raise WrongError("no_operator", "`~` behind a term is no operator here - a term each spelling, or `near`")


def _prefix(written: str) -> Term:
    stem = written[:-1]
    last = re.split(r"[\s-]", stem)[-1]
    if sum(map(str.isalnum, last)) < PREFIX_LETTERS:
        least = f"{PREFIX_LETTERS} letters or more of its last word before the star"
        raise WrongError("bad_term", f"{quoted(written)} is too short a prefix - {least}")
    return Term(written, "prefix", _words(written, stem))


def _words(written: str, words: str) -> str:
    if not any(map(str.isalnum, words)):
        raise WrongError("bad_term", "a term without a letter or digit - it would find nothing")
    if "*" in words and words == written[1:]:
        raise WrongError("bad_term", f"`=` and `*` in {quoted(written)} - exactly so, or whatever begins so")
    if "*" in words:
        raise WrongError("bad_term", f"a star inside {quoted(written)} - it stands at the end of a word, as négociat*")
    if _FLAGGED.fullmatch(written):
        raise WrongError("bad_regex", "letters behind the closing slash of a regex - leave them out, case never counts")
    if written.startswith("/"):
        raise WrongError("bad_regex", "a regex without its closing slash - `/` at its end, or none before a word")
    return words.strip()


def _warn(found: Term, node: Node, desk: Desk) -> None:
    if _is_everywhere(found):
        desk.warning(node, "too_common", f"{quoted(found.written)} stands in nearly every entry - write a rarer word")
    odd = mixed(_SIGNS_OF_REGEX.sub(" ", found.text) if found.form == "regex" else found.text)
    if odd:
        desk.warning(node, "mixed_scripts", f"{quoted(found.written)} mixes alphabets: {odd} - type it anew in one")
    operator = seeming_exact(found.text) if found.form == "exact" else seeming(found.text) if _is_words(found) else ""
    if operator:
        desk.warning(node, "no_operator", operator)
    lost = compiled(found.text).lost if found.form == "regex" else ()
    if lost:
        message = f"{' '.join(lost)} is a mere space to a regex, as all punctuation - ask for what stands beside it"
        desk.warning(node, "lost_sign", message)


def _is_words(found: Term) -> bool:
    return found.form in {"plain", "prefix"}


def _is_everywhere(found: Term) -> bool:
    """Tell a term that nearly every text of some language has."""
    if found.form == "regex":
        return any(map(compiled(found.text).find, _folded_lines()))
    if found.form == "prefix":
        return found.text.casefold() in _BEGINNINGS
    return found.text.casefold() in _COMMON and not found.text.isupper()


@cache
def _folded_lines() -> tuple[str, ...]:
    return tuple(fold(line).text for line in _EVERYWHERE.split("\n") if line)


ANY_TERM = term("plain", "prefix", "exact", "entity", "regex")
OWN_TERM = term("plain", "prefix", "exact")
NEVER_TERM = term("plain", "prefix", "exact", "regex")


@formed(_form_of("plain"))
def own_name(node: Node, desk: Desk) -> str | None:
    """Read the name of an entity as people read it: a plain term, without a mark."""
    found = _TERM(node, desk)
    if found is None:
        return None
    if found.form != "plain":
        desk.error(node, "bad_term", f"{quoted(found.written)} carries a mark - marks belong to `names`")
        return None
    _warn(found, node, desk)
    return found.text
