"""A replay tells what the live service told: entries are polled and matched, then replayed over the same ledger."""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from monitor.core.book import Book
from monitor.core.entry import Entry
from monitor.core.feed import Feed, Validators
from monitor.core.hindsight.replaying import past_of
from monitor.core.match import Matcher
from monitor.core.telling.alert import propose
from monitor.edition import Edition
from monitor.ledger import Ledger
from monitor.ledger.matching import OVERTAKEN
from monitor.pipeline import match_batch
from monitor.replay import Forecast, Lookback, Window, forecast, look_back, replay
from monitor.rulebook import read
from tests.usecases.newsroom import LONG, Newsroom, rss

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALWAYS = Window(T0 - LONG / 20, T0 + LONG, UTC, 3)
FEEDS = tuple(Feed(name, f"https://{name}.example/", language=name, backfill=LONG) for name in ("fr", "ru"))

FILES = {
    "feeds.yaml": "vigie: feeds/1\n" + "".join(f"{f.name}: {{url: '{f.url}', language: {f.name}}}\n" for f in FEEDS),
    "entities.yaml": """vigie: entities/1
riabkov: {name: Sergueï Riabkov, type: person, names: {fr: [Riabkov], ru: [Рябков]}}
""",
    "rules.yaml": """vigie: rules/1
entry: {any_of: [Otan, НАТО], once_per: entry, send: [desk, mail]}
feed: {any_of: [Otan, НАТО], once_per: feed, send: [mail]}
six-hours: {any_of: [$riabkov], once_per: 6h, send: [desk]}
near: {any_of: [$riabkov], near: {within: 2, any_of: [Otan, НАТО]}, once_per: entry, send: [desk]}
always: {any_of: [Genève], on_edit: always, once_per: entry, send: [mail]}
never: {any_of: [Genève, НАТО], on_edit: never, once_per: entry, send: [mail]}
rematch: {any_of: [Genève, Рябкова], on_edit: rematch, once_per: entry, send: [desk]}
all-of-a-feed: {in: {feed: [ru]}, once_per: 1h, send: [desk]}
in-french: {any_of: [Otan], in: {language: [fr]}, once_per: entry, send: [desk]}
shadow: {any_of: [Otan], status: shadow, once_per: entry, send: [desk]}
draft: {any_of: [Otan], status: draft, once_per: entry, send: [desk]}
regex: {any_of: ['/[0-9]+ morts?/'], once_per: 2h, send: [desk]}
""",
    "routes.yaml": """vigie: routes/1
channels: {desk: {address: secret:desk}, mail: {address: secret:mail}, phone: {address: secret:phone}}
routes:
  desk: {to: [desk], when: at once}
  mail: {to: [mail, desk], when: at once}
  fallback: {to: [phone], when: at once}
  operator: {to: [phone], when: at once}
""",
}
WORDS = ("l'Otan", "НАТО", "Riabkov", "Ryabkov", "Рябков", "Рябкова", "Genève", "12 morts", "un", "и", "la", "ничего")

Told = set[tuple[str, int, tuple[str, ...]]]


def book_of(files: Mapping[str, str]) -> Book:
    reading = read(files)
    assert reading.book is not None, reading.errors
    return reading.book


BOOK = book_of(FILES)


def with_rules(old: str, new: str, file: str = "rules.yaml") -> Book:
    assert old in FILES[file]
    return book_of({**FILES, file: FILES[file].replace(old, new)})


@pytest.fixture
def ledger(migrated: Path, tmp_path: Path) -> Iterator[Ledger]:
    shutil.copy(migrated, tmp_path / "ledger.db")
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield opened
    opened.close()


class Days:
    """Days of a service on a ledger: documents come, now and then what came is matched."""

    def __init__(self, ledger: Ledger, seed: int = 0) -> None:
        self.ledger, self.chance, self.now = ledger, Random(seed), T0
        self.shown: dict[str, dict[str, str]] = {feed.name: {} for feed in FEEDS}

    def poll(self, feed: Feed, **texts: str) -> None:
        """Let a document show these texts of entries; an empty one is a withdrawal."""
        self.shown[feed.name] |= texts
        entries = (
            Entry(feed.name, name, title=text[:9], text=text[9:], language=feed.name, deleted=not text)
            for name, text in self.shown[feed.name].items()
        )
        self.ledger.record_poll(feed, tuple(entries), Validators(), self.now)

    def match(self, book: Book = BOOK) -> None:
        """Match what lies in the inbox, as the pipeline does."""
        matcher = Matcher(book)
        revisions = self.ledger.unmatched(limit=1_000)
        edited = self.ledger.before([revision.id for revision in revisions])
        batch = {}
        for revision in revisions:
            findings = matcher.findings(revision.entry)
            past = past_of(edited.get(revision.id), findings, matcher)
            batch[revision.id] = propose(revision, findings, book, self.now, past)
        self.ledger.record_match(batch, 1, self.now)

    def pass_by(self) -> None:
        """Let many things happen, each at its time."""
        for _ in range(self.chance.randint(5, 40)):
            self.now += self.chance.choice((0.01, 0.2, 1, 5, 30)) * HOUR
            feed = self.chance.choice(FEEDS)
            if self.chance.random() < 0.6:
                self.poll(
                    feed, **{f"e{self.chance.randint(0, 8)}": self.text() for _ in range(self.chance.randint(1, 3))}
                )
            else:
                self.match()
        self.match()

    def text(self) -> str:
        return "" if self.chance.random() < 0.05 else " ".join(self.chance.choices(WORDS, k=self.chance.randint(2, 12)))


def told_live(ledger: Ledger) -> Told:
    """Say which rules told which revisions, and by which channels, as the book names them."""
    channels = {name: tuple(c for r in rule.send for c in BOOK.routes[r].to) for name, rule in BOOK.rules.items()}
    return {
        (finding.rule, alert.revision.id, tuple(dict.fromkeys(channels[finding.rule])))
        for alert in ledger.alerts()
        for finding in alert.findings
    }


def told_again(ledger: Ledger, book: Book = BOOK) -> Told:
    return {
        (one.finding.rule, one.revision.id, one.channels) for one in replay(ledger, book, ALWAYS) if not one.suppressed
    }


def suppressed_live(ledger: Ledger) -> set[tuple[str, int, str]]:
    return {(quiet.rule, quiet.id, quiet.reason) for quiet in ledger.not_told() if quiet.rule}


@settings(
    max_examples=25, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 2**60))
def test_a_replay_makes_the_alerts_that_the_service_made(migrated: Path, tmp_path: Path, seed: int) -> None:
    path = tmp_path / f"{seed}.db"
    shutil.copy(migrated, path)
    ledger = Ledger.open(f"sqlite:///{path}")
    Days(ledger, seed).pass_by()
    found = tuple(replay(ledger, BOOK, ALWAYS))
    again = {(one.finding.rule, one.revision.id, one.channels) for one in found if not one.suppressed}
    assert again == told_live(ledger)
    quiet = {OVERTAKEN, "stood in the feed before it was watched"}
    suppressed = {(one.finding.rule, one.revision.id, one.suppressed) for one in found if one.suppressed}
    assert {one for one in suppressed if one[2] not in quiet} == suppressed_live(ledger)
    ledger.close()
    path.unlink()


def test_a_replay_makes_the_alerts_that_poller_and_pipeline_made(newsroom: Newsroom) -> None:
    feed = newsroom.feed("fr", language="fr")
    newsroom.publish(FILES)
    for texts in (
        ("Otan a", "Genève b"),
        ("Otan a bis", "Genève b bis", "Riabkov c"),
        ("Onu a", "Riabkov et l'Otan d"),
    ):
        items = "".join(
            f"<item><guid>{t.split()[-1 - t.endswith('bis')]}</guid><title>{t}</title></item>" for t in texts
        )
        newsroom.site.says("/fr", f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>")
        newsroom.poll(feed)
        match_batch(newsroom.ledger, lambda: Edition(1, BOOK), newsroom.bells)
    window = replace(ALWAYS, until=datetime.now(UTC) + HOUR)
    again = {
        (one.finding.rule, one.revision.id, one.channels)
        for one in replay(newsroom.ledger, BOOK, window)
        if not one.suppressed
    }
    assert again == told_live(newsroom.ledger)
    assert {rule for rule, _, _ in again} >= {"entry", "feed", "six-hours", "always", "near", "in-french"}
    tellings = {(d.channel, alert) for d in newsroom.ledger.deliveries() for alert in d.alerts}
    revisions = {alert.id: alert.revision.id for alert in newsroom.ledger.alerts()}
    assert {(channel, revisions[alert]) for channel, alert in tellings} == {
        (channel, revision) for _, revision, channels in again for channel in channels
    }


# Looking back.


def found(days: Days, name: str, book: Book = BOOK, window: Window = ALWAYS) -> Lookback:
    rule = replace(book.rules[name], status="live")
    return look_back(days.ledger, replace(book, rules={name: rule}), window)


def identities(answer: Lookback | Forecast) -> list[str]:
    return [c.alert.revision.entry.identity for total in answer.plan.totals for c in total.examples]


def test_a_draft_is_replayed_as_if_it_were_live(ledger: Ledger) -> None:
    days = Days(ledger)
    days.poll(FEEDS[0])
    days.poll(FEEDS[0], a="L'Otan répond", b="Rien")
    answer = found(days, "draft")
    assert (answer.plan.added, identities(answer), answer.untold) == (1, ["a"], {})
    assert answer.kept_since == T0


def test_what_told_nobody_says_why_and_how_often(ledger: Ledger) -> None:
    days = Days(ledger)
    days.poll(replace(FEEDS[0], backfill=timedelta(0)), old="L'Otan d'avant")
    days.poll(FEEDS[0], a="L'Otan répond")
    days.match()
    for text in ("L'Otan répond enfin", "L'Otan ne répond pas"):
        days.now += HOUR
        days.poll(FEEDS[0], a=text)
        days.match()
    answer = found(days, "entry")
    assert identities(answer) == ["a"]
    assert answer.untold == {"told before within entry": 2, "stood in the feed before it was watched": 1}


def test_what_was_told_before_the_window_counts(ledger: Ledger) -> None:
    days = Days(ledger)
    days.poll(FEEDS[0])
    for number, wait in enumerate((0, 5, 2)):
        days.now += wait * HOUR
        days.poll(FEEDS[0], **{f"e{number}": f"Riabkov {number}"})
        days.match()
    window = replace(ALWAYS, since=T0 + HOUR)
    assert identities(found(days, "six-hours", window=window)) == ["e2"], "at 5 h it had told at 0 h, at 7 h not"
    assert identities(found(days, "six-hours", window=replace(ALWAYS, until=T0 + HOUR))) == ["e0"]


def test_a_rule_without_words_is_replayed_over_its_feeds_or_over_everything(ledger: Ledger) -> None:
    days = Days(ledger)
    for feed in FEEDS:
        days.poll(feed)
        days.poll(feed, a="Rien", b="Ничего")
    per_entry = with_rules("{in: {feed: [ru]}, once_per: 1h", "{in: {feed: [ru]}, once_per: entry")
    assert found(days, "all-of-a-feed", per_entry).plan.added == 2
    by_topic = with_rules("in: {feed: [ru]}, once_per: 1h", "in: {topic: [x], feed: [fr, ru]}, once_per: entry")
    assert found(days, "all-of-a-feed", by_topic).plan.added == 0
    by_author = with_rules("in: {feed: [ru]}, once_per: 1h", "in: {author: [nobody]}, once_per: entry")
    assert found(days, "all-of-a-feed", by_author).plan.added == 0
    assert told_again(ledger, by_author) == told_again(ledger, BOOK) - {
        one for one in told_again(ledger, BOOK) if one[0] == "all-of-a-feed"
    }


def test_an_empty_ledger_told_nobody(ledger: Ledger) -> None:
    answer = found(Days(ledger), "entry")
    assert (answer.plan.totals, answer.plan.counts, answer.untold, answer.kept_since) == ((), (), {}, None)


# A changed folder.


@pytest.fixture
def days(ledger: Ledger) -> Days:
    days = Days(ledger)
    for feed in FEEDS:
        days.poll(feed)
    days.poll(FEEDS[0], a="L'Otan répond", b="L'Onu répond", c="Riabkov, dit l'Otan")
    days.poll(FEEDS[1], d="Рябков и НАТО", e="Ничего")
    days.match()
    return days


def plan_of(days: Days, after: Book, before: Book = BOOK) -> tuple[tuple[str, ...], dict[str, tuple[int, int]]]:
    answer = forecast(days.ledger, before, after, ALWAYS)
    return answer.affected, {total.rule: (total.added, total.removed) for total in answer.plan.totals}


def test_the_same_rules_change_nothing(days: Days) -> None:
    assert plan_of(days, BOOK) == ((), {})


def test_a_wider_rule_adds_and_a_narrower_one_removes(days: Days) -> None:
    wider = with_rules("entry: {any_of: [Otan, НАТО]", "entry: {any_of: [Otan, Onu]")
    assert plan_of(days, wider) == (("entry",), {"entry": (1, 1)})


def test_a_rule_that_comes_or_goes_brings_or_takes_its_alerts(days: Days) -> None:
    with_draft = with_rules("draft: {any_of: [Otan], status: draft", "draft: {any_of: [Otan]")
    assert plan_of(days, with_draft) == (("draft",), {"draft": (2, 0)})
    assert plan_of(days, BOOK, with_draft) == (("draft",), {"draft": (0, 2)})
    assert plan_of(days, BOOK, Book())[1]["entry"] == (3, 0)


def test_an_entity_changes_the_rules_that_name_it(days: Days) -> None:
    other = "riabkov: {name: Wendy Sherman, type: person}"
    changed = book_of({**FILES, "entities.yaml": f"vigie: entities/1\n{other}\n"})
    assert plan_of(days, changed) == (("near", "six-hours"), {"near": (0, 2), "six-hours": (0, 1)})


def test_another_route_moves_the_alerts_of_its_rules(days: Days) -> None:
    moved = with_rules("mail: {to: [mail, desk]", "mail: {to: [phone, desk]", "routes.yaml")
    answer = forecast(days.ledger, BOOK, moved, ALWAYS)
    assert answer.affected == ("always", "entry", "feed", "never")
    counts = {(c.rule, c.channel): (c.added, c.removed) for c in answer.plan.counts if c.rule == "entry"}
    assert counts == {("entry", "mail"): (0, 3), ("entry", "phone"): (3, 0)}


def test_a_plan_says_what_the_two_books_would_have_told(days: Days) -> None:
    other = with_rules("once_per: feed", "once_per: 2h")
    other = replace(
        other, rules={**other.rules, "entry": replace(other.rules["entry"], any_of=other.rules["near"].any_of)}
    )
    before, after = told_again(days.ledger), told_again(days.ledger, other)
    answer = forecast(days.ledger, BOOK, other, replace(ALWAYS, shown=100))
    shown = {
        (sign, c.alert.finding.rule, c.alert.revision.id)
        for total in answer.plan.totals
        for c in total.examples
        for sign in (c.sign,)
    }
    assert shown == {("added", r, i) for r, i, _ in after - before} | {("removed", r, i) for r, i, _ in before - after}


def test_what_has_no_feed_any_more_is_replayed_all_the_same(newsroom: Newsroom) -> None:
    newsroom.site.says("/gone", rss("a"))
    newsroom.poll(newsroom.feed("gone"))
    window = replace(ALWAYS, until=datetime.now(UTC) + HOUR)
    assert identities(look_back(newsroom.ledger, replace(BOOK, rules={"entry": BOOK.rules["entry"]}), window)) == ["a"]
