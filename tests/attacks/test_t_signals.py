"""Signals, a terminal that is gone and one that stops reading: the session ends, nothing stays behind."""

import fcntl
import os
import signal
import struct
import termios
import time
from pathlib import Path

import pytest

from tests.attacks.outside import cpu_seconds, is_alive, is_fine, is_wiped, lasts, on_the_main_screen, state
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ENDS = "SELECT end_reason FROM session ORDER BY id DESC LIMIT 1"
CAUGHT = (
    signal.SIGTSTP,
    signal.SIGTTIN,
    signal.SIGTTOU,
    signal.SIGQUIT,
    signal.SIGCONT,
    signal.SIGPIPE,
    signal.SIGWINCH,
)


def in_a_shell(machine: Machine, before: str, *, columns: int = 80, rows: int = 24) -> Console:
    """Run it by a shell that does something first and is not there any more afterwards."""
    line = f"{before}; exec '{machine.launcher}'"
    return Console(["/bin/sh", "-c", line], env=machine.env, cwd=machine.home, columns=columns, rows=rows)


def to_home(console: Console) -> None:
    console.log_in("alice", PASSWORD)
    console.wait_for("Call forwarding")
    console.wait_still()


def hang_up(console: Console) -> None:
    """Close the window, without waiting for anything."""
    console._process.fileobj.close()
    console.closed = True


def test_no_signal_of_the_keyboard_stops_it_and_a_fault_leaves_no_core(machine: Machine) -> None:
    """T7, T15, T19: in a session; SIGSEGV with `ulimit -c unlimited`."""
    with in_a_shell(machine, "ulimit -c unlimited") as console:
        to_home(console)
        for number in CAUGHT:
            console.kill(number)
        console.press("f1")
        console.wait_for("Help: ")
        is_fine(console)
        limits = Path(f"/proc/{console.pid}/limits").read_text()
        assert next(line for line in limits.splitlines() if "core file" in line).split()[4:6] == ["0", "0"]
        console.kill(signal.SIGSEGV)
        assert console.wait_exit() == -signal.SIGSEGV
    assert [path for path in machine.folder.rglob("*") if "core" in path.name] == []


def test_no_key_ends_or_stops_a_kiosk_while_it_starts(machine: Machine) -> None:
    """T7, T11: Ctrl+C, Ctrl+\\ and Ctrl+Z, while they are signals still."""
    with machine.open("--kiosk") as console:
        console.wait_until(lambda: not termios.tcgetattr(console._fd)[3] & termios.ECHO, "that it runs")
        while b"\x1b[?1049h" not in console.raw:
            console.send(b"\x03\x1c\x1a")
            console.read(0.01)
        console.wait_for("[ Log in ]")
        is_fine(console)


def test_a_reader_that_stops_reading_cannot_keep_it_from_ending_its_session(machine: Machine) -> None:
    """T15: its output waits in full pipes, then SIGTERM; nothing is read until it has gone."""
    with in_a_shell(machine, ":", columns=250, rows=80) as console:
        to_home(console)
        # Each help and each way back draws the whole screen anew.
        lasts(lambda: is_clogged(console), "full pipes")
        console.kill()
        lasts(lambda: not is_alive(console.pid), "the end")
    assert machine.rows(ENDS) == [("hangup",)]


def is_clogged(console: Console) -> bool:
    """Whether keys that draw anew bring no byte more to the side that does not read."""
    before = unread(console)
    for _ in range(4):
        os.write(console._fd, b"\x1bOP")
        time.sleep(0.15)
    return 0 < unread(console) == before


def unread(console: Console) -> int:
    return int(struct.unpack("i", fcntl.ioctl(console._fd, termios.FIONREAD, bytes(4)))[0])


@pytest.mark.parametrize("ignored", ["", "HUP TERM INT QUIT"])
def test_a_terminal_that_is_gone_ends_it_even_where_signals_are_ignored(
    machine: Machine, ignored: str
) -> None:
    """T9, T15: no orphan, none that spins; as under nohup its input is at its end and no signal comes."""
    with in_a_shell(machine, f"trap '' {ignored}" if ignored else ":") as console:
        to_home(console)
        before = cpu_seconds(console.pid)
        hang_up(console)
        spent = 0.0
        end = time.monotonic() + 10
        while is_alive(console.pid):
            spent = cpu_seconds(console.pid) - before
            assert time.monotonic() < end, f"still there, {spent:g} s of processor later"
            time.sleep(0.02)
        assert spent < 1.5
        assert console.exit_status == 1
    assert machine.rows(ENDS) == [("hangup",)]


@pytest.mark.parametrize("tenths", [0, 1, 3])
def test_a_terminal_that_goes_while_it_starts_leaves_no_process(machine: Machine, tenths: int) -> None:
    """T9, T15: at whatever moment."""
    console = machine.open()
    console.rest(tenths / 10)
    hang_up(console)
    lasts(lambda: not is_alive(console.pid), "the end")
    assert console.exit_status not in {None, 0}


@pytest.mark.parametrize("tenths", [0.5, 2])
def test_a_signal_while_it_starts_shows_no_traceback(machine: Machine, tenths: float) -> None:
    """T12, T15: and what was drawn is wiped."""
    with machine.open() as console:
        console.rest(tenths / 10)
        console.kill()
        assert console.wait_exit() in {1, -signal.SIGTERM, 128 + signal.SIGTERM}
        raw = bytes(console.raw)
        assert b"Traceback" not in raw
        assert b"Error" not in raw
        if b"\x1b[?1049h" in raw:
            assert is_wiped(raw)
        assert on_the_main_screen(raw) == b""
        assert state(console.pid) in {"", "Z"}
