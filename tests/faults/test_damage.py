"""A damaged store is told in typed errors, wherever the damage is; never in a traceback."""

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store.errors import StoreUnusable, TwofoldError
from store.services.views import LoggedIn
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.tables import change, store_path
from tui.words import sentence

SEEDS = range(25)


def story(desk: Desk) -> None:
    """Open the store and do something of everything in it."""
    services = desk.another()
    try:
        outcome = services.sign_in.check_password(HERE, "alice", PASSWORD)
        if not isinstance(outcome, LoggedIn):
            outcome = services.second_factor.verify(outcome.token, desk.code())
        services.home.look(outcome.token)
        services.sessions.list(outcome.token)
        services.call_history.page(outcome.token, first=1, size=5)
        [*services.accounts.list(SHELL)]
    finally:
        services.close()


def looked_at(desk: Desk) -> None:
    services = desk.another()
    try:
        services.store_check.check(SHELL)
        services.audit_log.verify(SHELL)
        services.keys.rotate(SHELL)
    finally:
        services.close()


@pytest.fixture
def closed(desk: Desk) -> Desk:
    desk.enable()
    desk.log_in()
    desk.services.core.database.forget_deleted()
    desk.services.close()
    desk.clock.move(minutes=1)
    return desk


def test_no_spoilt_byte_and_no_spoilt_page_is_an_untyped_error(closed: Desk, tmp_path: Path) -> None:
    path, key = store_path(closed), closed.settings.keys_folder
    shutil.copy(path, tmp_path / "whole.db")
    shutil.copytree(key, tmp_path / "keys")
    told: Counter[str] = Counter()
    for seed in SEEDS:
        dice = random.Random(seed)  # noqa: S311 - no secret
        spoilt = bytearray((tmp_path / "whole.db").read_bytes())
        for _ in range(dice.choice([1, 20, 400])):
            spoilt[dice.randrange(100, len(spoilt))] = dice.randrange(256)
        for act in (story, looked_at):
            path.write_bytes(spoilt)
            for suffix in ("-wal", "-shm"):
                Path(f"{path}{suffix}").unlink(missing_ok=True)
            try:
                act(closed)
            except TwofoldError as error:
                told[type(error).__name__] += 1
                assert sentence(error).isprintable()
            for each in (tmp_path / "keys").iterdir():
                shutil.copy(each, key / each.name)
    assert told["StoreUnusable"] > len(SEEDS) // 2


# Microseconds since 1970 at the ends of the calendar: there, no local time can be told.
FIRST_YEAR, LAST_YEAR = -62_135_596_800_000_000, 253_402_300_799_999_999
COLUMNS = [
    ("account", "created_at", 2**62),
    ("account", "last_login_at", -(2**62)),
    ("account", "created_at", FIRST_YEAR),
    ("account", "last_login_at", LAST_YEAR),
    ("session", "created_at", 2**62),
    ("session", "last_seen_at", 2**62),
    ("session", "end_reason", "no reason"),
    ("throttle", "lock_start", 2**62),
    ("throttle", "lock_length", 2**62),
    ("throttle", "window_start", -(2**62)),
    ("backup_set", "cost", "dear"),
    ("backup_set", "salt", b""),
    ("account", "password_hash", "$argon2id$"),
    ("account", "second_factor", "maybe"),
    ("call_forwarding", "number", "+1"),
]


@pytest.mark.parametrize(("table", "column", "value"), COLUMNS, ids=lambda each: str(each)[:14])
def test_a_value_that_cannot_be_is_a_typed_error_or_does_no_harm(
    desk: Desk, table: str, column: str, value: object
) -> None:
    codes = desk.enable()
    token = desk.log_in()
    desk.services.call_forwarding.forward(token, "+306971234567")
    half = desk.half()
    if column == "end_reason":
        change(desk, "UPDATE session SET ended_at = 1")
    with closing(sqlite3.connect(store_path(desk))) as connection, connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))  # noqa: S608
    acts: list[Callable[[], object]] = [
        lambda: desk.services.home.look(token),
        lambda: desk.services.sessions.list(token),
        lambda: desk.services.call_forwarding.look(token),
        lambda: desk.services.second_factor.use_backup_code(half, codes[0]),
        lambda: desk.services.sign_in.check_password(HERE, "alice", PASSWORD),
        lambda: desk.services.accounts.show(SHELL, "alice"),
    ]
    for act in acts:
        try:
            act()
        except TwofoldError as error:
            assert sentence(error)


def test_a_store_cut_to_nothing_is_not_made_anew_under_a_fresh_key(closed: Desk) -> None:
    keys = [path.read_bytes() for path in closed.settings.keys_folder.iterdir()]
    store_path(closed).write_bytes(b"")
    for _ in range(2):
        with pytest.raises(StoreUnusable) as error:
            closed.another()
        assert sentence(error.value).startswith("The store is empty though it has a key: ")
    assert store_path(closed).read_bytes() == b""
    assert [path.read_bytes() for path in closed.settings.keys_folder.iterdir()] == keys


def test_a_new_store_is_made_in_the_place_of_one_that_was_taken_away_on_purpose(closed: Desk) -> None:
    store_path(closed).unlink()
    closed.another().close()
    assert len([*closed.settings.keys_folder.iterdir()]) == 2


def test_a_store_that_lost_its_identity_gets_no_fresh_key_and_no_fresh_log(closed: Desk) -> None:
    keys = [path.read_bytes() for path in closed.settings.keys_folder.iterdir()]
    for table in ("store", "audit_event", "audit_head"):
        change(closed, f"DELETE FROM {table}")  # noqa: S608
        if table == "store":
            continue
        with pytest.raises(StoreUnusable) as error:
            closed.another()
        assert error.value.cause == "damaged"
    assert [path.read_bytes() for path in closed.settings.keys_folder.iterdir()] == keys
