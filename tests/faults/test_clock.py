"""A clock that jumps ends what it would lengthen, unspends nothing, and locks nobody out for ever."""

import pytest

from store.errors import (
    ClockWentBack,
    EndReason,
    EnrollmentEnded,
    Locked,
    NoResetCode,
    SessionEnded,
    SpentCode,
    StepUpNeeded,
    TwofoldError,
)
from store.rules import totp
from store.services.principals import SessionToken
from store.services.views import LoggedIn, ResetCodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.acts import NUMBER
from tests.services.tries import WRONG, password_wait, wrong_code, wrong_passwords
from tests.tables import content, rows
from tui.words import sentence

HOUR = 1
TEN_YEARS = 24 * 3652
JUMPS = [-TEN_YEARS, -HOUR, HOUR, TEN_YEARS]
jumps = pytest.mark.parametrize("hours", JUMPS)
back = pytest.mark.parametrize("hours", JUMPS[:2])


@jumps
def test_an_open_session_ends_at_its_next_act(desk: Desk, hours: int) -> None:
    desk.enable()
    full, half = desk.log_in(), desk.half()
    desk.clock.move(hours=hours)
    for token, reason in ((full, EndReason.IDLE), (half, EndReason.EXPIRED)):
        with pytest.raises(SessionEnded) as ended:
            desk.services.sessions.check(token, active=True)
        assert ended.value.reason is (EndReason.EXPIRED if hours < 0 else reason)
        assert sentence(ended.value)
    desk.clock.move(hours=-hours)
    with pytest.raises(SessionEnded):
        desk.services.home.look(full)


@jumps
def test_what_was_being_changed_is_as_before(desk: Desk, hours: int) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    before = content(desk)
    desk.clock.move(hours=hours)
    with pytest.raises((SessionEnded, EnrollmentEnded)):
        desk.services.backup_codes.agree(token)
    assert content(desk) == before
    desk.enable()


@jumps
def test_a_lock_ends_after_its_own_length_at_most(desk: Desk, hours: int) -> None:
    wrong_passwords(desk, 5)
    wait = password_wait(desk)
    desk.clock.move(hours=hours)
    if hours < 0:
        assert password_wait(desk) <= wait
        desk.clock.move(wait)
    desk.log_in()


@back
def test_a_lock_cannot_be_opened_by_a_clock_set_back_and_forth(desk: Desk, hours: int) -> None:
    wrong_passwords(desk, 5)
    desk.clock.move(hours=hours)
    with pytest.raises(Locked):
        desk.services.sign_in.check_password(HERE, "alice", WRONG)
    desk.clock.move(seconds=30)
    with pytest.raises(Locked):
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD)


@back
def test_a_code_is_not_taken_twice_and_the_person_learns_why(desk: Desk, hours: int) -> None:
    codes = desk.enable()
    desk.log_in()
    last_step = rows(desk, "SELECT last_step FROM authenticator")
    spent = desk.code()
    desk.clock.move(hours=hours)
    half = desk.half()
    with pytest.raises(ClockWentBack) as error:
        desk.services.second_factor.verify(half, desk.code())
    assert sentence(error.value).startswith("This machine's clock went back")
    assert rows(desk, "SELECT last_step FROM authenticator") == last_step
    assert isinstance(desk.services.second_factor.use_backup_code(half, codes[0]), LoggedIn), "a way in"
    desk.clock.move(hours=-hours)
    with pytest.raises(SpentCode):
        desk.services.second_factor.verify(desk.half(), spent)
    desk.log_in()


@pytest.mark.parametrize("hours", JUMPS[2:])
def test_after_a_jump_ahead_and_home_again_codes_are_taken_as_soon_as_the_clock_is_right(
    desk: Desk, hours: int
) -> None:
    desk.enable()
    desk.clock.move(hours=hours)
    desk.log_in()
    desk.clock.move(hours=-hours)
    with pytest.raises(ClockWentBack):
        desk.services.second_factor.verify(desk.half(), desk.code())
    desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")


@jumps
def test_a_reset_code_never_outlives_its_hour(desk: Desk, hours: int) -> None:
    desk.enable()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")

    def typed() -> SessionToken:
        outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
        assert isinstance(outcome, ResetCodeNeeded)
        return desk.services.reset.use_code(outcome.token, code)

    desk.clock.move(hours=hours)
    with pytest.raises(NoResetCode):
        typed()
    desk.clock.move(hours=-hours)
    assert typed()


@jumps
def test_step_up_does_not_outlive_its_time(desk: Desk, hours: int) -> None:
    desk.enable()
    token = desk.log_in()
    desk.clock.move(hours=hours)
    with pytest.raises((SessionEnded, StepUpNeeded)):
        desk.services.call_forwarding.forward(token, NUMBER)
    assert rows(desk, "SELECT * FROM call_forwarding") == []


@jumps
def test_wherever_the_clock_goes_the_store_stays_sound(desk: Desk, hours: int) -> None:
    desk.enable()
    for _ in range(3):
        desk.clock.move(hours=hours)
        half = desk.half()
        for typed in (desk.code(), wrong_code(desk)):
            try:
                half = desk.services.second_factor.verify(half, typed).token
            except TwofoldError as error:
                assert sentence(error)
        desk.clock.move(seconds=-totp.STEP_SECONDS)
    assert all(each.sound for each in desk.services.store_check.check(SHELL))
