import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.watching.flood import Source, Stock
from monitor.core.watching.memory import Memory, _part, from_json, to_json
from monitor.core.watching.window import Window

NOW = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
FULL = Memory(
    Source("example.org", "Genève", renamed=True),
    Window((3, 2, 1), (2,), "abc", NOW),
    stock=Stock(9, "why", NOW, 3, (NOW,)),
)


@dataclass(frozen=True, slots=True)
class Inner:
    """Part of a part."""

    name: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A field of every kind that a part may have."""

    text: str = ""
    count: int = 0
    share: float = 0.0
    is_on: bool = False
    at: datetime | None = None
    wait: timedelta = timedelta(0)
    state: Literal["", "on", "off"] = ""
    numbers: tuple[int, ...] = ()
    pair: tuple[str, int] = ("", 0)
    by_name: dict[str, int] = field(default_factory=dict)
    inner: Inner = field(default_factory=Inner)
    inners: tuple[Inner, ...] = ()


def test_a_memory_is_read_as_it_was_written() -> None:
    assert from_json(to_json(FULL)) == FULL


def test_of_a_memory_only_what_is_not_by_default_is_written() -> None:
    assert to_json(Memory()) == "{}"
    assert json.loads(to_json(FULL))["window"]["missing"] == [2]


@pytest.mark.parametrize("text", ["", "{}", "{", "[]", "null", '"window"', '{"window": 3}', '{"window": {"shown": 5}}'])
def test_what_cannot_be_read_is_as_it_is_by_default(text: str) -> None:
    assert from_json(text) == Memory()


def test_what_a_newer_program_added_is_passed_over_and_the_rest_is_kept() -> None:
    newer = json.loads(to_json(FULL)) | {"mood": "good"}
    newer["window"]["edges"] = [1]
    assert from_json(json.dumps(newer)) == FULL


def test_of_a_part_that_is_damaged_the_sound_fields_are_kept() -> None:
    damaged = '{"source": {"host": "example.org", "title": 7}, "window": {"unsteady": "noon", "shown": [1]}}'
    assert from_json(damaged) == Memory(Source("example.org"), Window((1,)))


def test_every_kind_of_field_is_read_as_it_was_written() -> None:
    part = Part("a", 1, 0.5, is_on=True, at=NOW, wait=timedelta(hours=1), inner=Inner("d"))
    more = replace(part, state="on", numbers=(1, 2), pair=("b", 3), by_name={"c": 4}, inners=(Inner("e"),))
    assert _part(Part)(json.loads(_written(part))) == part
    assert _part(Part)(json.loads(_written(more))) == more


@pytest.mark.parametrize(
    "found",
    [
        {"text": 1},
        {"count": True},
        {"count": "1"},
        {"share": True},
        {"share": "much"},
        {"is_on": 1},
        {"at": 5},
        {"at": "2022-01-10T17:52:00"},
        {"wait": 1e300},
        {"wait": "long"},
        {"state": "half"},
        {"numbers": [1, "2"]},
        {"pair": ["b"]},
        {"by_name": {"c": "4"}},
        {"inner": []},
    ],
)
def test_what_is_of_another_kind_is_as_it_is_by_default(found: dict[str, object]) -> None:
    assert _part(Part)(found) == Part()


def test_a_whole_number_is_a_number_too() -> None:
    assert _part(Part)({"share": 2, "at": None}) == Part(share=2.0)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_any_json_gives_a_memory(found: object) -> None:
    assert isinstance(from_json(json.dumps(found)), Memory)
    assert isinstance(from_json(json.dumps({"window": found, "source": {"host": found}})), Memory)


def _written(part: Part) -> str:
    from monitor.core.watching import memory  # noqa: PLC0415 - the writer of parts is for memories alone

    return json.dumps(memory._plain(part))
