"""Which feeds a page speaks of: its own live blog, the services behind it, and what its head links to.

Source: the autodiscovery of RSS and Atom (RSS Advisory Board, 2006; `<link rel=alternate>`, WHATWG HTML 4.6.7.1);
schema.org/LiveBlogPosting; Automattic's liveblog plugin; Liveblog.pro's embeds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.core.feed import Kind
from monitor.feeds import html
from monitor.feeds.links import absolute, canonical, resolved, unfed
from monitor.feeds.markup import Token, attributes, tokens

FOREVER = 4102444800
"""The first second of 2100: the plugin of WordPress is asked for what was written until then."""

MOST = 20
"""Feeds of one page; one with more is a directory."""

_TYPES: dict[str, Kind] = {
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "text/xml+rss": "feed",
    "application/feed+json": "json_feed",
}
_WORDPRESS = re.compile(r"""["']?endpoint_url["']?\s*:\s*(?:"([^"]{1,2000})"|'([^']{1,2000})')""")
_BLOG = "[0-9a-f]{24}"
_POSTS = re.compile(rf"(?:https?:)?//[\w.:-]{{1,200}}/api/(?:v2/)?client_blogs/{_BLOG}(?=[/\"'?\s]|$)")
_EMBED = re.compile(
    rf"((?:https?:)?//[\w.-]{{1,200}}\.liveblog\.pro/)(?:[\w-]{{1,80}}/){{0,4}}({_BLOG})(?=[/\"'?\s]|$)"
)
_API_HOST = re.compile(r"""["']?api_host["']?\s*[:=]\s*["']((?:https?:)?//[\w.:-]{1,200})/?["']""")
_BLOG_ID = re.compile(rf"""["']?_id["']?\s*:\s*["']({_BLOG})["']""")
_COMMENTS = re.compile(r"comment|kommentar|комментар", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that a page speaks of; `why` says where it stands, in words."""

    url: str
    kind: Kind
    title: str
    why: str


@dataclass(slots=True)
class _Seen:
    """What was seen of a page so far; a link is its address, its type and its title."""

    base: str
    title: str = ""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    is_live: bool = False


def discover(text: str, url: str) -> tuple[Found, ...]:
    """List the feeds that an HTML page names, best first; `url` is where the page was found.

    First services that say edits and deletions, then the page itself where it is a live blog, then the feeds that it
    links to, those of comments last. Whether they can be fetched and read is for who asks to try.
    """
    seen = _look(text, url)
    once: dict[str, Found] = {}
    for one in (*_services(text, seen), *_itself(seen, url), *_links(seen)):
        once.setdefault(canonical(one.url), one)
    return tuple(once.values())[:MOST]


def _look(text: str, url: str) -> _Seen:
    seen = _Seen(url)
    before = Token("text", "")
    for token in tokens(text):
        if token.kind == "start":
            _note(token, seen, url)
        elif token.kind == "raw":
            _note_raw(token.value, before, seen)
        before = token
    return seen


def _note(token: Token, seen: _Seen, url: str) -> None:
    if token.value == "base" and seen.base == url:
        seen.base = resolved(url, attributes(token.attributes).get("href", ""))
    elif token.value == "link":
        said = attributes(token.attributes)
        kind = said.get("type", "").partition(";")[0].strip().lower()
        if "alternate" in said.get("rel", "").lower().split() and said.get("href", "").strip() and kind in _TYPES:
            seen.links.append((said["href"].strip(), kind, html.line(said.get("title", ""))))
    elif "LiveBlogPosting" in token.attributes and "itemtype" in token.attributes:
        seen.is_live = True


def _note_raw(content: str, before: Token, seen: _Seen) -> None:
    if before.value == "title":
        seen.title = seen.title or html.line(content, is_html=True)
    elif "ld+json" in before.attributes and "LiveBlogPosting" in content:
        seen.is_live = True


def _services(text: str, seen: _Seen) -> Iterator[Found]:
    """Find the live-blog services whose addresses stand in the page's scripts and attributes."""
    for found in _WORDPRESS.finditer(text):
        endpoint = absolute(seen.base, _unslashed(found[1] or found[2]))
        if endpoint and "liveblog" in endpoint:
            entries = "entries/" if "liveblog/v1" in endpoint else ""
            address = f"{endpoint.rstrip('/')}/{entries}0/{FOREVER}"
            yield Found(address, "wordpress", seen.title, "the WordPress live blog of the page")
    for address in _liveblog_pro(_unslashed(text)):
        yield Found(absolute(seen.base, address), "liveblog_pro", seen.title, "the posts of Liveblog.pro in the page")


def _unslashed(written: str) -> str:
    return written.replace("\\/", "/")


def _liveblog_pro(text: str) -> Iterator[str]:
    for found in _POSTS.finditer(text):
        yield f"{found[0]}/posts"
    host, blog = _API_HOST.search(text), _BLOG_ID.search(text)
    if host and blog:
        yield f"{host[1]}/api/client_blogs/{blog[1]}/posts"
    for found in _EMBED.finditer(text):
        yield f"{found[1]}api/client_blogs/{found[2]}/posts"


def _itself(seen: _Seen, url: str) -> Iterator[Found]:
    if seen.is_live:
        yield Found(url, "live_blog", seen.title, "the page is a live blog that describes itself (LiveBlogPosting)")


def _links(seen: _Seen) -> Iterator[Found]:
    found = []
    for href, kind, title in seen.links:
        address = absolute(seen.base, unfed(href))
        if address:
            found.append(Found(address, _TYPES[kind], title or seen.title, f"a link in the page's head ({kind})"))
    yield from sorted(found, key=lambda one: _COMMENTS.search(one.title + urlsplit(one.url).path) is not None)
