"""A paste is text for the field that has the focus: it is cut, never submitted, and does no harm."""

import pytest

from tests.attacks.outside import is_fine, memory
from tests.attacks.steps import arrive, catch_up, clear_username, to_codes
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

START, END = b"\x1b[200~", b"\x1b[201~"
MEGABYTE = 1 << 20
ATTEMPTS = "SELECT count(*) FROM throttle"


def megabyte(console: Console, text: bytes = b"9") -> None:
    """Paste a megabyte; it is taken in no time, and keys work right behind it."""
    console.send(START + text * (MEGABYTE // len(text)) + END, timeout=20)
    catch_up(console)
    is_fine(console)
    assert memory(console.pid) < 300 * MEGABYTE


def test_a_megabyte_into_any_field_is_cut_and_quick(machine: Machine) -> None:
    """T14, T24: username, password, code, backup code, number, new password."""
    with machine.open() as console:
        console.wait_for("[ Log in ]")
        console.wait_still()
        megabyte(console, b"a")
        console.press("enter")
        megabyte(console, b"pass\nword\n")
        console.press("end", "ctrl+u")
        catch_up(console)
        megabyte(console, "é\u202e漢\x1b[6n".encode())
        console.press("enter")
        # What is too long for a field is refused whole: nobody would see where it was cut.
        console.wait_for("Type your ")
        clear_username(console)
        console.log_in("bob", PASSWORD)
        console.wait_for("Authentication code")
        megabyte(console)
        console.press("enter")
        console.wait_for("Type the six digits from the app.")
        console.click("I lost access")
        console.wait_for("Continue")
        megabyte(console)
        console.press("enter")
        console.wait_for("Type one code from your sheet.")
    assert machine.rows("SELECT failures FROM throttle WHERE factor IN ('authenticator', 'backup code')") in (
        [],
        [(0,)],
    )


def test_a_megabyte_into_the_fields_of_a_session_changes_nothing(machine: Machine) -> None:
    """T14, T24: the number to forward to, the passwords of Settings."""
    with machine.open() as console:
        console.log_in("alice", PASSWORD)
        console.click("Call forwarding")
        console.wait_for("Forward to")
        megabyte(console)
        console.press("enter")
        console.wait_for("Type a phone number.")
        console.press("esc")
        arrive(console, "Home")
        console.choose("alice", "Settings")
        console.click("Change password")
        console.wait_for("Present password")
        console.type(f"{PASSWORD}\r")
        megabyte(console, b"correct horse ")
        console.press("enter")
        megabyte(console, b"correct horse ")
        console.press("enter")
        console.wait_for("Type a new password.")
    assert machine.rows("SELECT count(*) FROM call_forwarding") == [(0,)]


def test_a_line_feed_in_a_paste_submits_nothing(machine: Machine) -> None:
    """T14, T27: in the username, the password, and at Agree, where only Enter counts."""
    with machine.open() as console:
        attempts = machine.rows(ATTEMPTS)
        console.wait_for("[ Log in ]")
        console.wait_still()
        console.paste(f"alice\n{PASSWORD}\r\n\r")
        console.wait_for("alice ")
        console.press("tab")
        console.paste(f"{PASSWORD}\n")
        console.paste("\n\r\n")
        console.wait_for("•" * len(PASSWORD))
        console.rest(1)
        assert console.headline() == "Welcome"
        assert machine.rows(ATTEMPTS) == attempts
        console.press("enter")
        _, codes = to_codes(console)
        console.press("tab", "tab", "tab")
        console.rest(1.1)
        for _ in range(50):
            console.paste("\n\r\n  \n")
        console.wait_still()
        assert console.backup_codes() == codes
    assert machine.second_factor() == ("off", 0, 0)


@pytest.mark.parametrize("kiosk", [False, True])
def test_keys_hidden_behind_an_end_marker_can_only_do_what_a_key_can(
    machine: Machine, *, kiosk: bool
) -> None:
    """T14: the marker and Ctrl+Q at the backup codes. A person is asked at worst; nothing is changed."""
    with machine.open(*(["--kiosk"] if kiosk else [])) as console:
        console.log_in("alice", PASSWORD)
        _, codes = to_codes(console)
        console.send(START + b"abc" + END + b"\t\t\t\r\r\r   " + END)
        console.send(START + b"\x1b[201" + b"~" + b"\x11\x1b[21~" + END)
        if kiosk:
            console.wait_still()
            assert console.backup_codes() == codes
        else:
            console.wait_for("Leave the console?")
            console.press("esc")
            assert console.backup_codes() == codes
    assert machine.second_factor() == ("off", 0, 0)
    assert machine.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(0,)]


def test_a_paste_that_never_ends_gives_the_keyboard_back(machine: Machine) -> None:
    """T14: after five seconds of silence."""
    with machine.open() as console:
        console.wait_for("[ Log in ]")
        console.send(START + b"never ending")
        console.rest(6)
        console.press("f1")
        console.wait_for("Help: ")
        console.press("esc")
        console.wait_for("[ Log in ]")
        assert not console.shows("never ending")
