"""What happened to an account is told once, at its owner's next log-in (ASVS 6.3.5, 6.3.7)."""

import ast
from collections.abc import Callable
from datetime import timedelta

import pytest

from store.errors import Locked, SpentCode, UsedBackupCode, WrongPassword, WrongResetCode
from store.rules import totp
from store.services.notices import BY_OPERATORS
from store.services.principals import SessionToken
from store.services.views import LastBackupCode, LoggedIn, Notice, NoticeKind, ResetCodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.honesty import ROOT
from tests.services.acts import NEW_PASSWORD, last_code_left
from tests.services.tries import (
    ELSEWHERE,
    NO_CODE,
    WRONG,
    fresh_code,
    wrong_backup_codes,
    wrong_codes,
    wrong_passwords,
)
from tui.words import happened

K = NoticeKind

BY_AN_OPERATOR = {
    "2FA reset": K.RESET,
    "2FA restored": K.RESTORED,
    "2FA suspended": K.SUSPENDED,
    "account disabled": K.ACCOUNT_DISABLED,
    "account edited": K.EDITED,
    "account enabled": K.ACCOUNT_ENABLED,
    "account locked": K.LOCKED,
    "account unlocked": K.UNLOCKED,
    "password change asked": K.CHANGE_ASKED,
    "password reset": K.PASSWORD_RESET,
    "recovery approved": K.RECOVERY_APPROVED,
    "recovery cancelled": K.RECOVERY_CANCELLED,
    "recovery completed": K.RECOVERY_COMPLETED,
    "recovery opened": K.RECOVERY_OPENED,
    "role changed": K.ROLE,
    "sessions ended": K.SESSIONS_ENDED,
}
BY_ITS_OWNER = {
    "2FA disabled": K.DISABLED,
    "2FA enabled": K.ENABLED,
    "2FA enabled after a reset": K.ENABLED,
    "authenticator replaced": K.REPLACED,
    "backup codes replaced": K.NEW_CODES,
    "last backup code used": K.NEW_CODES,
    "password changed": K.PASSWORD,
    "recovery cancelled by a log-in": K.RECOVERY_CANCELLED_BY_LOGIN,
}
BEFORE_ANY_LOG_IN = {"activation renewed"}
"""Its owner never chose a password, so there is no log-in since which anything is told."""


def notices(desk: Desk, password: str = PASSWORD) -> tuple[Notice, ...]:
    """Log in with whatever the account asks for and return what is told."""
    desk.clock.move(hours=3)
    outcome = desk.services.sign_in.check_password(HERE, "alice", password)
    if not isinstance(outcome, LoggedIn):
        assert not isinstance(outcome, ResetCodeNeeded)
        desk.clock.move(seconds=totp.STEP_SECONDS)
        outcome = desk.services.second_factor.verify(outcome.token, desk.code())
    return outcome.notices


def told(desk: Desk, password: str = PASSWORD) -> list[tuple[NoticeKind, int]]:
    """What is told at the next log-in; at the one after it, nothing."""
    found = notices(desk, password)
    for each in found:
        assert happened(each)
        assert "\n" not in happened(each)
    assert notices(desk, password) == ()
    return [(each.kind, each.count) for each in found]


def test_the_first_log_in_tells_nothing(desk: Desk) -> None:
    wrong_passwords(desk, 3)
    desk.services.accounts.unlock(SHELL, "alice")
    assert notices(desk) == ()
    assert notices(desk) == ()


def test_wrong_passwords_are_counted_from_everywhere(desk: Desk) -> None:
    desk.log_in()
    wrong_passwords(desk, 4)
    wrong_passwords(desk, 3, visitor=ELSEWHERE)
    last = desk.clock.now()
    [notice] = notices(desk)
    assert notice == Notice(K.WRONG_PASSWORDS, 7, last)
    assert notices(desk) == ()


def test_a_wrong_password_asked_again_inside_counts_too(desk: Desk) -> None:
    token = desk.log_in()
    with pytest.raises(WrongPassword):
        desk.services.passwords.change(token, WRONG, NEW_PASSWORD)
    with pytest.raises(WrongPassword):
        desk.services.passwords.step_up(token, WRONG)
    assert told(desk) == [(K.WRONG_PASSWORDS, 2)]


def test_wrong_codes_are_counted_of_both_kinds(desk: Desk) -> None:
    desk.enable()
    notices(desk)
    half = desk.half()
    wrong_codes(desk, half, 3)
    wrong_backup_codes(desk, half, 2)
    assert told(desk) == [(K.WRONG_CODES, 5)]


def test_wrong_reset_codes_are_counted_too(desk: Desk) -> None:
    desk.enable()
    notices(desk)
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    half = desk.services.sign_in.check_password(HERE, "alice", PASSWORD).token
    for _ in range(2):
        with pytest.raises(WrongResetCode):
            desk.services.reset.use_code(half, NO_CODE)
    token = desk.services.reset.use_code(half, code)
    desk.show_codes(token)
    desk.services.backup_codes.agree(token)
    assert (K.WRONG_CODES, 2) in told(desk)


def test_a_spent_code_is_no_failure(desk: Desk) -> None:
    codes = desk.enable()
    desk.log_in()
    with pytest.raises(SpentCode):
        desk.services.second_factor.verify(desk.half(), desk.code())
    outcome = desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    assert isinstance(outcome, LoggedIn)
    with pytest.raises(UsedBackupCode):
        desk.services.second_factor.use_backup_code(desk.half(), codes[0])
    assert told(desk) == []


def test_somebody_elses_tries_and_acts_are_not_told(desk: Desk) -> None:
    desk.create("bob")
    desk.log_in()
    wrong_passwords(desk, 3, "bob")
    wrong_passwords(desk, 3, "nobody")
    desk.enable("bob")
    assert told(desk) == []


def _disable(desk: Desk) -> None:
    desk.enable()
    notices(desk)
    desk.services.two_factor.disable(desk.log_in(), PASSWORD)


def _agree(desk: Desk, begin: Callable[[SessionToken], object]) -> None:
    desk.enable()
    token = desk.log_in()
    begin(token)
    desk.services.backup_codes.agree(token)


def _reset(desk: Desk) -> None:
    desk.enable()
    desk.log_in()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    token = desk.services.reset.use_code(
        desk.services.sign_in.check_password(HERE, "alice", PASSWORD).token, code
    )
    desk.show_codes(token)
    desk.services.backup_codes.agree(token)


def _change_password(desk: Desk) -> None:
    desk.services.passwords.change(desk.log_in(), PASSWORD, NEW_PASSWORD)


def _unlock(desk: Desk) -> None:
    desk.log_in()
    desk.services.accounts.unlock(SHELL, "alice")


@pytest.mark.parametrize(
    ("act", "kinds"),
    [
        (lambda desk: desk.enable(), [K.ENABLED]),
        (_disable, [K.DISABLED]),
        (lambda desk: _agree(desk, desk.show_codes), [K.REPLACED]),
        (lambda desk: _agree(desk, desk.services.backup_codes.new_set), [K.NEW_CODES]),
        (_reset, [K.RESET, K.ENABLED]),
        (_change_password, [K.PASSWORD]),
        (_unlock, [K.UNLOCKED]),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, list) else "",
)
def test_each_change_and_each_act_of_an_operator_is_told_once(
    desk: Desk, act: Callable[[Desk], object], kinds: list[NoticeKind]
) -> None:
    act(desk)
    password = NEW_PASSWORD if K.PASSWORD in kinds else PASSWORD
    assert set(told(desk, password)) == {(kind, 1) for kind in kinds}


@pytest.mark.parametrize(("event", "kind"), BY_AN_OPERATOR.items())
def test_whatever_an_operator_does_to_an_account_is_told_with_who_did_it(
    desk: Desk, event: str, kind: NoticeKind
) -> None:
    desk.log_in()
    with desk.services.core.unit() as unit:
        unit.record(event, actor="root", source="host/root", account_id=1)
    done_at = desk.clock.now()
    assert notices(desk) == (Notice(kind, 1, done_at, "root"),)
    assert notices(desk) == ()


@pytest.mark.parametrize(("event", "kind"), BY_ITS_OWNER.items())
def test_whatever_is_changed_of_how_one_logs_in_is_told(desk: Desk, event: str, kind: NoticeKind) -> None:
    desk.log_in()
    with desk.services.core.unit() as unit:
        unit.record(event, actor="alice", source="host/alice", account_id=1)
    assert notices(desk) == (Notice(kind, 1, desk.clock.now() - timedelta(hours=3)),)
    assert notices(desk) == ()


def test_no_act_of_an_operator_is_left_out_of_what_is_told() -> None:
    """Read off the services, so that a new act is told before anybody thinks of it."""
    recorded = {
        node.args[2].value
        for path in (ROOT / "store" / "services").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(".record_by")
        and isinstance(node.args[2], ast.Constant)
    }
    assert recorded >= {"account locked", "2FA reset"}
    assert recorded - BEFORE_ANY_LOG_IN <= BY_OPERATORS.keys()
    assert BY_AN_OPERATOR.keys() <= BY_OPERATORS.keys()


def test_a_log_in_that_ends_at_a_new_set_leaves_what_there_is_to_tell_to_the_next(desk: Desk) -> None:
    code = last_code_left(desk)
    notices(desk)
    wrong_passwords(desk, 2)
    half = desk.half()
    assert isinstance(desk.services.second_factor.use_backup_code(half, code), LastBackupCode)
    desk.services.backup_codes.set_after_last_code(half)
    desk.services.backup_codes.agree(half)
    assert told(desk) == [(K.WRONG_PASSWORDS, 2), (K.NEW_CODES, 1)]


def test_step_up_inside_a_session_tells_nothing_and_takes_nothing_away(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    wrong_passwords(desk, 2)
    assert desk.services.second_factor.verify(token, fresh_code(desk)).notices == ()
    assert told(desk) == [(K.WRONG_PASSWORDS, 2)]


@pytest.mark.parametrize("hours", [-24 * 3650, -1, 24 * 3650])
def test_a_clock_that_jumped_hides_nothing(desk: Desk, hours: int) -> None:
    desk.log_in()
    desk.clock.move(hours=hours)
    wrong_passwords(desk, 4)
    desk.clock.move(minutes=5)
    assert told(desk) == [(K.WRONG_PASSWORDS, 4)]


def test_tries_that_a_lock_refused_were_no_tries(desk: Desk) -> None:
    desk.log_in()
    wrong_passwords(desk, 5)
    for _ in range(9):
        with pytest.raises(Locked):
            desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert told(desk) == [(K.WRONG_PASSWORDS, 5)]
