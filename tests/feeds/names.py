"""A name server of a test's own: hosts at any address, answers that change from one question to the next."""

import socket
from collections import defaultdict
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult


class Names(AbstractResolver):
    """Knows the names it is given; of several answers each is given once, and the last for ever."""

    def __init__(self, addresses: Mapping[str, str] | None = None) -> None:
        self.asked: list[str] = []
        self._answers: dict[str, list[str]] = defaultdict(list)
        for host, answer in (addresses or {}).items():
            self.knows(host, answer)

    def knows(self, host: str, *addresses: str) -> None:
        """Say where a host is, the first time it is asked for, the second, ..."""
        self._answers[host] = list(addresses)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        answers = self._answers.get(host)
        if not answers:
            raise OSError(socket.EAI_NONAME, f"no {host} in family {family}")
        address = answers.pop(0) if len(answers) > 1 else answers[0]
        return [self._result(host, port, one) for one in address.split()]

    def _result(self, host: str, port: int, address: str) -> Any:  # Any: aiohttp's dictionary
        family = socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET
        return {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}

    async def close(self) -> None:
        """Nothing is held open."""
