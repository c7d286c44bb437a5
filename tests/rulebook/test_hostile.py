"""Whatever lies in a rules folder, reading it ends with a book or with faults."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from monitor.rulebook import Reading, edition, read, sources_of
from monitor.rulebook.reading import FOLDER

HERE = Path(__file__).parent
FILES = sorted(path.read_bytes().decode() for path in HERE.glob("*/*.yaml"))
SIGNS = st.text(alphabet="vigie: rules/1\n\t-[]{}&*!'\"#|>%@`,?~$=é\ufeff\x00\x85\u2028\ud800 ", max_size=60)


def is_sound_or_told(reading: Reading) -> bool:
    return (reading.book is None) == any(fault.level == "error" for fault in reading.faults)


@given(SIGNS)
def test_any_text_is_read_or_refused(text: str) -> None:
    assert is_sound_or_told(read({"a.yaml": text}))
    assert is_sound_or_told(read({"a.yaml": f"vigie: rules/1\n{text}"}))


@given(st.sampled_from(FILES), st.integers(min_value=0), st.integers(min_value=0, max_value=9), SIGNS)
def test_any_slip_in_a_file_is_read_or_refused_at_a_place_within_it(text: str, at: int, lost: int, typed: str) -> None:
    at %= len(text) + 1
    slipped = text[:at] + typed + text[at + lost :]
    reading = read({"a.yaml": slipped})
    lines = slipped.count("\n") + 2
    assert is_sound_or_told(reading)
    placed = [fault.place for fault in reading.faults if fault.place != FOLDER]
    assert all(1 <= place.line <= lines and place.column >= 1 for place in placed)


@given(st.sampled_from(FILES), st.sampled_from(FILES))
def test_whatever_is_written_something_sound_goes_live(one: str, two: str) -> None:
    good = sources_of(HERE / "sound")
    new = edition({**good, "one.yaml": one, "two.yaml": two}, good)
    assert new.book is not None
    assert read(new.sources).book == new.book
