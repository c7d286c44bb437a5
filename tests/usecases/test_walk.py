"""The whole walk, poll to far end, with a fault at any step: all is told, and whatever is told twice is marked."""

import random
import sqlite3
from collections import Counter
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta

import pytest

from monitor.clock import ring
from monitor.core.errors import LedgerError
from monitor.edition import Edition
from monitor.ledger import Ledger
from monitor.notify import Terms
from monitor.pipeline import deliver, match_batch
from monitor.rulebook import read
from tests.servers.internet import Heard, Reply, Webhook
from tests.usecases.newsroom import RULES, Newsroom, rss, until

ENTRIES = 15
FAULTS = (Reply(503), Reply(429, {"Retry-After": "1"}), Reply(hang_up="answer"), Reply(hang_up="request"))


class Walk:
    """Steps of many processes, in any order, each of which may be its last."""

    def __init__(self, newsroom: Newsroom, hook: Webhook, seed: int) -> None:
        self.newsroom, self.hook, self.chance = newsroom, hook, random.Random(seed)
        book = read(RULES).book
        assert book is not None
        self.edition = Edition(1, book)
        self.posted: list[str] = []
        self.refused: list[Heard] = []

    def poll(self) -> None:
        """Show one more entry, as long as there are more; it may be edited so slightly that it is the same."""
        self.posted += [f"e{len(self.posted):02}"] if len(self.posted) < ENTRIES else []
        text = self.chance.choice(["L'Otan répond", "L’OTAN répond !"])
        self.newsroom.site.says("/live", rss(*self.posted[-5:], text=text))
        self.newsroom.poll(self.newsroom.feed())

    def match(self) -> None:
        match_batch(self.newsroom.ledger, lambda: self.edition, self.newsroom.bells)

    def match_and_be_killed(self) -> None:
        for revision in self.newsroom.ledger.unmatched():
            self.edition.matcher.findings(revision.entry)

    def deliver(self) -> None:
        deliver(self.newsroom.ledger, self.edition, self.address, Terms())

    def deliver_to_a_far_end_in_trouble(self) -> None:
        if not self.newsroom.ledger.pending(datetime.now(UTC), timedelta(0)).due:
            return
        reply = self.chance.choice(FAULTS)
        self.hook.say("", reply)
        self.deliver()
        if reply.status != 200:
            self.refused.append(self.hook.heard[-1])

    def claim_and_be_killed(self) -> None:
        self.newsroom.ledger.claim(datetime.now(UTC))

    def send_and_be_killed(self) -> None:
        """Hold the ledger so that nothing can be settled."""
        impatient = Ledger.open(self.newsroom.database, patience=timedelta(milliseconds=5))
        with ExitStack() as stack:

            def locking(_: str) -> str:
                stack.enter_context(self.newsroom.locked())
                return self.address("")

            with suppress(LedgerError):
                deliver(impatient, self.edition, locking, Terms(), patience=timedelta(0))
        impatient.close()

    def wait_for_hours(self) -> None:
        """Let the time come for whatever is to be tried again."""
        with closing(sqlite3.connect(self.newsroom.path, isolation_level=None)) as ledger:
            ledger.execute("UPDATE delivery SET due = created WHERE state = 'retry'")

    def forget(self) -> None:
        self.newsroom.valkey.redis.flushall()

    def clock(self) -> None:
        """Tick when every claim has run out."""
        ring(self.newsroom.ledger, self.newsroom.bells, datetime.now(UTC) + timedelta(minutes=1))

    def step(self) -> None:
        steps = {
            self.poll: 4,
            self.match: 3,
            self.deliver: 5,
            self.clock: 3,
            self.match_and_be_killed: 1,
            self.deliver_to_a_far_end_in_trouble: 1,
            self.claim_and_be_killed: 1,
            self.send_and_be_killed: 1,
            self.forget: 1,
        }
        self.chance.choices(list(steps), list(steps.values()))[0]()

    def finished(self) -> bool:
        """Let no more go wrong, until nothing is left to do."""
        self.clock()
        self.match()
        self.wait_for_hours()
        self.deliver()
        counts = self.newsroom.ledger.counts()
        return not counts.unmatched and counts.deliveries.keys() == {"sent"}

    def accepted(self) -> Counter[str]:
        """Count how often each entry was told to a far end that did not refuse it."""
        heard = Counter(one.json["title"] for one in self.hook.heard)
        heard.subtract(one.json["title"] for one in self.refused)
        return Counter({name: sum(n for title, n in heard.items() if name in title) for name in self.posted})

    def address(self, _: str) -> str:
        return f"json://127.0.0.1:{self.hook.port}/"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_goes_wrong_everything_is_told_and_what_is_told_twice_is_marked(
    newsroom: Newsroom, hook: Webhook, seed: int
) -> None:
    walk = Walk(newsroom, hook, seed)
    for _ in range(120):
        walk.step()
    while len(walk.posted) < ENTRIES:
        walk.poll()
    until(walk.finished, seconds=60)

    alerts = {alert.id: str(alert.revision.entry.guid) for alert in newsroom.ledger.alerts()}
    assert sorted(alerts.values()) == sorted(walk.posted)
    accepted = walk.accepted()
    for delivery in newsroom.ledger.deliveries():
        times = accepted[alerts[delivery.alerts[0]]]
        assert times == 1 or (times > 1 and delivery.uncertain), delivery
