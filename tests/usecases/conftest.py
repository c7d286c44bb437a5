"""Real servers for the tests of the use cases, and what they logged."""

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.ledger.migrations import migrate
from tests.feeds.site import Site
from tests.servers.internet import Webhook
from tests.servers.smtp import MailServer
from tests.servers.valkey import Valkey
from tests.usecases.newsroom import RULES, Newsroom, write

Said = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "ledger.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    server = Valkey(tmp_path_factory.mktemp("valkey"))
    yield server
    server.close()


@pytest.fixture
def valkey(server: Valkey) -> Valkey:
    """An empty one, whatever the test before did to it."""
    server.start()
    server.redis.flushall()
    return server


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def hook() -> Iterator[Webhook]:
    far_end = Webhook()
    yield far_end
    far_end.close()


@pytest.fixture
def mailbox() -> Iterator[MailServer]:
    far_end = MailServer()
    yield far_end
    far_end.close()


@pytest.fixture
def newsroom(migrated: Path, tmp_path: Path, valkey: Valkey, site: Site) -> Iterator[Newsroom]:
    shutil.copy(migrated, tmp_path / "ledger.db")
    newsroom = Newsroom(tmp_path / "ledger.db", valkey, site)
    yield newsroom
    newsroom.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of rules."""
    path = tmp_path / "rules"
    path.mkdir()
    write(path, **{name.removesuffix(".yaml"): text for name, text in RULES.items()})
    return path


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Said:
    """The fields of every log line of an event so far."""
    caplog.set_level(logging.INFO, "vigie")
    return lambda event: [getattr(r, "fields", {}) for r in caplog.records if r.getMessage() == event]
