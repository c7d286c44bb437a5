"""What can go wrong on the way to a document, in words; no address is in them but the host's name."""

import ssl
from http import HTTPStatus
from socket import gaierror

import aiohttp

FOREIGN = (aiohttp.ClientError, OSError, ValueError)
"""Everything that a request may raise: OSError has ssl's and the timeouts, ValueError what is wrong with a URL."""

_WORDS: tuple[tuple[type[BaseException], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "the host is not known"),
    (gaierror, "the host is not known"),
    (aiohttp.ClientConnectorCertificateError, "the server's certificate is not valid: {cause}"),
    (ssl.SSLCertVerificationError, "the server's certificate is not valid: {cause}"),
    (aiohttp.ClientSSLError, "no secure connection: {cause}"),
    (ssl.SSLError, "no secure connection: {cause}"),
    (aiohttp.ClientHttpProxyError, "the proxy does not lead there"),
    (aiohttp.ClientProxyConnectionError, "no connection to the proxy: {cause}"),
    (aiohttp.TooManyRedirects, "redirected too often"),
    (aiohttp.NonHttpUrlRedirectClientError, "redirected to what is no http or https address"),
    (aiohttp.NonHttpUrlClientError, "no http or https address"),
    (aiohttp.InvalidUrlRedirectClientError, "redirected to what is no valid address"),
    (aiohttp.InvalidURL, "no valid address"),
    (aiohttp.ConnectionTimeoutError, "no connection in time"),
    (TimeoutError, "no answer in time"),
    (aiohttp.ClientConnectorError, "no connection: {cause}"),
    (aiohttp.ServerConnectionError, "the server closed the connection"),
    (aiohttp.ClientPayloadError, "the answer broke off or cannot be decompressed"),
    (aiohttp.ClientResponseError, "the answer is no HTTP, or its headers are too long"),
    (ConnectionError, "the connection broke: {cause}"),
    (OSError, "no connection: {cause}"),
    (aiohttp.ClientError, "the connection broke"),
    (ValueError, "no valid address"),
)
"""The first line that fits counts."""

_HELP = {
    401: "it wants to know who asks: `auth`, `cookies` or `headers` of this feed say so",
    402: "it wants to be paid: `auth`, `cookies` or `headers` of this feed say who did",
    403: "it does not want to be asked, or not so: by this agent, from here, or without `auth` or `cookies`",
    404: "is this still its address?",
    407: "the proxy wants a user and a password",
    410: "its publisher says that it will not come back",
    429: "asked too often",
    451: "it may not be shown here",
}
"""What a status means for who watches a feed."""


def words(error: BaseException) -> str:
    """Say in a few words why a request failed."""
    phrase = next((phrase for kind, phrase in _WORDS if isinstance(error, kind)), "the request failed")
    return phrase.format(cause=_cause(error))


def _cause(error: BaseException) -> str:
    while isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientConnectorCertificateError):
        error = (
            error.certificate_error if isinstance(error, aiohttp.ClientConnectorCertificateError) else error.os_error
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return str(getattr(error, "verify_message", "")) or "it cannot be verified"
    said = (getattr(error, "reason", None) if isinstance(error, ssl.SSLError) else None) or getattr(
        error, "strerror", None
    )
    return str(said or error or type(error).__name__)


def status_words(status: int) -> str:
    """Name a status in the standard's words, for the server's own are not to be trusted in a log; and what may help."""
    try:
        said = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
    return f"{said} - {_HELP[status]}" if status in _HELP else said
