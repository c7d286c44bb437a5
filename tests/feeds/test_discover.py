"""Which feeds a page speaks of."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds.discover import MOST, Found, discover
from tests.feeds.documents import PAGE, page

BLOG = "5af6ceef02f34f2e953dfcb9"
RSS = '<link rel="alternate" type="application/rss+xml" title="Monde &amp; Russie" href="/rss.xml">'
LIVE = json.dumps({"@type": "LiveBlogPosting", "liveBlogUpdate": []})


def urls(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.url) for one in discover(text, PAGE)]


def test_a_link_in_the_head_is_a_feed() -> None:
    (found,) = discover(page(head=RSS), PAGE)
    assert found == Found(
        "https://example.org/rss.xml", "feed", "Monde & Russie", "a link in the page's head (application/rss+xml)"
    )


@pytest.mark.parametrize(
    ("link", "kind", "url"),
    [
        ('<link rel=alternate type="application/atom+xml" href=a.xml>', "feed", "https://example.org/a.xml"),
        (
            '<LINK REL="home Alternate" TYPE="Application/RSS+XML; charset=utf-8" HREF="//h/a">',
            "feed",
            "https://h/a",
        ),
        ('<link rel=alternate type=application/feed+json href="http://h/f">', "json_feed", "http://h/f"),
        ('<link rel=alternate type=application/rss+xml href="feed://h/f">', "feed", "http://h/f"),
        ('<link rel=alternate type=application/rss+xml href="feed:https://h/f">', "feed", "https://h/f"),
        ('<base href="https://b/x/"><link rel=alternate type=application/rss+xml href=f>', "feed", "https://b/x/f"),
    ],
)
def test_a_link_is_read_however_it_is_written(link: str, kind: str, url: str) -> None:
    assert urls(page(head=link)) == [(kind, url)]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel=stylesheet type=application/rss+xml href="/f">',
        '<link rel=alternate hreflang=en href="/en">',
        '<link rel=alternate type=application/json href="/wp-json/x">',
        '<link rel=alternate type=application/json+oembed href="/o">',
        '<link rel=alternate type=application/rss+xml href="">',
        "<link rel=alternate type=application/rss+xml>",
        '<link rel=alternate type=application/rss+xml href="javascript:x">',
        f"<!-- {RSS} -->",
        f"<script>{RSS}</script>",
    ],
)
def test_what_is_no_feed_is_not_found(link: str) -> None:
    assert urls(page(head=link)) == []


def test_feeds_of_comments_come_last_and_each_feed_once() -> None:
    comments = RSS.replace("/rss.xml", "/comments/feed").replace("Monde", "Commentaires")
    (first, second) = urls(
        page(head=comments + RSS + RSS.replace("/rss.xml", "http://example.org/rss.xml?utm_source=a"))
    )
    assert (first[1], second[1]) == ("https://example.org/rss.xml", "https://example.org/comments/feed")


def test_a_page_that_is_a_live_blog_comes_before_the_feeds_of_its_site() -> None:
    assert urls(page(LIVE, head=RSS)) == [("live_blog", PAGE), ("feed", "https://example.org/rss.xml")]
    microdata = '<body><div itemscope itemtype="https://schema.org/LiveBlogPosting"></div>'
    (found,) = discover(page().replace("<body>", microdata), PAGE)
    assert (found.kind, found.title) == ("live_blog", "Direct")


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        (
            "https:\\/\\/w.example\\/wp-json\\/liveblog\\/v1\\/123\\/",
            "https://w.example/wp-json/liveblog/v1/123/entries/0",
        ),
        ("/wp-json/liveblog/v1/7", "https://example.org/wp-json/liveblog/v1/7/entries/0"),
        ("https://w.example/2016/02/13/5/liveblog/", "https://w.example/2016/02/13/5/liveblog/0"),
    ],
)
def test_the_live_blog_of_wordpress_comes_first(endpoint: str, url: str) -> None:
    script = f'<script>var liveblog_settings = {{"post_id":"7","endpoint_url":"{endpoint}","x":1}};</script>'
    found = urls(page(LIVE, head=RSS + script))
    assert found[0] == ("wordpress", f"{url}/4102444800")
    assert [kind for kind, _ in found] == ["wordpress", "live_blog", "feed"]


def test_an_endpoint_of_something_else_is_none_of_wordpress() -> None:
    assert urls(page(head="<script>{endpoint_url: 'https://shop.example/api'}</script>")) == []
    assert urls(page(head="<script>{endpoint_url: 'mailto:liveblog'}</script>")) == []


@pytest.mark.parametrize(
    ("head", "url"),
    [
        (
            f'<script>LB = {{"api_host":"https:\\/\\/t-api.liveblog.pro\\/","blog":{{"_id":"{BLOG}"}}}}</script>',
            f"https://t-api.liveblog.pro/api/client_blogs/{BLOG}/posts",
        ),
        (
            f"<script>fetch('https://h.example/api/v2/client_blogs/{BLOG}/posts?page=1')</script>",
            f"https://h.example/api/v2/client_blogs/{BLOG}/posts",
        ),
        (
            f'<iframe src="//t.liveblog.pro/lb-rts/blogs/{BLOG}/index.html"></iframe>',
            f"https://t.liveblog.pro/api/client_blogs/{BLOG}/posts",
        ),
    ],
)
def test_the_posts_of_liveblog_pro_are_found_by_the_blogs_number(head: str, url: str) -> None:
    assert urls(page(head=head)) == [("liveblog_pro", url)]


def test_a_number_that_is_no_blogs_finds_nothing() -> None:
    assert urls(page(head=f"<script>https://t.liveblog.pro/blogs/{BLOG}0/ api_host: 'https://h'</script>")) == []


def test_a_directory_of_feeds_is_cut() -> None:
    links = "".join(RSS.replace("/rss.xml", f"/{number}") for number in range(500))
    assert len(urls(page(head=links))) == MOST


@pytest.mark.parametrize(
    "piece", ["<link rel=alternate ", "endpoint_url:'", "//a.liveblog.pro/a/", "api_host:'//", "<a"]
)
def test_hostile_pages_are_looked_through_in_no_time(piece: str) -> None:
    began = process_time()
    discover(piece * (1_000_000 // len(piece)), PAGE)
    assert process_time() - began < 5


@given(st.text(max_size=300))
def test_any_text_has_feeds_or_none(text: str) -> None:
    assert all(one.url.startswith("http") for one in discover(text, PAGE))
