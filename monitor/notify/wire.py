"""What was seen of the HTTP requests of one send: status, Retry-After, answer, or how far a request came.

Apprise tells none of it, so `requests.Session.send` is wrapped once; outside of `watched` it is as it was.
"""

import io
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import requests
import urllib3

CONNECT = 5.0
"""Seconds to connect, TLS included; half of them lie between a connect and a dead route."""

ANSWER = 12.0
"""Seconds without a byte of the answer; with CONNECT less than a send may last."""

TOO_LATE = "its time was over"

BIGGEST = 64 * 1024
"""Bytes of an answer that are read; what a channel has to say is shorter."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request: its answer, or with status 0 the `fault` that came instead.

    `begun`: the request itself was being written when it failed, so the far end may have taken it.
    """

    begun: bool
    status: int = 0
    retry_after: str = ""
    body: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """The exchanges of one send, and when it must be over (seconds of the monotonic clock)."""

    over: float
    exchanges: list[Exchange]


class _Body(io.BytesIO):
    """The body of a request, which knows whether anyone has begun to read it: by then the connection stands.

    Its length is in the request's header already, so one that is not given is a request that nobody can accept. That
    is what becomes of a connection that stood too late: each address of a host has CONNECT, and the resolver its own.
    """

    def __init__(self, content: bytes, over: float) -> None:
        super().__init__(content)
        self.over, self.begun = over, False

    def read(self, size: int | None = -1, /) -> bytes:
        if not self.begun and time.monotonic() > self.over:
            raise TimeoutError(TOO_LATE)
        self.begun = True
        return super().read(size)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)
_as_it_was = requests.Session.send
_installing, _installed = threading.Lock(), threading.Event()


@contextmanager
def watched(over: float) -> Iterator[list[Exchange]]:
    """Collect the exchanges made within the block, in this thread; none is begun after `over` (monotonic clock)."""
    _install()
    watch = Watch(over, [])
    token = _watch.set(watch)
    try:
        yield watch.exchanges
    finally:
        _watch.reset(token)


def last() -> Exchange | None:
    """Give the newest exchange of the watch that is on."""
    watch = _watch.get()
    return watch.exchanges[-1] if watch and watch.exchanges else None


def _install() -> None:
    with _installing:
        if not _installed.is_set():
            requests.Session.send = _send  # type: ignore[method-assign, assignment]
            _installed.set()
            # Both write addresses with their tokens into the log.
            logging.getLogger("urllib3").setLevel(logging.CRITICAL)
            # requests adds the password that .netrc has for the host; in an address stands all that is to be sent.
            os.environ["NETRC"] = os.devnull


def _send(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
    # Any: requests' own options, passed on
    watch = _watch.get()
    if watch is None:
        return _as_it_was(session, request, **options)
    raw = request.body.encode() if isinstance(request.body, str) else request.body
    body = _Body(raw, watch.over) if isinstance(raw, bytes) else None
    request.body = body or request.body
    left = watch.over - time.monotonic()
    if left <= 0:
        watch.exchanges.append(Exchange(begun=False, fault=TOO_LATE))
        raise requests.ConnectionError(TOO_LATE)
    options |= {"timeout": (min(CONNECT, left), min(ANSWER, left)), "stream": True, "allow_redirects": False}
    try:
        response = _as_it_was(session, request, **options)
        response._content = _answer(response, watch.over)  # noqa: SLF001 - requests would read without end
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        watch.exchanges.append(Exchange(body is None or body.begun, fault=_innermost(error)))
        raise requests.ConnectionError(_innermost(error)) from None
    retry_after = response.headers.get("Retry-After", "")
    watch.exchanges.append(Exchange(True, response.status_code, retry_after, response.content))  # noqa: FBT003 - begun
    return response


def _answer(response: requests.Response, over: float) -> bytes:
    answer = b""
    with response:
        while len(answer) < BIGGEST and (part := response.raw.read1(BIGGEST, decode_content=True)):
            answer += part
            if time.monotonic() > over:
                raise requests.ReadTimeout("the answer has no end")
    return answer


def _innermost(error: BaseException) -> str:
    """Name the cause of a failure: what wraps it repeats the address with its token."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return words if isinstance(error, OSError) else f"{type(error).__name__}: {words}"
