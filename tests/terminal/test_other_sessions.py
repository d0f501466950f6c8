"""What happens here while something is changed from elsewhere."""

from collections.abc import Callable

import pytest

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"


def test_of_two_sessions_that_enroll_at_once_the_second_is_told(machine: Machine) -> None:
    machine.create()
    with machine.open() as first, machine.open() as second:
        for console in (first, second):
            console.log_in(ALICE, PASSWORD)
            console.wait_for("Call forwarding")
        second.enroll(ALICE)
        phone, codes = first.enroll(ALICE)
        first.agree()
        first.says("2FA is on. From now on")
        # It need not press anything to learn it.
        second.says("2FA was changed in another session")
        second.offers("Log in", "Username")
        # What stands in the store is the first one's.
        second.log_in(ALICE, PASSWORD)
        second.wait_for("Authentication code")
        second.type_code(phone)
        second.says("2FA is on since ")
        second.choose(ALICE, "Log out")
        second.log_in(ALICE, PASSWORD)
        second.use_backup_code(codes[9])
        second.says("Backup code 10 of set ", "9 are left.")
    assert machine.second_factor() == ("on", 1, 1)


def at_home(console: Console) -> None:
    console.wait_for("Call forwarding")


def at_enrollment(console: Console) -> None:
    console.begin_enrollment(ALICE)


def at_the_codes(console: Console) -> None:
    console.enroll(ALICE)


@pytest.mark.parametrize("where", [at_home, at_enrollment, at_the_codes])
def test_a_disabled_account_is_shown_the_door_at_its_next_act(
    machine: Machine, where: Callable[[Console], None]
) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        where(console)
        if where is at_the_codes:
            console.rest(1.1)
        machine.change("UPDATE account SET enabled = 0 WHERE username = ?", ALICE)
        if where is at_home:
            console.press("enter")
        elif where is at_enrollment:
            console.type("000000\r")
        else:
            console.press("tab", "tab", "tab")
        console.says("This account was disabled. Ask an operator.")
        console.offers("Username", "Password", "Log in")
        assert not console.shows("▀▀")
        # From outside, a disabled account is like any that does not exist.
        console.log_in(ALICE, PASSWORD)
        console.says("That did not work. Check both; if they are right, ask an operator.")
        console.log_in("nobody", PASSWORD)
        console.says("That did not work. Check both; if they are right, ask an operator.")
    assert machine.second_factor() == ("off", 0, 0)
    assert machine.rows("SELECT end_reason FROM session") == [("disabled",)]
