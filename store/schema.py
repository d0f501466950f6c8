"""Whether a store's tables, indexes, triggers and views are what the migrations make (design D19).

A trigger or a view changes what a statement does: it could undo each failure as it is counted.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from store.errors import StoreUnusable

SEEN = "schema version that was found sound"
EXPECTED = Path(__file__).with_name("schema.sql")
"""What the migrations make, a statement a line; a test compares them and says how to write it anew."""
STATISTICS = {
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}
"""What ANALYZE makes, which changes no result."""


def require(connection: Connection) -> None:
    """See that the tables are what the migrations made, once for each state of them that a connection meets.

    Raises StoreUnusable.
    """
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    if connection.info.get(SEEN) != version:
        found = ", ".join(faults(connection))
        if found:
            raise StoreUnusable("schema", detail=found)
        connection.info[SEEN] = version


def faults(connection: Connection) -> Iterator[str]:
    """Return what is there and should not be, is missing, or is another than the migrations made."""
    expected, found = dict(_expected()), dict(statements(connection))
    for name in sorted(expected.keys() | found.keys()):
        if name not in expected:
            yield f"{name} was added"
        elif name not in found:
            yield f"{name} is missing"
        elif expected[name] != found[name]:
            yield f"{name} was changed"


def statements(connection: Connection) -> Iterator[tuple[str, str]]:
    """Return the kind and name of everything in the schema, and the statement that makes it."""
    rows = connection.exec_driver_sql("SELECT type, name, sql FROM sqlite_master ORDER BY type DESC, name")
    for kind, name, sql in rows.all():
        # An index that a constraint makes has no statement of its own.
        if sql is not None and sql not in STATISTICS:
            yield f"{kind} {name}", " ".join(sql.split())


@cache
def _expected() -> tuple[tuple[str, str], ...]:
    lines = EXPECTED.read_text(encoding="ascii").splitlines()
    return tuple((name, sql) for name, _, sql in (line.partition(": ") for line in lines))
