"""A name server of a test's own: hosts at any address."""

import socket
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult


class Names(AbstractResolver):
    """Knows the names it is given, each with its addresses between spaces; the others only by who lies `beyond`."""

    def __init__(self, addresses: Mapping[str, str] | None = None, beyond: AbstractResolver | None = None) -> None:
        self._addresses, self._beyond = addresses or {}, beyond

    @property
    def known(self) -> tuple[str, ...]:
        """List the names."""
        return tuple(self._addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host in self._addresses:
            return [self._result(host, port, one) for one in self._addresses[host].split()]
        if self._beyond is not None:
            return await self._beyond.resolve(host, port, family)
        raise OSError(socket.EAI_NONAME, "no such name here")

    def _result(self, host: str, port: int, address: str) -> Any:  # Any: aiohttp's dictionary
        family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
        return {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}

    async def close(self) -> None:
        """Nothing is held open."""
