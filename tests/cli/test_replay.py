"""`vigie replay`: what a rule would have told, and what a changed folder would add and remove."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from monitor.cli import vigie
from monitor.cli._ledger import local, zone
from monitor.cli._moment import Moment
from monitor.core.entry import Entry
from monitor.core.errors import ConfigError, VigieError
from tests.cli.conftest import T0, Service

ZONE = zone(T0)
FEEDS = """vigie: feeds/1
fil: {url: "https://fil.example/", language: fr}
"""
RULES = """vigie: rules/1
otan: {any_of: [Otan], once_per: entry, send: [desk]}
talks: {any_of: [Riabkov], near: {within: 3, any_of: [Otan]}, send: [desk]}
draft: {any_of: [Onu], status: draft, send: [mail]}
"""
ROUTES = """vigie: routes/1
channels: {desk: {address: secret:desk}, mail: {address: secret:mail}}
routes:
  desk: {to: [desk], when: at once}
  mail: {to: [mail, desk], when: at once}
  fallback: {to: [desk], when: at once}
  operator: {to: [mail], when: at once}
"""
FILES = {"feeds.yaml": FEEDS, "rules.yaml": RULES, "routes.yaml": ROUTES}


def entry(identity: str, text: str, **more: Any) -> Entry:
    return Entry("fil", identity, text=text, link=f"https://fil.example/{identity}", **more)


def folder(at: Path, files: Mapping[str, str] = FILES, **changed: str) -> Path:
    at.mkdir(exist_ok=True)
    for name, text in {**files, **{f"{name}.yaml": text for name, text in changed.items()}}.items():
        (at / name).write_text(text)
    return at


@pytest.fixture
def full(service: Service) -> Service:
    """Two entries met `otan`, one of them twice over; one would have met the draft."""
    service.publish(FILES)
    service.watch("fil")
    service.poll("fil", entry("a", "L'Otan répond"), entry("b", "L'Onu se tait", title="À Vienne"))
    service.match()
    service.poll("fil", entry("a", "L'Otan répond enfin"), entry("c", "Riabkov,\ndit l'Otan"))
    service.match()
    return service


def asked(service: Service, *words: str | Path, since: str = "2022-01-01") -> Result:
    env = {"NO_COLOR": "1", "VIGIE_DATABASE_URL": service.url, "COLUMNS": "100"}
    return CliRunner().invoke(vigie, ["replay", *map(str, words), "--since", since], env=env)


def said(service: Service, *words: str | Path, **more: str) -> list[str]:
    result = asked(service, *words, **more)
    assert result.exit_code == 0, (result.output, result.exception)
    return [line.rstrip() for line in result.stdout.splitlines() if not line.startswith("──")]


def parsed(service: Service, *words: str | Path) -> dict[str, Any]:  # Any: JSON
    read: dict[str, Any] = json.loads("".join(said(service, *words, "--json")))
    return read


def at(minutes: int) -> str:
    return local(T0 + timedelta(minutes=minutes))


# A rule.


def test_a_rule_says_what_it_would_have_told_per_channel_and_day_with_the_first_alerts(
    full: Service, tmp_path: Path
) -> None:
    lines = said(full, "otan", "--rules", folder(tmp_path / "rules"), "--until", "2022-01-31")
    since, until = (local(datetime(2022, 1, day, tzinfo=None).astimezone(UTC)) for day in (1, 31))
    assert lines == [
        f"otan would have told 2 alerts in 30 days, {since} to {until} {ZONE}",
        f"the ledger holds entries only since {at(2)}",
        "rule   channel   alerts   by day",
        "otan   desk           2   10 Jan 2",
        "not told: 1, told before within entry",
        "",
        f"otan  {at(2)}  fil  entry 1",
        "L'[[Otan]] répond",
        "https://fil.example/a",
        "",
        f"otan  {at(3)}  fil  entry 3",
        "Riabkov, dit l'[[Otan]]",
        "https://fil.example/c",
    ]


def test_a_draft_is_replayed_for_that_is_what_it_is_for(full: Service, tmp_path: Path) -> None:
    lines = said(full, "draft", "--rules", folder(tmp_path / "rules"))
    assert lines[0].startswith("draft would have told 1 alert in ")
    assert "À Vienne" in lines
    assert "L'[[Onu]] se tait" in lines


def test_several_rules_are_replayed_together(full: Service, tmp_path: Path) -> None:
    lines = said(full, "otan", "talks", "--rules", folder(tmp_path / "rules"), "--examples", "1")
    assert lines[0].startswith("these 2 rules would have told 3 alerts in ")
    assert lines[-1] == "and 1 alert more"


def test_a_rule_is_replayed_as_json(full: Service, tmp_path: Path) -> None:
    found = parsed(full, "otan", "--rules", folder(tmp_path / "rules"), "--examples", "1")
    example = found["rules"][0].pop("examples")[0]
    assert example["hits"][0] | {"text": "Otan", "start": 2, "end": 6, "field": "text"} == example["hits"][0]
    assert example["at"] == "2022-01-10T17:54:00Z"
    assert (example["entry"], example["revision"], example["link"]) == (1, 1, "https://fil.example/a")
    assert found.pop("until")
    assert found == {
        "since": datetime(2022, 1, 1).astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "kept_since": "2022-01-10T17:54:00Z",
        "alerts": 2,
        "not_told": {"told before within entry": 1},
        "rules": [{"rule": "otan", "alerts": 2, "channels": {"desk": {"2022-01-10": 2}}}],
    }


def test_an_unknown_rule_says_which_was_meant(full: Service, tmp_path: Path) -> None:
    rules = folder(tmp_path / "rules")
    for name, hint in (
        ("otann", "did you mean otan?"),
        ("xyz", "there are otan, talks and draft"),
        (str(tmp_path.parent.name), "there are otan, talks and draft"),
    ):
        result = asked(full, name, "--rules", rules)
        assert isinstance(result.exception, VigieError)
        assert hint in str(result.exception)


def test_a_folder_in_the_place_of_a_rule_says_how_folders_are_written(
    full: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = folder(tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    result = asked(full, "rules", "--rules", rules)
    assert "for the folder write rules/" in str(result.exception)


def test_an_empty_ledger_is_said_so(service: Service, tmp_path: Path) -> None:
    lines = said(service, "otan", "--rules", folder(tmp_path / "rules"))
    assert lines[0].startswith("otan would have told 0 alerts in ")
    assert lines[1:] == ["the ledger holds no entries yet"]


def test_a_short_time_is_named_in_hours_or_minutes(full: Service, tmp_path: Path) -> None:
    rules = folder(tmp_path / "rules")
    assert "in 5 hours, " in said(full, "otan", "--rules", rules, since="5h")[0]
    assert "in 30 minutes, " in said(full, "otan", "--rules", rules, since="30m")[0]


# A changed folder.

WIDER = RULES.replace("any_of: [Otan], once_per: entry", "any_of: [Onu, Vienne]").replace("within: 3", "within: 2")


def test_a_changed_folder_says_what_it_adds_and_removes(full: Service, tmp_path: Path) -> None:
    changed = folder(tmp_path / "changed", rules=WIDER)
    lines = said(full, f"{changed}/", "--until", "2022-01-31")
    since, until = (local(datetime(2022, 1, day).astimezone(UTC)) for day in (1, 31))
    assert lines == [
        f"{changed} against edition 1: adds 1, removes 2 in 30 days, {since} to {until} {ZONE}",
        f"the ledger holds entries only since {at(2)}",
        "may tell otherwise: otan and talks",
        "rule   channel   alerts   by day",
        "otan   desk       +1 -2   10 Jan +1 -2",
        "",
        f"- otan  {at(2)}  fil  entry 1",
        "L'[[Otan]] répond",
        "https://fil.example/a",
        "",
        f"+ otan  {at(2)}  fil  entry 2",
        "À [[Vienne]]",
        "L'[[Onu]] se tait",
        "https://fil.example/b",
        "",
        f"- otan  {at(3)}  fil  entry 3",
        "Riabkov, dit l'[[Otan]]",
        "https://fil.example/c",
    ]


def test_a_changed_folder_is_compared_as_json(full: Service, tmp_path: Path) -> None:
    changed = folder(tmp_path / "changed", rules=WIDER)
    found = parsed(full, "--rules", changed)
    assert (found["added"], found["removed"], found["affected"]) == (1, 2, ["otan", "talks"])
    assert (found["folder"], found["against"]) == (str(changed), {"folder": None, "version": 1})
    (rule,) = found["rules"]
    assert rule["channels"] == {"desk": {"2022-01-10": {"added": 1, "removed": 2}}}
    assert [example["change"] for example in rule["examples"]] == ["removed", "added", "removed"]


def test_the_same_rules_tell_the_same(full: Service, tmp_path: Path) -> None:
    lines = said(full, "--rules", folder(tmp_path / "rules"))
    assert "against edition 1: adds 0, removes 0 in " in lines[0]
    assert lines[-1] == "no rule tells otherwise"


def test_one_rule_of_a_changed_folder_is_compared_alone(full: Service, tmp_path: Path) -> None:
    changed = folder(tmp_path / "changed", rules=WIDER)
    assert "adds 0, removes 0 in " in said(full, "talks", "--rules", changed, "--against", "1")[0]
    assert "adds 1, removes 2 in " in said(full, "otan", "--rules", changed, "--against", "1")[0]


def test_a_folder_is_compared_with_another_folder_or_an_older_edition(full: Service, tmp_path: Path) -> None:
    first, changed = folder(tmp_path / "first"), folder(tmp_path / "changed", rules=WIDER)
    full.publish({**FILES, "rules.yaml": WIDER})
    assert f"{changed} against {first}: adds 1, removes 2 in " in said(full, "--rules", changed, "--against", first)[0]
    assert "against edition 1: adds 1, removes 2 in " in said(full, "--rules", changed, "--against", "1")[0]
    assert "against edition 2: adds 0, removes 0 in " in said(full, "--rules", changed)[0]
    assert parsed(full, "--rules", changed, "--against", first)["against"] == {"folder": str(first), "version": None}


def test_as_long_as_nothing_was_published_every_alert_is_added(service: Service, tmp_path: Path) -> None:
    lines = said(service, "--rules", folder(tmp_path / "rules"))
    assert "against nothing, for nothing was published yet: adds 0, removes 0" in lines[0]
    assert parsed(service, "--rules", tmp_path / "rules")["against"] is None


@pytest.mark.parametrize(("number", "says"), [("7", "there is no edition 7"), ("99999999999999999999", "no edition")])
def test_an_edition_that_is_not_there_is_an_error(full: Service, tmp_path: Path, number: str, says: str) -> None:
    result = asked(full, "--rules", folder(tmp_path / "rules"), "--against", number)
    assert isinstance(result.exception, VigieError)
    assert says in str(result.exception)


def test_a_feed_that_is_taken_away_is_named(full: Service, tmp_path: Path) -> None:
    other = FEEDS.replace("fil:", "autre:")
    lines = said(full, "--rules", folder(tmp_path / "changed", feeds=other))
    assert "no longer watched: fil; what they brought is looked at all the same" in lines


# What is written wrongly.


def test_a_folder_with_faults_is_told_as_check_tells_it(full: Service, tmp_path: Path) -> None:
    faulty = folder(tmp_path / "faulty", rules=RULES.replace("any_of: [Onu]", "any_of: [$onu]"))
    for words in (
        (f"{faulty}/",),
        ("otan", "--rules", faulty),
        ("--against", faulty, "--rules", folder(tmp_path / "b")),
    ):
        result = asked(full, *words)
        assert result.exit_code == 1
        assert (
            result.stdout
            == f"{faulty}/rules.yaml:4:18: error: unknown entity $onu - no entity has this name in any file\n"
        )


def test_a_failing_example_keeps_a_folder_from_being_compared_and_no_rule_from_being_replayed(
    full: Service, tmp_path: Path
) -> None:
    failing = folder(
        tmp_path / "failing", rules=RULES.replace("3, any_of: [Otan]}", "3, any_of: [Otan]}, examples: {match: [x]}")
    )
    assert asked(full, "--rules", failing).exit_code == 1
    assert "1 alert" in said(full, "draft", "--rules", failing)[0]


def test_a_folder_that_is_not_there_is_an_error(full: Service, tmp_path: Path) -> None:
    result = asked(full, f"{tmp_path}/nowhere/")
    assert isinstance(result.exception, ConfigError)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("otan", "rules/"), "Either rules or one folder"),
        (("rules/", "--rules", "other"), "Either rules or one folder"),
        (("otan", "--until", "2021-01-01"), "Nothing lies between --since (7d, unless you say otherwise) and --until"),
        (("otan", "--until", "yesterday"), "'yesterday' is no time - as 7d, 6h, 2022-01-10 or 2022-01-10T17:52."),
        (("otan", "--until", "999999d"), "is no time"),
        (("otan", "--examples", "101"), "not in the range"),
    ],
)
def test_what_cannot_be_asked_is_said(full: Service, words: tuple[str, ...], says: str) -> None:
    result = asked(full, *words)
    assert result.exit_code == 2
    assert says in result.output


def test_a_time_is_so_long_ago_or_by_the_clock_of_this_machine() -> None:
    read = Moment()
    now = datetime.now(UTC)
    for written, ago in (("90s", timedelta(seconds=90)), ("2m", timedelta(minutes=2)), ("7d", timedelta(days=7))):
        assert abs(now - read.convert(written, None, None) - ago) < timedelta(seconds=30)
    assert read.convert("2022-01-10T17:52+01:00", None, None) == datetime(2022, 1, 10, 16, 52, tzinfo=UTC)
    assert read.convert("2022-01-10", None, None) == datetime(2022, 1, 10).astimezone()
    assert read.convert(now, None, None) is now
    with pytest.raises(click.BadParameter):
        read.convert("2022-13-01", None, None)


# Much of it.


def test_of_much_a_terminal_shows_the_first_and_counts_the_rest(service: Service, tmp_path: Path) -> None:
    rules = "vigie: rules/1\n" + "".join(
        f"rule-{n}: {{any_of: [Otan], once_per: entry, send: [desk]}}\n" for n in range(50)
    )
    service.publish({**FILES, "rules.yaml": rules})
    service.watch("fil")
    for day in range(20):
        service.now = T0 + timedelta(days=day)
        service.poll("fil", *(entry(f"{day}-{n}", f"L'Otan répond {day} {n}") for n in range(3)))
    lines = said(service, *(f"rule-{n}" for n in range(50)), "--rules", folder(tmp_path / "rules", rules=rules))
    assert "and 10 more rules and channels - --json has them all" in lines
    assert lines[-1] == "and 2980 alerts more"
    assert sum("6 days before" in line for line in lines) == 40
    assert len(lines) < 300
