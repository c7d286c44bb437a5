"""`vigie explain --entity`, as a shell sees it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli import vigie
from monitor.core.errors import VigieError
from tests.cli.conftest import Service

FILES = {
    "entities.yaml": """vigie: entities/1
riabkov: {name: Sergueï Riabkov, type: person, names: {ru: [Рябков], fr: [Riabkov]}}
sherman:
  name: Wendy Sherman
  type: person
  variants: off
  weak: {names: [Sherman], with: [$riabkov, diplomate]}
  never: [char Sherman]
oaks: {name: Sherman Oaks, type: place, variants: written}
who: {name: WHO, type: org, names: {fr: [OMS]}}
guterres: {name: Guterres, type: person, names: {all: [Lu]}}
""",
    "rules.yaml": """vigie: rules/1
talks: {any_of: [$riabkov], near: {within: 2, any_of: [$sherman]}}
others: {all_of: [$who, $guterres], none_of: [$oaks]}
""",
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def asked(*words: str | Path, url: str = "") -> Result:
    env = {"NO_COLOR": "1", "VIGIE_DATABASE_URL": url} if url else {"NO_COLOR": "1"}
    return CliRunner().invoke(vigie, ["explain", "--entity", *map(str, words)], env=env)


def said(*words: str | Path, url: str = "") -> list[str]:
    result = asked(*words, url=url)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_names_with_their_endings_and_spellings_and_who_uses_them(rules: Path) -> None:
    lines = said("riabkov", "--rules", rules)
    assert lines[:3] == [
        "riabkov: Sergueï Riabkov, person",
        "  other spellings and the case endings of names in Cyrillic are found (variants: translit)",
        "  Sergueï Riabkov  its own name",
    ]
    (endings,) = (line for line in lines if "case endings  " in line)
    assert endings.startswith("       case endings    Рябков: Рябкова Рябкову ")
    assert "       spellings       Ryabkov, Rjabkow, Riabkow, Рябков" in lines
    assert lines[-2:] == ["  used by $sherman (weak with), talks (any_of)", f"by the rules in {rules}"]


def test_weak_names_with_their_company_and_what_never_counts(rules: Path) -> None:
    assert said("$sherman", "--rules", rules)[1:-1] == [
        "  the case endings of names in Cyrillic are found, other spellings are not (variants: off)",
        "  Wendy Sherman  its own name",
        "  Sherman  weak; counts only in company of $riabkov or diplomate",
        "       clashes         $oaks has Sherman Oaks, in which it is found - `never` would leave that out",
        "  never counts  char Sherman",
        "  used by talks (near any_of)",
    ]


def test_what_is_also_an_ordinary_word_says_what_it_wants(rules: Path) -> None:
    lines = said("who", "--rules", rules)
    assert (
        "  WHO  its own name; also an ordinary word: wants all capitals, in a line that is not all in capitals" in lines
    )
    assert "  OMS  wants a capital initial" in lines


def test_what_may_be_mistaken_for_it_is_said_and_what_is_too_short(rules: Path) -> None:
    lines = said("guterres", "--rules", rules)
    assert any(line.startswith("       mistaken for it ") and "gouttières" in line for line in lines)
    at = lines.index("  Lu")
    assert lines[at + 1] == "       spellings       none: too little of it would be left to tell it from other words"


def test_an_entity_that_no_rule_uses_says_so(rules: Path) -> None:
    (rules / "more.yaml").write_text("vigie: entities/1\nnobody: {name: Personne, type: thing}\n", encoding="utf-8")
    assert said("nobody", "--rules", rules)[-2] == "  used by no rule"


def test_json_has_everything(rules: Path) -> None:
    (line,) = said("sherman", "--rules", rules, "--json")
    found = json.loads(line)
    assert list(found) == ["entity", "title", "type", "variants", "names", "company", "never", "uses", "rules"]
    clash = {"entity": "oaks", "name": "Sherman Oaks", "likeness": "part"}
    assert found["names"][1] == {
        "written": "Sherman",
        "form": "plain",
        "role": "weak",
        "capitals": "",
        "cases": [],
        "spellings": [],
        "guarded": False,
        "words": [],
        "clashes": [clash],
    }
    assert found["uses"] == [{"section": "rules", "name": "talks", "key": "near any_of"}]
    assert found["rules"] == {"folder": str(rules), "version": None, "in_force": False}


def test_the_rules_that_the_service_runs_may_be_asked(service: Service) -> None:
    service.publish(FILES)
    lines = said("oaks", "--published", url=service.url)
    assert lines[1] == "  only what is written is found (variants: written)"
    assert lines[-1] == "by edition 1 of the rules, which the service runs"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("riabkof", "unknown entity riabkof - did you mean riabkov?"),
        ("zzz", "unknown entity zzz - there are guterres, oaks, riabkov, sherman and who"),
    ],
)
def test_an_unknown_entity_is_said_with_those_that_are_known(rules: Path, name: str, says: str) -> None:
    result = asked(name, "--rules", rules)
    assert isinstance(result.exception, VigieError)
    assert str(result.exception) == says


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("riabkov", "talks"), "--entity NAME stands alone"),
        (("riabkov", "--text", "x"), "Give --title and --text or --entity, not both"),
        (("riabkov", "--topic", "x"), "--topic is for a text that is given"),
    ],
)
def test_an_entity_is_asked_for_alone(words: tuple[str, ...], says: str) -> None:
    result = asked(*words)
    assert result.exit_code == 2
    assert says in result.stderr
