"""One SMTP conversation: every answer seen, all steps within one time, and an outcome for each way it can end."""

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from time import monotonic
from typing import Literal

from monitor.core.route import Outcome
from monitor.notify import pause

Mode = Literal["insecure", "starttls", "ssl"]
Step = tuple[str, int, Callable[[], tuple[int, bytes]]]
"""A step of the conversation: its name, the answer that lets it go on, and how it is said."""

GREYLISTED = timedelta(seconds=60)
"""How long to wait where a server says "later" and not when. Greylists let pass after 1 to 5 minutes (RFC 6647, 4)."""

_LATER = re.compile(
    r"gr[ae]y.?list|rate|throttl|too (many|much|fast|often)|try again|limit|slow down|[45]\.7\.(1|28)\b", re.IGNORECASE
)
_WHEN = re.compile(r"(\d{1,5})\s*(s|sec|seconds?|m|min|minutes?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in, and as whom; without a password nobody logs in."""

    host: str
    port: int
    mode: Mode
    user: str = ""
    password: str = ""
    verify: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """A message from one address to one; `content` has CRLF line ends."""

    sender: str
    recipient: str
    content: bytes


def post(server: Server, letter: Letter, lasts: timedelta) -> Outcome:
    """Hand a letter to a server, within `lasts` all together: a step that begins later is not taken.

    Before the end of the message is written, nothing is delivered; from then on only an answer tells.
    """
    over = monotonic() + lasts.total_seconds()
    smtp = _client(server)
    step = "connect"
    with _hung_up_after(smtp, lasts):
        try:
            for step, wanted, say in _steps(smtp, server, letter, over):
                if monotonic() > over:  # the resolver cannot be hurried
                    return Outcome("failed", f"{step}: {_too_late(lasts)}")
                code, answer = say()
                if code != wanted:
                    return refusal(step, code, answer)
        except smtplib.SMTPResponseException as error:
            return refusal(step, error.smtp_code, error.smtp_error)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            reason = _too_late(lasts) if monotonic() > over else _words(error)
            return Outcome("ambiguous" if step == "end of message" else "failed", f"{step}: {reason}")
    return Outcome("sent")


def _too_late(lasts: timedelta) -> str:
    return f"nothing more within {lasts.total_seconds():.2g} s"


def refusal(step: str, code: int, answer: bytes | str) -> Outcome:
    """Judge an answer that is not the one wanted. Source: RFC 5321, 4.2, and the enhanced codes of RFC 3463."""
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    reason = f"{step}: {code} {words}"
    if code < 500:  # noqa: PLR2004 - 4xx: later; a 2xx or 3xx out of place is no refusal
        return Outcome("limited", reason, _when(words)) if _LATER.search(words) else Outcome("failed", reason)
    if step in {"login", "sender", "recipient", "message"}:
        full = code == 552 or "5.2.2" in words  # noqa: PLR2004 - a full mailbox is emptied
        return Outcome("failed" if full and step == "recipient" else "channel broken", reason)
    if step == "end of message":
        return Outcome("channel broken" if re.search(r"\b5\.1\.\d", words) else "message broken", reason)
    return Outcome("failed", reason)


def _client(server: Server) -> smtplib.SMTP:
    # A name of our own is given: smtplib would ask the resolver for one, which may take seconds.
    name = socket.gethostname() if "." in socket.gethostname() else "[127.0.0.1]"
    client = smtplib.SMTP(local_hostname=name)
    client._host = server.host  # type: ignore[attr-defined] # noqa: SLF001 - what TLS compares with the certificate
    return client


def _context(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not server.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _connect(smtp: smtplib.SMTP, server: Server, over: float) -> tuple[int, bytes]:
    line = _line(server, over)
    line.settimeout(over - monotonic())
    smtp.sock = line  # before TLS, so that it can be hung up
    if server.mode == "ssl":
        smtp.sock = _context(server).wrap_socket(line, server_hostname=server.host)
    return smtp.getreply()


def _line(server: Server, over: float) -> socket.socket:
    """Connect to the first address of the host that is there; the last one, too, leaves time for the conversation."""
    failure = OSError("the host has no address")
    places = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    for i, (*_, place) in enumerate(places):
        share = (over - monotonic()) / (len(places) - i + 1)
        if share <= 0:
            raise TimeoutError
        try:
            return socket.create_connection((str(place[0]), server.port), share)
        except OSError as error:
            failure = error
    raise failure


def _steps(smtp: smtplib.SMTP, server: Server, letter: Letter, over: float) -> Iterator[Step]:
    yield "connect", 220, lambda: _connect(smtp, server, over)
    yield "greeting", 250, smtp.ehlo
    if server.mode == "starttls":
        yield "starttls", 220, lambda: smtp.starttls(context=_context(server))
        yield "greeting", 250, smtp.ehlo
    if server.password:
        yield "login", 235, lambda: smtp.login(server.user, server.password)
    yield "sender", 250, lambda: smtp.mail(letter.sender)
    yield "recipient", 250, lambda: smtp.rcpt(letter.recipient)
    yield "message", 354, lambda: smtp.docmd("DATA")
    yield "message", 354, lambda: _write(smtp, letter.content)
    yield "end of message", 250, lambda: _end(smtp)


def _write(smtp: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    smtp.send(re.sub(rb"(?m)^\.", b"..", content))  # a line of one dot would end the message: RFC 5321, 4.5.2
    return 354, b""


def _end(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    smtp.send(b".\r\n")
    return smtp.getreply()


@contextmanager
def _hung_up_after(smtp: smtplib.SMTP, lasts: timedelta) -> Iterator[None]:
    """Break the connection when time is up, also under a server that answers a letter a second to win time."""
    ended = Event()

    def watch() -> None:
        wait = max(lasts.total_seconds(), 0)
        while not ended.wait(wait):
            with suppress(OSError, TypeError):  # TypeError: there is no socket yet; it may come late
                socket.socket.shutdown(smtp.sock, socket.SHUT_RDWR)  # type: ignore[arg-type]  # not TLS's: it would wait
            wait = 1

    watchdog = Thread(target=watch, daemon=True)
    watchdog.start()
    try:
        yield
    finally:
        ended.set()
        with suppress(OSError, smtplib.SMTPException):
            smtp.putcmd("QUIT")  # its answer changes nothing
        smtp.close()
        watchdog.join()


def _when(words: str) -> timedelta:
    found = _WHEN.search(words)
    if not found:
        return GREYLISTED
    seconds = int(found[1]) * (60 if found[2].lower().startswith("m") else 1)
    return pause.of_seconds(seconds) or GREYLISTED


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted: {error.verify_message}"
    return getattr(error, "strerror", "") or str(error) or type(error).__name__
