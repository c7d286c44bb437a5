"""Addresses that only count the entries as they stand: with each new entry all of them would name another one."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.core.revise import Known, known_ids
from monitor.feeds.identity import identify
from tests.feeds.documents import PAGE, entries_of, page

T0 = datetime(2022, 1, 10, 17, 38, 5, tzinfo=UTC)
OLD = ("Six", "Cinq", "Quatre", "Trois", "Deux", "Un")


def json_ld(titles: Sequence[str], **said: str) -> tuple[Entry, ...]:
    """Read a live blog, newest first, in which `{}` of each value is the place of an update."""
    updates = [
        {
            "@type": "BlogPosting",
            "headline": title,
            "articleBody": f"Texte : {title}",
            "datePublished": (T0 + timedelta(minutes=len(titles) - at)).isoformat(),
        }
        | {key: value.format(at) for key, value in said.items()}
        for at, title in enumerate(titles, 1)
    ]
    blog = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "liveBlogUpdate": updates}
    return entries_of(page(json.dumps(blog)), Feed("live", PAGE))


def rss(titles: Sequence[str], guid: str = "") -> tuple[Entry, ...]:
    """Read a feed, newest first, whose links, and guids if there are any, lead to places in one page."""
    items = "".join(
        f"<item>{guid.format(at)}<title>{title}</title><link>{PAGE}#post{at}</link>"
        f"<pubDate>{T0 + timedelta(minutes=len(titles) - at):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for at, title in enumerate(titles, 1)
    )
    return entries_of(f'<rss version="2.0"><channel><title>Direct</title>{items}</channel></rss>', Feed("live", PAGE))


def new(before: Sequence[Entry], after: tuple[Entry, ...]) -> list[str]:
    """Give the titles of the entries that are not known from a document before; the others must keep their names."""
    ids = {name: number for number, entry in enumerate(before) for name in (entry.identity, *entry.aliases)}
    known = known_ids(after, Known(first=False, ids=ids))
    titles = {entry.identity: entry.title for entry in after}
    assert all(titles[identity] == before[number].title for identity, number in known.items())
    return [entry.title for entry in after if entry.identity not in known]


READ: dict[str, Callable[[Sequence[str]], tuple[Entry, ...]]] = {
    "id": lambda titles: json_ld(titles, **{"@id": "#post{}"}),
    "whole id": lambda titles: json_ld(titles, **{"@id": PAGE + "#post{}"}),
    "url": lambda titles: json_ld(titles, url=PAGE + "#post{}"),
    "id and url": lambda titles: json_ld(titles, **{"@id": "#post{}", "url": PAGE + "#post{}"}),
    "link": rss,
    "guid": lambda titles: rss(titles, "<guid>" + PAGE + "#post{}</guid>"),
}


@pytest.mark.parametrize("read", READ.values(), ids=READ)
def test_entries_whose_addresses_only_count_them_stay_themselves_where_others_come_on_top(
    read: Callable[[Sequence[str]], tuple[Entry, ...]],
) -> None:
    first, second, third = (read((*more, *OLD)) for more in ((), ("UN Otan",), ("DEUX Otan", "UN Otan")))
    assert [entry.title for entry in first] == list(OLD)
    assert new(first, second) == ["UN Otan"]
    assert new(second, third) == ["DEUX Otan"]


def entry(link: str, at: int | None, title: str = "") -> Entry:
    time = None if at is None else T0 + timedelta(minutes=at)
    return Entry("live", "", title=title or f"Titre {at}", link=link, published=time)


def test_anchors_that_go_up_with_the_time_are_names() -> None:
    told = identify([entry(f"{PAGE}#post{n}", n) for n in (1, 2, 3)])
    assert [one.identity for one in told] == [f"//example.org/live#post{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize("numbers", [(3, 2, 1), (1, 3, 4), (7, 8, 9), (1,)])
def test_anchors_that_do_not_count_the_entries_are_names(numbers: tuple[int, ...]) -> None:
    told = identify([entry(f"{PAGE}#post{n}", -at) for at, n in enumerate(numbers)])
    assert [one.identity for one in told] == [f"//example.org/live#post{n}" for n in numbers]


@pytest.mark.parametrize("frame", ["https://example.org/{}", "https://example.org/{}#comments"])
def test_pages_that_are_numbered_are_names_in_any_order(frame: str) -> None:
    told = identify([entry(frame.format(n), -n) for n in (1, 2, 3)])
    assert [one.identity for one in told] == [frame.format(n).removeprefix("https:") for n in (1, 2, 3)]


def test_anchors_of_undated_entries_that_count_them_are_no_names() -> None:
    told = identify([entry(f"{PAGE}#post{n}", None, f"Titre {n}") for n in (1, 2, 3)])
    assert all(one.identity.startswith("content:") for one in told)


def test_a_tombstone_beside_entries_does_not_make_names_of_anchors_that_count_them() -> None:
    rows = [entry(f"{PAGE}#post{n}", -n) for n in (1, 2)]
    told = identify([*rows, Entry("live", "", guid="tag:7", deleted=True)])
    assert [one.identity.partition(":")[0] for one in told] == ["content", "content", "tag"]
