"""Atom's tombstones: what a feed says is deleted. Source: RFC 6721."""

from xml.parsers import expat

from monitor.core.entry import Entry
from monitor.core.feed import Feed
from monitor.feeds import dates, html

_NAMESPACE = "http://purl.org/atompub/tombstones/1.0"
_NAME = f"{_NAMESPACE} deleted-entry"


def read(body: bytes, feed: Feed) -> list[Entry]:
    """Give the entries that a feed says are deleted; of a feed that is not well-formed, those before the fault.

    `updated` is when they were deleted.
    """
    if _NAMESPACE.encode() not in body:
        return []
    found: list[Entry] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        guid = html.clean(attributes.get("ref", "")).strip()
        if name == _NAME and guid:
            when = dates.moment(attributes.get("when", ""), feed.zone)
            found.append(Entry(feed=feed.name, identity="", guid=guid, updated=when, deleted=True))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat takes it by position: this is all there is
    except (expat.ExpatError, LookupError, ValueError):
        return found
    return found
