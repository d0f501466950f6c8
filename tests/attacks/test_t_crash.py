"""A fault in the program tells its person one line, and nobody what was in memory."""

import re
import sys
import termios
from collections.abc import Iterator

import pytest

from tests.attacks.crashing import SECRET
from tests.attacks.outside import is_wiped, on_the_main_screen
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

LINE = re.compile(
    r"twofold: Something went wrong inside Twofold\. Report this: [0-9a-f]{8} \(\w+ at \w+\.py:\d+\)\r\n"
)


def started(machine: Machine, where: str) -> Console:
    program = [sys.executable, "-I", "-X", "utf8", "-m", "tests.attacks.crashing", where]
    return Console(program, env=machine.env, cwd=machine.home)


def tells_one_line(console: Console, machine: Machine) -> None:
    """One line, an exit code, a terminal that works, and no secret anywhere."""
    status = console.wait_exit()
    assert status == 1
    raw = bytes(console.raw)
    assert LINE.fullmatch(on_the_main_screen(raw).decode()), on_the_main_screen(raw)
    for piece in (SECRET, "hunter2", "Traceback", PASSWORD, "violet"):
        assert piece.encode() not in raw
    if b"\x1b[?1049h" in raw:
        assert is_wiped(raw)
    assert termios.tcgetattr(console._fd)[3] & termios.ECHO
    assert not any(
        SECRET.encode() in path.read_bytes() for path in machine.folder.rglob("*") if path.is_file()
    )


@pytest.fixture
def crashed(machine: Machine) -> Iterator[Machine]:
    """Afterwards no session is left open, and the crash stands in the audit log."""
    yield machine
    assert machine.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]
    [(source, detail)] = machine.rows("SELECT source, detail FROM audit_event WHERE event = 'crashed'")
    assert source
    assert re.fullmatch(r"[0-9a-f]{8} \(\w+ at \w+\.py:\d+\)", detail)


def test_a_fault_in_a_service_shows_no_password_and_no_traceback(crashed: Machine) -> None:
    """T12: in a thread, with the typed password among its arguments."""
    with started(crashed, "service") as console:
        console.log_in("alice", PASSWORD)
        tells_one_line(console, crashed)


def test_a_fault_behind_a_key_shows_nothing_that_was_typed(machine: Machine) -> None:
    """T12: in a message handler, with a password in a field."""
    with started(machine, "key") as console:
        console.wait_for("Username")
        console.type(f"alice\r{PASSWORD}")
        console.wait_still()
        console.press("f1")
        tells_one_line(console, machine)


@pytest.mark.parametrize("where", ["tick", "drawing"])
def test_a_fault_in_a_session_ends_it_in_the_store(crashed: Machine, where: str) -> None:
    """T12, T15: by the clock, and half-way through a page."""
    with started(crashed, where) as console:
        console.log_in("alice", PASSWORD)
        tells_one_line(console, crashed)
    assert crashed.rows("SELECT end_reason FROM session ORDER BY id DESC LIMIT 1") == [("crashed",)]


def test_a_fault_while_a_session_is_ended_still_ends_the_program(machine: Machine) -> None:
    """T12: at the very end."""
    with started(machine, "end") as console:
        console.log_in("alice", PASSWORD)
        console.wait_for("Call forwarding")
        console.quit()
        tells_one_line(console, machine)


@pytest.mark.parametrize("where", ["opening", "driver"])
def test_a_fault_before_the_store_is_open_tells_one_line(machine: Machine, where: str) -> None:
    """T12: nobody is logged in yet, and nothing can be recorded."""
    with started(machine, where) as console:
        tells_one_line(console, machine)
