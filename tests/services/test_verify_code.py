"""A code of the app counts once, one step either way, and a spent one is not a wrong one (D2 to D4)."""

import gc
import hashlib

import pytest

from store.errors import (
    AlreadyOff,
    ClockWentBack,
    CodeFault,
    NotACode,
    SessionEnded,
    SpentCode,
    StoreUnusable,
    WrongCode,
)
from store.rules import totp
from store.services.principals import SessionToken
from tests.desk import Desk
from tests.services.tries import code_wait, fresh_code, wrong_codes
from tests.tables import change, content, events, one


def failures(desk: Desk) -> int:
    found: int = one(desk, "SELECT coalesce(max(failures), 0) FROM throttle WHERE factor = 'authenticator'")
    return found


def enabled(desk: Desk) -> SessionToken:
    """Turn 2FA on and return a half session twenty steps later, where no code is spent."""
    desk.enable()
    desk.clock.move(seconds=20 * totp.STEP_SECONDS)
    return desk.half()


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_one_step_either_way_is_accepted(desk: Desk, steps: int) -> None:
    half = enabled(desk)
    full = desk.services.second_factor.verify(half, desk.code(steps=steps))
    assert full.username == "alice"
    assert one(desk, "SELECT last_step FROM authenticator") == totp.step_at(desk.clock.now()) + steps


@pytest.mark.parametrize("steps", [-10, -3, -2, 2, 3, 10])
def test_two_steps_or_more_are_wrong_and_a_stranger_is_told_nothing_of_the_clock(
    desk: Desk, steps: int
) -> None:
    half = enabled(desk)
    with pytest.raises(WrongCode) as wrong:
        desk.services.second_factor.verify(half, desk.code(steps=steps))
    assert not vars(wrong.value)
    assert failures(desk) == 1
    assert events(desk)[-1].detail == "wrong code"


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 1), (1, 0), (0, -1), (1, -1)])
def test_the_same_or_an_older_step_is_spent_and_not_counted(desk: Desk, first: int, second: int) -> None:
    half = enabled(desk)
    other = desk.half()
    desk.services.second_factor.verify(half, desk.code(steps=first))
    with pytest.raises(SpentCode):
        desk.services.second_factor.verify(other, desk.code(steps=second))
    assert failures(desk) == 0
    assert events(desk)[-1].detail == "spent code"


def test_the_next_step_is_accepted_after_the_last(desk: Desk) -> None:
    half = enabled(desk)
    other = desk.half()
    desk.services.second_factor.verify(half, desk.code())
    desk.services.second_factor.verify(other, desk.code(steps=1))


def test_the_enrollment_code_is_spent_at_log_in(desk: Desk) -> None:
    desk.enable()
    with pytest.raises(SpentCode):
        desk.services.second_factor.verify(desk.half(), desk.code())
    desk.services.second_factor.verify(desk.half(), fresh_code(desk))


def test_a_spent_code_is_still_spent_and_not_wrong_steps_later(desk: Desk) -> None:
    desk.enable()
    code = desk.code()
    desk.clock.move(seconds=5 * totp.STEP_SECONDS)
    with pytest.raises(SpentCode):
        desk.services.second_factor.verify(desk.half(), code)


def test_a_spent_code_costs_nothing_ten_times_in_a_session_and_then_counts(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    for _ in range(10):
        with pytest.raises(SpentCode):
            desk.services.second_factor.verify(half, desk.code())
        assert failures(desk) == 0
    for number in range(1, 6):
        with pytest.raises(SpentCode):
            desk.services.second_factor.verify(half, desk.code())
        assert failures(desk) == number
    assert code_wait(desk, half).total_seconds() == 60


def test_a_spent_code_gives_back_no_more_than_its_own_reservation(desk: Desk) -> None:
    desk.enable()
    half = desk.half()
    wrong_codes(desk, half, 4)
    for _ in range(3):
        with pytest.raises(SpentCode):
            desk.services.second_factor.verify(half, desk.code())
    assert failures(desk) == 4
    wrong_codes(desk, half, 1)
    code_wait(desk, half)


def test_a_clock_that_went_back_is_named_and_costs_no_attempt(desk: Desk) -> None:
    half = enabled(desk)
    desk.services.second_factor.verify(half, desk.code())
    desk.clock.move(hours=-1)
    half = desk.half()
    with pytest.raises(ClockWentBack):
        desk.services.second_factor.verify(half, desk.code())
    assert failures(desk) == 0
    assert events(desk)[-1].detail == "clock went back"
    desk.clock.move(hours=1, seconds=30)
    desk.services.second_factor.verify(desk.half(), desk.code())


def test_a_replay_is_refused_after_the_clock_was_set_back(desk: Desk) -> None:
    half = enabled(desk)
    code = desk.code()
    desk.services.second_factor.verify(half, code)
    desk.clock.move(seconds=-30)
    with pytest.raises((SpentCode, ClockWentBack)):
        desk.services.second_factor.verify(desk.half(), code)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", CodeFault.EMPTY),
        (" - ", CodeFault.EMPTY),
        ("12345", CodeFault.NOT_SIX_DIGITS),
        ("1234567", CodeFault.NOT_SIX_DIGITS),
        ("7K3Q-9WZD-M2FT-XA5C", CodeFault.LETTERS),
        ("١٢٣٤٥٦", CodeFault.NOT_SIX_DIGITS),
    ],
)
def test_what_cannot_be_a_code_costs_no_attempt(desk: Desk, typed: str, fault: CodeFault) -> None:
    half = enabled(desk)
    before = content(desk, but=())
    with pytest.raises(NotACode) as refused:
        desk.services.second_factor.verify(half, typed)
    assert refused.value.fault is fault
    assert content(desk, but=()) == before


def test_a_code_is_read_with_spaces_and_dashes(desk: Desk) -> None:
    half = enabled(desk)
    code = desk.code()
    desk.services.second_factor.verify(half, f" {code[:3]} - {code[3:]}\u00a0")


def test_a_right_code_ends_the_half_session_and_steps_a_full_one_up(desk: Desk) -> None:
    half = enabled(desk)
    full = desk.services.second_factor.verify(half, desk.code()).token
    with pytest.raises(SessionEnded):
        desk.services.second_factor.verify(half, fresh_code(desk))
    desk.clock.move(minutes=14)
    desk.services.sessions.check(full, active=True)
    renewed = desk.services.second_factor.verify(full, fresh_code(desk)).token
    assert renewed != full
    with pytest.raises(SessionEnded):
        desk.services.home.look(full)
    desk.clock.move(minutes=14)
    assert desk.services.sessions.check(renewed, active=True).stepped_up
    assert [each.event for each in events(desk)[-1:]] == ["stepped up"]


def test_without_2fa_there_is_no_code_to_check(desk: Desk) -> None:
    token = desk.log_in()
    with pytest.raises(AlreadyOff):
        desk.services.second_factor.verify(token, "123456")
    with pytest.raises(AlreadyOff):
        desk.services.second_factor.use_backup_code(token, "7K3Q-9WZD-M2FT-XA5C")


def test_one_accounts_code_is_worth_nothing_to_another(desk: Desk) -> None:
    desk.create("bob")
    desk.enable()
    desk.enable("bob")
    desk.clock.move(seconds=30)
    with pytest.raises(WrongCode):
        desk.services.second_factor.verify(desk.half("alice"), desk.code("bob"))


def test_a_sealed_secret_moved_from_another_account_opens_nothing(desk: Desk) -> None:
    desk.create("bob")
    desk.enable()
    desk.enable("bob")
    change(desk, "UPDATE authenticator SET secret = (SELECT secret FROM authenticator WHERE account_id = 2)")
    desk.clock.move(seconds=30)
    with pytest.raises(StoreUnusable) as refused:
        desk.services.second_factor.verify(desk.half("alice"), desk.code("bob"))
    assert refused.value.cause == "sealed value damaged"


def holders(mark: bytes) -> int:
    """How many objects of this process hold the secret of this SHA-256, as bytes."""
    gc.collect()
    return sum(
        hashlib.sha256(held).digest() == mark
        for each in gc.get_objects()
        for held in gc.get_referents(each)
        if type(held) is bytes and len(held) == totp.SECRET_BYTES
    )


def test_an_opened_secret_is_dropped_once_the_code_was_checked(desk: Desk) -> None:
    desk.enable()
    half, right, wrong = desk.half(), fresh_code(desk), desk.code(steps=5)
    mark = hashlib.sha256(desk.secrets.pop("alice")).digest()
    before = holders(mark)
    with pytest.raises(WrongCode):
        desk.services.second_factor.verify(half, wrong)
    assert holders(mark) == before
    desk.services.second_factor.verify(half, right)
    assert holders(mark) == before
