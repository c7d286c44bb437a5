"""Live blogs that describe themselves: LiveBlogPosting in JSON-LD or in microdata, its updates as entries.

What every update of a page says alike says nothing of any of them: publishers fill in the page's own headline, time and
text. Source: schema.org/LiveBlogPosting.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed
from monitor.feeds import dates, html, microdata
from monitor.feeds.fetched import Fetched
from monitor.feeds.identity import identify
from monitor.feeds.json_document import refuse_what_is_too_much
from monitor.feeds.json_ld import Node, is_a, listed, nodes, scripts, string
from monitor.feeds.limits import Contents, refuse_too_many
from monitor.feeds.links import resolved
from monitor.feeds.markup import attributes, tokens
from monitor.feeds.mending import loads
from monitor.feeds.sniff import decode
from monitor.feeds.tree import tree_of
from monitor.feeds.updates import Page, entries_of, language_of

_BLOG = "LiveBlogPosting"
_MICRODATA = re.compile(rf"""itemtype\s*=\s*["']?[^"'<>]{{0,200}}{_BLOG}""", re.IGNORECASE)
_JUST_NOW = timedelta(minutes=10)
"""An end that lies so near to the moment of the fetch is that moment: some publishers always say “now”."""


def is_live_blog(document: Any) -> bool:
    """Say whether a JSON document is JSON-LD of a live blog."""
    return any(is_a(node, _BLOG) for node in nodes(document))


def parse_live_blog_document(document: Any, fetched: Fetched, feed: Feed) -> Contents:
    """Read the updates of the live blogs of a JSON-LD document, as `parse_live_blog` does.

    Raises:
        ParseError: there is no LiveBlogPosting in it, or too much.
    """
    found = list(nodes(document))
    blogs = [node for node in found if is_a(node, _BLOG)]
    if not blogs:
        raise ParseError("JSON, but no LiveBlogPosting in it")
    return _contents(blogs, found, Page(fetched.url, "", "", feed), fetched)


def parse_live_blog(fetched: Fetched, feed: Feed) -> Contents:
    """Read the updates of the live blogs of a page, in its order; none where a blog has not begun.

    JSON-LD counts before microdata, which is read where JSON-LD says nothing of a blog or of its updates.

    Raises:
        ParseError: there is no LiveBlogPosting in it, or too much.
    """
    text = decode(fetched.body, fetched.content_type)
    page = _page(text, fetched.url, feed)
    found = [node for script in _scripts(text) for node in nodes(loads(script))]
    blogs = [node for node in found if is_a(node, _BLOG)]
    if not any(blog.get("liveBlogUpdate") for blog in blogs) and _MICRODATA.search(text):
        blogs = list(microdata.live_blogs(tree_of(text))) or blogs
    if not blogs:
        title = f" (“{page.title[:80]}”)" if page.title else ""
        raise ParseError(f"no LiveBlogPosting in it{title}: a page without one needs `kind: page` and a recipe")
    return _contents(blogs, found, page, fetched)


def _scripts(text: str) -> Iterator[str]:
    """Give the scripts that speak of a live blog; together they are bounded as a JSON document is."""
    found = [script for script in scripts(text) if "LiveBlog" in script]
    refuse_what_is_too_much("".join(found).encode("utf-8", "replace"))
    yield from found


def _page(text: str, url: str, feed: Feed) -> Page:
    """Read what an update inherits from its page, of which it may be said in the head alone."""
    said = {"base": "", "lang": "", "title": ""}
    wanted = False
    for token in tokens(text):
        if token.kind == "start" and token.value == "html":
            said["lang"] = said["lang"] or attributes(token.attributes).get("lang", "")
        if token.kind == "start" and token.value == "base":
            said["base"] = said["base"] or attributes(token.attributes).get("href", "")
        if token.kind == "raw" and wanted:
            said["title"] = said["title"] or token.value
        wanted = token.kind == "start" and token.value == "title"
        if token.kind == "start" and token.value == "body":
            break
    title = html.line(said["title"], is_html=True)
    return Page(resolved(url, said["base"]), html.line(said["lang"]), title, feed)


def _contents(blogs: list[Node], found: Iterable[Node], page: Page, fetched: Fetched) -> Contents:
    refuse_too_many(len(blogs))
    by_id = {node["@id"]: node for node in found if isinstance(node.get("@id"), str) and len(node) > 1}
    rows = [_rows(blog, by_id) for blog in blogs]
    refuse_too_many(sum(map(len, rows)))
    entries = [entry for blog, updates in zip(blogs, rows, strict=True) for entry in entries_of(blog, updates, page)]
    title = next(filter(None, (html.line(string(blog.get("headline") or blog.get("name"))) for blog in blogs)), "")
    return Contents(
        identify(entries, pages=(fetched.url, page.base), base=page.base, numbered=True),
        kind="live_blog",
        title=title or page.title,
        language=next(filter(None, map(language_of, blogs)), "") or page.language,
        over=_over(blogs, entries, page, fetched.received_at),
    )


def _rows(blog: Node, by_id: Mapping[str, Node]) -> list[Node]:
    """Give the updates of a blog; one that is only named is looked up where it is described."""
    written = [one for one in listed(blog.get("liveBlogUpdate")) if isinstance(one, dict)]
    return [by_id.get(row["@id"], row) if set(row) == {"@id"} else row for row in written]


def _over(blogs: list[Node], entries: list[Entry], page: Page, now: datetime) -> datetime | None:
    """Say when the coverage of all blogs ended, or will.

    An end is not believed that is the moment of the last update, or of the fetch: so say pages whose coverage goes on.
    """
    ends = [dates.moment(string(blog.get("coverageEndTime")), page.feed.zone) for blog in blogs]
    said = [end for end in ends if end is not None]
    if len(said) < len(blogs):
        return None
    end = max(said)
    modified = {dates.moment(string(blog.get("dateModified")), page.feed.zone) for blog in blogs}
    last = max((at for entry in entries for at in (entry.updated, entry.published) if at is not None), default=None)
    believed = end not in modified and (last is None or end > last) and abs(now - end) > _JUST_NOW
    return end if believed else None
