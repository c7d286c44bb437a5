"""Documents for tests, each built from the few lines that matter."""

from collections.abc import Iterable
from datetime import UTC, datetime

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.feeds import Fetched, read

PAGE = "https://example.org/live"
SEEN = datetime(2022, 1, 10, 18, 0, tzinfo=UTC)


def fetched(body: bytes | str, url: str = PAGE, content_type: str = "") -> Fetched:
    """Say that a document was found at an address."""
    return Fetched(body.encode() if isinstance(body, str) else body, content_type, "", "", url, SEEN)


def entries_of(body: bytes | str, feed: Feed = Feed("live", PAGE), content_type: str = "") -> tuple[Entry, ...]:  # noqa: B008 - frozen
    """Read a document as it was found at the page's address."""
    return read(fetched(body, content_type=content_type), feed)


ATOM = 'xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"'
XML = '<?xml version="1.0"?>'


def rss(*items: str, channel: str = "<link>https://example.org/</link>") -> str:
    """Print an RSS feed."""
    inside = f"<title>Direct</title>{channel}{_in('item', items)}"
    return f'{XML}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{inside}</channel></rss>'


def atom(*entries: str, attributes: str = 'xml:lang="fr"', head: str = "") -> str:
    """Print an Atom feed."""
    inside = f"<title>Direct</title><id>tag:example.org,2022:direct</id>{head}{_in('entry', entries)}"
    return f"{XML}<feed {ATOM} {attributes}>{inside}</feed>"


def page(*json_ld: str, lang: str = "fr", head: str = "") -> str:
    """Print a page with JSON-LD scripts."""
    scripts = "".join(f'<script type="application/ld+json">{script}</script>' for script in json_ld)
    top = f"<title>Direct</title>{head}{scripts}"
    return f'<!doctype html><html lang="{lang}"><head>{top}</head><body><p>Pied de page</p></body></html>'


def _in(tag: str, contents: Iterable[str]) -> str:
    return "".join(f"<{tag}>{content}</{tag}>" for content in contents)
