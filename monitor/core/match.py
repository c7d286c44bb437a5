"""The engine: the rules of a book, compiled once; which of them an entry meets and where, and if not, why not."""

from collections.abc import Iterable, Iterator

from monitor.core.book import Book
from monitor.core.engine.docket import Docket
from monitor.core.engine.judge import judge, told
from monitor.core.engine.needs import Needs
from monitor.core.engine.sight import Sight
from monitor.core.engine.vocabulary import Vocabulary
from monitor.core.entry import Entry
from monitor.core.rule import Finding, Rule
from monitor.core.why.almost import Words
from monitor.core.why.explain import Explanation, explain


class Matcher:
    """The rules of one book, compiled; never changed once made, so that threads may share it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        needs = Needs(book)
        self._vocabulary = Vocabulary(book, needs.at_once)
        self._docket = Docket(book, needs, self._vocabulary)
        self.names = self._docket.names

    def findings(self, entry: Entry) -> tuple[Finding, ...]:
        """List the rules that an entry meets, by name, each with its first `MOST_HITS` hits in the order of the text.

        Rules that are draft or retired do not run; an entry that was deleted meets none.
        """
        if entry.deleted:
            return ()
        sight = self.sight(entry)
        met = sorted(self._docket.met(sight))
        return tuple(self._finding(self.book.rules[self.names[number]], sight) for number in met)

    def met(self, entry: Entry) -> list[str]:
        """Name the rules that an entry meets, as `findings` does, but in no order and without saying where."""
        return list(map(self.names.__getitem__, self.numbers(entry)))

    def numbers(self, entry: Entry) -> set[int]:
        """Give the places in `names` of the rules that an entry meets: quicker where these are hundreds."""
        return set() if entry.deleted else self._docket.met(self.sight(entry))

    def sight(self, entry: Entry) -> Sight:
        """Read an entry once for all rules."""
        return Sight(self._vocabulary, entry)

    def explain(self, entry: Entry, rule_name: str) -> Explanation:
        """Say whether an entry meets a rule of this book: each condition with its hits, and for a miss what lacks."""
        return next(iter(self.explanations(entry, (rule_name,))))

    def explanations(self, entry: Entry, rule_names: Iterable[str]) -> Iterator[Explanation]:
        """Say the same of several rules; the entry is read once."""
        sight = self.sight(entry)
        words = Words(sight.folded)
        return (explain(self.book.rules[name], sight, words, self.book) for name in rule_names)

    def _finding(self, rule: Rule, sight: Sight) -> Finding:
        places = told(judge(rule, sight, self.book.feeds.get(sight.entry.feed)))
        return Finding(rule.name, rule.severity, tuple(map(sight.hit, places or ())))
