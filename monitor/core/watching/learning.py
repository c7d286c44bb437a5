"""What each poll of a feed teaches: of its memory after a document, an answer that nothing changed, and a failure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.feed import Feed, Kind
from monitor.core.telling.notice import Notice
from monitor.core.watching import asking
from monitor.core.watching.asking import Asking
from monitor.core.watching.asking import Document as Asked
from monitor.core.watching.deciding import Decision
from monitor.core.watching.flood import notice_of_flood
from monitor.core.watching.health import Trouble, Visit, notices, visited
from monitor.core.watching.memory import Memory
from monitor.core.watching.rhythm import Wishes, arrived


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
    """A poll that failed `at`, the last of `failures` in a row; its server asks for so long a rest (0: it does not)."""

    trouble: Trouble
    reason: str
    failures: int
    at: datetime
    rests: timedelta = timedelta(0)


def of_document(feed: Feed, learnt: Asking, answer: Answer, decision: Decision) -> Lesson:
    """Learn from a document that was decided upon; `learnt` is what asking for it has taught."""
    before = decision.memory
    new = [one for one in decision.news if one.entry_id is None]
    times = [one.entry.published or one.entry.updated or answer.at for one in new]
    rhythm = arrived(before.rhythm, times, answer.at, overflow=decision.overflow)
    visit = Visit(kind=answer.kind, entries=answer.entries, overflow=decision.overflow, moved_to=_moved(feed, learnt))
    memory = replace(
        before,
        rhythm=replace(rhythm, wishes=answer.wishes),
        asking=replace(_after(learnt, answer, decision), lacks=answer.lacks),
        health=visited(feed, before.health, visit, rhythm, answer.at),
    )
    held = [(one.entry, one.held) for one in new if one.held]
    flood = (notice_of_flood(feed.name, held, 0, answer.at),) if held else ()
    return Lesson(memory, flood + notices(feed, before.health, memory.health, answer.at))


def of_silence(feed: Feed, before: Memory, learnt: Asking, at: datetime) -> Lesson:
    """Learn from a feed that showed `at` what it had shown before."""
    rhythm = arrived(before.rhythm, (), at)
    health = visited(feed, before.health, Visit(moved_to=_moved(feed, learnt)), rhythm, at)
    memory = replace(before, asking=learnt, rhythm=rhythm, health=health)
    return Lesson(memory, notices(feed, before.health, health, at))


def of_failure(feed: Feed, before: Memory, failure: Failure) -> Lesson:
    """Learn from a poll that failed."""
    learnt = asking.failed(before.asking, failure.failures)
    visit = Visit(failure.trouble, failure.reason, moved_to=_moved(feed, learnt), rests=failure.rests)
    health = visited(feed, before.health, visit, before.rhythm, failure.at)
    return Lesson(replace(before, asking=learnt, health=health), notices(feed, before.health, health, failure.at))


def _after(learnt: Asking, answer: Answer, decision: Decision) -> Asking:
    has_news = len(decision.news) > decision.vanished  # what has vanished the document before lacked as well
    learnt = asking.came(learnt, replace(answer.asked, news=has_news), answer.at)
    return asking.once_more(learnt) if decision.memory.window.missing else learnt


def _moved(feed: Feed, learnt: Asking) -> str:
    """Give the address that was taken over instead of the one in the rules."""
    return learnt.address if learnt.home == feed.url else ""
