"""`vigie feeds add`: the feed of a page found, tried, and written into a file of feeds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import click

from monitor.cli._documents import Zone, counted, fetched_of, reason, recipe_of, written_recipe
from monitor.cli._engine import plain
from monitor.cli.feeds._files import Shelf, put, shelf
from monitor.core.address import without_login
from monitor.core.errors import FetchError, ParseError, VigieError
from monitor.core.feed import Feed, Kind
from monitor.feeds import Fetched
from monitor.feeds.discover import Found, discover
from monitor.feeds.fetch import ROBOTS_ASKED
from monitor.feeds.probe import Probe, probe
from monitor.feeds.sniff import decode, is_html
from monitor.rulebook.writing import NewFeed, fit, name_of, wrong


@dataclass(frozen=True, slots=True)
class _Tried:
    """A feed that could be read."""

    found: Found
    probe: Probe


@click.command
@click.argument("url", metavar="URL")
@click.option("--name", default="", help="Its name in rules; without it one is made of its title.")
@click.option("--kind", type=click.Choice(get_args(Kind)), default="auto", help="What it is; auto: found out.")
@click.option("--recipe", "recipe_file", type=click.Path(path_type=Path), help="Of a page: YAML, as under `recipe:`.")
@click.option("--zone", type=Zone(), help="The zone of times printed without one, as Europe/Zurich.")
@click.option(
    "--file", "path", type=click.Path(path_type=Path), help="Where to write it, else the first file of feeds."
)
@click.option("--rules", "folder", type=click.Path(path_type=Path), help="The folder, else VIGIE_RULES_DIR or rules.")
@click.option("--print", "printed", is_flag=True, help="Print the YAML, and write nothing.")
@click.option("--auth", default="", help="secret:NAME, the user:password that it is asked with.")
@click.option("--allow-private", is_flag=True, help="Let the feed be fetched from private and loopback addresses.")
@click.option("--ignore-robots", is_flag=True, help="Ask for pages that robots.txt forbids, too.")
def command(**said: Any) -> None:  # Any: click gives the options by name
    """Find the feed of a page or live blog by its URL, try it, and write it behind the feeds of a file.

    Exit code 1 if there is none that can be read, or if it is there already.
    """
    where = shelf(said["folder"], said["path"], printed=said["printed"])
    asked = _asked(said)
    _refuse(where, asked, said["name"])
    tried = _best(where, asked)
    new = _new(tried, asked, said["name"], where)
    if said["recipe_file"]:
        new = replace(new, keys={**new.keys, "recipe": written_recipe(said["recipe_file"])})
    put(where, [new], printed=said["printed"])
    _tell(tried, new, None if said["printed"] else where.path)


def _asked(said: dict[str, Any]) -> Feed:
    """Give the feed as it is asked for; with a recipe it is a page."""
    file, kind = said["recipe_file"], said["kind"]
    if file and kind not in {"auto", "page"}:
        raise click.UsageError(f"a recipe reads pages: leave --recipe out, or --kind {kind}.")
    return Feed(
        name="",
        url=said["url"],
        kind="page" if file else kind,
        zone=said["zone"] or "",
        allow_private=said["allow_private"],
        robots=not said["ignore_robots"],
        auth=said["auth"],
        recipe=recipe_of(file) if file else None,
    )


def _refuse(where: Shelf, asked: Feed, name: str) -> None:
    for what, written in (("url", asked.url), ("name", name), ("auth", asked.auth)):
        fault = wrong(what, written) if written or what == "url" else ""
        if fault:
            raise VigieError(fault)
    known = where.known_as(asked.url)
    if known:
        raise VigieError(f"{asked.url} is there already, as {known}")
    if name in where.names():
        raise VigieError(f"{name} is taken already - give another --name")


def _best(where: Shelf, asked: Feed) -> _Tried:
    """Take the first of the feeds found that has entries, else the first that can be read at all.

    Raises: VigieError: there is none.
    """
    try:
        fetched = fetched_of(asked)
    except FetchError as error:
        raise VigieError(reason(error)) from error
    failures: list[str] = []
    empty: list[_Tried] = []
    for found in _candidates(fetched, asked):
        named, refused = f"{without_login(found.url)} ({found.why})", _unfit(where, found.url)
        try:
            tried = _Tried(found, _try(found, fetched, asked)) if not refused else None
        except (FetchError, ParseError) as error:
            failures.append(f"{named}: {reason(error)}")
            continue
        if tried is None:
            failures.append(f"{named}: {refused}")
        elif tried.probe.contents.entries:
            return tried
        else:
            empty.append(tried)
    if empty:
        return empty[0]
    hint = f"a page without a feed needs a recipe: `vigie feeds try {asked.url} --recipe FILE` shows what one reads"
    raise VigieError("\n  ".join(("no feed that can be read:", *(failures or ["none is named in the page"]), hint)))


def _unfit(where: Shelf, url: str) -> str:
    """Say why a feed that was found is not written; empty: it can be."""
    known = where.known_as(url)
    return f"is there already, as {known}" if known else wrong("url", url)


def _candidates(fetched: Fetched, asked: Feed) -> Iterator[Found]:
    if asked.kind != "auto" or not is_html(fetched.body):
        yield Found(asked.url, asked.kind, "", "what was asked for")
        return
    text = decode(fetched.body, fetched.content_type)
    for found in discover(text, fetched.url):
        yield replace(found, url=asked.url) if found.url == fetched.url else found


def _try(found: Found, fetched: Fetched, asked: Feed) -> Probe:
    feed = replace(asked, url=found.url, kind=found.kind, auth=_auth(found, asked))
    return probe(fetched if found.url == asked.url else fetched_of(feed), feed)


def _auth(found: Found, asked: Feed) -> str:
    """Give the secret to ask with: it was meant for the place that was named, and no page may send it elsewhere."""
    here, there = urlsplit(asked.url), urlsplit(found.url)
    return asked.auth if (here.scheme, here.netloc) == (there.scheme, there.netloc) else ""


def _new(tried: _Tried, asked: Feed, name: str, where: Shelf) -> NewFeed:
    said, found = tried.probe.contents, tried.found
    title = fit(said.title or found.title)
    language = said.language.partition("-")[0].lower()
    kind = said.kind if said.kind in {"live_blog", "wordpress", "liveblog_pro"} or asked.kind != "auto" else ""
    keys: dict[str, object] = {"url": found.url, "title": title, "kind": kind, "zone": asked.zone}
    keys["language"] = "" if not language or wrong("language", language) else language
    keys["auth"] = _auth(found, asked)
    keys["allow_private"] = asked.allow_private
    keys["robots"] = "ignore" if kind in ROBOTS_ASKED and not asked.robots else ""
    name = name or name_of(title or urlsplit(found.url).hostname or "", where.names())
    return NewFeed(name, {key: value for key, value in keys.items() if value})


def _tell(tried: _Tried, new: NewFeed, path: Path | None) -> None:
    said = tried.probe.contents
    click.echo(f"{new.name}: {plain(tried.found.why)}; {said.kind}, {counted(len(said.entries))}", err=True)
    for doubt in tried.probe.doubts:
        click.echo(f"suspicious: {plain(doubt)}", err=True)
    if path is not None:
        click.echo(f"{path}: {new.name} is written - {new.keys['url']}")
