"""What one person can do to another, or with a stolen half: by the running program alone."""

import json
import socket
import time
from contextlib import ExitStack
from functools import partial

import pytest

from tests.attacks.outside import all_bytes, holds_nothing_of
from tests.attacks.steps import type_in
from tests.terminal.machine import PASSWORD, Enrolled, Machine

SPENT = "SELECT count(*) FROM backup_code WHERE used_at IS NOT NULL"
KIOSK = "SELECT source, failures FROM throttle WHERE factor = 'password' AND source LIKE 'kiosk:%'"


def refused(machine: Machine, tries: int) -> bool:
    """Whether so many tries were refused; told by the log, since each has the same words."""
    return machine.rows(
        "SELECT count(*) FROM audit_event WHERE event = 'password checked' AND outcome = 'refused'"
    ) == [(tries,)]


def named(machine: Machine) -> tuple[str, str]:
    """The configuration of the kiosk at the front desk."""
    file = machine.folder / "kiosk.toml"
    file.write_text('kiosk = "front-desk"\n')
    return "--config", str(file)


@pytest.mark.parametrize("has_name", [True, False])
def test_three_windows_of_one_kiosk_are_one_source(machine: Machine, *, has_name: bool) -> None:
    """T25: each has a terminal of its own, and whoever opens another has no more tries for that."""
    configured = named(machine) if has_name else ()
    with ExitStack() as windows:
        consoles = [windows.enter_context(machine.open("--kiosk", *configured)) for _ in range(3)]
        for console in consoles:
            console.wait_for("[ Log in ]")
            console.type("alice\r")
        for tries, console in enumerate(consoles * 2, start=1):
            console.wait_still()
            if tries == 6:
                console.type(f"{PASSWORD}\r")
                console.wait_for("Too many wrong tries.")
                break
            console.type("not the right password\r")
            console.wait_until(partial(refused, machine, tries), f"try {tries}")
    source = "front-desk" if has_name else socket.gethostname()
    assert machine.rows(KIOSK) == [(f"kiosk:{source}", 5)]


def test_a_stranger_at_a_kiosk_cannot_keep_the_owner_out(machine: Machine) -> None:
    """T25, T29: five wrong tries lock that place alone; an operator sees and lifts it, and that is recorded."""
    with machine.open("--kiosk", *named(machine)) as console:
        console.wait_for("[ Log in ]")
        console.type("alice\r")
        for tries in range(1, 6):
            console.type("not the right password\r")
            console.wait_until(partial(refused, machine, tries), f"try {tries}")
            console.wait_still()
        console.type(f"{PASSWORD}\r")
        console.wait_for("Too many wrong tries.")
        with machine.open() as owner:
            owner.log_in("alice", PASSWORD)
            owner.wait_for("alice ▼")
        assert machine.rows(KIOSK) == [("kiosk:front-desk", 5)]
        assert json.loads(machine.run("account", "show", "alice", "--json"))["locked_seconds"]["password"] > 0
        assert "Lifted for alice" in machine.run("account", "unlock", "alice")
        [(actor, outcome)] = machine.rows(
            "SELECT actor, outcome FROM audit_event WHERE event = 'account unlocked'"
        )
        assert actor
        assert outcome == "done"
        console.wait_still()
        console.type(f"{PASSWORD}\r")
        console.wait_for("alice ▼")


def test_a_backup_code_opens_nothing_without_the_password_and_one_thing_with_it(
    machine: Machine, bob: Enrolled
) -> None:
    """T26, T23: not as a password, not as the app's code; then in small letters and without its dashes."""
    with machine.open() as console:
        console.log_in("bob", bob.codes[0])
        console.wait_for("That did not work.")
        console.wait_still()
        console.type(f"{PASSWORD}\r")
        console.wait_for("Authentication code")
        console.wait_still()
        console.type(f"{bob.codes[0]}\r")
        console.wait_for("The app's code is six digits.")
        assert machine.rows(SPENT) == [(0,)]
        # Neither page has a way to what is behind both.
        console.press("f4", "esc")
        console.wait_for("[ Log in ]")
        console.press("f4")
        console.wait_still()
        console.log_in("bob", PASSWORD)
        console.to_lost_access()
        console.wait_still()
        console.press("f4")
        console.type(bob.codes[0].replace("-", " ").lower().replace("0", "o").replace("1", "l") + "\r")
        console.wait_for("Backup code 1 of set")
        console.wait_for("bob ▼")
    assert machine.rows(SPENT) == [(1,)]
    assert machine.rows("SELECT kind FROM session ORDER BY id DESC LIMIT 1") == [("full",)]


def test_after_disabling_and_enabling_again_nothing_old_is_left_or_works(
    machine: Machine, bob: Enrolled
) -> None:
    """T28, T21: the password is asked for; the old sealed secret is in no byte of the store any more."""
    old = [
        value
        for row in machine.rows("SELECT secret FROM authenticator UNION SELECT digest FROM backup_code")
        for value in row
    ]
    assert len(old) == 11
    with machine.open() as console:
        console.log_in("bob", PASSWORD)
        console.wait_for("Authentication code")
        console.type_code(bob.phone)
        console.wait_for("bob ▼")
        console.choose("bob", "Settings")
        console.click("Disable 2FA")
        console.wait_for("After this no code is asked for.")
        console.wait_still()
        console.type("not the right password\r")
        console.wait_for("Wrong password.")
        assert machine.second_factor("bob") == ("on", 1, 1)
        console.wait_still()
        console.type(f"{PASSWORD}\r")
        console.wait_for("2FA is off.")
        console.click("Enable 2FA")
        phone = type_in(console, "bob")
        assert phone.key != bob.phone.key
        console.wait_still()
        console.type(f"{bob.phone.code(time.time())}\r")
        console.wait_for("Wrong code.")
        console.wait_still()
        console.type_code(phone)
        codes = console.backup_codes()
        assert not {*codes} & {*bob.codes}
        console.agree()
        console.wait_for("2FA is on.")
    assert machine.second_factor("bob") == ("on", 1, 1)
    left = all_bytes(machine.folder)
    assert not any(value in left for value in old)
    holds_nothing_of(left, [PASSWORD, phone.key, bob.phone.key, *codes, *bob.codes])


def test_a_code_is_not_accepted_twice_though_the_clock_went_back(machine: Machine, bob: Enrolled) -> None:
    """T30: the last accepted step lies in the future then; the person is told why, and it counts as no try."""
    machine.change("UPDATE authenticator SET last_step = ?", int(time.time()) // 30 + 120)
    with machine.open() as console:
        console.log_in("bob", PASSWORD)
        console.wait_for("Authentication code")
        console.type_code(bob.phone)
        console.wait_for("This machine's clock went back")
    assert machine.rows("SELECT failures FROM throttle WHERE factor = 'authenticator'") in ([], [(0,)])


def test_no_command_of_an_operator_shows_a_secret_of_anybody(machine: Machine, bob: Enrolled) -> None:
    """T29: neither setup key nor code nor hash; the reset is recorded with who did it."""
    said = (
        machine.run("account", "list", "--json")
        + machine.run("account", "show", "bob")
        + machine.run("audit", "verify")
    )
    said += machine.run("account", "reset-2fa", "bob", "--reason", "lost both")
    holds_nothing_of(said.encode(), [PASSWORD, bob.phone.key, *bob.codes])
    assert "$argon2" not in said
    [(actor,)] = machine.rows("SELECT actor FROM audit_event WHERE event = '2FA reset'")
    assert actor
