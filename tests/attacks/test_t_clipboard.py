"""What is secret never reaches a clipboard, but by the button that says so."""

import base64

from tests.attacks.outside import clipboards, commands, is_fine
from tests.attacks.steps import begin
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

TYPED = "Zq7 Zq7 Zq7 Zq7"
COPY_OR_CUT = b"\x03\x18\x1b[99;5u\x1b[120;5u\x1b[99;9u\x1b[120;9u\x1b[2;5~\x1b[3;2~\x1b[99;6u"
"""Ctrl, Super and Shift with C, X, Insert and Delete, as plain bytes and in the kitty protocol."""
ALL_OF_IT = b"\x1b[H\x1b[1;2F\x1b[1;6H\x1b[1;6F\x01"
"""Home, Shift+End, Ctrl+Shift+Home and End, Ctrl+A: whatever selects."""


def take(console: Console) -> None:
    """Try to copy and to cut what is in the focused field."""
    console.send(ALL_OF_IT + COPY_OR_CUT)


def drag(console: Console, first: tuple[int, int], last: tuple[int, int]) -> None:
    """Draw the mouse over the screen with each button, then try to copy."""
    (x, y), (to_x, to_y) = first, last
    for button in (0, 1, 2):
        console.send(b"\x1b[<%d;%d;%dM" % (button, x + 1, y + 1))
        for step in range(1, 4):
            at = x + (to_x - x) * step // 3 + 1, y + (to_y - y) * step // 3 + 1
            console.send(b"\x1b[<%d;%d;%dM" % (button + 32, *at))
        console.send(b"\x1b[<%d;%d;%dm" % (button, to_x + 1, to_y + 1))
    # Twice and thrice on the same place selects words and lines in many a program.
    console.send(b"\x1b[<0;%d;%dM\x1b[<0;%d;%dm" % (x + 1, y + 1, x + 1, y + 1) * 3)
    console.send(COPY_OR_CUT)


def test_no_secret_field_can_be_copied_or_cut_from_by_key_or_mouse(machine: Machine) -> None:
    """T5: password, code, backup code; the clipboard the terminal has is not told either."""
    with machine.open() as console:
        console.wait_for("[ Log in ]")
        console.wait_still()
        console.click_field("Password")
        console.type(TYPED)
        take(console)
        column, row = console._emulator.places("Password")[-1]
        drag(console, (column - 3, row + 2), (column + 20, row + 2))
        console.click_field("Username")
        # What came out of the field would be put into this one.
        console.send(b"\x16\x1b[118;5u\x1b[118;9u\x1b[2;2~")
        console.type("bob")
        console.wait_for("bob ")
        console.press("enter")
        console.wait_still()
        console.send(ALL_OF_IT + b"\x0b\x15")
        console.wait_gone("•")
        console.type(f"{PASSWORD}\r")
        console.wait_for("Authentication code")
        console.type(TYPED)
        take(console)
        console.press("esc")
        console.wait_for("Username")
        assert clipboards(bytes(console.raw)) == []
        is_fine(console)


def test_setup_key_and_codes_are_copied_by_the_button_alone_and_not_kept_for_the_next_person(
    machine: Machine,
) -> None:
    """T5, T16, T17: OSC 52 only after Copy, with the codes and nothing else; none once logged out."""
    with machine.open() as console:
        console.log_in("alice", PASSWORD)
        phone = begin(console)
        column, row = console._emulator.places("Setup key")[0]
        drag(console, (column - 3, row), (78, row + 2))
        drag(console, (0, 0), (79, 23))
        console.type_code(phone)
        codes = console.backup_codes()
        console.rest(1.1)
        first = console._emulator.places(codes[0])[0]
        last = console._emulator.places(codes[9])[0]
        drag(console, first, last)
        assert clipboards(bytes(console.raw)) == []
        console.click("Copy")
        console.wait_for("Copied, if your terminal allows it")
        handed = clipboards(bytes(console.raw))
        assert [base64.b64decode(text).decode().split("\n") for text in handed] == [codes]
        console.click("Agree")
        console.wait_for("Username")
        console.send(b"\x16\x1b[118;5u")
        console.type("x")
        console.wait_for("x ")
        console.wait_still()
        assert not any(console.shows(code) for code in codes)
        assert len(commands(bytes(console.raw))) == 1
