"""The files that feeds are written into: found in the rules folder, checked, and replaced in one step."""

import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from monitor.core.errors import ConfigError, VigieError
from monitor.feeds.links import canonical
from monitor.rulebook import sources_of, under
from monitor.rulebook.sheet import read_sheet
from monitor.rulebook.writing import Known, NewFeed, appended, block, known_feeds
from monitor.settings import load_settings

NEW_FILE = "feeds.yaml"
KIND = "feeds/1"


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


def shelf(folder: Path | None, path: Path | None) -> Shelf:
    """Find where new feeds go: into `path`, or the first file of feeds in the folder, or a new one.

    Raises: ConfigError, VigieError: the file is none of feeds.
    """
    folder = folder or load_settings().rules_dir
    sources = _sources(folder)
    if path is None:
        first = next((file for file in sorted(sources) if read_sheet(file, sources[file]).kind == KIND), NEW_FILE)
        return Shelf(folder, folder / first, first, sources)
    inside = path.resolve().is_relative_to(folder.resolve())
    file = path.resolve().relative_to(folder.resolve()).as_posix() if inside else str(path)
    if not inside and path.exists():
        sources = {**sources, file: path.read_bytes().decode("utf-8", "surrogateescape")}
    if file in sources and read_sheet(file, sources[file]).kind != KIND:
        raise VigieError(
            f"{path} is no file of feeds - one that begins with `vigie: {KIND}`, or one that is not there yet"
        )
    return Shelf(folder, path, file, sources)


def _sources(folder: Path) -> Mapping[str, str]:
    try:
        return sources_of(folder)
    except ConfigError as error:
        if [fault.code for fault in error.faults] == ["no_yaml"]:
            return {}
        raise


def put(where: Shelf, feeds: Iterable[NewFeed], *, printed: bool) -> None:
    """Write feeds, or print them; the file is replaced only by one that is right. Raises: ConfigError, VigieError."""
    new = tuple(feeds)
    try:
        text = appended(where.file, where.sources, new)
    except ConfigError as error:
        raise ConfigError(under(str(where.folder), error.faults)) from error
    if printed:
        click.echo(block(new), nl=False)
    else:
        _replace(where.path.resolve(), where.sources.get(where.file), text)


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
