"""Feeds written as YAML behind what stands in a file: nothing of that is changed, and the whole is read back."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import yaml

from monitor.core.clean import clean
from monitor.core.errors import ConfigError, Fault, Place
from monitor.core.feed import Feed
from monitor.rulebook.nodes import Desk, Scalar
from monitor.rulebook.reading import read
from monitor.rulebook.sheet import RESERVED, Thing, read_sheet
from monitor.rulebook.words import language, name, url

HEAD = "vigie: feeds/1\n"
LONGEST = 60
"""Characters of a name that is made of a title: it may have 80, and a number may have to follow."""


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed to be written: its name, and its keys as YAML has them."""

    name: str
    keys: Mapping[str, object]


class _Plain(yaml.SafeDumper):
    """Writes what compose reads: no anchors, lists indented."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - yaml's signature
        """Never write an anchor."""
        return True


def name_of(title: str, taken: Collection[str]) -> str:
    """Make a name for a feed of its title: letters and digits of any script, and a number where it is taken."""
    composed = unicodedata.normalize("NFC", title).lower()
    slug = re.sub(r"[\W_]+", "-", composed).strip("-")[:LONGEST].strip("-") or "feed"
    slug = f"{slug}-feed" if slug in RESERVED or slug.isdecimal() else slug
    names = (slug if number == 1 else f"{slug}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def fit(text: str) -> str:
    """Make a foreign text fit for a file of ours: one line, nothing invisible, nothing that turns its direction."""
    return clean(text, one_line=True).text


def block(feeds: Iterable[NewFeed]) -> str:
    """Write feeds as YAML, a blank line between two."""
    return "\n".join(
        yaml.dump({feed.name: dict(feed.keys)}, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10_000)
        for feed in feeds
    )


def appended(file: str, sources: Mapping[str, str], feeds: Iterable[NewFeed]) -> str:
    """Give the text of a file with feeds behind what stands there; `sources` are all files of the folder, by name.

    A file that is not there begins anew.

    Raises:
        ConfigError: with them the folder would have an error that it has not now, or a feed would not be what was
            asked for; nothing of it is to be written.
    """
    new = tuple(feeds)
    before = sources.get(file, "") or HEAD
    end = "\r\n" if "\r\n" in before else "\n"
    gap = end if before.endswith("\n") else 2 * end
    text = before + gap + block(new).replace("\n", end)
    known = set(read(sources, examples=False).errors) if sources else set()
    faults = [fault for fault in read({**sources, file: text}, examples=False).errors if fault not in known]
    written = read_sheet(file, text).things.get("feeds", {})
    lost = [feed for feed in new if not _is(written.get(feed.name), feed)]
    if lost and not faults:
        faults = [
            Fault(Place(file), "error", "not_written", f"{lost[0].name} cannot be written behind what stands here")
        ]
    if faults:
        raise ConfigError(faults)
    return text


def _is(thing: Thing | None, feed: NewFeed) -> bool:
    value = None if thing is None else thing.value
    return isinstance(value, Feed) and value.url == feed.keys["url"]


def wrong(what: str, written: str) -> str:
    """Say what is wrong with the `name`, `url` or `language` of a feed; empty: nothing."""
    desk = Desk("")
    {"name": name, "url": url, "language": language}[what](Scalar("", 1, 1, written), desk)
    return next((fault.message for fault in desk.faults if fault.level == "error"), "")


@dataclass(frozen=True, slots=True)
class Known:
    """A feed that stands in a file already."""

    name: str
    feed: Feed
    place: Place


def known_feeds(sources: Mapping[str, str]) -> tuple[Known, ...]:
    """List the feeds of a folder's files, as far as they can be read."""
    sheets = [read_sheet(file, sources[file]) for file in sorted(sources)]
    things = [thing for sheet in sheets for thing in (*sheet.things.get("feeds", {}).values(), *sheet.second)]
    return tuple(
        Known(thing.key.text, thing.value, thing.key.place) for thing in things if isinstance(thing.value, Feed)
    )
