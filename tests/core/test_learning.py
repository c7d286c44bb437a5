"""What a poll teaches: of a document, of an answer that nothing changed, of a failure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.core.revise import Known
from monitor.core.watching import learning
from monitor.core.watching.asking import Asking
from monitor.core.watching.asking import Document as Asked
from monitor.core.watching.deciding import Decision, Recalled, decide, document
from monitor.core.watching.flood import Source, Stock
from monitor.core.watching.learning import Answer, Failure, Lesson
from monitor.core.watching.memory import Memory
from monitor.core.watching.rhythm import Wishes
from monitor.core.watching.window import Place, Window

NOW = datetime(2022, 1, 10, 17, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FEED = Feed("live", "http://a.example/feed")
AWAY = "https://b.example/feed"


def answer(*, same_validators: bool = False) -> Answer:
    asked = Asked("digest", whole=True, same_validators=same_validators, news=False)
    return Answer(asked, Wishes(ttl=HOUR), "feed", 2, "no entry has a date", NOW)


def entry(name: str, published: datetime | None = None) -> Entry:
    return Entry("live", name, title=f"L'Otan {name}", published=published)


def lesson(*entries: Entry, same_validators: bool = False) -> Lesson:
    decision = decide(document(FEED, entries, NOW), Recalled(Known(first=True)))
    return learning.of_document(FEED, Asking(), answer(same_validators=same_validators), decision)


def test_a_document_teaches_when_entries_came_and_what_it_says_of_itself() -> None:
    learnt = lesson(entry("a", NOW - HOUR), entry("b")).memory
    assert learnt.rhythm.newest == NOW - HOUR, "of a first document what has no time may have come whenever"
    assert learnt.rhythm.wishes.ttl == HOUR
    assert learnt.asking == Asking(whole=NOW, digest="digest", lacks="no entry has a date")
    assert learnt.health.kind == "feed"
    assert lesson(entry("a", NOW - HOUR)).memory.rhythm.newest == NOW - HOUR


def test_news_under_old_validators_are_held_against_them_and_what_vanished_is_no_news() -> None:
    assert lesson(entry("a"), same_validators=True).memory.asking.distrusted == NOW
    assert lesson(same_validators=True).memory.asking.distrusted is None
    gone = decide(document(FEED, (), NOW), Recalled(Known(first=False)))
    vanished = Decision(
        decide(document(FEED, (entry("a"),), NOW), Recalled(Known(first=True))).news, gone.memory, vanished=1
    )
    learnt = learning.of_document(FEED, Asking(), answer(same_validators=True), vanished).memory.asking
    assert learnt.distrusted is None


def test_what_a_document_lacks_is_looked_for_once_more_in_a_whole_one() -> None:
    shown = {number: Place(number, NOW - HOUR + number * MINUTE) for number in (1, 2, 3)}
    ids = {name: number for number, name in enumerate("abc", 1)}
    memory = Memory(window=Window((3, 2, 1), reading=""))
    recalled = Recalled(Known(first=False, ids=ids), memory, places=shown, names={2: "b"})
    first = decide(document(FEED, (entry("c"), entry("a")), NOW), recalled)
    again = decide(document(FEED, (entry("c"), entry("b"), entry("a")), NOW), recalled)
    recalled = Recalled(Known(first=False, ids=ids), again.memory, places=shown, names={2: "b"})
    missing = decide(document(FEED, (entry("c"), entry("a")), NOW + MINUTE), recalled)
    assert missing.memory.window.missing == (2,)
    assert learning.of_document(FEED, Asking(), answer(), missing).memory.asking.whole is None
    assert learning.of_document(FEED, Asking(), answer(), first).memory.asking.whole == NOW


def test_operators_are_told_of_entries_that_are_held() -> None:
    before = Memory(source=Source("a.example", "Live"), window=Window((1,)))
    known = Recalled(Known(first=False), before)
    found = document(FEED, tuple(entry(str(n)) for n in range(9)), NOW, Source("b.example", "Live"))
    decision = decide(found, known)
    lesson = learning.of_document(FEED, Asking(), answer(), decision)
    (notice,) = lesson.notices
    assert (notice.key, notice.state) == ("live:flood", "held 9 2022-01-10")
    assert (lesson.memory.stock.held, lesson.memory.stock.said) == (9, 9)


def test_operators_are_told_later_what_they_could_not_be_told_at_once() -> None:
    """Even if the feed shows nothing new any more."""
    memory = Memory(stock=Stock(10, "why", NOW, said=9, told=(NOW,)))
    assert learning.of_silence(FEED, memory, Asking(), NOW + HOUR).notices == ()
    later = learning.of_silence(FEED, memory, Asking(), NOW + 4 * HOUR)
    assert [notice.state for notice in later.notices] == ["held 10 2022-01-10"]
    assert later.memory.stock.said == 10


def test_a_release_teaches_that_the_feed_comes_from_elsewhere_and_that_nothing_is_held() -> None:
    window, stock = Window((1, 2)), Stock(9, "why", NOW)
    away = Memory(Source("a.example", away="why", away_host="b.example"), window, stock=stock)
    assert learning.of_release(away) == Memory(Source("b.example", hosts=("a.example",)))
    here = Memory(Source("a.example"), window, stock=stock)
    assert learning.of_release(here) == Memory(Source("a.example"), window)


def test_a_feed_that_shows_what_it_had_shown_teaches_that_time_passed() -> None:
    before = lesson(entry("a", NOW - HOUR)).memory
    after = learning.of_silence(FEED, before, before.asking, NOW + HOUR)
    assert after.memory.rhythm.at == NOW + HOUR
    assert (after.memory.asking, after.memory.window, after.notices) == (before.asking, before.window, ())


def test_operators_are_told_that_a_feed_has_moved_and_that_its_rules_know_it() -> None:
    moved = Asking(home=FEED.url, address=AWAY)
    lessons = learning.of_silence(FEED, Memory(), moved, NOW)
    assert [notice.key for notice in lessons.notices] == ["live:moved"]
    private = replace(FEED, url=FEED.url.replace("://", "://bob:hunter2@"))
    told = learning.of_silence(private, Memory(), moved, NOW).notices
    assert [notice.key for notice in told] == ["live:moved"], "also where the rules name a password"
    assert AWAY in lessons.notices[0].text
    elsewhere = Asking(home="http://old.example/", address=AWAY)
    assert learning.of_silence(FEED, Memory(), elsewhere, NOW).notices == ()


def test_failures_are_counted_and_told_when_they_last() -> None:
    memory = Memory(asking=Asking(home=FEED.url, address=AWAY))
    told = []
    for failures in range(1, 7):
        failure = Failure("failing", "503", failures, NOW + failures * 10 * MINUTE)
        after = learning.of_failure(FEED, memory, failure)
        memory = after.memory
        told += [notice.key for notice in after.notices]
        assert bool(memory.asking.address) == (failures < 5), "an address that fails for long is given up"
    assert told.count("live:failing") == 1
