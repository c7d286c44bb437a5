"""What an answer over HTTP means, where the channel says no more than HTTP does."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from monitor.core.route import Outcome
from monitor.notify.redact import said
from monitor.notify.terms import Errand
from monitor.notify.wire import Exchange

PAUSE = timedelta(seconds=30)
"""How long to leave a channel alone that is asked too much and does not say how long."""

_CHANNEL_BROKEN = {401, 403, 404, 405, 410}
_MESSAGE_BROKEN = {400, 413, 414, 415, 422}


def unanswered(exchange: Exchange, errand: Errand) -> Outcome | None:
    """Judge what got no answer: surely not delivered if the request was not begun, else nobody knows."""
    if exchange.status:
        return None
    reason = said(exchange.fault, errand.address)
    return (
        Outcome("ambiguous", f"no answer: {reason}")
        if exchange.begun
        else Outcome("failed", f"no connection: {reason}")
    )


def judged(exchange: Exchange, errand: Errand) -> Outcome:
    """Judge an answer by its status alone."""
    status, reason = exchange.status, f"{exchange.status} {said(exchange.body, errand.address)}".strip()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome("limited", reason, pause(exchange.retry_after, errand.now) or PAUSE)
    if 200 <= status < 300:  # noqa: PLR2004 - success
        return Outcome("sent")
    if 300 <= status < 400 or status in _CHANNEL_BROKEN:  # noqa: PLR2004 - a redirect is not followed
        return Outcome("channel broken", reason)
    if status in _MESSAGE_BROKEN:
        return Outcome("message broken", reason)
    # A server that breaks down may have passed the message on first; another refusal is one.
    unknown = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Outcome("ambiguous" if unknown else "failed", reason, pause(exchange.retry_after, errand.now))


def pause(retry_after: str, now: datetime) -> timedelta | None:
    """Read a Retry-After: seconds, or a date. Source: RFC 9110, 10.2.3."""
    if retry_after.isdecimal():
        return timedelta(seconds=min(int(retry_after[:9]), timedelta(days=1).total_seconds()))
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(until.replace(tzinfo=until.tzinfo or UTC) - now, timedelta(0))
