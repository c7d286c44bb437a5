"""`vigie status` and `vigie health`, and parts that run alone."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import click
import pytest
from click.testing import CliRunner

from monitor.beat import Pulse, folder, write
from monitor.cli import VERBS
from monitor.cli import vigie as vigie_group
from monitor.cli.status import command
from monitor.core.feed import Feed, Validators
from monitor.core.watching.learning import Failure
from monitor.core.watching.memory import Memory
from monitor.ledger import Failed
from monitor.ledger.migrations import migrate
from monitor.publisher import Publisher, pin
from monitor.state import State

Until = Callable[..., None]
Start = Callable[..., Any]

WRONG = [f"r{number}: {{any_off: [Otan]}}\n" for number in range(12)]

FEEDS = """
vigie: feeds/1
nowhere: {url: "http://127.0.0.1:1/live", allow_private: true}
"""


def asked(env: dict[str, str], *words: str, cwd: Path | None = None) -> tuple[int, str]:
    """The exit code of a verb and what it said."""
    line = [sys.executable, "-m", "monitor", *words]
    done = subprocess.run(line, env=env, cwd=cwd, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def status(env: dict[str, str]) -> dict[str, Any]:
    """What `vigie status --json` writes; asked for in this process, for a verb takes a second to start."""
    done = CliRunner().invoke(command, ["--json"], env=env)
    report: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == (3 if report["problems"] else 0)
    return report


@pytest.fixture
def rules(desk: Any) -> Path:
    """A rules folder, and it is what the desk's service is told of."""
    path: Path = desk.data_dir / "rules"
    path.mkdir()
    for name, text in desk.ledger.sources(1).items():
        (path / name).write_text(text)
    desk.env["VIGIE_RULES_DIR"] = str(path)
    return path


@pytest.fixture
def parts(desk: Any, rules: Path, vigie: Start, until: Until) -> dict[str, Any]:
    words = {"poller": ("poller",), "clock": ("clock",), "match": ("worker", "match"), "deliver": ("worker", "deliver")}
    (rules / "feeds.yaml").write_text(FEEDS)
    started = {name: vigie(desk.env, *verb) for name, verb in words.items()}
    until(lambda: asked(desk.env, "health")[1] == "ok: clock, deliver, match, poller\n", 60, "all are well")
    return started


def test_a_whole_service_is_healthy_and_says_how_it_does(desk: Any, parts: dict[str, Any], until: Until) -> None:
    until(lambda: any(feed["failures"] for feed in status(desk.env)["feeds"]), 30, "the feed was polled")
    report = status(desk.env)
    assert report["problems"] == []
    assert {name.partition("@")[0] for name in report["parts"]} == set(parts)
    assert report["feeds"][0]["name"] == "nowhere"
    assert report["feeds"][0]["failures"] > 0
    assert report["feeds"][0]["next_poll"] is not None
    assert report["rules"]["version"] == 2
    until(lambda: set(status(desk.env)["runs"].values()) == {2}, 30, "all parts work with it")
    assert {name.partition("@")[0] for name in status(desk.env)["runs"]} == {"poller", "match", "deliver"}
    code, said = asked(desk.env, "status")
    assert code == 0
    assert "edition 2" in said
    assert "nowhere" in said
    assert "problems" not in said


def test_a_part_that_is_told_to_stop_is_gone_at_once_and_missed(desk: Any, parts: dict[str, Any]) -> None:
    for name in ("poller", "clock"):
        began = monotonic()
        assert parts[name].end() == 0
        assert monotonic() - began < 5
    report = status(desk.env)
    assert report["problems"] == ["no poller is alive", "no clock is alive"]
    assert asked(desk.env, "health", "clock") == (3, "clock gives no sign of life\n")
    assert asked(desk.env, "health", "match") == (0, "ok: match\n")


def test_a_part_that_was_killed_is_not_healthy(desk: Any, parts: dict[str, Any]) -> None:
    os.kill(parts["match"].pid, signal.SIGKILL)
    parts["match"].child.wait()
    code, said = asked(desk.env, "health")
    assert code == 3
    assert said == f"match has died (process {parts['match'].pid})\n"


def test_health_reads_its_folder_from_dotenv_or_the_command(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
    (tmp_path / ".env").write_text("VIGIE_DATA_DIR=elsewhere\n")
    folder(tmp_path / "elsewhere").mkdir(parents=True)
    assert asked(env, "health", cwd=tmp_path) == (3, "nothing runs on elsewhere\n")
    write(folder(tmp_path / "elsewhere") / "clock.json", Pulse(os.getpid(), monotonic(), None, ready=True))
    assert asked(env, "health", cwd=tmp_path) == (0, "ok: clock\n")
    assert asked(env, "health", "--data-dir", "other", cwd=tmp_path) == (3, "nothing runs on other\n")


HEAVY = ("pydantic", "redis", "rq", "sqlalchemy", "numpy", "yaml", "rich", "aiohttp", "apprise", "asyncio")


def test_health_loads_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import sys; from monitor.cli import vigie; "
        f"vigie.main(['health', '--data-dir', {str(tmp_path)!r}], standalone_mode=False)"
    )
    audited = f"import atexit, sys; atexit.register(lambda: print(sorted(set(sys.modules) & set({HEAVY}))))\n{script}"
    done = subprocess.run([sys.executable, "-c", audited], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"nothing runs on {tmp_path}", "[]"]


def test_status_says_what_a_feed_lacks_that_does_not_fail(desk: Any) -> None:
    desk.ledger.publish({**desk.ledger.sources(1), "feeds.yaml": FEEDS}, datetime.now(UTC))
    desk.ledger.record_poll(Feed("nowhere", "http://127.0.0.1:1/live"), (), Validators(), datetime.now(UTC))
    assert "holds no entries" in CliRunner().invoke(command, env={**desk.env, "COLUMNS": "200"}).stdout


def test_status_says_that_redis_is_away(desk: Any, rules: Path, valkey: Any) -> None:
    assert rules.is_dir()
    valkey.kill()
    report = status(desk.env)
    assert len(report["problems"]) == 1
    assert report["problems"][0].startswith("Redis is away")
    assert report["ledger"]["entries"] == 0
    assert asked(desk.env, "status")[1].startswith("Redis is away")


def test_status_says_that_there_is_no_ledger(desk: Any, tmp_path: Path) -> None:
    desk.env["VIGIE_DATABASE_URL"] = f"sqlite:///{tmp_path / 'none'}"
    report = status(desk.env)
    assert "there is no ledger" in report["problems"][0]
    assert "feeds" not in report
    assert "bells" in report


def test_status_shows_what_waits_and_since_when(desk: Any, rules: Path) -> None:
    assert rules.is_dir()
    desk.post("a")
    desk.bells.ring_match()
    gone = {"feeds.yaml": 'vigie: feeds/1\nold: {url: "http://127.0.0.1:1/"}\n'}
    desk.ledger.publish(desk.ledger.sources(1) | gone, datetime.now(UTC))
    failure = Failure("gone", "410", 1, datetime.now(UTC))
    desk.ledger.record_failed([Failed("old", "http://127.0.0.1:1/", failure, Memory())])
    report = status(desk.env)
    assert report["ledger"]["unmatched"] == 1
    assert report["oldest_due"] is None
    assert report["bells"] == {"match": 1, "deliver": 0}
    _, said = asked(desk.env, "status")
    assert "1 unmatched" in said
    assert "0 deliver, 1 match" in said
    assert "gone" in said


def test_status_shows_the_oldest_that_is_due(desk: Any, rules: Path, vigie: Start, until: Until) -> None:
    assert rules.is_dir()
    worker = vigie(desk.env, "worker", "match")
    desk.bells.ring_match(desk.post("a"))
    until(lambda: desk.ledger.counts().alerts == 1)
    report = status(desk.env)
    due = datetime.fromisoformat(report["oldest_due"])
    assert timedelta(0) <= datetime.now(UTC) - due < timedelta(minutes=1)
    assert "the oldest is due for" in asked(desk.env, "status")[1]
    assert worker.end() == 0


def test_status_shows_what_of_the_rules_is_kept_back(desk: Any, rules: Path) -> None:
    (rules / "rules.yaml").write_text("vigie: rules/1\notan: {any_off: [Otan]}\n" + "".join(WRONG))
    Publisher(desk.ledger, rules).look(datetime.now(UTC))
    report = status(desk.env)
    assert report["rules"]["kept_back"] == ["rules.yaml"]
    assert "any_off" in report["rules"]["faults"][0]
    assert datetime.fromisoformat(report["rules"]["seen"]) <= datetime.now(UTC)
    _, said = asked(desk.env, "status")
    assert "kept back: rules.yaml" in said
    assert str(rules / "rules.yaml") in said
    assert "more: `vigie check` lists all" in said


def test_status_lists_the_feeds_of_the_published_rules_polled_or_not(desk: Any, rules: Path) -> None:
    assert rules.is_dir()
    desk.post("a")
    feeds = {"feeds.yaml": 'vigie: feeds/1\nnew: {url: "http://127.0.0.1:1/new"}\n'}
    desk.ledger.publish(desk.ledger.sources(1) | feeds, datetime.now(UTC))
    (feed,) = status(desk.env)["feeds"]
    assert (feed["name"], feed["url"], feed["polled"], feed["failures"]) == ("new", "http://127.0.0.1:1/new", None, 0)
    assert "never" in asked(desk.env, "status")[1]

    feeds["feeds.yaml"] += 'live: {url: "http://127.0.0.1:1/live"}\n'
    desk.ledger.publish(desk.ledger.sources(1) | feeds, datetime.now(UTC))
    assert [(feed["name"], feed["polled"] is not None) for feed in status(desk.env)["feeds"]] == [
        ("live", True),
        ("new", False),
    ]


def test_status_lists_what_was_polled_where_the_published_rules_cannot_be_read(desk: Any, rules: Path) -> None:
    assert rules.is_dir()
    desk.post("a")
    desk.ledger.publish({"rules.yaml": "vigie: rules/2\n"}, datetime.now(UTC))
    assert [feed["name"] for feed in status(desk.env)["feeds"]] == ["live"]


def test_status_writes_times_as_every_verb_does(desk: Any, rules: Path) -> None:
    assert rules.is_dir()
    desk.post("a")
    feeds = {"feeds.yaml": 'vigie: feeds/1\nlive: {url: "http://127.0.0.1:1/live"}\n'}
    desk.ledger.publish(desk.ledger.sources(1) | feeds, datetime.now(UTC))
    report = status(desk.env)
    for time in (report["at"], report["rules"]["published"], report["feeds"][0]["polled"]):
        assert time.endswith("Z")
        assert datetime.fromisoformat(time) <= datetime.now(UTC)


def test_status_says_what_the_clock_saw_of_the_rules_folder_wherever_it_is_asked(desk: Any, tmp_path: Path) -> None:
    desk.env["VIGIE_RULES_DIR"] = str(tmp_path / "none")
    assert status(desk.env)["rules"].items() >= {"version": 1, "faults": [], "kept_back": []}.items()
    (tmp_path / "clock").mkdir()
    Publisher(desk.ledger, tmp_path / "clock").look(datetime.now(UTC))
    assert "no YAML file" in status(desk.env)["rules"]["faults"][0]


def test_status_says_that_nothing_was_published_yet(desk: Any, rules: Path, tmp_path: Path) -> None:
    assert rules.is_dir()
    desk.env["VIGIE_DATABASE_URL"] = f"sqlite:///{tmp_path / 'fresh'}"
    migrate(desk.env["VIGIE_DATABASE_URL"])
    report = status(desk.env)
    assert report["rules"] == {
        "version": None,
        "published": None,
        "pinned": False,
        "restores": None,
        "seen": None,
        "faults": [],
        "kept_back": [],
    }
    assert report["feeds"] == []
    assert "nothing was published yet" in asked(desk.env, "status")[1]


def test_status_says_with_which_edition_each_part_works_and_which_one_lags(desk: Any, valkey: Any) -> None:
    now = datetime.now(UTC)
    state = State(valkey.url)
    state.hear("match-1@host:1", now, 1)
    state.hear("match-2@host:2", now, 2)
    state.hear("deliver@host:3", now, 2)
    state.hear("clock@host:4", now)
    sources = {**desk.ledger.sources(1), "feeds.yaml": FEEDS}
    desk.ledger.publish(sources, now)
    report = status(desk.env)
    assert report["runs"] == {"match-1@host:1": 1, "match-2@host:2": 2, "deliver@host:3": 2}
    assert report["problems"] == ["no poller is alive"], "it has half a minute to build a new edition"

    desk.ledger.publish({**sources, "empty.yaml": ""}, now - timedelta(minutes=1))
    state.hear("deliver@host:3", now, 3)
    state.close()
    assert status(desk.env)["problems"] == [
        "no poller is alive",
        "match-1@host:1 works with edition 1, not with 3",
        "match-2@host:2 works with edition 2, not with 3",
    ]
    _, said = asked(desk.env, "status")
    assert "edition 1 is what 1 part works with" in said
    assert said.count("is what 1 part works with") == 3


def test_status_says_that_an_older_edition_is_pinned(desk: Any) -> None:
    desk.ledger.publish({**desk.ledger.sources(1), "feeds.yaml": FEEDS}, datetime.now(UTC))
    pin(desk.ledger, 1, datetime.now(UTC))
    report = status(desk.env)
    assert report["rules"].items() >= {"version": 3, "pinned": True, "restores": 1}.items()
    assert ", as edition 1, pinned until a change of the folder is accepted" in asked(desk.env, "status")[1]


@pytest.mark.parametrize("words", [("poller",), ("clock",), ("worker", "match"), ("worker", "deliver")])
def test_a_part_without_a_ledger_ends_with_one_clear_line(desk: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    desk.env["VIGIE_DATABASE_URL"] = f"sqlite:///{tmp_path / 'none'}"
    code, said = asked(desk.env, *words)
    assert code == 1
    lines = [line for line in said.splitlines() if not line.startswith("{")]
    assert len(lines) == 1
    assert lines[0].startswith("vigie: there is no ledger")


def test_a_part_whose_data_directory_cannot_be_used_ends_with_one_clear_line(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    desk.env["VIGIE_DATA_DIR"] = str(tmp_path / "file" / "data")
    code, said = asked(desk.env, "clock")
    assert (code, said.count("\n")) == (1, 1)
    assert "cannot be used: Not a directory" in said


def test_a_channel_whose_secret_is_not_set_is_tried_again(desk: Any, vigie: Start, until: Until) -> None:
    del desk.env["VIGIE_SECRET_HOOK"]
    match, deliver = vigie(desk.env, "worker", "match"), vigie(desk.env, "worker", "deliver")
    desk.bells.ring_match(desk.post("a"))
    until(lambda: desk.ledger.counts().deliveries.get("retry"))
    assert "the secret hook is not set" in desk.ledger.deliveries()[0].reason
    assert match.end() == 0
    assert deliver.end() == 0


def test_help_names_every_verb_and_each_has_its_module() -> None:
    said = CliRunner().invoke(vigie_group, ["--help"]).stdout
    for verb in VERBS:
        assert f"  {verb} " in said
        assert isinstance(vigie_group.get_command(click.Context(vigie_group), verb), click.Command)
    assert vigie_group.list_commands(click.Context(vigie_group)) == list(VERBS)


def test_a_verb_that_there_is_not_is_a_usage_error() -> None:
    for word in ("wach", "_service", "_part"):
        done = CliRunner().invoke(vigie_group, [word])
        assert done.exit_code == 2
        assert "No such command" in done.stderr
