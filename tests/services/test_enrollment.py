"""A pending enrollment is a matter of this process's memory, and of ten minutes (D2, D5)."""

import pytest

from store.errors import (
    ClockOff,
    CodeFault,
    EnrollmentEnded,
    NotACode,
    SessionEnded,
    SpentCode,
    StepUpNeeded,
    WrongCode,
)
from store.rules import totp
from store.services.principals import SessionToken, Visitor
from tests.desk import Desk
from tests.services.tries import code_of, fresh_code, secret_of
from tests.tables import bytes_on_disk, content, events, one

TABLES = ("authenticator", "backup_set", "backup_code")


def begin(desk: Desk, token: SessionToken) -> bytes:
    return secret_of(desk.services.enrollment.begin(token).setup_key)


def wrong_for(desk: Desk, secret: bytes) -> str:
    present = totp.step_at(desk.clock.now())
    near = {totp.code_at(secret, present + steps) for steps in range(-20, 21)}
    return next(code for code in (f"{number:06}" for number in range(100)) if code not in near)


def test_what_is_shown_is_one_new_secret_in_its_forms(desk: Desk) -> None:
    token = desk.log_in()
    first, second = desk.services.enrollment.begin(token), desk.services.enrollment.begin(token)
    assert first.setup_key != second.setup_key
    assert len(secret_of(first.setup_key)) == 20
    assert "".join(first.uri_parts) == (
        f"otpauth://totp/Twofold:alice?secret={first.setup_key}&issuer=Twofold"
    )
    assert (first.again, first.replacing, first.username) == (False, False, "alice")
    assert first.setup_key not in repr(first)
    assert first.setup_key not in repr(desk.services.core.pending)


def test_nothing_reaches_the_store_before_agree(desk: Desk) -> None:
    token = desk.log_in()
    before = content(desk)
    secret = begin(desk, token)
    shown = desk.services.enrollment.confirm(token, code_of(desk, secret))
    desk.services.backup_codes.prepare(token)
    after = content(desk)
    assert after == before
    assert all(not after[table] for table in TABLES)
    assert not desk.services.home.look(token).two_factor_on
    assert not shown.two_factor_on
    on_disk = bytes_on_disk(desk)
    assert secret not in on_disk
    assert not any(code.encode() in on_disk for code in shown.codes)
    desk.services.backup_codes.agree(token)
    stored = content(desk)
    assert [len(stored[table]) for table in TABLES] == [1, 1, 10]
    assert secret not in bytes_on_disk(desk)


def test_leaving_before_agree_leaves_2fa_off(desk: Desk) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    desk.services.sessions.end(token)
    again = desk.log_in()
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.agree(again)
    assert one(desk, "SELECT second_factor FROM account") == "off"


def test_beginning_again_kills_the_first_secret(desk: Desk) -> None:
    token = desk.log_in()
    first = begin(desk, token)
    second = begin(desk, token)
    with pytest.raises((WrongCode, ClockOff)):
        desk.services.enrollment.confirm(token, code_of(desk, first))
    desk.services.enrollment.confirm(token, code_of(desk, second))


def test_beginning_again_from_the_codes_kills_the_set_on_the_screen(desk: Desk) -> None:
    token = desk.log_in()
    desk.show_codes(token)
    begin(desk, token)
    with pytest.raises(EnrollmentEnded):
        desk.services.backup_codes.agree(token)


def test_confirming_before_beginning_or_twice_is_refused(desk: Desk) -> None:
    token = desk.log_in()
    with pytest.raises(EnrollmentEnded):
        desk.services.enrollment.confirm(token, "123456")
    secret = begin(desk, token)
    desk.services.enrollment.confirm(token, code_of(desk, secret))
    with pytest.raises(EnrollmentEnded):
        desk.services.enrollment.confirm(token, code_of(desk, secret))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_one_step_either_way_is_accepted_and_that_step_is_spent(desk: Desk, steps: int) -> None:
    token = desk.log_in()
    secret = begin(desk, token)
    desk.secrets["alice"] = secret
    desk.services.enrollment.confirm(token, code_of(desk, secret, steps))
    desk.services.backup_codes.agree(token)
    assert one(desk, "SELECT last_step FROM authenticator") == totp.step_at(desk.clock.now()) + steps
    with pytest.raises(SpentCode):
        desk.services.second_factor.verify(desk.half(), code_of(desk, secret, steps))
    desk.clock.move(seconds=30)
    desk.services.second_factor.verify(desk.half(), code_of(desk, secret, steps))


@pytest.mark.parametrize("side", [-1, 1])
def test_a_code_two_to_ten_steps_off_says_by_how_much_the_phone_is_off(desk: Desk, side: int) -> None:
    token = desk.log_in()
    secret = begin(desk, token)
    for steps in range(2, 11):
        with pytest.raises(ClockOff) as off:
            desk.services.enrollment.confirm(token, code_of(desk, secret, side * steps))
        assert off.value.seconds == 30 * side * steps
    desk.services.enrollment.confirm(token, code_of(desk, secret))


@pytest.mark.parametrize("steps", [-11, 11])
def test_further_off_is_wrong(desk: Desk, steps: int) -> None:
    token = desk.log_in()
    secret = begin(desk, token)
    with pytest.raises(WrongCode):
        desk.services.enrollment.confirm(token, code_of(desk, secret, steps))


def test_ten_misses_end_it_and_touch_no_account_counter(desk: Desk) -> None:
    token = desk.log_in()
    secret = begin(desk, token)
    before = content(desk)
    for _ in range(9):
        with pytest.raises((WrongCode, ClockOff)):
            desk.services.enrollment.confirm(token, wrong_for(desk, secret))
    with pytest.raises(EnrollmentEnded):
        desk.services.enrollment.confirm(token, wrong_for(desk, secret))
    with pytest.raises(EnrollmentEnded):
        desk.services.enrollment.confirm(token, code_of(desk, secret))
    assert content(desk) == before
    assert [each.detail for each in events(desk, "enrollment code checked")] == [
        f"miss {number}" for number in range(1, 11)
    ]
    fresh = begin(desk, token)
    desk.services.enrollment.confirm(token, code_of(desk, fresh))


def test_after_ten_misses_the_idle_limit_stands_again(desk: Desk) -> None:
    kiosk = desk.log_in(visitor=Visitor("tty1", kiosk=True))
    secret = begin(desk, kiosk)
    for _ in range(10):
        with pytest.raises((WrongCode, ClockOff, EnrollmentEnded)):
            desk.services.enrollment.confirm(kiosk, wrong_for(desk, secret))
    desk.clock.move(seconds=105)
    with pytest.raises(SessionEnded):
        desk.services.home.look(kiosk)


def test_what_cannot_be_a_code_is_no_miss(desk: Desk) -> None:
    token = desk.log_in()
    secret = begin(desk, token)
    for typed in ["", "12345", "7K3Q-9WZD-M2FT-XA5C"] * 5:
        with pytest.raises(NotACode) as refused:
            desk.services.enrollment.confirm(token, typed)
        assert isinstance(refused.value.fault, CodeFault)
    desk.services.enrollment.confirm(token, code_of(desk, secret))


def test_beginning_asks_for_step_up_with_what_the_account_has(desk: Desk) -> None:
    token = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(token, active=True)
    desk.clock.move(minutes=1)
    with pytest.raises(StepUpNeeded) as asked:
        desk.services.enrollment.begin(token)
    assert asked.value.with_code is False
    desk.enable()
    full = desk.log_in()
    desk.clock.move(minutes=14)
    desk.services.sessions.check(full, active=True)
    desk.clock.move(minutes=1)
    with pytest.raises(StepUpNeeded) as asked:
        desk.services.enrollment.begin(full)
    assert asked.value.with_code is True
    renewed = desk.services.second_factor.verify(full, fresh_code(desk)).token
    assert desk.services.enrollment.begin(renewed).replacing
