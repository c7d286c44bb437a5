"""Many small calls made one: what single polls write is gathered for a moment and written together.

What is not written yet when this process is killed is lost, and whoever asked for it was not answered.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

WAIT = timedelta(milliseconds=150)
"""How long the first call waits for others."""

MOST = 50
"""Calls that do not wait for more."""


class Gather(Generic[T]):
    """Does `work` for many items at once, in a thread, where each caller has one; used by one event loop.

    One piece of work is under way at a time: while it waits for a lock the calls behind it wait here, not each with a
    thread and a connection of its own. What it raises is raised to each of its callers.
    """

    def __init__(self, work: Callable[[Sequence[T]], object], wait: timedelta = WAIT, most: int = MOST) -> None:
        self._work, self._wait, self._most = work, wait.total_seconds(), most
        self._calls: list[tuple[T, asyncio.Future[None]]] = []
        self._enough = asyncio.Event()
        self._working: asyncio.Task[None] | None = None

    async def do(self, item: T) -> None:
        """Have the work done for this item, too."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._calls.append((item, done))
        if len(self._calls) >= self._most:
            self._enough.set()
        if self._working is None:
            self._working = asyncio.create_task(self._go_on())
        await done

    async def _go_on(self) -> None:
        try:
            while self._calls:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._wait):
                        await self._enough.wait()
                self._enough.clear()
                calls, self._calls = self._calls, []
                await self._answer(calls)
        finally:
            self._working = None

    async def _answer(self, calls: Sequence[tuple[T, asyncio.Future[None]]]) -> None:
        failure: Exception | None = None
        try:
            await asyncio.to_thread(self._work, [item for item, _ in calls])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the callers' to judge
            failure = error
        for _, done in calls:
            if done.done():
                continue  # whoever asked was cancelled
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)
