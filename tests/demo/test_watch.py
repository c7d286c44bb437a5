"""The watch sees what a real ledger holds, and waits where there is none yet."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.entry import Entry
from monitor.core.feed import Feed, Validators
from monitor.core.route import Send
from monitor.core.rule import Finding, Hit
from monitor.core.telling.alert import Proposal, Scope
from monitor.demo.watch import Watch, block_of, sends_of
from monitor.ledger import Ledger
from monitor.ledger.migrations import migrate

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
FEED = Feed("fil", "http://127.0.0.1/fil")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def watch(url: str) -> Iterator[Watch]:
    with closing(Watch(url)) as watch:
        yield watch


def poll(ledger: Ledger, *names: str) -> tuple[int, ...]:
    entries = tuple(Entry("fil", f"http://x/{name}", text="à Genève", guid=f"http://x/fil#{name}") for name in names)
    return ledger.record_poll(FEED, entries, Validators(), NOW).unmatched


def tell(ledger: Ledger, revision: int) -> None:
    finding = Finding("talks", "urgent", (Hit("text", 2, 8, "Genève", "$geneve"),))
    proposal = Proposal(finding, Scope(f"entry:{revision}", None), (Send("courrier", "urgent", NOW),))
    ledger.record_match({revision: (proposal,)}, 1, NOW)


def test_where_there_is_no_ledger_yet_nothing_is_settled(watch: Watch) -> None:
    assert not watch.look(NOW).settled


def test_what_is_matched_and_sent_is_settled_and_joined_to_its_block(watch: Watch, url: str) -> None:
    migrate(url)
    with closing(Ledger.open(url)) as ledger:
        poll(ledger)
        assert watch.look(NOW).settled
        for name in ("fr-1", "fr-2"):
            (revision,) = poll(ledger, name)
            assert not watch.look(NOW).matched
            tell(ledger, revision)
        sight = watch.look(NOW)
        assert sight.matched
        assert not sight.settled
        sends = sends_of(sight, {"courrier": "demo_mail"}, {"fr-1"})
    assert [(s.sink, s.entry, s.revision, s.rules, s.state, s.fetched) for s in sends] == [
        ("demo_mail", "fr-1", 1, ("talks",), "queued", NOW),
        ("demo_mail", "http://x/fr-2", 1, ("talks",), "queued", NOW),
    ]


def test_a_block_is_known_by_the_end_of_its_name_in_the_feed() -> None:
    blocks = {"fr-1"}
    assert block_of(Entry("fil", "x", guid="tag:vigie.example,2022:fr-1"), blocks) == "fr-1"
    assert block_of(Entry("fil", "http://127.0.0.1:1/fil#fr-1"), blocks) == "fr-1"
    assert block_of(Entry("fil", "http://127.0.0.1:1/fil#fr-11"), blocks) == "http://127.0.0.1:1/fil#fr-11"
