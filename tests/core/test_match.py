"""The engine against a slow, plain oracle of the rule language, on books and entries in many scripts."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.judge import MOST_HITS
from monitor.core.match import Matcher
from monitor.core.rule import Entity, Form, Near, Rule, Term, Weak, Where
from monitor.core.terms import COLLISIONS

FOLDS = {
    "é": "e",
    "è": "e",
    "ï": "i",
    "ü": "u",
    "ß": "ss",
    "œ": "oe",
    "ё": "е",
    "\u0301": "",
    "\u00ad": "",
    "\u200b": "",
}
HAN, HANGUL, THAI = "北约峰会在日内瓦", "제네바에서", "ไทยรัสเซ"
CROSSED = " \n-–_"


class Letter(NamedTuple):
    """A folded letter of the oracle, and the characters of the original that it stands for."""

    char: str
    start: int
    end: int

    @property
    def is_loose(self) -> bool:
        return self.char in HAN + HANGUL + THAI


class Spot(NamedTuple):
    """A place of the oracle, in letters and spaces of the folded text."""

    start: int
    end: int
    term: Term
    entity: str = ""


class Text:
    """What the oracle reads: folded letters with single spaces (None) between words."""

    def __init__(self, entry: Entry) -> None:
        self.entry, self.original = entry, f"{entry.title}\0{entry.text}"
        self.letters: list[Letter | None] = [None]
        for place, char in enumerate(self.original):
            self._read(place, char)
        if self.letters[-1]:
            self.letters.append(None)

    def _read(self, place: int, char: str) -> None:
        folded = FOLDS.get(char.lower(), char.lower() if char.isalnum() or char in THAI else None)
        last = self.letters[-1]
        if char == "\u0301" and last and last.end == place:
            self.letters = [
                one._replace(end=place + 1) if one and one.start == last.start else one for one in self.letters
            ]
        elif folded is None:
            if last:
                self.letters.append(None)
        else:
            for one in folded:
                letter = Letter(one, place, place + 1)
                if last and last.is_loose != letter.is_loose:
                    self.letters.append(None)
                self.letters.append(letter)
                last = letter

    def at(self, place: int) -> Letter:
        letter = self.letters[place]
        assert letter
        return letter

    def gap(self, space: int) -> str:
        return seam(self.original[self.at(space - 1).end : self.at(space + 1).start])

    def number(self, place: int) -> int:
        """Number the word at a place, by counting from the beginning."""
        number, run, last = 0, 0, ""
        for letter in self.letters[: place + 1]:
            kind = "" if letter is None else next((k for k in (HAN, HANGUL, THAI) if letter.char in k), "other")
            run, last = run + 1 if kind == last else 1, kind
            number += bool(kind) and (run - 1) % {HAN: 2, THAI: 5}.get(kind, 10**9) == 0
        return number

    def span(self, spot: Spot) -> tuple[int, int]:
        return self.at(spot.start).start, self.at(spot.end - 1).end


def is_loose(char: str) -> bool:
    return char in HAN + HANGUL + THAI


def seam(gap: str) -> str:
    signs = "".join("'" if char in "'’" else char for char in gap if char not in CROSSED and FOLDS.get(char) != "")
    return signs or " "


def find(term: Term, text: Text) -> list[Spot]:
    """Find a term by trying every place."""
    spots = []
    spellings = {term.text}
    if term.form != "exact":
        spellings.add(term.text.replace("ü", "ue"))
    for spelling in spellings:
        wanted = Text(Entry("", "", text=spelling))
        body = wanted.letters[1:-1]
        for start in range(1, len(text.letters) - len(body)):
            end = fits(term, body, wanted, text, start)
            spots += [Spot(start, end, term)] if end and is_written(term, text, Spot(start, end, term)) else []
    return spots


def fits(term: Term, body: list[Letter | None], wanted: Text, text: Text, start: int) -> int:
    """Give the end of a term that begins at a place; 0 if it does not."""
    end = start + len(body)
    for offset, letter in enumerate(body):
        other = text.letters[start + offset]
        if (letter is None) != (other is None) or (letter and other and letter.char != other.char):
            return 0
        if letter is None and text.gap(start + offset) != wanted.gap(1 + offset):
            return 0
    first, last = text.at(start), text.at(end - 1)
    if not first.is_loose and text.letters[start - 1]:
        return 0
    if last.is_loose or text.letters[end] is None:
        return end
    if term.form == "prefix":
        return next(place for place in range(end, len(text.letters)) if text.letters[place] is None)
    return end if is_possessive(text, end) else 0


def is_possessive(text: Text, end: int) -> bool:
    s = text.at(end)
    if s.char != "s" or text.letters[end + 1] or s.start == text.at(end - 1).start:
        return False
    behind = [char for char in text.original[s.end : s.end + 8] if FOLDS.get(char) != ""]
    return behind[:1] in (["'"], ["’"]) and not (behind[1:2] and (behind[1].isalnum() or is_loose(behind[1])))


def is_written(term: Term, text: Text, spot: Spot) -> bool:
    """Tell whether case, and what else counts, is as the term asks."""
    start, end = text.span(spot)
    found = text.original[start:end]
    if term.form == "exact":
        return as_written(found) == as_written(term.text)
    if term.form == "prefix" or not term.text.isalpha() or not term.text.isupper() or len(term.text) > 3:
        return True
    if term.text not in COLLISIONS:
        return found[0].isupper()
    before, after = text.original[:start], text.original[end:]
    line = before.replace("\0", "\n").split("\n")[-1][-100:] + after.replace("\0", "\n").split("\n")[0][:100]
    cased = [char.isupper() for char in line if char.lower() != char.upper()]
    return found.isupper() and not (cased and sum(cased) >= 0.8 * len(cased))


def as_written(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("–", "-").replace("’", "'")
    return " ".join("".join(char for char in text if char not in "\u00ad\u200b").split())


class Oracle:
    """The rule language, word for word, without a thought for speed."""

    def __init__(self, book: Book, entry: Entry) -> None:
        self.book, self.text = book, Text(entry)
        self.names = {
            entity.name: [
                Term(entity.title, "plain", entity.title),
                *entity.names,
                *(entity.weak.names if entity.weak else ()),
            ]
            for entity in book.entities.values()
        }

    def told(self, rule: Rule) -> set[tuple[int, int, str, str]] | None:
        main = {term: self.places(term, rule) for term in (*rule.any_of, *rule.all_of)}
        if rule.none_near:
            unwanted = [spot for term in rule.none_near.any_of for spot in self.places(term, rule)]
            main = {
                term: [
                    s for s in spots if not any(self.is_near(s, u, rule.none_near) or overlap(s, u) for u in unwanted)
                ]
                for term, spots in main.items()
            }
        spots = [spot for found in main.values() for spot in found]
        has_any = not rule.any_of or any(main[term] for term in rule.any_of)
        if (
            not has_any
            or not all(main[term] for term in rule.all_of)
            or any(self.counted(term) for term in rule.none_of)
        ):
            return None
        if rule.near:
            groups = [[s for term in rule.near.any_of for s in self.places(term, rule)]] if rule.near.any_of else []
            groups += [self.places(term, rule) for term in rule.near.all_of]
            near = rule.near
            spots = [s for s in spots if all(any(self.is_near(s, other, near) for other in group) for group in groups)]
            if not spots:
                return None
            spots += [o for group in groups for o in group if any(self.is_near(s, o, near) for s in spots)]
        return {(*self.text.span(spot), spot.term.written, spot.entity) for spot in spots}

    def is_near(self, main: Spot, other: Spot, near: Near) -> bool:
        first, second = sorted((main, other), key=lambda spot: spot.start)
        if overlap(main, other) or near.order == ("before" if first is main else "after"):
            return False
        return self.text.number(second.start) - self.text.number(first.end - 1) - 1 <= near.within

    def places(self, term: Term, rule: Rule) -> list[Spot]:
        own = {t for near in (rule.near, rule.none_near) if near for t in (*near.any_of, *near.all_of)}
        own |= {*rule.any_of, *rule.all_of, *rule.none_of}
        rivals = [spot for t in own if t.form != "entity" for spot in find(t, self.text)]
        return [spot for spot in self.counted(term) if not self.is_outgrown(spot, rivals) and self.is_in(spot, rule)]

    def is_in(self, spot: Spot, rule: Rule) -> bool:
        field = "title" if self.text.span(spot)[0] < len(self.text.entry.title) else "text"
        return not rule.only_in.field or field in rule.only_in.field

    def counted(self, term: Term) -> list[Spot]:
        if term.form != "entity":
            return [spot for spot in find(term, self.text) if not self.is_outgrown(spot, self.named())]
        entity = self.book.entities[term.text]
        spots = self.strong(entity)
        if entity.weak and any(self.is_company(company) for company in entity.weak.company):
            spots = spots + self.by(entity, entity.weak.names)
        kept: list[Spot] = []
        for spot in sorted(spots, key=lambda spot: (spot.start - spot.end, spot.start)):
            if not any(overlap(spot, other) for other in kept):
                kept.append(spot)
        return kept

    def is_company(self, term: Term) -> bool:
        return bool(self.strong(self.book.entities[term.text]) if term.form == "entity" else self.counted(term))

    def strong(self, entity: Entity) -> list[Spot]:
        return self.by(entity, (Term(entity.title, "plain", entity.title), *entity.names))

    def by(self, entity: Entity, names: Iterable[Term]) -> list[Spot]:
        never = [spot for term in entity.never for spot in find(term, self.text)]
        spots = [spot._replace(entity=entity.name) for name in names for spot in find(name, self.text)]
        spots = [spot for spot in spots if not self.is_outgrown(spot, self.named())]
        return [spot for spot in spots if not any(n.start <= spot.start and spot.end <= n.end for n in never)]

    def named(self) -> list[Spot]:
        return [spot for names in self.names.values() for name in names for spot in find(name, self.text)]

    def is_outgrown(self, spot: Spot, rivals: list[Spot]) -> bool:
        if not self.has_loose_edge(spot):
            return False
        longer = [
            r for r in rivals if r.start <= spot.start and spot.end <= r.end and r.end - r.start > spot.end - spot.start
        ]
        return any(map(self.has_loose_edge, longer))

    def has_loose_edge(self, spot: Spot) -> bool:
        text = spot.term.text
        return is_loose(text[0]) or is_loose(text[-1])


def overlap(one: Spot, other: Spot) -> bool:
    return one.start < other.end and other.start < one.end


def term(written: str) -> Term:
    forms: dict[str, Form] = {"=": "exact", "$": "entity"}
    if written[0] in forms:
        return Term(written, forms[written[0]], written[1:])
    return Term(written, "prefix", written[:-1]) if written.endswith("*") else Term(written, "plain", written)


PLAIN = [
    *[
        "Otan",
        "Riabkov",
        "Sergueï Riabkov",
        "Riabkov Otan",
        "Genève",
        "Müller",
        "Straße",
        "cœur",
        "US",
        "ONU",
        "Sommet",
        "négoc*",
    ],
    *[
        "New START",
        "l'Otan",
        "=Genève",
        "=Riabkov-Otan",
        "ёлка",
        "北约",
        "北约峰会",
        "峰会",
        "日内瓦",
        "ไทย",
        "제네바",
        "5",
        "5北约",
    ],
]
ENTITIES = ("riabkov", "otan", "nei")
PIECES = [
    *[
        "Otan",
        "OTAN",
        "otan",
        "Riabkov",
        "RIABKOV",
        "Sergueï",
        "Genève",
        "Geneve",
        "GENÈVE",
        "Müller",
        "Mueller",
        "muller",
    ],
    *[
        "Straße",
        "STRASSE",
        "cœur",
        "COEUR",
        "US",
        "us",
        "Us",
        "ONU",
        "Onu",
        "onu",
        "Sommet",
        "négociations",
        "NÉGOCE",
        "New",
    ],
    *[
        "START",
        "l",
        "s",
        "ёлка",
        "ЕЛКА",
        "北约",
        "峰会",
        "在",
        "日内瓦",
        "ไทย",
        "รัส",
        "제네바",
        "에서",
        "5",
        "é",
        "x",
        "Ot\u00adan",
    ],
    *["Gene\u0301ve", "Riabkov\u0301", "\u200bOtan", "Stras", "🇫🇷", "un", "deux", "\u0301"],
]
SEPARATORS = [*[" "] * 8, "\n", "-", "–", "_", ", ", ". ", "’", "'", "s’ ", "’s ", "", "", "/", "’ ", "-\u200b"]

terms = st.sampled_from(PLAIN).map(term)
any_terms = st.sampled_from([*PLAIN, *(f"${name}" for name in ENTITIES), *(f"${name}" for name in ENTITIES)]).map(term)
texts = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(SEPARATORS)), max_size=16).map(
    lambda pairs: "".join(piece + separator for piece, separator in pairs)
)
nears = st.builds(
    Near,
    within=st.integers(0, 6),
    any_of=st.lists(any_terms, max_size=5).map(tuple),
    all_of=st.one_of(st.just(()), st.lists(any_terms, max_size=2).map(tuple)),
    order=st.sampled_from(["any", "before", "after"]),
).filter(lambda near: bool(near.any_of or near.all_of))
away = st.builds(Near, within=st.integers(0, 2), any_of=st.lists(any_terms, min_size=1, max_size=2).map(tuple))
rules = st.builds(
    Rule,
    name=st.just("rule"),
    any_of=st.lists(any_terms, min_size=1, max_size=6).map(tuple),
    all_of=st.one_of(st.just(()), st.lists(any_terms, max_size=1).map(tuple)),
    none_of=st.one_of(st.just(()), st.just(()), st.lists(any_terms, max_size=1).map(tuple)),
    near=st.one_of(st.none(), nears),
    none_near=st.one_of(st.none(), st.none(), away),
    only_in=st.sampled_from([Where(), Where(), Where(field=("title",)), Where(field=("text",))]),
)


entities = st.builds(
    Entity,
    name=st.just(""),
    title=st.sampled_from([written for written in PLAIN if written[0] != "=" and written[-1] != "*"]),
    type=st.just("thing"),
    names=st.lists(terms, max_size=3).map(tuple),
    weak=st.one_of(
        st.none(),
        st.builds(
            Weak,
            names=st.lists(terms, min_size=1, max_size=2).map(tuple),
            company=st.lists(any_terms, min_size=1, max_size=2).map(tuple),
        ),
    ),
    never=st.lists(terms, max_size=2).map(tuple),
)
books = st.builds(
    lambda rule, *entities: Book(
        entities={name: replace(entity, name=name) for name, entity in zip(ENTITIES, entities, strict=True)},
        rules={"rule": rule},
    ),
    rules,
    *[entities] * len(ENTITIES),
)


@settings(max_examples=600, deadline=None)
@given(books, texts, texts)
def test_the_engine_agrees_with_the_oracle(book: Book, title: str, text: str) -> None:
    entry = Entry("feed", "entry", title=title, text=text)
    findings = Matcher(book).findings(entry)
    offsets = {"title": 0, "text": len(title) + 1}
    found = {
        (hit.start + offsets[hit.field], hit.end + offsets[hit.field], hit.term, hit.entity)
        for finding in findings
        for hit in finding.hits
    }
    expected = Oracle(book, entry).told(book.rules["rule"])
    assert (found if findings else None) == expected


@given(books, texts, texts)
def test_every_hit_cuts_its_field_exactly_and_is_told_once(book: Book, title: str, text: str) -> None:
    fields = {"title": title, "text": text}
    for finding in Matcher(book).findings(Entry("feed", "entry", title=title, text=text)):
        assert len(set(finding.hits)) == len(finding.hits)
        assert [hit.field for hit in finding.hits] == sorted((hit.field for hit in finding.hits), reverse=True)
        for hit in finding.hits:
            assert hit.text == fields[hit.field][hit.start : hit.end]
            assert hit.text


@given(books, texts, texts)
def test_an_explanation_and_the_engine_agree(book: Book, title: str, text: str) -> None:
    matcher, entry = Matcher(book), Entry("feed", "entry", title=title, text=text)
    explanation, findings = matcher.explain(entry, "rule"), matcher.findings(entry)
    assert explanation.met == bool(findings)
    assert explanation.met == all(condition.met for condition in explanation.conditions)
    assert explanation.hits == (findings[0].hits if findings else ())
    assert bool(explanation.lacks) != explanation.met


def test_of_very_many_places_the_first_ones_are_told_and_explained_alike() -> None:
    otan, onu = (Term(word, "plain", word) for word in ("Otan", "ONU"))
    matcher = Matcher(Book(rules={"r": Rule("r", any_of=(otan,), near=Near(1, any_of=(onu,)))}))
    entry = Entry("live", "a", title="ONU", text="Otan ONU " * 20_000)
    (finding,) = matcher.findings(entry)
    assert len(finding.hits) == MOST_HITS
    assert [(hit.field, hit.start) for hit in finding.hits[:4]] == [("title", 0), ("text", 0), ("text", 5), ("text", 9)]
    assert matcher.explain(entry, "r").hits == finding.hits
