"""What a rule needs to be met, and by which need it is found; which names must be looked for in every text."""

from monitor.core.book import Book
from monitor.core.engine.regular import regular
from monitor.core.engine.vocabulary import names_of
from monitor.core.rule import Near, Rule, Term, Where

Group = tuple[Term, ...]
"""Terms of which one must be there."""


def groups(rule: Rule) -> list[Group]:
    """List what a rule needs."""
    near = rule.near or Near(0)
    any_of = [group for group in (rule.any_of, near.any_of) if group]
    return any_of + [(term,) for term in (*rule.all_of, *near.all_of)]


def is_direct(rule: Rule) -> bool:
    """Tell whether one term alone meets a rule."""
    if rule.none_of or rule.near or rule.none_near or rule.only_in != Where() or rule.not_in != Where():
        return False
    return len(rule.all_of) == (0 if rule.any_of else 1)


def is_bare_regex(term: Term) -> bool:
    """Tell a regular expression without letters to scan for; no name is one."""
    return term.form == "regex" and not regular(term).patterns


class Needs:
    """The needs of the rules of a book that run.

    `keys`: by rule the need by which it is found, () if it has to be tried on every entry. `at_once`: the entities
    whose other romanisations must be looked for in every text, since a rule is found by them; those of all others are
    looked for when everything else that a rule needs is there.
    """

    def __init__(self, book: Book) -> None:
        self._entities = book.entities
        self._frequencies: dict[str, float] = {}
        self._has_translit = any(entity.variants == "translit" for entity in book.entities.values())
        running = (rule for rule in book.rules.values() if rule.status in {"live", "shadow"})
        self.keys = {rule.name: self._key(rule) for rule in running}
        self.at_once = frozenset(
            term.text for key in self.keys.values() for term in key if self._has_translit and self._is_translit(term)
        )

    def is_late(self, term: Term) -> bool:
        """Tell a term that no pattern shows: only who looks at the text knows that it is not there."""
        return self.is_respelt(term) or is_bare_regex(term)

    def is_respelt(self, term: Term) -> bool:
        """Tell an entity whose other romanisations are not looked for in every text."""
        return self._has_translit and self._is_translit(term) and term.text not in self.at_once

    def _is_translit(self, term: Term) -> bool:
        return term.form == "entity" and self._entities[term.text].variants == "translit"

    def _key(self, rule: Rule) -> Group:
        """Choose the need that is likely to be there most seldom; one without romanisations, if there is one."""
        if not (rule.any_of or rule.all_of):
            return ()
        shown = [group for group in groups(rule) if not any(map(is_bare_regex, group))]
        if self._has_translit:
            shown = [group for group in shown if not any(map(self._is_translit, group))] or shown
        return min(shown, key=self._frequency, default=())

    def _frequency(self, group: Group) -> float:
        """Guess how often one of some terms is there."""
        return sum(map(self._term_frequency, group))

    def _term_frequency(self, term: Term) -> float:
        if term.form != "entity":
            return _frequency(term)
        if term.text not in self._frequencies:
            self._frequencies[term.text] = sum(map(_frequency, names_of(self._entities[term.text])))
        return self._frequencies[term.text]


def _frequency(term: Term) -> float:
    """Guess how often a term is there: half as often with every letter, and names are seldomer than words."""
    return 2.0 ** -len(term.text.encode("utf-8", "surrogatepass")) / (8 if term.text[:1].isupper() else 1)
