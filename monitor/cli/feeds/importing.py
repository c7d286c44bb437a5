"""`vigie feeds import`: the feeds of an OPML file as YAML."""

import sys
from pathlib import Path

import click

from monitor.cli._documents import reason
from monitor.cli._engine import plain
from monitor.cli.feeds._files import Shelf, put, shelf
from monitor.core.address import without_login
from monitor.core.errors import ParseError, VigieError
from monitor.feeds import LARGEST
from monitor.feeds.links import canonical
from monitor.feeds.opml import Subscription, parse_opml
from monitor.rulebook.writing import NewFeed, fit, name_of, wrong


@click.command
@click.argument("source", metavar="FILE.opml", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--file", "path", type=click.Path(path_type=Path), help="Where to write, else the first file of feeds.")
@click.option("--rules", "folder", type=click.Path(path_type=Path), help="The folder, else VIGIE_RULES_DIR or rules.")
@click.option("--print", "printed", is_flag=True, help="Print the YAML, and write nothing.")
def command(*, source: Path, path: Path | None, folder: Path | None, printed: bool) -> None:
    """Write the feeds of an OPML file (`-`: the standard input) behind those of a file; nothing is fetched.

    Names are made of titles, folders and categories are topics; feeds that are there already are left out, and said.
    """
    try:
        listed = parse_opml(_read(source))
    except (OSError, ParseError) as error:
        raise VigieError(f"{source}: {reason(error)}") from error
    where = shelf(folder, path, printed=printed)
    new = _new(listed, where)
    if new:
        put(where, new, printed=printed)
    click.echo(f"{len(new)} of {len(listed)} {'printed' if printed else f'written to {where.path}'}", err=True)


def _read(source: Path) -> bytes:
    if str(source) == "-":
        body = sys.stdin.buffer.read(LARGEST + 1)
    else:
        with source.open("rb") as file:
            body = file.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise ParseError(f"more than {LARGEST // 1024 // 1024} MB")
    return body


def _new(listed: tuple[Subscription, ...], where: Shelf) -> list[NewFeed]:
    """Give what is not there yet; say of the others why they are left out."""
    known = {canonical(one.feed.url): one.name for one in where.known()}
    names, new = where.names(), list[NewFeed]()
    for one in listed:
        fault = "" if one.url else "no http or https address"
        fault = fault or wrong("url", one.url) or _there(known.get(canonical(one.url), ""))
        if fault:
            said = without_login(one.title or one.url or one.written)
            click.echo(f"left out: {plain(said)}: {fault}", err=True)
            continue
        name = name_of(fit(without_login(one.title)) or one.url.partition("://")[2], names)
        names.add(name)
        known[canonical(one.url)] = name
        new.append(NewFeed(name, _keys(one)))
    return new


def _there(name: str) -> str:
    return f"is there already, as {name}" if name else ""


def _keys(one: Subscription) -> dict[str, object]:
    language = one.language.partition("-")[0].lower()
    keys: dict[str, object] = {
        "url": one.url,
        "title": fit(without_login(one.title)),
        "topic": [fit(topic) for topic in one.topics],
    }
    keys["language"] = "" if not language or wrong("language", language) else language
    return {key: value for key, value in keys.items() if value}
