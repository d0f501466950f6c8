"""A store and a key file made at 49ddb72 go on as they were, and there is a way back (D19)."""

import gzip
import json
import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from store.database import HEAD
from store.errors import EndReason, KeyUnusable, StoreUnusable
from store.rules import totp
from store.services import rows_bound
from store.services.bundle import Services, open_services
from store.services.restore import restore
from store.services.views import CodeNeeded, LoggedIn, ResetCodeNeeded
from store.settings import Settings
from tests.clocks import FakeClock
from tests.desk import HERE, SHELL, cheap_hashing

OLD = Path(__file__).resolve().parents[1] / "data" / "at_49ddb72"
KNOWN: dict[str, Any] = json.loads((OLD / "known.json").read_text())
NOW = datetime.fromisoformat(KNOWN["now"])


class Old:
    """What was made at 49ddb72, put where a program of today finds it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "data" / "twofold.db"
        self.keys = folder / "keys"
        self.clock = FakeClock(NOW)
        for each in (self.path.parent, self.keys):
            each.mkdir(mode=0o700)
        self.path.write_bytes(gzip.decompress((OLD / "twofold.db.gz").read_bytes()))
        [key] = OLD.glob("*.key")
        self.key = self.keys / key.name
        shutil.copy(key, self.key)
        for file in (self.path, self.key):
            file.chmod(0o600)
        self.settings = Settings(f"sqlite:///{self.path}", self.keys)

    def open(self) -> Services:
        return open_services(self.settings, self.clock, cheap_hashing())

    def code(self, name: str) -> str:
        self.clock.move(seconds=totp.STEP_SECONDS)
        return totp.code_at(bytes.fromhex(KNOWN["secrets"][name]), totp.step_at(self.clock.now()))

    def rows(self, sql: str, path: Path | None = None) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(path or self.path)) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def old(tmp_path: Path) -> Old:
    return Old(tmp_path)


def everybody_logs_in(old: Old, services: Services) -> None:
    for name in ("alice", "olga"):
        half = services.sign_in.check_password(HERE, name, KNOWN["password"])
        assert isinstance(half, CodeNeeded)
        assert services.second_factor.verify(half.token, old.code(name)).username == name
    assert isinstance(services.sign_in.check_password(HERE, "bob", KNOWN["password"]), LoggedIn)
    half = services.sign_in.check_password(HERE, "alice", KNOWN["password"])
    used = services.second_factor.use_backup_code(half.token, KNOWN["codes"]["alice"][0])
    assert isinstance(used, LoggedIn)
    reset = services.sign_in.check_password(HERE, "carol", KNOWN["password"])
    assert isinstance(reset, ResetCodeNeeded)
    services.reset.use_code(reset.token, KNOWN["reset_code"])


def is_sound(services: Services) -> bool:
    return not [each for each in services.store_check.check(SHELL) if not each.sound]


def test_it_opens_is_sound_and_lets_everybody_in(old: Old) -> None:
    services = old.open()
    assert services.upgraded
    assert is_sound(services)
    everybody_logs_in(old, services)
    assert is_sound(services)
    again = old.open()
    assert (again.upgraded, again.as_it_was) == (False, None)
    assert [row for row in old.rows("SELECT event FROM audit_event") if row == ("rows sealed",)] == [
        ("rows sealed",)
    ]
    services.keys.rotate(SHELL)
    everyone = old.open()
    assert is_sound(everyone)
    again.close()
    services.close()
    everyone.close()


def test_sessions_of_before_have_ended_and_nothing_is_under_an_old_key(old: Old) -> None:
    assert json.loads(old.key.read_text()).keys() == {"store", "keys"}
    services = old.open()
    reasons = {row[0] for row in old.rows("SELECT end_reason FROM session WHERE ended_at IS NOT NULL")}
    assert EndReason.UPGRADED in reasons
    assert old.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]
    assert json.loads(old.key.read_text())["opens"] == [2]
    for column in ("secret FROM authenticator", "digest FROM backup_code", "digest FROM reset_code"):
        assert {row[0][1] for row in old.rows(f"SELECT {column}")} == {2}
    services.close()


def test_the_copy_of_before_is_its_owners_alone_and_is_what_was_there(old: Old) -> None:
    before, key = old.path.read_bytes(), json.loads(old.key.read_text())
    tables = old.rows("SELECT sql FROM sqlite_master ORDER BY name")
    events = old.rows("SELECT * FROM audit_event ORDER BY seq")
    secrets = old.rows("SELECT * FROM authenticator")
    services = old.open()
    copy = services.as_it_was
    services.close()
    assert copy == old.path.with_name(f"twofold.db.before-{HEAD}")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert old.rows("SELECT sql FROM sqlite_master ORDER BY name", copy) == tables
    assert old.rows("SELECT * FROM audit_event ORDER BY seq", copy) == events
    assert old.rows("SELECT * FROM authenticator", copy) == secrets
    assert len(copy.read_bytes()) == len(before)
    # The program of before asks the key file for no more than this.
    assert {name: json.loads(old.key.read_text())[name] for name in ("store", "keys")} == key


def test_the_copy_put_back_by_hand_is_refused_until_it_is_restored(old: Old) -> None:
    """By hand it would let whoever kept it have an older secret sealed anew."""
    services = old.open()
    copy = services.as_it_was
    assert copy is not None
    services.close()
    for log in ("-wal", "-shm"):
        Path(f"{old.path}{log}").unlink(missing_ok=True)
    shutil.copy(copy, old.path)
    with pytest.raises(StoreUnusable) as error:
        old.open()
    assert (error.value.cause, error.value.path) == ("older than its key", old.path)
    restore(old.settings, old.clock, SHELL, copy)
    services = old.open()
    assert is_sound(services)
    everybody_logs_in(old, services)
    services.close()


@pytest.mark.parametrize("point", ["seal_all", "end_open_sessions", "retire_keys"])
def test_wherever_it_stops_the_next_one_ends_it(
    old: Old, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(BaseException):
        pass

    real = getattr(rows_bound, point)

    def stopping(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
        if point != "retire_keys":
            real(*given, **named)
        raise Stopped

    with monkeypatch.context() as patched:
        patched.setattr(rows_bound, point, stopping)
        with pytest.raises(Stopped):
            old.open()
    services = old.open()
    assert is_sound(services)
    everybody_logs_in(old, services)
    assert json.loads(old.key.read_text())["opens"] == [2]
    services.close()


def test_of_two_that_open_it_at_once_one_upgrades_it(old: Old) -> None:
    first, second = old.open(), old.open()
    everybody_logs_in(old, second)
    assert old.rows("SELECT count(*) FROM audit_event WHERE event = 'rows sealed'") == [(1,)]
    first.close()
    second.close()


def test_a_trigger_that_waits_for_the_upgrade_stops_it(old: Old) -> None:
    with closing(sqlite3.connect(old.path)) as connection, connection:
        connection.execute("CREATE TRIGGER undo AFTER UPDATE ON throttle BEGIN DELETE FROM throttle; END")
    with pytest.raises(StoreUnusable) as error:
        old.open()
    assert (error.value.cause, error.value.detail) == ("schema", "trigger undo was added")
    assert [each.name for each in old.path.parent.glob("*.before-*")] == []
    assert old.rows("SELECT version_num FROM alembic_version") == [("0002",)]


def test_without_its_key_it_is_not_upgraded_past_its_tables(old: Old) -> None:
    old.key.rename(old.keys / "away")
    with pytest.raises(KeyUnusable):
        old.open()
    (old.keys / "away").rename(old.key)
    services = old.open()
    everybody_logs_in(old, services)
    services.close()


def test_a_process_of_before_opens_no_session_any_more(old: Old) -> None:
    services = old.open()
    columns = "account_id, digest, kind, source, kiosk, by_backup_code, spent_tries, created_at, last_seen_at"
    values = "1, x'00', 'half', 'x', 0, 0, 0, 0, 0"
    with closing(sqlite3.connect(old.path)) as connection:
        insert = f"INSERT INTO session ({columns}) VALUES ({values})"  # noqa: S608 - from above
        with pytest.raises(sqlite3.IntegrityError, match=r"session\.mac"):
            connection.execute(insert)
    services.close()


def test_a_copy_that_opens_under_another_name_is_upgraded_there(old: Old, tmp_path: Path) -> None:
    elsewhere = tmp_path / "data" / "other.db"
    shutil.copy(old.path, elsewhere)
    elsewhere.chmod(0o600)
    settings = replace(old.settings, store_url=f"sqlite:///{elsewhere}")
    services = open_services(settings, old.clock, cheap_hashing())
    assert services.as_it_was == elsewhere.with_name(f"other.db.before-{HEAD}")
    services.close()


def test_it_tells_since_when_operators_count_and_who_ever_chose_a_password(old: Old) -> None:
    """D18 and D20: who was an operator with 2FA counts from then on, and in doubt a password was chosen."""
    with closing(sqlite3.connect(old.path)) as connection, connection:
        connection.execute(
            "UPDATE account SET activation_ends_at = 1, must_change_password = 1 WHERE username IN ('bob', 'alice')"
        )
        connection.execute(
            "UPDATE audit_event SET event = 'password reset' WHERE seq = "
            "(SELECT max(seq) FROM audit_event WHERE account_id = (SELECT id FROM account WHERE username = 'alice'))"
        )
    old.open().close()
    made = dict(old.rows("SELECT username, created_at FROM account"))
    bound = dict(
        old.rows("SELECT username, a.created_at FROM authenticator a JOIN account ON account.id = account_id")
    )
    since = old.rows(
        "SELECT username, operator_since, second_factor_since FROM account WHERE role = 'operator'"
    )
    assert since == [("olga", made["olga"], bound["olga"])]
    assert old.rows("SELECT count(*) FROM account WHERE role = 'user' AND operator_since IS NOT NULL") == [
        (0,)
    ]
    assert old.rows(
        "SELECT count(*) FROM account WHERE second_factor <> 'on' AND second_factor_since IS NOT NULL"
    ) == [(0,)]
    chosen = dict(old.rows("SELECT username, password_chosen FROM account"))
    assert (chosen["bob"], chosen["alice"], chosen["olga"]) == (0, 1, 1)
