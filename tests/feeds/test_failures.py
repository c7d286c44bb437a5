import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from aiohttp.client_exceptions import UnixClientConnectorError
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from monitor.feeds.failures import FOREIGN, status_words, words

KEY = ConnectionKey("example.org", 443, True, True, None, None, None)  # noqa: FBT003 - their type takes no names
REQUEST = aiohttp.RequestInfo(URL("https://u:secret@example.org/?key=secret"), "GET", CIMultiDictProxy(CIMultiDict()))
ARGUMENTS: dict[type[BaseException], tuple[Any, ...]] = {
    aiohttp.ClientResponseError: (REQUEST, ()),
    aiohttp.ClientConnectorError: (KEY, OSError(errno.ECONNREFUSED, "Connection refused")),
    aiohttp.ClientConnectorCertificateError: (KEY, ssl.SSLCertVerificationError("no")),
    UnixClientConnectorError: ("/secret", KEY, OSError(errno.ECONNREFUSED, "Connection refused")),
    aiohttp.ServerFingerprintMismatch: (b"a", b"b", "example.org", 443),
    aiohttp.InvalidURL: ("http://secret",),
    UnicodeDecodeError: ("utf-8", b"", 0, 0, ""),
    UnicodeEncodeError: ("utf-8", "", 0, 0, ""),
    UnicodeTranslateError: ("", 0, 0, ""),
}


def tree(root: type[BaseException]) -> Iterator[type[BaseException]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def arguments(kind: type[BaseException]) -> tuple[Any, ...]:
    return next((ARGUMENTS[parent] for parent in kind.__mro__ if parent in ARGUMENTS), ())


def theirs() -> list[type[BaseException]]:
    """List every error of aiohttp, of the network and of TLS, and of names that cannot be encoded."""
    everything = {*tree(aiohttp.ClientError), *tree(UnicodeError)}
    everything |= {kind for kind in tree(OSError) if kind.__module__ in {"builtins", "socket", "ssl"}}
    return sorted(everything, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("kind", theirs(), ids=lambda kind: kind.__name__)
def test_every_error_of_a_request_is_caught_and_has_words_that_tell_no_secret(kind: type[BaseException]) -> None:
    assert issubclass(kind, FOREIGN)
    said = words(kind(*arguments(kind)))
    assert said != "the request failed"
    assert "secret" not in said
    assert "{" not in said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "x")), "the host is not known"),
        (aiohttp.ClientConnectorError(KEY, OSError(errno.ECONNREFUSED, "refused")), "no connection: refused"),
        (aiohttp.ClientConnectorError(KEY, OSError("Multiple")), "no connection: Multiple"),
        (aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError()), "not valid: it cannot be verified"),
        (aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "[SSL] x")), "no secure connection: [SSL] x"),
        (aiohttp.TooManyRedirects(REQUEST, ()), "redirected too often"),
        (aiohttp.SocketTimeoutError(), "no answer in time"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "the connection broke: reset"),
        (UnicodeError("label too long"), "no valid address"),
        (KeyError("x"), "the request failed"),
    ],
)
def test_words_say_what_went_wrong(error: BaseException, said: str) -> None:
    assert said in words(error)


def test_a_status_is_named_as_the_standard_names_it() -> None:
    assert status_words(503) == "503 Service Unavailable"
    assert status_words(799) == "799"
