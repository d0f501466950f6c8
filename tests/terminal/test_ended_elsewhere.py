"""A session that is ended from another console: what it showed is gone, and it stands at the front door."""

import time

from tests.attacks.steps import arrive, to_codes
from tests.terminal.machine import PASSWORD, Machine

ALICE = "alice"


def test_a_session_that_is_ended_elsewhere_wipes_its_screen_within_two_seconds(machine: Machine) -> None:
    machine.create()
    with machine.open() as mine, machine.open() as other:
        for console in (mine, other):
            console.log_in(ALICE, PASSWORD)
            console.wait_for("Call forwarding")
        _, codes = to_codes(other)
        mine.choose(ALICE, "Settings")
        mine.click("Sessions")
        arrive(mine, "Where you are logged in")
        mine.click("Log out everywhere else")
        mine.wait_for("You are logged in nowhere else.")
        ended = time.monotonic()
        other.says("This session was ended in another one. Begin again.")
        print(f"wiped {time.monotonic() - ended:.2f} s later")  # noqa: T201
        other.wait_still()
        other.offers("Username", "Password", "Log in")
        assert not [code for code in codes if other.count(code)]
        mine.press("esc")
        arrive(mine, "Your account")
        assert machine.rows("SELECT count(*) FROM session WHERE ended_at IS NULL") == [(1,)]
    assert machine.second_factor() == ("off", 0, 0)
