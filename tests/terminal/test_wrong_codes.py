"""Codes of the app that are wrong, spent or from a phone whose clock is off, and what the person reads."""

import re
import time

from tests.terminal.authenticator import Phone
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"
STEP = 30


def wrong_code(phone: Phone) -> str:
    """A code that no step within half an hour has."""
    near = {phone.code(time.time() + STEP * off) for off in range(-60, 61)}
    return next(code for code in map("{:06d}".format, range(1_000_000)) if code not in near)


def try_code(console: Console, code: str, answer: str) -> None:
    """Type a code, and wait for an answer that was not there before."""
    console.type("\r")
    console.says("Type the six digits from the app.")
    console.type(f"{code}\r")
    console.says(answer)


def test_at_enrollment_a_wrong_code_says_so_and_the_tenth_ends_it(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        phone = console.begin_enrollment(ALICE)
        wrong = wrong_code(phone)
        for letters in ("abcdef", "12345"):
            try_code(console, letters, "The app's code is six digits.")
        for _ in range(9):
            try_code(console, wrong, "Wrong code. Try the next one. Is the phone's clock automatic?")
        console.type(f"{wrong}\r")
        console.says("That took too long or too many tries. Nothing was changed; begin again.")
        assert machine.second_factor() == ("off", 0, 0)
        console.click("Enable 2FA")
        assert console.scan().key != phone.key


def test_at_enrollment_a_phone_whose_clock_is_off_is_told_by_how_much(machine: Machine) -> None:
    machine.create()
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        phone = console.begin_enrollment(ALICE)
        # Two to ten steps; six and a half is safe on both sides of a step's end.
        try_code(console, phone.code(time.time() - 195), "Your phone's clock is about ")
        console.says(" s behind.")
        try_code(console, phone.code(time.time() + 195), " s ahead.")
        seconds = re.search(r"clock is about (\d+) s", console.prose())
        assert seconds is not None
        assert abs(int(seconds[1]) - 195) <= STEP
        console.type_code(phone)
        assert len(console.backup_codes()) == 10


def test_at_code_entry_the_fifth_wrong_code_locks_and_the_wait_counts_down(machine: Machine) -> None:
    phone = machine.enable().phone
    before = machine.rows("SELECT last_step FROM authenticator")
    wrong = wrong_code(phone)
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Authentication code")
        for _ in range(5):
            try_code(console, wrong, "Wrong code.")
        waits = []
        for _ in range(2):
            try_code(console, phone.code(time.time()), "Too many wrong tries. Wait ")
            console.says(", or ask an operator.")
            number, unit = re.findall(r"Wait (\d+) (s|min)[, ]", console.prose())[0]
            waits.append(int(number) * (60 if unit == "min" else 1))
            console.rest(1.1)
        assert 60 >= waits[0] > waits[1] > 30
        # Another factor is not locked with it.
        console.to_lost_access()
        console.type("0000-0000-0000-0000\r")
        console.says("No code of this set is like that.")
    assert machine.rows("SELECT last_step FROM authenticator") == before


def test_at_code_entry_a_phone_whose_clock_is_off_is_told_nothing(machine: Machine) -> None:
    phone = machine.enable().phone
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Authentication code")
        console.type(f"{phone.code(time.time() + 195)}\r")
        console.says("Wrong code.")
        console.type("7K3Q9WZDM2FTXA5C\r")
        console.says("The app's code is six digits. For one from your sheet, use the line below.")
        console.use_backup_code(phone.code(time.time()))
        console.says("Six digits come from the app.")
    assert machine.rows("SELECT factor, failures FROM throttle WHERE failures > 0") == [("authenticator", 1)]


def test_a_spent_code_is_told_from_a_wrong_one_and_costs_nothing(machine: Machine) -> None:
    phone = machine.enable().phone
    with machine.open() as console:
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Authentication code")
        spent = console.type_code(phone)
        console.says("2FA is on since ")
        console.choose(ALICE, "Log out")
        console.log_in(ALICE, PASSWORD)
        console.wait_for("Authentication code")
        for _ in range(6):
            try_code(console, spent, "Already used. Wait for a new code in the app (30 s at most).")
        assert machine.rows("SELECT failures FROM throttle WHERE factor = 'authenticator'") == [(0,)]
        console.type_code(phone)
        console.says("2FA is on since ")
