"""`vigie feeds release`, and what explain and alerts say of what is held, edited or withdrawn."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from monitor.cli import vigie
from monitor.core.entry import Entry
from monitor.core.errors import VigieError
from monitor.core.telling.notice import Notice
from tests.cli.conftest import T0, Service

FILES = {
    "feeds.yaml": 'vigie: feeds/1\nfil: {url: "https://fil.example/"}\nautre: {url: "https://autre.example/"}\n',
    "rules.yaml": "vigie: rules/1\ntalks: {any_of: [Riabkov]}\n",
}


def entry(identity: str, text: str, title: str = "") -> Entry:
    return Entry("fil", identity, title=title, text=text, link=f"https://fil.example/{identity}", published=T0)


def posts(prefix: str = "") -> tuple[Entry, ...]:
    return tuple(
        replace(entry(f"{prefix}{number}", f"Riabkov, {number}e"), published=T0 + timedelta(seconds=number))
        for number in range(6, 0, -1)
    )


@pytest.fixture
def flooded(service: Service) -> Service:
    """Entries 1 to 6 were there before the feed was watched; 7 to 12 say the same, and are held."""
    service.publish(FILES)
    service.poll("fil", *posts())
    service.poll("fil", *posts("new-"))
    service.match()
    return service


def vigie_says(service: Service, *words: str) -> Result:
    env = {"NO_COLOR": "1", "VIGIE_DATABASE_URL": service.url, "COLUMNS": "200"}
    return CliRunner().invoke(vigie, list(words), env=env)


def test_what_is_held_is_not_told_and_says_why(flooded: Service) -> None:
    said = vigie_says(flooded, "alerts", "--not-told", "--json", "--rule", "talks")
    reasons = [json.loads(line)["reason"] for line in said.stdout.splitlines()]
    assert reasons == ["held: its text is known under another name"] * 6


def test_explain_says_that_an_entry_is_held_and_how_it_is_released(flooded: Service) -> None:
    said = vigie_says(flooded, "explain", "talks", "--entry", "new-3")
    assert "held: its text is known under another name - `vigie feeds release fil`" in said.stdout
    row = json.loads(vigie_says(flooded, "explain", "talks", "--entry", "new-3", "--json").stdout)
    assert row["held"] == "its text is known under another name"


def test_release_says_how_many_and_they_are_told(flooded: Service) -> None:
    flooded.ledger.notify(Notice("feed", "fil:flood", "held", "high", "Held", "…", 1, flooded.now), ())
    said = vigie_says(flooded, "feeds", "release", "fil")
    assert (said.exit_code, said.stdout) == (0, "6 texts of fil are released\n")
    flooded.match()
    assert len(flooded.ledger.alerts()) == 6
    assert [notice.state for notice in flooded.ledger.notices()] == ["held", ""]


def test_one_text_is_released_alone(service: Service) -> None:
    service.publish(FILES)
    service.poll("fil", *posts())
    service.poll("fil", *posts("new-"))
    assert vigie_says(service, "feeds", "release", "fil").stdout.startswith("6 ")
    service.poll("fil", *posts("new-"), replace(entry("new-9", "Riabkov, 9e"), published=T0))
    assert vigie_says(service, "feeds", "release", "fil").exit_code != 0


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("autre", "nothing of autre is held"),
        ("fill", "unknown feed fill - did you mean fil?"),
        ("elsewhere", "unknown feed elsewhere - `vigie feeds` lists those that were polled"),
    ],
)
def test_release_refuses_a_feed_of_which_nothing_is_held(flooded: Service, name: str, complaint: str) -> None:
    flooded.poll("autre", replace(entry("x", "y"), feed="autre"))
    said = vigie_says(flooded, "feeds", "release", name)
    assert isinstance(said.exception, VigieError)
    assert str(said.exception) == complaint


def test_explain_shows_what_an_edit_took_out_and_put_in(service: Service) -> None:
    service.publish(FILES)
    service.poll("fil", entry("a", "Riabkov ne négocie pas", "Genève"))
    service.poll("fil", entry("a", "Riabkov négocie", "Genève, lundi"))
    said = vigie_says(service, "explain", "talks", "--entry", "a").stdout.splitlines()
    start = said.index("what it changed of revision 1: what it says (substantial)")
    assert said[start + 1 : start + 3] == ["  title + lundi", "  text - ne … pas"]
    row = json.loads(vigie_says(service, "explain", "talks", "--entry", "a", "--json").stdout)["edit"]
    assert row == {
        "of": 1,
        "kind": "substantial",
        "removed": [
            {"where": "text", "start": 8, "end": 10, "text": "ne"},
            {"where": "text", "start": 19, "end": 22, "text": "pas"},
        ],
        "added": [{"where": "title", "start": 8, "end": 13, "text": "lundi"}],
    }


def test_explain_of_a_first_revision_shows_no_edit(service: Service) -> None:
    service.publish(FILES)
    service.poll("fil", entry("a", "Riabkov"))
    assert "what it changed" not in vigie_says(service, "explain", "talks", "--entry", "a").stdout
    row = json.loads(vigie_says(service, "explain", "talks", "--entry", "a", "--json").stdout)
    assert (row["edit"], row["held"]) == (None, "")


def test_explain_of_a_withdrawn_entry_shows_what_it_said(service: Service) -> None:
    service.publish(FILES)
    service.poll("fil", entry("a", "Riabkov " * 100, "Genève"))
    service.poll("fil", Entry("fil", "a", deleted=True))
    said = vigie_says(service, "explain", "talks", "--entry", "a").stdout
    assert "what it changed of revision 1: its source withdrew it (deletion)\n  - Genève … Riabkov Riabkov" in said
    assert "…\n" in said
