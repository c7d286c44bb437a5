"""A newsroom for the use cases: a real ledger, a real Valkey, web servers that show feeds and take messages."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from monitor.core.feed import Feed
from monitor.core.route import Delivery
from monitor.edition import Editions
from monitor.feeds import Session
from monitor.leases import LEASE_LASTS, Lease
from monitor.ledger import Ledger
from monitor.poller import Poller
from monitor.queue import Bells
from monitor.rounds import Round, run
from monitor.rulebook import read
from monitor.state import State
from tests.feeds.site import Site
from tests.servers.valkey import Valkey

LONG = timedelta(days=9999)
DESK = """
vigie: routes/1
channels: {desk: {address: secret:desk}}
routes: {out: {to: [desk], when: at once}, fallback: {to: [desk], when: at once}, operator: {to: [desk], when: at once}}
"""
OTAN = "vigie: rules/1\notan: {any_of: [Otan], once_per: entry, send: [out], examples: {match: ['à Otan']}}\n"
RULES = {"otan.yaml": OTAN, "routes.yaml": DESK}


def write(folder: Path, **files: str) -> None:
    """Write YAML files of a folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)


def rss(*identities: str, text: str = "L'Otan répond") -> str:
    """Print a feed of entries that were published just now."""
    now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    items = (
        f"<item><guid>{name}</guid><title>{text} {name}</title><pubDate>{now}</pubDate></item>" for name in identities
    )
    return f"<rss version='2.0'><channel><title>Live</title>{''.join(items)}</channel></rss>"


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for a condition, with a deadline."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, f"not within {seconds} s"
        sleep(0.01)


async def reached(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait for a condition while the loop goes on, with a deadline."""
    end = monotonic() + seconds
    while not condition():
        assert monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.01)


def leased(poller: Poller, feed: Feed) -> Lease:
    """Lease a feed, due or not."""
    (lease,) = poller.leases.take([feed], 1, {feed.name})
    return lease


class Newsroom:
    """Holds what the use cases need, and calls them with few words."""

    def __init__(self, path: Path, valkey: Valkey, site: Site) -> None:
        self.path, self.valkey, self.site = path, valkey, site
        self.looks = 0
        self.database = f"sqlite:///{path}"
        self.ledger = Ledger.open(self.database)
        self.state, self.bells = State(valkey.url), Bells(valkey.url)

    def close(self) -> None:
        for opened in (self.bells, self.state, self.ledger):
            opened.close()

    # The web.

    def feed(self, name: str = "live", path: str = "", **more: Any) -> Feed:  # Any: each field has its own type
        """Name a feed of the site, all of whose entries are told."""
        url = self.site.url(path or f"/{name}")
        feed = Feed(name, url, allow_private=True, backfill=LONG, max_age=LONG, spacing=timedelta(0))
        return replace(feed, **more)

    def asked(self, path: str = "/live") -> int:
        """Count the requests for a path."""
        return sum(request.path == path for request in self.site.requests)

    # The poller.

    @asynccontextmanager
    async def poller(self, ledger: Ledger | None = None, lasts: timedelta = LEASE_LASTS) -> AsyncIterator[Poller]:
        """Open a poller."""
        async with Session("vigie tests") as session:
            yield self.polling(session, ledger, lasts)

    def polling(self, session: Session, ledger: Ledger | None = None, lasts: timedelta = LEASE_LASTS) -> Poller:
        """Make a poller with a session of one's own."""
        return Poller(ledger or self.ledger, self.state, self.bells, session, lasts)

    def poll(self, feed: Feed, ledger: Ledger | None = None) -> timedelta:
        """Lease and poll a feed once; say how long it then rests."""

        async def once() -> None:
            async with self.poller(ledger) as poller:
                await poller.poll(leased(poller, feed))

        asyncio.run(once())
        return self.rests(feed)

    def rests(self, feed: Feed) -> timedelta:
        """Say how long it is until the next poll of a feed."""
        return self.state.next_due([feed.name])[feed.name] - datetime.now(UTC)

    def going_round(self, work: Callable[[], Awaitable[None]], ledger: Ledger | None = None) -> None:
        """Do some work while a poller goes round the published feeds; `looks` counts its looks at the schedule."""

        def look() -> None:
            self.looks += 1

        async def go() -> None:
            editions, stop = Editions(ledger or self.ledger), asyncio.Event()
            editions.start()
            async with self.poller(ledger) as poller:
                round_ = Round(poller, editions, ledger or self.ledger, self.state)
                going = asyncio.create_task(run(round_, stop, look))
                try:
                    await work()
                finally:
                    stop.set()
                    await going
                    editions.close()

        asyncio.run(go())

    # The rules.

    def publish(self, sources: Mapping[str, str] = RULES, ago: timedelta = timedelta(0)) -> int:
        """Publish rules."""
        return self.ledger.publish(sources, datetime.now(UTC) - ago)

    def publish_feeds(self, *feeds: Feed, every: str = "1h") -> int:
        """Publish feeds, and the rules."""
        lines = (
            f"{feed.name}: {{url: '{feed.url}', every: {every}, allow_private: true, backfill: 1d, spacing: 0s}}\n"
            for feed in feeds
        )
        sources = {**RULES, "feeds.yaml": "vigie: feeds/1\n" + "".join(lines)}
        assert read(sources).book is not None, read(sources).errors
        return self.publish(sources)

    def rules(self) -> set[str]:
        """Name the published rules."""
        version = self.version()
        book = read(self.ledger.sources(version)).book if version else None
        return set(book.rules) if book else set()

    def version(self) -> int:
        """Give the number of the newest edition; 0: there is none."""
        published = self.ledger.published()
        return published.version if published else 0

    # The ledger.

    def post(self, *identities: str, text: str = "L'Otan répond") -> tuple[int, ...]:
        """Let entries come; give the revisions to be matched."""
        self.site.says("/posted", rss(*identities, text=text))
        before = {revision.id for revision in self.ledger.unmatched(limit=1000)}
        self.poll(self.feed("posted"))
        return tuple(r.id for r in self.ledger.unmatched(limit=1000) if r.id not in before)

    def delivery(self) -> Delivery:
        """Give the only delivery."""
        (delivery,) = self.ledger.deliveries()
        return delivery

    def passes(self, time: timedelta) -> None:
        """Let time pass: what is remembered of feeds is older by so much."""
        with closing(sqlite3.connect(self.path)) as ledger, ledger:
            for name, memory in ledger.execute("SELECT name, memory FROM feed").fetchall():
                older = json.dumps(_older(json.loads(memory), time))
                ledger.execute("UPDATE feed SET memory = ? WHERE name = ?", (older, name))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep all others from writing to the ledger."""
        other = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Take the ledger away."""
        self.ledger.close()
        elsewhere = self.path.rename(self.path.with_suffix(".away"))
        self.path.mkdir()
        try:
            yield
        finally:
            self.path.rmdir()
            elsewhere.rename(self.path)


def _older(value: object, time: timedelta) -> object:
    if isinstance(value, dict):
        return {name: _older(one, time) for name, one in value.items()}
    if isinstance(value, list):
        return [_older(one, time) for one in value]
    try:
        return (datetime.fromisoformat(value) - time).isoformat() if isinstance(value, str) else value
    except ValueError:
        return value
