"""What would keep feedparser busy for hours, with nobody else's turn between: a refusal, or the entries, in no time."""

from time import process_time

import pytest

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.feeds.limits import MOST_CATEGORIES
from monitor.feeds.tamed import LONGEST_AUTHOR, MOST_ATTRIBUTES, MOST_DECLARATIONS
from tests.feeds.documents import XML, entries_of, rss

MANY = 40_000
ROOT = rss("<title>Un</title>").removeprefix(XML)


def declared(charset: str) -> str:
    return XML.replace("?>", f" encoding='{charset}'?>")


def only(document: str | bytes) -> Entry:
    (entry,) = entries_of(document)
    return entry


@pytest.mark.parametrize(
    "before",
    [
        XML + "\n" * 10 * MANY,
        XML + " \n\t" * MANY,
        XML + "\n<!-- a -->" * MANY,
        XML + "\n<?a b?>" * MANY,
        XML + "<!DOCTYPE rss [" + "\n<!ENTITY a 'b'>" * (MOST_DECLARATIONS - 1) + "]>",
        XML + '<!DOCTYPE rss [\n<!ENTITY a "b"' + " " * 10 * MANY + "> ]>",
        XML + '<!DOCTYPE rss [\n<!ENTITY a "' + "b" * MANY + '"> ]>',
        '<?xml version="1.0" ' + "encoding='" * MANY + "?>",
        '<?xml version="1.0" ' + "encoding='" * MANY,
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_whatever_stands_before_its_first_element_a_feed_is_read(before: str, charset: str) -> None:
    begin = process_time()
    assert only((before.replace(XML, declared(charset)) + ROOT).encode(charset)).title == "Un"
    assert process_time() - begin < 3


@pytest.mark.parametrize("mess", ["\n<!ENTITY ", "\n<!DOCTYPE ", "\n<!ENTITY a 'b'>", "\n<!DOCTYPE rss>"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-7"])
def test_what_declares_more_than_a_person_would_is_refused(mess: str, charset: str) -> None:
    begin = process_time()
    with pytest.raises(ParseError, match="more declarations before its first element than a person wrote"):
        entries_of((declared(charset) + mess * MANY + ROOT).encode(charset))
    assert process_time() - begin < 3


def element(attributes: int) -> str:
    return f"<a {' '.join(f'a{number}=$' for number in range(attributes))}/>".replace("$", "'1'")


def test_an_element_with_many_attributes_is_refused() -> None:
    begin = process_time()
    assert only(rss("<title>Un</title>" + element(MOST_ATTRIBUTES) * 100)).title == "Un"
    for count in (MOST_ATTRIBUTES + 1, MANY):
        with pytest.raises(ParseError, match="more than 200 attributes or namespaces"):
            entries_of(rss("<title>Un</title>" + element(count)))
    assert process_time() - begin < 3


def test_a_document_with_many_namespaces_is_refused() -> None:
    spaces = " ".join(f"xmlns:a{number}='https://example.org/{number}'" for number in range(MANY))
    begin = process_time()
    with pytest.raises(ParseError, match="more than 200 attributes or namespaces"):
        entries_of(f"{XML}<rss {spaces}>{'<a9:b/>' * MANY}</rss>")
    assert process_time() - begin < 3


def test_of_many_categories_as_many_are_read_as_an_entry_may_have() -> None:
    begin = process_time()
    written = "".join(f"<category>a{number}</category>" for number in range(MANY))
    assert len(only(rss(written)).categories) == MOST_CATEGORIES
    assert process_time() - begin < 3


@pytest.mark.parametrize("author", ["a." * MANY, "a@" * MANY, "a" * MANY, "(" * MANY])
def test_an_author_without_an_end_is_an_author(author: str) -> None:
    begin = process_time()
    assert only(rss(f"<title>Un</title><author>{author}</author>")).author.startswith(author[:1000])
    assert process_time() - begin < 3


def test_an_author_of_usual_length_is_told_by_name_and_a_long_one_as_it_stands() -> None:
    address = "redaction@example.org"
    for length, said in ((LONGEST_AUTHOR, "{}"), (LONGEST_AUTHOR + 1, f"{address} ({{}})")):
        name = "n" * (length - len(address) - 3)
        found = only(rss(f"<title>Un</title><author>{address} ({name})</author>"))
        assert found.author == said.format(name)
