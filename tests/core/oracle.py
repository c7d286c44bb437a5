"""A plain, slow oracle of the rule language, written from docs/rules.md: it tries every term at every place of a text.

What it shares with the engine is what is a list and no reasoning: the collisions, and which case endings and other
spellings a name has (core/names).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.rule import Entity, Field, Hit, How, Near, Rule, Term, Where
from monitor.core.terms import COLLISIONS
from tests.core.oracle_text import Text, as_written, folded

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

Told = tuple[Field, int, int, str, str, str, How]
"""A hit: field, start, end, text, term, entity, how."""


def told_by(hits: Iterable[Hit]) -> tuple[Told, ...]:
    """Give hits of the engine as the oracle gives them."""
    return tuple(sorted((h.field, h.start, h.end, h.text, h.term, h.entity, h.how) for h in hits))


def live(book: Book) -> list[Rule]:
    """List the rules that run."""
    return [rule for rule in book.rules.values() if rule.status in {"live", "shadow"}]


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
    if token[0] == "[":
        return f"[{''.join(char if char in '[]-^' else folded(char) for char in token)}]"[1:-1]
    return token if token[0] in "{()|?+*.:" else f"(?:{folded(token)})"


class Oracle:
    """The rule language, word for word."""

    def __init__(self, book: Book, entry: Entry) -> None:
        self.book, self.entry = book, entry
        self.text = Text(entry.title, entry.text)
        self._found: dict[Term, list[Spot]] = {}

    def told(self, rule: Rule) -> tuple[Told, ...] | None:
        """List what a rule tells of the entry, sorted; None if it is not met."""
        spots = None if self.entry.deleted or not self.is_where(rule) else self.met(rule)
        if spots is None:
            return None
        return tuple(sorted(set(map(self.hit, spots))))

    def hit(self, spot: Spot) -> Told:
        field, seam_ = self.field(spot), len(self.entry.title) + 1
        offset = seam_ if field == "text" else 0
        cut = self.text.original[spot.begin : spot.stop]
        return field, spot.begin - offset, spot.stop - offset, cut, spot.term.written, spot.entity, spot.how

    def field(self, spot: Spot) -> Field:
        return "title" if self.text.at(spot.start).start < len(self.entry.title) else "text"

    # Where the entry comes from.

    def is_where(self, rule: Rule) -> bool:
        wanted, refused = self.shared(rule.only_in), self.shared(rule.not_in)
        return all(wanted.values()) and not any(refused.values())

    def shared(self, where: Where) -> dict[str, bool]:
        """Tell for each property that is asked for whether the entry has one of the values."""
        feed = self.book.feeds.get(self.entry.feed)
        language = self.entry.language or (feed.language if feed else "")
        topics = [simple(topic) for topic in ((feed.topic if feed else ()) + self.entry.categories)]
        author = f" {simple(self.entry.author)} "
        has = {
            "language": any(re.fullmatch(f"{one}([-_].*)?", language, re.IGNORECASE) for one in where.language),
            "feed": self.entry.feed in where.feed,
            "topic": any(simple(one) in topics for one in where.topic),
            "author": any(f" {simple(one)} " in author for one in where.author),
        }
        return {key: has[key] for key in has if getattr(where, key)}

    # What the rule asks of the text.

    def met(self, rule: Rule) -> list[Spot] | None:
        main = {term: self.places(term, rule) for term in (*rule.any_of, *rule.all_of)}
        if rule.none_near:
            unwanted = [spot for term in rule.none_near.any_of for spot in self.places(term, rule)]
            main = {term: self.away(spots, unwanted, rule.none_near) for term, spots in main.items()}
        has_any = not rule.any_of or any(main[term] for term in rule.any_of)
        if not has_any or not all(main[term] for term in rule.all_of) or any(map(self.counted, rule.none_of)):
            return None
        spots = [spot for found in main.values() for spot in found]
        return self.near(spots, rule, rule.near) if rule.near else spots

    def away(self, spots: list[Spot], unwanted: list[Spot], near: Near) -> list[Spot]:
        return [s for s in spots if not any(overlap(s, one) or self.is_near(s, one, near) for one in unwanted)]

    def near(self, spots: list[Spot], rule: Rule, near: Near) -> list[Spot] | None:
        groups = [[s for term in near.any_of for s in self.places(term, rule)]] if near.any_of else []
        groups += [self.places(term, rule) for term in near.all_of]
        kept = [s for s in spots if all(any(self.is_near(s, other, near) for other in group) for group in groups)]
        others = [o for group in groups for o in group if any(self.is_near(s, o, near) for s in kept)]
        return kept + others if kept else None

    def is_near(self, main: Spot, other: Spot, near: Near) -> bool:
        if overlap(main, other):
            return False
        first, second = sorted((main, other), key=lambda spot: spot.start)
        if near.order == ("before" if first is main else "after"):
            return False
        return self.text.word(second.start) - self.text.word(first.end - 1) - 1 <= near.within

    def places(self, term: Term, rule: Rule) -> list[Spot]:
        """List where a term counts for a rule: in its fields, and not in a longer term of its own."""
        rivals = [spot for one in terms_of(rule) if one.form != "entity" for spot in self.find(one)]
        fields = set(rule.only_in.field or ("title", "text")) - set(rule.not_in.field)
        return [s for s in self.counted(term) if self.field(s) in fields and not self.is_outgrown(s, rivals)]

    # What stands in the text.

    def find(self, term: Term) -> list[Spot]:
        if term not in self._found:
            self._found[term] = find(term, self.text)
        return self._found[term]

    def counted(self, term: Term) -> list[Spot]:
        if term.form != "entity":
            return self.apart(self.find(term))
        entity = self.book.entities[term.text]
        spots = self.strong(entity)
        if entity.weak and any(map(self.is_company, entity.weak.company)):
            spots = spots + self.by(entity, [(name, "alias") for name in entity.weak.names])
        return longest(spots)

    def is_company(self, term: Term) -> bool:
        return bool(self.strong(self.book.entities[term.text]) if term.form == "entity" else self.counted(term))

    def strong(self, entity: Entity) -> list[Spot]:
        own = Term(entity.title, "plain", entity.title)
        return self.by(entity, [(own, "exact"), *((name, "alias") for name in entity.names)])

    def by(self, entity: Entity, names: Iterable[tuple[Term, How]]) -> list[Spot]:
        spots = [spot._replace(how=how, entity=entity.name) for name, how in names for spot in self.find(name)]
        never = [spot for term in entity.never for spot in self.find(term)]
        return [s for s in self.apart(spots) if not any(n.start <= s.start and s.end <= n.end for n in never)]

    def apart(self, spots: list[Spot]) -> list[Spot]:
        """Leave out what lies in the longer name of an entity, in scripts without word ends."""
        named = [s for entity in self.book.entities.values() for name in names_of(entity) for s in self.find(name)]
        return [spot for spot in spots if not self.is_outgrown(spot, named)]

    def is_outgrown(self, spot: Spot, rivals: list[Spot]) -> bool:
        longer = [
            r for r in rivals if r.start <= spot.start and spot.end <= r.end and r.end - r.start > spot.end - spot.start
        ]
        return is_loose(spot.term) and any(is_loose(rival.term) for rival in longer)


def overlap(one: Spot, other: Spot) -> bool:
    return one.start < other.end and other.start < one.end


def longest(spots: list[Spot]) -> list[Spot]:
    """Keep of overlapping spots the longest, of equally long ones the first."""
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda spot: (spot.start - spot.end, spot.start)):
        if not any(overlap(spot, other) for other in kept):
            kept.append(spot)
    return kept


def is_loose(term: Term) -> bool:
    """Tell a term that begins or ends in a script without word ends."""
    letters = [letter for letter in Text(term.text).letters if letter]
    return bool(letters) and (letters[0].is_loose or letters[-1].is_loose)


def names_of(entity: Entity) -> tuple[Term, ...]:
    weak = entity.weak.names if entity.weak else ()
    return (Term(entity.title, "plain", entity.title), *entity.names, *weak)


def terms_of(rule: Rule) -> tuple[Term, ...]:
    nears = [near for near in (rule.near, rule.none_near) if near]
    return (*rule.any_of, *rule.all_of, *rule.none_of, *(t for near in nears for t in (*near.any_of, *near.all_of)))


def simple(text: str) -> str:
    """Give the words of a text, folded."""
    folded = Text(text)
    return folded.chars(0, len(folded.letters)).strip()
