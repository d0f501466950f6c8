"""A console that is killed at a moment which nobody on its screen knows, and who may get in afterwards."""

import signal
import time
from dataclasses import dataclass

from tests.terminal.authenticator import Phone
from tests.terminal.console import Console
from tests.terminal.machine import PASSWORD

ALICE = "alice"


class Killed(Exception):
    """The program was killed."""


@dataclass(frozen=True)
class Way:
    """How alice gets in: by her password alone, or also by this phone or one of these codes."""

    phone: Phone | None = None
    codes: tuple[str, ...] = ()


class Life:
    """What alice does in one life of the program, again and again: on, in by a backup code, off."""

    def __init__(self, console: Console, way: Way) -> None:
        self.console = console
        self.before = self.after = way
        """How she gets in if what she does now has not happened, and if it has."""
        self._dies_at = float("inf")
        console.watch = self._die

    def goes_on(self, acts: int, seconds: float) -> None:
        """Live until so many acts were begun, and then for so many seconds."""
        self._acts, self._seconds = acts, seconds
        while True:
            self._turns_off() if self.before.phone else self._turns_on()

    def _turns_on(self) -> None:
        self.console.log_in(ALICE, PASSWORD)
        self.console.wait_for("Call forwarding")
        phone, codes = self.console.enroll(ALICE)
        self._begin(Way(phone, tuple(codes)))
        self.console.agree()
        self._happened("2FA is on. From now on")

    def _turns_off(self) -> None:
        self.console.log_in(ALICE, PASSWORD)
        self.console.to_lost_access()
        spent, *left = self.before.codes
        self._begin(Way(self.before.phone, tuple(left)))
        self.console.type(f"{spent}\r")
        self._happened("was used: cross it out.")
        self.console.click("Settings")
        self.console.wait_for("New backup codes")
        self.console.click("Disable 2FA")
        self.console.wait_for("Password")
        self._begin(Way())
        self.console.type(f"{PASSWORD}\r")
        self._happened("2FA is off.")
        self.console.choose(ALICE, "Log out")

    def _begin(self, after: Way) -> None:
        self.after = after
        self._acts -= 1
        if not self._acts:
            # Agree first waits until a click counts.
            pause = 1.1 if after.phone is not self.before.phone and after.phone else 0
            self._dies_at = time.monotonic() + pause + self._seconds

    def _happened(self, sentence: str) -> None:
        self.console.says(sentence)
        self.before = self.after

    def _die(self) -> float:
        left = self._dies_at - time.monotonic()
        if left <= 0:
            self.console.watch = None
            self.console.kill(signal.SIGKILL)
            raise Killed
        return left
