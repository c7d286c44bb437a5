"""The way to the database: whole transactions, one clear error at the border, never a password in it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from monitor.core.errors import LedgerError, StartError
from monitor.ledger.tables import SCHEMA

T = TypeVar("T")

PATIENCE = timedelta(seconds=30)
"""How long a transaction waits for a lock, and a statement may take."""

CONNECT_LASTS = timedelta(seconds=5)

ATTEMPTS = 5
"""Times a PostgreSQL transaction is tried when another crossed it."""

BACKENDS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql",
    "postgresql+psycopg": "postgresql",
    "postgres": "postgresql",  # as hosting providers write it
}

HOW_TO_WRITE = "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"

CROSSED = frozenset({"40001", "40P01", "23505", "23503"})
"""SQLSTATE of what a second try mends: serialization failure, deadlock, a row that another wrote just before, and one
that another took away or referred to just before, as who prunes and who publishes may."""


class Database:
    """A small pool of connections to one database; every transaction is one function, run whole or not at all."""

    def __init__(self, url: str, patience: timedelta = PATIENCE) -> None:
        self._url = parse(url)
        self._patience = patience
        self._reading = _engine(self._url, patience)
        self._writing = self._reading.execution_options(writes=True)
        self._foreign = (SQLAlchemyError, _driver_error(self._reading))
        self._checked = False

    def close(self) -> None:
        """Close the connections."""
        self._reading.dispose()

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads; it waits for no writer. Raises: LedgerError; StartError at first use."""
        self.check()
        return self._run(self._reading, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which may write; again if another crossed it. Raises: LedgerError; StartError at first use."""
        self.check()
        return self._run(self._writing, work)

    def alter(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which may change the tables, with as much time as it needs. Raises: LedgerError."""
        if self._url.get_backend_name() == "sqlite":
            self._make_folder()
        return self._run(self._writing, lambda tx: work(_unhurried(tx)))

    def check(self) -> None:
        """See once that the ledger is there and of this program's schema.

        Raises: StartError: it is not; LedgerError: the database does not answer.
        """
        if self._checked:
            return
        if self._url.get_backend_name() == "sqlite" and not Path(str(self._url.database)).exists():
            raise StartError(f"there is no ledger at {self.where} yet - `vigie run` or `vigie migrate` makes it")
        refuse_other(self._run(self._reading, schema_of), self.where)
        self._checked = True

    @property
    def where(self) -> str:
        """Name the database for people: without user, password or options."""
        if self._url.get_backend_name() == "sqlite":
            return str(self._url.database)
        host = self._url.host or self._url.query.get("host") or "localhost"
        port = f":{self._url.port}" if self._url.port else ""
        return f"{host}{port}/{self._url.database or ''}"

    def _run(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with engine.begin() as tx:
                    return work(tx)
            except self._foreign as error:
                if attempt == ATTEMPTS or getattr(_origin(error), "sqlstate", None) not in CROSSED:
                    raise LedgerError(f"the ledger at {self.where}: {self._line(error)}") from error
        raise AssertionError  # pragma: no cover - the loop returns or raises

    def _line(self, error: BaseException) -> str:
        """Say in one line what the driver said: no statement, no parameters, no password."""
        line = (str(_origin(error)).strip().splitlines() or [type(error).__name__])[0]
        for secret in _secrets(self._url):
            line = line.replace(secret, "***")
        return line

    def _make_folder(self) -> None:
        folder = Path(str(self._url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StartError(f"the ledger's folder {folder} cannot be made: {error.strerror}") from error


def parse(url: str) -> URL:
    """Read a database URL. Raises: StartError: it is none, or of a database that is not supported."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StartError(f"the database URL cannot be read - {HOW_TO_WRITE}") from error
    if parsed.drivername not in BACKENDS:
        raise StartError(f"the database URL begins with {parsed.drivername}:// - {HOW_TO_WRITE}")
    backend = BACKENDS[parsed.drivername]
    if backend == "sqlite" and parsed.database in {None, "", ":memory:"}:
        raise StartError("the database URL names no file - write sqlite:///FILE: in memory what was told is forgotten")
    return parsed.set(drivername=backend)


def schema_of(tx: Connection) -> str:
    """Name the newest migration that the database has had; empty: none."""
    if not inspect(tx).has_table("alembic_version"):
        return ""
    return str(tx.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def refuse_other(schema: str, where: str) -> None:
    """Refuse a database of another schema than this program's. Raises: StartError."""
    if not schema:
        raise StartError(f"there is no ledger at {where} yet - `vigie run` or `vigie migrate` makes it")
    refuse_newer(schema, where)
    if schema < SCHEMA:
        raise StartError(f"the ledger at {where} has schema {schema}, not {SCHEMA} - `vigie migrate` brings it there")


def refuse_newer(schema: str, where: str) -> None:
    """Refuse a database that a newer program has migrated. Raises: StartError."""
    if schema > SCHEMA:
        raise StartError(f"the ledger at {where} has schema {schema}, this vigie knows {SCHEMA} - install a newer one")


def _engine(url: URL, patience: timedelta) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(
        url,
        hide_parameters=True,  # what a feed wrote has no place in an error
        pool_size=2,
        max_overflow=8,
        pool_timeout=patience.total_seconds(),
        pool_pre_ping=not sqlite,
        connect_args=_sqlite_options(patience) if sqlite else _postgresql_options(url, patience),
    )
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _sqlite_options(patience: timedelta) -> dict[str, Any]:  # Any: each option has its own type
    return {"timeout": patience.total_seconds()}


def _postgresql_options(url: URL, patience: timedelta) -> dict[str, Any]:  # Any: each option has its own type
    milliseconds = int(patience.total_seconds() * 1000)
    options = {
        "application_name": "vigie",
        "connect_timeout": int(CONNECT_LASTS.total_seconds()),
        "options": f"-c statement_timeout={milliseconds} -c idle_in_transaction_session_timeout={2 * milliseconds}",
        # A server that vanished without a word is noticed within half a minute, not after two hours.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": milliseconds,
    }
    return {name: value for name, value in options.items() if name not in url.query}


def _prepare_sqlite(connection: Any, _record: object) -> None:  # Any: the driver's own connection
    connection.isolation_level = None  # the driver's own BEGIN comes too late, see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at the start: a transaction that reads first and writes then fails at once when crossed."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _unhurried(tx: Connection) -> Connection:
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET LOCAL statement_timeout = 0"))
    return tx


def _driver_error(engine: Engine) -> type[Exception]:
    driver: Any = engine.dialect.loaded_dbapi  # Any: the driver's module
    error: type[Exception] = driver.Error
    return error


def _origin(error: BaseException) -> BaseException:
    return getattr(error, "orig", None) or error


def _secrets(url: URL) -> tuple[str, ...]:
    asked = url.query.get("password", ())
    plain = {str(url.password or ""), *((asked,) if isinstance(asked, str) else asked)} - {""}
    return tuple(sorted({*plain, *(quote(secret, safe="") for secret in plain)}, key=len, reverse=True))
