"""The verbs that make and read the ledger, run as a user runs them."""

import json
import os
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import vigie
from monitor.cli._ledger import local
from monitor.cli.migrate import what
from monitor.core.errors import StartError
from monitor.core.route import Outcome
from monitor.core.rule import SEVERITIES
from monitor.ledger import Ledger
from monitor.ledger.migrations import Migrated
from monitor.ledger.tables import SCHEMA
from tests.ledger.desk import T0, Desk, entry

WIDE = {"COLUMNS": "140", "NO_COLOR": "1"}


def run(*verb: str, url: str) -> str:
    result = CliRunner().invoke(vigie, verb, env={**WIDE, "VIGIE_DATABASE_URL": url}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(*verb: str, url: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(*verb, "--json", url=url).splitlines()]


@pytest.fixture
def full(sqlite_url: str) -> str:
    """A ledger with three alerts on two feeds' worth of states."""
    ledger = Ledger.open(sqlite_url)
    desk = Desk(ledger)
    desk.watch()
    hostile = "Riabkov \x1b[31mrouge\x1b[0m [bold]markup[/bold] " + "mot " * 200
    (revision_id,) = desk.poll(entry("a", hostile, title="Le titre", published=T0 - timedelta(minutes=1))).unmatched
    proposals = (desk.proposal(revision_id, "talks", "high"), desk.proposal(revision_id, "names", "urgent", ()))
    ledger.record_match({revision_id: proposals}, 3, desk.later())
    desk.settle(desk.claim().delivery, Outcome("ambiguous", "no answer\x1b[31m"))
    for severity in SEVERITIES[:2]:
        desk.alert(severity, severity=severity, to=("mail",))
        desk.settle(desk.claim().delivery, Outcome("sent", "250 OK"))
    ledger.close()
    return sqlite_url


def test_migrate_makes_the_ledger_and_says_from_what_to_what(empty_url: str) -> None:
    assert f"is made, with schema {SCHEMA}" in run("migrate", url=empty_url)
    assert f"has schema {SCHEMA} already" in run("migrate", url=empty_url)
    (row,) = rows("migrate", url=empty_url)
    assert (row["from"], row["to"]) == (SCHEMA, SCHEMA)
    assert run("alerts", url=empty_url) == "no such alert\n"
    assert run("deliveries", url=empty_url) == "no deliveries\n"


@pytest.mark.parametrize("verb", ["alerts", "deliveries"])
def test_a_missing_ledger_is_one_clear_line(tmp_path: Path, verb: str) -> None:
    with pytest.raises(
        StartError, match=r"^there is no ledger at .*none\.sqlite yet - `vigie run` or `vigie migrate` makes it$"
    ):
        run(verb, url=f"sqlite:///{tmp_path / 'none.sqlite'}")


def test_a_database_that_is_away_is_one_line_without_its_password(tmp_path: Path) -> None:
    env = {**os.environ, "VIGIE_DATABASE_URL": "postgresql://vigie:hunter2@127.0.0.1:1/ledger"}
    command = [sys.executable, "-m", "monitor", "alerts"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("vigie: the ledger at 127.0.0.1:1/ledger: ")
    assert "hunter2" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_older_ledger_is_brought_up() -> None:
    assert what(Migrated("ledger.sqlite", "0001", "0002")) == "is brought from schema 0001 to 0002"


def test_alerts_as_json_have_their_keys_oldest_first(full: str) -> None:
    alerts = rows("alerts", url=full)
    assert [alert["identity"] for alert in alerts] == ["a", "low", "normal"]
    assert alerts[0] == {
        "id": 1,
        "entry": 1,
        "revision": 1,
        "identity": "a",
        "feed": "geneva",
        "rules": ["names", "talks"],
        "severity": "urgent",
        "story": None,
        "hits": [
            {
                "rule": rule,
                "field": "text",
                "start": 0,
                "end": 7,
                "text": "Riabkov",
                "term": "$riabkov",
                "entity": "riabkov",
                "how": "alias",
            }
            for rule in ("names", "talks")
        ],
        "published": "2022-01-10T17:51:00Z",
        "fetched": "2022-01-10T17:52:00Z",
        "committed": "2022-01-10T17:53:00Z",
    }


def test_alerts_can_be_limited_and_narrowed(full: str) -> None:
    def identities(*options: str) -> list[object]:
        return [alert["identity"] for alert in rows("alerts", *options, url=full)]

    assert identities("--limit", "2") == ["low", "normal"]
    assert identities("--rule", "names") == ["a"]
    assert identities("--feed", "elsewhere") == []


@pytest.fixture
def quiet(full: str) -> str:
    """A ledger in which more was not told than was."""
    with closing(Ledger.open(full)) as ledger:
        desk = Desk(ledger)
        desk.later(timedelta(minutes=2))
        (edit,) = desk.poll(entry("a", "Riabkov \x1b[31mcorrigé " + "mot " * 200)).unmatched
        ledger.record_match({edit: (desk.proposal(edit, "talks"), desk.proposal(edit, "new"))}, 3, desk.later())
        desk.poll(entry("old", "x", title="[b]Vieux[/b]", published=T0 - timedelta(days=3)))
    return full


def test_what_was_not_told_says_why_oldest_first(quiet: str) -> None:
    edited = {
        "entry": 1,
        "revision": 2,
        "identity": "a",
        "feed": "geneva",
        "rule": "talks",
        "reason": "told before within entry:1",
        "fetched": "2022-01-10T17:54:00Z",
    }
    old = {
        "entry": 4,
        "revision": 1,
        "identity": "old",
        "feed": "geneva",
        "rule": None,
        "reason": "older than max_age at first sight",
        "fetched": "2022-01-10T17:55:00Z",
    }
    assert rows("alerts", "--not-told", url=quiet) == [edited, old]
    assert rows("alerts", "--not-told", "--limit", "1", url=quiet) == [old]
    assert rows("alerts", "--not-told", "--rule", "talks", url=quiet) == [edited]
    assert rows("alerts", "--not-told", "--feed", "elsewhere", url=quiet) == []


def test_what_was_not_told_is_a_table_newest_first_and_harmless(quiet: str) -> None:
    table = run("alerts", "--not-told", url=quiet)
    assert table.index("[b]Vieux[/b]") < table.index("told before within entry:1")
    assert local(T0 + timedelta(minutes=2)) in table
    assert "talks" in table
    assert "\x1b" not in table
    assert table.count("mot ") < 100
    assert run("alerts", "--not-told", "--feed", "elsewhere", url=quiet) == "nothing of that kind went untold\n"


def test_alerts_in_a_table_are_newest_first_and_harmless(full: str) -> None:
    table = run("alerts", url=full)
    assert table.index("low") > table.index("normal")
    assert local(T0 + timedelta(minutes=1)) in table
    assert "[bold]markup[/bold]" in table
    assert "\x1b" not in table
    assert table.count("mot ") < 100


def test_deliveries_as_json_have_their_keys(full: str) -> None:
    first, *rest = rows("deliveries", url=full)
    assert first.pop("due") > "2022-01-10T17:53:00"  # type: ignore[operator]
    assert first == {
        "id": 1,
        "alerts": [1],
        "notices": [],
        "channel": "desk",
        "route": "fallback",
        "kind": "new",
        "state": "retry",
        "reason": "no answer\x1b[31m",
        "attempts": 1,
        "uncertain": True,
        "sent": None,
    }
    assert [(row["state"], row["sent"]) for row in rest] == [("sent", "2022-01-10T17:53:00Z")] * 2
    assert [row["id"] for row in rows("deliveries", "--limit", "1", "--state", "sent", url=full)] == [3]


def test_deliveries_in_a_table_are_newest_first_and_harmless(full: str) -> None:
    table = run("deliveries", url=full)
    assert table.index("mail") < table.index("desk")
    assert "uncertain" in table
    assert "no answer" in table
    assert "\x1b" not in table
