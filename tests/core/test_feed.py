from dataclasses import replace
from typing import Any

import pytest

from monitor.core.address import without_login
from monitor.core.feed import Feed, reading

FEED = Feed("paper", "https://paper.example/direct.xml")


@pytest.mark.parametrize(
    "change",
    [{"headers": (("Accept-Language", "fr"),)}, {"cookies": "secret:a"}, {"auth": "secret:a"}],
)
def test_what_is_sent_with_a_request_may_change_what_comes(change: dict[str, Any]) -> None:
    assert reading(replace(FEED, **change)) != reading(FEED)


@pytest.mark.parametrize("change", [{"proxy": "secret:a"}, {"robots": False}, {"heed": False}, {"title": "Paper"}])
def test_how_politely_and_by_which_way_it_is_asked_for_changes_nothing(change: dict[str, Any]) -> None:
    assert reading(replace(FEED, **change)) == reading(FEED)


def test_a_feed_lists_what_of_it_is_secret() -> None:
    assert FEED.secrets == ()
    headers = (("X-Key", "secret:key"), ("Accept-Language", "fr"))
    feed = replace(FEED, headers=headers, cookies="secret:jar", auth="secret:login", proxy="secret:way")
    assert feed.secrets == ("secret:key", "secret:jar", "secret:login", "secret:way")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@paper.example:8443/direct?a=b#c", "https://paper.example:8443/direct?a=b#c"),
        ("https://user@paper.example/", "https://paper.example/"),
        ("https://us@er:pass@paper.example/", "https://paper.example/"),
        ("https://paper.example/@desk", "https://paper.example/@desk"),
        ("HTTPS://paper.example?", "HTTPS://paper.example?"),
        ("https://user:pass@[paper.example/", "https://[paper.example/"),
    ],
)
def test_an_address_is_shown_without_user_and_password(url: str, shown: str) -> None:
    assert without_login(url) == shown
