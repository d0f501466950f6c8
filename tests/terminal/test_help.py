"""F1 on every page of the journey, at once even while a password is hashed."""

import pytest

from tests.attacks.steps import to_codes, type_in
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"


def helps(console: Console) -> None:
    """F1 opens help about this page, and every way of closing it leaves the page as it was."""
    console.wait_until(lambda: console.headline() != "", "waiting for a page")
    console.wait_still()
    title, before = console.headline(), console.prose()
    for closing in (b"\x1bOP", b"\r"):
        console.press("f1")
        console.says(f"Help: {title}")
        console.offers("Close help")
        console.send(closing)
        console.wait_for(title)
        console.wait_gone("Help:")
    console.send(b"\x1bOP")
    console.wait_for("Help:")
    console.click("Close help")
    console.wait_gone("Help:")
    console.wait_still()
    assert console.headline() == title
    # But for what counts seconds.
    assert words(console.prose()) == words(before)


def words(prose: str) -> list[str]:
    return [word for word in prose.split() if not word.isdecimal()]


def test_f1_helps_before_log_in_and_on_the_pages_of_calls(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.wait_for("Username")
        helps(console)
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Call forwarding")
        helps(console)
        for place in ("Call forwarding", "Call history"):
            console.click(place)
            console.wait_gone("Only a password")
            helps(console)
            console.press("esc")
            console.says("Only a password protects this account.")


def test_f1_helps_in_settings_and_enrollment(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.choose(ALICE, "Settings")
        console.wait_for("Change password")
        helps(console)
        console.click("Change password")
        console.wait_for("Present password")
        helps(console)
        console.press("esc")
        console.click("Enable 2FA")
        phone = type_in(console, ALICE)
        helps(console)
        assert console.setup_key() == phone.key


def test_f1_helps_at_the_backup_codes_and_shows_them_again(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        _, codes = to_codes(console)
        helps(console)
        assert console.backup_codes() == codes
        console.press("esc")
        console.wait_for("Back to the codes")
        helps(console)
        console.click("Leave 2FA off")
        console.says("Nothing was changed.")


def test_f1_helps_on_the_pages_of_somebody_with_2fa(machine: Machine) -> None:
    bob = machine.enable("bob")
    with machine.open() as console:
        console.log_in("bob", PASSWORD)
        console.wait_for("Authentication code")
        helps(console)
        console.to_lost_access()
        helps(console)
        console.type(f"{bob.codes[0]}\r")
        console.says("was used: cross it out.")
        helps(console)
        console.click("Settings")
        console.wait_for("New backup codes")
        console.click("Disable 2FA")
        console.wait_for("Password")
        helps(console)


@pytest.mark.parametrize("keys", [b"\x1b\x1b", b"\x1bOP\x1bOP\x1bOP", b"\r\r\r\r", b"\r\x1b"])
def test_keys_that_close_help_twice_leave_a_page_that_lives(machine: Machine, keys: bytes) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.choose(ALICE, "Settings")
        console.wait_for("Change password")
        console.wait_still()
        console.press("f1")
        console.wait_for("Help:")
        console.send(keys)
        console.rest(0.7)
        if console.shows("Help:"):
            console.press("esc")
            console.wait_gone("Help:")
        console.choose(ALICE, "Log out")
        console.wait_for("Username")
        console.press("ctrl+q")
        assert console.wait_exit() == 0


def test_help_opens_while_a_password_is_hashed(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.wait_for("Username")
        console.wait_still()
        # In one packet with Enter: what a hash really costs is longer than a frame takes.
        console.send(f"{ALICE}\r{PASSWORD}\r".encode() + b"\x1bOP")
        console.says("Only a password protects this account.")
        assert not console.shows("Help:")
        assert 0 < console.raw.index(b"Help: Welcome") < console.raw.index(b"Only a password")
