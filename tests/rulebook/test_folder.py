"""Which files of a folder count."""

import os
from pathlib import Path

import pytest

from monitor.core.errors import ConfigError
from monitor.rulebook import sources_of
from monitor.rulebook.folder import BIGGEST


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("vigie: rules/1\n", encoding="utf-8")


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigError) as refused:
        sources_of(folder)
    return str(refused.value)


def test_yaml_files_count_wherever_they_lie_and_hidden_ones_do_not(tmp_path: Path) -> None:
    write(tmp_path, "b.yml", "a.yaml", "desk/c.yaml", ".hidden.yaml", ".git/d.yaml", "readme.md", "e.yaml~")
    assert list(sources_of(tmp_path)) == ["a.yaml", "b.yml", "desk/c.yaml"]


def test_a_folder_without_yaml_is_refused_in_one_line(tmp_path: Path) -> None:
    write(tmp_path, "readme.md")
    assert refusal(tmp_path) == (
        f"{tmp_path}: error: no YAML file in this folder - write one that begins with `vigie: rules/1`"
    )


def test_a_folder_that_is_not_there_is_refused_in_one_line(tmp_path: Path) -> None:
    assert "no such folder" in refusal(tmp_path / "rules")
    assert "\n" not in refusal(tmp_path / "rules")


def test_what_cannot_be_read_is_refused_all_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml")
    (tmp_path / "b.yaml").mkdir()
    (tmp_path / "c.yaml").symlink_to(tmp_path / "nowhere.yaml")
    (tmp_path / "d.yaml").write_bytes(b"#" * (BIGGEST + 1))
    os.mkfifo(tmp_path / "e.yaml")  # opening it would wait for a writer
    told = refusal(tmp_path).splitlines()
    assert [line.split(" - ")[0].removeprefix(f"{tmp_path}/") for line in told] == [
        "b.yaml:1:1: error: cannot be read: no regular file",
        "c.yaml:1:1: error: cannot be read: No such file or directory",
        "d.yaml:1:1: error: cannot be read: bigger than 5 MB",
        "e.yaml:1:1: error: cannot be read: no regular file",
    ]


def test_what_is_not_utf8_is_kept_so_that_reading_it_says_where(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xe9")
    assert sources_of(tmp_path)["a.yaml"] == "\udce9"
