"""Wrong passwords lock a name at a source: known or not, for minutes, and never the owner elsewhere."""

from datetime import timedelta

import pytest

from store.errors import Locked, SignInRefused
from store.services.bundle import Services
from store.services.views import LoggedIn
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import ELSEWHERE, WRONG, password_wait, wrong_code, wrong_codes, wrong_passwords
from tests.tables import change, events, one, rows

NAMES = ["alice", "never-existed", "-no name-"]
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("name", NAMES)
def test_the_sixth_attempt_is_locked_with_one_countdown_for_every_name(desk: Desk, name: str) -> None:
    wrong_passwords(desk, 4, name)
    assert isinstance(desk.services.sign_in.check_password(HERE, "alice", PASSWORD), LoggedIn)
    wrong_passwords(desk, 5 if name == "alice" else 1, name)
    assert password_wait(desk, name) == MINUTE
    desk.clock.move(seconds=25)
    assert password_wait(desk, name) == timedelta(seconds=35)
    with pytest.raises(Locked):
        desk.services.sign_in.check_password(HERE, name, PASSWORD)


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_doubles_up_to_an_hour_and_each_expired_one_admits_one_attempt(desk: Desk, name: str) -> None:
    wrong_passwords(desk, 5, name)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert password_wait(desk, name) == minutes * MINUTE
        desk.clock.move(minutes=minutes, microseconds=-1)
        assert password_wait(desk, name) == timedelta(microseconds=1)
        desk.clock.move(microseconds=1)
        wrong_passwords(desk, 1, name)


def test_a_right_password_after_the_lock_ends_the_row(desk: Desk) -> None:
    wrong_passwords(desk, 5)
    desk.clock.move(minutes=1)
    desk.log_in()
    wrong_passwords(desk, 5)
    assert password_wait(desk) == MINUTE


def test_a_locked_attempt_prolongs_nothing_and_each_lock_is_recorded_once(desk: Desk) -> None:
    """However often a stranger tries on: the log would grow without a password, at no cost."""
    wrong_passwords(desk, 5)
    for _ in range(7):
        password_wait(desk)
    desk.clock.move(minutes=1)
    wrong_passwords(desk, 1)
    for _ in range(3):
        password_wait(desk)
    told = [each.detail for each in events(desk, "password checked")[-4:]]
    assert told == ["wrong password", "locked", "wrong password", "locked"]
    desk.clock.move(minutes=2)
    desk.log_in()


def test_a_stranger_at_another_source_does_not_lock_the_owner_out(desk: Desk) -> None:
    wrong_passwords(desk, 5, visitor=ELSEWHERE)
    assert password_wait(desk, visitor=ELSEWHERE) == MINUTE
    desk.log_in(visitor=HERE)
    assert password_wait(desk, visitor=ELSEWHERE) == MINUTE, "nor does the owner open the stranger's lock"


def test_fifty_failures_a_day_lock_to_its_end_even_with_successes_between(desk: Desk) -> None:
    start = desk.clock.now()
    for _ in range(12):
        wrong_passwords(desk, 4)
        desk.log_in()
        desk.clock.move(minutes=1)
    wrong_passwords(desk, 1)
    desk.log_in()  # forty-nine do not
    wrong_passwords(desk, 1)
    assert password_wait(desk) == start + timedelta(days=1) - desk.clock.now()
    desk.clock.move(password_wait(desk) - timedelta(microseconds=1))
    with pytest.raises(Locked):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    desk.clock.move(microseconds=1)
    desk.log_in()


def test_a_success_clears_the_password_counter_and_not_the_authenticators(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    wrong_codes(desk, half, 4)
    wrong_passwords(desk, 3)
    again = desk.half()
    counters = dict(
        rows(desk, "SELECT factor, failures FROM throttle WHERE factor IN ('password', 'authenticator')")
    )
    assert counters == {"password": 0, "authenticator": 4}
    wrong_codes(desk, again, 1)
    with pytest.raises(Locked):
        desk.services.second_factor.verify(desk.half(), wrong_code(desk))


def test_a_clock_set_back_neither_opens_a_lock_nor_keeps_it_for_ever(desk: Desk) -> None:
    wrong_passwords(desk, 7 - 2)
    desk.clock.move(minutes=1)
    wrong_passwords(desk, 1)
    desk.clock.move(seconds=30)
    desk.clock.move(days=-400)
    assert password_wait(desk) == 2 * MINUTE, "begun again from the new now"
    desk.clock.move(minutes=1)
    assert password_wait(desk) == MINUTE
    desk.clock.move(minutes=1)
    desk.log_in()


def test_a_clock_set_back_does_not_open_the_daily_lock_at_once(desk: Desk) -> None:
    wrong_passwords(desk, 1)
    change(desk, "UPDATE throttle SET window_failures = 49 WHERE factor = 'password'")
    wrong_passwords(desk, 1)
    desk.clock.move(hours=-3)
    assert password_wait(desk) == timedelta(days=1)


def test_locks_survive_reopening_the_store_and_are_shared(desk: Desk) -> None:
    wrong_passwords(desk, 3)
    second: Services = desk.another()
    for _ in range(2):
        with pytest.raises(SignInRefused):
            second.sign_in.check_password(HERE, "alice", WRONG)
    second.close()
    assert password_wait(desk) == MINUTE
    desk.services.close()
    third = desk.another()
    with pytest.raises(Locked):
        third.sign_in.check_password(HERE, "alice", PASSWORD)
    third.close()


def test_unlock_lifts_the_lock_at_every_source_and_says_how_it_was(desk: Desk) -> None:
    wrong_passwords(desk, 5)
    wrong_passwords(desk, 5, visitor=ELSEWHERE)
    assert desk.services.accounts.show(SHELL, "alice").password_locked_for == MINUTE
    assert desk.services.accounts.unlock(SHELL, "ALICE ").password_locked_for == MINUTE
    assert desk.services.accounts.show(SHELL, "alice").password_locked_for == timedelta()
    desk.log_in()
    desk.log_in(visitor=ELSEWHERE)


def test_names_are_counted_apart(desk: Desk) -> None:
    desk.create("bob")
    wrong_passwords(desk, 5)
    desk.log_in("bob")
    assert one(desk, "SELECT count(*) FROM throttle WHERE factor = 'password'") == 2
    assert not rows(desk, "SELECT 1 FROM throttle WHERE instr(subject, 'alice') OR instr(subject, 'bob')")


def test_a_disabled_account_is_counted_like_any_name(desk: Desk) -> None:
    change(desk, "UPDATE account SET enabled = 0")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert password_wait(desk) == MINUTE
