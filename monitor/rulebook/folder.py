"""The rules folder on disk: which files count, and their text."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_ISREG

from monitor.core.errors import ConfigError, Fault, Place
from monitor.rulebook.compose import BIGGEST

BIGGEST_FOLDER = 100_000_000
"""Bytes that all files may have together: a hundred thousand rules have a third of it."""

_ENDINGS = {".yaml", ".yml"}


def sources_of(folder: Path) -> dict[str, str]:
    """Read every YAML file of a folder and those below it, hidden ones left out; names are relative to the folder.

    What is not UTF-8 is kept as it is, and what is too big up to a byte more than is allowed: reading it as rules
    says so.

    Raises:
        ConfigError: no such folder, no YAML file in it, a file that cannot be read.

    """
    sources, faults, left = dict[str, str](), list[Fault](), BIGGEST_FOLDER
    for path in _paths(folder):
        try:
            left -= min(path.stat().st_size, BIGGEST + 1)
            if left >= 0:
                sources[path.relative_to(folder).as_posix()] = _text(path)
        except OSError as error:
            message = f"cannot be read: {error.strerror} - mend or remove it"
            faults.append(Fault(Place(str(path)), "error", "unreadable", message))
    if faults:
        raise ConfigError(faults)
    if left < 0:
        message = f"more than {BIGGEST_FOLDER // 1_000_000} MB of rules in this folder - take out what are none"
        _refuse(folder, "too_big", message)
    return sources


def _paths(folder: Path) -> list[Path]:
    if folder.is_file():
        _refuse(folder, "no_folder", f"a file - rules are read with all others of their folder: give {folder.parent}")
    if not folder.is_dir():
        _refuse(folder, "no_folder", "no such folder - say where the rules lie: DIR, --rules DIR or VIGIE_RULES_DIR")
    paths = sorted(path for path in below(folder) if path.suffix.lower() in _ENDINGS)
    if not paths:
        _refuse(folder, "no_yaml", "no YAML file in this folder - write one that begins with `vigie: rules/1`")
    return paths


def below(folder: Path) -> Iterator[Path]:
    """List what lies in a folder and those below it, but for what is hidden; links to folders are followed.

    A folder to which several ways lead is gone through once, so that links in a ring come to an end.
    """
    seen: set[str] = set()
    for parent, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        way = os.path.realpath(parent)
        if way in seen:
            folders.clear()
            continue
        seen.add(way)
        yield from (Path(parent, name) for name in (*folders, *files) if not name.startswith("."))


def counts(file: str) -> bool:
    """Say whether a file of this name, relative to the folder, is read: by its ending, and nothing of it is hidden."""
    path = Path(file)
    return path.suffix.lower() in _ENDINGS and not any(part.startswith(".") for part in path.parts)


def _text(path: Path) -> str:
    if not S_ISREG(path.stat().st_mode):  # opening a pipe would wait for a writer
        raise OSError(0, "no regular file")
    with path.open("rb") as file:
        content = file.read(BIGGEST + 1)
    return content.decode("utf-8", "surrogateescape")


def _refuse(folder: Path, code: str, message: str) -> None:
    raise ConfigError([Fault(Place(str(folder), 0, 0), "error", code, message)])
