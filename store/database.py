"""The engine, its pragmas and its transactions. The only module that knows which database it is."""

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Session

from store import schema
from store.copies import remove, unused_name, write_copy
from store.errors import StoreUnusable
from store.owner import other_owner
from store.settings import path_of
from store.upkeep import StoreSession

HEAD = "0006"
"""The newest migration; kept here so that a store that has it is opened without loading Alembic."""

MAGIC = b"SQLite format 3\0"
BUSY_SECONDS = 10
PRAGMAS = (
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "journal_mode=WAL",
    # The default of WAL syncs no commit at all: what was acknowledged could be lost with the power.
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
)
MUCH = (
    # What an import changes lies all over the index of words. Each page is written once in a transaction, not
    # whenever memory is short, and is copied into the store once in some portions.
    "cache_size=-65536",
    "wal_autocheckpoint=16384",
)


class Database:
    """One store: hands out transactions and says in one typed error what is wrong with it."""

    def __init__(self, url: str, *, copy_before: bool = True) -> None:
        """Make the store's file where there is none, and bring its tables up to date.

        An older store is copied before that, unless it is such a copy itself. Raises StoreUnusable where that
        cannot be done.
        """
        self.path = path_of(url)
        with file_faults(self.path):
            make_private_file(self.path)
            self._file = _identity(self.path)
            self._engine = _engine(self.path)
            self._reading = self._engine.execution_options(sqlite_begin="DEFERRED")
            self._writing_much = self._engine.execution_options(sqlite_pragmas=MUCH)
            self.as_it_was: Path | None = None
            """The copy of a store that was upgraded just now, from before that."""
            self._copies_before = copy_before
            self.upgraded = self._upgrade()

    @contextmanager
    def write(self, *, much: bool = False) -> Iterator[Session]:
        """One transaction that may write; commits at the end, rolls back on an error.

        Where it writes `much`, it may take up to 64 MiB of memory, which its connection keeps.
        """
        engine = self._writing_much if much else self._engine
        with self._faults(), StoreSession(engine) as session, session.begin():
            # It begins here, not with the first statement: what reads the clock next reads it under the lock.
            schema.require(session.connection())
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only reads: never waits for a writer, must not write."""
        with self._faults(), Session(self._reading) as session, session.begin():
            schema.require(session.connection())
            yield session

    def forget_deleted(self) -> None:
        """Take what was just deleted out of the write-ahead log too, as far as other readers let it.

        A secret that was overwritten in the store still stands in the log until then. No failure is told:
        what was done is done, and the next one to empty the log takes it along.
        """
        with suppress(StoreUnusable), self._faults(), self._engine.connect() as connection:
            cursor = connection.connection.cursor()
            # Not waited for: a checkpoint that waits for a reader keeps every writer out meanwhile.
            cursor.execute("PRAGMA busy_timeout=0")
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")

    def integrity_faults(self) -> list[str]:
        """Return what the database itself finds wrong with its pages, its rows and their references."""
        with self._faults(), self._reading.connect() as connection:
            faults = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        return [fault for fault in faults if fault != "ok"] + [
            f"{row[0]}: row {row[1]} points to none" for row in orphans
        ]

    def backup(self, path: Path) -> None:
        """Write a consistent copy to a new file, 0600 from its first byte; nothing is left where that fails.

        Raises StoreUnusable.
        """
        with file_faults(path), self._reading.connect() as connection:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)  # noqa: S101 - this module's own engine
            write_copy(source, path)

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def _upgrade(self) -> bool:
        with self._reading.connect() as connection:
            if _version(connection) == HEAD:
                schema.require(connection)
                return False
        from store.migrations import upgrade

        with self._engine.connect() as connection:
            driver = connection.connection.cursor()
            # SQLite alters a table by making it anew: with foreign keys on, the rows of its children would
            # go. The pragma does nothing inside a transaction.
            driver.execute("PRAGMA foreign_keys=OFF")
            try:
                with connection.begin(), self._copy_kept_if_upgraded(connection):
                    upgraded = upgrade(connection)
                    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise StoreUnusable("damaged")
                    schema.require(connection)
            finally:
                driver.execute("PRAGMA foreign_keys=ON")
        return upgraded

    @contextmanager
    def _copy_kept_if_upgraded(self, connection: Connection) -> Iterator[None]:
        """Copy a store that is older, to go back to; where it is not upgraded then, take the copy away."""
        if not self._copies_before or _version(connection) in {None, HEAD}:
            yield
            return
        # Read beside the lock that `connection` holds: nobody else changes anything meanwhile.
        copy = unused_name(self.path, f"before-{HEAD}")
        self.backup(copy)
        try:
            yield
        except BaseException:
            remove(copy)
            raise
        self.as_it_was = copy

    @contextmanager
    def _faults(self) -> Iterator[None]:
        with file_faults(self.path):
            # What is written into a deleted file is acknowledged like any other, and gone with its last user.
            if _identity(self.path) != self._file:
                raise StoreUnusable("gone")
            yield


@contextmanager
def file_faults(path: Path) -> Iterator[None]:
    """Say in one typed error what went wrong with the file."""
    try:
        yield
    except StoreUnusable as error:
        error.path = error.path or path
        raise
    except UnicodeDecodeError as error:
        raise StoreUnusable("damaged", path) from error
    except DBAPIError as error:
        name = getattr(error.orig, "sqlite_errorname", "")
        raise StoreUnusable(_cause(name), path) from error
    except sqlite3.Error as error:
        raise StoreUnusable(_cause(getattr(error, "sqlite_errorname", "")), path) from error
    except SQLAlchemyError as error:
        raise StoreUnusable("failed", path) from error
    except PermissionError as error:
        raise StoreUnusable("no permission", path, other_owner(path)) from error
    except OSError as error:
        raise StoreUnusable(_cause_of_file(error), path) from error


def make_private_file(path: Path) -> None:
    """Make the file 0600 from its first byte, where there is none; SQLite gives its logs the same mode.

    Raises StoreUnusable where what is there is no file or can be read or written by others.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    except FileExistsError:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise StoreUnusable("cannot open", path) from None
        if stat.S_IMODE(mode) & 0o077:
            # Nobody is told to change the mode of a file that only stands where a slip of the path led.
            with path.open("rb") as file:
                if file.read(len(MAGIC)) not in {MAGIC, b""}:
                    raise StoreUnusable("not a store", path) from None
            raise StoreUnusable("open to others", path) from None
        if other_owner(path) and not os.access(path, os.R_OK | os.W_OK):
            # SQLite would only say that it cannot open it, and not whose it is.
            raise PermissionError from None


def _identity(path: Path) -> tuple[int, int] | None:
    """Return which file it is, whatever its name; none where there is no file."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _engine(path: Path) -> Engine:
    # Quoted: a "?" in a file's name would begin a query. And never made by SQLite, which would put an empty
    # store in the place of one that was taken away.
    file = f"file:{quote(str(path.absolute()))}"
    url = URL.create("sqlite", database=file, query={"mode": "rw", "uri": "true"})
    # No error may quote what a statement was given: hashes, sealed secrets. The connection used last is used
    # next: in turn, each of several would keep the same pages in memory, and have the others' still to read.
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True, pool_use_lifo=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own object
        # SQLAlchemy owns BEGIN: the driver would begin too late, after a read, and fail to upgrade its lock.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        for pragma in options.get("sqlite_pragmas", ()):
            connection.exec_driver_sql(f"PRAGMA {pragma}")
        mode = options.get("sqlite_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _version(connection: Connection) -> str | None:
    """Return the migration the store is at, none for an empty one.

    Raises StoreUnusable for a newer store and for another program's database.
    """
    tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
    if not tables:
        return None
    if not {"alembic_version", "store"} <= set(tables):
        raise StoreUnusable("not a store")
    row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
    if row is None:
        return None
    version = str(row[0])
    if not re.fullmatch("[0-9]{4}", version):
        # Nothing that any Twofold writes, and Alembic does not say so of each.
        raise StoreUnusable("damaged")
    if version > HEAD:
        raise StoreUnusable("newer")
    return version


def _cause(errorname: str) -> str:
    for start, cause in (
        ("SQLITE_FULL", "full"),
        ("SQLITE_IOERR", "disk"),
        ("SQLITE_CANTOPEN", "cannot open"),
        ("SQLITE_READONLY", "read-only"),
        ("SQLITE_PERM", "read-only"),
        ("SQLITE_NOTADB", "not a store"),
        ("SQLITE_CORRUPT", "damaged"),
        ("SQLITE_BUSY", "busy"),
        ("SQLITE_LOCKED", "busy"),
        ("SQLITE_CONSTRAINT", "constraint"),
    ):
        if errorname.startswith(start):
            return cause
    return "not a store" if errorname == "SQLITE_ERROR" else "failed"


def _cause_of_file(error: OSError) -> str:
    if isinstance(error, (NotADirectoryError, IsADirectoryError, FileExistsError, FileNotFoundError)):
        return "cannot open"
    return "disk"
