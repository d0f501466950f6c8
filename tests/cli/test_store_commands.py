"""`twofold store`, `audit` and `key` on real stores, as a shell runs them."""

import json
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import PASSWORD, Ended, Shell
from tests.cli.test_account import at, enrolled, opened
from tests.desk import SHELL

HEAD = re.compile(r"(\d+) events read\. Head: (\d+) ([0-9a-f]{64})")


@pytest.fixture
def made(shell: Shell) -> Shell:
    """A shell whose home has a store with alice in it."""
    people(shell, "alice")
    return shell


def people(shell: Shell, *names: str) -> None:
    """Make accounts, past the program."""
    services = opened(shell)
    for name in names:
        services.accounts.create(SHELL, name, PASSWORD)
    services.close()


def change(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(sql)


def files(folder: Path) -> Iterator[str]:
    """What lies there, but for the logs that SQLite could not take away."""
    found = (path for path in sorted(folder.rglob("*")) if not path.name.endswith(("-wal", "-shm")))
    return (str(path.relative_to(folder)) for path in found)


def refused(ended: Ended, status: int) -> str:
    """It ended so, and said why in one line."""
    assert (ended.status, ended.err.count("\n")) == (status, 1), ended
    assert ended.err.startswith("twofold: ")
    return ended.err.removeprefix("twofold: ")


def test_a_whole_log_is_said_to_be_and_its_head_is_there_to_note_down(made: Shell) -> None:
    said = made.run("audit", "verify")
    assert (said.status, said.err) == (0, "")
    found = HEAD.search(said.out)
    assert found is not None
    assert found[1] == found[2]
    assert "The log is whole." in said.out


def test_what_was_done_to_the_log_is_said_line_by_line(made: Shell) -> None:
    people(made, "bob", "carol", "dave", "erin")
    change(
        made.store,
        "UPDATE audit_event SET actor = 'x' WHERE seq = 1; DELETE FROM audit_event WHERE seq IN (3, 5)",
    )
    said = made.run("audit", "verify")
    assert refused(said, 1) == "The audit log is not what was written.\n"
    assert said.out.splitlines()[:3] == [
        "Event 1 was changed.",
        "Event 3 is missing.",
        "The end is cut off: event 5 is missing.",
    ]
    change(made.store, "UPDATE audit_event SET seq = 3 WHERE seq = 4; UPDATE audit_head SET seq = 2")
    assert "The head was changed: it names event 2, and the last one is 3." in made.run("audit", "verify").out


def test_a_check_says_what_is_sound_and_what_is_not(made: Shell) -> None:
    sound = made.run("store", "check")
    assert (sound.status, sound.err) == (0, "")
    assert sound.out.splitlines() == [
        f"{what}: sound"
        for what in (
            "secrets",
            "second factors",
            "sessions",
            "list of accounts",
            "audit log",
            "database",
            "files",
        )
    ]
    change(made.store, "UPDATE audit_event SET source = 'x\x1b[31m' WHERE seq = 1")
    unsound = made.run("store", "check")
    assert "The store is not sound." in refused(unsound, 3)
    assert unsound.out.splitlines()[4:6] == ["audit log: not sound", "  events 1 to 1: changed"]
    assert "\x1b" not in unsound.out


def test_a_flipped_bit_in_a_secret_is_said_by_its_place(shell: Shell) -> None:
    desk = enrolled(shell)
    where = at(desk, shell)
    change(desk.folder / "data" / "twofold.db", "UPDATE authenticator SET secret = zeroblob(50)")
    said = shell.run(*where, "store", "check")
    assert "The store is not sound." in refused(said, 3)
    assert "  authenticator.secret/1: sealed value unknown" in said.out.splitlines()


def test_a_copy_opens_with_the_same_key(made: Shell) -> None:
    copy = made.home / "copy.db"
    said = made.run("store", "backup", str(copy))
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines() == [
        f"The store was copied to {copy}.",
        "The key file is not in it, and nothing opens without: keep a copy of it, in another place.",
    ]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert made.run("--store", f"sqlite:///{copy}", "store", "check").status == 0
    assert made.json("account", "list", "--store", f"sqlite:///{copy}")[0]["username"] == "alice"


def test_a_copy_goes_over_nothing_and_leaves_nothing(made: Shell) -> None:
    (made.home / "diary").write_text("dear diary")
    before = [*files(made.home)]
    said = made.run("store", "backup", str(made.home / "diary"))
    there = f"There is a file already: {made.home / 'diary'}. Name another.\n"
    assert refused(said, 1) == there
    assert refused(made.run("store", "backup", str(made.home)), 1).startswith("There is a file already: ")
    nowhere = made.home / "no" / "copy.db"
    assert refused(made.run("store", "backup", str(nowhere)), 1) == (
        f"The copy cannot be written there: {nowhere}. Is there such a folder?\n"
    )
    full = made.run_any(
        ["/bin/bash", "-c", f"ulimit -f 0; '{made.launcher}' store backup '{made.home}/copy.db'"]
    )
    assert refused(full, 3) == "The disk reports an error, so nothing was changed.\n"
    assert [*files(made.home)] == before
    assert (made.home / "diary").read_text() == "dear diary"


def test_a_rotation_says_what_it_did_and_that_the_copy_of_the_key_is_old(shell: Shell) -> None:
    desk = enrolled(shell)
    where = at(desk, shell)
    [key] = desk.settings.keys_folder.iterdir()
    old = key.read_bytes()
    said = shell.run(*where, "key", "rotate")
    assert (said.status, said.err) == (0, "")
    assert said.out.splitlines()[0] == "Every secret is sealed under key 2 now (11 were sealed anew)."
    assert "Copy the key file to your backup" in said.out
    assert not any(key.read_text().count(line) for line in said.out.splitlines())
    assert [*json.loads(key.read_text())["keys"]] == ["1", "2"]
    assert shell.run(*where, "store", "check").status == 0
    newest = key.read_bytes()
    key.write_bytes(old)
    too_old = refused(shell.run(*where, "account", "list"), 4)
    assert too_old.startswith("The key was changed since this key file was copied: ")
    key.write_bytes(newest)
    assert shell.run(*where, "account", "list").status == 0


def test_a_rotation_that_was_interrupted_says_so_when_it_is_finished(shell: Shell) -> None:
    desk = enrolled(shell)
    where = at(desk, shell)
    script = (
        "import os, sys, store.services.keys as keys\n"
        "keys.Keys._reseal_all = lambda self: os.kill(os.getpid(), 9)\n"
        "import tui.cli; tui.cli.main(sys.argv[1:])"
    )
    python = str(shell.launcher.parent / "python")
    assert shell.run_any([python, "-I", "-c", script, *where, "key", "rotate"]).status == -9
    unsound = shell.run(*where, "store", "check")
    assert unsound.status == 3
    assert "authenticator.secret/1: under an older key; run twofold key rotate to its end" in unsound.out
    said = shell.run(*where, "key", "rotate").out.splitlines()
    assert said[:2] == [
        "An earlier rotation had stopped half-way; this one finished it.",
        "Every secret is sealed under key 2 now (11 were sealed anew).",
    ]
    assert shell.run(*where, "store", "check").status == 0


def test_no_secret_and_no_key_is_ever_said(made: Shell) -> None:
    [key] = made.keys.iterdir()
    said = [
        made.run(*command)
        for command in (("audit", "verify"), ("store", "check"), ("key", "rotate"), ("store", "check"))
    ]
    for ended in said:
        for secret in (PASSWORD, *json.loads(key.read_text())["keys"].values()):
            assert secret not in ended.out + ended.err
