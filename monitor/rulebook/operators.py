"""What search engines take for an operator, and what is a mere word or sign in a term here."""

import re

_BY_LIST = "a term each, in `any_of`, `all_of`, `none_of` or `near`"
_FIELDS = "title|text|body|headline|intitle|author|source|site|feed|topic|language|lang"

_MEANINGS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(AND|OR|NOT|NEAR)\b"), "{0} is a mere word here - " + _BY_LIST),
    (re.compile(r"(?<=\w) +(or) +(?=\w)"), "{0} is a mere word here - " + _BY_LIST),
    (re.compile(r"(\|\|?|&&)"), "`{0}` is a mere sign here - " + _BY_LIST),
    (re.compile(r"(?<=\w)(\?)(?=\w)"), "`{0}` stands for no letter here - a term each spelling, or /Ot.n/"),
    (re.compile(r"(\^)[\d.]+$"), "`{0}` behind a term weighs nothing here - leave it out: all terms weigh the same"),
    (re.compile(r"^(~)(?=[^\d\s])"), "`{0}` before a term is no operator here - a term each spelling, or `near`"),
    (
        re.compile(rf"^((?:{_FIELDS}):)(?=[^\s/])", re.IGNORECASE),
        "`{0}` before a term is no operator here - write where it counts into `in`: field, author, feed or topic",
    ),
)
_AROUND = re.compile(
    r'\([^()]*\)|\[\[.*\]\]|\[[^\[\]]*\]|\{[^{}]*\}|["“”„«»][^"“”„«»]*["“”«»]',
)


def seeming(text: str) -> str:
    """Say what in a term looks like an operator and is none, with what would be right; nothing if nothing does.

    A term that is such a word alone, as OR, is meant so.
    """
    for pattern, message in _MEANINGS:
        found = pattern.search(text)
        if found and found[1] != text:
            return message.format(found[1])
    if _AROUND.fullmatch(text):
        return "brackets and quotes around a term do nothing - leave them out: it is a phrase by itself"
    return ""


def seeming_exact(text: str) -> str:
    """Say what looks like an entity behind the `=` of an exact term; nothing if nothing does."""
    found = re.fullmatch(r"\$[^\W\d][\w-]*", text)
    return f"`={text}` is this very text and no entity - write `{text}` to find all its names" if found else ""
