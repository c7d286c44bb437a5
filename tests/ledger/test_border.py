"""What leaves the ledger when the database fails: LedgerError, in one line, and it works again afterwards."""

import inspect
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import psycopg
import pytest
from sqlalchemy import Connection, create_engine, delete, text
from sqlalchemy.exc import SQLAlchemyError

from monitor.core.errors import LedgerError, StartError
from monitor.core.feed import Validators
from monitor.core.route import Delivery, Settled
from monitor.core.telling.alert import Proposal, Scope
from monitor.core.telling.notice import Notice
from monitor.core.watching.deciding import document
from monitor.core.watching.learning import Failure
from monitor.core.watching.memory import Memory
from monitor.ledger import Draft, Failed, FolderSeen, Ledger, Same
from monitor.ledger.database import Database, schema_of
from monitor.ledger.editions import sources
from monitor.ledger.migrations import migrate
from monitor.ledger.rows import insert
from monitor.ledger.tables import CONTENT, EDITION, FILE, METADATA, SCHEMA
from tests.ledger.desk import FEED, T0, Desk, entry, finding
from tests.servers.postgresql import PostgreSQL

DELIVERY = Delivery(1, "desk", "fallback", "new", "claimed", T0, T0, token="t")
NOTICE = Notice("rules", "folder", "", "normal", "Rules mended", "", 1, T0)
FAILURE = Failure("failing", "503", 1, T0)
PROPOSALS = {1: (Proposal(finding(), Scope("rule", None), ()),)}

READS: dict[str, Callable[[Ledger], object]] = {
    "feeds": lambda ledger: ledger.feeds(),
    "standings": lambda ledger: ledger.standings((FEED.name,)),
    "unmatched": lambda ledger: ledger.unmatched(),
    "pending": lambda ledger: ledger.pending(T0, timedelta(0)),
    "before": lambda ledger: ledger.before([1]),
    "versions": lambda ledger: ledger.versions(),
    "folder_seen": lambda ledger: ledger.folder_seen(),
    "notices": lambda ledger: ledger.notices(),
    "refold": lambda ledger: ledger.refold(),
    "fate_of_alert": lambda ledger: ledger.fate_of_alert(1),
    "fate_of_entry": lambda ledger: ledger.fate_of_entry(1),
    "entries_named": lambda ledger: ledger.entries_named("a"),
    "newest_numbers": lambda ledger: ledger.newest_numbers(),
    "sample": lambda ledger: ledger.sample(10),
    "sift": lambda ledger: ledger.sift(bool),
    "revisions_of": lambda ledger: ledger.revisions_of(("geneva",)),
    "in_time": lambda ledger: ledger.in_time(np.array([1]), T0),
    "occasions": lambda ledger: ledger.occasions((1,), edits=True),
    "kept_since": lambda ledger: ledger.kept_since(),
    "published": lambda ledger: ledger.published(),
    "sources": lambda ledger: ledger.sources(1),
    "alerts": lambda ledger: ledger.alerts(),
    "deliveries": lambda ledger: ledger.deliveries(),
    "not_told": lambda ledger: ledger.not_told(),
    "counts": lambda ledger: ledger.counts(),
}
WRITES: dict[str, Callable[[Ledger], object]] = {
    "record_poll": lambda ledger: ledger.record_poll(FEED, (entry("a"),), Validators(), T0),
    "record_document": lambda ledger: ledger.record_document(document(FEED, (entry("a"),), T0), Validators()),
    "record_same": lambda ledger: ledger.record_same((Same(FEED.name, T0, Validators(), "", Memory()),)),
    "record_failed": lambda ledger: ledger.record_failed((Failed(FEED.name, FEED.url, FAILURE, Memory()),)),
    "release": lambda ledger: ledger.release("geneva"),
    "record_match": lambda ledger: ledger.record_match(PROPOSALS, 1, T0),
    "claim": lambda ledger: ledger.claim(T0),
    "settle": lambda ledger: ledger.settle(DELIVERY, Settled("sent", T0, 1, uncertain=False, reason=""), T0),
    "expire_claims": lambda ledger: ledger.expire_claims(T0),
    "prune": lambda ledger: ledger.prune(T0),
    "prune_editions": lambda ledger: ledger.prune_editions(T0),
    "succeed": lambda ledger: ledger.succeed(Draft({"a.yaml": "x"}, 7), T0),
    "hold": lambda ledger: ledger.hold(1, "digest"),
    "unpin": lambda ledger: ledger.unpin(1),
    "see_folder": lambda ledger: ledger.see_folder(FolderSeen("digest", T0)),
    "notify": lambda ledger: ledger.notify(NOTICE, ()),
    "publish": lambda ledger: ledger.publish({"a.yaml": "x"}, T0),
}
CALLS = {**READS, **WRITES}


def test_every_method_is_called_here() -> None:
    methods = {name for name, _ in inspect.getmembers(Ledger, inspect.isfunction) if not name.startswith("_")}
    assert methods - {"open", "close", "check"} == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_what_the_database_refuses_is_a_ledger_error(url: str, ledger: Ledger, name: str) -> None:
    ledger.check()
    _drop_tables(url)
    with pytest.raises(
        LedgerError, match=r"^the ledger at .*(feed|revision|delivery|entry|edition|alert|folded|folder|notice)"
    ) as caught:
        CALLS[name](ledger)
    assert isinstance(caught.value.__cause__, (SQLAlchemyError, sqlite3.Error, psycopg.Error))
    assert "\n" not in str(caught.value)


def test_a_server_that_stops_and_starts_is_late_never_lost(postgresql: PostgreSQL, migrated_database: str) -> None:
    ledger = Ledger.open(postgresql.url(postgresql.create(migrated_database)))
    desk = Desk(ledger)
    desk.watch()
    desk.poll(entry("a"))
    ledger.publish({"a.yaml": "x"}, T0)
    postgresql.stop()
    try:
        for name, call in CALLS.items():
            with pytest.raises(LedgerError, match="the ledger at"):
                raise AssertionError(name, call(ledger))
    finally:
        postgresql.start()
    assert desk.tell(*(r.id for r in ledger.unmatched()))
    for call in CALLS.values():
        call(ledger)
    ledger.close()


def test_a_server_that_is_away_at_the_start_is_asked_again(postgresql: PostgreSQL, migrated_database: str) -> None:
    ledger = Ledger.open(postgresql.url(postgresql.create(migrated_database)))
    postgresql.stop()
    try:
        with pytest.raises(LedgerError):
            ledger.published()
    finally:
        postgresql.start()
    assert ledger.published() is None
    ledger.close()


@pytest.mark.parametrize("name", WRITES)
def test_a_locked_file_is_a_ledger_error_and_then_works(sqlite_url: str, name: str) -> None:
    ledger = Ledger.open(sqlite_url, patience=timedelta(milliseconds=10))
    with _locked(sqlite_url), pytest.raises(LedgerError, match="locked"):
        WRITES[name](ledger)
    WRITES[name](ledger)
    ledger.close()


@pytest.mark.parametrize("name", READS)
def test_who_reads_waits_for_no_writer(sqlite_url: str, name: str) -> None:
    ledger = Ledger.open(sqlite_url, patience=timedelta(milliseconds=10))
    ledger.publish({"a.yaml": "x"}, T0)
    with _locked(sqlite_url):
        READS[name](ledger)
    ledger.close()


def test_who_waits_for_a_lock_gets_it(sqlite_url: str) -> None:
    ledger = Ledger.open(sqlite_url)
    with _locked(sqlite_url, release_after=0.3):
        assert Desk(ledger).poll(entry("a")).quiet == 1
    ledger.close()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "cannot be read"),
        ("nonsense", "cannot be read"),
        ("postgresql://vigie:hunter2@host:port/ledger", "cannot be read"),
        ("postgresql://vigie:hunter2@[::1/ledger", "cannot be read"),
        ("postgres+asyncpg://vigie:hunter2@host/ledger", r"begins with postgres\+asyncpg://.*postgresql://"),
        ("mysql://vigie:hunter2@host/ledger", "begins with mysql://"),
        ("postgresql+psycopg2://vigie:hunter2@host/ledger", r"begins with postgresql\+psycopg2://"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
@pytest.mark.parametrize("use", [Ledger.open, migrate], ids=["open", "migrate"])
def test_a_wrong_url_is_one_clear_line(url: str, says: str, use: Callable[[str], object]) -> None:
    with pytest.raises(StartError, match=says) as caught:
        use(url)
    assert "\n" not in str(caught.value)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://vigie:hunter2@127.0.0.1:1/ledger",
        "postgres://vigie:hunter2@127.0.0.1:1/ledger",
        "postgresql://vigie:hunter%202@127.0.0.1:1/ledger",
        "postgresql://vigie@127.0.0.1:1/ledger?password=hunter2",
        "postgresql://127.0.0.1:1/ledger?user=hunter2&password=hunter2",
        "postgresql://vigie:hunter2@127.0.0.1:1/ledger?hunter2=hunter2",
    ],
)
def test_a_password_is_never_shown(url: str) -> None:
    ledger = Ledger.open(url)
    with pytest.raises(LedgerError, match=r"127\.0\.0\.1:1/ledger: ") as caught:
        ledger.counts()
    assert "hunter" not in str(caught.value)
    ledger.close()


def test_a_missing_ledger_names_the_verb_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"no ledger at .*none\.db yet - `vigie run` or `vigie migrate`"):
        _published(f"sqlite:///{tmp_path / 'none.db'}")
    assert not (tmp_path / "none.db").exists()


def test_a_database_without_tables_names_the_verb_that_makes_them(empty_url: str, tmp_path: Path) -> None:
    (tmp_path / "new folder").mkdir()
    (tmp_path / "new folder" / "ledger.db").touch()
    with pytest.raises(StartError, match=r"no ledger at .* yet - `vigie run` or `vigie migrate`"):
        _published(empty_url)


@pytest.mark.parametrize("content", [b"no database at all " * 100, None], ids=["text", "folder"])
def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "ledger.db"
    path.mkdir() if content is None else path.write_bytes(content)
    for use in (_published, migrate):
        with pytest.raises(LedgerError, match=r"ledger\.db: (file is not a database|unable to open)"):
            use(f"sqlite:///{path}")


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StartError, match=r"folder .*file.* cannot be made"):
        migrate(f"sqlite:///{tmp_path / 'file' / 'ledger.db'}")


@pytest.mark.parametrize(("schema", "says"), [("9999", "install a newer"), ("0000", "`vigie migrate` brings it")])
def test_another_schema_is_refused(url: str, schema: str, says: str) -> None:
    _execute(url, f"UPDATE alembic_version SET version_num = '{schema}'")
    with pytest.raises(StartError, match=f"schema {schema}.*{SCHEMA}.*{says}"):
        _published(url)


def test_a_newer_database_is_not_migrated(url: str) -> None:
    _execute(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartError, match=f"schema 9999, this vigie knows {SCHEMA}"):
        migrate(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        assert schema_of(connection) == "9999"
    engine.dispose()


def _published(url: str) -> object:
    with closing(Ledger.open(url)) as ledger:
        return ledger.published()


def _execute(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _drop_tables(url: str) -> None:
    cascade = " CASCADE" if url.startswith("postgresql") else ""
    _execute(url, *(f"DROP TABLE {table.name}{cascade}" for table in reversed(METADATA.sorted_tables)))


LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE feed SET failures = failures")
print("locked", flush=True)
sys.stdin.readline()
connection.rollback()
"""


@contextmanager
def _locked(url: str, release_after: float | None = None) -> Iterator[None]:
    """Let another process hold the write lock."""
    path = url.removeprefix("sqlite:///")
    with subprocess.Popen([sys.executable, "-c", LOCK, path], stdin=-1, stdout=-1, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "locked\n"
        if release_after is not None:
            other.stdin.close()
        yield


def test_what_another_prunes_while_it_is_referred_to_is_written_again(
    postgresql: PostgreSQL, migrated_database: str
) -> None:
    """As a clock that prunes editions while another publishes a text that is there, but in no edition any more."""
    url = postgresql.url(postgresql.create(migrated_database))
    publisher, pruner = Database(url), Database(url)
    content, file = {"digest": b"0" * 16, "text": "rules"}, {"version": 1, "name": "a.yaml", "digest": b"0" * 16}
    publisher.write(lambda tx: tx.execute(EDITION.insert(), {"version": 1, "at": T0}))
    publisher.write(lambda tx: tx.execute(CONTENT.insert(), content))
    tries = list[int]()

    def publish(tx: Connection) -> None:
        tries.append(len(tries))
        tx.execute(insert(tx, CONTENT).on_conflict_do_nothing(), content)
        if len(tries) == 1:
            pruner.write(lambda other: other.execute(delete(CONTENT)))
        tx.execute(FILE.insert(), file)

    publisher.write(publish)
    assert tries == [0, 1]
    assert publisher.read(lambda tx: sources(tx, 1)) == {"a.yaml": "rules"}
    publisher.close()
    pruner.close()
