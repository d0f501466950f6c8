"""The operator's desk through the installed program: in a hurry, and for somebody who lost everything."""

from datetime import timedelta

import pytest

from store.errors import SignInRefused
from store.services.principals import Visitor
from tests.leaks.looks import HANDED
from tests.terminal.authenticator import Phone
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD, Machine

OLGA, ALICE = "olga", "alice"


def test_an_operator_unlocks_somebody_and_resets_2fa_for_somebody_who_lost_everything(
    machine: Machine,
) -> None:
    machine.enable(ALICE)
    enrolled = machine.enable(OLGA)
    machine.change("UPDATE account SET role = 'operator' WHERE username = ?", OLGA)
    with machine.past(timedelta()) as (services, _):
        for _ in range(5):
            with pytest.raises(SignInRefused):
                services.sign_in.check_password(Visitor("host/alice"), ALICE, "not the right words")
    with machine.open() as alice, machine.open() as console:
        log_in(console, enrolled.phone)
        before = len(console.raw)
        # Six keys, the name aside, are the most; these are four.
        console.press("enter")
        console.wait_for("Username, name or number")
        console.type(ALICE)
        console.press("enter")
        console.says("Locked after wrong tries: password for ")
        console.press("enter")
        console.says("alice can log in again at once")
        console.press("enter")
        console.says("Done: every lock is lifted.")
        console.wait_still()
        # Four pages and five letters, over a slow line: none of them is drawn more than once.
        assert len(console.raw) - before < 32_000

        console.click("Reset 2FA")
        console.says("Its next page gives a reset code to hand over.")
        console.type("showed-a-passport\r")
        console.says("Done: the case is open.")
        console.press("enter")
        console.says("Do it while alice can take it down.")
        console.press("enter")
        console.says("It is shown this once.")
        [code] = HANDED.findall(console.prose())
        console.press("esc", "enter")
        console.click("I have handed it over")
        console.says("Done: the old app and the old backup codes are dead.")
        assert not HANDED.search(console.prose())
        console.press("esc")
        console.says("reset; waits for the reset code")
        console.press("esc")
        console.says("1 account", "reset")
        console.choose(OLGA, "Log out")
        console.offers("Log in")

        alice.log_in(ALICE, PASSWORD)
        alice.wait_for("Reset code")
        alice.type(f"{code}\r")
        alice.wait_for("Step 1")


def log_in(console: Console, phone: Phone) -> None:
    console.log_in(OLGA, PASSWORD)
    console.wait_for("Authentication code")
    console.type_code(phone)
    console.says("2FA is on since ", "Accounts")
