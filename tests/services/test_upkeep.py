"""The tally and the words of accounts fit them after every act, and the store's check finds where they do not."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import select

from store.database import Database, make_private_file
from store.migrations import alembic_config
from store.models import Account, AccountTally
from store.upkeep import BATCH, faults
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.acts import ACTS, Act
from tests.tables import change, one, rows


def wrong(desk: Desk) -> list[str]:
    with desk.services.core.database.read() as session:
        return [*faults(session)]


@pytest.mark.parametrize("act", [act for act in ACTS if act.done], ids=lambda act: act.name)
def test_they_fit_after_every_act(desk: Desk, act: Act) -> None:
    act.ready(desk)()
    assert wrong(desk) == []


def test_they_fit_after_first_run(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.services.accounts.create_first_operator(HERE, "root", PASSWORD)
    assert wrong(desk) == []
    assert rows(desk, "SELECT * FROM account_tally WHERE accounts > 0") == [("operator", 1, "off", 0, 1)]
    desk.services.close()


def test_another_name_and_number_take_the_place_of_the_old_ones(desk: Desk) -> None:
    for name, number in (("Alice Papas", "+306971234567"), ("Alice Brown", None), ("", "+4930123456")):
        with desk.services.core.database.write() as session:
            account = session.get(Account, 1)
            assert account is not None
            account.display_name, account.number, account.role = name, number, "operator"
        assert wrong(desk) == []
    assert rows(desk, "SELECT word FROM account_word ORDER BY 1") == [
        ("030123456",),
        ("4930123456",),
        ("alice",),
    ]


def test_a_tally_that_is_wrong_keeps_no_operator_from_disabling(desk: Desk) -> None:
    change(desk, "UPDATE account_tally SET accounts = 0")
    desk.services.access.disable(SHELL, "alice", "left the company")
    assert one(desk, "SELECT enabled FROM account") == 0
    assert wrong(desk) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (
            "UPDATE account_tally SET accounts = 3 WHERE accounts = 1",
            "user, enabled, 2FA off, never logged in: -2",
        ),
        ("UPDATE account SET enabled = 0", "user, disabled, 2FA off, never logged in: +1"),
        ("DELETE FROM account_tally", "user, enabled, 2FA off, never logged in: +1"),
        ("DELETE FROM account_word", "alice: a search does not find it"),
        ("INSERT INTO account_word VALUES ('bob', 1)", "alice: a search does not find it"),
        ("UPDATE account SET number = '+306971234567'", "alice: a search does not find it"),
    ],
)
def test_the_check_finds_what_does_not_fit(desk: Desk, sql: str, said: str) -> None:
    change(desk, sql)
    assert any(each.startswith(said) for each in wrong(desk))


def test_accounts_of_an_older_store_are_counted_and_found(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    make_private_file(path)
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    many = BATCH + 5
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " INSERT INTO account (username, display_name, role, enabled, number, password_hash,"
            " password_changed_at, second_factor, had_second_factor, epoch, created_at, last_login_at)"
            " SELECT 'bob.' || i, 'Bob Brown', CASE WHEN i % 9 THEN 'user' ELSE 'operator' END, i % 7 > 0,"
            " '+306971234567', 'x', 0, 'off', 0, 0, 0, CASE WHEN i % 2 THEN i END FROM n",
            (many,),
        )
    engine.dispose()
    database = Database(f"sqlite:///{path}")
    assert database.upgraded
    with database.read() as session:
        assert [*faults(session)] == []
        assert sum(each.accounts for each in session.exec(select(AccountTally))) == many
    database.close()
