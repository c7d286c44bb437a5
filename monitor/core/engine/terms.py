"""Terms made ready for the scan: what to look for in folded text, and what the original must show where it is found."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal

from monitor.core.engine.scan import places
from monitor.core.rule import How, Term
from monitor.core.text import Folded, everyday, fold, is_loose, plainly

_WORDS = (
    "AI AIE AIR AM AN ARM AS BE CAN CAR CE CES CIA DE DES DIE DOM DU EAU EM EN ERA ES EST ET EU FAR HE IA ICE IN INS "
    "IS IT LA LES MAD MAI MAN ME MER MI MIT MY NE NET NO ON OR OS PAS PER PM PME RAT RER RAS SA SAD SALT SE SEA SEAL "
    "SEC SES SI SO SON SOS STOP SUD SUR TAN TER THE TO TU UN UNE UNO UP US USE VA VAN WAR WE WHO WILL"
)
COLLISIONS = frozenset(_WORDS.split(" "))
"""Abbreviations that are ordinary words too: they want capitals throughout, in a line that is not all in capitals."""

SHORT = 3
"""A term of 2 to so many capitals wants a capital initial where it is found."""

Capitals = Literal["", "initial", "all"]

Looked = tuple[int, int, str]
"""`[start, end)` of the folded text where something looks like a needle, and why it is none; nothing if it is."""

_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\.?")
_ACRONYM = range(2, 7)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_HAS_UMLAUT = re.compile("[äöüÄÖÜ]")
_SIGNS = frozenset("#@&%")
_LINE = 100  # so many characters on either side of a hit say whether its line is all in capitals
_SHOUTED = 0.8
_GAPS = tuple((" ",) * spaces for spaces in range(8))  # shared by nearly all terms


@dataclass(frozen=True, slots=True, eq=False)
class Needle:
    """One folded form of a term; two are never equal, so that looking one up costs nothing.

    `pattern` is what the scan looks for, with a space where a word must begin or end. Where it is found the original
    must show `gaps` between the words (see `text.seam`), `lead` before and `trail` behind them, the `capitals` asked
    for and, of an exact term, `exact`. `dotted`: letters with full stops; `loose`: at an edge stands a script without
    word ends; `strict`: more is asked for than the gaps.
    """

    term: Term
    pattern: str
    gaps: tuple[str, ...] = ()
    lead: str = ""
    trail: str = ""
    capitals: Capitals = ""
    exact: str = ""
    dotted: bool = False
    loose: bool = False
    strict: bool = False

    how: ClassVar[How] = "exact"

    @property
    def patterns(self) -> tuple[str, ...]:
        """What is scanned for."""
        return (self.pattern,)

    @property
    def bare(self) -> bool:
        """Whether the pattern says it all."""
        return not (self.gaps or self.strict)

    def looks(self, folded: Folded) -> Iterator[Looked]:
        """List where the pattern stands; where the original shows something else, why it is not the term."""
        for match in places(self.pattern, folded):
            start, end = stretch(self, folded, *match)
            yield start, end, "" if self.bare else refusal(self, folded, start, end)


def needles(term: Term) -> tuple[Needle, ...]:
    """Make every form in which a term, not an entity, is looked for; none if it has neither letter nor digit."""
    if term.form == "exact":
        return _needle(term, term.text, exact=plainly(term.text))
    letters = _acronym(term)
    if letters:
        capitals: Capitals = "all" if letters in COLLISIONS else "initial" if len(letters) <= SHORT else ""
        dotted = _needle(term, ".".join(letters), capitals=capitals, dotted=True)
        return _needle(term, letters, capitals=capitals) + dotted
    body = everyday(term.text)
    if body and (term.text.isascii() or not _HAS_UMLAUT.search(term.text)):
        return (_everyday(term, body),)
    text = unicodedata.normalize("NFC", term.text)
    spelt = text.translate(_UMLAUTS)
    return _needle(term, text) + (_needle(term, spelt) if spelt != text else ())


def _acronym(term: Term) -> str:
    """Give the letters of a term that is written in 2 to 6 capitals, with or without full stops; else nothing."""
    if term.form != "plain" or not term.text.isupper():
        return ""
    letters = unicodedata.normalize("NFKC", term.text)
    if _DOTTED.fullmatch(letters):
        letters = letters.replace(".", "")
    is_one = len(letters) in _ACRONYM and letters.isalpha() and letters.isupper()
    return letters if is_one else ""


def _needle(
    term: Term, text: str, *, capitals: Capitals = "", exact: str = "", dotted: bool = False
) -> tuple[Needle, ...]:
    body = everyday(text)
    if body and not (capitals or exact or dotted):
        return (_everyday(term, body),)
    folded = fold(text.replace("\0", " "))  # NUL is what parts title and text
    body = folded.text.strip(" ")
    if not body:
        return ()
    gaps = tuple(folded.gap(place + 1) for place, char in enumerate(body) if char == " ")
    first, last = is_loose(body[0]), is_loose(body[-1])
    pattern = ("" if first else " ") + body + ("" if last or term.form == "prefix" else " ")
    lead, trail = _signs(folded.gap(0)), _signs(folded.gap(len(folded.text) - 1))
    strict = bool(lead or trail or capitals or exact or dotted)
    return (Needle(term, pattern, gaps, lead, trail, capitals, exact, dotted, first or last, strict),)


def _everyday(term: Term, body: str) -> Needle:
    spaces = body.count(" ")
    gaps = _GAPS[spaces] if spaces < len(_GAPS) else (" ",) * spaces
    pattern = f" {body}" if term.form == "prefix" else f" {body} "
    return Needle(term, pattern, gaps)


def _signs(edge: str) -> str:
    """Keep what counts at the edge of a term: `+` or `#`, not quotes, brackets and full stops."""
    return "".join(char for char in edge if char in _SIGNS or unicodedata.category(char)[0] in "SN")


def stretch(needle: Needle, folded: Folded, start: int, end: int) -> tuple[int, int]:
    """Take the spaces off what the scan found; the place of a prefix is the whole word."""
    start += needle.pattern[0] == " "
    if needle.pattern[-1] == " ":
        end -= 1
    elif needle.term.form == "prefix" and not is_loose(folded.text[end - 1]):
        end = folded.text.index(" ", end)
    return start, end


def extent(needle: Needle, folded: Folded, start: int, end: int) -> tuple[int, int]:
    """Find in the original what was found at `[start, end)` of the folded text, with the signs that belong to it."""
    begin, stop = folded.span(start, end)
    if needle.dotted and folded.original[stop : stop + 1] == ".":
        stop += 1
    return begin - len(needle.lead), stop + len(needle.trail)


def refusal(needle: Needle, folded: Folded, start: int, end: int) -> str:
    """Say why what the scan found at `[start, end)` is not the term after all; nothing if it is."""
    found = other_gap(needle.gaps, folded, start, end)
    if found:
        return f"between its words stands {found!r}"
    if not needle.strict:
        return ""
    begin, stop = folded.span(start, end)
    if not _has_signs(needle, folded.original, begin, stop):
        return "its signs are not there"
    if needle.dotted and _is_part(folded, start, end):
        return "it is part of a longer abbreviation"
    if needle.exact and plainly(folded.original[slice(*extent(needle, folded, start, end))]) != needle.exact:
        return "it is not written exactly so"
    return _wrong_capitals(needle, folded.original, begin, stop)


def other_gap(gaps: tuple[str, ...], folded: Folded, start: int, end: int) -> str:
    """Give the first thing that stands between two words where there should be another; nothing if none does."""
    if not gaps or (gaps.count(" ") == len(gaps) and folded.has_spaces(start, end)):
        return ""
    place = start
    for gap in gaps:
        place = folded.text.find(" ", place + 1)
        found = folded.gap(place)
        if found != gap:
            return found
    return ""


def _has_signs(needle: Needle, original: str, begin: int, stop: int) -> bool:
    lead, trail = needle.lead, needle.trail
    return (
        begin >= len(lead)
        and original[begin - len(lead) : begin] == lead
        and original[stop : stop + len(trail)] == trail
    )


def _is_part(folded: Folded, start: int, end: int) -> bool:
    """Tell letters with full stops that more of the kind join, as U.S. in U.S.A."""
    return _is_joined(folded, start - 2, start) or _is_joined(folded, end - 1, end + 1)


def _is_joined(folded: Folded, left: int, right: int) -> bool:
    """Tell two letters, each a word, between which nothing but a full stop stands."""
    text = folded.text
    if left < 0 or f" {text[left]} {text[right : right + 1]} " != text[left - 1 : right + 2]:
        return False
    return folded.original[folded.span(left, left + 1)[1] : folded.span(right, right + 1)[0]] == "."


def _wrong_capitals(needle: Needle, original: str, begin: int, stop: int) -> str:
    if needle.capitals == "initial" and not original[begin].isupper():
        return "it has no capital initial"
    if needle.capitals != "all":
        return ""
    if not original[begin:stop].isupper():
        return "it is not all in capitals"
    return "its whole line is in capitals" if _is_shouted(_line(original, begin, stop)) else ""


@lru_cache(1_000)
def _is_shouted(line: str) -> bool:
    capitals, small = sum(map(str.isupper, line)), sum(map(str.islower, line))
    return capitals > 0 and capitals >= _SHOUTED * (capitals + small)


def _line(original: str, begin: int, stop: int) -> str:
    """Give the line around a place, without the place and without what stands far away."""
    before, after = original[max(0, begin - _LINE) : begin], original[stop : stop + _LINE]
    before = before[max(before.rfind("\n"), before.rfind("\0")) + 1 :]
    return before + after.partition("\0")[0].partition("\n")[0]
