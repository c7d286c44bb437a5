"""`vigie check`, and the folder that ships."""

import json
import os
import re
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from monitor.cli._faults import MOST, MOST_ALIKE, as_github, as_gitlab, show
from monitor.cli.check import command
from monitor.core.errors import Fault, Level, Place
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
        "2 files, 1 rule, 0 examples run, 1 error, 1 warning",
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
    assert done.stdout.splitlines()[-1] == "1 file, 1 rule, 0 examples run, 0 errors, 1 warning"
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


def test_a_file_in_the_place_of_the_folder_is_told_which_folder(folder: Path) -> None:
    (folder / "geneva.yaml").write_text(FAULTY)
    done = check("rules/geneva.yaml")
    assert done.stdout.splitlines()[0] == (
        "rules/geneva.yaml: error: a file - rules are read with all others of their folder: give rules"
    )
    assert done.exit_code == 1


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


def error(code: str, line: int, column: int = 1, *, file: str = "r.yaml", level: Level = "error") -> Fault:
    return Fault(Place(file, line, column), level, code, "what - right")


def on_a_terminal(faults: list[Fault], sources: dict[str, str], *, colour: bool = False) -> list[str]:
    written = StringIO()
    console = Console(
        file=written, force_terminal=True, color_system="standard" if colour else None, width=80, soft_wrap=True
    )
    show(sorted(faults), sources, console)
    return written.getvalue().splitlines()


def test_a_terminal_shows_the_line_and_points_at_the_column() -> None:
    sources = {"a.yaml": "\ufeffvigie: rules/1\r\nx: {any_of: [Otan], sevrity: low}\r\n", "b.yaml": "日本: [at onc, x]"}
    faults = [
        error("unknown_key", 2, 21, file="a.yaml"),
        error("unknown_choice", 1, 6, file="b.yaml"),
        error("no_kind", 1, 1, file="b.yaml", level="warning"),
    ]
    assert on_a_terminal(faults, sources) == [
        "a.yaml:2:21: error: what - right",
        "     2 | x: {any_of: [Otan], sevrity: low}",
        "       |                     ^^^^^^^",
        "",
        "b.yaml:1:1: warning: what - right",
        "     1 | 日本: [at onc, x]",
        "       | ^^^^",
        "b.yaml:1:6: error: what - right",
        "     1 | 日本: [at onc, x]",
        "       |        ^^^^^^",
        "",
    ]


def test_a_terminal_that_has_colours_shows_them() -> None:
    assert any("\x1b[1;31merror" in line for line in on_a_terminal([error("x", 1)], {"r.yaml": "x"}, colour=True))


def test_a_fault_of_no_line_is_shown_without_one() -> None:
    assert on_a_terminal([error("empty", 1), error("x", 0, 0)], {"r.yaml": ""})[:1] == ["r.yaml: error: what - right"]
    assert on_a_terminal([error("eof", 9)], {"r.yaml": "x\n"}) == ["r.yaml:9:1: error: what - right", ""]


@pytest.mark.parametrize(
    ("column", "shown", "under"),
    [(1, "x" * 100 + "…", 0), (151, "…" + "x" * 100, 41), (300, "…" + "x" * 100, 100)],
)
def test_of_a_long_line_a_terminal_shows_what_is_around_the_fault(column: int, shown: str, under: int) -> None:
    _, line, caret, _ = on_a_terminal([error("x", 1, column)], {"r.yaml": "x" * 300})
    assert line == f"     1 | {shown}"
    assert caret.index("^") - 9 == under


def test_what_would_act_on_a_terminal_or_break_a_line_is_a_space() -> None:
    odd = Fault(Place("r.yaml", 1, 3), "error", "x", "a\x1b[2Jb\nc")
    lines = on_a_terminal([odd], {"r.yaml": "\x1b[2J x"})
    assert lines[:2] == ["r.yaml:1:3: error: a [2Jb c", "     1 |  [2J x"]


def test_what_a_pipe_reads_is_a_line_for_each_fault_however_many_files_have_some(folder: Path) -> None:
    for file in range(10):
        names = "".join(f"r{file}-{number}: {{any_of: [$nobody]}}\n" for number in range(500))
        (folder / f"r{file}.yaml").write_text(f"vigie: rules/1\n{names}")
    lines = check().stdout.splitlines()
    assert lines[-1] == "10 files, 5000 rules, 0 examples run, 5000 errors, 1 warning"
    assert len(lines) == 5_002
    assert all(re.match(r"rules/r\d\.yaml:\d+:\d+: error: unknown entity", line) for line in lines[1:-1])


def test_a_terminal_counts_what_nobody_would_read_and_shows_errors_before_warnings() -> None:
    many = [error("unknown_key", line) for line in range(1, 10_001)]
    several = [error("too_common", 1, level="warning", file=f"{number}.yaml") for number in range(MOST)]
    lines = on_a_terminal([*many, *several, error("no_terms", 7, file="z.yaml")], {})
    assert sum(": error: " in line for line in lines) == MOST_ALIKE + 1
    assert sum(": warning: " in line for line in lines) == MOST - MOST_ALIKE - 1
    assert lines[-3:] == [
        f"and {10_000 - MOST_ALIKE} more of unknown key",
        f"and {MOST_ALIKE + 1} more of too common",
        "All of them: vigie check --json, or vigie check | less",
    ]


def test_github_shows_a_fault_beside_its_line(folder: Path) -> None:
    (folder / "geneva.yaml").write_text(FAULTY)
    done = check("--format", "github", "./rules")
    everywhere, beside, summary = done.stdout.splitlines()
    assert everywhere.startswith("::warning title=vigie check::rules: no routes anywhere - all goes to")
    assert beside.startswith("::error file=rules/geneva.yaml,line=3,col=11,title=vigie check::rules/geneva.yaml:3:11: ")
    assert beside.endswith("11: a list is written as a list - [Otan]")
    assert summary == "1 file, 1 rule, 0 examples run, 1 error, 1 warning"
    assert done.exit_code == 1


def test_what_would_end_a_workflow_command_is_escaped() -> None:
    odd = Fault(Place("50%,a:b.yaml", 1, 2), "error", "x", "100%, a: b\r\n::error::c")
    told, said = as_github(odd).removeprefix("::error ").split("::", 1)
    assert told == "file=50%25%2Ca%3Ab.yaml,line=1,col=2,title=vigie check"
    assert said == "50%25,a:b.yaml:1:2: 100%25, a: b%0D%0A::error::c"


def test_code_hosts_know_files_from_the_folder_in_which_the_check_runs(folder: Path) -> None:
    (folder / "geneva.yaml").write_text(FAULTY)
    for typed in (str(folder), "rules", "rules/../rules"):
        assert "file=rules/geneva.yaml," in check("--format", "github", typed).stdout
    assert as_github(error("x", 1, file="/elsewhere/r.yaml")).startswith("::error file=/elsewhere/r.yaml,")


def test_gitlab_gets_a_code_quality_report(folder: Path) -> None:
    (folder / "geneva.yaml").write_text(FAULTY)
    done = check("--format", "gitlab")
    report = json.loads(done.stdout)
    assert [(one["severity"], one["check_name"], one["location"]) for one in report] == [
        ("minor", "no_routes", {"path": "rules", "lines": {"begin": 1}}),
        ("major", "not_a_list", {"path": "rules/geneva.yaml", "lines": {"begin": 3}}),
    ]
    assert report[1]["description"] == "a list is written as a list - [Otan]"
    assert done.stderr == "1 file, 1 rule, 0 examples run, 1 error, 1 warning\n"
    assert done.exit_code == 1


def test_a_fingerprint_is_of_one_fault_and_stays_when_lines_are_added_above() -> None:
    def fingerprints(*lines: int) -> list[str]:
        return [one["fingerprint"] for one in json.loads(as_gitlab(error("x", line) for line in lines))]

    assert len(set(fingerprints(3, 8))) == 2
    assert fingerprints(3, 8) == fingerprints(4, 9)


def test_json_is_one_format_and_not_beside_another() -> None:
    assert check("--json", "--format", "json").stdout == check("--json").stdout == check("--format", "json").stdout
    wrong = check("--json", "--format", "github")
    assert wrong.exit_code == 2
    assert "leave one of them out" in wrong.stderr


def test_the_folder_that_ships_has_no_fault_and_tells_on_the_terminal() -> None:
    reading = read(sources_of(SHIPPED))
    assert reading.faults == ()
    assert reading.book is not None
    assert {channel.address for channel in reading.book.channels.values()} == {"terminal"}
    assert any(rule.examples for rule in reading.book.rules.values())


FEEDS = """vigie: feeds/1
paper:
  url: https://example.org/x
  headers: {X-Key: secret:key}
  auth: secret:login
  proxy: secret:proxy
"""


def test_a_secret_of_a_feed_that_is_not_set_is_an_error_to_who_runs() -> None:
    reading = read({"feeds.yaml": FEEDS})
    unset = [str(fault) for fault in unset_secrets(reading, Settings(), "error")]
    assert unset == [
        "feeds.yaml:4:20: error: the secret key is not set - set VIGIE_SECRET_KEY",
        "feeds.yaml:5:9: error: the secret login is not set - set VIGIE_SECRET_LOGIN",
        "feeds.yaml:6:10: error: the secret proxy is not set - set VIGIE_SECRET_PROXY",
    ]


@pytest.mark.parametrize(
    ("login", "proxy", "said"),
    [
        ("desk:geheim", "http://geheim@proxy.example:3128", []),
        ("geheim", "http://proxy.example:3128", ["the secret login is no `user:password`"]),
        ("a:geheim", "geheim", ["the secret proxy is no address of a proxy - as http://user:password@host:3128"]),
    ],
)
def test_a_secret_of_a_feed_that_cannot_be_used_is_warned_of_and_not_repeated(
    folder: Path, monkeypatch: pytest.MonkeyPatch, login: str, proxy: str, said: list[str]
) -> None:
    (folder / "feeds.yaml").write_text(FEEDS)
    (folder / "routes.yaml").write_text(ROUTES)
    for name, value in {"KEY": "k", "LOGIN": login, "PROXY": proxy, "DESK_MAIL": "json://127.0.0.1/"}.items():
        monkeypatch.setenv(f"VIGIE_SECRET_{name}", value)
    lines = [line for line in check().stdout.splitlines() if "secret" in line]
    assert lines == [f"rules/feeds.yaml:4:20: warning: {one}" for one in said]
