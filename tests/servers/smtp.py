"""A real SMTP server with STARTTLS and AUTH that says what a test tells it; and one that only talks slowly."""

import asyncio
import os
import ssl
import tempfile
from collections import defaultdict, deque
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from threading import Thread
from typing import Any, Literal

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Command = Literal["MAIL", "RCPT", "DATA", "END"]
"""`END` is the end of the message."""

USER, PASSWORD = "alerts", "s3cret-Passw0rd"


@dataclass(frozen=True, slots=True)
class Say:
    """An answer; `hang_up` breaks the connection instead, `delay` (seconds) lies before either."""

    answer: str = ""
    delay: float = 0
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was accepted, or read whole before the connection was broken."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    encrypted: bool
    authenticated: bool

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, _class=EmailMessage, policy=default)


class _Listening:
    """A server on a free port of the loopback address, in a thread with a loop of its own."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        listening = self._loop.create_server(self.protocol, "127.0.0.1", 0, ssl=context)
        self._server = self._loop.run_until_complete(listening)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._until_stopped(),), daemon=True)
        self._thread.start()

    def protocol(self) -> asyncio.Protocol:
        """Make what talks on a new connection."""
        raise NotImplementedError

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()

    async def _until_stopped(self) -> None:
        await self._stop.wait()
        self._server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


class MailServer(_Listening):
    """An SMTP server on a free port of the loopback address, in a thread of its own.

    `tls`: STARTTLS is offered and asked for, `implicit`: the connection is encrypted from its first byte, `login`: AUTH
    is asked for. `authority` is the file of the certificate's authority; give it as SSL_CERT_FILE.
    """

    def __init__(self, *, tls: bool = False, implicit: bool = False, login: bool = False) -> None:
        self.letters: list[Letter] = []
        self._script: dict[Command, deque[Say]] = defaultdict(deque)
        authority = trustme.CA()
        handle, path = tempfile.mkstemp(suffix=".pem")
        os.close(handle)
        self.authority = Path(path)
        authority.cert_pem.write_to_path(path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
        self._options: dict[str, Any] = {"hostname": "mail.example.org", "ident": "test"}  # Any: aiosmtpd's options
        if tls:
            self._options |= {"tls_context": context, "require_starttls": True}
        if login:
            self._options |= {"authenticator": _login, "auth_required": True, "auth_require_tls": tls}
        super().__init__(context if implicit else None)

    def say(self, command: Command, *answers: str | Say) -> None:
        """Answer the next such commands so."""
        self._script[command].extend(Say(answer) if isinstance(answer, str) else answer for answer in answers)

    def next(self, command: Command) -> Say:
        """Give what is said to the next such command; nothing special where that is an empty one."""
        return self._script[command].popleft() if self._script[command] else Say()

    def protocol(self) -> SMTP:
        return _Conversation(self, **self._options)

    def close(self) -> None:
        super().close()
        self.authority.unlink()


class _Conversation(SMTP):
    """aiosmtpd's server, its own handler, which looks into the script at each step."""

    def __init__(self, server: MailServer, **options: Any) -> None:  # Any: aiosmtpd's options
        self._far_end = server
        super().__init__(self, **options)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if not (answer := await self._scripted("DATA")):
            await super().smtp_DATA(arg)
        elif self.transport is not None:
            await self.push(answer)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._scripted("MAIL") or "250 sender accepted"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await self._scripted("RCPT") or "250 recipient accepted"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        say = self._far_end.next("END")
        if not say.answer or say.answer.startswith("250"):
            sender, content = str(envelope.mail_from), bytes(envelope.original_content or b"")
            encrypted, authenticated = session.ssl is not None, bool(session.authenticated)
            letter = Letter(sender, tuple(envelope.rcpt_tos), content, encrypted, authenticated)
            self._far_end.letters.append(letter)
        return await self._done(say) or "250 message accepted"

    async def _scripted(self, command: Command) -> str:
        return await self._done(self._far_end.next(command))

    async def _done(self, say: Say) -> str:
        await asyncio.sleep(say.delay)
        if say.hang_up and isinstance(self.transport, asyncio.Transport):
            self.transport.abort()
        return say.answer


def _login(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword) -> AuthResult:
    return AuthResult(success=given == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


class Murmur(_Listening):
    """A server that says given bytes, `pace` seconds between each, and listens to nothing."""

    def __init__(self, words: bytes, pace: float = 0) -> None:
        self.words, self.pace = words, pace
        super().__init__()

    def protocol(self) -> asyncio.Protocol:
        return _Murmuring(self.words, self.pace)


class _Murmuring(asyncio.Protocol):
    def __init__(self, words: bytes, pace: float) -> None:
        self._words, self._pace = words, pace

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._task = asyncio.ensure_future(self._murmur())

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        self._task.cancel()

    async def _murmur(self) -> None:
        for byte in self._words:
            self._transport.write(bytes([byte]))  # type: ignore[attr-defined]
            await asyncio.sleep(self._pace)
        self._transport.close()
