"""Every way of leaving before Agree leaves the account as it was; the password alone opens it."""

import signal
from collections.abc import Callable

import pytest

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"
STATE = "SELECT second_factor, epoch, had_second_factor, last_set_number FROM account"
OPEN = "SELECT count(*) FROM session WHERE ended_at IS NULL"
ENDS = "SELECT end_reason FROM session ORDER BY id"

Way = Callable[[Console], None]


def by_escape(console: Console) -> None:
    console.press("esc")


def by_cancel(console: Console) -> None:
    console.click("Cancel")


def by_logging_out(console: Console) -> None:
    console.choose(ALICE, "Log out")


def nothing_changed(machine: Machine) -> None:
    assert machine.second_factor() == ("off", 0, 0)
    assert machine.rows(STATE) == [("off", 0, 0, None)]


def opens_with_the_password_alone(machine: Machine) -> None:
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.says("Only a password protects this account.")


@pytest.mark.parametrize("leave", [by_escape, by_cancel, by_logging_out])
def test_a_cancelled_enrollment_changes_nothing(machine: Machine, leave: Way) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        phone = console.begin_enrollment(ALICE)
        leave(console)
        if leave is by_logging_out:
            console.log_in(ALICE, PASSWORD)
            console.click("Settings")
        else:
            console.says("Nothing was changed. If you scanned the QR, delete that entry in the app.")
        assert not console.shows("▀▀")
        nothing_changed(machine)
        console.click("Enable 2FA")
        assert console.scan().key != phone.key
        console.quit()
        assert console.wait_exit() == 0
    nothing_changed(machine)
    assert machine.rows(OPEN) == [(0,)]


@pytest.mark.parametrize("leave", [by_escape, by_logging_out])
def test_leaving_the_backup_codes_is_asked_about_and_changes_nothing(machine: Machine, leave: Way) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        _, codes = console.enroll(ALICE)
        console.rest(1.1)
        leave(console)
        console.offers("Back to the codes", "Leave 2FA off")
        assert console.count("Agree") == 0
        assert console.count("2FA stays off.") == 1
        assert not any(console.count(code) for code in codes)
        console.press("esc")
        assert console.backup_codes() == codes
        console.rest(1.1)
        leave(console)
        console.offers("Back to the codes", "Leave 2FA off")
        console.click("Leave 2FA off")
        if leave is by_escape:
            console.says("Nothing was changed. If you scanned the QR, delete that entry in the app.")
        else:
            console.wait_for("Username")
    nothing_changed(machine)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_a_program_that_dies_before_agree_leaves_the_password(
    machine: Machine, number: signal.Signals
) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.enroll(ALICE)
        console.kill(number)
        status = console.wait_exit()
        assert status == (-number if number == signal.SIGKILL else 1)
    nothing_changed(machine)
    # What a killed process leaves expires by itself.
    ended = [(None,)] if number == signal.SIGKILL else [("hangup",)]
    assert machine.rows(ENDS) == ended
    opens_with_the_password_alone(machine)


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_ends_a_half_session_in_the_store(machine: Machine, number: signal.Signals) -> None:
    machine.enable()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Authentication code")
        console.kill(number)
        assert console.wait_exit() == 1
    assert machine.rows(ENDS)[-1] == ("hangup",)


def test_a_closed_window_ends_the_session_in_the_store(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Call forwarding")
        console.hang_up()
    assert machine.rows(ENDS) == [("hangup",)]
