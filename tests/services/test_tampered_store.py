"""Who can write the store, but has no key, gets nothing by it but refusals, and the check tells (D19)."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from store.errors import EndReason, SessionEnded, StoreUnusable, TwofoldError, WrongCode
from store.rules import totp
from store.rules.throttling import FREE_FAILURES
from store.services.actors import NOBODY
from store.services.views import CodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import fresh_code, wrong_code
from tests.tables import change, content, events, one, rows, store_path
from tui.words import sentence

FACTOR = ("authenticator", "backup_set", "backup_code", "reset_code")


@pytest.fixture
def two(desk: Desk) -> Desk:
    """alice and mallory, both with 2FA; mallory can write the store."""
    desk.create("mallory")
    desk.enable("alice")
    desk.enable("mallory")
    return desk


def faults(desk: Desk) -> list[str]:
    return [fault for each in desk.services.store_check.check(SHELL) for fault in each.faults]


def half(desk: Desk, name: str) -> Any:  # noqa: ANN401 - a token
    outcome = desk.services.sign_in.check_password(HERE, name, PASSWORD)
    assert isinstance(outcome, CodeNeeded)
    return outcome.token


def refused(act: Callable[[], object]) -> TwofoldError:
    with pytest.raises(TwofoldError) as error:
        act()
    assert sentence(error.value).isprintable()
    return error.value


def put_back(desk: Desk, kept: dict[str, list[tuple[Any, ...]]], *tables: str) -> None:
    """Put rows back as they were, with all that SQLite lets one put back."""
    with closing(sqlite3.connect(store_path(desk))) as connection, connection:
        for table in reversed(tables):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - the names above
        for table in tables:
            for row in kept[table]:
                places = ", ".join("?" * len(row))
                connection.execute(f"INSERT INTO {table} VALUES ({places})", row)  # noqa: S608


RIGHTS = [
    "account_id = 1",
    "kind = 'full'",
    "by_backup_code = 1",
    "cover = 'covered'",
    "stepped_up_at = created_at + 1",
    "created_at = created_at + 1",
    "held_until = created_at + 60000000",
    "kiosk = 1",
    "mac = x''",
    "mac = zeroblob(33)",
]


@pytest.mark.parametrize("changed", RIGHTS)
def test_a_session_row_that_was_changed_opens_nothing_is_told_and_recorded_once(
    two: Desk, changed: str
) -> None:
    alice, mine = two.log_in("alice"), half(two, "mallory")
    change(two, f"UPDATE session SET {changed} WHERE id = (SELECT max(id) FROM session)")  # noqa: S608
    assert [fault for fault in faults(two) if "not as it was made" in fault]
    for _ in range(2):
        error = refused(lambda: two.services.sessions.check(mine, active=False))
        assert isinstance(error, SessionEnded)
        assert error.reason is EndReason.FORGED
    [event] = events(two, "session refused")
    assert (event.outcome, event.actor, event.account_id) == ("refused", NOBODY, None)
    change(two, "UPDATE session SET ended_at = NULL, end_reason = NULL")
    assert isinstance(refused(lambda: two.services.home.look(mine)), SessionEnded)
    two.services.home.look(alice)


def test_a_session_follows_no_name_to_another_account(two: Desk) -> None:
    mine = two.log_in("mallory")
    swap_names(two)
    error = refused(lambda: two.services.home.look(mine))
    assert isinstance(error, SessionEnded)
    assert error.reason is EndReason.FORGED


def swap_names(desk: Desk) -> None:
    for old, new in (("alice", "x"), ("mallory", "alice"), ("x", "mallory")):
        change(desk, "UPDATE account SET username = ? WHERE username = ?", new, old)


def test_swapped_names_open_nothing_and_are_told(two: Desk) -> None:
    two.log_in("alice")
    two.log_in("mallory")
    swap_names(two)
    token = half(two, "alice")
    two.clock.move(seconds=totp.STEP_SECONDS)
    assert isinstance(
        refused(lambda: two.services.second_factor.verify(token, two.code("mallory"))), StoreUnusable
    )
    error = refused(lambda: two.services.second_factor.use_backup_code(token, two.codes["mallory"][0]))
    assert isinstance(error, StoreUnusable)
    assert [each.detail for each in events(two, "code checked")] == ["sealed value damaged"]
    found = faults(two)
    assert "alice: was called mallory at the last log-in by the audit log" in found
    assert "authenticator.secret/1: sealed value damaged" in found


@pytest.mark.parametrize("tables", [("authenticator",), FACTOR[:3]])
def test_an_older_secret_put_back_opens_nothing_and_is_told(two: Desk, tables: tuple[str, ...]) -> None:
    kept, stolen = content(two, but=()), two.secrets["alice"]
    token = two.log_in("alice")
    two.show_codes(token, "alice")
    two.services.backup_codes.agree(token)
    put_back(two, kept, *tables)
    token = half(two, "alice")
    two.clock.move(seconds=totp.STEP_SECONDS)
    code = totp.code_at(stolen, totp.step_at(two.clock.now()))
    assert isinstance(refused(lambda: two.services.second_factor.verify(token, code)), StoreUnusable)
    assert "authenticator.secret/1: sealed value damaged" in faults(two)


@pytest.mark.parametrize("again", ["new codes", "a spent code"])
def test_an_older_set_put_back_opens_nothing_and_is_told(two: Desk, again: str) -> None:
    kept, old = content(two, but=()), two.codes["alice"]
    if again == "new codes":
        token = two.log_in("alice")
        two.services.backup_codes.new_set(token)
        two.services.backup_codes.agree(token)
    else:
        two.services.second_factor.use_backup_code(half(two, "alice"), old[0])
    put_back(two, kept, "backup_set", "backup_code")
    token = half(two, "alice")
    assert isinstance(
        refused(lambda: two.services.second_factor.use_backup_code(token, old[0])), StoreUnusable
    )
    assert any(fault.startswith("backup_code.digest/1/") for fault in faults(two))


def test_what_is_put_back_with_its_generation_is_told_by_the_log(two: Desk) -> None:
    """Every row of the account put back opens again; its events are there, and the check reads them."""
    kept = content(two, but=())
    two.services.second_factor.use_backup_code(half(two, "alice"), two.codes["alice"][0])
    put_back(two, kept, "backup_set", "backup_code", "authenticator")
    change(two, "UPDATE account SET generation = generation - 1 WHERE id = 1")
    found = faults(two)
    assert "alice: the second factor was changed 1 times, but 2 by the audit log" in found
    number = one(two, "SELECT number FROM backup_set WHERE account_id = 1")
    assert f"alice: backup code 1 of set {number} is unused, but used by the audit log" in found


def test_a_backup_code_that_was_made_unused_again_opens_nothing_and_is_told(two: Desk) -> None:
    code = two.codes["alice"][2]
    two.services.second_factor.use_backup_code(half(two, "alice"), code)
    change(two, "UPDATE backup_code SET used_at = NULL WHERE number = 3")
    change(two, "UPDATE backup_set SET unused = 10 WHERE account_id = 1")
    token = half(two, "alice")
    assert isinstance(refused(lambda: two.services.second_factor.use_backup_code(token, code)), StoreUnusable)
    number = one(two, "SELECT number FROM backup_set WHERE account_id = 1")
    found = faults(two)
    assert f"alice: backup code 3 of set {number} is unused, but used by the audit log" in found
    assert f"backup_code.digest/1/{number}/3: sealed value damaged" in found


def test_a_reset_code_that_was_put_back_opens_nothing(two: Desk) -> None:
    reset = two.services.reset.reset_two_factor
    code = reset(SHELL, "alice", "lost both")
    kept = content(two, but=())
    reset(SHELL, "alice", "lost the code")
    put_back(two, kept, "reset_code")
    outcome = two.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(refused(lambda: two.services.reset.use_code(outcome.token, code)), StoreUnusable)
    assert "reset_code.digest/1: sealed value damaged" in faults(two)


UNDOES = "CREATE TRIGGER undo AFTER UPDATE ON throttle BEGIN UPDATE throttle SET failures = 0; END"
SHADOWS = [
    (UNDOES, "trigger undo was added"),
    ("CREATE VIEW seen AS SELECT * FROM account", "view seen was added"),
    ("CREATE TABLE more (x)", "table more was added"),
    ("CREATE INDEX more ON account (role)", "index more was added"),
    ("DROP INDEX ix_session_ended_at", "index ix_session_ended_at is missing"),
    ("ALTER TABLE account ADD COLUMN more INTEGER", "table account was changed"),
]


@pytest.mark.parametrize(("sql", "said"), SHADOWS)
def test_tables_that_are_not_the_migrations_are_refused_by_name(two: Desk, sql: str, said: str) -> None:
    token = two.log_in("alice")
    change(two, sql)
    for act in (
        lambda: two.services.home.look(token),
        lambda: two.services.store_check.check(SHELL),
        two.another,
    ):
        error = refused(act)
        assert isinstance(error, StoreUnusable)
        assert (error.cause, error.detail) == ("schema", said)
        assert said in sentence(error)


def test_a_trigger_is_seen_though_the_number_of_the_schema_was_put_back(two: Desk) -> None:
    number = one(two, "PRAGMA schema_version")
    change(two, UNDOES)
    change(two, f"PRAGMA schema_version = {number}")
    error = refused(two.another)
    assert isinstance(error, StoreUnusable)
    assert error.cause == "schema"


def test_what_analyze_leaves_is_no_change(two: Desk) -> None:
    change(two, "ANALYZE")
    two.another().close()
    assert faults(two) == []


def test_failures_that_were_undone_are_told(two: Desk) -> None:
    two.log_in("alice")
    for _ in range(FREE_FAILURES + 2):
        token = half(two, "alice")
        with pytest.raises(WrongCode):
            two.services.second_factor.verify(token, wrong_code(two))
        change(two, "UPDATE throttle SET failures = 0, lock_start = NULL, lock_length = 0")
    told = f"alice: 0 wrong tries with the authenticator, but {FREE_FAILURES + 2} by the audit log"
    assert told in faults(two)
    two.services.second_factor.verify(half(two, "alice"), fresh_code(two))
    assert faults(two) == []


def test_whatever_was_really_done_is_sound(two: Desk) -> None:
    """Every change of a second factor, and failures that were lifted in each way there is."""
    two.services.second_factor.use_backup_code(half(two, "alice"), two.codes["alice"][0])
    for _ in range(4):
        with pytest.raises(WrongCode):
            two.services.second_factor.verify(half(two, "alice"), wrong_code(two))
    two.services.accounts.unlock(SHELL, "alice")
    token = two.log_in("alice")
    two.services.backup_codes.new_set(token)
    renewed = two.services.backup_codes.agree(token)
    assert renewed is not None
    two.show_codes(renewed, "alice")
    two.services.backup_codes.agree(renewed)
    two.services.two_factor.disable(two.log_in("mallory"), PASSWORD)
    two.services.reset.reset_two_factor(SHELL, "alice", "lost both")
    two.services.keys.rotate(SHELL)
    assert faults(two) == []
    assert rows(two, "SELECT username, generation FROM account ORDER BY id") == [("alice", 5), ("mallory", 2)]
