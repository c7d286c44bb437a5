from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.core.errors import Fault, Place
from monitor.core.telling.notice import FIRST, LONGEST, Notice, notice_of_rules

T0 = datetime(2022, 1, 10, 17, 52, tzinfo=UTC)
FAULT = Fault(Place("geneva.yaml", 9, 22), "error", "unknown_entity", "unknown entity $ryabkov")


def notice(*faults: Fault, kept: tuple[str, ...] = ("geneva.yaml",), new: bool = False) -> Notice:
    return notice_of_rules(faults, kept, 7, T0, new=new)


def test_a_refusal_names_the_file_its_first_faults_and_what_stays_in_force() -> None:
    told = notice(FAULT)
    assert (told.kind, told.severity, told.version, told.at) == ("rules", "high", 7, T0)
    assert told.subject == "Rules refused: geneva.yaml"
    assert told.text.splitlines() == [
        "geneva.yaml:9:22: error: unknown entity $ryabkov",
        "Edition 7 stays in force: nothing of the folder goes live that is not in it.",
        "`vigie check` lists every fault.",
    ]


def test_what_went_live_beside_a_file_that_was_kept_back_is_told() -> None:
    assert (
        "In force is edition 7: of geneva.yaml what was last good, of the other files" in notice(FAULT, new=True).text
    )


def test_whoever_hears_of_a_refusal_hears_that_it_ended_a_pin() -> None:
    told = notice_of_rules([FAULT], ["geneva.yaml"], 7, T0, new=True, ended=6)
    assert "The pin of edition 6 has ended: something of the folder was accepted." in told.text.splitlines()
    assert "pin" not in notice(FAULT, new=True).text


def test_of_many_faults_the_first_are_told_and_the_number_of_the_rest() -> None:
    faults = [replace(FAULT, place=Place(f"{n}.yaml"), message="x" * 9999) for n in range(FIRST + 3)]
    told = notice(*faults, kept=tuple(fault.place.file for fault in faults), new=True)
    assert told.subject == "Rules refused: 0.yaml, 1.yaml, 2.yaml, 3.yaml, 4.yaml and 3 more"
    assert "… and 3 more" in told.text
    assert len(told.text) < (FIRST + 1) * LONGEST


def test_without_errors_all_is_well() -> None:
    told = notice(replace(FAULT, level="warning"))
    assert (told.state, told.severity, told.subject) == ("", "normal", "Rules mended")
    assert "edition 7" in told.text
    assert told == notice()


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(FAULT, place=Place("geneva.yaml", 12, 1)), True),
        (replace(FAULT, message="unknown entity $rybkov"), False),
        (replace(FAULT, place=Place("other.yaml", 9, 22)), False),
    ],
)
def test_a_state_changes_with_what_is_wrong_and_not_with_the_line_in_which_it_stands(
    other: Fault, *, same: bool
) -> None:
    assert notice(FAULT).state != ""
    assert (notice(other).state == notice(FAULT).state) is same
    assert notice(FAULT, other).state == notice(other, FAULT).state
