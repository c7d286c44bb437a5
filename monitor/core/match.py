"""The engine: the rules of a book, compiled once; which of them an entry meets and where, and if not, why not."""

from collections.abc import Iterable, Iterator

from monitor.core.almost import Words
from monitor.core.book import Book
from monitor.core.docket import Docket
from monitor.core.entry import Entry
from monitor.core.explain import Explanation, explain
from monitor.core.judge import judge, told
from monitor.core.rule import Example, Finding, Hit, Rule
from monitor.core.sight import Sight
from monitor.core.vocabulary import Vocabulary


class Matcher:
    """The rules of one book, compiled; never changed once made, so that threads may share it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._vocabulary = Vocabulary(book)
        self._docket = Docket(book, self._vocabulary)

    def findings(self, entry: Entry) -> tuple[Finding, ...]:
        """List the rules that an entry meets, by name, each with its first `MOST_HITS` hits in the order of the text.

        Rules that are draft or retired do not run; an entry that was deleted meets none.
        """
        if entry.deleted:
            return ()
        sight = self.sight(entry)
        return tuple(self._finding(self.book.rules[name], sight) for name in self._docket.met(sight))

    def met(self, entry: Entry) -> list[str]:
        """Name the rules that an entry meets, as `findings` does, without saying where."""
        return [] if entry.deleted else self._docket.met(self.sight(entry))

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


def example_faults(matcher: Matcher, rule: Rule) -> tuple[tuple[int, str], ...]:
    """Run the examples of a rule of the matcher's book; for each that fails its number from 0 and why."""
    faults = ((number, _fault(matcher, rule, example)) for number, example in enumerate(rule.examples))
    return tuple((number, fault) for number, fault in faults if fault)


def _fault(matcher: Matcher, rule: Rule, example: Example) -> str:
    found = matcher.explain(_entry(example), rule.name)
    if not example.met:
        return f"should not match, but does: {_marked(example.text, found.hits)}" if found.met else ""
    if not found.met:
        return f"should match, but does not - {found.lacks}"
    if example.spans and _spans(found.hits) != example.spans:
        return f"highlights otherwise: {_marked(example.text, found.hits)}"
    return ""


def _entry(example: Example) -> Entry:
    return Entry(
        feed=example.feed,
        identity="example",
        title=example.title,
        text=example.text,
        author=example.author,
        categories=example.topic,
        language=example.language,
    )


def _marked(text: str, hits: tuple[Hit, ...]) -> str:
    for start, end in reversed(_spans(hits)):
        text = f"{text[:start]}[[{text[start:end]}]]{text[end:]}"
    return text


def _spans(hits: tuple[Hit, ...]) -> tuple[tuple[int, int], ...]:
    """List what is highlighted in the text: hits that overlap are one."""
    spans: list[tuple[int, int]] = []
    for hit in hits:
        if hit.field == "text" and spans and hit.start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], hit.end))
        elif hit.field == "text":
            spans.append((hit.start, hit.end))
    return tuple(spans)
