"""One file per fault, named by it, with what is said of it beside it: NAME.yaml, NAME.txt.

Each is read beside the sound files of `sound/`; a file of routes takes the place of the sound one.
"""

from pathlib import Path

import pytest

from monitor.rulebook import read, sources_of

HERE = Path(__file__).parent
FAULTY = sorted((HERE / "faults").glob("*.yaml"))


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_a_fault_is_told_at_its_place(path: Path) -> None:
    said = "".join(f"{fault}\n" for fault in read(beside_sound_files(path)).faults)
    assert said == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_no_address_is_ever_repeated(path: Path) -> None:
    assert not any("geheim" in str(fault) for fault in read(beside_sound_files(path)).faults)


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_an_error_keeps_the_book_from_being_used_and_a_warning_does_not(path: Path) -> None:
    reading = read(beside_sound_files(path))
    assert (reading.book is None) == any(fault.level == "error" for fault in reading.faults)
    assert reading.faults


def beside_sound_files(path: Path) -> dict[str, str]:
    sources = sources_of(HERE / "sound")
    text = path.read_text(encoding="utf-8", errors="surrogateescape")  # as the folder is read
    if text.startswith("vigie: routes/1"):
        del sources["routes.yaml"]
    return sources | {path.name: text}


def test_sound_files_have_no_fault() -> None:
    assert read(sources_of(HERE / "sound")).faults == ()
