import pytest

from monitor.core.errors import LedgerError
from monitor.ledger import Ledger, Published
from tests.ledger.desk import MINUTE, T0


def test_before_the_first_edition_there_is_none(ledger: Ledger) -> None:
    assert ledger.published() is None
    with pytest.raises(LedgerError, match="no edition 1 "):
        ledger.sources(1)


def test_editions_are_numbered_and_kept(ledger: Ledger) -> None:
    first, second = {"a.yaml": "one", "b/c.yaml": "same"}, {"a.yaml": "two", "b/c.yaml": "same"}
    assert ledger.publish(first, T0) == 1
    assert ledger.publish(second, T0 + MINUTE) == 2
    assert ledger.published() == Published(2, T0 + MINUTE)
    assert (ledger.sources(1), ledger.sources(2)) == (first, second)


def test_the_newest_edition_again_is_no_new_one(ledger: Ledger) -> None:
    ledger.publish({"a.yaml": "one"}, T0)
    assert ledger.publish({"a.yaml": "one"}, T0 + MINUTE) == 1
    assert ledger.published() == Published(1, T0)


def test_an_older_edition_again_is_a_new_one(ledger: Ledger) -> None:
    for version, content in enumerate(("one", "two", "one"), start=1):
        assert ledger.publish({"a.yaml": content}, T0) == version


def test_a_renamed_file_is_another_edition(ledger: Ledger) -> None:
    ledger.publish({"a.yaml": "one"}, T0)
    assert ledger.publish({"b.yaml": "one"}, T0) == 2


def test_two_files_may_hold_the_same(ledger: Ledger) -> None:
    ledger.publish({"a.yaml": "one", "b.yaml": "one"}, T0)
    assert ledger.sources(1) == {"a.yaml": "one", "b.yaml": "one"}


def test_an_empty_folder_is_an_edition(ledger: Ledger) -> None:
    assert ledger.publish({}, T0) == 1
    assert ledger.sources(1) == {}
    assert ledger.publish({}, T0) == 1
