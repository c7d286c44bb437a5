"""Names of hosts, looked up in threads of their own: one that no name server answers for keeps its thread for long."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from aiohttp.abc import AbstractResolver, ResolveResult

MOST = 64
"""Lookups at a time, one for each feed that is polled at a time. One that no server answers takes 20 to 40 s, and
nobody can end it; more of them than this make other names wait, but nothing else."""

_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class Lookups(AbstractResolver):
    """Asks the system, as aiohttp's own resolver does, but not in the event loop's threads, where others wait."""

    def __init__(self, most: int = MOST) -> None:
        self._threads = ThreadPoolExecutor(most, "lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """List the addresses of a name. Raises: OSError: nobody knows it."""
        look = partial(socket.getaddrinfo, host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look)
        return [
            ResolveResult(hostname=host, host=str(at[0]), port=port, family=kind, proto=protocol, flags=_NUMERIC)
            for kind, _, protocol, _, at in found
        ]

    async def close(self) -> None:
        """Begin no more lookups; those that hang end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)
