"""A store is its owner's file from the first byte, keeps what it acknowledged, and says what is wrong."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import BUSY_SECONDS, HEAD, PRAGMAS, Database, _cause
from store.errors import StoreUnusable
from tests.clocks import FakeClock
from tests.desk import Desk
from tests.tables import rows, store_path


@contextmanager
def umask(mask: int) -> Iterator[None]:
    old = os.umask(mask)
    try:
        yield
    finally:
        os.umask(old)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def unusable(path: Path) -> str:
    with pytest.raises(StoreUnusable) as error:
        Database(f"sqlite:///{path}").close()
    return error.value.cause


def pragma(database: Database, name: str) -> object:
    with database.read() as session:
        return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()


def test_every_file_is_its_owners_alone_under_any_umask(tmp_path: Path) -> None:
    seen: dict[str, set[int]] = {}
    real_open = os.open

    def watched(path: str | Path, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        descriptor = real_open(path, flags, mode, dir_fd=dir_fd)
        seen.setdefault(str(path), set()).add(os.fstat(descriptor).st_mode & 0o7777)
        return descriptor

    with umask(0), pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", watched)
        desk = Desk(tmp_path)
        desk.create("alice")
        desk.log_in()
    path = store_path(desk)
    files = [path, path.with_name("twofold.db-wal"), path.with_name("twofold.db-shm")]
    assert [mode(each) for each in files] == [0o600] * 3
    assert mode(path.parent) == 0o700
    assert seen[str(path)] == {0o600}, "from the first byte, not by a later chmod"
    desk.services.close()


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o666])
def test_a_store_that_others_can_read_or_write_is_refused(tmp_path: Path, bits: int) -> None:
    path = tmp_path / "twofold.db"
    Database(f"sqlite:///{path}").close()
    path.chmod(bits)
    assert unusable(path) == "open to others"
    assert mode(path) == bits


def test_the_pragmas_hold_on_every_connection(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'twofold.db'}")

    def check() -> None:
        assert pragma(database, "journal_mode") == "wal"
        assert pragma(database, "synchronous") == 2
        assert pragma(database, "foreign_keys") == 1
        assert pragma(database, "secure_delete") == 1
        assert pragma(database, "trusted_schema") == 0
        assert pragma(database, "cell_size_check") == 1
        assert pragma(database, "busy_timeout") == 10_000

    check()
    other = threading.Thread(target=check)
    other.start()
    other.join()
    assert len(PRAGMAS) == 7
    database.close()


def test_an_error_undoes_the_whole_transaction(desk: Desk) -> None:
    before = rows(desk, "SELECT * FROM account")

    def half_an_act() -> None:
        with desk.services.core.database.write() as session:
            session.execute(text("UPDATE account SET enabled = 0"))
            session.execute(text("UPDATE account SET role = 'king'"))

    with pytest.raises(StoreUnusable):
        half_an_act()
    assert rows(desk, "SELECT * FROM account") == before


def test_readers_do_not_wait_for_a_writer_and_see_what_was_committed(desk: Desk) -> None:
    database = desk.services.core.database
    count = text("SELECT enabled FROM account")
    with database.write() as writing:
        writing.execute(text("UPDATE account SET enabled = 0"))
        with database.read() as reading:
            assert reading.execute(count).scalar() == 1
    with database.read() as reading:
        assert reading.execute(count).scalar() == 0


def test_a_writer_holds_the_store_from_its_first_statement(desk: Desk) -> None:
    with (
        desk.services.core.database.write() as session,
        closing(sqlite3.connect(store_path(desk), timeout=0, isolation_level=None)) as other,
    ):
        session.execute(text("SELECT 1"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")


def test_forgetting_what_was_deleted_empties_the_log(desk: Desk) -> None:
    wal = store_path(desk).with_name("twofold.db-wal")
    assert wal.stat().st_size > 0
    desk.services.core.database.forget_deleted()
    assert wal.stat().st_size == 0


def test_a_new_store_says_it_was_made_and_an_old_one_not(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a' / 'b' / 'twofold.db'}"
    first = Database(url)
    first.close()
    second = Database(url)
    second.close()
    assert (first.upgraded, second.upgraded) == (True, False)


def test_opening_a_store_that_is_up_to_date_changes_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "twofold.db"
    Database(f"sqlite:///{path}").close()
    before = path.read_bytes()
    Database(f"sqlite:///{path}").close()
    assert path.read_bytes() == before


def test_a_name_with_spaces_and_signs_is_a_path_and_no_query(tmp_path: Path) -> None:
    path = tmp_path / "my store?mode=ro&x=1#%20é.db"
    Database(f"sqlite:///{path}").close()
    assert {each.name for each in tmp_path.iterdir()} == {path.name}


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "twofold.db"
    Database(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    assert unusable(path) == "newer"
    assert path.read_bytes() == before
    assert HEAD < "9999"


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("SQLITE_FULL", "full"),
        ("SQLITE_IOERR_SHMSIZE", "disk"),
        ("SQLITE_CANTOPEN", "cannot open"),
        ("SQLITE_READONLY_DIRECTORY", "read-only"),
        ("SQLITE_NOTADB", "not a store"),
        ("SQLITE_CORRUPT", "damaged"),
        ("SQLITE_BUSY_SNAPSHOT", "busy"),
        ("SQLITE_LOCKED", "busy"),
        ("SQLITE_CONSTRAINT_CHECK", "constraint"),
        ("SQLITE_ERROR", "not a store"),
        ("", "failed"),
        ("SQLITE_NOMEM", "failed"),
    ],
)
def test_each_error_of_the_driver_has_its_cause(name: str, cause: str) -> None:
    assert _cause(name) == cause


def test_a_transaction_that_may_write_holds_the_store_from_its_beginning(desk: Desk) -> None:
    """So that no act is judged by a clock that was read before it waited for another."""
    held: list[bool] = []

    class Watching(FakeClock):
        def now(self) -> datetime:
            with closing(sqlite3.connect(store_path(desk), timeout=0, isolation_level=None)) as other:
                try:
                    other.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError:
                    held.append(True)
                else:
                    held.append(False)
            return super().now()

    token = desk.log_in()
    desk.services.core.clock = Watching(desk.clock.now())
    desk.services.sessions.check(token, active=False)
    assert held == [True]


def test_emptying_the_log_waits_for_nobody_who_reads(desk: Desk) -> None:
    database = desk.services.core.database
    with closing(sqlite3.connect(store_path(desk), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM account").fetchone()
        desk.create("bob")
        began = time.monotonic()
        database.forget_deleted()
        assert time.monotonic() - began < BUSY_SECONDS / 2
    assert pragma(database, "busy_timeout") == BUSY_SECONDS * 1000


def test_no_error_quotes_what_a_statement_was_given(desk: Desk) -> None:
    insert = text("INSERT INTO account (username, password_hash) VALUES (:name, :hash)")

    def break_a_constraint() -> None:
        with desk.services.core.unit() as unit:
            unit.session.connection().execute(insert, {"name": "alice", "hash": "$argon2id$secret"})

    with pytest.raises(StoreUnusable) as error:
        break_a_constraint()
    told = f"{error.value.__cause__!r} {error.value.__cause__}"
    assert "INSERT INTO account" in told
    assert "$argon2id$secret" not in told
