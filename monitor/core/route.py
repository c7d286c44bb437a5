"""Who is told and when, what one attempt came to, and what follows from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.core.backoff import backoff
from monitor.core.rule import Rule

State = Literal["queued", "claimed", "retry", "sent", "dead"]
Kind = Literal["new", "operator"]
"""Alerts that are new; a notice to operators."""

MAX_ATTEMPTS = 8
"""Attempts after which a delivery that may have arrived more than once already is not tried again.

What surely did not arrive is tried until `MAX_AGE`: a mail server that is away for an hour costs no alert.
"""

MAX_AGE = timedelta(hours=6)
"""After this long in vain a delivery is dead, however few its attempts."""

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=15)
"""Between two attempts: doubled with each failure, from the first to the longest."""

AMBIGUOUS_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (0.5, 1, 5, 15, 45, 90, 180))
"""After the first attempt that may have arrived, the second, ...: each may tell it once more, and a channel that
breaks down may do so for hours, so `MAX_ATTEMPTS` lie within nearly `MAX_AGE`."""

HARDLY = 0.05
"""The most by which a pause is lengthened that another has named, or that is long anyhow; it spreads the retries."""

CLAIM_LASTS = timedelta(seconds=30)
"""How long a claim holds; longer than the longest send."""

SEND_LASTS = timedelta(seconds=20)
"""The longest that one send may take, all steps together."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A named address; `address` is `terminal` or `secret:NAME`, never the secret itself."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Route:
    """Which channels are told, and when."""

    name: str
    to: tuple[str, ...]
    when: Literal["at once"] = "at once"


@dataclass(frozen=True, slots=True)
class Send:
    """One channel to be told, by which route, when."""

    channel: str
    route: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel: the alerts it tells, and how far it has come.

    `uncertain`: an earlier attempt may have arrived, so the message may be told twice. `token` names the claim,
    `alerts` or `notices` are the ids of what is told.
    """

    id: int
    channel: str
    route: str
    kind: Kind
    state: State
    due: datetime
    created: datetime
    attempts: int = 0
    uncertain: bool = False
    reason: str = ""
    token: str = ""
    sent: datetime | None = None
    alerts: tuple[int, ...] = ()
    notices: tuple[int, ...] = ()


Result = Literal["sent", "limited", "failed", "ambiguous", "channel broken", "message broken"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one attempt came to.

    sent            the channel accepted it
    limited         refused for its rate: try again after `retry_after`, no attempt counted
    failed          surely not delivered: try again
    ambiguous       no answer was seen: it may have arrived; try again, marked uncertain
    channel broken  this address will never take it
    message broken  this message will never be taken
    """

    result: Result
    reason: str = ""
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What an outcome makes of a claimed delivery."""

    state: State
    due: datetime
    attempts: int
    uncertain: bool
    reason: str


def sends_of(rule: Rule, routes: Mapping[str, Route], now: datetime) -> tuple[Send, ...]:
    """List the channels of all routes that the rule names, each once, by the first route that leads there."""
    return sends_by((routes[name] for name in rule.send), now)


def sends_by(routes: Iterable[Route], now: datetime) -> tuple[Send, ...]:
    """List the channels of these routes, each once, by the first route that leads there."""
    sends: dict[str, Send] = {}
    for route in routes:
        for channel in route.to:
            sends.setdefault(channel, Send(channel, route.name, now))
    return tuple(sends.values())


def settle(delivery: Delivery, outcome: Outcome, now: datetime, jitter: float) -> Settled:
    """Decide what follows from one attempt; `jitter` in [0, 1] spreads the retries of many."""
    if outcome.result in {"sent", "channel broken", "message broken"}:
        state: State = "sent" if outcome.result == "sent" else "dead"
        return Settled(state, delivery.due, delivery.attempts, delivery.uncertain, outcome.reason)
    limited = outcome.result == "limited"
    attempts = delivery.attempts - 1 if limited else delivery.attempts
    due = now + (_limit_lasts(outcome, jitter) if limited else _pause(delivery, outcome, jitter))
    why = _given_up(delivery, outcome, now, due)
    uncertain = delivery.uncertain or outcome.result == "ambiguous"
    return Settled("dead" if why else "retry", due, attempts, uncertain, f"{why}{outcome.reason}")


def _limit_lasts(outcome: Outcome, jitter: float) -> timedelta:
    """Wait as long as the channel asked, and hardly longer: whoever asked knows best."""
    return max(outcome.retry_after or timedelta(0), timedelta(seconds=1)) * (1 + HARDLY * jitter)


def _pause(delivery: Delivery, outcome: Outcome, jitter: float) -> timedelta:
    if outcome.result == "ambiguous":
        # The attempts before the first ambiguous one surely failed: what they say of a pause is another matter.
        before = min(delivery.attempts, len(AMBIGUOUS_PAUSES)) - 1 if delivery.uncertain else 0
        pause = AMBIGUOUS_PAUSES[before] * (1 + HARDLY * jitter)
    else:
        pause = backoff(delivery.attempts, FIRST_PAUSE, LONGEST_PAUSE, jitter)
    return max(pause, outcome.retry_after or timedelta(0))


def _given_up(delivery: Delivery, outcome: Outcome, now: datetime, due: datetime) -> str:
    """Say why nobody tries again, by what happened; empty: somebody does."""
    if outcome.result == "ambiguous" and delivery.uncertain and delivery.attempts >= MAX_ATTEMPTS:
        return f"gave up after {delivery.attempts} attempts: "
    if due - delivery.created <= MAX_AGE:
        return ""
    if outcome.retry_after and outcome.retry_after > LONGEST_PAUSE:
        return f"asked to wait {_hours(outcome.retry_after)}, and after {_hours(MAX_AGE)} nobody tries again: "
    return f"gave up after {_hours(now - delivery.created)}: "


def _hours(lasted: timedelta) -> str:
    hours, minutes = divmod(round(lasted / timedelta(minutes=1)), 60)
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours))
