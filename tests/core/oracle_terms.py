"""How the oracle finds terms: each of them at every place of a text, in all ways in which it is written."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from monitor.core.engine.terms import COLLISIONS
from monitor.core.naming.keys import words
from monitor.core.naming.names import respells, stems
from monitor.core.rule import How, Term
from tests.core.oracle_text import Text, as_written, folded

APOSTROPHE = "'"
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


class Spot(NamedTuple):
    """Where a term is: `[start, end)` of the folded text, `[begin, stop)` of the original."""

    start: int
    end: int
    begin: int
    stop: int
    term: Term
    how: How = "exact"
    entity: str = ""


class Spelling(NamedTuple):
    """One way to write a term: its letters, what it asks of capitals, and whether full stops part its letters."""

    text: str
    capitals: str = ""
    is_dotted: bool = False


def spellings(term: Term) -> list[Spelling]:
    """List the ways in which a term is written."""
    written = unicodedata.normalize("NFC", term.text).replace("\0", " ")
    letters = abbreviation(term)
    if term.form == "exact":
        return [Spelling(written)]
    if letters:
        capitals = "all" if letters in COLLISIONS else "initial" if len(letters) <= 3 else ""
        return [Spelling(letters, capitals), Spelling(".".join(letters), capitals, is_dotted=True)]
    return [Spelling(one) for one in dict.fromkeys((written, written.translate(UMLAUTS)))]


def abbreviation(term: Term) -> str:
    """Give the letters of a term of 2 to 6 capitals, with full stops or without; else nothing."""
    written = unicodedata.normalize("NFKC", term.text)
    bare = written.replace(".", "")
    is_dotted = "." not in written or written.rstrip(".") == ".".join(bare)
    is_one = term.form == "plain" and bare.isalpha() and bare.isupper() and 2 <= len(bare) <= 6
    return bare if is_one and is_dotted and ".." not in written else ""


def find(term: Term, text: Text) -> list[Spot]:
    """Find a term by trying every place."""
    if term.form == "regex":
        return find_regex(term, text)
    spots = []
    for spelling in spellings(term):
        wanted = Text(spelling.text)
        for start in range(1, len(text.letters) - len(wanted.letters) + 2):
            end = fits(term, wanted, text, start)
            if end:
                spots += shown(term, spelling, wanted, text, start, end)
    return list(dict.fromkeys(spots))


def fits(term: Term, wanted: Text, text: Text, start: int) -> int:
    """Give the end of a term that begins at a place; 0 if it does not."""
    length = len(wanted.letters) - 2
    if length < 1 or wanted.chars(1, 1 + length) != text.chars(start, start + length):
        return 0
    spaces = (place for place in range(1, 1 + length) if wanted.letters[place] is None)
    if any(wanted.gap(place) != text.gap(start + place - 1) for place in spaces):
        return 0
    end = start + length
    if not text.at(start).is_loose and text.letters[start - 1]:
        return 0
    if text.at(end - 1).is_loose or text.letters[end] is None:
        return end
    if term.form == "prefix":
        return word_end(text, end)
    return end if text.is_possessive(end) else 0


def word_end(text: Text, place: int) -> int:
    """Give the end of the word in which a place lies."""
    return next(end for end in range(place, len(text.letters)) if text.letters[end] is None)


def shown(term: Term, spelling: Spelling, wanted: Text, text: Text, start: int, end: int) -> list[Spot]:
    """Give the place if the original shows what the spelling asks beside its letters: signs, capitals, accents."""
    begin, stop = text.span(start, end)
    found = text.original[begin:stop]
    lead, trail = signs(wanted.gap(0)), signs(wanted.gap(len(wanted.letters) - 1))
    if text.original[max(0, begin - len(lead)) : begin] != lead or not text.original.startswith(trail, stop):
        return []
    if spelling.capitals == "initial" and not found[0].isupper():
        return []
    if spelling.capitals == "all" and (not found.isupper() or is_shouted(text.original, begin, stop)):
        return []
    if spelling.is_dotted and is_part(text, start, end):
        return []
    stop += spelling.is_dotted and text.original.startswith(".", stop)
    spot = Spot(start, end, begin - len(lead), stop + len(trail), term)
    if term.form == "exact" and as_written(text.original[spot.begin : spot.stop]) != as_written(term.text):
        return []
    return [spot]


def signs(edge: str) -> str:
    """Keep what counts at the edge of a term: `+` or `#`, not quotes, brackets and full stops."""
    return "".join(char for char in edge if char in "#@&%" or unicodedata.category(char)[0] in "SN")


def is_shouted(original: str, begin: int, stop: int) -> bool:
    """Tell whether the rest of the line, as far as 100 characters on either side, is in capitals."""
    before, after = original[max(0, begin - 100) : begin], original[stop : stop + 100]
    line = before.replace("\0", "\n").split("\n")[-1] + after.replace("\0", "\n").split("\n")[0]
    capitals, small = sum(char.isupper() for char in line), sum(char.islower() for char in line)
    return capitals > 0 and capitals >= 0.8 * (capitals + small)


def is_part(text: Text, start: int, end: int) -> bool:
    """Tell letters with full stops to which more are joined, as U.S. in U.S.A."""
    return joined_letters(text, start - 2) or joined_letters(text, end - 1)


def joined_letters(text: Text, left: int) -> bool:
    """Tell whether at a place stands a letter, then a full stop, then a letter, neither part of a longer word."""
    around = text.letters[left - 1 : left + 4] if left > 0 else []
    if len(around) < 5 or [letter is None for letter in around] != [True, False, True, False, True]:
        return False
    return text.original[text.at(left).end : text.at(left + 2).start] == "."


EDGE = "(?:(?<![^ ])(?=[^ ])|(?<=[^ ])(?![^ ]))"
SHORTHANDS = {r"\b": EDGE, r"\w": "[^ ]", r"\d": "[0-9]", r"\s": " "}


def find_regex(term: Term, text: Text) -> list[Spot]:
    """Find a regex in each field by itself: Python's, on words parted by single spaces."""
    pattern, spots = re.compile(folded_regex(term.text)), []
    for first, last in text.fields():
        for match in pattern.finditer(text.chars(first, last)):
            start = first + match.start() + len(match[0]) - len(match[0].lstrip())
            end = first + match.start() + len(match[0].rstrip())
            spots += [Spot(start, end, *text.span(start, end), term)] if start < end else []
    return spots


def folded_regex(pattern: str) -> str:
    """Fold the letters of a tame pattern, one that knows no more than SHORTHANDS, classes, groups and repeats."""
    tokens = re.findall(r"\\.|\{[\d,]+\}|\[[^]]*\]|[()|?+*.:]|.", unicodedata.normalize("NFC", pattern))
    return "".join(map(_folded_token, tokens))


def _folded_token(token: str) -> str:
    if token in SHORTHANDS:
        return SHORTHANDS[token]
    if token[0] in "{()|?+*.:":
        return token
    if re.fullmatch(r"\[\w-\w\]", token):
        return token  # of digits
    letters = sorted((folded(char).replace(APOSTROPHE, " ") for char in token.strip("[]")), key=len, reverse=True)
    return f"(?:{'|'.join(letters)})"  # of a class the longest, as ss for ß


def find_inflected(name: Term, text: Text) -> list[Spot]:
    """Find a name in Cyrillic in its cases, with a capital if it has one; the nominative is found as it is written."""
    declined = stems(name.text) if has_other_forms(name) else ()
    is_known_by_more = len(declined) > 1 or (declined and len(declined[0].stem) > 1)  # Цим is Цой, and a word often
    forms = [stem.forms for stem in declined] if is_known_by_more else []
    spots = []
    for start, end in windows(name, text) if forms else ():
        found = text.chars(start, end).split(" ")
        is_it = all(word in of for word, of in zip(found, forms, strict=True)) and found != [of[0] for of in forms]
        begin, stop = text.span(start, end)
        if is_it and (text.original[begin].isupper() or not name.text[0].isupper()):
            spots.append(Spot(start, end, begin, stop, name, "inflected"))
    return spots


def find_variants(name: Term, text: Text) -> list[Spot]:
    """Find a name in other spellings, with a capital wherever a word of the name has one, or else at its beginning."""
    spots = []
    capitals = [word[0].isupper() for word in written_words(name.text)]
    for start, end in windows(name, text) if has_other_forms(name) else ():
        begin, stop = text.span(start, end)
        firsts = [text.original[text.at(place).start] for place in range(start, end) if not text.letters[place - 1]]
        wanted = [place for place, is_capital in enumerate(capitals) if is_capital] or [0]
        if all(firsts[place].isupper() for place in wanted) and respells(name.text, text.original[begin:stop]):
            spots.append(Spot(start, end, begin, stop, name, "variant"))
    return spots


def has_other_forms(name: Term) -> bool:
    """Tell a name that is looked for in other forms: written plainly, with nothing asked beside its letters."""
    letters, read = abbreviation(name), Text(name.text)
    is_short = letters in COLLISIONS or 0 < len(letters) <= 3 or (letters and "." in name.text)
    is_signed = signs(read.gap(0)) or signs(read.gap(len(read.letters) - 1))
    is_parted_otherwise = len(words(name.text)) != len(written_words(name.text))
    return name.form == "plain" and not (is_short or is_signed or is_parted_otherwise)


def written_words(text: str) -> list[str]:
    """Part a name into the words that folding leaves, as written."""
    read = Text(text)
    ends = [place for place, letter in enumerate(read.letters) if letter is None]
    spans = [read.span(start + 1, end) for start, end in pairwise(ends)]
    return [text[begin:stop] for begin, stop in spans]


def windows(name: Term, text: Text) -> Iterator[tuple[int, int]]:
    """List all places where as many words stand as a name has, with the same between them."""
    wanted = Text(name.text)
    gaps = [wanted.gap(place) for place, letter in enumerate(wanted.letters) if letter is None][1:-1]
    ends = [place for place, letter in enumerate(text.letters) if letter is None]
    for number in range(len(ends) - len(gaps) - 1):
        inside = ends[number : number + len(gaps) + 2]
        if [text.gap(place) for place in inside[1:-1]] == gaps:
            yield inside[0] + 1, inside[-1]


def is_loose(term: Term) -> bool:
    """Tell a term that begins or ends in a script without word ends."""
    letters = [letter for letter in Text(term.text).letters if letter]
    return term.form != "regex" and bool(letters) and (letters[0].is_loose or letters[-1].is_loose)
