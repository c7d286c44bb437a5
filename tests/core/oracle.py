"""A plain, slow oracle of the rule language, written from docs/rules.md: it tries every term at every place of a text.

`oracle_text` reads the text, `oracle_terms` finds the terms, here the rules are tried. What is shared with the engine
is a list or has gold sets of its own: the collisions, and which case endings and other spellings a name has
(naming/names).
"""

import re
from collections.abc import Iterable, Sequence

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.rule import Entity, Field, Hit, How, Near, Rule, Term, Where
from tests.core.oracle_terms import Spot, find, find_inflected, find_variants, is_loose
from tests.core.oracle_text import Text

Told = tuple[Field, int, int, str, str, str, How]
"""A hit: field, start, end, text, term, entity, how."""


def told_by(hits: Iterable[Hit]) -> tuple[Told, ...]:
    """Give hits of the engine as the oracle gives them."""
    return tuple(sorted((h.field, h.start, h.end, h.text, h.term, h.entity, h.how) for h in hits))


def live(book: Book) -> list[Rule]:
    """List the rules that run."""
    return [rule for rule in book.rules.values() if rule.status in {"live", "shadow"}]


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

    def by(self, entity: Entity, names: Sequence[tuple[Term, How]]) -> list[Spot]:
        """Find an entity by some of its names: as written, in their case endings, in other spellings."""
        spots = [spot._replace(how=how) for name, how in names for spot in self.find(name)]
        spots += [spot for name, _ in names for spot in self.inflected(name, entity)]
        if entity.variants == "translit":
            spots += [spot for name, _ in names for spot in find_variants(name, self.text)]
        spots = [spot._replace(entity=entity.name) for spot in spots]
        never = [spot for term in entity.never for spot in (*self.find(term), *self.inflected(term, entity))]
        return [s for s in self.apart(spots) if not any(n.start <= s.start and s.end <= n.end for n in never)]

    def inflected(self, name: Term, entity: Entity) -> list[Spot]:
        return [] if entity.variants == "written" else find_inflected(name, self.text)

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
