"""A key that is held does no harm, and what is typed early reaches the page it was meant for."""

import time

from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine
from tests.terminal.test_launcher import echoes

ALICE = "alice"
ATTEMPTS = "SELECT count(*) FROM throttle WHERE failures > 0"
REPEAT = 0.033


def hold_enter(console: Console, seconds: float) -> None:
    """Hold Enter as a keyboard repeats it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        console.press("enter")
        console.rest(REPEAT)


def test_enter_held_for_ten_seconds_on_the_backup_codes_agrees_nothing(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        codes = console.enroll(ALICE)[1]
        hold_enter(console, 4)
        # Nor where the button has the focus, as long as Enter never rests.
        console.press("tab", "tab", "tab")
        hold_enter(console, 10)
        assert console.backup_codes() == codes
        assert machine.second_factor() == ("off", 0, 0)
        console.rest(0.7)
        console.press("enter")
        console.says("2FA is on.")
    assert machine.second_factor() == ("on", 1, 1)


def test_enter_held_from_the_front_door_on_tries_and_changes_nothing(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.wait_for("Username")
        hold_enter(console, 2)
        console.says("Type your username.")
        console.wait_still()
        console.click_field("Username")
        console.type(ALICE)
        hold_enter(console, 2)
        console.says("Type your password.")
        assert machine.rows("SELECT count(*) FROM throttle") == [(0,)]
        console.wait_still()
        console.type(PASSWORD)
        hold_enter(console, 5)
        console.wait_for(f"{ALICE} ▼")
    assert machine.second_factor() == ("off", 0, 0)
    assert machine.rows(ATTEMPTS) == [(0,)]


def test_enter_held_after_a_wrong_password_counts_one_attempt(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.wait_for("Username")
        console.type(f"{ALICE}\rsome other password\r")
        hold_enter(console, 3)
    assert machine.rows("SELECT failures FROM throttle WHERE factor = 'password'") == [(1,)]


def test_username_password_and_code_typed_in_one_go_log_in(machine: Machine) -> None:
    phone = machine.enable().phone
    with machine.open() as console:
        console.wait_for("Username")
        code = phone.code(time.time())
        console.send(f"{ALICE}\r{PASSWORD}\r{code}\r".encode())
        console.says("2FA is on since ")
    assert machine.rows(ATTEMPTS) == [(0,)]


def test_a_wrong_code_typed_ahead_is_tried_once_and_shown_as_wrong(machine: Machine) -> None:
    phone = machine.enable().phone
    with machine.open() as console:
        console.wait_for("Username")
        wrong = f"{(int(phone.code(time.time())) + 1) % 1_000_000:06d}"
        console.send(f"{ALICE}\r{PASSWORD}\r{wrong}\r".encode())
        console.says("Wrong code.")
        assert console.count("Authentication code") == 1
        console.type_code(phone)
        console.says("2FA is on since ")


def test_without_2fa_what_was_typed_too_early_is_dropped(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.wait_for("Username")
        console.send(f"{ALICE}\r{PASSWORD}\r123456\r".encode())
        console.says("Only a password protects this account.")
        console.wait_still()
        assert console.headline() == "Home"


def test_a_username_and_password_typed_before_anything_is_drawn_do_no_harm(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.wait_until(lambda: not echoes(console), "waiting for the echo to go")
        console.send(f"{ALICE}\r{PASSWORD}\r".encode())
        console.wait_for("Username")
        console.wait_still()
        assert b"violet" not in console.raw
        console.log_in(ALICE, PASSWORD)
        console.says("Only a password protects this account.")
