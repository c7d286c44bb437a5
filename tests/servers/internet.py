"""Far ends over HTTP that do what a test tells them: a webhook, and a stand-in for hosts of the internet.

The stand-in is a proxy: `HTTPS_PROXY` sends a program's requests for `https://hooks.slack.com` to it, it answers
CONNECT itself and speaks TLS with a certificate of its own authority. What it runs is the program's real TLS and real
sockets, in this process or in a child; nothing leaves this machine, and a host without a script is answered 599.

    internet.say("hooks.slack.com", Reply(429, {"Retry-After": "7"}))
    ...
    assert internet.heard[0].json["text"]
"""

import json
import os
import socket
import ssl
import struct
import tempfile
from collections import defaultdict, deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Literal

import trustme

HangUp = Literal["", "connect", "tls", "request", "answer"]
"""Where a connection is broken: by the proxy, at the TLS handshake, before the request is read, or once it was."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `delay` (seconds) lies before its first byte, `pace` between all its bytes."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | bytes = "ok"
    delay: float = 0
    pace: float = 0
    hang_up: HangUp = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """A request that was read whole."""

    host: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # Any: JSON
        return json.loads(self.body)


class Webhook:
    """An HTTP server on a free port of the loopback address."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._replies: dict[str, deque[Reply]] = defaultdict(deque)
        self._usual = {"": Reply(204, body="")}
        self._lock = Lock()
        self.closing = Event()
        self._server = _Server(("127.0.0.1", 0), _Line)
        self._server.far_end = self
        self.port = int(self._server.server_address[1])
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def say(self, host: str, *replies: Reply) -> None:
        """Answer the next requests to a host so; the webhook itself is the host ''."""
        with self._lock:
            self._replies[host].extend(replies)

    def next(self, host: str, *, look: bool = False) -> Reply:
        """Give the reply to the next request of a host, and but `look` at it before that."""
        with self._lock:
            if self._replies[host]:
                return self._replies[host][0] if look else self._replies[host].popleft()
            return self._usual.get(host, Reply(599, body=f"no script for {host}"))

    def context(self, host: str) -> ssl.SSLContext:
        """Refuse: the webhook is no proxy."""
        raise NotImplementedError(host)

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Internet(Webhook):
    """The stand-in for hosts of the internet; `env` leads a program to it."""

    def __init__(self) -> None:
        super().__init__()
        self._usual = {
            "hooks.slack.com": Reply(),
            "api.telegram.org": Reply(body='{"ok": true, "result": {"message_id": 1}}'),
        }
        self._authority = trustme.CA()
        self._contexts: dict[str, ssl.SSLContext] = {}
        handle, path = tempfile.mkstemp(suffix=".pem")
        os.close(handle)
        self.authority = Path(path)
        self._authority.cert_pem.write_to_path(path)

    @property
    def env(self) -> dict[str, str]:
        """What must stand in the environment of a program that is to end up here."""
        here = f"http://127.0.0.1:{self.port}"
        return {
            "HTTPS_PROXY": here,
            "https_proxy": here,
            "NO_PROXY": "127.0.0.1",
            "REQUESTS_CA_BUNDLE": str(self.authority),
        }

    def context(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._authority.issue_cert(host).configure_cert(self._contexts[host])
            return self._contexts[host]

    def close(self) -> None:
        super().close()
        self.authority.unlink()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    far_end: Webhook

    def handle_error(self, request: Any, client_address: Any) -> None:  # Any: socketserver's
        """Say nothing: a client that hangs up is part of the test."""


class _Line(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    host = ""

    def do_CONNECT(self) -> None:
        self.host = self.path.rpartition(":")[0]
        reply = self.server.far_end.next(self.host, look=True)
        if reply.hang_up == "connect":
            self.server.far_end.next(self.host)
            self.send_error(502)
            return
        self.send_response(200)
        self.end_headers()
        if reply.hang_up == "tls":
            self.server.far_end.next(self.host)
            self.connection.recv(1)  # earlier, CPython may find no peer and forget to close its socket
            self._reset()
            return
        self.connection = self.server.far_end.context(self.host).wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def do_POST(self) -> None:
        reply = self.server.far_end.next(self.host)
        if reply.hang_up == "request":
            self._reset()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        heard = Heard(self.host, self.command, self.path, dict(self.headers), body)
        self.server.far_end.heard.append(heard)
        self.server.far_end.closing.wait(reply.delay)
        if reply.hang_up == "answer":
            self._reset()
        else:
            self._reply(reply)

    do_GET = do_PUT = do_POST  # noqa: N815 - the standard library's names

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # the server closes what it accepted, not what TLS made of it

    def _reply(self, reply: Reply) -> None:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        headers = {"Content-Length": str(len(body)), "Connection": "close"} | reply.headers
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        for byte in body if reply.pace else ():
            self.wfile.write(bytes([byte]))
            self.server.far_end.closing.wait(reply.pace)
        if not reply.pace and reply.status != 204:
            self.wfile.write(body)
        self.close_connection = True

    def _reset(self) -> None:
        """Close so that the other side sees a reset, not an end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        plain = socket.socket(fileno=self.connection.detach())
        plain.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing: the test looks at what was heard."""
