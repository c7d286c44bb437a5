"""Feeds written as YAML behind what stands in a file: nothing of that is changed, and the whole is read back."""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import yaml

from monitor.core.address import has_login
from monitor.core.clean import clean
from monitor.core.errors import ConfigError, Fault, Place
from monitor.core.feed import Feed
from monitor.rulebook.accepting import RULES
from monitor.rulebook.nodes import Desk, Node, Scalar
from monitor.rulebook.reading import Reading, read
from monitor.rulebook.sheet import RESERVED, Thing, read_sheet
from monitor.rulebook.words import language, name, secret, url

HEAD = "vigie: feeds/1\n"
LONGEST = 60
"""Characters of a name that is made of a title: it may have 80, and a number may have to follow."""

OPEN_LOGIN = (
    "a user or password in the address is never written into rules - give the address without it and "
    "`auth: secret:NAME` (`--auth secret:NAME`), with VIGIE_SECRET_NAME=user:password"
)
"""What is said of an address that holds a secret."""

_READERS: Mapping[str, Callable[[Node, Desk], object]] = {
    "name": name,
    "url": url,
    "language": language,
    "auth": secret,
}


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed to be written: its name, and its keys as YAML has them."""

    name: str
    keys: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Appended:
    """The text of a file with feeds behind what stood there; and what of other files keeps them from going live."""

    text: str
    held: tuple[Fault, ...]


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


def appended(file: str, sources: Mapping[str, str], feeds: Iterable[NewFeed]) -> Appended:
    """Give the text of a file with feeds behind what stands there; `sources` are all files of the folder, by name.

    A file that is not there begins anew.

    Raises:
        ConfigError: the file has errors already, with the feeds the folder would have one that it has not now, or a
            feed would not be what was asked for; nothing of it is to be written.
    """
    new = tuple(feeds)
    before = sources.get(file, "") or HEAD
    end = "\r\n" if "\r\n" in before else "\n"
    gap = end if before.endswith("\n") else 2 * end
    text = before + gap + block(new).replace("\n", end)
    known = read(sources, examples=False).errors if sources else ()
    if own := [fault for fault in known if fault.place.file == file]:
        raise ConfigError(own)
    reading = read({**sources, file: text}, examples=False)
    faults = [fault for fault in reading.errors if fault not in set(known)]
    written = read_sheet(file, text).things.get("feeds", {})
    lost = [feed for feed in new if not _is(written.get(feed.name), feed)]
    if lost and not faults:
        faults = [
            Fault(Place(file), "error", "not_written", f"{lost[0].name} cannot be written behind what stands here")
        ]
    if faults:
        raise ConfigError(faults)
    return Appended(text, tuple(_keep_back_all(reading)))


def _keep_back_all(reading: Reading) -> Iterator[Fault]:
    """List the errors for which nothing of a folder goes live: `accept` keeps only files of rules back alone."""
    yield from (fault for fault in reading.errors if reading.kinds.get(fault.place.file) != RULES)


def _is(thing: Thing | None, feed: NewFeed) -> bool:
    value = None if thing is None else thing.value
    return isinstance(value, Feed) and value.url == feed.keys["url"]


def wrong(what: str, written: str) -> str:
    """Say what is wrong with the `name`, `url`, `language` or `auth` of a feed; empty: nothing.

    A user or password in the address is wrong where we would write it, and never repeated.
    """
    if what == "url" and has_login(written):
        return OPEN_LOGIN
    desk = Desk("")
    _READERS[what](Scalar("", 1, 1, written), desk)
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
