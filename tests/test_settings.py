"""Settings: where they come from, what is refused, what is never shown."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor import __version__
from monitor.cli.settings import command, masked
from monitor.core.errors import ConfigError
from monitor.settings import HANDED, SETTINGS, Secret, Settings, glance, handed, load_settings, unused_secrets

DOCS = Path(__file__).parents[1] / "docs" / "settings.md"


def load(folder: Path, dotenv: str = "", **env: str) -> Settings:
    (folder / ".env").write_text(dotenv, encoding="utf-8")
    return load_settings(env, folder / ".env")


def refusals(folder: Path, dotenv: str = "", **env: str) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        load(folder, dotenv, **env)
    return [str(fault).replace(f"{folder}/", "") for fault in refused.value.faults]


def test_every_setting_has_a_safe_default(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings(database_url=Secret("sqlite:///.vigie/ledger.sqlite"))


def test_the_environment_speaks_before_dotenv_and_dotenv_before_the_secrets_directory(tmp_path: Path) -> None:
    for name in ("vigie_log_level", "vigie_contact", "vigie_mail_from"):
        (tmp_path / name).write_text("error\n" if name == "vigie_log_level" else "file@example.org\n")
    dotenv = f"VIGIE_SECRETS_DIR={tmp_path}\nVIGIE_LOG_LEVEL=warning\nexport VIGIE_CONTACT='dot@example.org'"
    settings = load(tmp_path, dotenv, VIGIE_LOG_LEVEL="debug")
    assert (settings.log_level, settings.contact, settings.mail_from) == (
        "debug",
        "dot@example.org",
        "file@example.org",
    )
    assert settings.origins["log_level"] == "environment"
    assert settings.origins["contact"] == str(tmp_path / ".env")
    assert settings.origins["mail_from"] == str(tmp_path)


def test_an_empty_value_counts_as_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, "VIGIE_CONTACT=\n", VIGIE_LOG_LEVEL="", VIGIE_SECRET_X="") == load(tmp_path)


def test_the_ledger_lies_in_the_data_directory_unless_told_otherwise(tmp_path: Path) -> None:
    assert load(tmp_path, VIGIE_DATA_DIR="/d").database_url.get_secret_value() == "sqlite:////d/ledger.sqlite"
    url = "postgresql://u:p@h/n"
    assert load(tmp_path, VIGIE_DATABASE_URL=url).database_url.get_secret_value() == url


def test_feeds_are_told_who_asks_and_whom_to_write_to(tmp_path: Path) -> None:
    assert load(tmp_path).agent == f"vigie/{__version__}"
    assert load(tmp_path, VIGIE_USER_AGENT="watch", VIGIE_CONTACT="a@b.example").agent == "watch (a@b.example)"


def test_every_fault_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    told = refusals(
        tmp_path,
        "# mine\nVIGIE_LOG_LEVEL=loud\n  export VIGIE_LOGLEVEL=debug\nOTHER=1\n",
        VIGIE_MATCH_WORKERS="two",
        VIGIE_DELIVER_WORKERS="0",
        VIGIE_REDIS_ULR="x",
        VIGIE_SECRETS_TELEGRAM="x",
        VIGIE_XYZZY="x",
        VIGIE_SECRET_="x",
        VIGIE_MAIL_FROM="me",
        OTHER="1",
    )
    assert told == [
        ".env:2:1: error: VIGIE_LOG_LEVEL: `loud` does not do - debug, info, warning or error",
        ".env:3:10: error: unknown setting VIGIE_LOGLEVEL - did you mean VIGIE_LOG_LEVEL?",
        "environment: error: VIGIE_DELIVER_WORKERS: `0` does not do - a whole number from 1 to 64",
        "environment: error: VIGIE_MAIL_FROM: `me` does not do - a mail address",
        "environment: error: VIGIE_MATCH_WORKERS: `two` does not do - a whole number from 1 to 64",
        "environment: error: unknown setting VIGIE_REDIS_ULR - did you mean VIGIE_REDIS_URL?",
        "environment: error: unknown setting VIGIE_SECRETS_TELEGRAM - did you mean VIGIE_SECRET_TELEGRAM?",
        "environment: error: unknown setting VIGIE_SECRET_ - did you mean VIGIE_SECRETS_DIR?",
        "environment: error: unknown setting VIGIE_XYZZY - `vigie settings` lists those there are",
    ]


def test_a_bad_url_is_refused_and_not_repeated(tmp_path: Path) -> None:
    told = refusals(tmp_path, VIGIE_DATABASE_URL="mysql://me:geheim@h", VIGIE_REDIS_URL="http://me:geheim@h")
    assert len(told) == 2
    assert not any("geheim" in line for line in told)


def test_a_secrets_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusals(tmp_path, VIGIE_SECRETS_DIR=str(tmp_path / "none")) == [
        "environment: error: VIGIE_SECRETS_DIR: no such folder - the folder with one file per secret"
    ]


def test_what_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"VIGIE_CONTACT=\xe9\n")
    with pytest.raises(ConfigError, match="cannot be read as UTF-8"):
        load_settings({}, tmp_path / ".env")
    (tmp_path / "desk").write_bytes(b"\xe9")
    with pytest.raises(ConfigError, match="cannot be read as UTF-8"):
        load(tmp_path, VIGIE_SECRETS_DIR=str(tmp_path)).secret("desk")


def test_a_fault_on_a_line_that_only_dotenv_understands_is_told_of_the_whole_file(tmp_path: Path) -> None:
    assert refusals(tmp_path, "'VIGIE_LOGLEVEL'=debug\n") == [
        ".env: error: unknown setting VIGIE_LOGLEVEL - did you mean VIGIE_LOG_LEVEL?"
    ]


@pytest.mark.parametrize(
    ("dotenv", "told"),
    [
        ('# mine\n\n  VIGIE_DATABASE_URL="sqlite:///geheim\n', ".env:3:3: error: this line cannot be read"),
        ("VIGIE_MATCH_WORKERS: 3\n", ".env:1:1: error: this line cannot be read"),
        ("A=1\r\n\r\nOTHER: geheim\r\n", ".env:3:1: error: this line cannot be read"),
        ("A=1\nexport VIGIE_DATA_DIR\n", ".env:2:1: error: VIGIE_DATA_DIR without a value - VIGIE_DATA_DIR=VALUE"),
        ('A="geheim\nVIGIE_DATA_DIR=/d\nB="\n', ".env:1:1: error: the quotes of A are closed behind another setting"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_at_its_place(tmp_path: Path, dotenv: str, told: str) -> None:
    (refusal,) = refusals(tmp_path, dotenv)
    assert refusal.startswith(told)
    assert "geheim" not in refusal


def test_what_dotenv_understands_of_others_is_no_fault(tmp_path: Path) -> None:
    theirs = "OTHER\nKEY='-----BEGIN\nabc\n-----END'\n# VIGIE_X: 3\n"
    assert load(tmp_path, f"{theirs}VIGIE_CONTACT=a@b.example") == replace(
        load(tmp_path, VIGIE_CONTACT="a@b.example"), origins={"contact": str(tmp_path / ".env")}
    )


def test_a_name_is_suggested_only_where_more_than_the_prefix_is_alike(tmp_path: Path) -> None:
    assert refusals(tmp_path, VIGIE_BOGUS="x") == [
        "environment: error: unknown setting VIGIE_BOGUS - `vigie settings` lists those there are"
    ]


def test_a_secret_is_a_variable_or_else_a_file(tmp_path: Path) -> None:
    (tmp_path / "desk-mail").write_text("from the file\n")
    (tmp_path / "empty").write_text("\n")
    found = load(tmp_path, "VIGIE_SECRET_B=dotenv", VIGIE_SECRETS_DIR=str(tmp_path), vigie_secret_a="environment")
    values = {
        name: secret and secret.get_secret_value()
        for name in ("a", "b", "c", "desk-mail", "empty")
        for secret in [found.secret(name)]
    }
    assert values == {"a": "environment", "b": "dotenv", "c": None, "desk-mail": "from the file", "empty": None}
    assert load(tmp_path, VIGIE_SECRET_DESK_MAIL="x").secret("desk-mail") == Secret("x")
    assert load(tmp_path).secret("desk-mail") is None


def test_no_secret_shows_itself(tmp_path: Path) -> None:
    settings = load(tmp_path, VIGIE_SECRET_A="geheim", VIGIE_DATABASE_URL="postgresql://u:geheim@h/n")
    shown = repr(settings) + repr(settings.secrets) + f"{settings.secret('a')} {settings.database_url}"
    assert "geheim" not in shown
    assert str(Secret()) == ""


def test_a_secret_that_no_channel_uses_is_warned_about(tmp_path: Path) -> None:
    settings = load(tmp_path, VIGIE_SECRET_DESK_MAIL="x", VIGIE_SECRET_OLD="y")
    assert [str(fault) for fault in unused_secrets(settings, ["desk-mail"])] == [
        "environment: warning: VIGIE_SECRET_OLD is set, and no channel or feed uses it - remove it"
    ]


def test_a_parent_hands_checked_settings_to_its_children(tmp_path: Path) -> None:
    given = load(
        tmp_path,
        VIGIE_MATCH_WORKERS="3",
        VIGIE_REDIS_URL="redis://h",
        VIGIE_SECRETS_DIR=str(tmp_path),
        VIGIE_SECRET_A="x",
    )
    child = load_settings(
        {**handed(given), "VIGIE_SECRET_A": "x", "VIGIE_ANYTHING": "is not looked at"}, tmp_path / ".env"
    )
    assert child == replace(given, origins={"VIGIE_SECRET_A": "environment"})


def test_settings_that_were_handed_are_taken_without_what_checks_them(tmp_path: Path) -> None:
    program = (
        "import sys; from monitor.settings import load_settings; load_settings(); print('pydantic' in sys.modules)"
    )
    env = {**os.environ, **handed(load(tmp_path))}
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_one_setting_can_be_read_at_a_glance(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VIGIE_DATA_DIR='/from/dotenv'\n")
    assert glance("data_dir", {}, tmp_path / ".env") == "/from/dotenv"
    assert glance("data_dir", {"VIGIE_DATA_DIR": "/e"}, tmp_path / ".env") == "/e"
    assert glance("rules_dir", {}, tmp_path / ".env") == ""


def test_the_page_on_settings_says_what_the_program_does() -> None:
    lines = re.findall(r"^\| `VIGIE_.*\|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    rows = [tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in lines]
    assert rows == [
        (
            f"`VIGIE_{setting.name.upper()}`",
            _default(setting.default),
            setting.metadata["what"],
            setting.metadata["right"],
        )
        for setting in SETTINGS
    ]


def _default(value: object) -> str:
    shown = "" if value is None or value == Secret() else str(value).replace(__version__, "VERSION")
    return f"`{shown}`" if shown else ""


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://h:6379/0", "redis://h:6379/0"),
        ("redis://:geheim@h", "redis://:**********@h"),
        ("postgresql://u:ge/he@im@h/n?sslmode=require", "postgresql://u:**********@h/n?sslmode=require"),
        ("postgresql://u@h/n?password=geheim&a=b", "postgresql://u@h/n?password=**********&a=b"),
        ("sqlite:///a.sqlite", "sqlite:///a.sqlite"),
    ],
)
def test_passwords_in_urls_are_masked(url: str, shown: str) -> None:
    assert masked(url) == shown


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder, with an environment that has no setting of ours."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("VIGIE_")]:
        monkeypatch.delenv(name)
    return tmp_path


def test_the_verb_shows_every_setting_and_where_it_comes_from(folder: Path) -> None:
    (folder / "secrets").mkdir()
    for name in ("desk", "vigie_contact"):
        (folder / "secrets" / name).write_text("a@b.example")
    env = {
        "VIGIE_SECRET_OLD": "geheim",
        "VIGIE_DATABASE_URL": "postgresql://u:geheim@h/n",
        "VIGIE_SECRETS_DIR": "secrets",
    }
    done = CliRunner().invoke(command, ["--json"], env=env)
    rows = {row["name"]: (row["value"], row["origin"]) for row in map(json.loads, done.stdout.splitlines())}
    assert done.exit_code == 0
    assert rows["VIGIE_DATA_DIR"] == (".vigie", "default")
    assert rows["VIGIE_DATABASE_URL"] == ("postgresql://u:**********@h/n", "environment")
    assert rows["VIGIE_CONTACT"] == ("a@b.example", "secrets")
    assert rows["VIGIE_SECRET_OLD"] == ("**********", "environment")
    assert rows["secret:desk"] == ("**********", "secrets/desk")
    assert "secret:vigie_contact" not in rows
    assert "geheim" not in done.output


def test_the_verb_warns_of_a_secret_that_the_rules_do_not_use(folder: Path) -> None:
    (folder / "rules").mkdir()
    routes = "vigie: routes/1\nchannels: {a: {address: secret:used}}\n"
    (folder / "rules" / "routes.yaml").write_text(routes)
    done = CliRunner().invoke(command, env={"VIGIE_SECRET_USED": "x", "VIGIE_SECRET_OLD": "y"})
    assert done.stderr == "environment: warning: VIGIE_SECRET_OLD is set, and no channel or feed uses it - remove it\n"
    assert "VIGIE_DATA_DIR         .vigie" in done.stdout


def test_the_handed_variable_is_no_setting_for_people() -> None:
    assert HANDED not in {f"VIGIE_{setting.name.upper()}" for setting in SETTINGS}
