"""A real PostgreSQL, started from Debian's package on a socket and data folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path

import psycopg


def programs() -> Path | None:
    """Find the newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


class PostgreSQL:
    """One server; `template` is the database that new ones are copied from."""

    def __init__(self, bin_folder: Path) -> None:
        self._bin = bin_folder
        # Not pytest's folder: another user must reach it, and a socket's path holds 107 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="vigie-pg-", dir="/tmp"))
        self._user = _unprivileged()
        self._numbers = count(1)
        if self._user is not None:
            shutil.chown(self._folder, self._user)
        self._run("initdb", "--auth=trust", "--username=vigie", "--encoding=UTF8", "--locale=C", "--no-sync")

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = f"-c listen_addresses= -c unix_socket_directories={self._folder} -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "start", "--wait", "--silent", "-o", options, "-l", str(self._folder / "log"))

    def stop(self) -> None:
        """Stop at once; whoever is connected is cut off."""
        self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def close(self) -> None:
        """Stop and remove everything."""
        self.stop()
        shutil.rmtree(self._folder)

    def create(self, template: str = "template0") -> str:
        """Make a new database as a copy of another; give its name."""
        name = f"ledger_{next(self._numbers)}"
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected: hundreds of them take minutes to remove in one go."""
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def url(self, name: str) -> str:
        """Give the URL of a database."""
        return f"postgresql://vigie@/{name}?host={self._folder}"

    def conninfo(self, name: str) -> str:
        """Name a database in the words of libpq."""
        return f"host={self._folder} user=vigie dbname={name}"

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "PGDATA": str(self._folder / "data"), "LC_ALL": "C"}
        subprocess.run(
            [self._bin / program, *arguments],
            env=environment,
            user=self._user,
            cwd="/",
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )


def _unprivileged() -> str | None:
    """Name the user who may run the server: it refuses root."""
    if os.geteuid() != 0:
        return None
    names = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
