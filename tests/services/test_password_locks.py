"""Wrong passwords lock a name at a source: known or not, for minutes, and never the owner elsewhere."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from store.errors import Locked, SessionEnded, SignInRefused
from store.services.bundle import Services
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import (
    ELSEWHERE,
    WRONG,
    fresh_code,
    password_wait,
    wrong_codes,
    wrong_passwords,
)
from tests.tables import change, events, one, rows


def outcome(desk: Desk, name: str) -> object:
    """What a stranger is told: the wait, or that it did not work."""
    with pytest.raises((Locked, SignInRefused)) as told:
        desk.services.sign_in.check_password(HERE, name, WRONG)
    return getattr(told.value, "wait", None)


NAMES = ["alice", "never-existed", "-no name-"]
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("name", NAMES)
def test_the_sixth_attempt_is_locked_with_one_countdown_for_every_name(desk: Desk, name: str) -> None:
    wrong_passwords(desk, 5, name)
    assert password_wait(desk, name) == MINUTE
    desk.clock.move(seconds=25)
    assert password_wait(desk, name) == timedelta(seconds=35)
    with pytest.raises(Locked):
        desk.services.sign_in.check_password(HERE, name, PASSWORD)


@pytest.mark.parametrize("name", NAMES)
def test_four_misses_and_one_more_lock_whoever_logged_in_meanwhile(desk: Desk, name: str) -> None:
    """Else the fifth would tell which names exist, and when their owners were there (ASVS 6.3.8)."""
    wrong_passwords(desk, 4, name)
    desk.log_in()
    desk.clock.move(minutes=10)
    wrong_passwords(desk, 1, name)
    assert password_wait(desk, name) == MINUTE


STRANGERS = ("stranger",) * 4
MANY = st.sampled_from(["owner", "owner asked again", "stranger", *STRANGERS, "lock ends"])
TIMES = st.sampled_from([timedelta(hours=hours) for hours in (-2, -0.01, 0.01, 1, 23, 24)])


@given(steps=st.lists(MANY | MANY | TIMES, max_size=40))
@example(steps=[*STRANGERS, "owner", "stranger", "stranger"])
@example(steps=[*STRANGERS, "owner asked again", "stranger", "stranger"])
@example(steps=["owner", timedelta(hours=23.99), *STRANGERS, timedelta(hours=0.02), "stranger", "stranger"])
@example(steps=[*STRANGERS, "stranger", "lock ends", "owner", "stranger", "stranger"])
@example(steps=[*STRANGERS, "stranger", "lock ends", "owner", timedelta(hours=-0.01), "stranger"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_an_owner_does_right_shows_in_what_a_stranger_there_is_told(
    desk: Desk, steps: list[str | timedelta]
) -> None:
    """Whatever the times, and where the clock goes back: a name tried by a stranger alone is told the same."""
    change(desk, "DELETE FROM throttle")
    told: list[tuple[object, object]] = []
    token = desk.log_in()
    for step in steps:
        if isinstance(step, timedelta):
            desk.clock.move(step)
        elif step == "stranger":
            told.append((outcome(desk, "alice"), outcome(desk, "nobody")))
        elif step == "lock ends":
            desk.clock.move(told[-1][1] if told and isinstance(told[-1][1], timedelta) else MINUTE)
        else:
            with suppress(Locked, SessionEnded):
                token = desk.log_in() if step == "owner" else desk.services.passwords.step_up(token, PASSWORD)
    assert [one for one, _ in told] == [other for _, other in told]


@pytest.mark.parametrize("name", NAMES)
def test_a_lock_doubles_up_to_an_hour_and_each_expired_one_admits_one_attempt(desk: Desk, name: str) -> None:
    wrong_passwords(desk, 5, name)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert password_wait(desk, name) == minutes * MINUTE
        desk.clock.move(minutes=minutes, microseconds=-1)
        assert password_wait(desk, name) == timedelta(microseconds=1)
        desk.clock.move(microseconds=1)
        wrong_passwords(desk, 1, name)


def test_a_right_password_leaves_its_counter_as_it_was(desk: Desk) -> None:
    counter = "SELECT * FROM throttle WHERE factor = 'password'"
    desk.log_in()
    assert rows(desk, counter) == []
    for failures in (1, 3, 1, 1):
        wrong_passwords(desk, failures)
        desk.clock.move(minutes=2)
        before = rows(desk, counter)
        desk.log_in()
        assert rows(desk, counter) == before


def test_a_row_ends_with_the_day_of_its_first_failure_and_its_lock_does_not(desk: Desk) -> None:
    start = desk.clock.now()
    wrong_passwords(desk, 4)
    desk.clock.move(hours=23, minutes=59)
    desk.log_in()
    wrong_passwords(desk, 1)
    assert password_wait(desk) == MINUTE
    desk.clock.move(start + timedelta(days=1, seconds=-1) - desk.clock.now() + MINUTE)
    wrong_passwords(desk, 4)
    desk.clock.move(days=1)
    wrong_passwords(desk, 4)
    desk.log_in()


def test_a_lock_that_stands_when_the_day_ends_stays(desk: Desk) -> None:
    wrong_passwords(desk, 4)
    desk.clock.move(hours=23, minutes=59, seconds=30)
    wrong_passwords(desk, 1)
    desk.clock.move(seconds=40)
    assert password_wait(desk) == timedelta(seconds=20)


def test_a_guesser_has_33_tries_a_day_whatever_the_owner_does(desk: Desk) -> None:
    end, tries = desk.clock.now() + timedelta(days=1), 0
    while desk.clock.now() < end:
        try:
            desk.services.sign_in.check_password(HERE, "alice", WRONG)
        except SignInRefused:
            tries += 1
        except Locked as locked:
            desk.clock.move(locked.wait)
            desk.log_in()
    assert tries == 33


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


def test_a_success_clears_the_count_of_its_own_factor_and_a_password_none(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    wrong_codes(desk, half, 4)
    wrong_passwords(desk, 3)
    again = desk.half()
    counters = "SELECT factor, failures FROM throttle WHERE factor IN ('password', 'authenticator')"
    assert dict(rows(desk, counters)) == {"password": 3, "authenticator": 4}
    desk.services.second_factor.verify(again, fresh_code(desk))
    assert dict(rows(desk, counters)) == {"password": 3, "authenticator": 0}


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
    wrong_passwords(desk, 1, "bob")
    desk.log_in("bob")
    assert one(desk, "SELECT count(*) FROM throttle WHERE factor = 'password'") == 2
    assert not rows(desk, "SELECT 1 FROM throttle WHERE instr(subject, 'alice') OR instr(subject, 'bob')")


def test_a_disabled_account_is_counted_like_any_name(desk: Desk) -> None:
    change(desk, "UPDATE account SET enabled = 0")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert password_wait(desk) == MINUTE
