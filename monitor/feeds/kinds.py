"""Which reader reads a document: by the feed's kind or, for `kind: auto`, by what the document is."""

from collections.abc import Callable, Mapping
from typing import Any

from monitor.core.entry import Entry
from monitor.core.errors import ParseError
from monitor.core.feed import Feed, Kind
from monitor.feeds.clamp import clamped
from monitor.feeds.fetched import Fetched
from monitor.feeds.json_document import parsed
from monitor.feeds.json_feed import is_json_feed, parse_json_feed
from monitor.feeds.limits import Contents, limited
from monitor.feeds.live_blog import is_live_blog, parse_live_blog, parse_live_blog_document
from monitor.feeds.liveblog_pro import is_liveblog_pro, parse_liveblog_pro
from monitor.feeds.parse import parse_feed
from monitor.feeds.piecewise import parse_feed_again
from monitor.feeds.recipe import parse_page
from monitor.feeds.seen import Seen
from monitor.feeds.sniff import head, is_html, is_json, says_live_blog
from monitor.feeds.wordpress import is_wordpress, parse_wordpress

_JSON: Mapping[Kind, tuple[Callable[[Any], bool], Callable[[Any, Fetched, Feed], Contents]]] = {
    "json_feed": (is_json_feed, parse_json_feed),
    "wordpress": (is_wordpress, parse_wordpress),
    "liveblog_pro": (is_liveblog_pro, parse_liveblog_pro),
    "live_blog": (is_live_blog, parse_live_blog_document),
}
"""How a JSON document is known and read."""

_CALLED: Mapping[Kind, str] = {
    "feed": "RSS, Atom or RDF",
    "json_feed": "a JSON Feed",
    "live_blog": "a live blog that describes itself (LiveBlogPosting)",
    "wordpress": "a WordPress live blog",
    "liveblog_pro": "posts of Liveblog.pro",
    "page": "an HTML page",
}


def read(fetched: Fetched, feed: Feed) -> tuple[Entry, ...]:
    """Read the entries of what was fetched, each once, in the document's order, with an identity each.

    Raises:
        ParseError: it is not what the feed's kind says, nothing that has entries, or too much.
    """
    return contents(fetched, feed).entries


def contents(fetched: Fetched, feed: Feed, seen: Seen | None = None) -> Contents:
    """Read the entries as `read` does, with what the document says of itself.

    With `seen` that is quicker, and no other, where the feed's last document was read with it, too.
    """
    if not head(fetched.body):
        raise ParseError("the document is empty")
    said = _of_json(fetched, feed) if is_json(fetched.body) else _of_markup(fetched, feed, seen)
    return clamped(limited(said), fetched.received_at)


def kind_of(fetched: Fetched) -> Kind:
    """Say what a document is, whatever its feed is configured with; `auto`: nothing that can be read."""
    if is_json(fetched.body):
        return _kind_of_json(parsed(fetched))
    if is_html(fetched.body):
        return "live_blog" if says_live_blog(fetched.body) else "page"
    return "feed" if head(fetched.body).startswith(b"<") else "auto"


def _kind_of_json(document: Any) -> Kind:
    return next((kind for kind, (is_one, _) in _JSON.items() if is_one(document)), "auto")


def _of_json(fetched: Fetched, feed: Feed) -> Contents:
    document = parsed(fetched)
    found = _kind_of_json(document)
    asked = found if feed.kind == "auto" else feed.kind
    if asked not in _JSON or found not in {asked, "auto"}:
        raise ParseError(_refusal(asked, found, "JSON"))
    return _JSON[asked][1](document, fetched, feed)


def _of_markup(fetched: Fetched, feed: Feed, seen: Seen | None) -> Contents:
    found = kind_of(fetched)
    asked = _asked(feed, found)
    if asked == "feed" and found in {"feed", "auto", "page"}:
        return parse_feed(fetched, feed) if seen is None else parse_feed_again(fetched, feed, seen)
    if asked == "live_blog" and found in {"live_blog", "page"}:
        return parse_live_blog(fetched, feed)
    if asked == "page" and found in {"live_blog", "page"}:
        return parse_page(fetched, feed)
    raise ParseError(_refusal(asked, found, "neither XML nor JSON nor HTML"))


def _asked(feed: Feed, found: Kind) -> Kind:
    """Say as what a document that is not JSON is read; an HTML page by the recipe, if there is one."""
    if feed.kind != "auto":
        return feed.kind
    if found in {"live_blog", "page"}:
        return "live_blog" if feed.recipe is None else "page"
    return "feed"


def _refusal(asked: Kind, found: Kind, otherwise: str) -> str:
    """Say that a document is not what it should be, what it is instead, and which kind would read it."""
    what = _CALLED.get(found, otherwise)
    if asked == "auto":
        return f"{what}, but none that can be read: neither {', nor '.join(_CALLED[kind] for kind in _JSON)}"
    hint = f" - `kind: {found}` reads it" if found not in {"auto", "page"} else ""
    return f"{what}, not {_CALLED[asked]}{hint}"
