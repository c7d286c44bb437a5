"""The rules folder on disk: which files count, and their text."""

from pathlib import Path
from stat import S_ISREG

from monitor.core.errors import ConfigError, Fault, Place

BIGGEST = 5_000_000
"""Bytes that one file may have; nobody writes more by hand."""

BIGGEST_FOLDER = 100_000_000
"""Bytes that all files may have together: a hundred thousand rules have a third of it."""

_ENDINGS = {".yaml", ".yml"}


def sources_of(folder: Path) -> dict[str, str]:
    """Read every YAML file of a folder and those below it, hidden ones left out; names are relative to the folder.

    What is not UTF-8 is kept as it is: reading it as rules says where.

    Raises:
        ConfigError: no such folder, no YAML file in it, a file that cannot be read or is too big.

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
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in _ENDINGS and not _hidden(path, folder)]
    if not paths:
        _refuse(folder, "no_yaml", "no YAML file in this folder - write one that begins with `vigie: rules/1`")
    return paths


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _text(path: Path) -> str:
    if not S_ISREG(path.stat().st_mode):  # opening a pipe would wait for a writer
        raise OSError(0, "no regular file")
    with path.open("rb") as file:
        content = file.read(BIGGEST + 1)
    if len(content) > BIGGEST:
        raise OSError(0, f"bigger than {BIGGEST // 1_000_000} MB")
    return content.decode("utf-8", "surrogateescape")


def _refuse(folder: Path, code: str, message: str) -> None:
    raise ConfigError([Fault(Place(str(folder), 0, 0), "error", code, message)])
