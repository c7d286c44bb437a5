"""`vigie rules`: editions listed, pinned and unpinned, as a user runs it; and what operators were told."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from monitor.cli import vigie
from monitor.cli._ledger import local
from monitor.core.errors import VigieError
from monitor.core.route import Send
from monitor.core.telling.changes import Diff
from monitor.core.telling.notice import Notice
from monitor.ledger import Draft, Ledger
from monitor.ledger.migrations import migrate

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
RULES = "vigie: rules/1\notan: {any_of: [Otan]}\n"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger with three editions."""
    url = f"sqlite:///{tmp_path_factory.mktemp('rules') / 'ledger.db'}"
    migrate(url)
    return url


@pytest.fixture
def ledger(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    copy = tmp_path / "ledger.db"
    copy.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
    monkeypatch.setenv("VIGIE_DATABASE_URL", f"sqlite:///{copy}")
    with closing(Ledger.open(f"sqlite:///{copy}")) as ledger:
        yield ledger


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    ledger.publish({"a.yaml": RULES}, T0)
    many = tuple(f"r{number}" for number in range(9))
    changes = {"files": Diff(("b\x1b[31m.yaml",), ("a.yaml",), ("c.yaml",)), "rules": Diff(many)}
    ledger.succeed(Draft({"a.yaml": RULES.replace("otan", "nato")}, 1, changes), T0 + timedelta(days=1))
    ledger.succeed(Draft({"a.yaml": RULES.replace("otan", "onu")}, 2, {}), T0 + timedelta(days=2))
    return ledger


def said(*words: str) -> str:
    result = CliRunner().invoke(vigie, words, env={"COLUMNS": "140", "NO_COLOR": "1"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def rows(*words: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in said(*words, "--json").splitlines()]


@pytest.mark.usefixtures("three")
def test_editions_as_json_have_their_keys_oldest_first() -> None:
    first, second, third = rows("rules", "versions")
    assert first == {
        "version": 1,
        "published": "2022-01-10T17:52:00Z",
        "in_force": False,
        "pinned": False,
        "restores": None,
        "changes": None,
    }
    assert second["changes"] == {
        "files": {"added": ["b\x1b[31m.yaml"], "changed": ["a.yaml"], "removed": ["c.yaml"]},
        "rules": {"added": [f"r{number}" for number in range(9)], "changed": [], "removed": []},
    }
    assert (third["in_force"], third["changes"]) == (True, {})
    assert [row["version"] for row in rows("rules", "versions", "--limit", "2")] == [2, 3]


@pytest.mark.usefixtures("three")
def test_editions_in_a_table_are_newest_first_and_harmless() -> None:
    table = said("rules", "versions")
    assert table.index("3 in force") < table.index(local(T0 + timedelta(days=1))) < table.index(local(T0))
    assert "files: +b[31m.yaml, ~a.yaml, -c.yaml" in table
    assert "rules: +r0, +r1, +r2, +r3, +r4, +r5 and 3 more" in table
    assert "nothing" in table
    assert "(not noted)" in table
    assert "\x1b" not in table
    assert local(T0) not in said("rules", "versions", "--limit", "2")


@pytest.mark.usefixtures("ledger")
def test_before_the_first_edition_there_is_nothing_to_list() -> None:
    assert said("rules", "versions") == "nothing was published yet\n"
    assert rows("rules", "versions") == []


def test_an_edition_is_pinned_and_unpinned(three: Ledger) -> None:
    assert said("rules", "pin", "1").startswith("edition 4 says what edition 1 said, and is in force within seconds")
    assert three.sources(4) == three.sources(1)
    row = rows("rules", "versions")[-1]
    assert (row["version"], row["in_force"], row["pinned"], row["restores"]) == (4, True, True, 1)
    table = said("rules", "versions")
    assert "4 in force, pinned" in table
    assert "as edition 1" in table
    assert "edition 4 is pinned no more" in said("rules", "unpin")
    assert rows("rules", "versions")[-1]["pinned"] is False


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("pin", "3"), "edition 3 is in force already"),
        (("pin", "77"), "there is no edition 77 - kept are 1 to 3"),
        (("unpin",), "no edition is pinned"),
    ],
)
def test_what_cannot_be_done_is_one_clear_line(words: tuple[str, ...], reason: str) -> None:
    with pytest.raises(VigieError, match=reason) as refused:
        said("rules", *words)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("word", ["0", "-1", "v3", ""])
def test_what_is_no_number_of_an_edition_is_refused(word: str) -> None:
    done = CliRunner().invoke(vigie, ["rules", "pin", "--", word])
    assert done.exit_code == 2
    assert "Invalid value for 'N'" in done.output


BROKEN = Notice("rules", "folder", "x", "high", "Rules refused: [b]é[/b].yaml", "é.yaml:1:1:\x1b[31m error: no", 3, T0)


def test_what_operators_were_told_is_listed(ledger: Ledger) -> None:
    assert said("alerts", "--operator") == "operators were told nothing\n"
    (delivery,) = ledger.notify(BROKEN, (Send("desk", "operator", T0),))
    ledger.notify(replace(BROKEN, state="", subject="Rules mended", severity="normal"), ())
    first, second = rows("alerts", "--operator")
    assert first == {
        "id": 1,
        "kind": "rules",
        "key": "folder",
        "state": "x",
        "severity": "high",
        "subject": "Rules refused: [b]é[/b].yaml",
        "text": "é.yaml:1:1:\x1b[31m error: no",
        "version": 3,
        "at": "2022-01-10T17:52:00Z",
    }
    assert second["state"] == ""
    table = said("alerts", "--operator")
    assert table.index("Rules mended") < table.index("Rules refused: [b]é[/b].yaml")
    assert "\x1b" not in table
    assert "notice 1" in said("deliveries")
    (row,) = rows("deliveries")
    assert (row["id"], row["kind"], row["notices"], row["alerts"]) == (delivery, "operator", [1], [])


@pytest.mark.parametrize("option", [("--feed", "x"), ("--rule", "x"), ("--not-told",)])
def test_what_operators_were_told_is_of_no_feed_or_rule(option: tuple[str, ...]) -> None:
    with pytest.raises(click.UsageError, match="--operator goes with"):
        CliRunner().invoke(vigie, ["alerts", "--operator", *option], standalone_mode=False, catch_exceptions=False)
