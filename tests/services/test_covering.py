"""A session whose page of secrets was covered: who began it goes on, anybody else can only leave (D11)."""

import pytest

from store.errors import (
    CodeFault,
    EndReason,
    EnrollmentEnded,
    Locked,
    NotACode,
    NotAllowed,
    SessionEnded,
    SpentCode,
    WrongCode,
    WrongPassword,
)
from store.rules import throttling
from store.services.principals import SessionToken, Visitor
from store.services.views import LastBackupCode, LoggedIn, Uncovering
from tests.desk import PASSWORD, SHELL, Desk
from tests.services.acts import last_code_left
from tests.services.test_principals import enrolling
from tests.services.tries import WRONG, code_of, fresh_code, password_wait, secret_of, wrong_code
from tests.tables import events, one

KIOSK = Visitor("tty1", kiosk=True)


def covered(desk: Desk) -> SessionToken:
    """The QR was on the screen, and nobody there."""
    token = desk.log_in(visitor=KIOSK)
    desk.show_codes(token)
    desk.services.covering.cover(token)
    return token


def covered_with_2fa(desk: Desk) -> SessionToken:
    desk.enable()
    token = desk.log_in(visitor=KIOSK)
    desk.services.backup_codes.new_set(token)
    desk.services.covering.cover(token)
    return token


def uncovering(desk: Desk, token: SessionToken) -> Uncovering:
    return desk.services.sessions.check(token, active=False).uncovering


def test_a_covered_page_is_neither_finished_nor_gone_on_with(desk: Desk) -> None:
    token = covered(desk)
    for act in (desk.services.backup_codes.agree, desk.services.home.look):
        with pytest.raises(NotAllowed):
            act(token)
    assert one(desk, "SELECT second_factor FROM account") == "off"


def test_the_password_uncovers_it_and_then_it_can_be_finished(desk: Desk) -> None:
    token = covered(desk)
    assert uncovering(desk, token) is Uncovering.PASSWORD
    desk.services.covering.uncover(token, PASSWORD, "")
    assert desk.services.backup_codes.agree(token) is None
    assert one(desk, "SELECT second_factor FROM account") == "on"
    assert [each.event for each in events(desk) if each.event.startswith("page")] == [
        "page covered",
        "page uncovered",
    ]


def test_with_2fa_on_it_takes_a_code_as_well(desk: Desk) -> None:
    token = covered_with_2fa(desk)
    assert uncovering(desk, token) is Uncovering.CODE
    code = fresh_code(desk)
    with pytest.raises(NotACode) as empty:
        desk.services.covering.uncover(token, PASSWORD, "")
    assert empty.value.fault is CodeFault.EMPTY
    with pytest.raises(WrongPassword):
        desk.services.covering.uncover(token, WRONG, code)
    with pytest.raises(WrongCode):
        desk.services.covering.uncover(token, PASSWORD, wrong_code(desk))
    with pytest.raises(NotAllowed):
        desk.services.backup_codes.agree(token)
    desk.services.covering.uncover(token, PASSWORD, code)
    desk.services.covering.cover(token)
    with pytest.raises(SpentCode):
        desk.services.covering.uncover(token, PASSWORD, code)


def test_once_finished_such_a_session_is_logged_out(desk: Desk) -> None:
    token = covered_with_2fa(desk)
    desk.services.covering.uncover(token, PASSWORD, fresh_code(desk))
    assert desk.services.backup_codes.agree(token) is None
    with pytest.raises(SessionEnded) as ended:
        desk.services.sessions.check(token, active=True)
    assert ended.value.reason is EndReason.LOGGED_OUT
    assert one(desk, "SELECT count(*) FROM backup_set") == 1


@pytest.mark.parametrize("uncover", [False, True])
def test_leaving_logs_out(desk: Desk, *, uncover: bool) -> None:
    token = covered(desk)
    if uncover:
        desk.services.covering.uncover(token, PASSWORD, "")
    desk.services.enrollment.cancel(token)
    with pytest.raises(SessionEnded) as ended:
        desk.services.home.look(token)
    assert ended.value.reason is EndReason.LOGGED_OUT


def test_ten_wrong_codes_after_uncovering_log_out(desk: Desk) -> None:
    token = desk.log_in(visitor=KIOSK)
    secret = secret_of(desk.services.enrollment.begin(token).setup_key)
    desk.services.covering.cover(token)
    desk.services.covering.uncover(token, PASSWORD, "")
    right = code_of(desk, secret)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for _ in range(9):
        with pytest.raises(WrongCode):
            desk.services.enrollment.confirm(token, wrong)
    with pytest.raises(EnrollmentEnded):
        desk.services.enrollment.confirm(token, wrong)
    with pytest.raises(SessionEnded):
        desk.services.sessions.check(token, active=True)


def test_a_fresh_proof_of_before_opens_nothing_after_uncovering(desk: Desk) -> None:
    """The session stepped up a minute ago, when it logged in."""
    token = covered_with_2fa(desk)
    desk.services.covering.uncover(token, PASSWORD, fresh_code(desk))
    desk.services.sessions.check(token, active=True)
    for act in (
        lambda: desk.services.call_forwarding.forward(token, "+306971234567"),
        lambda: desk.services.second_factor.verify(token, "123456"),
        lambda: desk.services.backup_codes.new_set(token),
        lambda: desk.services.enrollment.begin(token),
        lambda: desk.services.home.look(token),
    ):
        with pytest.raises(NotAllowed):
            act()


def by_backup_code(desk: Desk) -> SessionToken:
    codes = desk.enable()
    outcome = desk.services.second_factor.use_backup_code(desk.half(visitor=KIOSK), codes[0])
    assert isinstance(outcome, LoggedIn)
    desk.services.backup_codes.new_set(outcome.token)
    return outcome.token


def by_last_backup_code(desk: Desk) -> SessionToken:
    code, half = last_code_left(desk), desk.half(visitor=KIOSK)
    assert isinstance(desk.services.second_factor.use_backup_code(half, code), LastBackupCode)
    desk.services.backup_codes.set_after_last_code(half)
    return half


@pytest.mark.parametrize("begin", [by_backup_code, by_last_backup_code, enrolling])
def test_a_session_begun_by_a_code_that_works_once_can_only_leave(desk: Desk, begin) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    token = begin(desk)
    desk.services.covering.cover(token)
    assert uncovering(desk, token) is Uncovering.NOTHING
    code = fresh_code(desk) if begin is not enrolling else "123456"
    with pytest.raises(NotAllowed):
        desk.services.covering.uncover(token, PASSWORD, code)
    with pytest.raises(NotAllowed):
        desk.services.backup_codes.agree(token)
    desk.services.enrollment.cancel(token)
    with pytest.raises(SessionEnded):
        desk.services.sessions.check(token, active=True)


def test_wrong_passwords_count_as_at_log_in(desk: Desk) -> None:
    token = covered(desk)
    for _ in range(5):
        with pytest.raises(WrongPassword):
            desk.services.covering.uncover(token, WRONG, "")
    with pytest.raises(Locked):
        desk.services.covering.uncover(token, PASSWORD, "")
    assert password_wait(desk, visitor=KIOSK)
    assert one(desk, "SELECT window_failures FROM throttle WHERE factor = 'source'") == 5


def test_a_page_that_the_store_was_not_told_of_is_covered_by_the_first_try(desk: Desk) -> None:
    token = desk.log_in(visitor=KIOSK)
    desk.show_codes(token)
    with pytest.raises(WrongPassword):
        desk.services.covering.uncover(token, WRONG, "")
    with pytest.raises(NotAllowed):
        desk.services.backup_codes.agree(token)


def test_a_code_that_uncovers_is_told_in_the_log_as_one_that_was_right(desk: Desk) -> None:
    """Else `store check` would take the failures that it resets for undone ones."""
    token = covered_with_2fa(desk)
    for _ in range(throttling.FREE_FAILURES + 1):
        with pytest.raises(WrongCode):
            desk.services.covering.uncover(token, PASSWORD, wrong_code(desk))
        desk.clock.move(seconds=120)
    desk.services.covering.uncover(token, PASSWORD, fresh_code(desk))
    assert [each for each in desk.services.store_check.check(SHELL) if not each.sound] == []
