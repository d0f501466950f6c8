"""Hostile text in every text column of a store, found by the models themselves: a new column is never left out."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import String
from sqlmodel import SQLModel

import store.models as models

HOSTILE = "\x1b]52;c;UFdORUQ=\x07\x9b31m\u202e\u200b[bold red][/]"
UNTOUCHED = {("store", "store_id"), ("store", "timeline")}
"""By the first the key file is found, and for the second all is sealed: with others nothing opens at all."""


def text_columns() -> list[tuple[str, str]]:
    """Every column that holds text, as table and column."""
    assert models
    return [
        (table.name, column.name)
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, String) and (table.name, column.name) not in UNTOUCHED
    ]


def poison(path: Path, *, usernames: bool = True) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Add hostile text to each; return the columns that took it, and those that have no row.

    The store's own constraints refuse the rest: there a word is one of a few. No account is found by such a
    username, so that its pages are seen only where usernames are left as they are.
    """
    taken: set[tuple[str, str]] = set()
    empty: set[tuple[str, str]] = set()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for table, column in text_columns():
            if (table, column) == ("account", "username") and not usernames:
                continue
            written = f"UPDATE {table} SET {column} = coalesce({column}, '') || ?"  # noqa: S608 - names of ours
            try:
                changed = connection.execute(written, (HOSTILE,)).rowcount
            except sqlite3.IntegrityError:
                continue
            (taken if changed else empty).add((table, column))
    return taken, empty
