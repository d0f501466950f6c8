"""What may happen to a store while a console uses it; each ends as it began."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

from sqlalchemy import event

from tests.desk import Desk
from tests.tables import store_path

Fault = Callable[[Desk], AbstractContextManager[None]]


@contextmanager
def disk_error(desk: Desk) -> Iterator[None]:
    """No file of this process takes another byte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def _connecting_with(desk: Desk, pragma: str) -> Iterator[None]:
    database = desk.services.core.database

    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    database.close()
    event.listen(database._engine, "connect", prepare)
    try:
        yield
    finally:
        event.remove(database._engine, "connect", prepare)
        database.close()


@contextmanager
def read_only(desk: Desk) -> Iterator[None]:
    with _connecting_with(desk, "query_only=ON"):
        yield


@contextmanager
def locked(desk: Desk) -> Iterator[None]:
    """Another program holds the store, and nobody has the patience to wait."""
    with (
        _connecting_with(desk, "busy_timeout=0"),
        closing(sqlite3.connect(store_path(desk), isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def taken_away(desk: Desk) -> Iterator[None]:
    """The file is gone from its place, while this process still has it open."""
    path = store_path(desk)
    path.rename(path.with_suffix(".away"))
    try:
        yield
        assert not path.exists(), "nothing was made in its place"
    finally:
        path.with_suffix(".away").rename(path)


@contextmanager
def replaced(desk: Desk) -> Iterator[None]:
    """Another store stands in its place."""
    path = store_path(desk)
    path.rename(path.with_suffix(".away"))
    path.write_bytes(path.with_suffix(".away").read_bytes())
    path.chmod(0o600)
    try:
        yield
        assert path.read_bytes() == path.with_suffix(".away").read_bytes()
    finally:
        path.with_suffix(".away").rename(path)


@contextmanager
def damaged(desk: Desk) -> Iterator[None]:
    """Every page but the first is written over."""
    database, path = desk.services.core.database, store_path(desk)
    database.forget_deleted()
    database.close()
    whole = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (len(whole) - 4096))
    try:
        yield
    finally:
        database.close()
        with path.open("r+b") as file:
            file.write(whole)


FAULTS: dict[Fault, set[str]] = {
    disk_error: {"disk"},
    read_only: {"read-only"},
    locked: {"busy"},
    taken_away: {"gone"},
    replaced: {"gone"},
    damaged: {"damaged"},
}
"""Each with the causes that it may be told as."""
