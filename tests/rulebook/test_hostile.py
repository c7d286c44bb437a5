"""Whatever lies in a rules folder, reading it ends with a book or with faults."""

import tracemalloc
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.entry import Entry
from monitor.core.errors import ConfigError
from monitor.core.match import Matcher
from monitor.rulebook import Reading, accept, read, sources_of
from monitor.rulebook.compose import BIGGEST, MOST_NODES
from monitor.rulebook.nodes import MOST_FAULTS
from monitor.rulebook.reading import FOLDER

HERE = Path(__file__).parent
FILES = sorted(path.read_bytes().decode("utf-8", "surrogateescape") for path in HERE.glob("*/*.yaml"))
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
    new = accept({**good, "one.yaml": one, "two.yaml": two}, good)
    assert new.book is not None
    assert read(new.sources).book == new.book


ENTITIES = "vigie: entities/1\n"
RULES = "vigie: rules/1\n"
ROUTES = """vigie: routes/1
channels: {here: {address: terminal}}
routes: {fallback: {to: [here], when: at once}, operator: {to: [here], when: at once}}
"""


def read_within(seconds: float, **files: str) -> Reading:
    """Read files beside sound routes in so much of the processor's time."""
    sources = {f"{name}.yaml": text for name, text in files.items()} | {"routes.yaml": ROUTES}
    begun = process_time()
    reading = read(sources)
    assert process_time() - begun < seconds
    return reading


def codes(reading: Reading) -> set[str]:
    return {fault.code for fault in reading.faults}


def told(reading: Reading) -> list[str]:
    return [str(fault).split(" - ")[0] for fault in reading.faults]


def test_a_file_of_100_mb_is_refused_by_its_size(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    sources = sources_of(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 3 * BIGGEST
    tracemalloc.stop()
    assert [fault.code for fault in read(sources).errors] == ["too_big"]


def test_a_folder_of_more_than_100_mb_is_refused(tmp_path: Path) -> None:
    for number in range(21):
        with (tmp_path / f"{number}.yaml").open("wb") as file:
            file.truncate(BIGGEST)
    with pytest.raises(ConfigError, match="more than 100 MB"):
        sources_of(tmp_path)


@pytest.mark.parametrize("mark", ["", "=", "$", "/", "x*"])
def test_a_term_of_a_million_characters_is_refused_in_one_line(mark: str) -> None:
    term = "a" * 1_000_000 + "*" if mark == "x*" else mark + "é" * 1_000_000 + ("/" if mark == "/" else "")
    reading = read_within(5, r=f"{RULES}talks: {{any_of: ['{term}']}}\n")
    message = f"r.yaml:2:18: error: a text of {len(term):,} characters - 1,000 at most"
    assert list(map(str, reading.faults)) == [message]


@pytest.mark.parametrize("key", ["title", "owner", "severity", "send", "x" * 1_000_000])
def test_no_text_of_a_million_characters_gets_by(key: str) -> None:
    value = "[" + "y" * 1_000_000 + "]" if key == "send" else "y" * 1_000_000
    reading = read_within(5, r=f"{RULES}talks:\n  any_of: [Otan]\n  {key}: {value}\n")
    assert reading.book is None
    assert all(len(str(fault)) < 300 for fault in reading.faults)


def test_an_entity_of_10_000_names_is_found_by_each_of_them() -> None:
    names = ", ".join(f"Nom{number}" for number in range(10_000))
    entity = f"{ENTITIES}many: {{name: Otan, type: org, names: {{all: [{names}]}}}}\n"
    reading = read_within(10, e=entity, r=f"{RULES}talks: {{any_of: [$many], none_of: [Nomade]}}\n")
    assert reading.book is not None
    entry = Entry(feed="f", identity="i", text="Il a vu Nom9999 hier.")
    assert [hit.text for hit in Matcher(reading.book).findings(entry)[0].hits] == ["Nom9999"]


def test_two_entities_of_10_000_names_that_refuse_each_other_are_weighed_in_time() -> None:
    names = ", ".join(f"Nom{number}" for number in range(10_000))
    entities = "".join(
        f"e{number}: {{name: Otan{number}, type: org, names: {{all: [{names}]}}, never: [{names}]}}\n"
        for number in range(2)
    )
    rules = "".join(f"r{number}: {{any_of: [$e0], none_of: [$e1, x{number}]}}\n" for number in range(100))
    assert read_within(30, e=ENTITIES + entities, r=RULES + rules).book is not None


def test_100_000_rules_in_a_file_are_read() -> None:
    rules = "".join(f"r{number}: {{any_of: [a{number}]}}\n" for number in range(100_000))
    reading = read_within(60, r=RULES + rules)
    assert reading.rules == 100_000
    assert reading.book is not None


def test_10_000_rules_of_one_name_are_messageas_such() -> None:
    reading = read_within(20, r=RULES + "r: {any_of: [$nobody]}\n" * 10_000)
    assert codes(reading) >= {"duplicate_key", "too_many"}
    assert len(reading.faults) <= 2 * MOST_FAULTS + 4


def test_names_that_nobody_bears_are_messagein_time_however_many() -> None:
    entities = "".join(f"entity-{number}: {{name: Nom{number}, type: org}}\n" for number in range(5_000))
    rules = "".join(f"r{number}: {{any_of: [$entite-{number}]}}\n" for number in range(5_000))
    reading = read_within(30, e=ENTITIES + entities, r=RULES + rules)
    assert len(reading.faults) == MOST_FAULTS + 2
    assert any("did you mean $entity-1?" in str(fault) for fault in reading.faults)


def test_warnings_that_are_too_many_do_not_keep_a_file_back() -> None:
    rules = "".join(f"r{number}: {{any_of: [le], on_edit: correct}}\n" for number in range(2_000))
    reading = read_within(20, r=RULES + rules)
    assert reading.book is not None
    assert len(reading.faults) == MOST_FAULTS


def test_a_file_of_more_than_a_million_words_is_refused() -> None:
    reading = read_within(30, r=f"{RULES}talks: {{any_of: [{'a,' * MOST_NODES}]}}\n")
    assert codes(reading) == {"too_much"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "r.yaml:2:4: error: `&` before a word is an anchor"),
        ("talks: {<<: *base, any_of: [Otan]}", "r.yaml:2:13: error: `*` before a word is an alias of YAML"),
        ("talks: !!python/object/apply:os.system {any_of: [Otan]}", "r.yaml:2:8: error: `!` before a word is a tag"),
        ("talks:\n\tany_of: [Otan]", "r.yaml:3:1: error: a tab"),
        ("talks: {any_of: ['\x00']}", "r.yaml:2:19: error: an invisible character (U+0000)"),
        ("talks: {any_of: ['a\u2028b']}", "r.yaml:2:20: error: an invisible character (U+2028)"),
        ("talks: {any_of: ['a\u202eb']}", "r.yaml:2:20: error: an invisible character (U+202E)"),
        ("# \u2066talks", "r.yaml:2:3: error: an invisible character (U+2066)"),
        ('talks: {any_of: ["a\\u202eb"]}', "r.yaml:2:18: error: an escape for an invisible character (U+202E)"),
        ('talks: {any_of: ["a\\Lb"]}', "r.yaml:2:18: error: an escape for an invisible character (U+2028)"),
        ('talks: {any_of: ["a\\0b"]}', "r.yaml:2:18: error: an escape for an invisible character (U+0000)"),
        ("talks: {any_of: ['Оtan']}", "r.yaml:2:18: warning: `Оtan` mixes alphabets: О is Cyrillic"),
        ("talks: {any_of: [" + "{a: " * 5_000, "r.yaml:2:"),
        ("- " * 5_000 + "a", "r.yaml:2:"),
        ("? " * 5_000 + "a", "r.yaml:2:"),
        ("\n" * 100_000 + "talks: {a: [b", "r.yaml:100002:"),
        ("x" * 4_000_000, "r.yaml:2:1: error:"),
        ("x " * 2_000_000, "r.yaml:2:1: error:"),
        ("talks: {any_of: [" + "a:" * 400_000, "r.yaml:2:"),
    ],
)  # fmt: skip
def test_what_yaml_can_do_to_harm_is_refused_where_it_stands(text: str, fault: str) -> None:
    assert any(line.startswith(fault) for line in told(read_within(10, r=f"{RULES}{text}\n")))


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffvigie: rules/1\ntalks: {any_of: [Genève]}\n".encode(),
        b"vigie: rules/1\r\ntalks:\r\n  any_of: [Otan]\r\n",
        b"vigie: rules/1\rtalks:\r  any_of: [Otan]\r",
    ],
)
def test_how_other_editors_save_a_file_does_not_matter(content: bytes) -> None:
    reading = read({"r.yaml": content.decode("utf-8", "surrogateescape"), "t.yaml": ROUTES})
    assert reading.faults == ()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("vigie: rules/1\ntalks: {any_of: [Genève]}\n".encode("latin-1"), "r.yaml:2:21"),
        ("vigie: rules/1\n".encode("utf-16"), "r.yaml:1:1"),
        (b"\xed\xa0\x80", "r.yaml:1:1"),
    ],
)
def test_what_is_not_utf8_is_messageat_its_first_byte(content: bytes, place: str) -> None:
    reading = read({"r.yaml": content.decode("utf-8", "surrogateescape"), "t.yaml": ROUTES})
    assert str(reading.faults[0]).startswith(f"{place}: error: not UTF-8")


def test_letters_that_join_and_marks_of_direction_may_stand_in_a_file() -> None:
    reading = read({"r.yaml": f"{RULES}# \u200fעברית\ntalks: {{any_of: [می\u200cخواهد]}}\n", "t.yaml": ROUTES})
    assert reading.faults == ()
