"""`vigie explain` of what the ledger keeps: why it was told, or why not."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.cli import vigie
from monitor.cli._ledger import local, zone
from monitor.core.entry import Entry
from monitor.core.errors import VigieError
from monitor.core.route import Outcome, settle
from monitor.core.telling.alert import CORRECTED
from tests.cli.conftest import T0, Service

FILES = {
    "feeds.yaml": """vigie: feeds/1
fil: {url: "https://fil.example/", language: fr}
autre: {url: "https://autre.example/"}
""",
    "rules.yaml": """vigie: rules/1
talks: {any_of: [Riabkov], near: {within: 3, any_of: [Otan]}}
hourly: {any_of: [Otan], once_per: 1h}
names: {all_of: [Riabkov, Sherman]}
""",
}
ZONE = zone(T0)


def entry(identity: str, text: str, feed: str = "fil", **more: Any) -> Entry:
    return Entry(feed, identity, text=text, link=f"https://fil.example/{identity}", **more)


def at(minutes: int) -> str:
    return local(T0 + timedelta(minutes=minutes))


@pytest.fixture
def full(service: Service) -> Service:
    """Entry 1 was told twice over and edited, 2 is told in part, 3 is old, 4 waits."""
    service.publish(FILES)
    service.watch("fil")
    service.poll("fil", entry("a", "Riabkov et l'Otan"))
    service.match()
    service.poll(
        "fil", entry("b", "Riabkov, loin, bien loin, très loin de l'Otan"), entry("a", "Riabkov et l'Otan, bis")
    )
    service.match()
    service.poll("fil", entry("c", "Riabkov", published=T0 - timedelta(days=9)), entry("d", "Otan"))
    return service


def asked(service: Service, *words: str | Path) -> Result:
    env = {"NO_COLOR": "1", "VIGIE_DATABASE_URL": service.url}
    return CliRunner().invoke(vigie, ["explain", *map(str, words)], env=env)


def said(service: Service, *words: str | Path) -> list[str]:
    result = asked(service, *words)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def parsed(service: Service, *words: str | Path) -> dict[str, Any]:  # Any: JSON
    read: dict[str, Any] = json.loads("".join(said(service, *words, "--json")))
    return read


def test_an_alert_is_explained_with_the_rules_that_the_service_runs_and_what_became_of_it(full: Service) -> None:
    claim = full.ledger.claim(full.now)
    assert claim is not None
    full.ledger.settle(claim.delivery, settle(claim.delivery, Outcome("sent"), full.now, 0.5), full.now)
    assert said(full, "talks", "--alert", "1") == [
        f"entry 1, revision 1 of 2, which the feed no longer shows, of fil, fetched {at(2)} {ZONE}: https://fil.example/a",
        "talks: met",
        "  yes  any_of     Riabkov",
        "       text 0-7  Riabkov  Riabkov",
        "  yes  near       at most 3 words from Otan",
        "       text 0-7    Riabkov  Riabkov",
        "       text 13-17  Otan     Otan",
        "",
        "[[Riabkov]] et l'[[Otan]]",
        "",
        "what became of it",
        f"  matched {at(2)} {ZONE} with edition 1 of the rules",
        "  talks: told by alert 1",
        f"    delivery 1 to terminal: sent, at {at(4)}",
        "by edition 1 of the rules, which the service runs",
    ]


def test_an_entry_is_its_current_revision_and_what_was_told_before_names_the_alert(full: Service) -> None:
    lines = said(full, "talks", "--entry", "1")
    assert lines[0].startswith(f"entry 1, revision 2 of 2, of fil, fetched {at(3)}")
    assert "  talks: not told: told before within entry:1, by alert 1" in lines
    assert said(full, "talks", "--entry", "1", "--revision", "1") == said(full, "talks", "--alert", "1")


def test_what_was_not_met_then_is_said_with_what_lacks(full: Service) -> None:
    lines = said(full, "talks", "--entry", "2")
    assert lines[0].startswith("entry 2, of fil")
    assert lines[1] == "talks: not met - the nearest Otan is 7 words from Riabkov, within: 3"
    assert lines[-2:] == ["  talks: not met then", "by edition 1 of the rules, which the service runs"]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("3", "  no rule was tried on it: older than max_age at first sight"),
        ("4", "  not matched yet: it waits for the matchers"),
    ],
)
def test_what_no_rule_was_tried_on_says_why(full: Service, number: str, says: str) -> None:
    assert said(full, "talks", "--entry", number)[-2:] == [
        says,
        "by edition 1 of the rules, which the service runs",
    ]


def test_without_a_rule_all_that_were_met_are_told_of(full: Service) -> None:
    lines = said(full, "--entry", "1", "--revision", "1")
    assert lines[1:5] == [
        "2 of 3 rules are met",
        "  yes  hourly  Otan",
        "  yes  talks   Riabkov and Otan",
        "  no   names   there is no Sherman",
    ]
    told = [line for line in lines if "told by" in line]
    assert told == ["  hourly: told by alert 1", "  talks: told by alert 1"]


def test_what_a_rule_in_shadow_met_was_told_to_nobody(service: Service) -> None:
    service.publish(FILES | {"more.yaml": "vigie: rules/1\nquiet: {any_of: [Otan], status: shadow}\n"})
    service.watch("fil")
    service.poll("fil", entry("a", "Otan"))
    service.match()
    lines = said(service, "quiet", "--entry", "1")
    assert lines[1:3] == ["quiet: met", "  the rule is in shadow: what it finds is recorded and told to nobody"]
    assert "  quiet: not told: shadow: its rule is tried and tells nobody" in lines


def test_other_rules_may_be_asked_and_one_that_was_met_then_is_told_of_all_the_same(
    full: Service, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "rules.yaml").write_text("vigie: rules/1\nnew: {any_of: [bis]}\n", encoding="utf-8")
    lines = said(full, "new", "--entry", "1", "--rules", folder)
    assert lines[1] == "new: met"
    assert lines[-3:] == [
        f"  matched {at(3)} {ZONE} with edition 1 of the rules",
        "  new: not met then",
        f"by the rules in {folder}",
    ]
    assert f"  hourly: not told: {CORRECTED}" in said(full, "--entry", "1", "--rules", folder)


def test_an_older_edition_may_be_asked_and_the_newest_is_that_of_the_service(full: Service) -> None:
    assert full.publish(FILES | {"rules.yaml": "vigie: rules/1\ntalks: {any_of: [bis]}\n"}) == 2
    assert said(full, "talks", "--entry", "1", "--version", "1")[-1] == "by edition 1 of the rules"
    assert said(full, "talks", "--entry", "1")[-1] == "by edition 2 of the rules, which the service runs"
    assert said(full, "talks", "--text", "bis", "--published")[0] == "talks: met"
    assert said(full, "talks", "--text", "bis", "--version", "1")[0] == "talks: not met - there is no Riabkov"


@pytest.mark.parametrize("name", ["b", "https://fil.example/b"])
def test_an_entry_may_be_named_by_its_identity_or_its_link(full: Service, name: str) -> None:
    assert parsed(full, "talks", "--entry", name)["entry"]["entry"] == 2


def test_an_identity_of_two_feeds_wants_the_feed_named(full: Service) -> None:
    full.watch("autre")
    full.poll("autre", entry("b", "Otan", feed="autre"))
    with_feed = parsed(full, "talks", "--entry", "b", "--feed", "fil")
    assert with_feed["entry"]["feed"] == "fil"
    assert refused(full, "talks", "--entry", "b") == (
        "several entries are called b - write --entry with the number of one: 5 (of autre), 2 (of fil)"
    )


def test_an_identity_that_is_a_number_is_found_where_no_entry_has_it_as_its_own(full: Service) -> None:
    full.poll("fil", entry("4711", "Otan"))
    assert parsed(full, "talks", "--entry", "4711")["entry"]["entry"] == 5


def test_json_says_which_entry_which_rules_and_what_became_of_it(full: Service) -> None:
    found = parsed(full, "hourly", "--entry", "1")
    assert found["rules"] == {"folder": None, "version": 1, "in_force": True}
    assert found["entry"] == {
        "entry": 1,
        "revision": 2,
        "revisions": [1, 2],
        "current": True,
        "link": "https://fil.example/a",
        "fetched": "2022-01-10T17:55:00Z",
        "feed": "fil",
        "identity": "a",
        "title": "",
        "text": "Riabkov et l'Otan, bis",
        "language": "",
        "author": "",
        "categories": [],
        "deleted": False,
    }
    told = {"severity": "normal", "alert": None, "told_before": 1}
    assert found["became"] == {
        "state": "matched",
        "reason": "",
        "matched": "2022-01-10T17:55:00Z",
        "version": 1,
        "findings": [
            {"rule": "hourly", **told, "told_before": None, "suppressed": CORRECTED},
            {"rule": "talks", **told, "suppressed": "told before within entry:1"},
        ],
        "deliveries": [],
    }
    (delivery,) = parsed(full, "hourly", "--alert", "1")["became"]["deliveries"]
    assert (delivery["id"], delivery["alerts"], delivery["channel"]) == (1, [1], "terminal")


def refused(service: Service, *words: str | Path) -> str:
    result = asked(service, *words)
    assert isinstance(result.exception, VigieError), result.output
    return str(result.exception)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--entry", "9"), "there is no entry 9 in the ledger - the newest is 4, and old ones are forgotten"),
        (("--entry", "9" * 30), "the newest is 4"),
        (("--entry", "nonsense"), "there is no entry nonsense in the ledger"),
        (("--entry", "1", "--revision", "3"), "entry 1 has no revision 3 - it has 1, 2"),
        (("--alert", "3"), "there is no alert 3 in the ledger - for entry 3 write --entry 3"),
        (("--alert", "99"), "there is no alert 99 in the ledger - the newest is 1"),
        (("--alert", "9" * 30), "the newest is 1"),
        (("--entry", "1", "--version", "7"), "there is no edition 7 of the rules - the newest is 1"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(full: Service, words: tuple[str, ...], says: str) -> None:
    full.publish(FILES)
    assert says in refused(full, "talks", *words)


def test_an_alert_whose_number_is_no_entry_is_pointed_to(service: Service) -> None:
    for number, text in enumerate(("Riabkov et l'Otan", "Riabkov et l'Otan: Sherman"), 1):
        assert service.publish(FILES | {"more.yaml": f"vigie: rules/1\nr{number}: {{any_of: [Otan]}}\n"}) == number
        service.watch("fil")
        service.poll("fil", entry("a", text))
        service.match()
    assert refused(service, "talks", "--entry", "2") == (
        "there is no entry 2 in the ledger - for alert 2 write --alert 2"
    )


def test_a_ledger_without_rules_or_entries_says_so(service: Service) -> None:
    assert refused(service, "talks", "--text", "x", "--published") == (
        "nothing was published yet - `vigie run` publishes the rules; --rules DIR reads a folder"
    )
    assert refused(service, "talks", "--entry", "1") == "there is no entry 1 in the ledger - it is empty"


def test_rules_that_a_newer_program_published_are_not_guessed_at(service: Service) -> None:
    service.publish({"rules.yaml": "vigie: rules/2\n"})
    said = refused(service, "talks", "--text", "x", "--published")
    assert said.startswith("edition 1 of the rules cannot be read by this program: rules.yaml:1:")


def test_a_delivery_that_waits_says_why_and_whether_it_may_have_arrived(full: Service) -> None:
    claim = full.ledger.claim(full.now)
    assert claim is not None
    outcome = Outcome("ambiguous", "no answer\x1b[31m")
    full.ledger.settle(claim.delivery, settle(claim.delivery, outcome, full.now, 0), full.now)
    lines = said(full, "talks", "--alert", "1")
    due = local(full.now + timedelta(seconds=30))
    assert f"    delivery 1 to terminal: retry, uncertain, due {due} - no answer [31m" in lines
