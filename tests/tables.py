"""What stands in a store, read and changed past the services, through the driver alone."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.desk import Desk

LOGS = ("audit_event", "audit_head", "session", "failed_hour")
"""Tables that a refused call may write to."""


@dataclass(frozen=True)
class Event:
    """One row of the audit log."""

    event: str
    outcome: str
    actor: str
    account_id: int | None
    source: str
    detail: str


def store_path(desk: Desk) -> Path:
    return Path(desk.settings.store_url.removeprefix("sqlite:///"))


def rows(desk: Desk, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(store_path(desk))) as connection:
        return connection.execute(sql, values).fetchall()


def one(desk: Desk, sql: str, *values: object) -> Any:  # noqa: ANN401 - whatever the column holds
    [[value]] = rows(desk, sql, *values)
    return value


def change(desk: Desk, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(store_path(desk))) as connection, connection:
        connection.execute(sql, values)


def content(desk: Desk, *, but: Iterable[str] = LOGS) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, but for some."""
    names = [
        name for (name,) in rows(desk, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ]
    return {
        name: rows(desk, f'SELECT * FROM "{name}" ORDER BY rowid')  # noqa: S608 - the store's own names
        for name in names
        if name not in set(but)
    }


def events(desk: Desk, event: str | None = None) -> list[Event]:
    """Return the audit log, oldest first, or its rows of one event."""
    found = rows(
        desk, "SELECT event, outcome, actor, account_id, source, detail FROM audit_event ORDER BY seq"
    )
    return [each for each in (Event(*row) for row in found) if event in {None, each.event}]


def bytes_on_disk(desk: Desk) -> bytes:
    """Return the store's file and its logs in one piece."""
    path = store_path(desk)
    files = [path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")]
    return b"".join(file.read_bytes() for file in files if file.exists())
