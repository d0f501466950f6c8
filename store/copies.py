"""Whole copies of a store's file, and how one takes the place of another."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from store.durable import sync_folder
from store.errors import StoreUnusable

LOGS = ("-wal", "-shm")


def unused_name(path: Path, suffix: str) -> Path:
    """Return the name of a file beside the store that is not there yet."""
    first = path.with_name(f"{path.name}.{suffix}")
    for name in (first, *(first.with_name(f"{first.name}-{number}") for number in range(2, 100))):
        if not os.path.lexists(name):
            return name
    raise StoreUnusable("exists", first)


def write_copy(source: sqlite3.Connection, path: Path) -> None:
    """Write what a connection sees to a new file, 0600 from its first byte; nothing is left where that fails.

    Raises StoreUnusable where there is a file already.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
    except FileExistsError:
        raise StoreUnusable("exists") from None
    try:
        with closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
    except BaseException:
        remove(path)
        raise


def copy_file(source: Path, path: Path) -> None:
    """Copy a store that nobody has open, with what its own log holds, to a new file."""
    # Without a log it is read as it lies there, on a medium that can't be written too.
    log = Path(f"{source}-wal")
    more = "" if log.exists() and log.stat().st_size else "&immutable=1"
    with closing(
        sqlite3.connect(f"file:{quote(str(source.absolute()))}?mode=ro{more}", uri=True)
    ) as connection:
        write_copy(connection, path)


def put_in_place(new: Path, path: Path) -> Path | None:
    """Let a file take the place of the store; return the name that the store has now, where there was one.

    Whatever stops it, the store is there under one name or both. Its log goes with it: left beside the new
    file, it would be written into that.
    """
    kept = None
    if os.path.lexists(path):
        kept = unused_name(path, "before-restore")
        for log in ("", *LOGS):
            if os.path.lexists(f"{path}{log}"):
                os.link(f"{path}{log}", f"{kept}{log}", follow_symlinks=False)
    for log in LOGS:
        Path(f"{path}{log}").unlink(missing_ok=True)
    new.replace(path)
    sync_folder(path.parent)
    return kept


def remove(path: Path) -> None:
    """Take a copy away, and its logs."""
    for log in ("", *LOGS):
        Path(f"{path}{log}").unlink(missing_ok=True)
