"""Whatever is in the store's place, and whatever happens to it, becomes one typed error with its cause."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from store.database import Database
from store.errors import StoreUnusable
from tests.desk import HERE, PASSWORD, Desk
from tests.tables import change, content, store_path


def unusable(path: Path) -> str:
    with pytest.raises(StoreUnusable) as error:
        Database(f"sqlite:///{path}").close()
    assert error.value.path == path
    return error.value.cause


def private(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be one" * 20, b"\0" * 4096])
def test_another_kind_of_file_is_no_store_and_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = private(tmp_path / "notes.txt", content)
    assert unusable(path) == "not a store"
    assert path.read_bytes() == content


def test_nobody_is_told_to_change_the_mode_of_a_file_that_is_no_store(tmp_path: Path) -> None:
    """It stands where a slip of the path led: /etc/passwd, say."""
    path = private(tmp_path / "passwd", b"root:x:0:0:root:/root:/bin/bash\n")
    path.chmod(0o644)
    assert unusable(path) == "not a store"
    assert path.stat().st_mode & 0o777 == 0o644


def test_another_programs_database_is_no_store_and_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
        connection.execute("INSERT INTO bookmarks VALUES ('x')")
    path.chmod(0o600)
    assert unusable(path) == "not a store"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


def test_another_programs_migrations_are_not_taken_for_ours(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.execute("INSERT INTO alembic_version VALUES ('0001')")
    path.chmod(0o600)
    assert unusable(path) == "not a store"


def test_a_step_that_nobody_knows_is_no_store(desk: Desk) -> None:
    desk.services.close()
    change(desk, "UPDATE alembic_version SET version_num = '0000'")
    before = content(desk, but=())
    assert unusable(store_path(desk)) == "not a store"
    assert content(desk, but=()) == before


@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_a_folder_cannot_be_opened(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "folder"
    path.mkdir(mode=mode)
    assert unusable(path) == "cannot open"


def test_a_file_where_a_folder_should_be_cannot_be_opened(tmp_path: Path) -> None:
    private(tmp_path / "file", b"")
    assert unusable(tmp_path / "file" / "twofold.db") == "cannot open"


def test_a_link_to_nothing_cannot_be_opened_and_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "twofold.db").symlink_to(tmp_path / "nothing")
    assert unusable(tmp_path / "twofold.db") == "cannot open"
    assert not (tmp_path / "nothing").exists()


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{private(tmp_path / 'twofold.db', b'')}")
    assert database.upgraded
    database.close()


def failing(desk: Desk) -> str:
    """Try a log-in; return why the store could not take it."""
    with pytest.raises(StoreUnusable) as error:
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert error.value.path == store_path(desk)
    assert PASSWORD not in repr(error.value)
    return error.value.cause


def set_pragma(desk: Desk, pragma: str) -> None:
    with desk.services.core.database.read() as session:
        session.connection().exec_driver_sql(f"PRAGMA {pragma}")


def test_a_read_only_store_admits_nobody(desk: Desk) -> None:
    before = content(desk, but=())
    set_pragma(desk, "query_only=ON")
    assert failing(desk) == "read-only"
    assert content(desk, but=()) == before
    set_pragma(desk, "query_only=OFF")
    desk.log_in()


def test_a_full_disk_admits_nobody_and_later_works_again(desk: Desk) -> None:
    with desk.services.core.database.read() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar()
    set_pragma(desk, f"max_page_count={pages}")
    with pytest.raises(StoreUnusable) as error, desk.services.core.database.write() as session:
        session.execute(text("UPDATE account SET display_name = :long"), {"long": "x" * 100_000})
    assert error.value.cause == "full"
    set_pragma(desk, "max_page_count=1000000")
    desk.log_in()


def test_a_store_held_too_long_by_another_is_busy(desk: Desk) -> None:
    set_pragma(desk, "busy_timeout=0")
    with closing(sqlite3.connect(store_path(desk), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert failing(desk) == "busy"
        other.execute("ROLLBACK")
    desk.log_in()


def test_damaged_pages_are_said_to_be_damaged(desk: Desk) -> None:
    for _ in range(20):
        desk.log_in()
    desk.services.close()
    path = store_path(desk)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    with pytest.raises(StoreUnusable) as error:
        desk.another()
    assert error.value.cause in {"damaged", "not a store"}


def test_a_table_that_is_gone_is_a_typed_error(desk: Desk) -> None:
    change(desk, "DROP TABLE throttle")
    assert failing(desk) == "schema"


def test_what_breaks_a_constraint_is_a_typed_error(desk: Desk) -> None:
    with pytest.raises(StoreUnusable) as error, desk.services.core.database.write() as session:
        session.execute(text("UPDATE account SET role = 'king'"))
    assert error.value.cause == "constraint"


def test_a_log_that_cannot_be_emptied_does_not_undo_what_was_agreed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    set_pragma(desk, "busy_timeout=0")
    with closing(sqlite3.connect(store_path(desk), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM account").fetchall()
        assert desk.services.backup_codes.agree(token) is None
        reader.execute("ROLLBACK")
    desk.half()


@pytest.mark.parametrize("version", ["''", "NULL", "'x'", "'2'", "X'30303032'", "'0002 '"])
def test_a_version_that_no_twofold_writes_is_damage_and_never_a_crash(desk: Desk, version: str) -> None:
    desk.services.close()
    change(desk, "CREATE TABLE other (version_num)")
    change(desk, "DROP TABLE alembic_version")
    change(desk, "ALTER TABLE other RENAME TO alembic_version")
    change(desk, f"INSERT INTO alembic_version VALUES ({version})")  # noqa: S608 - this test's own
    assert unusable(store_path(desk)) == "damaged"
