"""The body of an answer: decompressed bit by bit, bounded in size, and given up where hardly anything comes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

from aiohttp import ClientResponse

from monitor.core.errors import FetchError

LARGEST = 15 * 1024 * 1024
"""Bytes of a document, counted after decompression: 300 KB of gzip can hold 300 MB."""

LARGE = 1024 * 1024
"""Bytes above which a body is large: few are, and few of those are read at a time, lest many fill the memory."""

MOST_TIMES = 500
"""What is large and unpacks to more than so many times its size is no text, but a bomb: a feed unpacks to 5 to 30 times
its size, a list of numbers to 150; and the memory of a decompressor grows with what it gives."""

LEAST = 1_000
PATIENCE = timedelta(seconds=5)
"""A body of which fewer than `LEAST` bytes come within `PATIENCE` is given up, however long its feed's timeout is: with
200 bytes a second the front page of a newspaper takes half an hour."""

LEAST_OF_LARGE = 250_000
"""Bytes that have to come within `PATIENCE` while others may wait for this body's room: 50,000 a second. Who sends less
has not sent what makes a body large in the 20 s that a feed has, unless it sets more."""

_CHUNK = 64 * 1024
_CODINGS = frozenset({"", "identity", "gzip", "deflate", "br", "zstd"})
"""What aiohttp decompresses, in steps of 256 KB, streams of several frames included; it asks for no other."""


async def whole(
    response: ClientResponse, room: asyncio.Semaphore, limit: asyncio.Timeout, patience: timedelta = PATIENCE
) -> bytes:
    """Read a body to its end; what is large waits for `room` before it is read on, and that wait is not in `limit`.

    Raises:
        FetchError: it is too large, too slow, or packed as nobody asked for.
    """
    _check(response)
    if (response.content_length or 0) > LARGEST:
        raise _too_large(response)
    body = bytearray()
    try:
        await _fill(body, response, _chunks(response, patience), LARGE)
        if len(body) > LARGE:
            async with _entered(room, limit):
                await _fill(body, response, _chunks(response, patience, LEAST_OF_LARGE))
        return bytes(body)
    finally:
        body.clear()  # an error that somebody keeps would keep it, too: tracebacks hold all that was at hand


async def _fill(
    body: bytearray, response: ClientResponse, chunks: AsyncGenerator[bytes], enough: int = LARGEST
) -> None:
    """Add to a body what comes, until it is more than enough. Raises: FetchError."""
    async with aclosing(chunks):
        async for chunk in chunks:
            body += chunk
            _check_size(response, len(body))
            if len(body) > enough:
                return


@asynccontextmanager
async def _entered(room: asyncio.Semaphore, limit: asyncio.Timeout) -> AsyncIterator[None]:
    """Wait for room while the time of a fetch stands still: that others are slow is no fault of its server."""
    clock, ends = asyncio.get_running_loop().time, limit.when()
    began = clock()
    limit.reschedule(None)
    async with room:
        limit.reschedule(None if ends is None else ends + clock() - began)
        yield


def _check_size(response: ClientResponse, unpacked: int) -> None:
    if unpacked > LARGEST:
        raise _too_large(response)
    packed = response.content.total_compressed_bytes  # None: it is not packed
    if packed is not None and unpacked > LARGE and unpacked > MOST_TIMES * packed:
        raise FetchError(f"{response.url.host}: unpacks to more than {MOST_TIMES} times its size")


async def beginning(response: ClientResponse, most: int, patience: timedelta = PATIENCE) -> bytes:
    """Read the first bytes of a body. Raises: FetchError: it is too slow, or packed as nobody asked for."""
    _check(response)
    body = bytearray()
    async for chunk in _chunks(response, patience):
        body += chunk
        if len(body) >= most:
            break
    return bytes(body[:most])


def _check(response: ClientResponse) -> None:
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in _CODINGS:
        raise FetchError(f"{response.url.host}: packed in a way that nobody asked for (Content-Encoding)")


def _too_large(response: ClientResponse) -> FetchError:
    return FetchError(f"{response.url.host}: more than {LARGEST // 1024 // 1024} MB")


async def _chunks(response: ClientResponse, patience: timedelta, least: int = LEAST) -> AsyncGenerator[bytes]:
    """Give what comes; each `least` bytes of it, and the end, have to come in time. Only waiting for them counts."""
    clock, ended = asyncio.get_running_loop().time, False
    while not ended:
        got, left = 0, patience.total_seconds()
        while got < least and not ended:
            began = clock()
            try:
                async with asyncio.timeout(left):
                    chunk = await response.content.read(_CHUNK)
            except TimeoutError as error:
                raise _too_slow(response, least / patience.total_seconds()) from error
            got, left, ended = got + len(chunk), left - (clock() - began), not chunk
            yield chunk


def _too_slow(response: ClientResponse, rate: float) -> FetchError:
    return FetchError(f"{response.url.host}: sends less than {rate:,.0f} bytes a second")
