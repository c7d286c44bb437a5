"""Whether anything can be reached from here: an outage of our own is one thing to tell, not one for each feed.

    what the last polls of all feeds came to -> most of them were not answered at all -> away -> told once it lasts

While it is away no feed is told to fail that was not answered: it is told at its next failure after that, if there is
one. What is known here dies with its poller.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.core.errors import FetchError, ParseError, UnheardError
from monitor.core.telling.notice import Notice
from monitor.core.watching.conditions import Condition, Met, begun, ended, updated
from monitor.core.watching.health import trouble_of
from monitor.core.watching.wording import moment, span

WITHIN = timedelta(minutes=30)
"""How long the last poll of a feed counts. A feed is told to fail after as long, when none from before counts."""

FEEDS, HOSTS = 5, 3
"""So many feeds on so many hosts must not be answered, at least: fewer may well be their own fault."""

MOSTLY = 0.8
"""Of all feeds that count so many: some may be of our own network."""

LASTS = timedelta(minutes=5)
"""So long it must be away until it is told: what mends itself within minutes wakes nobody."""


@dataclass(frozen=True, slots=True)
class Polled:
    """What a poll came to: its feed and the host it asked, whether anything answered, and when."""

    feed: str
    host: str
    answered: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Network:
    """The last polls by feed, since when nothing can be reached (None: it can), and what of that was told.

    `known`: so many polls were seen that an outage from before this was watched is over.
    """

    polls: Mapping[str, Polled] = field(default_factory=dict)
    since: datetime | None = None
    conditions: tuple[Condition, ...] = ()
    known: bool = False


def answered(error: FetchError | ParseError) -> bool | None:
    """Say whether a poll that failed was answered; None: it does not say, for nothing was asked of its own host."""
    if isinstance(error, ParseError) or error.host:
        return True
    return False if isinstance(error, UnheardError) else None


def holds(network: Network, error: FetchError | ParseError) -> bool:
    """Say whether a poll failed because nothing can be reached from here, as far as is known."""
    return network.since is not None and not answered(error) and trouble_of(error) == "failing"


def seen(network: Network, poll: Polled) -> tuple[Network, tuple[Notice, ...]]:
    """Learn from a poll; give what operators are to be told of the network, of no edition of the rules yet."""
    if poll.answered and network.known and network.since is None and not network.conditions:
        return replace(network, polls={**network.polls, poll.feed: poll}), ()  # by far the most: nothing can follow
    polls = {name: one for name, one in network.polls.items() if abs(poll.at - one.at) < WITHIN} | {poll.feed: poll}
    unheard = [one for one in polls.values() if not one.answered]
    enough = _enough(unheard) or (network.since is not None and bool(unheard))
    away = enough and len(unheard) >= MOSTLY * len(polls)
    since = (network.since or poll.at) if away else None
    lasting = since is not None and poll.at - since >= LASTS
    met = Met(since, _said(unheard, polls)) if since is not None and lasting else None
    conditions = network.conditions if away and not lasting else updated(network.conditions, {"network": met}, poll.at)
    known = network.known or (not away and _enough(list(polls.values())))
    after = Network(polls, since, conditions, known)
    return after, _notices(network, after, poll.at)


def _enough(polls: list[Polled]) -> bool:
    return len(polls) >= FEEDS and len({one.host for one in polls}) >= HOSTS


def _said(unheard: list[Polled], polls: Mapping[str, Polled]) -> str:
    hosts = len({one.host for one in unheard})
    return (
        f"{len(unheard)} of the {len(polls)} feeds polled within {span(WITHIN)} got no answer at all, on {hosts} hosts"
    )


def _notices(before: Network, after: Network, now: datetime) -> tuple[Notice, ...]:
    begins = [_begins(one, now) for one in begun(before.conditions, after.conditions)]
    ends = [_ends(one, now) for one in ended(before.conditions, after.conditions)]
    if after.known and not before.known and not begins and not ends and not before.conditions:
        ends = [_notice("", "Feeds are answered. What told of the outage has ended meanwhile.", now)]
    return (*ends, *begins)


def _begins(condition: Condition, now: datetime) -> Notice:
    text = (
        f"Nothing can be reached from here since {moment(condition.since or now)}: {condition.reason}. "
        "What they publish meanwhile is not seen.\nLook at the network of this machine: its name server, its way out, "
        "its proxy, its clock. Feeds are polled on; which of them still fail is told when others answer."
    )
    return _notice("away", text, now)


def _ends(condition: Condition, now: datetime) -> Notice:
    well = condition.well or now
    lasted = span(well - (condition.since or well))
    return _notice("", f"That is over since {moment(well)}, after {lasted}. It was: {condition.reason}.", now)


def _notice(state: str, text: str, now: datetime) -> Notice:
    subject = "Nothing can be reached from here" if state else "Feeds can be reached again"
    return Notice("feed", "network", state, "high" if state else "normal", subject, text, 0, now)
