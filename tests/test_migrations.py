"""The migrations make exactly the tables of the models, strict and with their constraints."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, create_engine, inspect
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

from store.database import HEAD, Database
from store.errors import StoreUnusable
from store.migrations import alembic_config
from store.models import Authenticator, CallForwarding
from tests.desk import Desk
from tests.services.tries import wrong_passwords
from tests.tables import change, rows

TABLES = sorted(SQLModel.metadata.tables)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "twofold.db"
    Database(f"sqlite:///{path}").close()
    return path


def test_the_newest_migration_is_the_one_the_database_module_names() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert scripts.get_heads() == [HEAD]
    assert [each.revision for each in scripts.walk_revisions()][-1] == "0001"


def test_the_models_are_what_the_migrations_make(migrated: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated}", poolclass=NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


@pytest.mark.parametrize("name", TABLES)
def test_the_constraints_are_those_of_the_models(migrated: Path, name: str) -> None:
    """Alembic compares neither these nor foreign keys on SQLite as strictly."""
    engine = create_engine(f"sqlite:///{migrated}", poolclass=NullPool)
    found = inspect(engine)
    table = SQLModel.metadata.tables[name]
    checks = {
        str(each.name): str(each.sqltext) for each in table.constraints if isinstance(each, CheckConstraint)
    }
    assert {str(each["name"]): each["sqltext"] for each in found.get_check_constraints(name)} == checks
    assert {each["referred_table"] for each in found.get_foreign_keys(name)} == {
        each.referred_table.name for each in table.foreign_key_constraints
    }
    engine.dispose()


def test_every_table_is_strict(migrated: Path) -> None:
    with closing(sqlite3.connect(migrated)) as connection:
        strict = {row[1]: row[5] for row in connection.execute("PRAGMA table_list") if row[0] == "main"}
    assert {name: strict[name] for name in TABLES} == dict.fromkeys(TABLES, 1)


def test_a_second_upgrade_does_nothing_and_a_failing_one_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    path = tmp_path / "twofold.db"

    def fail(*given: Any, **named: Any) -> None:  # noqa: ANN401 - stands in for Alembic's own
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_index", fail)
        with pytest.raises(StoreUnusable):
            Database(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    assert Database(f"sqlite:///{path}").upgraded
    assert not Database(f"sqlite:///{path}").upgraded


def test_rows_that_point_to_nothing_stop_an_upgrade(tmp_path: Path) -> None:
    path = tmp_path / "twofold.db"
    Database(f"sqlite:///{path}").close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO call_forwarding VALUES (99, 'x', 0)")
        connection.execute("DELETE FROM alembic_version")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            if name not in {"call_forwarding", "alembic_version"}:
                connection.execute(f'DROP TABLE "{name}"')
    with pytest.raises(StoreUnusable):
        Database(f"sqlite:///{path}")


BROKEN = [
    "UPDATE account SET role = 'king'",
    "UPDATE account SET enabled = 2",
    "UPDATE account SET enabled = NULL",
    "UPDATE account SET enabled = 'yes'",
    "UPDATE account SET second_factor = 'maybe'",
    "UPDATE account SET had_second_factor = 2",
    "UPDATE account SET username = ''",
    "UPDATE account SET username = printf('%041d', 1)",
    "UPDATE account SET created_at = '2026-11-24'",
    "UPDATE account SET created_at = 1.5",
    "UPDATE store SET id = 2",
    "UPDATE audit_head SET id = 2",
    "UPDATE audit_event SET outcome = 'x'",
    "UPDATE session SET kind = 'x'",
    "UPDATE session SET kiosk = 2",
    "UPDATE session SET by_backup_code = 2",
    "UPDATE session SET digest = 'text'",
    "UPDATE throttle SET factor = 'x'",
    "UPDATE throttle SET failures = -1",
    "UPDATE throttle SET window_failures = -1",
    "UPDATE backup_set SET number = 99",
    "UPDATE backup_set SET number = 1000",
    "UPDATE backup_code SET number = 11",
    "UPDATE backup_code SET number = 0 WHERE number = 1",
    "UPDATE account SET username = 'alice'",
    "UPDATE authenticator SET account_id = 1",
    "UPDATE backup_set SET account_id = 1",
    "UPDATE session SET digest = x'00'",
    "INSERT INTO call VALUES (1, 1, 0, 'sideways', NULL, NULL)",
    "INSERT INTO call VALUES (1, 1, 0, 'in', NULL, -1)",
]


def test_every_constraint_bites(desk: Desk) -> None:
    desk.create("bob")
    desk.enable()
    desk.enable("bob")
    wrong_passwords(desk, 1)
    before = rows(desk, "SELECT * FROM account")
    let_through = []
    for sql in BROKEN:
        try:
            change(desk, sql)
        except sqlite3.IntegrityError:
            continue
        let_through.append(sql)
    assert let_through == []
    assert rows(desk, "SELECT * FROM account") == before


def test_a_row_of_no_account_is_refused(desk: Desk) -> None:
    now = desk.clock.now()
    for row in (
        CallForwarding(account_id=99, number="x", since=now),
        Authenticator(account_id=99, secret=b"x", created_at=now),
    ):
        with pytest.raises(StoreUnusable) as error, desk.services.core.database.write() as session:
            session.add(row)
        assert error.value.cause == "constraint"
