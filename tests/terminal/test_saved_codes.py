"""The one file that is written for a person: only when asked, for this person alone, over no other."""

import base64
import re
import stat
from pathlib import Path

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"


def save(console: Console, name: str) -> None:
    console.rest(1.1)
    console.click("Save to file")
    console.says(f"Saved: {name} in your home folder, readable by you only.")


def number_of(console: Console) -> str:
    found = re.search(r"Set (\d{3}),", console.prose())
    assert found is not None
    return found[1]


def files(machine: Machine) -> list[str]:
    return sorted(path.name for path in machine.home.iterdir())


def test_saved_codes_are_one_persons_and_never_written_over_a_file(machine: Machine) -> None:
    machine.create()
    precious = machine.folder / "precious"
    precious.write_text("keep me")
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        codes = console.enroll(ALICE)[1]
        number = number_of(console)
        assert files(machine) == []
        # A link that somebody laid there leads nowhere.
        (machine.home / f"backup-codes-{number}.txt").symlink_to(precious)
        save(console, f"backup-codes-{number}-2.txt")
        save(console, f"backup-codes-{number}-3.txt")
        assert console.backup_codes() == codes
    assert precious.read_text() == "keep me"
    for path in (machine.home / f"backup-codes-{number}-{copy}.txt" for copy in (2, 3)):
        is_sheet(path, codes, number)
    assert machine.second_factor() == ("off", 0, 0)


def is_sheet(path: Path, codes: list[str], number: str) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = path.read_text("ascii").splitlines()
    assert lines[0] == f"Backup codes for {ALICE} at Twofold"
    assert lines[1].startswith(f"Set {number}, ")
    assert [line for line in lines[2:] if line] == codes


def test_where_nothing_can_be_saved_it_says_to_write_on_paper_and_leaves_nothing(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.enroll(ALICE)
        # Not by its rights: a root may write anywhere.
        machine.home.rmdir()
        console.rest(1.1)
        console.click("Save to file")
        console.says("That could not be saved: ", "Write them on paper.")
        console.offers("Agree")


def test_copied_codes_go_to_the_clipboard_without_numbers(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        codes = console.enroll(ALICE)[1]
        console.rest(1.1)
        assert b"\x1b]52" not in console.raw
        console.click("Copy")
        console.says("Copied, ")
        [copied] = re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", bytes(console.raw))
        assert base64.b64decode(copied).decode().split() == codes
    assert files(machine) == []
