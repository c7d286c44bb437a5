"""The bundled live blog in every format: the same entries with the same identities, edits and deletions included."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from monitor.core.entry import Entry, digest
from monitor.core.feed import Feed, Kind
from monitor.core.revise import Known, revise
from monitor.demo.coverage import Block, Outlet, read_outlets
from monitor.demo.prints import PRINTS, RECIPE
from monitor.demo.render import Shown
from monitor.feeds import Contents, contents
from tests.feeds.documents import fetched

BASE = "https://lemanique.example"

KINDS: dict[str, tuple[str, Kind]] = {
    "RSS": ("rss", "feed"),
    "Atom": ("atom", "feed"),
    "JSON Feed": ("json", "json_feed"),
    "JSON-LD": ("html", "live_blog"),
    "microdata": ("microdata", "live_blog"),
    "WordPress": ("wordpress", "wordpress"),
    "Liveblog.pro": ("liveblog-pro", "liveblog_pro"),
    "page": ("html", "page"),
}
"""Each format with how it is printed and as what it is read."""

SAYS_DELETED = {"Atom", "WordPress", "Liveblog.pro"}
SAYS_NO_CHANGE = {"page"}
SAYS_NO_AUTHOR = {"page"}
SAYS_NO_CAPTIONS = {"page"}
SAYS_NO_CATEGORIES = {"page", "WordPress"}


@cache
def outlets() -> tuple[Outlet, ...]:
    return read_outlets()


def changes() -> list[tuple[Outlet, datetime]]:
    """The moments at which an outlet edits or deletes a block, and its last."""
    found = []
    for outlet in outlets():
        moments = {version.at for block in outlet.blocks for version in block.versions[1:]}
        last = max(version.at for block in outlet.blocks for version in block.versions)
        found += [(outlet, at) for at in sorted({last, *moments})]
    return found


def shown_at(outlet: Outlet, moment: datetime) -> list[Shown]:
    def standing(block: Block) -> list[Shown]:
        versions = [version for version in block.versions if version.at <= moment]
        return [Shown(block, versions[-1], block.versions[0].at)] if versions else []

    return [row for block in outlet.blocks for row in standing(block)]


def read(name: str, outlet: Outlet, moment: datetime, *, auto: bool = False) -> Contents:
    suffix, kind = KINDS[name]
    body = PRINTS[suffix](outlet, shown_at(outlet, moment), BASE)
    recipe = RECIPE if kind == "page" else None
    feed = Feed("live", f"{BASE}/{outlet.feed}", kind="auto" if auto else kind, language="x", recipe=recipe)
    return contents(replace(fetched(body, f"{BASE}/{outlet.feed}"), received_at=moment), feed)


@cache
def by_json_feed(outlet: Outlet, moment: datetime) -> dict[str, Entry]:
    return {entry.identity: entry for entry in read("JSON Feed", outlet, moment).entries}


def as_written(name: str, outlet: Outlet, moment: datetime) -> dict[str, Entry]:
    """What the coverage says, as far as a format can say it: by identity, the text as JSON Feed gives it."""
    told = by_json_feed(outlet, moment)
    wanted = {}
    for row in shown_at(outlet, moment):
        identity = f"//lemanique.example/{outlet.feed}#{row.block.id}"
        if row.version.deleted and name in SAYS_DELETED:
            wanted[identity] = Entry("live", identity, updated=row.version.at, deleted=True)
        elif not row.version.deleted:
            wanted[identity] = replace(
                told[identity],
                text="" if name in SAYS_NO_CAPTIONS and "figcaption" in row.version.html else told[identity].text,
                author=author(name, outlet, row.block),
                categories=() if name in SAYS_NO_CATEGORIES else row.block.categories,
                published=row.first,
                updated=None if name in SAYS_NO_CHANGE else row.version.at,
            )
    return wanted


def author(name: str, outlet: Outlet, block: Block) -> str:
    if name in SAYS_NO_AUTHOR:
        return ""
    return block.author or (outlet.title if name == "Atom" else "")  # RFC 4287 4.2.1: the feed's, where there is none


def bare(entry: Entry) -> Entry:
    """An entry without what each format says in its own way."""
    return replace(entry, aliases=(), guid=None, link="")


def test_the_coverage_has_edits_and_deletions_at_several_moments() -> None:
    assert len(changes()) >= 15
    versions = [version for outlet in outlets() for block in outlet.blocks for version in block.versions]
    assert sum(version.deleted for version in versions) >= 2


@pytest.mark.parametrize("auto", [False, True], ids=["named", "auto"])
@pytest.mark.parametrize("name", KINDS)
def test_every_format_gives_the_same_entries_at_every_moment(name: str, *, auto: bool) -> None:
    for outlet, moment in changes():
        said = read(name, outlet, moment, auto=auto)
        wanted = as_written(name, outlet, moment)
        found = {entry.identity: bare(entry) for entry in said.entries}
        if name == "WordPress":  # says when an entry changed only of one that did
            found = {key: replace(one, updated=one.updated or one.published) for key, one in found.items()}
        assert found.keys() == wanted.keys(), moment
        assert found == {identity: bare(entry) for identity, entry in wanted.items()}, moment
        assert said.kind == KINDS[name][1]
        assert len(said.entries) == len(found)


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"WordPress", "Liveblog.pro"}))
def test_every_format_that_can_gives_the_title_of_the_outlet(name: str) -> None:
    for outlet in outlets():
        assert read(name, outlet, datetime(2022, 1, 10, 23, tzinfo=UTC)).title == outlet.title


@pytest.mark.parametrize("name", KINDS)
def test_an_edit_is_a_revision_of_the_same_entry_whichever_format_it_is_read_in_next(name: str) -> None:
    names = list(KINDS)
    other = names[(names.index(name) + 1) % len(names)]
    feed = Feed("live", BASE)
    edits = 0
    for outlet, moment in changes():
        before = read(name, outlet, moment - timedelta(minutes=1)).entries
        ids = {one: number for number, entry in enumerate(before) for one in (entry.identity, *entry.aliases)}
        digests = {number: (digest(entry),) for number, entry in enumerate(before)}
        news = revise(feed, read(other, outlet, moment).entries, Known(first=False, ids=ids, digests=digests), moment)
        new = {one.entry.identity.rpartition("#")[2] for one in news if one.entry_id is None}
        assert new <= {block.id for block in outlet.blocks if block.versions[0].at == moment}, moment
        edits += len(news) - len(new)
    assert edits >= 10
