"""A backup is brought back whole, opens nothing twice, and loses nothing of what was there (D10)."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from store.errors import EndReason, KeyUnusable, NotAllowed, SessionEnded, SpentCode, StoreUnusable
from store.rules import totp
from store.services import restore as restoring
from store.services.restore import Restored, restore
from store.services.views import CodeNeeded, LoggedIn
from tests.bound import spend
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.sealed import all_under, key_file, key_ids
from tests.tables import change, events, one, rows, store_path


@pytest.fixture
def copied(desk: Desk, tmp_path: Path) -> tuple[Desk, Path]:
    """A store with alice's 2FA, and a backup of it; bob was made since."""
    desk.enable()
    desk.create("carol")
    desk.enable("carol")
    desk.services.reset.reset_two_factor(SHELL, "carol", "lost both")
    copy = tmp_path / "copy.db"
    desk.services.store_check.backup(SHELL, copy)
    desk.create("bob")
    return desk, copy


def bring_back(desk: Desk, copy: Path) -> Restored:
    desk.services.close()
    done = restore(desk.settings, desk.clock, SHELL, copy)
    desk.services = desk.another()
    return done


def sound(desk: Desk) -> bool:
    return all(each.sound for each in desk.services.store_check.check(SHELL))


def test_the_backup_is_the_store_and_the_store_is_kept(copied: tuple[Desk, Path]) -> None:
    desk, copy = copied
    done = bring_back(desk, copy)
    assert [row[0] for row in rows(desk, "SELECT username FROM account ORDER BY id")] == ["alice", "carol"]
    assert done.kept == store_path(desk).with_name("twofold.db.before-restore")
    with closing(sqlite3.connect(done.kept)) as connection:
        assert connection.execute("SELECT count(*) FROM account").fetchone() == (3,)
    assert (done.damaged, done.spent) == (0, ())
    last = events(desk)[-1]
    assert (last.event, last.actor, last.outcome) == ("store restored", "shell:root@host", "done")
    assert sound(desk)
    assert desk.log_in()
    assert listing(desk) == {"twofold.db", "twofold.db.before-restore"}
    assert bring_back(desk, copy).kept == store_path(desk).with_name("twofold.db.before-restore-2")


def test_a_retired_key_opens_the_backup_and_nothing_is_left_under_it(copied: tuple[Desk, Path]) -> None:
    desk, copy = copied
    desk.services.keys.rotate(SHELL)
    shutil.copy(copy, copy.with_name("by-hand.db"))
    bring_back(desk, copy)
    assert key_ids(desk) == all_under(2)
    assert json.loads(key_file(desk).read_text())["opens"] == [2]
    assert sound(desk)
    assert desk.log_in()
    # The same file by hand, without its log: what the retired key sealed opens nothing.
    desk.services.close()
    for log in ("-wal", "-shm"):
        Path(f"{store_path(desk)}{log}").unlink(missing_ok=True)
    shutil.copy(copy, store_path(desk))
    with pytest.raises(StoreUnusable) as error:
        desk.another()
    assert error.value.cause == "older than its key"
    restore(desk.settings, desk.clock, SHELL, copy)
    desk.services = desk.another()


def test_every_session_has_ended_and_no_code_shown_until_now_is_taken(copied: tuple[Desk, Path]) -> None:
    desk, _ = copied
    token = desk.log_in()
    copy = desk.folder / "later.db"
    desk.services.store_check.backup(SHELL, copy)
    desk.clock.move(seconds=totp.STEP_SECONDS)
    used = desk.code()
    half = desk.half()
    desk.services.second_factor.verify(half, used)
    bring_back(desk, copy)
    with pytest.raises(SessionEnded) as error:
        desk.services.home.look(token)
    assert error.value.reason is EndReason.RESTORED
    with pytest.raises(SpentCode):
        desk.services.second_factor.verify(desk.half(), used)
    assert one(desk, "SELECT last_step FROM authenticator") == totp.step_at(desk.clock.now())


def test_codes_that_were_spent_since_are_told(copied: tuple[Desk, Path]) -> None:
    desk, copy = copied
    number = one(desk, "SELECT number FROM backup_set")
    for each in (1, 4):
        used = desk.services.second_factor.use_backup_code(desk.half(), desk.codes["alice"][each - 1])
        assert isinstance(used, LoggedIn)
    done = bring_back(desk, copy)
    assert done.spent is not None
    assert [(each.username, each.number, each.set_number) for each in done.spent] == [
        ("alice", 1, number),
        ("alice", 4, number),
    ]


@pytest.mark.parametrize("session", ["half", "full"])
def test_the_last_code_that_was_spent_since_is_told_once(desk: Desk, session: str) -> None:
    last = desk.enable()[9]
    number = one(desk, "SELECT number FROM backup_set")
    token = desk.log_in() if session == "full" else None
    spend(desk.services, range(1, 10))
    copy = desk.folder / "copy.db"
    desk.services.store_check.backup(SHELL, copy)
    token = token or desk.half()
    desk.services.second_factor.use_backup_code(token, last)
    desk.services.backup_codes.set_after_last_code(token)
    assert desk.services.backup_codes.agree(token)
    [event] = events(desk, "last backup code used")
    new = one(desk, "SELECT number FROM backup_set")
    assert event.detail == f"set {new}, last backup code 10 of set {number}"
    assert sound(desk)
    done = bring_back(desk, copy)
    assert done.spent is not None
    assert [(each.username, each.number, each.set_number) for each in done.spent] == [("alice", 10, number)]


def test_what_was_sealed_since_opens_nothing_in_the_store_that_was_restored(
    copied: tuple[Desk, Path],
) -> None:
    desk, copy = copied
    # After one restore all generations begin anew: what the next one begins is another timeline.
    bring_back(desk, copy)
    sealed = one(desk, "SELECT secret FROM authenticator")
    bring_back(desk, copy)
    change(desk, "UPDATE authenticator SET secret = ?", sealed)
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, CodeNeeded)
    with pytest.raises(StoreUnusable):
        desk.services.second_factor.verify(outcome.token, desk.code(steps=1))


@pytest.mark.parametrize("damage", ["gone", "no database", "a trigger"])
def test_a_store_that_cannot_be_read_is_replaced_and_kept(copied: tuple[Desk, Path], damage: str) -> None:
    desk, copy = copied
    desk.services.close()
    path = store_path(desk)
    if damage == "gone":
        for log in ("", "-wal", "-shm"):
            Path(f"{path}{log}").unlink(missing_ok=True)
    elif damage == "no database":
        path.write_bytes(b"\xa5" * 8192)
    else:
        change(desk, "CREATE TRIGGER undo AFTER UPDATE ON throttle BEGIN DELETE FROM throttle; END")
    was = path.read_bytes() if path.exists() else None
    done = restore(desk.settings, desk.clock, SHELL, copy)
    assert done.spent is None
    assert (done.kept is None) == (damage == "gone")
    if done.kept is not None:
        assert done.kept.read_bytes() == was
    desk.services = desk.another()
    assert sound(desk)
    assert desk.log_in()


def test_a_log_beside_the_store_is_not_left_beside_the_backup(copied: tuple[Desk, Path]) -> None:
    """What a console wrote last still lies in the log: it stays with the store, and out of the backup."""
    desk, copy = copied
    path = store_path(desk)
    console = desk.another()
    console.accounts.create(SHELL, "dave", PASSWORD)
    log = Path(f"{path}-wal")
    assert log.stat().st_size
    done = restore(desk.settings, desk.clock, SHELL, copy)
    assert done.kept is not None
    with closing(sqlite3.connect(done.kept)) as connection:
        names = {row[0] for row in connection.execute("SELECT username FROM account")}
    assert names == {"alice", "carol", "bob", "dave"}
    with pytest.raises(StoreUnusable) as error:
        console.accounts.create(SHELL, "erin", PASSWORD)
    assert error.value.cause == "gone"
    console.close()
    desk.services.close()
    desk.services = desk.another()
    assert [row[0] for row in rows(desk, "SELECT username FROM account ORDER BY id")] == ["alice", "carol"]
    assert sound(desk)


def listing(desk: Desk) -> set[str]:
    logs = ("-wal", "-shm")
    return {each.name for each in store_path(desk).parent.iterdir() if not each.name.endswith(logs)}


def test_where_it_is_refused_nothing_is_changed(copied: tuple[Desk, Path], tmp_path: Path) -> None:
    desk, copy = copied
    desk.services.close()
    before, names = store_path(desk).read_bytes(), listing(desk)
    nothing, other = tmp_path / "nothing.db", Desk(tmp_path / "other")
    (tmp_path / "text.db").write_text("dear diary" * 100)
    other.services.store_check.backup(SHELL, tmp_path / "others.db")
    other.services.close()
    [key] = other.settings.keys_folder.iterdir()
    shutil.copy(key, desk.settings.keys_folder / key.name)
    for file, cause in ((nothing, "cannot open"), (tmp_path / "text.db", "not a store")):
        with pytest.raises(StoreUnusable) as error:
            restore(desk.settings, desk.clock, SHELL, file)
        assert error.value.cause == cause
    with pytest.raises(StoreUnusable) as error:
        restore(desk.settings, desk.clock, SHELL, tmp_path / "others.db")
    assert error.value.cause == "another store"
    (desk.settings.keys_folder / key.name).unlink()
    with pytest.raises(KeyUnusable):
        restore(desk.settings, desk.clock, SHELL, tmp_path / "others.db")
    for principal in (HERE, desk.another().sign_in.check_password(HERE, "bob", PASSWORD).token):
        with pytest.raises(NotAllowed):
            restore(desk.settings, desk.clock, principal, copy)
    assert listing(desk) == names
    assert len(before) <= store_path(desk).stat().st_size
    desk.services = desk.another()
    assert sound(desk)


@pytest.mark.parametrize("point", ["_seal", "_spent_since", "put_in_place"])
def test_where_it_is_stopped_the_store_is_what_it_was(
    copied: tuple[Desk, Path], point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, copy = copied
    names = listing(desk)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(restoring, point, fail)
        with pytest.raises((OSError, StoreUnusable)):
            restore(desk.settings, desk.clock, SHELL, copy)
    assert listing(desk) == names
    assert one(desk, "SELECT count(*) FROM account") == 3
    assert sound(desk)
