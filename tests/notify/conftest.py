from collections.abc import Iterator

import pytest

from tests.servers.internet import Internet, Webhook
from tests.servers.smtp import MailServer


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    far_end = Internet()
    for name, value in far_end.env.items():
        monkeypatch.setenv(name, value)
    yield far_end
    far_end.close()


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    far_end = Webhook()
    yield far_end
    far_end.close()


@pytest.fixture
def relay() -> Iterator[MailServer]:
    """A server on this machine that takes mail from anyone."""
    far_end = MailServer()
    yield far_end
    far_end.close()


@pytest.fixture
def submission(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A server that wants STARTTLS and a password."""
    far_end = MailServer(tls=True, login=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(far_end.authority))
    yield far_end
    far_end.close()
