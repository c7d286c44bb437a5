"""All that is decided of documents, one after the other, on a ledger that is but a few dictionaries."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.entry import Entry, digest
from monitor.core.feed import Feed
from monitor.core.revise import Known, each_once, known_ids
from monitor.core.watching.deciding import Decision, Recalled, decide, document, numbered
from monitor.core.watching.flood import Source, Twin
from monitor.core.watching.health import Health
from monitor.core.watching.memory import Memory
from monitor.core.watching.window import Place

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
FEED = Feed("live", "https://example.org/live", max_age=timedelta(days=9999))


class Book:
    """Keeps what was decided; `now` is its clock."""

    def __init__(self) -> None:
        self.now, self.memory = T0, Memory()
        self.ids: dict[str, int] = {}
        self.texts: dict[int, list[Entry]] = {}
        self.places: dict[int, Place] = {}
        self.held: set[int] = set()

    def show(self, *entries: Entry, host: str = "example.org", title: str = "Live") -> Decision:
        """Decide upon a document, and keep it."""
        self.now += timedelta(minutes=1)
        decision = decide(document(FEED, entries, self.now, Source(host, title)), self._recalled())
        for one in decision.news:
            number = one.entry_id or len(self.texts) + 1
            texts = [text for text in self.texts.get(number, []) if digest(text) != one.digest]
            self.texts[number] = [*texts, one.entry]
            self.ids.setdefault(one.entry.identity, number)
            self.held |= {number} if one.held else set()
            self.places.setdefault(number, Place(number, self.now, one.entry.published))
        self.ids |= {name: i for name, i in decision.renamed.items() if name not in decision.passing}
        shown = {**known_ids(each_once(entries), Known(first=False, ids=self.ids)), **decision.renamed}
        self.memory = numbered(decision, shown)
        return decision

    def _recalled(self) -> Recalled:
        digests = {number: tuple(map(digest, texts)) for number, texts in self.texts.items()}
        current = {number: texts[-1] for number, texts in self.texts.items()}
        known = Known(not self.texts and not self.memory.source.host, self.ids, digests, current, frozenset(self.held))
        twins: dict[str, tuple[Twin, ...]] = {}
        for number, texts in self.texts.items():
            for text in texts:
                twin = Twin(number, text.published, current=text is texts[-1], held=number in self.held)
                twins[digest(text)] = (*twins.get(digest(text), ()), twin)
        return Recalled(known, self.memory, twins, self.places, {i: name for name, i in self.ids.items()})


def posts(numbers: list[int], prefix: str = "", days: int = 0) -> list[Entry]:
    return [
        Entry("live", f"{prefix}{i}", text=f"L'Otan répond {i}", published=T0 + timedelta(days=days, minutes=i))
        for i in numbers
    ]


ENTRIES = st.builds(
    Entry,
    feed=st.just("live"),
    identity=st.sampled_from("abcdefgh"),
    text=st.sampled_from(["Otan", "Lavrov", "Genève", "Riabkov", "Sherman", "Kazakhstan", ""]),
    published=st.none() | st.integers(0, 9).map(lambda n: T0 + timedelta(minutes=n)),
    deleted=st.booleans(),
)
DOCUMENTS = st.lists(st.lists(ENTRIES, max_size=8), min_size=1, max_size=8)


@settings(deadline=None)
@given(DOCUMENTS)
def test_a_document_that_is_shown_twice_adds_nothing_but_what_it_lacks(documents: list[list[Entry]]) -> None:
    book = Book()
    for shown in documents:
        living = [entry for entry in shown if not entry.deleted]
        book.show(*living)
        for _ in range(2):  # what is newer than an absent entry may itself have come only now
            assert [one for one in book.show(*living).news if not one.entry.deleted] == []
        assert book.show(*living).news == ()


@settings(deadline=None)
@given(DOCUMENTS, st.integers(0, 2**16))
def test_the_order_of_a_document_does_not_matter_for_what_its_entries_are(
    documents: list[list[Entry]], seed: int
) -> None:
    straight, mixed, chance = Book(), Book(), random.Random(seed)
    for shown in documents:
        once = each_once(tuple(shown))
        straight.show(*once)
        mixed.show(*chance.sample(once, len(once)))
    assert straight.ids.keys() == mixed.ids.keys()


def test_an_edit_of_a_held_entry_and_a_deletion_say_what_they_are() -> None:
    book = Book()
    book.show(*posts(list(range(9, 0, -1))))
    flood = posts(list(range(9, 0, -1)), "new-", days=1)
    assert {one.held for one in book.show(*flood).news} == {"its text is known under another name"}
    edited = [replace(flood[0], text="Lavrov"), *flood[1:4], *flood[5:]]
    (edit,) = book.show(*edited).news
    assert (edit.edit, edit.held) == ("substantial", "the text that it edits is held")
    decision = book.show(*edited)
    assert [(one.entry.identity, one.edit) for one in decision.news] == [("new-5", "deletion")]
    assert decision.vanished == 1
    (back,) = book.show(*edited[:4], flood[4], *edited[4:]).news
    assert (back.edit, back.back) == ("restored", True)


def test_what_is_held_may_have_been_missed_and_is_no_reason_to_poll_faster() -> None:
    book = Book()
    book.show(*posts([3, 2, 1]))
    assert not book.show(*posts([9, 8, 7], "x"), host="parked.example").overflow
    assert not book.show(*posts([12, 3]), host="parked.example").overflow
    assert not book.show(*posts([19, 3, 2])).overflow, "what it showed before it was away, it shows"
    assert book.show(*posts([29, 28, 27])).overflow


def test_names_that_change_with_each_document_are_not_kept() -> None:
    book = Book()
    book.show(*posts([3, 2, 1]))
    first, second = book.show(*posts([3, 2, 1], "a")), book.show(*posts([3, 2, 1], "b"))
    assert (first.renamed, first.passing) == ({"a3": 1, "a2": 2, "a1": 3}, frozenset())
    assert (second.renamed, second.passing) == ({"b3": 1, "b2": 2, "b1": 3}, frozenset({"b1", "b2", "b3"}))
    assert (first.news, second.news) == ((), ())


def test_of_the_first_document_nothing_is_held() -> None:
    assert not any(one.held for one in Book().show(*posts(list(range(9)))).news)


def holds(decision: Decision) -> list[str]:
    return [one.entry.identity for one in decision.news if one.held]


def test_another_site_is_held_from_its_first_document_to_its_last() -> None:
    book = Book()
    book.show(*posts([3, 2, 1]))
    assert len(holds(book.show(*posts(list(range(110, 100, -1))), title="Casino X"))) == 10
    assert holds(book.show(*posts(list(range(111, 100, -1))), title="Casino X")) == ["111"]
    back = book.show(*posts([4, 3, 2]))
    assert (holds(back), [one.entry.identity for one in back.news]) == ([], ["4"])
    assert holds(book.show(*posts([112, 111, 110]), title="Casino X")) == [], "one of three is no flood"


def test_a_feed_that_two_hosts_answer_for_is_held_but_once() -> None:
    book = Book()
    book.show(*posts([3, 2, 1]), host="cdn-1.example")
    batches = [posts([n + 2, n + 1, n]) for n in range(10, 40, 3)]
    found = [book.show(*batch, host=f"cdn-{number % 2}.example") for number, batch in enumerate(batches)]
    assert [len(holds(one)) for one in found] == [3] + [0] * (len(batches) - 1)


def test_a_live_blog_that_begins_under_another_title_is_told() -> None:
    book = Book()
    book.show(title="Bientôt en direct")
    assert holds(book.show(*posts([4, 3, 2, 1]), title="EN DIRECT")) == []
    book.memory = replace(book.memory, health=Health(empty=T0))
    assert holds(book.show(*posts([14, 13, 12, 11]), title="Le lendemain")) == []
