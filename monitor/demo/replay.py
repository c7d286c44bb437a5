"""Outlets that publish the coverage faster than life: an HTTP server with ETag, Last-Modified and 304.

What an outlet shows follows the clock of the replay, with one hold: a block is edited only after its reader has
surely read and dealt with the version before. Without that, which of two quick edits a reader ever sees would hang
on the moment of its poll, and no gold list could say what must be told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

from monitor.core.errors import StartError
from monitor.demo.coverage import Block, Outlet, span
from monitor.demo.prints import PRINTS
from monitor.demo.render import Shown, atom, index, page

Versions = Mapping[str, int]
"""Ids of blocks, each with the index of one of its versions."""

HOST = "127.0.0.1"

_TYPES = {b"<!": "text/html", b"<?": "application/rss+xml", b'{"': "application/json"}
"""The type of a document that is no Atom, by how it begins."""


@dataclass(frozen=True, slots=True)
class Document:
    """What an outlet answers: a body with its validators, and the versions that it shows."""

    body: bytes
    etag: str
    modified: datetime
    versions: Versions


class Newsroom:
    """One outlet at work: what it shows at a moment of the day, and what its reader has surely read.

    What an ETag names was read when that ETag comes back in a request: the reader keeps it only together with what
    it read. What has been dealt with, somebody else must say.
    """

    def __init__(self, outlet: Outlet, base: str) -> None:
        self.outlet = outlet
        self.polls = self.fresh = 0
        self._read: dict[str, int] = {}
        self._base = base
        self._dealt: dict[str, int] = {}
        self._printed: dict[str, Versions] = {}
        self._last: Document | None = None
        self._first = self._newest = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def answer(self, moment: datetime, etag: str, now: datetime) -> Document:
        """Give the document that stands at a moment of the day to a reader that holds the one named by `etag`."""
        with self._lock:
            self.polls += 1
            self._first, self._newest = (self._first if self.polls > 1 else now), now
            _raise_to(self._read, self._printed.get(etag, {}))
            document = self._document(self._standing(moment), now)
            self.fresh += document.etag != etag
            return document

    def printed(self, moment: datetime, suffix: str) -> bytes:
        """Give what stands at a moment in another format; who reads that holds nothing up."""
        with self._lock:
            return PRINTS[suffix](self.outlet, self._rows(self._standing(moment)), self._base)

    def deal(self, versions: Versions) -> None:
        """Note that the reader has dealt with these versions: what follows them may be shown."""
        with self._lock:
            _raise_to(self._dealt, versions)

    @property
    def read(self) -> Versions:
        """The versions that the reader has surely read."""
        with self._lock:
            return dict(self._read)

    @property
    def pause(self) -> float:
        """Mean seconds between two polls; 0 before the second."""
        return (self._newest - self._first).total_seconds() / (self.polls - 1) if self.polls > 1 else 0.0

    @property
    def finished(self) -> bool:
        """Whether the last version of every block has been dealt with."""
        return all(self._dealt.get(block.id) == len(block.versions) - 1 for block in self.outlet.blocks)

    def _standing(self, moment: datetime) -> Versions:
        due = {block.id: _due(block, moment) for block in self.outlet.blocks}
        return {id_: min(index, self._dealt.get(id_, -1) + 1) for id_, index in due.items() if index >= 0}

    def _document(self, versions: Versions, now: datetime) -> Document:
        last = self._last
        if last and last.versions == versions:
            return last
        write = page if self.outlet.kind == "live_blog" else atom
        body = write(self.outlet, self._rows(versions), self._base)
        etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        # Last-Modified counts in seconds: two documents of one second must not bear the same.
        modified = now if last is None else max(now, last.modified + timedelta(seconds=1))
        self._printed[etag] = versions
        self._last = Document(body, etag, modified, versions)
        return self._last

    def _rows(self, versions: Versions) -> tuple[Shown, ...]:
        blocks = (block for block in self.outlet.blocks if block.id in versions)
        return tuple(Shown(block, block.versions[versions[block.id]], block.versions[0].at) for block in blocks)


class Replay:
    """All outlets behind one HTTP server on the loopback address; the day begins with the first request.

    `seconds` is how long the whole coverage takes. Raises StartError if the port is busy.
    """

    def __init__(self, outlets: tuple[Outlet, ...], seconds: float, port: int = 0) -> None:
        self._server = _server(port, self._respond)
        self.port = int(self._server.server_address[1])
        self.newsrooms = {outlet.feed: Newsroom(outlet, f"http://{HOST}:{self.port}") for outlet in outlets}
        self.seconds = seconds
        self._index = index(outlets, PRINTS)
        self._first, self._last = span(outlets)
        self._began: datetime | None = None
        self._thread = Thread(
            target=self._server.serve_forever, name="replay", kwargs={"poll_interval": 0.1}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def elapsed(self, now: datetime) -> float:
        """Say how many seconds of the replay have gone; zero before the first request."""
        return 0.0 if self._began is None else min((now - self._began).total_seconds(), self.seconds)

    def moment(self, now: datetime) -> datetime:
        """Say what time of the day of the coverage it is."""
        return self._first + (self._last - self._first) * (self.elapsed(now) / self.seconds)

    @property
    def finished(self) -> bool:
        """Whether everything has been shown, read and dealt with."""
        return all(newsroom.finished for newsroom in self.newsrooms.values())

    def _respond(self, path: str, etag: str, since: str) -> Document | None:
        """Give what stands under a path, None where nothing does."""
        now = datetime.now(UTC)
        name, _, suffix = path.strip("/").partition("/")[0].partition("?")[0].partition(".")
        if not name:
            return Document(self._index, "", now, {})
        newsroom = self.newsrooms.get(name)
        if newsroom is None or suffix not in {"", *PRINTS}:
            return None
        if suffix:
            return Document(newsroom.printed(self.moment(now), suffix), "", now, {})
        self._began = self._began or now
        document = newsroom.answer(self.moment(now), etag, now)
        unchanged = etag == document.etag or (not etag and since == _http_date(document.modified))
        return Document(b"", document.etag, document.modified, {}) if unchanged else document


def _due(block: Block, moment: datetime) -> int:
    """Index of the version that the clock alone would show, -1 before the first."""
    return sum(version.at <= moment for version in block.versions) - 1


def _raise_to(floor: dict[str, int], versions: Versions) -> None:
    for id_, number in versions.items():
        floor[id_] = max(number, floor.get(id_, -1))


def _type(body: bytes) -> str:
    return "application/atom+xml" if b"<feed" in body[:60] else _TYPES[body[:2]]


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.replace(microsecond=0), usegmt=True)


def _server(port: int, respond: Callable[[str, str, str], Document | None]) -> ThreadingHTTPServer:
    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            document = respond(
                self.path, self.headers.get("If-None-Match", ""), self.headers.get("If-Modified-Since", "")
            )
            if document is None:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            self.send_response(HTTPStatus.OK if document.body else HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", document.etag)
            self.send_header("Last-Modified", _http_date(document.modified))
            if document.body:
                self.send_header("Content-Type", f"{_type(document.body)}; charset=utf-8")
                self.send_header("Content-Length", str(len(document.body)))
            self.end_headers()
            self.wfile.write(document.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
            """Say nothing: the live view counts the polls."""

    return listen(port, Request)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a kept-alive connection would hold the end for its time-out

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that is killed in the middle is part of the show."""


def listen(port: int, request: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """Listen on the loopback address; 0: any free port. Raises StartError if the port is busy."""
    try:
        return _Server((HOST, port), request)
    except (OSError, OverflowError) as error:
        raise StartError(f"port {port} cannot be used: {getattr(error, 'strerror', None) or error}") from error
