"""What the machine found, each fault as a story of its own."""

import pytest

from store.errors import StepUpNeeded
from tests.desk import Desk
from tests.services.tries import wrong_codes, wrong_passwords
from tests.tables import one


def test_a_clock_set_back_forgets_none_of_the_days_failures(desk: Desk) -> None:
    desk.enable()
    wrong_codes(desk, desk.half(), 3)
    wrong_passwords(desk, 2)
    desk.clock.move(seconds=-20)
    wrong_codes(desk, desk.half(), 1)
    wrong_passwords(desk, 1)
    failures = "SELECT window_failures FROM throttle WHERE factor = ?"
    assert one(desk, failures, "authenticator") == 4
    assert [one(desk, failures, factor) for factor in ("password", "source", "store")] == [3, 3, 3]


def test_behind_its_own_proof_a_session_says_what_the_acts_say(desk: Desk) -> None:
    desk.enable()
    full = desk.log_in()
    desk.clock.move(seconds=-20)
    assert not desk.services.sessions.check(full, active=True).stepped_up
    with pytest.raises(StepUpNeeded):
        desk.services.enrollment.begin(full)
