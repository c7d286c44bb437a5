"""Which reader reads a document: by the feed's kind or, for `kind: auto`, by what the document is."""

from collections.abc import Callable, Mapping

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Kind
from monitor.feeds.fetched import Fetched
from monitor.feeds.json_feed import parse_json_feed
from monitor.feeds.limits import Contents, limited
from monitor.feeds.live_blog import parse_live_blog
from monitor.feeds.parse import parse_feed
from monitor.feeds.recipe import parse_page
from monitor.feeds.sniff import head, is_html

_READERS: Mapping[Kind, Callable[[Fetched, Feed], tuple[Entry, ...]]] = {
    "feed": parse_feed,
    "json_feed": parse_json_feed,
    "live_blog": parse_live_blog,
    "page": parse_page,
}


def read(fetched: Fetched, feed: Feed) -> tuple[Entry, ...]:
    """Read the entries of what was fetched, each once, in the document's order, with an identity each.

    Raises:
        ParseError: it is not what the feed's kind says, nothing that has entries, or too much.
    """
    return contents(fetched, feed).entries


def contents(fetched: Fetched, feed: Feed) -> Contents:
    """Read the entries as `read` does, and say how many of them were cut."""
    if not head(fetched.body):
        raise ParseError("the document is empty")
    return limited(_READERS[kind_of(fetched.body, feed)](fetched, feed))


def kind_of(body: bytes, feed: Feed) -> Kind:
    """Decide what a document is to be read as."""
    if feed.kind != "auto":
        return feed.kind
    if head(body).startswith((b"{", b"[")):
        return "json_feed"
    if not is_html(body):
        return "feed"
    return "live_blog" if feed.recipe is None else "page"
