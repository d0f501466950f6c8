"""The services' statements are no database's in particular (D13); PostgreSQL takes each as it is."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ClauseElement, event
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlmodel import SQLModel

import store
from store.columns import Moment, Span
from store.errors import TwofoldError
from store.services.views import Order, Sought
from tests.desk import PASSWORD, SHELL, Desk
from tests.services.acts import ACTS, NEW_PASSWORD

SERVICES = sorted((Path(store.__file__).parent / "services").glob("*.py"))
FOREIGN = re.compile(
    r"sqlite|\btext\s*\(|literal_column|TextClause|text_clause|exec_driver_sql|\bPRAGMA\b|rowid|INSERT OR|ON CONFLICT|datetime\('",
    re.IGNORECASE,
)
DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.name)
def test_no_service_speaks_of_a_database_or_writes_sql_by_hand(file: Path) -> None:
    found = [
        line
        for line in file.read_text("utf-8").splitlines()
        if FOREIGN.search(line) and "from store.rules import text" not in line
    ]
    assert found == []


def test_only_the_database_module_and_the_models_know_sqlite() -> None:
    package = Path(store.__file__).parent
    knowing = {
        str(file.relative_to(package))
        for file in package.rglob("*.py")
        if "sqlite" in file.read_text("utf-8") and "versions" not in file.parts
    }
    assert knowing <= {
        "database.py",
        "columns.py",
        "copies.py",
        "schema.py",
        "models/parts.py",
        "models/recovery.py",
        "settings.py",
        "migrations/__init__.py",
    }


@pytest.mark.parametrize("table", SQLModel.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_can_be_made_on_postgresql(table: Any) -> None:  # noqa: ANN401 - SQLAlchemy's Table
    made = str(CreateTable(table).compile(dialect=DIALECT))
    assert "STRICT" not in made
    assert not re.search(r"DATETIME|TIMESTAMP|BOOLEAN|VARCHAR|FLOAT", made)
    for index in table.indexes:
        assert str(CreateIndex(index).compile(dialect=DIALECT)).startswith(
            ("CREATE INDEX", "CREATE UNIQUE INDEX")
        )


STORY = [
    "wrong password",
    "switch off",
    "unlock",
    "create",
    "import accounts",
    "import calls",
    "change password",
    "backup code",
    "wrong code",
    "agree after the last code",
    "agree to new codes",
    "cancel a case by a log-in",
    "approve a case",
    "disable",
    "agree after a reset",
    "log out",
]


def statements(desk: Desk) -> Iterator[ClauseElement]:
    """Do what has statements of its own, and return each of them once."""
    seen: dict[str, ClauseElement] = {}

    def note(
        _connection: object, _cursor: object, sql: str, _given: object, context: object, *_: object
    ) -> None:
        if (compiled := getattr(context, "compiled", None)) is not None:
            seen.setdefault(sql, compiled.statement)

    acts = {act.name: act for act in ACTS}
    event.listen(Engine, "before_cursor_execute", note)
    try:
        for name in STORY:
            with suppress(TwofoldError):
                acts[name].ready(desk)()
            desk.clock.move(hours=2)
            if name == "change password":
                desk.services.passwords.change(desk.log_in(password=NEW_PASSWORD), NEW_PASSWORD, PASSWORD)
        token = desk.log_in()
        desk.services.home.look(token)
        desk.services.call_history.page(token, first=1, size=5)
        list(desk.services.accounts.list(SHELL))
        list(desk.services.recovery.list(SHELL))
        for sought in (Sought(enabled=True), Sought(text="a b"), Sought(locked=True, text="a")):
            for order in Order:
                desk.services.directory.page(SHELL, sought, order)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    yield from seen.values()


def test_every_statement_of_every_act_compiles_for_postgresql(desk: Desk) -> None:
    compiled = [str(each.compile(dialect=DIALECT)) for each in statements(desk)]
    assert len(compiled) > 60
    guards = [each for each in compiled if each.startswith("UPDATE") and "RETURNING" in each]
    assert {re.split(r"\s+", each)[1] for each in guards} >= {
        "account",
        "audit_head",
        "authenticator",
        "backup_code",
        "recovery_case",
        "throttle",
    }
    for each in guards:
        assert "WHERE" in each


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 24, 12, 0, 5, 123456, UTC),
        datetime(9998, 12, 31, tzinfo=UTC),
    ],
)
def test_a_moment_is_whole_microseconds_and_comes_back_the_same(moment: datetime) -> None:
    stored = Moment().process_bind_param(moment, DIALECT)
    assert isinstance(stored, int)
    assert Moment().process_result_value(stored, DIALECT) == moment
    assert Moment().process_bind_param(None, DIALECT) is None
    assert Moment().process_result_value(None, DIALECT) is None


def test_a_moment_of_another_zone_is_the_same_moment_and_a_naive_one_is_refused() -> None:
    athens = datetime.fromisoformat("2026-11-24T14:00:05+02:00")
    utc = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
    assert Moment().process_bind_param(athens, DIALECT) == Moment().process_bind_param(utc, DIALECT)
    with pytest.raises(ValueError, match="naive"):
        Moment().process_bind_param(utc.replace(tzinfo=None), DIALECT)


def test_a_span_comes_back_the_same() -> None:
    span = timedelta(minutes=60, microseconds=1)
    assert Span().process_bind_param(span, DIALECT) == 3_600_000_001
    assert Span().process_result_value(3_600_000_001, DIALECT) == span
    assert Span().process_bind_param(None, DIALECT) is None
    assert Span().process_result_value(None, DIALECT) is None
