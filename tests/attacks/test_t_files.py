"""What is left behind: on the disk, in the process table, on the main screen, in the title."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.attacks.outside import (
    children,
    commands,
    files,
    holds_nothing_of,
    is_wiped,
    on_the_main_screen,
)
from tests.attacks.steps import to_codes
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

NOBODY = 65534
STORE = re.compile(r"/twofold\.db(-wal|-shm)?$|/keys/[^/]+$")


def test_nothing_is_left_but_the_store_its_key_and_the_file_that_was_asked_for(machine: Machine) -> None:
    """T16, T17, T20, T21: modes under umask 0, temporary files, arguments, environment, title, main screen."""
    line = f"umask 0; exec '{machine.launcher}'"
    before = set(files(machine.folder))
    with Console(["/bin/sh", "-c", line], env=machine.env, cwd=machine.home) as console:
        console.log_in("alice", PASSWORD)
        phone, codes = to_codes(console)
        secrets = [PASSWORD, phone.key, *codes]
        for name in ("cmdline", "environ", "comm"):
            held = Path(f"/proc/{console.pid}/{name}").read_bytes()
            holds_nothing_of(held, secrets)
        assert children(console.pid) == []
        console.click("Save to file")
        console.wait_for("Saved: ")
        console.quit()
        assert console.wait_exit() == 0
    raw = bytes(console.raw)
    assert commands(raw) == []
    assert on_the_main_screen(raw) == b""
    assert is_wiped(raw)
    assert b"violet" not in raw
    after = files(machine.folder)
    [saved] = [name for name in set(after) - before if not name.endswith(("-wal", "-shm"))]
    assert re.fullmatch(r"backup-codes-\d{3}\.txt", Path(saved).name)
    assert after[saved] == "-rw-------"
    kept = {name: mode for name, mode in after.items() if STORE.search(name)}
    assert len(kept) >= 2
    assert set(kept.values()) == {"-rw-------"}
    assert list((machine.folder / "tmp").iterdir()) == []


@pytest.mark.parametrize("kind", ["umask 0", "umask 077"])
def test_a_fresh_store_and_key_are_their_owners_alone(empty: Machine, kind: str) -> None:
    """T21: from the first moment on, whatever the umask."""
    assert empty.env
    line = f"{kind}; echo '{PASSWORD}' | '{empty.launcher}' account create alice; exec '{empty.launcher}' store check"
    with Console(["/bin/sh", "-c", line], env=empty.env, cwd=empty.home) as console:
        assert console.wait_exit() == 0, console.text()
    made = {
        name: mode
        for name, mode in files(empty.folder / "data", empty.folder / "config").items()
        if "twofold" in name
    }
    assert len(made) >= 4
    assert {mode for mode in made.values() if mode[0] == "-"} == {"-rw-------"}
    assert {mode for mode in made.values() if mode[0] == "d"} == {"drwx------"}
    assert list((empty.folder / "tmp").iterdir()) == []


@pytest.mark.skipif(
    os.getuid() != 0 or shutil.which("setpriv") is None, reason="takes root, to be somebody else"
)
def test_no_other_program_of_the_same_user_looks_into_it(empty: Machine) -> None:
    """T19, T20: as a user who is not root, whose other programs may else read environ and memory."""
    assert empty.env
    for folder in [empty.folder, *empty.folder.iterdir()]:
        os.chown(folder, NOBODY, NOBODY)
    for parent in list(empty.folder.parents)[:3]:
        if parent.owner() == "root" and parent.stat().st_mode & 0o007 == 0:
            parent.chmod(parent.stat().st_mode | 0o001)
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    # Python under a home that is root's alone cannot be run by anybody else.
    with Console([*become, str(empty.launcher), "--version"], env=empty.env, cwd="/") as console:
        if console.wait_exit() != 0:
            pytest.skip("another user cannot run this Python")
    with Console([*become, str(empty.launcher)], env=empty.env, cwd="/") as console:
        console.wait_for("Make the account")
        console.rest(1)
        console.wait_still()
        for name in ("environ", "mem", "maps"):
            path = f"/proc/{console.pid}/{name}"
            assert os.stat(path).st_uid == 0, name  # noqa: PTH116 - of the entry, not of a file
            with Console([*become, "cat", path], cwd="/") as other:
                assert other.wait_exit() != 0
                assert b"Permission denied" in other.raw
