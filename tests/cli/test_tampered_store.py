"""`twofold store check` and `store restore`, as processes, on a store that somebody wrote without its key (D19)."""

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from store.database import HEAD
from store.errors import WrongCode
from tests.cli.shell import Shell
from tests.cli.test_account import at
from tests.desk import SHELL, Desk
from tests.services.test_upgraded_store import Old
from tests.services.tries import wrong_code
from tests.tables import change, one, store_path

Tamper = Callable[[Desk], object]


def points_a_session_at_another(desk: Desk) -> None:
    desk.half("mallory")
    change(desk, "UPDATE session SET account_id = 1, kind = 'full' WHERE id = (SELECT max(id) FROM session)")


def swaps_names(desk: Desk) -> None:
    for old, new in (("alice", "x"), ("mallory", "alice"), ("x", "mallory")):
        change(desk, "UPDATE account SET username = ? WHERE username = ?", new, old)


def puts_an_older_secret_back(desk: Desk) -> None:
    old = one(desk, "SELECT secret FROM authenticator WHERE account_id = 1")
    token = desk.log_in()
    desk.show_codes(token)
    desk.services.backup_codes.agree(token)
    change(desk, "UPDATE authenticator SET secret = ? WHERE account_id = 1", old)


def unspends_a_code(desk: Desk) -> None:
    desk.services.second_factor.use_backup_code(desk.half(), desk.codes["alice"][2])
    change(desk, "UPDATE backup_code SET used_at = NULL WHERE number = 3")
    change(desk, "UPDATE backup_set SET unused = 10")


def adds_a_trigger(desk: Desk) -> None:
    change(desk, "CREATE TRIGGER undo AFTER UPDATE ON throttle BEGIN UPDATE throttle SET failures = 0; END")


def undoes_failures(desk: Desk) -> None:
    for _ in range(6):
        with suppress(WrongCode):
            desk.services.second_factor.verify(desk.half(), wrong_code(desk))
        change(desk, "UPDATE throttle SET failures = 0, lock_start = NULL, lock_length = 0")


TOLD: dict[Tamper, str] = {
    points_a_session_at_another: " of alice: not as it was made",
    swaps_names: "alice: was called mallory at the last log-in by the audit log",
    puts_an_older_secret_back: "authenticator.secret/1: sealed value damaged",
    unspends_a_code: "is unused, but used by the audit log",
    adds_a_trigger: "The store was changed from outside: trigger undo was added.",
    undoes_failures: "alice: 0 wrong tries with the authenticator, but 6 by the audit log",
}


@pytest.mark.parametrize(("tamper", "said"), TOLD.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_the_check_tells_each_way_that_was_tried(shell: Shell, tamper: Tamper, said: str) -> None:
    desk = Desk(shell.home)
    for name in ("alice", "mallory"):
        desk.create(name)
        desk.enable(name)
        desk.log_in(name)
    where = at(desk, shell)
    sound = shell.run(*where, "store", "check")
    assert (sound.status, sound.err) == (0, ""), sound
    tamper(desk)
    ended = shell.run(*where, "store", "check")
    assert ended.status == 3
    assert said in ended.out + ended.err
    desk.services.close()


def test_an_older_store_is_upgraded_and_the_command_says_where_it_is_as_it_was(shell: Shell) -> None:
    old = Old(shell.home)
    shell.keys.parent.mkdir(parents=True)
    shell.keys.symlink_to(old.keys)
    where = ("--store", f"sqlite:///{old.path}")
    copy = Path(f"{old.path}.before-{HEAD}")
    done = shell.run(*where, "store", "upgrade")
    assert (done.status, done.out) == (0, "The store was upgraded.\n")
    assert done.err == f"twofold: The store was upgraded. As it was before, it is kept: {copy}\n"
    assert shell.run(*where, "store", "check").status == 0
    back = shell.run(*where, "store", "restore", str(copy))
    assert (back.status, back.err) == (0, "")
    assert back.out.splitlines() == [
        f"{copy} is the store now, and everybody is logged out.",
        f"The store as it was is kept: {old.path}.before-restore.",
    ]
    assert shell.run(*where, "store", "check").status == 0


def test_a_restore_says_which_codes_were_used_since(shell: Shell) -> None:
    desk = Desk(shell.home)
    desk.create("alice")
    desk.enable("alice")
    copy = shell.home / "copy.db"
    desk.services.store_check.backup(SHELL, copy)
    desk.services.second_factor.use_backup_code(desk.half(), desk.codes["alice"][2])
    desk.services.close()
    number = one(desk, "SELECT number FROM backup_set")
    where = at(desk, shell)
    done = shell.run(*where, "store", "restore", str(copy))
    assert (done.status, done.err) == (0, "")
    told = done.out.splitlines()[-1]
    assert told.startswith(f"alice: backup code 3 of set {number} was used at 2026-11-24 ")
    assert told.endswith(", and works again. Have new codes made.")
    assert shell.run(*where, "store", "check").status == 0


def test_a_restore_of_nothing_says_so_and_makes_nothing(shell: Shell) -> None:
    desk = Desk(shell.home)
    desk.services.close()
    where = at(desk, shell)
    ended = shell.run(*where, "store", "restore", str(shell.home / "none.db"))
    assert ended.status == 3
    assert ended.err == f"twofold: The store cannot be opened there: {shell.home / 'none.db'}\n"
    assert not (shell.home / "none.db").exists()
    with closing(sqlite3.connect(store_path(desk))) as connection:
        assert connection.execute("SELECT count(*) FROM store").fetchone() == (1,)
