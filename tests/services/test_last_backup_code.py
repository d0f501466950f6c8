"""The last unused code is never spent alone: it leads to a new set, and Agree spends it (D7)."""

from datetime import timedelta

import pytest

from store.errors import EnrollmentEnded, NotAllowed, SessionEnded, UsedBackupCode, WrongBackupCode
from store.services.principals import SessionToken
from store.services.views import LastBackupCode, LoggedIn
from tests.bound import spend
from tests.desk import Desk
from tests.services.tries import fresh_code
from tests.tables import content, events, one


def down_to(desk: Desk, left: int) -> tuple[str, ...]:
    """Turn 2FA on, use all codes but so many, and return those."""
    codes = desk.enable()
    spend(desk.services, range(1, 11 - left))
    return codes[10 - left :]


def hold(desk: Desk, code: str) -> SessionToken:
    half = desk.half()
    assert desk.services.second_factor.use_backup_code(half, code) == LastBackupCode(
        10, one(desk, "SELECT number FROM backup_set")
    )
    return half


def unused(desk: Desk) -> int:
    left: int = one(desk, "SELECT count(*) FROM backup_code WHERE used_at IS NULL")
    return left


def test_the_last_but_one_logs_in_and_the_last_does_not(desk: Desk) -> None:
    ninth, tenth = down_to(desk, 2)
    outcome = desk.services.second_factor.use_backup_code(desk.half(), ninth)
    assert isinstance(outcome, LoggedIn)
    assert outcome.codes_left == 1
    half = hold(desk, tenth)
    assert unused(desk) == 1
    for call in (desk.services.home.look, desk.services.enrollment.begin, desk.services.backup_codes.new_set):
        with pytest.raises(NotAllowed):
            call(half)


def test_it_stays_usable_if_the_page_is_left(desk: Desk) -> None:
    [last] = down_to(desk, 1)
    half = hold(desk, last)
    desk.services.backup_codes.set_after_last_code(half)
    desk.services.enrollment.cancel(half)
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.agree(half)
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.set_after_last_code(half)
    half = hold(desk, last)
    desk.services.sessions.end(half)
    half = hold(desk, last)
    desk.clock.move(minutes=15)
    with pytest.raises(SessionEnded):
        desk.services.backup_codes.set_after_last_code(half)
    hold(desk, last)


def test_agree_spends_it_stores_the_set_and_makes_the_session_full(desk: Desk) -> None:
    [last] = down_to(desk, 1)
    number = one(desk, "SELECT number FROM backup_set")
    half = hold(desk, last)
    shown = desk.services.backup_codes.set_after_last_code(half)
    assert shown.two_factor_on
    before = content(desk)
    desk.services.backup_codes.prepare(half)
    assert content(desk) == before
    token = desk.services.backup_codes.agree(half)
    assert token is not None
    home = desk.services.home.look(token)
    assert (home.set_number, home.codes_left) == (shown.set_number, 10)
    assert shown.set_number != number
    with pytest.raises(SessionEnded):
        desk.services.home.look(half)
    assert events(desk, "logged in")[-1].detail == f"last backup code 10 of set {number}"
    for code in (last, *desk.codes["alice"]):
        with pytest.raises(WrongBackupCode):
            desk.services.second_factor.use_backup_code(desk.half(), code)
        desk.clock.move(hours=1)


def test_such_a_session_has_stepped_up_for_its_life(desk: Desk) -> None:
    [last] = down_to(desk, 1)
    half = hold(desk, last)
    desk.services.backup_codes.set_after_last_code(half)
    token = desk.services.backup_codes.agree(half)
    assert token is not None
    for _ in range(3):
        desk.clock.move(minutes=14)
        assert desk.services.sessions.check(token, active=True).stepped_up


def test_agree_without_a_set_on_the_screen_does_nothing(desk: Desk) -> None:
    [last] = down_to(desk, 1)
    half = hold(desk, last)
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.agree(half)
    assert unused(desk) == 1


def test_a_half_session_that_proved_no_code_gets_no_set(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    for call in (desk.services.backup_codes.set_after_last_code, desk.services.backup_codes.agree):
        with pytest.raises(EnrollmentEnded):
            call(half)


def test_the_half_session_lives_on_for_fifteen_minutes_from_the_codes(desk: Desk) -> None:
    [last] = down_to(desk, 1)
    half = hold(desk, last)
    desk.clock.move(minutes=4)
    desk.services.backup_codes.set_after_last_code(half)
    assert desk.services.sessions.check(half, active=False).time_left == timedelta(minutes=15)
    desk.clock.move(minutes=15, microseconds=-1)
    assert desk.services.backup_codes.agree(half) is not None


def test_the_app_still_logs_in_while_the_last_code_is_held(desk: Desk) -> None:
    [last] = down_to(desk, 1)
    half = hold(desk, last)
    desk.services.backup_codes.set_after_last_code(half)
    full = desk.services.second_factor.verify(half, fresh_code(desk)).token
    assert desk.services.home.look(full).codes_left == 1


def test_a_full_session_that_types_the_last_code_keeps_it_until_agree_too(desk: Desk) -> None:
    [last] = down_to(desk, 1)
    full = desk.log_in()
    assert isinstance(desk.services.second_factor.use_backup_code(full, last), LastBackupCode)
    assert unused(desk) == 1
    desk.services.backup_codes.set_after_last_code(full)
    renewed = desk.services.backup_codes.agree(full)
    assert renewed is not None
    desk.clock.move(minutes=14)
    desk.services.sessions.check(renewed, active=True)
    desk.clock.move(minutes=2)
    assert not desk.services.sessions.check(renewed, active=True).stepped_up, (
        "it was not begun with a backup code"
    )


def test_a_used_code_of_the_last_ones_is_still_named(desk: Desk) -> None:
    down_to(desk, 1)
    with pytest.raises(UsedBackupCode) as used:
        desk.services.second_factor.use_backup_code(desk.half(), desk.codes["alice"][0])
    assert used.value.number == 1


def test_shown_again_and_again_it_does_not_hold_the_session_open(desk: Desk) -> None:
    [tenth] = down_to(desk, 1)
    half = hold(desk, tenth)
    desk.services.backup_codes.set_after_last_code(half)
    desk.clock.move(minutes=14)
    assert desk.services.backup_codes.set_after_last_code(half).time_left == timedelta(minutes=1)
    desk.clock.move(minutes=1)
    with pytest.raises(SessionEnded):
        desk.services.backup_codes.set_after_last_code(half)
