"""The engine: the rules of a book, compiled once; which of them an entry meets and where, and if not, why not."""

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.explain import Explanation, explain
from monitor.core.judge import judge, told
from monitor.core.rule import Example, Finding, Hit, Rule, Term, Where
from monitor.core.sight import Sight, Vocabulary, names_of


class Matcher:
    """The rules of one book, compiled; never changed once made, so that threads may share it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._vocabulary = Vocabulary(book)
        self._candidates: dict[Term, set[str]] = {}
        self._always: set[str] = set()
        for rule in book.rules.values():
            self._enter(rule)

    def findings(self, entry: Entry) -> tuple[Finding, ...]:
        """List the rules that an entry meets, by name, each with its first `MOST_HITS` hits in the order of the text.

        An entry that was deleted meets none.
        """
        if entry.deleted:
            return ()
        sight = self.sight(entry)
        names = self._always.union(*(self._candidates.get(term, ()) for term in sight.found))
        found = (self._finding(self.book.rules[name], sight) for name in sorted(names))
        return tuple(finding for finding in found if finding)

    def sight(self, entry: Entry) -> Sight:
        """Read an entry once for all rules."""
        return Sight(self._vocabulary, entry)

    def explain(self, entry: Entry, rule_name: str) -> Explanation:
        """Say whether an entry meets a rule of this book: each condition with its hits, and for a miss what lacks."""
        return explain(self.book.rules[rule_name], self.sight(entry), self.book)

    def _finding(self, rule: Rule, sight: Sight) -> Finding | None:
        places = told(judge(rule, sight, self.book.feeds.get(sight.entry.feed)))
        return None if places is None else Finding(rule.name, rule.severity, tuple(map(sight.hit, places)))

    def _enter(self, rule: Rule) -> None:
        """Note the terms of which one must be there before the rule is worth a look; of a rule without, look always."""
        needed = _key(rule)
        if not needed and rule.only_in != Where():
            self._always.add(rule.name)
        for term in needed:
            names = names_of(self.book.entities[term.text]) if term.form == "entity" else (term,)
            for name in names:
                self._candidates.setdefault(name, set()).add(rule.name)


def _key(rule: Rule) -> tuple[Term, ...]:
    """Choose among what a rule needs the group that is likely to be there most seldom: that of the longest terms."""
    groups = [(term,) for term in rule.all_of] + ([rule.any_of] if rule.any_of else [])
    return max(groups, key=lambda group: min(len(term.text) for term in group), default=())


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
