"""A window of any size, as fast as it changes: nothing is lost, agreed to or blown up."""

import fcntl
import struct
import termios

from tests.attacks.outside import is_fine, memory
from tests.attacks.steps import begin
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

SIZES = ((10, 5), (1, 1), (300, 100), (80, 24), (20, 3), (0, 0), (500, 200), (79, 23), (40, 60), (7, 90))
MEGABYTE = 1 << 20


def set_size(console: Console, columns: int, rows: int) -> None:
    """Tell the kernel, past every check that this side has; it tells the program."""
    fcntl.ioctl(console._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    console.drain()


def test_no_size_breaks_the_setup_key_or_the_codes_or_agrees_to_them(machine: Machine) -> None:
    """T18, T13: from 0 x 0 to 65535 x 65535, slowly and in a storm, on the pages that are shown once."""
    with machine.open() as console:
        console.log_in("alice", PASSWORD)
        phone = begin(console)
        with console.output.same_page():
            storm(console)
            console.resize(100, 30)
            console.wait_until(lambda: "F2 QR alone" in console.text()[29], "the page in the last size")
            console.wait_until(lambda: console.setup_key() == phone.key, "the same setup key")
            console.resize(80, 24)
            console.wait_until(lambda: "F2 QR alone" in console.text()[23], "the page as it was")
        console.type_code(phone)
        codes = console.backup_codes()
        console.rest(1.1)
        console.press("tab", "tab", "tab")
        with console.output.same_page():
            storm(console)
            set_size(console, 65535, 65535)
            console.rest(0.5)
            is_fine(console)
            assert memory(console.pid) < 300 * MEGABYTE
            console.resize(100, 30)
            # Of all these sizes only this one ends at row 30: what was drawn for the others has come by now.
            console.wait_until(lambda: "Leave 2FA off" in console.text()[29], "the page in the last size")
            console.wait_for("Keep your backup codes")
        assert console.backup_codes() == codes
        console.resize(80, 24)
        console.wait_until(lambda: "Leave 2FA off" in console.text()[23], "the page as it was")
        assert console.backup_codes() == codes
        assert machine.second_factor() == ("off", 0, 0)


def storm(console: Console) -> None:
    """Change the size faster than it can draw, with help open some of the time."""
    for turn in range(3):
        for columns, rows in SIZES:
            set_size(console, columns, rows)
            console.read(0.01)
        console.press("f1")
        if turn % 2:
            console.rest(0.2)
    console.press("esc")
    console.rest(0.3)
    is_fine(console)
