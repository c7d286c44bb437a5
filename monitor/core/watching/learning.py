"""What each poll of a feed teaches: of its memory after a document, an answer that nothing changed, and a failure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.feed import Feed, Kind
from monitor.core.revise import News
from monitor.core.telling.notice import Notice
from monitor.core.watching import asking
from monitor.core.watching.asking import Asking, taken_over
from monitor.core.watching.asking import Document as Asked
from monitor.core.watching.deciding import Decision
from monitor.core.watching.flood import Stock, accepted, grown, is_to_be_told, notice_of_flood, told
from monitor.core.watching.health import Trouble, Visit, notices, visited
from monitor.core.watching.memory import Memory
from monitor.core.watching.rhythm import Wishes, arrived
from monitor.core.watching.window import Window


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is remembered of a feed from now on, and what operators are told of it, whichever book is in force."""

    memory: Memory
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A document that came `at`: what it says of its server and of itself, as what it was read, and what it lacks.

    `entries` counts those that it shows.
    """

    asked: Asked
    wishes: Wishes
    kind: Kind
    entries: int
    lacks: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that failed `at`, the last of `failures` in a row.

    Its server asks to be left alone for `rests` (0: it does not). `outage`: it is an outage of our own.
    """

    trouble: Trouble
    reason: str
    failures: int
    at: datetime
    rests: timedelta = timedelta(0)
    outage: bool = False


def of_document(feed: Feed, learnt: Asking, answer: Answer, decision: Decision) -> Lesson:
    """Learn from a document that was decided upon; `learnt` is what asking for it has taught."""
    before = decision.memory
    new = [one for one in decision.news if one.entry_id is None]
    times = [one.entry.published or one.entry.updated or answer.at for one in new]
    rhythm = arrived(before.rhythm, times, answer.at, overflow=decision.overflow)
    visit = Visit(
        kind=answer.kind, entries=answer.entries, overflow=decision.overflow, moved_to=taken_over(feed, learnt)
    )
    memory = replace(
        before,
        rhythm=replace(rhythm, wishes=answer.wishes),
        asking=replace(_after(learnt, answer, decision), lacks=answer.lacks),
        health=visited(feed, before.health, visit, rhythm, answer.at),
    )
    memory, flood = _of_held(feed, memory, [one for one in new if one.held], answer.at)
    return Lesson(memory, flood + notices(feed, before.health, memory.health, answer.at))


def of_silence(feed: Feed, before: Memory, learnt: Asking, at: datetime) -> Lesson:
    """Learn from a feed that showed `at` what it had shown before."""
    rhythm = arrived(before.rhythm, (), at)
    health = visited(feed, before.health, Visit(moved_to=taken_over(feed, learnt)), rhythm, at)
    memory, flood = _of_held(feed, replace(before, asking=learnt, rhythm=rhythm, health=health), (), at)
    return Lesson(memory, flood + notices(feed, before.health, health, at))


def of_failure(feed: Feed, before: Memory, failure: Failure) -> Lesson:
    """Learn from a poll that failed."""
    learnt = asking.failed(before.asking, failure.failures)
    visit = Visit(
        failure.trouble,
        failure.reason,
        moved_to=taken_over(feed, learnt),
        rests=failure.rests,
        outage=failure.outage,
    )
    health = visited(feed, before.health, visit, before.rhythm, failure.at)
    return Lesson(replace(before, asking=learnt, health=health), notices(feed, before.health, health, failure.at))


def of_release(before: Memory) -> Memory:
    """Learn that operators have released what was held of a feed: it comes from where its last document came from."""
    window = Window() if before.source.away else before.window  # it is of another site
    return replace(before, source=accepted(before.source), window=window, stock=Stock())


def _of_held(feed: Feed, memory: Memory, held: Sequence[News], at: datetime) -> tuple[Memory, tuple[Notice, ...]]:
    """Count what is held, and tell operators when it is time to."""
    stock = grown(memory.stock, [one.held for one in held], at)
    if not is_to_be_told(stock, at):
        return replace(memory, stock=stock), ()
    notice = notice_of_flood(feed.name, [one.entry for one in held], stock, 0, at)
    return replace(memory, stock=told(stock, at)), (notice,)


def _after(learnt: Asking, answer: Answer, decision: Decision) -> Asking:
    has_news = len(decision.news) > decision.vanished  # what has vanished the document before lacked as well
    learnt = asking.came(learnt, replace(answer.asked, news=has_news), answer.at)
    return asking.once_more(learnt) if decision.memory.window.missing else learnt
