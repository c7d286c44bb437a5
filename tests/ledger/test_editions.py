import pytest

from monitor.core.errors import LedgerError
from monitor.core.telling.changes import Changes, Diff
from monitor.ledger import Draft, FolderSeen, Ledger, Published, digest_of
from monitor.ledger.editions import KEPT_EDITIONS
from tests.ledger.desk import MINUTE, T0, Desk, entry


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


def draft(after: int, content: str = "one", restores: int = 0, changes: Changes | None = None) -> Draft:
    return Draft({"a.yaml": content}, after, changes, restores)


def test_an_edition_succeeds_the_one_it_was_made_after_and_no_other(ledger: Ledger) -> None:
    assert ledger.succeed(draft(0), T0) == Published(1, T0)
    assert ledger.succeed(draft(0, "two"), T0) is None
    assert ledger.succeed(draft(1, "two"), T0 + MINUTE) == ledger.published() == Published(2, T0 + MINUTE)
    assert ledger.sources(2) == {"a.yaml": "two"}


def test_what_an_edition_changed_is_noted(ledger: Ledger) -> None:
    changes = {"files": Diff(changed=("a.yaml",)), "rules": Diff(("x", "y"), ("z",), ())}
    ledger.publish({"a.yaml": "one"}, T0)
    ledger.succeed(draft(1, "two", changes=changes), T0)
    ledger.succeed(draft(2, "three", changes={}), T0)
    assert [version.changes for version in ledger.versions()] == [None, changes, {}]
    assert [version.version for version in ledger.versions(limit=2)] == [2, 3]


def test_an_edition_that_restores_another_is_pinned_over_what_was_seen_of_the_folder(ledger: Ledger) -> None:
    ledger.publish({"a.yaml": "one"}, T0)
    ledger.publish({"a.yaml": "two"}, T0)
    ledger.see_folder(FolderSeen("the folder", T0))
    pinned = Published(3, T0, restores=1, pinned=True, over="the folder")
    assert ledger.succeed(draft(2, restores=1), T0) == ledger.published() == pinned
    ledger.hold(3, "another folder")
    assert ledger.published() == pinned
    assert [(version.restores, version.pinned) for version in ledger.versions()] == [(0, False), (0, False), (1, True)]
    ledger.succeed(draft(3, "new"), T0)
    assert ledger.published() == Published(4, T0)


def test_a_pin_from_before_any_clock_read_the_folder_holds_over_what_the_next_one_finds(ledger: Ledger) -> None:
    ledger.publish({"a.yaml": "one"}, T0)
    ledger.succeed(draft(1, restores=1), T0)
    ledger.hold(2, "the folder")
    assert ledger.published() == Published(2, T0, restores=1, pinned=True, over="the folder")


def test_only_the_newest_edition_can_be_unpinned_and_only_where_it_is_pinned(ledger: Ledger) -> None:
    ledger.publish({"a.yaml": "one"}, T0)
    assert not ledger.unpin(1)
    ledger.succeed(draft(1, restores=1), T0)
    assert not ledger.unpin(1)
    assert ledger.unpin(2)
    assert ledger.published() == Published(2, T0, restores=1)
    assert not ledger.unpin(2)
    ledger.succeed(draft(2, "two", restores=1), T0)
    ledger.publish({"a.yaml": "three"}, T0)
    assert not ledger.unpin(3)


def test_what_was_seen_of_the_folder_last_is_remembered(ledger: Ledger) -> None:
    assert ledger.folder_seen() == FolderSeen()
    ledger.see_folder(FolderSeen("first", T0))
    seen = FolderSeen("second", T0 + MINUTE, ("é.yaml:1:1: error: no",), ("é.yaml", "b.yaml"))
    ledger.see_folder(seen)
    assert ledger.folder_seen() == seen


def test_a_folder_is_named_by_what_its_files_say_and_by_their_names() -> None:
    digests = {digest_of(sources) for sources in ({}, {"a": "1"}, {"b": "1"}, {"a": "2"}, {"a": "1", "b": "1"})}
    assert len(digests) == 5
    assert digest_of({"a": "1", "b": "\udce9"}) == digest_of({"b": "\udce9", "a": "1"})


def test_old_editions_are_forgotten_but_for_the_newest_and_those_that_alerts_name(ledger: Ledger, desk: Desk) -> None:
    for number in range(KEPT_EDITIONS + 4):
        ledger.publish({"a.yaml": f"content {number}", "b.yaml": "same"}, T0)
    desk.watch()
    (revision_id,) = desk.poll(entry("a")).unmatched
    ledger.record_match({revision_id: (desk.proposal(revision_id),)}, 2, T0)

    assert ledger.prune_editions(T0) == 0
    assert ledger.prune_editions(T0 + MINUTE) == 3
    assert [version.version for version in ledger.versions()] == [2, *range(5, KEPT_EDITIONS + 5)]
    assert ledger.sources(2) == {"a.yaml": "content 1", "b.yaml": "same"}
    with pytest.raises(LedgerError, match="no edition 3 of the rules is kept"):
        ledger.sources(3)
    assert ledger.publish({"a.yaml": "content 2"}, T0) == KEPT_EDITIONS + 5, "numbers are never used again"
    assert ledger.prune_editions(T0 + MINUTE) == 1
