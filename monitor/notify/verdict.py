"""What an answer over HTTP means, where the channel says no more than HTTP does."""

from http import HTTPStatus

from monitor.core.route import Outcome
from monitor.notify import pause
from monitor.notify.redact import said
from monitor.notify.terms import Errand
from monitor.notify.wire import Exchange

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
    asked = pause.of_header(exchange.retry_after, errand.now)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Outcome("limited", reason, asked or pause.PAUSE)
    if 200 <= status < 300:  # noqa: PLR2004 - success
        return Outcome("sent")
    if 300 <= status < 400 or status in _CHANNEL_BROKEN:  # noqa: PLR2004 - a redirect is not followed
        return Outcome("channel broken", reason)
    if status in _MESSAGE_BROKEN:
        return Outcome("message broken", reason)
    # A server that breaks down may have passed the message on first, and so may one behind a gateway (502, 504). One
    # that is unavailable handles nothing (RFC 9110, 15.6.4), and another refusal is one.
    refused = status < HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.SERVICE_UNAVAILABLE
    return Outcome("failed" if refused else "ambiguous", reason, asked)
