"""Pollers as processes, on a real Valkey and a real ledger: killed in mid-fetch, two at once, and Redis forgetting."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect
from threading import Event
from time import monotonic
from typing import Any

import pytest
from aiohttp import web

from tests.feeds.site import Site

Until = Callable[..., None]
ROOT = Path(__file__).parents[2]
LEASE = 3.0
NAMES = [f"f{n}" for n in range(10)]
FEEDS = "vigie: feeds/1\ndefaults: {every: 1s, allow_private: true, spacing: 0s, backfill: 1d, server_hints: ignore}\n"


class Growing:
    """Feeds that have one more entry each time they are asked for, until they are full; some answer when told."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.shown: dict[str, int] = dict.fromkeys(NAMES, 0)
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.most = 5
        self.hanging: set[str] = set()
        self.word = Event()
        for name in NAMES:
            site.answers(f"/{name}", self.answer)

    async def answer(self, request: web.Request) -> web.Response:
        """Show a feed."""
        name = request.path[1:]
        self.asked[name].append(monotonic())
        if name in self.hanging:
            await asyncio.to_thread(self.word.wait, 60)
        self.shown[name] = min(self.shown[name] + 1, self.most)
        now = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
        items = "".join(
            f"<item><guid>{name}-{n}</guid><title>L'Otan {name} {n}</title><pubDate>{now}</pubDate></item>"
            for n in range(self.shown[name])
        )
        return web.Response(text=f"<rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>")

    def sources(self, desk: Any) -> dict[str, str]:
        lines = (f"{name}: {{url: '{self.site.url(f'/{name}')}'}}\n" for name in NAMES)
        return {**desk.ledger.sources(1), "feeds.yaml": FEEDS + "".join(lines)}


@pytest.fixture
def growing() -> Iterator[Growing]:
    with Site() as site:
        yield Growing(site)


@pytest.fixture
def polling(desk: Any, valkey: Any) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a poller; all are killed in the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "tests.processes.poll_on", desk.database, valkey.url, str(int(1000 * LEASE))]
        started.append(subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE))
        return started[-1]

    yield start
    for one in started:
        with one:
            one.kill()


def entries(desk: Any) -> dict[str, int]:
    """Count the entries of each feed, and see that none has two revisions."""
    with closing(connect(desk.data_dir / "ledger.sqlite")) as ledger:
        twice = ledger.execute("SELECT title, count(*) FROM revision GROUP BY title HAVING count(*) > 1").fetchall()
        assert not twice
        return dict(ledger.execute("SELECT feed, count(*) FROM entry GROUP BY feed").fetchall())


def asked_after(growing: Growing, moment: float) -> bool:
    return all(times[-1] > moment for times in (growing.asked[name] for name in NAMES) if times)


def test_what_a_killed_poller_had_in_hand_another_polls_within_its_lease(
    desk: Any, growing: Growing, polling: Callable[[], subprocess.Popen[bytes]], until: Until
) -> None:
    growing.hanging = {"f0", "f5"}
    desk.ledger.publish(growing.sources(desk), datetime.now(UTC))
    one = polling()
    until(lambda: growing.asked["f0"] or growing.asked["f5"], what="a request in hand")
    polling()
    until(lambda: len(growing.asked["f9"]) > 2, what="the other feeds")
    os.kill(one.pid, signal.SIGKILL)
    killed = monotonic()
    growing.word.set()
    until(lambda: asked_after(growing, killed), LEASE + 5, what="all feeds asked for again")
    growing.most = 8
    until(lambda: entries(desk) == dict.fromkeys(NAMES, 8), 60, what="every entry")


@pytest.mark.usefixtures("polling")
def test_two_pollers_lose_nothing_and_record_nothing_twice_when_redis_forgets_all(
    desk: Any, valkey: Any, growing: Growing, polling: Callable[[], subprocess.Popen[bytes]], until: Until
) -> None:
    desk.ledger.publish(growing.sources(desk), datetime.now(UTC))
    polling()
    polling()
    until(lambda: all(growing.shown.values()), what="all feeds asked for")
    valkey.redis.flushall()
    flushed = monotonic()
    until(lambda: asked_after(growing, flushed), 30, what="all feeds asked for again")
    until(lambda: entries(desk) == dict.fromkeys(NAMES, growing.most), 60, what="every entry")


def test_a_poller_sends_the_secrets_of_a_feed(desk: Any, vigie: Callable[..., Any], until: Until) -> None:
    secrets = {"VIGIE_SECRET_KEY": "sesame", "VIGIE_SECRET_DESK": "bob:hunter2", "VIGIE_SECRET_JAR": "jar=honey"}
    own = "headers: {X-Key: secret:key}, auth: secret:desk, cookies: secret:jar"
    with Site() as site:
        url = site.says("/", "<rss version='2.0'><channel><title>Direct</title></channel></rss>")
        feeds = f"vigie: feeds/1\nlive: {{url: '{url}', allow_private: true, {own}}}\n"
        desk.ledger.publish({**desk.ledger.sources(1), "feeds.yaml": feeds}, datetime.now(UTC))
        poller = vigie(desk.env | secrets, "poller")
        until(lambda: site.requests, what="a request")
        sent = site.requests[0].headers
        assert (sent["X-Key"], sent["Authorization"], sent["Cookie"]) == (
            "sesame",
            "Basic Ym9iOmh1bnRlcjI=",
            "jar=honey",
        )
        until(lambda: poller.said("feed_polled"), what="a poll")
        assert not any(secret in poller.log.read_text() for secret in ("sesame", "hunter2", "honey", "Ym9i"))
