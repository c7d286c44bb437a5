"""What the engine tells, beside what cases and the oracle hold it to: its limits."""

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.judge import MOST_HITS
from monitor.core.match import Matcher
from monitor.core.rule import Near, Rule, Term


def test_of_very_many_places_the_first_ones_are_told_and_explained_alike() -> None:
    otan, onu = (Term(word, "plain", word) for word in ("Otan", "ONU"))
    matcher = Matcher(Book(rules={"r": Rule("r", any_of=(otan,), near=Near(1, any_of=(onu,)))}))
    entry = Entry("live", "a", title="ONU", text="Otan ONU " * 20_000)
    (finding,) = matcher.findings(entry)
    assert len(finding.hits) == MOST_HITS
    assert [(hit.field, hit.start) for hit in finding.hits[:4]] == [("title", 0), ("text", 0), ("text", 5), ("text", 9)]
    assert matcher.explain(entry, "r").hits == finding.hits
