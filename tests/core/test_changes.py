from monitor.core.book import Book
from monitor.core.rule import Rule
from monitor.core.telling.changes import Diff, changes, difference

OLD = Book(rules={"a": Rule("a"), "b": Rule("b")})
NEW = Book(rules={"b": Rule("b", severity="high"), "c": Rule("c")}, zone="Europe/Paris")


def test_what_is_named_is_added_changed_or_removed() -> None:
    assert difference({"a": 1, "b": 1, "same": 1}, {"b": 2, "c": 1, "same": 1}) == Diff(("c",), ("b",), ("a",))
    assert not difference({"a": 1}, {"a": 1})


def test_editions_are_compared_by_files_and_by_what_is_in_them() -> None:
    assert changes({"x.yaml": "1"}, {"x.yaml": "2"}, OLD, NEW) == {
        "files": Diff(changed=("x.yaml",)),
        "rules": Diff(("c",), ("b",), ("a",)),
    }


def test_what_cannot_be_read_is_compared_by_files_alone() -> None:
    files = {"x.yaml": "1"}
    assert changes({}, files, None, NEW) == changes({}, files, OLD, None) == {"files": Diff(added=("x.yaml",))}
    assert changes(files, files, OLD, OLD) == {}
