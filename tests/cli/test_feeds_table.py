"""`vigie feeds`: how each feed does, the troubled ones first."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import vigie
from monitor.cli.feeds.table import since
from monitor.core.entry import Entry
from monitor.core.errors import VigieError
from monitor.core.feed import Feed, Validators
from monitor.core.watching.conditions import Condition
from monitor.core.watching.flood import Stock
from monitor.core.watching.health import Health, Trouble
from monitor.core.watching.learning import Failure
from monitor.core.watching.memory import Memory
from monitor.core.watching.rhythm import Rhythm
from monitor.ledger import Failed, Ledger
from monitor.ledger.polls import Learnt
from monitor.state import Next, State
from tests.cli.conftest import Service
from tests.servers.valkey import Valkey

NOW = datetime.now(UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NAMES = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf-with-a-name-that-is-long")
FEEDS = "vigie: feeds/1\n" + "".join(f"{name}: {{url: 'https://{name}.example/rss'}}\n" for name in NAMES)
RULES = {
    "feeds.yaml": FEEDS,
    "rules.yaml": "vigie: rules/1\na: {any_of: [Otan]}\n",
    "routes.yaml": "vigie: routes/1\nchannels: {t: {address: terminal}}\n"
    "routes: {fallback: {to: [t], when: at once}, operator: {to: [t], when: at once}}\n",
}
DAILY = Rhythm(at=NOW, began=NOW - 90 * DAY, newest=NOW - 5 * MINUTE, entries=14.0 * 160)


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    server = Valkey(tmp_path / "valkey")
    server.start()
    yield server
    server.close()


def failed(name: str, trouble: Trouble, reason: str, failures: int = 4, condition: Condition | None = None) -> Failed:
    memory = Memory(health=Health((condition,) if condition else (), kind="feed"))
    return Failed(name, f"https://{name}.example/rss", Failure(trouble, reason, failures, NOW), memory)


def read(ledger: Ledger, name: str, memory: Memory, *entries: Entry) -> None:
    """Record that a feed was read a minute ago."""
    feed = Feed(name, f"https://{name}.example/rss")
    ledger.record_poll(
        feed,
        entries,
        Validators(),
        NOW - MINUTE,
        learn=lambda _, decision: Learnt(replace(memory, window=decision.memory.window)),
    )


@pytest.fixture
def watched(service: Service) -> Service:
    """Feeds of which each does otherwise; `echo` was never polled, and `zulu` is in no rules any more."""
    service.publish(RULES)
    ledger = service.ledger
    dated = Entry("", "1", "Un", "Riabkov", guid="1", published=NOW - 2 * DAY)
    quiet = Condition("quiet", NOW - 3 * DAY, "usually it brings 3 a day", NOW)
    read(ledger, "alpha", Memory(rhythm=DAILY, health=Health(kind="live_blog")), dated)
    read(ledger, "bravo", Memory(rhythm=DAILY, health=Health((quiet,), kind="feed")), dated)
    read(ledger, "delta", Memory())
    failing = Condition("failing", NOW - 45 * MINUTE, "503 Service Unavailable", NOW)
    ledger.record_failed(
        [
            failed("charlie", "failing", "503 Service\x1b[31m Unavailable", condition=failing),
            failed("foxtrot", "failing", "no connection", failures=1),
            failed("golf-with-a-name-that-is-long", "gone", "410 Gone"),
            failed("zulu", "failing", "no connection"),
        ]
    )
    return service


def run(
    service: Service, *words: str, redis: str = "redis://127.0.0.1:1/0", columns: int = 80, verb: str = "feeds"
) -> Result:
    env = {"NO_COLOR": "1", "COLUMNS": str(columns), "VIGIE_DATABASE_URL": service.url, "VIGIE_REDIS_URL": redis}
    return CliRunner().invoke(vigie, [verb, *words], env=env)


def test_the_table_shows_the_troubled_feeds_first_and_fits_into_80_columns(watched: Service, valkey: Valkey) -> None:
    state = State(valkey.url)
    state.enrol({"alpha": timedelta(0)})
    state.schedule([Next("alpha", timedelta(minutes=9.5))], "me")
    state.close()
    done = run(watched, redis=valkey.url)
    assert (done.exit_code, max(map(len, done.output.splitlines())) <= 80) == (0, True)
    lines = done.output.splitlines()
    rows = [line.split() for line in lines[1 : 1 + len(NAMES) + 1]]
    names = [row[0][:7] for row in rows if row[0].startswith(tuple(name[:7] for name in NAMES))]
    assert names == ["charlie", "golf-wi", "bravo", "foxtrot", "delta", "echo", "alpha"]
    assert rows[0][1:] == ["failing", "feed", "never", "-", "-", "4", "now"]
    assert rows[-1] == ["alpha", "fine", "live_blog", *rows[-1][3:5], "every", "9", "min", "9m"]
    assert "zulu" not in done.output


def test_below_the_table_stands_what_is_the_matter_with_each_in_words(watched: Service) -> None:
    said = " ".join(run(watched).output.split())
    assert "charlie: failing since" in said
    assert "503 Service Unavailable" in said
    assert "bravo: quiet since" in said
    assert "usually it brings 3 a day" in said
    assert "foxtrot: retrying: no connection" in said
    assert "golf-with-a-name-that-is-long: gone: 410 Gone" in said
    assert "delta: lacking: " in said
    assert "echo:" not in said
    assert "alpha:" not in said
    assert "\x1b" not in said


def test_a_feed_whose_host_asked_for_rest_shows_it(watched: Service, valkey: Valkey) -> None:
    state = State(valkey.url)
    state.schedule([Next("bravo", MINUTE, "alpha.example", DAY), Next("delta", MINUTE, "delta.example", MINUTE)], "me")
    state.close()
    said = " ".join(run(watched, redis=valkey.url).output.split())
    assert said.count("its host asked to be left alone until") == 1
    assert "alpha: its host asked to be left alone until" in said
    rows = {row["name"]: row for row in map(json.loads, run(watched, "--json", redis=valkey.url).stdout.splitlines())}
    assert [name for name, row in rows.items() if row["host_rests"]] == ["alpha"]


def test_a_feed_of_which_something_is_held_says_how_much_and_what_to_do(service: Service) -> None:
    service.publish(RULES)
    read(service.ledger, "alpha", Memory(rhythm=DAILY, stock=Stock(12, "it comes from elsewhere", NOW)))
    said = " ".join(run(service, "alpha").output.split())
    assert "alpha: held 12: it comes from elsewhere; `vigie feeds release alpha` lets them be told" in said
    assert json.loads(run(service, "alpha", "--json").stdout)["held"] == 12


def test_without_redis_the_table_says_that_the_next_polls_are_not_known(watched: Service) -> None:
    done = run(watched)
    assert done.exit_code == 0
    assert "when feeds are polled next is not known:" in done.output


def test_a_password_in_an_address_is_not_shown(service: Service) -> None:
    feeds = "vigie: feeds/1\nalpha: {url: 'https://reader:sesame@alpha.example/rss'}\n"
    service.publish({**RULES, "feeds.yaml": feeds})
    for words in ((), ("--json",), ("alpha",)):
        shown = run(service, *words).output
        assert "alpha" in shown
        assert "sesame" not in shown
    assert json.loads(run(service, "--json").stdout)["url"] == "https://alpha.example/rss"


def test_as_json_each_feed_is_a_line(watched: Service) -> None:
    rows = {row["name"]: row for row in map(json.loads, run(watched, "--json").stdout.splitlines())}
    assert list(rows)[:2] == ["charlie", "golf-with-a-name-that-is-long"]
    alpha, charlie = rows["alpha"], rows["charlie"]
    assert {name: alpha[name] for name in ("state", "kind", "rhythm", "failures", "conditions", "next_poll")} == {
        "state": "fine",
        "kind": "live_blog",
        "rhythm": "every 9 min",
        "failures": 0,
        "conditions": [],
        "next_poll": None,
    }
    assert alpha["per_day"] == pytest.approx(160, rel=0.01)
    assert alpha["newest"] == (NOW - 5 * MINUTE).isoformat().replace("+00:00", "Z")
    (condition,) = charlie["conditions"]
    assert (condition["name"], condition["reason"]) == ("failing", "503 Service Unavailable")
    assert rows["echo"]["state"] == "new"


@pytest.mark.parametrize("words", [("--json", "bravo"), ("bravo", "--json")])
def test_one_feed_is_shown_by_its_name(watched: Service, words: tuple[str, ...]) -> None:
    (row,) = map(json.loads, run(watched, *words).stdout.splitlines())
    assert (row["name"], row["state"]) == ("bravo", "quiet")
    assert "alpha" not in run(watched, "bravo").output


def test_no_password_of_an_address_is_shown(service: Service) -> None:
    told = "leads to http://usr:PW@new.example/rss"
    addresses = {name: f"http://usr:PW@{name}.example/rss" for name in ("alpha", "bravo", "charlie")}
    files = "vigie: feeds/1\n" + "".join(f"{name}: {{url: '{url}'}}\n" for name, url in addresses.items())
    service.publish({**RULES, "feeds.yaml": files})
    moved = Memory(health=Health((Condition("moved", NOW - DAY, told, NOW),), kind="feed"))
    failure = Failure("failing", told, 2, NOW)
    service.ledger.record_failed(
        [Failed("alpha", addresses["alpha"], failure, moved), Failed("bravo", addresses["bravo"], failure, Memory())]
    )
    everywhere = [
        run(service, *words, columns=200).output for words in ((), ("--json",), ("alpha", "--json"), ("bravo",))
    ]
    everywhere.append(run(service, "--json", verb="status").output)
    for output in everywhere:
        assert "PW" not in output
        assert "usr" not in output
    assert [output.count("leads to http://new.example/rss") for output in everywhere] == [2, 3, 2, 1, 2]
    rows = [json.loads(line)["url"] for line in everywhere[1].splitlines()]
    assert sorted(rows) == [f"http://{name}.example/rss" for name in addresses]


@pytest.mark.parametrize(
    ("rhythm", "said"),
    [
        (Rhythm(at=NOW, began=NOW - MINUTE, newest=NOW, entries=1.0), None),
        (Rhythm(at=NOW, began=NOW - DAY, newest=NOW, entries=2.0), None),
        (Rhythm(at=NOW, began=NOW - DAY, newest=NOW, entries=2.9), "3 a day"),
        (Rhythm(at=NOW, began=NOW - 90 * DAY, newest=NOW, entries=2.0), "1 a week"),
        (Rhythm(at=NOW, began=NOW - 90 * DAY, newest=NOW - 80 * DAY, entries=0.1), None),
        (Rhythm(), None),
    ],
)
def test_a_usual_rhythm_is_told_once_three_entries_have_come(
    service: Service, rhythm: Rhythm, said: str | None
) -> None:
    service.publish(RULES)
    read(service.ledger, "alpha", Memory(rhythm=rhythm))
    (row,) = map(json.loads, run(service, "alpha", "--json").stdout.splitlines())
    assert (row["rhythm"] or None) == said


def test_a_name_that_is_neither_feed_nor_verb_is_refused(watched: Service) -> None:
    done = run(watched, "charli")
    assert isinstance(done.exception, VigieError)
    assert str(done.exception) == "there is no feed `charli` in the rules in force - did you mean charlie?"
    assert "the verbs" in str(run(watched, "xxxx").exception)
    assert run(watched, "tri", "https://example.org").exit_code == 2


def test_before_anything_was_published_the_table_says_how_to_begin(service: Service) -> None:
    assert "no feed is in force - `vigie feeds add URL`" in run(service).output
    assert run(service, "--json").stdout == ""


def test_feeds_of_rules_that_this_program_cannot_read_are_shown_as_they_were_polled(service: Service) -> None:
    service.publish({**RULES, "rules.yaml": "vigie: rules/9\n"})
    read(service.ledger, "alpha", Memory(rhythm=DAILY))
    (row,) = map(json.loads, run(service, "--json").stdout.splitlines())
    assert (row["name"], row["kind"]) == ("alpha", "auto")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0s"),
        (0, "0s"),
        (119, "119s"),
        (120, "2m"),
        (7199, "120m"),
        (7200, "2h"),
        (172_799, "48h"),
        (172_800, "2d"),
    ],
)
def test_times_in_the_table_are_one_short_word(seconds: float, said: str) -> None:
    assert since(NOW, NOW + timedelta(seconds=seconds)) == said
    assert since(None, NOW) == since(NOW, None) == ""
