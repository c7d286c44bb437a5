"""`vigie check`, and the folder that ships."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.check import command
from monitor.rulebook import read, sources_of, under, unset_secrets
from monitor.settings import Secret, Settings

SHIPPED = Path(__file__).parents[2] / "rules"
FAULTY = "vigie: rules/1\ntalks:\n  any_of: Otan\n"
ROUTES = """vigie: routes/1
channels: {desk: {address: secret:desk_mail}}
routes: {fallback: {to: [desk], when: at once}, operator: {to: [desk], when: at once}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand above a folder of rules, with an environment that has no setting of ours."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("VIGIE_")]:
        monkeypatch.delenv(name)
    (tmp_path / "rules").mkdir()
    return tmp_path / "rules"


def check(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_a_fault_is_a_line_with_the_path_that_a_person_would_type(folder: Path) -> None:
    (folder / "geneva.yaml").write_text(FAULTY)
    (folder / "routes.yaml").write_text(ROUTES)
    done = check("rules/")
    assert done.stdout.splitlines() == [
        "rules/geneva.yaml:3:11: error: a list is written as a list - [Otan]",
        "rules/routes.yaml:2:28: warning: the secret desk_mail is not set - set VIGIE_SECRET_DESK_MAIL",
        "2 files, 1 rule, 1 error, 1 warning",
    ]
    assert done.exit_code == 1


def test_a_fault_is_an_object_where_a_program_reads_it(folder: Path) -> None:
    (folder / "geneva.yaml").write_text(FAULTY)
    done = check("--json")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {
            "file": "rules",
            "line": 1,
            "column": 1,
            "level": "warning",
            "code": "no_routes",
            "message": "no routes anywhere - all goes to the terminal until a file `vigie: routes/1` says where to",
        },
        {
            "file": "rules/geneva.yaml",
            "line": 3,
            "column": 11,
            "level": "error",
            "code": "not_a_list",
            "message": "a list is written as a list - [Otan]",
        },
    ]
    assert done.exit_code == 1


def test_warnings_are_no_errors(folder: Path) -> None:
    (folder / "geneva.yaml").write_text(FAULTY.replace("Otan", "[Otan]"))
    done = check()
    assert done.stdout.splitlines()[0].startswith("rules: warning: no routes anywhere")
    assert done.stdout.splitlines()[-1] == "1 file, 1 rule, 0 errors, 1 warning"
    assert done.exit_code == 0


def test_a_folder_without_yaml_is_one_clear_line(folder: Path) -> None:
    done = check(str(folder))
    assert done.stdout.splitlines() == [
        f"{folder}: error: no YAML file in this folder - write one that begins with `vigie: rules/1`",
        "nothing read, 1 error, 0 warnings",
    ]
    assert done.exit_code == 1
    line = json.loads(check("--json", str(folder)).stdout)
    assert (line["file"], line["line"], line["column"]) == (str(folder), 1, 1)


def test_a_secret_that_is_set_is_not_complained_of_wherever_it_is_set(tmp_path: Path) -> None:
    reading = read({"routes.yaml": ROUTES})
    assert unset_secrets(reading, Settings(secrets={"VIGIE_SECRET_DESK_MAIL": Secret("x")})) == ()
    unset = unset_secrets(reading, Settings(secrets_dir=tmp_path), "error")
    said = f"set VIGIE_SECRET_DESK_MAIL, or write the file {tmp_path / 'desk_mail'}"
    place = "rules/routes.yaml:2:28: error: the secret desk_mail is not set"
    assert [str(fault) for fault in under("rules", unset)] == [f"{place} - {said}"]
    (tmp_path / "desk_mail").write_text("mailto://x")
    assert unset_secrets(reading, Settings(secrets_dir=tmp_path)) == ()


@pytest.mark.parametrize(
    ("address", "warnings"),
    [("geheim", 1), ("carrier-pigeon://geheim@x", 1), ("slack://TGEHEIMX1/BGEHEIMX2/geheim3geheim3geheim3gehe", 0)],
)
def test_a_secret_that_is_no_address_is_warned_of_and_not_repeated(folder: Path, address: str, warnings: int) -> None:
    (folder / "routes.yaml").write_text(ROUTES)
    done = CliRunner().invoke(command, env={"VIGIE_SECRET_DESK_MAIL": address})
    said = [line for line in done.stdout.splitlines() if line.startswith("rules/routes.yaml:2:28: warning: ")]
    assert [("the secret desk_mail" in line, "geheim" in line.lower()) for line in said] == [(True, False)] * warnings
    assert done.exit_code == 0, "on another machine it may do"


def test_the_folder_that_ships_has_no_fault_and_tells_on_the_terminal() -> None:
    reading = read(sources_of(SHIPPED))
    assert reading.faults == ()
    assert reading.book is not None
    assert {channel.address for channel in reading.book.channels.values()} == {"terminal"}
    assert any(rule.examples for rule in reading.book.rules.values())
