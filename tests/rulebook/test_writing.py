"""Feeds written as YAML behind what stands in a file."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import ConfigError
from monitor.rulebook import read
from monitor.rulebook.writing import NewFeed, appended, block, known_feeds, name_of, wrong

FILE = "vigie: feeds/1\n# mine\nun:\n  url: https://un.example/   # stays\n"
NEW = NewFeed("deux", {"url": "https://deux.example/", "title": "Deux: un titre", "topic": ["a"]})


def test_what_stands_in_a_file_stays_and_the_feed_is_behind_it() -> None:
    text = appended("feeds.yaml", {"feeds.yaml": FILE}, [NEW]).text
    assert text == FILE + "\ndeux:\n  url: https://deux.example/\n  title: 'Deux: un titre'\n  topic:\n  - a\n"
    book = read({"feeds.yaml": text}).book
    assert book is not None
    assert book.feeds["deux"].title == "Deux: un titre"


@pytest.mark.parametrize(
    ("before", "begins"), [("", "vigie: feeds/1\n\ndeux:"), (FILE.rstrip(), FILE.rstrip() + "\n\ndeux:")]
)
def test_a_file_that_is_new_or_has_no_last_line_end_is_written_all_the_same(before: str, begins: str) -> None:
    assert appended("feeds.yaml", {"feeds.yaml": before} if before else {}, [NEW]).text.startswith(begins)


def test_the_line_ends_of_a_file_are_kept() -> None:
    text = appended("feeds.yaml", {"feeds.yaml": FILE.replace("\n", "\r\n")}, [NEW]).text
    assert text.count("\r\n") == text.count("\n") == 10


@pytest.mark.parametrize(
    ("sources", "words"),
    [
        ({"feeds.yaml": "{vigie: feeds/1, un: {url: 'https://un.example/'}}"}, "feeds.yaml:"),
        ({"feeds.yaml": FILE + "...\n"}, "feeds.yaml:"),
        ({"feeds.yaml": FILE.replace("un:", "deux:")}, "a second .*deux"),
        ({"feeds.yaml": FILE, "b.yaml": FILE.replace("un:", "deux:")}, "a second deux"),
        ({"feeds.yaml": "vigie: routes/1\nroutes: {}\n"}, "feeds.yaml:"),
    ],
)
def test_a_file_that_would_break_is_not_written(sources: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        appended("feeds.yaml", sources, [NEW])


def test_a_file_that_would_be_too_big_is_not_written() -> None:
    big = [NewFeed(f"f{n}", {"url": f"https://a.example/{n}", "title": "x" * 90_000}) for n in range(60)]
    with pytest.raises(ConfigError, match="more than 5 MB in one file"):
        appended("feeds.yaml", {}, big)


@pytest.mark.parametrize(
    ("before", "places"),
    [
        ("vigie: feeds/1\nun: @x\n", ["feeds.yaml:2:5"]),
        ("vigie: feeds/1\nun: {uurl: x}\n", ["feeds.yaml:2:1", "feeds.yaml:2:6"]),
    ],
)
def test_a_file_that_is_broken_already_takes_no_feed_and_its_faults_are_told(before: str, places: list[str]) -> None:
    with pytest.raises(ConfigError) as refused:
        appended("feeds.yaml", {"feeds.yaml": before}, [NEW])
    assert [str(fault.place) for fault in refused.value.faults] == places


def test_a_feed_that_would_not_be_what_was_asked_for_is_not_written() -> None:
    decomposed = "e\u0301"
    with pytest.raises(ConfigError, match=f"{decomposed} cannot be written behind what stands here"):
        appended("feeds.yaml", {}, [NewFeed(decomposed, {"url": "https://trois.example/"})])


def test_what_is_wrong_elsewhere_is_no_fault_of_the_new_feed() -> None:
    done = appended("feeds.yaml", {"feeds.yaml": FILE, "rules.yaml": "vigie: rules/1\na: {x: 1}\n"}, [NEW])
    assert "deux:" in done.text
    assert done.held == ()  # rules that are faulty are kept back alone


def test_what_keeps_everything_back_is_told_with_the_text() -> None:
    others = {"b.yaml": "vigie: feeds/1\nquatre: {uurl: x}\n", "c.yaml": "a: b\n"}
    done = appended("feeds.yaml", {"feeds.yaml": FILE, **others}, [NEW])
    assert "deux:" in done.text
    assert {fault.place.file for fault in done.held} == {"b.yaml", "c.yaml"}


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("Le Monde - À la une", (), "le-monde-à-la-une"),
        ("Новости ООН", (), "новости-оон"),
        ("!!!", (), "feed"),
        ("", ("feed", "feed-2"), "feed-3"),
        ("Defaults", (), "defaults-feed"),
        ("2022", (), "2022-feed"),
        ("a" * 90, ("a" * 60,), "a" * 60 + "-2"),
        ("x_y", (), "x-y"),
    ],
)
def test_a_name_is_made_of_a_title(title: str, taken: tuple[str, ...], name: str) -> None:
    assert name_of(title, taken) == name


def test_the_feeds_of_a_folder_are_listed_with_their_places_as_far_as_they_can_be_read() -> None:
    sources = {
        "a.yaml": FILE + "un:\n  url: https://second.example/\n",
        "b.yaml": "vigie: feeds/1\n  x",
        "c.yaml": "vigie: rules/1",
    }
    assert [(one.name, one.feed.url, str(one.place)) for one in known_feeds(sources)] == [
        ("un", "https://un.example/", "a.yaml:3:1"),
        ("un", "https://second.example/", "a.yaml:5:1"),
    ]


def test_what_is_wrong_with_a_word_is_said() -> None:
    assert wrong("name", "a b") == "`a b` is no name - letters, digits, `-` and `_`, at most 80"
    assert wrong("url", "https://") != ""
    assert "`auth: secret:NAME`" in wrong("url", "https://usr:PW@a.example/")
    assert "PW" not in wrong("url", "https://usr:PW@a.example/") + wrong("auth", "usr:PW")
    assert wrong("auth", "usr:PW") != ""
    assert wrong("language", "xx") != ""
    assert {
        wrong("auth", "secret:a"),
        wrong("name", "a-b"),
        wrong("url", "https://a.example/"),
        wrong("language", "fr"),
    } == {""}


@given(st.text(max_size=60), st.text(max_size=40), st.lists(st.text(min_size=1, max_size=10), max_size=3))
def test_any_title_makes_a_file_that_can_be_read_or_is_refused(title: str, feed_title: str, topics: list[str]) -> None:
    name = name_of(title, ())
    new = NewFeed(name, {"url": "https://a.example/", "title": feed_title or "x", "topic": topics or ["y"]})
    text = ""
    with suppress(ConfigError):
        text = appended("feeds.yaml", {}, [new]).text
    book = read({"feeds.yaml": text}).book if text else None
    assert list(book.feeds if book else [name]) == [name]


def test_no_anchor_is_written_where_two_feeds_share_a_list() -> None:
    topics = ["a"]
    both = block([NewFeed("a", {"topic": topics}), NewFeed("b", {"topic": topics})])
    assert both == "a:\n  topic:\n  - a\n\nb:\n  topic:\n  - a\n"
