"""Which rules an entry meets: tables from what the scan saw to the rules, so that the cost grows with what is found.

A pattern that says all there is to say proves its term, and with it meets every rule of which that is enough. What is
in doubt is looked at first: a phrase with what stands between its words, a name with what never counts. What is then
proven brings the rules that need it most to trial.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from monitor.core.book import Book
from monitor.core.engine.judge import judge, told
from monitor.core.engine.needs import Group, Needs, groups, is_bare_regex, is_direct
from monitor.core.engine.sight import Sight
from monitor.core.engine.vocabulary import AnyNeedle, Vocabulary, terms_of
from monitor.core.engine.where import admits, asks_properties, fields
from monitor.core.rule import Rule, Term, Where

Numbers = tuple[int, ...]
"""Of patterns and the doubts behind them: what proves a term. Or what follows from one of these: from 0 on the rules
that it meets, `~rule` for those that it brings to trial, and behind all rules the doubts that it raises."""


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """What patterns may show: a needle, or else a term that its places decide; it proves its `number` if it holds."""

    needle: AnyNeedle | None
    term: Term
    number: int

    def holds(self, sight: Sight) -> bool:
        """Tell whether it is there after all."""
        return sight.shows(self.needle) if self.needle else bool(sight.places(self.term))


class Trial(NamedTuple):
    """What a rule wants besides what brought it to trial: one of `need`, one of each of `more`, none of `none_of`.

    What no number proves is `late`, it is looked for when all else is there: of a need its entities by their other
    romanisations, and what takes a look at the text. `asks`: for properties of the entry; `by_place`: where its terms
    stand has a say, which is the judge's to hear.
    """

    need: Numbers
    none_of: Numbers
    more: tuple[Numbers, ...]
    is_simple: bool
    late: tuple[tuple[Numbers, Group, Group], ...]
    late_none: Group
    asks: bool
    by_place: bool
    rule: Rule


class Docket:
    """The rules of a book, made ready to be met; those that do not run are left out."""

    def __init__(self, book: Book, needs: Needs, vocabulary: Vocabulary) -> None:
        self._book = book
        self.names = tuple(sorted(needs.keys))
        draft = _Draft(book, needs, vocabulary, len(self.names))
        for number, name in enumerate(self.names):
            draft.enter(number, book.rules[name])
        self._follows, self._doubts, self._trials = draft.follows(), draft.doubts, draft.trials
        self._always = draft.always

    def met(self, sight: Sight) -> set[int]:
        """Give the numbers of the rules that an entry meets."""
        there, rules = set(sight.seen), len(self.names)
        follows = set(self._always).union(*map(self._follows.__getitem__, there))
        for doubt in [self._doubts[number - rules] for number in follows if number >= rules]:
            if doubt.holds(sight):
                there.add(doubt.number)
                follows.update(self._follows[doubt.number])
        met = {number for number in follows if 0 <= number < rules}
        met.update([~number for number in follows if number < 0 and self._is_met(self._trials[~number], there, sight)])
        return met

    def _is_met(self, trial: Trial, there: set[int], sight: Sight) -> bool:
        need, none_of, more, is_simple, *_ = trial
        if (need and there.isdisjoint(need)) or not there.isdisjoint(none_of):
            return False
        for group in more:
            if there.isdisjoint(group):
                return False
        return is_simple or self._is_met_here(trial, there, sight)

    def _is_met_here(self, trial: Trial, there: set[int], sight: Sight) -> bool:
        feed = self._book.feeds.get(sight.entry.feed)
        if trial.asks and not admits(trial.rule, sight.entry, feed):
            return False
        for numbers, respelt, terms in trial.late:
            if there.isdisjoint(numbers) and not (
                any(map(sight.has_respelt, respelt)) or any(map(sight.places, terms))
            ):
                return False
        if any(map(sight.places, trial.late_none)):
            return False
        return not trial.by_place or told(judge(trial.rule, sight, feed)) is not None


MOST_NUMBERS = 50
"""A term with more needles is one doubt: what is needed is looked up number by number."""


class _Draft:
    """A docket in the making."""

    def __init__(self, book: Book, needs: Needs, vocabulary: Vocabulary, rules: int) -> None:
        self._book, self._needs, self._vocabulary, self._rules = book, needs, vocabulary, rules
        self.trials: dict[int, Trial] = {}
        self.always: list[int] = []
        self.doubts: list[Doubt] = []
        self._follows: dict[int, list[int]] = {}
        self._proofs: dict[Term, Numbers] = {}
        self._doubted: dict[AnyNeedle, int] = {}
        self._count = len(vocabulary.numbers)

    def enter(self, number: int, rule: Rule) -> None:
        """Enter a rule under what meets it, or under what it is tried for."""
        key = self._needs.keys[rule.name]
        follows = number if key and is_direct(rule) else ~number
        for proof in self._proven_by(key):
            self._follows.setdefault(proof, []).append(follows)
        if follows < 0 and (rule.any_of or rule.all_of or rule.only_in != Where()):
            self.trials[number] = self._trial(rule, key)
            self.always += () if key else (follows,)

    def follows(self) -> list[Numbers]:
        """Lay out by number what follows from it.

        The numbers are made anew, by way of an array, so that those of one tuple lie side by side in memory: of a large
        book most of the time goes into fetching them.
        """
        laid_out: list[Numbers] = [()] * self._count
        for number, follows in self._follows.items():
            laid_out[number] = tuple(array("q", follows))
        return laid_out

    def _trial(self, rule: Rule, key: Group) -> Trial:
        needed = [group for group in groups(rule) if group != key]
        late = [group for group in needed if any(map(self._needs.is_late, group))]
        need, *more = [self._proven_by(group) for group in needed if group not in late] or [()]
        late_none = tuple(filter(self._needs.is_late, rule.none_of))
        by_place = bool(rule.near or rule.none_near or len(fields(rule)) <= 1 or self._has_rivals(rule))
        return Trial(
            rule=rule,
            need=need,
            more=tuple(more),
            none_of=self._proven_by(rule.none_of),
            is_simple=not (by_place or asks_properties(rule) or late_none or late),
            late=tuple(map(self._late, late)),
            late_none=late_none,
            asks=asks_properties(rule),
            by_place=by_place,
        )

    def _late(self, group: Group) -> tuple[Numbers, Group, Group]:
        respelt, bare = filter(self._needs.is_respelt, group), filter(is_bare_regex, group)
        return self._proven_by(group), tuple(respelt), tuple(bare)

    def _proven_by(self, terms: Iterable[Term]) -> Numbers:
        return tuple(array("q", dict.fromkeys(chain.from_iterable(map(self._proof, terms)))))

    def _proof(self, term: Term) -> Numbers:
        """Give the numbers of which any proves that a term is there."""
        proof = self._proofs.get(term)
        if proof is None:
            needles = self._vocabulary.needles(term)
            is_one = self._is_pondered(term, needles)
            proof = (self._doubt(None, term, needles),) if is_one else tuple(map(self._needle_proof, needles))
            self._proofs[term] = proof
        return proof

    def _needle_proof(self, needle: AnyNeedle) -> int:
        if needle.bare:
            return self._vocabulary.numbers[needle.patterns[0]]
        number = self._doubted.get(needle)
        if number is None:
            number = self._doubted[needle] = self._doubt(needle, needle.term, (needle,))
        return number

    def _doubt(self, needle: AnyNeedle | None, term: Term, needles: Iterable[AnyNeedle]) -> int:
        """Enter a doubt under every pattern of some needles; give its number."""
        follows = self._rules + len(self.doubts)
        self.doubts.append(Doubt(needle, term, self._count))
        self._count += 1
        for pattern in {number for one in needles for number in self._vocabulary.numbers_of(one)}:
            self._follows.setdefault(pattern, []).append(follows)
        return self._count - 1

    def _is_pondered(self, term: Term, needles: tuple[AnyNeedle, ...]) -> bool:
        """Tell whether more than one needle has to be looked at to know that a term is there."""
        entity = self._book.entities[term.text] if term.form == "entity" else None
        is_complex = entity and (entity.never or entity.weak)
        return bool(is_complex) or len(needles) > MOST_NUMBERS or any(needle.loose for needle in needles)

    def _has_rivals(self, rule: Rule) -> bool:
        """Tell whether a term of a rule may lie in a longer one of its own, which then wins."""
        plain = (term for term in terms_of(rule) if term.form != "entity")
        return any(needle.loose for term in plain for needle in self._vocabulary.needles(term))
