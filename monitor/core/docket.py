"""Which rules an entry meets: tables from what the scan saw to the rules, so that the cost grows with what is found.

A pattern that says all there is to say shows its term at once, and with it meets every rule of which that is enough.
What is in doubt is looked at first: a phrase with what stands between its words, a name with what never counts. What
is then known to be there brings the rules that need it most to trial.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

from monitor.core.book import Book
from monitor.core.judge import judge, told
from monitor.core.rule import Rule, Term, Where
from monitor.core.sight import Sight
from monitor.core.vocabulary import AnyNeedle, Vocabulary, names_of, terms_of
from monitor.core.where import admits, asks_properties, fields

Numbers = tuple[int, ...]


class Effect(NamedTuple):
    """What follows where something is there: the rules met by that alone, the terms it shows, the rules to be tried."""

    met: Numbers = ()
    shows: Numbers = ()
    tried: Numbers = ()


_NOTHING = Effect()


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """What a pattern may show: a needle, or else a term that its places decide."""

    needle: AnyNeedle | None
    term: Term
    effect: Effect


class Trial(NamedTuple):
    """What a rule wants that one term alone does not meet, in numbers of terms.

    `asks`: for properties of the entry; `by_place`: where its terms stand has a say, which is the judge's to hear.
    """

    rule: Rule
    any_of: frozenset[int]
    all_of: frozenset[int]
    none_of: frozenset[int]
    asks: bool
    by_place: bool


class Docket:
    """The rules of a book, made ready to be met; those that do not run are left out."""

    def __init__(self, book: Book, vocabulary: Vocabulary) -> None:
        self._book = book
        self.names = tuple(sorted(name for name, rule in book.rules.items() if rule.status in {"live", "shadow"}))
        draft = _Draft(book, vocabulary)
        for number, name in enumerate(self.names):
            draft.enter(number, book.rules[name])
        self._effects, self._doubts = draft.effects()
        self._trials, self._always = draft.trials, tuple(draft.always)

    def met(self, sight: Sight) -> list[str]:
        """List the rules that an entry meets, in their order."""
        followed = self._followed(sight)
        if not (followed or self._always):
            return []
        met, there, tried = (set[int]().union(*numbers) for numbers in zip(_NOTHING, *followed, strict=True))
        trials = self._trials
        met.update(number for number in tried.union(self._always) if self._is_met(trials[number], there, sight))
        return [self.names[number] for number in sorted(met)]

    def _followed(self, sight: Sight) -> list[Effect]:
        """List what follows from the patterns that were seen, once what is in doubt was looked at."""
        effects, doubts = self._effects, self._doubts
        followed = [effects[pattern] for pattern in sight.seen]
        doubted = dict.fromkeys(doubt for pattern in doubts.keys() & sight.seen.keys() for doubt in doubts[pattern])
        return followed + [doubt.effect for doubt in doubted if _holds(doubt, sight)]

    def _is_met(self, trial: Trial, there: set[int], sight: Sight) -> bool:
        rule, any_of, all_of, none_of, asks, by_place = trial
        if not all_of <= there or not none_of.isdisjoint(there) or (any_of and any_of.isdisjoint(there)):
            return False
        if not (asks or by_place):
            return True
        feed = self._book.feeds.get(sight.entry.feed)
        if asks and not admits(rule, sight.entry, feed):
            return False
        return not by_place or told(judge(rule, sight, feed)) is not None


def _holds(doubt: Doubt, sight: Sight) -> bool:
    return sight.shows(doubt.needle) if doubt.needle else bool(sight.places(doubt.term))


@dataclass(slots=True, eq=False)
class _Stake:
    """What hangs on one term: the rules met by it alone, those tried for it, its number where a trial asks for it."""

    met: list[int]
    tried: list[int]
    number: int = -1

    def effect(self) -> Effect:
        shows = (self.number,) if self.number >= 0 else ()
        return Effect(tuple(self.met), shows, tuple(self.tried))


class _Draft:
    """A docket in the making."""

    def __init__(self, book: Book, vocabulary: Vocabulary) -> None:
        self._book, self._vocabulary = book, vocabulary
        self.trials: dict[int, Trial] = {}
        self.always: list[int] = []
        self._stakes: dict[Term, _Stake] = {}
        self._asked = count()
        self._frequencies: dict[str, float] = {}

    def enter(self, number: int, rule: Rule) -> None:
        """Enter a rule under what meets it, or under what it is tried for."""
        key = self._key(rule)
        if _is_direct(rule) and key:
            for term in key:
                self._stake(term).met.append(number)
        elif rule.any_of or rule.all_of or rule.only_in != Where():
            self.trials[number] = self._trial(rule)
            for term in key:
                self._stake(term).tried.append(number)
            if not key:
                self.always.append(number)

    def effects(self) -> tuple[list[Effect], Mapping[int, tuple[Doubt, ...]]]:
        """Lay out by pattern what follows from it, and what is in doubt."""
        sure: dict[int, list[Effect]] = {}
        doubtful: dict[AnyNeedle, list[Effect]] = {}
        doubts: dict[int, list[Doubt]] = {}
        for term, stake in self._stakes.items():
            effect, needles = stake.effect(), self._vocabulary.needles(term)
            if self._is_pondered(term, needles):
                self._doubt(Doubt(None, term, effect), needles, doubts)
                continue
            for needle in needles:
                if needle.bare:
                    sure.setdefault(self._vocabulary.numbers[needle.patterns[0]], []).append(effect)
                else:
                    doubtful.setdefault(needle, []).append(effect)
        for needle, effects in doubtful.items():
            self._doubt(Doubt(needle, needle.term, _joined(effects)), (needle,), doubts)
        laid_out = [_NOTHING] * len(self._vocabulary.numbers)
        for pattern, effects in sure.items():
            laid_out[pattern] = _joined(effects)
        return laid_out, {pattern: tuple(found) for pattern, found in doubts.items()}

    def _doubt(self, doubt: Doubt, needles: Iterable[AnyNeedle], doubts: dict[int, list[Doubt]]) -> None:
        """Enter a doubt under every pattern of some needles, once."""
        for pattern in {number for needle in needles for number in self._vocabulary.numbers_of(needle)}:
            doubts.setdefault(pattern, []).append(doubt)

    def _stake(self, term: Term) -> _Stake:
        stake = self._stakes.get(term)
        if stake is None:
            stake = self._stakes[term] = _Stake([], [])
        return stake

    def _trial(self, rule: Rule) -> Trial:
        """Make the trial of a rule; what no pattern shows is left to the judge, who looks for it."""
        looks_everywhere = len(fields(rule)) > 1
        is_late = any(map(self._is_late, (*rule.any_of, *rule.all_of, *rule.none_of)))
        return Trial(
            rule=rule,
            any_of=frozenset() if any(map(self._is_late, rule.any_of)) else self._numbered(rule.any_of),
            all_of=self._numbered(rule.all_of),
            none_of=self._numbered(rule.none_of),
            asks=asks_properties(rule),
            by_place=bool(rule.near or rule.none_near or not looks_everywhere or is_late or self._has_rivals(rule)),
        )

    def _numbered(self, terms: Iterable[Term]) -> frozenset[int]:
        stakes = [self._stake(term) for term in terms if not self._is_late(term)]
        for stake in stakes:
            stake.number = next(self._asked) if stake.number < 0 else stake.number
        return frozenset(stake.number for stake in stakes)

    def _is_late(self, term: Term) -> bool:
        """Tell a term that no pattern shows."""
        if term.form == "entity":
            return any(map(self._is_late, names_of(self._book.entities[term.text])))
        return term.form == "regex" and not all(needle.patterns for needle in self._vocabulary.needles(term))

    def _key(self, rule: Rule) -> tuple[Term, ...]:
        """Choose among what a rule needs the group that is likely to be there most seldom, and that patterns show."""
        groups = [(term,) for term in rule.all_of] + ([rule.any_of] if rule.any_of else [])
        shown = [group for group in groups if not any(map(self._is_late, group))]
        return min(shown, key=lambda group: sum(map(self._frequency, group))) if shown else ()

    def _frequency(self, term: Term) -> float:
        """Guess how often a term is there."""
        if term.form != "entity":
            return _frequency(term)
        if term.text not in self._frequencies:
            self._frequencies[term.text] = sum(map(_frequency, names_of(self._book.entities[term.text])))
        return self._frequencies[term.text]

    def _is_pondered(self, term: Term, needles: Iterable[AnyNeedle]) -> bool:
        """Tell whether more than one needle has to be looked at to know that a term is there."""
        entity = self._book.entities[term.text] if term.form == "entity" else None
        return bool(entity and (entity.never or entity.weak)) or any(needle.loose for needle in needles)

    def _has_rivals(self, rule: Rule) -> bool:
        """Tell whether a term of a rule may lie in a longer one of its own, which then wins."""
        plain = (term for term in terms_of(rule) if term.form != "entity")
        return any(needle.loose for term in plain for needle in self._vocabulary.needles(term))


def _frequency(term: Term) -> float:
    """Guess how often a term is there: half as often with every letter, and names are seldomer than words."""
    return 2.0 ** -len(term.text.encode("utf-8", "surrogatepass")) / (8 if term.text[:1].isupper() else 1)


def _is_direct(rule: Rule) -> bool:
    """Tell whether one term alone meets a rule."""
    if rule.none_of or rule.near or rule.none_near or rule.only_in != Where() or rule.not_in != Where():
        return False
    return len(rule.all_of) == (0 if rule.any_of else 1)


def _joined(effects: Iterable[Effect]) -> Effect:
    """Put effects together; the many patterns that have one share it."""
    several = list(effects)
    if not several[1:]:
        return several[0] if several else _NOTHING
    return Effect(*(tuple(chain.from_iterable(column)) for column in zip(*several, strict=True)))
