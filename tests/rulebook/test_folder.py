"""Which files of a folder count."""

import os
from pathlib import Path

import pytest

from monitor.core.errors import ConfigError
from monitor.rulebook import read, sources_of
from monitor.rulebook.compose import BIGGEST


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
    os.mkfifo(tmp_path / "e.yaml")  # opening it would wait for a writer
    told = refusal(tmp_path).splitlines()
    assert [line.split(" - ")[0].removeprefix(f"{tmp_path}/") for line in told] == [
        "b.yaml:1:1: error: cannot be read: no regular file",
        "c.yaml:1:1: error: cannot be read: No such file or directory",
        "e.yaml:1:1: error: cannot be read: no regular file",
    ]


def test_an_ending_in_capitals_is_an_ending(tmp_path: Path) -> None:
    write(tmp_path, "a.YAML", "b.Yml")
    assert list(sources_of(tmp_path)) == ["a.YAML", "b.Yml"]


def test_a_linked_folder_is_read_as_if_it_lay_there(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.yaml", "desk/b.yaml", "desk/sub/c.yaml", "desk/.hidden/d.yaml")
    (tmp_path / "rules" / "linked").symlink_to(tmp_path / "desk")
    assert list(sources_of(tmp_path / "rules")) == ["a.yaml", "linked/b.yaml", "linked/sub/c.yaml"]


def test_links_in_a_ring_come_to_an_end_and_each_file_is_read_once(tmp_path: Path) -> None:
    write(tmp_path, "rules/a.yaml", "rules/one/b.yaml", "rules/two/c.yaml")
    (tmp_path / "rules" / "one" / "up").symlink_to(tmp_path / "rules")
    (tmp_path / "rules" / "one" / "two").symlink_to(tmp_path / "rules" / "two")
    (tmp_path / "rules" / "two" / "one").symlink_to(tmp_path / "rules" / "one")
    assert sorted(Path(name).name for name in sources_of(tmp_path / "rules")) == ["a.yaml", "b.yaml", "c.yaml"]


def test_of_a_file_that_is_too_big_reading_says_so_beside_the_faults_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("vigie: rules/1\nr: {any_of: Otan}\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("vigie: rules/1\n" + "# é\n" * (BIGGEST // 5), encoding="utf-8")
    (tmp_path / "c.yaml").write_bytes(b"vigie: rules/1\n" + b"#" * BIGGEST)
    sources = sources_of(tmp_path)
    assert max(map(len, sources.values())) <= BIGGEST + 1
    assert [f"{fault.place.file} {fault.code}" for fault in read(sources).errors] == [
        "a.yaml not_a_list",
        "b.yaml too_big",
        "c.yaml too_big",
    ]
    assert read(sources).kinds == dict.fromkeys(sources, "rules/1"), "so that they alone are kept back"


def test_what_is_not_utf8_is_kept_so_that_reading_it_says_where(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xe9")
    assert sources_of(tmp_path)["a.yaml"] == "\udce9"
