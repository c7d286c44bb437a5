"""Fetching as tests do it: once, with secrets and names of their own."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.errors import FetchError
from monitor.core.feed import Feed, Validators
from monitor.feeds import Fetched, Session, Unchanged, fetch
from monitor.feeds.session import no_secrets
from tests.feeds.names import Names

AGENT = "vigie/test (desk@example.org)"
FEED = Feed("live", "", timeout=timedelta(seconds=10), allow_private=True)


class Asker:
    """Fetches with these names and secrets, patience and trust; a session for each call."""

    def __init__(self, names: Names | None = None, secrets: Mapping[str, str] | None = None) -> None:
        self.patience = timedelta(seconds=5)
        self.trust: ssl.SSLContext | None = None
        self._names, self._secrets = names, secrets or {}

    def session(self) -> Session:
        return Session(AGENT, self._secret, self._names, self.patience, self.trust)

    def get(self, url: str, feed: Feed = FEED, validators: Validators = Validators()) -> Fetched | Unchanged:  # noqa: B008 - frozen
        async def once() -> Fetched | Unchanged:
            async with self.session() as session:
                return await fetch(session, replace(feed, url=url), validators)

        return asyncio.run(once())

    def document(self, url: str, feed: Feed = FEED) -> Fetched:
        answer = self.get(url, feed)
        assert isinstance(answer, Fetched)
        return answer

    def failure(self, url: str, feed: Feed = FEED) -> FetchError:
        with pytest.raises(FetchError) as caught:
            self.get(url, feed)
        assert not any(secret in str(caught.value) for secret in self._secrets.values())
        return caught.value

    def _secret(self, written: str) -> str:
        name = written.removeprefix("secret:")
        return self._secrets[name] if name in self._secrets else no_secrets(written)
