"""OPML, the lists of feeds that readers exchange: read with no entity expanded, and written. Source: OPML 2.0."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.core.address import has_login, without_login
from monitor.core.errors import ParseError
from monitor.core.feed import SECRET, Feed
from monitor.feeds import html
from monitor.feeds.links import absolute, unfed

MOST = 10_000
"""Outlines of one file; nobody has as many feeds."""

DEEPEST = 100
"""Outlines within one another."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed as a list names it; `url` is empty where what stands there is no http(s) address."""

    title: str
    url: str
    written: str
    topics: tuple[str, ...] = ()
    language: str = ""


@dataclass(slots=True)
class _Reading:
    """How far a file has been read: the names of the folders that are open, and what was found."""

    folders: list[str] = field(default_factory=list)
    found: list[Subscription] = field(default_factory=list)
    depth: int = 0
    outlines: int = 0


def parse_opml(body: bytes) -> tuple[Subscription, ...]:
    """Read the feeds of an OPML file, in its order; folders and categories are their topics.

    Raises:
        ParseError: it is no OPML, declares entities, or is too much.
    """
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, said: _start(reading, name, said)
    parser.EndElementHandler = lambda name: _end(reading, name)
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(body, True)  # noqa: FBT003 - expat takes no names: this is all of it
    except expat.ExpatError as error:
        raise ParseError(f"not well-formed XML: {error}") from error
    except (LookupError, ValueError) as error:  # an encoding that is none
        raise ParseError(f"not readable as XML: {error}") from error
    return tuple(reading.found)


def _refuse_entities(*_: object) -> None:
    raise ParseError("it declares entities, and no list of feeds needs any: a few lines of them can make gigabytes")


def _start(reading: _Reading, name: str, said: dict[str, str]) -> None:
    reading.depth += 1
    if reading.depth == 1 and name != "opml":
        raise ParseError(f"no OPML: its root is <{name[:40]}>, not <opml>")
    if reading.depth > DEEPEST:
        raise ParseError(f"nested deeper than {DEEPEST} outlines")
    if name != "outline":
        return
    reading.outlines += 1
    if reading.outlines > MOST:
        raise ParseError(f"more than {MOST} outlines")
    title = html.line(said.get("title") or said.get("text") or "")
    written = next((said[key] for key in said if key.lower() == "xmlurl" and said[key].strip()), "")
    if written:
        reading.found.append(_subscription(reading, said, title, html.clean(written).strip()))
    reading.folders.append("" if written else title)


def _subscription(reading: _Reading, said: dict[str, str], title: str, written: str) -> Subscription:
    categories = (part for one in said.get("category", "").split(",") for part in one.split("/"))
    named = (*reading.folders, *(html.line(part) for part in categories))
    topics = tuple(dict.fromkeys(topic for topic in named if topic))
    return Subscription(title, absolute(written, unfed(written)), written, topics, said.get("language", "").strip())


def _end(reading: _Reading, name: str) -> None:
    reading.depth -= 1
    if name == "outline":
        reading.folders.pop()


def to_opml(feeds: Iterable[Feed], title: str) -> str:
    """Write feeds as OPML 2.0, in folders by their first topic; a page that no reader can read is a link.

    No secret is in it: `unexported` says which a feed needs.
    """
    folders: dict[str, list[Feed]] = {}
    for feed in feeds:
        folders.setdefault(next(iter(feed.topic), ""), []).append(feed)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += [f"  <head><title>{_escaped(title)}</title></head>", "  <body>"]
    for folder, inside in sorted(folders.items()):
        lines += _folder(folder, inside)
    return "\n".join((*lines, "  </body>", "</opml>", ""))


def _folder(name: str, feeds: Iterable[Feed]) -> Iterator[str]:
    if not name:
        yield from (f"    {_outline(feed)}" for feed in feeds)
        return
    yield f"    <outline text={quoteattr(html.line(name))}>"
    yield from (f"      {_outline(feed)}" for feed in feeds)
    yield "    </outline>"


def is_for_readers(feed: Feed) -> bool:
    """Say whether a reader of feeds can read it; the other kinds are read by us alone."""
    return feed.kind in {"auto", "feed", "json_feed"} and feed.recipe is None


def unexported(feed: Feed) -> tuple[str, ...]:
    """List in words which secrets a feed is asked with, and a list of feeds does not hold."""
    url = ("the user or password in its address",) if has_login(feed.url) else ()
    alone = tuple(key for key, value in (("auth", feed.auth), ("cookies", feed.cookies)) if value)
    return (*url, *alone, *(f"the header {name}" for name, value in feed.headers if value.startswith(SECRET)))


def _outline(feed: Feed) -> str:
    title, url = html.line(without_login(feed.title) or feed.name), without_login(feed.url)
    said = {"text": title, "title": title}
    said |= {"type": "rss", "xmlUrl": url} if is_for_readers(feed) else {"type": "link", "url": url}
    if feed.language:
        said["language"] = feed.language
    if feed.topic:
        said["category"] = ",".join(topic.replace(",", " ").replace("/", " ") for topic in feed.topic)
    return f"<outline {' '.join(f'{key}={quoteattr(value)}' for key, value in said.items())}/>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
