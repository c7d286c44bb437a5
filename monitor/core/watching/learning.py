"""What each poll of a feed teaches: of its memory after a document, an answer that nothing changed, and a failure."""

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.feed import Feed
from monitor.core.telling.notice import Notice
from monitor.core.watching import asking
from monitor.core.watching.asking import Asking
from monitor.core.watching.asking import Document as Asked
from monitor.core.watching.deciding import Decision
from monitor.core.watching.flood import notice_of_flood
from monitor.core.watching.memory import Memory
from monitor.core.watching.rhythm import Wishes, arrived


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is remembered of a feed from now on, and what operators are told of it."""

    memory: Memory
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A document that came `at`: what it says of its server, of itself, and what it lacks."""

    asked: Asked
    wishes: Wishes
    lacks: str
    at: datetime


def of_document(feed: Feed, learnt: Asking, answer: Answer, decision: Decision, version: int) -> Lesson:
    """Learn from a document that was decided upon; `learnt` is what asking for it has taught, `version` of the book."""
    new = [one for one in decision.news if one.entry_id is None]
    times = [one.entry.published or one.entry.updated or answer.at for one in new]
    rhythm = arrived(decision.memory.rhythm, times, answer.at, overflow=decision.overflow)
    has_news = len(decision.news) > decision.vanished  # what has vanished the document before lacked as well
    learnt = asking.came(learnt, replace(answer.asked, news=has_news), answer.at)
    if decision.memory.window.missing:
        learnt = asking.once_more(learnt)
    memory = replace(
        decision.memory, rhythm=replace(rhythm, wishes=answer.wishes), asking=replace(learnt, lacks=answer.lacks)
    )
    held = [(one.entry, one.held) for one in new if one.held]
    return Lesson(memory, (notice_of_flood(feed.name, held, version, answer.at),) if held else ())


def of_silence(memory: Memory, learnt: Asking, at: datetime) -> Lesson:
    """Learn from a feed that showed what it had shown before."""
    return Lesson(replace(memory, asking=learnt, rhythm=arrived(memory.rhythm, (), at)))


def of_failure(memory: Memory, failures: int) -> Lesson:
    """Learn from a poll that failed, the last of so many in a row."""
    return Lesson(replace(memory, asking=asking.failed(memory.asking, failures)))
