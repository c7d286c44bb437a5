"""The files that feeds are written into: found in the rules folder, checked, and replaced in one step."""

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from monitor.cli._engine import plain
from monitor.core.errors import ConfigError, Fault, VigieError
from monitor.feeds.links import canonical
from monitor.rulebook import counts, sources_of, under
from monitor.rulebook.sheet import read_sheet
from monitor.rulebook.writing import Known, NewFeed, appended, block, known_feeds
from monitor.settings import load_settings

NEW_FILE = "feeds.yaml"
KIND = "feeds/1"

SHOWN = 10
"""Faults of other files that are shown."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A rules folder and the file of it that new feeds are written into; `sources` are its files, by name."""

    folder: Path
    path: Path
    file: str
    sources: Mapping[str, str]

    def known(self) -> tuple[Known, ...]:
        """List the feeds that are there."""
        return known_feeds(self.sources)

    def known_as(self, url: str) -> str:
        """Say as what and where a URL is there already, however it is written; empty: it is not."""
        same = (one for one in self.known() if canonical(one.feed.url) == canonical(url))
        return next((f"{one.name} ({self.folder / one.place.file}:{one.place.line})" for one in same), "")

    def names(self) -> set[str]:
        """List the names that are taken."""
        return {one.name for one in self.known()}


def shelf(folder: Path | None, path: Path | None, *, printed: bool) -> Shelf:
    """Find where new feeds go: into `path`, or the first file of feeds in the folder, or a new one.

    Raises: ConfigError, VigieError: the file is none of feeds, or none of the folder and not only `printed`.
    """
    folder = folder or load_settings().rules_dir
    sources = _sources(folder)
    if path is None:
        first = next((file for file in sorted(sources) if read_sheet(file, sources[file]).kind == KIND), NEW_FILE)
        return Shelf(folder, folder / first, first, sources)
    file = _name(folder, path, sources)
    if not counts(file):
        if not printed:
            raise VigieError(_never_read(folder, path, file))
        sources = {**sources, **_outside(path)}
        file = str(path)
    if file in sources and read_sheet(file, sources[file]).kind != KIND:
        raise VigieError(
            f"{path} is no file of feeds - one that begins with `vigie: {KIND}`, or one that is not there yet"
        )
    return Shelf(folder, path, file, sources)


def _name(folder: Path, path: Path, sources: Mapping[str, str]) -> str:
    """Give the name by which a file is read with its folder, whatever links lead to it; empty: it is outside."""
    real = path.resolve()
    known = next((file for file in sources if (folder / file).resolve() == real), "")
    if known:
        return known
    places = ((Path(os.path.abspath(path)), Path(os.path.abspath(folder))), (real, folder.resolve()))  # noqa: PTH100 - a link counts where it lies
    return next((one.relative_to(whole).as_posix() for one, whole in places if one.is_relative_to(whole)), "")


def _never_read(folder: Path, path: Path, file: str) -> str:
    why = "is not one that is read: those end in .yaml and are not hidden" if file else f"is outside of {folder}"
    return f"{path} {why}, so that its feeds would never be polled - name another file, or `--print` them"


def _outside(path: Path) -> Mapping[str, str]:
    return {str(path): path.read_bytes().decode("utf-8", "surrogateescape")} if path.is_file() else {}


def _sources(folder: Path) -> Mapping[str, str]:
    try:
        return sources_of(folder)
    except ConfigError as error:
        if [fault.code for fault in error.faults] == ["no_yaml"]:
            return {}
        raise


def put(where: Shelf, feeds: Iterable[NewFeed], *, printed: bool) -> None:
    """Write feeds, or print them; the file is replaced only by one that is right.

    What else keeps them from going live is said. Raises: ConfigError, VigieError.
    """
    new = tuple(feeds)
    try:
        done = appended(where.file, where.sources, new)
    except ConfigError as error:
        raise ConfigError(under(str(where.folder), error.faults)) from error
    if printed:
        click.echo(block(new), nl=False)
    else:
        _replace(where.path.resolve(), where.sources.get(where.file), done.text)
        _warn(under(str(where.folder), done.held))


def _warn(held: Sequence[Fault]) -> None:
    """Say which faults of other files keep back what was written."""
    if not held:
        return
    click.echo("nothing of this goes live until what is wrong in other files is mended:", err=True)
    for fault in held[:SHOWN]:
        click.echo(f"  {plain(str(fault))}", err=True)
    if len(held) > SHOWN:
        click.echo(f"  and {len(held) - SHOWN} more - `vigie check` shows them", err=True)


def _replace(path: Path, before: str | None, text: str) -> None:
    """Replace a file in one step, unless another one has changed it since it was read."""
    try:
        found = path.read_bytes() if path.exists() else None
        if found != (None if before is None else before.encode("utf-8", "surrogateescape")):
            raise VigieError(f"{path} was changed meanwhile - try again")
        number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(number, "wb") as file:
                file.write(text.encode("utf-8", "surrogateescape"))
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(path.stat().st_mode & 0o777 if found is not None else 0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise VigieError(f"{path} cannot be written: {error.strerror}") from error
