"""The check finds what is wrong, says where and never what is in it, and changes nothing."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store.errors import NotAllowed
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.tables import bytes_on_disk, change, content, one, rows, store_path

PAGE = 4096


@pytest.fixture
def full(desk: Desk) -> Desk:
    """A store with something of everything in it that can break."""
    desk.enable("alice")
    desk.create("bob")
    desk.enable("bob")
    desk.services.reset.reset_two_factor(SHELL, "bob", "lost phone and codes")
    desk.services.call_forwarding.forward(desk.log_in(), "+306971234567")
    return desk


def faults(desk: Desk) -> dict[str, tuple[str, ...]]:
    """What is found wrong, by what was looked at; nothing secret is in it."""
    found = {each.what: each.faults for each in desk.services.store_check.check(SHELL)}
    for secret in (*map(bytes.hex, desk.secrets.values()), *desk.codes["alice"], PASSWORD):
        assert secret not in repr(found)
    assert [*found] == [
        "secrets",
        "second factors",
        "sessions",
        "list of accounts",
        "audit log",
        "database",
        "files",
    ]
    return {what: each for what, each in found.items() if each}


def test_a_sound_store_is_sound_and_stays_as_it_is(full: Desk) -> None:
    before, key = content(full, but=()), key_bytes(full)
    assert faults(full) == {}
    assert content(full, but=()) == before
    assert key_bytes(full) == key
    full.services.keys.rotate(SHELL)
    assert faults(full) == {}


def key_bytes(desk: Desk) -> list[bytes]:
    return [path.read_bytes() for path in desk.settings.keys_folder.iterdir()]


FLIPS = [
    ("authenticator", "secret", "account_id = 1", "authenticator.secret/1"),
    ("backup_code", "digest", "set_id = 1 AND number = 4", "backup_code.digest/1/{set}/4"),
    ("reset_code", "digest", "account_id = 2", "reset_code.digest/2"),
]


@pytest.mark.parametrize(("table", "column", "row", "place"), FLIPS)
@pytest.mark.parametrize("byte", [0, 1, 2, 20, -1])
def test_a_flipped_bit_in_a_secret_is_found_and_its_place_named(
    full: Desk, table: str, column: str, row: str, place: str, byte: int
) -> None:
    sealed = bytearray(one(full, f"SELECT {column} FROM {table} WHERE {row}"))  # noqa: S608
    sealed[byte] ^= 0x40
    change(full, f"UPDATE {table} SET {column} = ? WHERE {row}", bytes(sealed))  # noqa: S608
    number = one(full, "SELECT number FROM backup_set")
    why = "sealed value unknown" if byte in {0, 1} else "sealed value damaged"
    assert faults(full) == {"secrets": (f"{place.format(set=number)}: {why}",)}


def test_secrets_that_changed_places_are_found(full: Desk) -> None:
    number = one(full, "SELECT number FROM backup_set")
    first, second = (row[0] for row in rows(full, "SELECT digest FROM backup_code ORDER BY number LIMIT 2"))
    change(full, "UPDATE backup_code SET digest = ? WHERE number = 1", second)
    change(full, "UPDATE backup_code SET digest = ? WHERE number = 2", first)
    found = faults(full)["secrets"]
    assert found == tuple(f"backup_code.digest/1/{number}/{each}: sealed value damaged" for each in (1, 2))


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE audit_event SET actor = 'x' WHERE seq = 3", "events 3 to 3: changed"),
        ("DELETE FROM audit_event WHERE seq IN (2, 3)", "events 2 to 3: missing"),
        ("DELETE FROM audit_head", "head changed"),
    ],
)
def test_a_tampered_log_is_found(full: Desk, sql: str, said: str) -> None:
    change(full, sql)
    if "head" in sql:
        # Without it nothing can be written any more, and nothing needs to be to look.
        assert said in faults(full)["audit log"][0]
    else:
        assert faults(full) == {"audit log": (said,)}


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE call_forwarding SET account_id = 77", "call_forwarding: row 77 points to none"),
        (
            "PRAGMA ignore_check_constraints=ON; UPDATE account SET role = 'king'",
            "CHECK constraint failed in account",
        ),
    ],
)
def test_what_the_database_finds_is_told(full: Desk, sql: str, said: str) -> None:
    with closing(sqlite3.connect(store_path(full))) as connection:
        connection.executescript(sql)
    full.services.core.database.close()
    assert any(said in fault for fault in faults(full)["database"])


def wreck(desk: Desk, table: str) -> None:
    """Write over the page where a table begins."""
    page = one(desk, f"SELECT rootpage FROM sqlite_schema WHERE name = '{table}'")  # noqa: S608
    desk.services.core.database.forget_deleted()
    desk.services.core.database.close()
    with store_path(desk).open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xa5" * PAGE)


@pytest.mark.parametrize(
    ("table", "also"),
    [
        ("call_forwarding", ()),
        ("authenticator", ("secrets",)),
        ("audit_event", ("second factors", "audit log")),
    ],
)
def test_a_corrupt_page_is_found_and_the_rest_is_looked_at_all_the_same(
    full: Desk, table: str, also: tuple[str, ...]
) -> None:
    wreck(full, table)
    found = faults(full)
    assert set(found) == {"database", *also}
    assert all(found[what] == ("cannot be read: damaged",) for what in also)


@pytest.mark.parametrize("which", ["store", "-wal", "-shm", "key"])
def test_a_file_that_others_can_read_is_found(full: Desk, which: str) -> None:
    path = {
        "store": store_path(full),
        "key": next(full.settings.keys_folder.iterdir()),
    }.get(which) or Path(f"{store_path(full)}{which}")
    path.chmod(0o644)
    assert faults(full) == {"files": (f"{path}: open to others, mode 644",)}
    path.chmod(0o600)
    assert faults(full) == {}


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives a file away")
def test_a_file_of_somebody_else_is_found(full: Desk) -> None:
    os.chown(store_path(full), 65534, 65534)
    assert faults(full) == {"files": (f"{store_path(full)}: belongs to another user",)}


def test_only_the_shell_may_check_or_copy(full: Desk, tmp_path: Path) -> None:
    acts: list[Callable[[], object]] = [
        lambda: full.services.store_check.check(HERE),
        lambda: full.services.store_check.backup(HERE, tmp_path / "copy.db"),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    assert not (tmp_path / "copy.db").exists()
    assert bytes_on_disk(full)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE account SET second_factor = 'off' WHERE id = 1", "alice: 2FA is off, but its authenticator"),
        ("UPDATE account SET second_factor = 'on' WHERE id = 2", "bob: 2FA is on, but its authenticator"),
        (
            "UPDATE account SET second_factor = 'off' WHERE id = 2",
            "bob: 2FA is off, but reset by the audit log",
        ),
        ("DELETE FROM backup_code WHERE number = 3", "alice: 2FA is on, but its authenticator"),
        ("DELETE FROM authenticator", "alice: 2FA is on, but its authenticator"),
        (
            "DELETE FROM authenticator; DELETE FROM backup_code; DELETE FROM backup_set; UPDATE account SET second_factor = 'off' WHERE id = 1",
            "alice: 2FA is off, but on by the audit log",
        ),
    ],
)
def test_a_second_factor_that_was_turned_off_past_the_program_is_found(
    full: Desk, sql: str, said: str
) -> None:
    with closing(sqlite3.connect(store_path(full))) as connection:
        connection.executescript(sql)
    assert any(fault.startswith(said) for fault in faults(full)["second factors"])


def test_what_is_sealed_under_an_older_key_is_found(full: Desk) -> None:
    """Whoever kept the old key could have sealed it."""
    old = one(full, "SELECT secret FROM authenticator")
    full.services.keys.rotate(SHELL)
    change(full, "UPDATE authenticator SET secret = ?", old)
    [fault] = faults(full)["secrets"]
    assert fault == "authenticator.secret/1: sealed value retired"


@pytest.mark.parametrize("which", ["data", "config", ""])
def test_a_folder_that_others_can_write_in_is_found(full: Desk, which: str) -> None:
    """Whoever writes in it puts another file in the place of the store, or of its key."""
    folder = full.folder / which
    mode = folder.stat().st_mode
    folder.chmod(0o777)
    assert faults(full) == {"files": (f"{folder}: others can write in this folder, mode 777",)}
    folder.chmod(0o1777)
    assert faults(full) == {}
    folder.chmod(mode)


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives a folder away")
def test_a_folder_of_somebody_else_is_found(full: Desk) -> None:
    os.chown(full.folder / "data", 65534, 65534)
    assert faults(full) == {"files": (f"{full.folder / 'data'}: belongs to another user",)}
