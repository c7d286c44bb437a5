"""A web server in a thread of its own, for tests to fetch from; it keeps what it was asked."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from threading import Thread
from typing import Self

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Site:
    """Answers each path as it is told; use it as a context."""

    def __init__(self, certificate: ssl.SSLContext | None = None) -> None:
        self.requests: list[web.Request] = []
        self.port = 0
        self._certificate = certificate
        self._answers: dict[str, Answer] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._runner: web.AppRunner | None = None
        self._talks: list[asyncio.Server] = []

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Give the address of a path."""
        return f"{'https' if self._certificate else 'http'}://{host}:{self.port}{path}"

    def answers(self, path: str, answer: Answer) -> str:
        """Answer a path by a function; give its address."""
        self._answers[path] = answer
        return self.url(path)

    def says(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> str:
        """Answer a path with a body; `_` in the names of headers is `-`."""
        content = body.encode() if isinstance(body, str) else body

        async def answer(_: web.Request) -> web.Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return web.Response(body=content, status=status, headers=named)

        return self.answers(path, answer)

    def talks(self, talk: Talk) -> str:
        """Open one more port, where a function speaks as it likes, HTTP or not; give its address."""

        async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await talk(reader, writer)
            finally:
                writer.close()

        async def listen() -> int:
            server = await asyncio.start_server(closing, "127.0.0.1", 0)
            self._talks.append(server)
            port: int = server.sockets[0].getsockname()[1]
            return port

        return f"http://127.0.0.1:{asyncio.run_coroutine_threadsafe(listen(), self._loop).result(10)}/"

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._certificate)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        for server in self._talks:
            server.close()
        if self._runner is not None:
            await self._runner.cleanup()
        open_still = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_still:
            task.cancel()
        await asyncio.gather(*open_still, return_exceptions=True)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        answer = self._answers.get(request.path)
        return web.Response(status=404) if answer is None else await answer(request)
