"""A console whose key file vanishes goes on with what it knows; nobody makes it a new one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.machine import PASSWORD, Machine
from tests.terminal.terminal import Terminal

ALICE = "alice"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    folder = tmp_path / "machine"
    folder.mkdir()
    return Machine(folder)


def key_of(machine: Machine) -> Path:
    [key] = (machine.folder / "config" / "twofold" / "keys").iterdir()
    return key


def last_words(console: Terminal) -> list[str]:
    """What stands on the terminal once the console is gone."""
    plain = bytes(console.raw).rpartition(b"\x1b[?1049l")[2].decode()
    return [line.strip() for line in plain.splitlines() if "twofold: " in line]


def test_a_running_console_goes_on_and_the_next_one_says_what_is_missing(machine: Machine) -> None:
    enrolled = machine.enable()
    key = key_of(machine)
    kept = key.read_bytes()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Authentication code")
        key.unlink()
        console.type_code(enrolled.phone)
        console.says("2FA is on since ")
        console.quit()
        assert console.wait_exit() == 0
    with machine.open() as console:
        assert console.wait_exit() == 4
        [said] = last_words(console)
        assert "The store's key file is missing: " in said
        assert "Traceback" not in bytes(console.raw).decode()
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Authentication code")


SPOILT: list[tuple[int, str, Callable[[Machine], object]]] = [
    (4, "Other users can read the key file.", lambda machine: key_of(machine).chmod(0o644)),
    (3, "The store is damaged: ", lambda machine: machine.store.write_bytes(machine.store.read_bytes()[:9000])),
]  # fmt: skip


@pytest.mark.parametrize(("status", "words", "spoil"), SPOILT, ids=["key", "store"])
def test_the_console_ends_with_its_code_and_one_sentence(
    machine: Machine, status: int, words: str, spoil: Callable[[Machine], object]
) -> None:
    machine.create()
    spoil(machine)
    with machine.open() as console:
        assert console.wait_exit() == status
        [said] = last_words(console)
        assert words in said
