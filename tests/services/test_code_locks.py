"""Wrong codes lock their own factor, across sessions, and a hundred in a row turn it off (D9)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store.errors import FactorDisabled, Locked, WrongBackupCode, WrongCode
from store.rules import throttling
from store.services import throttle
from store.services.principals import SessionToken
from store.services.views import LoggedIn
from tests.desk import PASSWORD, SHELL, Desk
from tests.services.tries import (
    ELSEWHERE,
    NO_CODE,
    code_wait,
    fresh_code,
    wrong_backup_codes,
    wrong_code,
    wrong_codes,
)
from tests.tables import change, events, one, rows

MINUTE = timedelta(minutes=1)


def test_five_wrong_codes_lock_in_every_session_and_a_right_one_does_not_help(desk: Desk) -> None:
    desk.enable()
    first = desk.half()
    wrong_codes(desk, first, 3)
    wrong_codes(desk, desk.half(), 1)
    # From wherever: who knows the password gets no more tries by going elsewhere.
    wrong_codes(desk, desk.half(visitor=ELSEWHERE), 1)
    assert code_wait(desk, first) == MINUTE
    desk.clock.move(seconds=30)
    with pytest.raises(Locked) as locked:
        desk.services.second_factor.verify(desk.half(), desk.code())
    assert locked.value.wait == timedelta(seconds=30)
    desk.clock.move(seconds=30)
    desk.services.second_factor.verify(desk.half(), desk.code())


def test_what_is_locked_is_not_the_step_that_was_tried(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    wrong_codes(desk, half, 5)
    last_step = one(desk, "SELECT last_step FROM authenticator")
    desk.clock.move(seconds=30)
    code_wait(desk, half)
    assert one(desk, "SELECT last_step FROM authenticator") == last_step


def test_a_lock_of_the_app_leaves_the_backup_codes_and_the_password_open(desk: Desk) -> None:
    codes = desk.enable()
    half = desk.half()
    wrong_codes(desk, half, 5)
    assert isinstance(desk.services.second_factor.use_backup_code(desk.half(), codes[0]), LoggedIn)
    desk.clock.move(seconds=30)
    code_wait(desk, desk.half())


def test_a_lock_of_the_backup_codes_leaves_the_app_open(desk: Desk) -> None:
    codes = desk.enable()
    half = desk.half()
    wrong_backup_codes(desk, half, 5)
    with pytest.raises(Locked) as locked:
        desk.services.second_factor.use_backup_code(half, codes[0])
    assert locked.value.wait == MINUTE
    desk.services.second_factor.verify(half, fresh_code(desk))
    with pytest.raises(Locked):
        desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    assert one(desk, "SELECT count(*) FROM backup_code WHERE used_at IS NULL") == 10


def test_a_success_ends_the_row(desk: Desk) -> None:
    desk.enable()
    wrong_codes(desk, desk.half(), 4)
    desk.services.second_factor.verify(desk.half(), fresh_code(desk))
    wrong_codes(desk, desk.half(), 5)
    assert code_wait(desk, desk.half()) == MINUTE


def test_an_expired_lock_admits_one_attempt(desk: Desk) -> None:
    desk.enable()
    wrong_codes(desk, desk.half(), 5)
    desk.clock.move(minutes=1)
    half = desk.half()
    wrong_codes(desk, half, 1)
    assert code_wait(desk, half) == 2 * MINUTE


def test_the_steps_of_a_full_session_count_too(desk: Desk) -> None:
    desk.enable()
    full = desk.log_in()
    wrong_codes(desk, full, 5)
    code_wait(desk, desk.half())


def miss(desk: Desk, factor: str, times: int) -> SessionToken:
    """Fail so often, waiting for each lock to open."""
    half = desk.half()
    for _ in range(times):
        length = one(desk, "SELECT coalesce(max(lock_length), 0) FROM throttle WHERE factor = ?", factor)
        if length:
            desk.clock.move(timedelta(microseconds=length))
            half = desk.half()
        if factor == "authenticator":
            with pytest.raises(WrongCode):
                desk.services.second_factor.verify(half, wrong_code(desk))
        else:
            with pytest.raises(WrongBackupCode):
                desk.services.second_factor.use_backup_code(half, NO_CODE)
    return half


def near_the_end(desk: Desk, factor: str) -> None:
    """Have the factor stand two failures before its hundredth, its lock just over."""
    miss(desk, factor, 1)
    change(
        desk,
        "UPDATE throttle SET failures = ?, window_failures = 2 WHERE factor = ?",
        throttling.MAX_IN_A_ROW - 2,
        factor,
    )


def test_fifty_wrong_codes_a_day_lock_to_its_end(desk: Desk) -> None:
    desk.enable()
    start = desk.clock.now()
    half = miss(desk, "authenticator", 1)
    change(desk, "UPDATE throttle SET window_failures = 49 WHERE factor = 'authenticator'")
    wrong_codes(desk, half, 1)
    assert code_wait(desk, half) == start + timedelta(days=1) - desk.clock.now()


def test_a_hundred_in_a_row_turn_the_app_off_and_a_backup_code_still_works(desk: Desk) -> None:
    codes = desk.enable()
    near_the_end(desk, "authenticator")
    miss(desk, "authenticator", 1)
    assert one(desk, "SELECT disabled_at FROM authenticator") is None
    miss(desk, "authenticator", 1)
    desk.clock.move(days=30)
    with pytest.raises(FactorDisabled):
        desk.services.second_factor.verify(desk.half(), desk.code())
    assert events(desk)[-1].detail == "disabled"
    view = desk.services.accounts.unlock(SHELL, "alice")
    assert view.authenticator_disabled
    with pytest.raises(FactorDisabled):
        desk.services.second_factor.verify(desk.half(), desk.code())
    lost = desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    assert isinstance(lost, LoggedIn)
    desk.show_codes(lost.token)
    assert desk.services.backup_codes.agree(lost.token) is not None
    desk.services.second_factor.verify(desk.half(), fresh_code(desk))


def test_a_hundred_in_a_row_turn_the_set_off_and_the_app_still_works(desk: Desk) -> None:
    codes = desk.enable()
    near_the_end(desk, "backup code")
    miss(desk, "backup code", 2)
    desk.clock.move(days=30)
    with pytest.raises(FactorDisabled):
        desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    assert desk.services.accounts.show(SHELL, "alice").backup_set_disabled
    full = desk.services.second_factor.verify(desk.half(), desk.code()).token
    shown = desk.services.backup_codes.new_set(full)
    desk.services.backup_codes.agree(full)
    assert isinstance(desk.services.second_factor.use_backup_code(desk.half(), shown.codes[0]), LoggedIn)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1)])
def test_attempts_given_back_in_any_order_leave_no_lock(desk: Desk, order: tuple[int, ...]) -> None:
    counter = throttle.bound("authenticator", 7)
    with desk.services.core.unit() as unit:
        reserved = [throttle.reserve(unit, counter) for _ in range(6)]
        assert isinstance(reserved.pop(), Locked)
        for at in order:
            reservation = reserved[at]
            assert isinstance(reservation, throttle.Reservation)
            throttle.give_back(unit, reservation)
        assert throttle.waits(unit, counter.factor, [counter.subject]) == {}
        assert isinstance(throttle.reserve(unit, counter), throttle.Reservation)
    assert rows(desk, "SELECT failures, window_failures FROM throttle") == [(1, 1)]


def test_what_is_given_back_leaves_the_lock_that_real_failures_took(desk: Desk) -> None:
    counter = throttle.bound("authenticator", 7)
    with desk.services.core.unit() as unit:
        for minutes in (0, 0, 0, 0, 1, 2):
            desk.clock.move(minutes=minutes)
            unit.now = desk.clock.now()
            reservation = throttle.reserve(unit, counter)
            assert isinstance(reservation, throttle.Reservation)
        assert isinstance(reservation, throttle.Reservation)
        throttle.give_back(unit, replace(reservation, failures=3))
        assert throttle.waits(unit, counter.factor, [counter.subject]) == {counter.subject: 2 * MINUTE}


def test_a_new_authenticator_starts_with_no_failures(desk: Desk) -> None:
    desk.enable()
    full = desk.log_in()
    wrong_codes(desk, full, 4)
    off = desk.services.two_factor.disable(full, PASSWORD)
    assert not rows(desk, "SELECT 1 FROM throttle WHERE factor IN ('authenticator', 'backup code')")
    desk.show_codes(off)
    desk.services.backup_codes.agree(off)
    wrong_codes(desk, desk.half(), 4)
    desk.services.second_factor.verify(desk.half(), fresh_code(desk))
