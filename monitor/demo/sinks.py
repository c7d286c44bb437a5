"""The far ends of the demo: an SMTP server and a webhook that note what they accepted, and when."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from threading import Thread

from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor.demo.replay import HOST, listen

BIGGEST = 4 * 1024 * 1024
"""Bytes of a message that a sink accepts."""

DOMAIN = "demo.invalid"

MAIL, HOOK = "demo_mail", "demo_hook"
"""The names of the secrets that hold the sinks' addresses."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that a sink said yes to; `delivery` is its number in the ledger, 0 if it names none."""

    sink: str
    delivery: int
    at: datetime


class Mailbox:
    """A real SMTP server on a free port of the loopback address, in a thread of its own."""

    def __init__(self, note: Callable[[Accepted], None]) -> None:
        self._note = note
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        # A host name is given: aiosmtpd would ask the resolver for one, which may take seconds.
        listening = self._loop.create_server(lambda: SMTP(self, hostname=DOMAIN, data_size_limit=BIGGEST), HOST, 0)
        self._server = self._loop.run_until_complete(listening)
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._thread = Thread(target=self._serve, name="mailbox", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where to send to, as Apprise writes it."""
        return f"mailto://{HOST}:{self.port}/?from=vigie@{DOMAIN}&to=desk@{DOMAIN}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        """Accept a message, and note it."""
        headers = BytesHeaderParser().parsebytes(envelope.original_content or b"")
        self._note(Accepted(MAIL, _number(headers.get("X-Vigie-Delivery")), datetime.now(UTC)))
        return "250 Message accepted for delivery"

    def close(self) -> None:
        """Stop listening, and drop what is connected."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _serve(self) -> None:
        self._loop.run_until_complete(self._until_closed())
        self._loop.close()

    async def _until_closed(self) -> None:
        await self._stop.wait()
        self._server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


class Hook:
    """A real webhook on a free port of the loopback address."""

    def __init__(self, note: Callable[[Accepted], None]) -> None:
        self._server = listen(0, _hook(note))
        self.port = int(self._server.server_address[1])
        self._thread = Thread(
            target=self._server.serve_forever, name="hook", kwargs={"poll_interval": 0.1}, daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Where to send to, as Apprise writes it."""
        return f"json://{HOST}:{self.port}/wall"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _hook(note: Callable[[Accepted], None]) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            length = _number(self.headers.get("Content-Length"))
            if not 0 < length <= BIGGEST:
                self.send_error(HTTPStatus.BAD_REQUEST)
                return
            message = _object(self.rfile.read(length))
            if message is None:
                self.send_error(HTTPStatus.BAD_REQUEST)
                return
            # Noted first: once the sender has read the answer, the ledger may say so before we do.
            note(Accepted(HOOK, _number(message.get("delivery")), datetime.now(UTC)))
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing: the live view shows what was accepted."""

    return Request


def _object(body: bytes) -> dict[str, object] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _number(text: object) -> int:
    """Read a number of a header or a field; 0 where there is none."""
    return int(str(text)) if str(text).isdecimal() else 0
