"""Every act that changes the store, each ready to be done, and the audit event it must leave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from store.rules.policy import PolicyChanges, Whom
from store.services.account_import import AccountRow
from store.services.call_import import CallRow
from store.services.principals import SessionToken, Shell
from store.services.views import LastBackupCode, LoggedIn, RecoveryCaseView, ResetCodeNeeded
from tests.bound import spend
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.tries import WRONG, code_of, fresh_code, secret_of, wrong_code

NEW_PASSWORD = "marble ladder comet soup"
NUMBER = "+306971234567"

Do = Callable[[], object]


@dataclass(frozen=True)
class Act:
    """`ready` brings a desk with alice to the moment before the act and returns the act."""

    name: str
    event: str
    ready: Callable[[Desk], Do]
    done: bool = True


def _log_in(desk: Desk) -> Do:
    return lambda: desk.services.sign_in.check_password(HERE, "alice", PASSWORD)


def _wrong_password(desk: Desk) -> Do:
    return lambda: desk.services.sign_in.check_password(HERE, "alice", WRONG)


def _half(desk: Desk) -> Do:
    desk.enable()
    return _log_in(desk)


def _code(desk: Desk) -> Do:
    desk.enable()
    half = desk.half()
    code = fresh_code(desk)
    return lambda: desk.services.second_factor.verify(half, code)


def _wrong_code(desk: Desk) -> Do:
    desk.enable()
    half, code = desk.half(), wrong_code(desk)
    return lambda: desk.services.second_factor.verify(half, code)


def _step_up(desk: Desk) -> Do:
    desk.enable()
    full = desk.log_in()
    code = fresh_code(desk)
    return lambda: desk.services.second_factor.verify(full, code)


def _step_up_by_password(desk: Desk) -> Do:
    token = desk.log_in()
    return lambda: desk.services.passwords.step_up(token, PASSWORD)


def _backup_code(desk: Desk) -> Do:
    codes = desk.enable()
    half = desk.half()
    return lambda: desk.services.second_factor.use_backup_code(half, codes[0])


def last_code_left(desk: Desk) -> str:
    codes = desk.enable()
    spend(desk.services, range(1, 10))
    return codes[9]


def _last_code(desk: Desk) -> Do:
    code, half = last_code_left(desk), desk.half()
    return lambda: desk.services.second_factor.use_backup_code(half, code)


def _held(desk: Desk) -> SessionToken:
    code, half = last_code_left(desk), desk.half()
    assert isinstance(desk.services.second_factor.use_backup_code(half, code), LastBackupCode)
    return half


def _set_after_last(desk: Desk) -> Do:
    half = _held(desk)
    return lambda: desk.services.backup_codes.set_after_last_code(half)


def _agree_after_last(desk: Desk) -> Do:
    half = _held(desk)
    desk.services.backup_codes.set_after_last_code(half)
    return lambda: desk.services.backup_codes.agree(half)


def _begin(desk: Desk) -> Do:
    token = desk.log_in()
    return lambda: desk.services.enrollment.begin(token)


def _confirm(desk: Desk) -> Do:
    token = desk.log_in()
    code = code_of(desk, secret_of(desk.services.enrollment.begin(token).setup_key))
    return lambda: desk.services.enrollment.confirm(token, code)


def _cancel(desk: Desk) -> Do:
    token = desk.log_in()
    desk.services.enrollment.begin(token)
    return lambda: desk.services.enrollment.cancel(token)


def _agree(desk: Desk) -> Do:
    token = desk.log_in()
    desk.show_codes(token)
    return lambda: desk.services.backup_codes.agree(token)


def _replace(desk: Desk) -> Do:
    desk.enable()
    return _agree(desk)


def _new_codes(desk: Desk) -> Do:
    desk.enable()
    token = desk.log_in()
    return lambda: desk.services.backup_codes.new_set(token)


def _agree_to_new_codes(desk: Desk) -> Do:
    desk.enable()
    token = desk.log_in()
    desk.services.backup_codes.new_set(token)
    return lambda: desk.services.backup_codes.agree(token)


def _disable(desk: Desk) -> Do:
    desk.enable()
    token = desk.log_in()
    return lambda: desk.services.two_factor.disable(token, PASSWORD)


def _change_password(desk: Desk) -> Do:
    token = desk.log_in()
    return lambda: desk.services.passwords.change(token, PASSWORD, NEW_PASSWORD)


def _wrong_current(desk: Desk) -> Do:
    token = desk.log_in()
    return lambda: desk.services.passwords.change(token, WRONG, NEW_PASSWORD)


def _reset(desk: Desk) -> Do:
    desk.enable()
    return lambda: desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")


def _reset_code(desk: Desk) -> Do:
    desk.enable()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, ResetCodeNeeded)
    return lambda: desk.services.reset.use_code(outcome.token, code)


def _agree_after_reset(desk: Desk) -> Do:
    token = _reset_code(desk)()
    assert isinstance(token, SessionToken)
    desk.show_codes(token)
    return lambda: desk.services.backup_codes.agree(token)


def _open_case(desk: Desk) -> Callable[[], RecoveryCaseView]:
    desk.enable()
    return lambda: desk.services.recovery.open(SHELL, "alice", "showed a passport")


def _open_case_of_a_theft(desk: Desk) -> Callable[[], RecoveryCaseView]:
    desk.enable()
    desk.log_in()
    return lambda: desk.services.recovery.open(SHELL, "alice", "showed a passport", stolen=True)


def _approve_case(desk: Desk) -> Do:
    number = _open_case(desk)().number
    return lambda: desk.services.recovery.approve(Shell("backup", "host"), number)


def _complete_case(desk: Desk) -> Do:
    number = _open_case(desk)().number
    return lambda: desk.services.recovery.complete(SHELL, number)


def _cancel_case(desk: Desk) -> Do:
    number = _open_case_of_a_theft(desk)().number
    return lambda: desk.services.recovery.cancel(SHELL, number, "found the phone")


def _cancel_case_by_log_in(desk: Desk) -> Do:
    _open_case(desk)()
    half = desk.half()
    code = fresh_code(desk)
    return lambda: desk.services.second_factor.verify(half, code)


def _log_out(desk: Desk) -> Do:
    token = desk.log_in()
    return lambda: desk.services.sessions.end(token)


def _create(desk: Desk) -> Do:
    return lambda: desk.services.accounts.create(SHELL, "bob", PASSWORD)


def _import(desk: Desk) -> Do:
    return lambda: list(desk.services.account_import.run(SHELL, [AccountRow(2, "bob")], lambda _: None))


def _import_calls(desk: Desk) -> Do:
    call = CallRow(2, "alice", desk.clock.now().isoformat(), "in", NUMBER, "5")
    return lambda: list(desk.services.call_import.run(SHELL, [call]))


def _unlock(desk: Desk) -> Do:
    return lambda: desk.services.accounts.unlock(SHELL, "alice")


def _disable_account(desk: Desk) -> Do:
    return lambda: desk.services.access.disable(SHELL, "alice", "left the company")


def _enable_account(desk: Desk) -> Do:
    _disable_account(desk)()
    return lambda: desk.services.access.enable(SHELL, "alice")


def _set_policy(desk: Desk) -> Do:
    return lambda: desk.services.policy.set(SHELL, PolicyChanges(second_factor_for=Whom.EVERYBODY))


def _end_session(desk: Desk) -> Do:
    desk.log_in()
    [session] = desk.services.access.sessions(SHELL)
    return lambda: desk.services.access.end_session(SHELL, session.id, "left the desk")


def _end_sessions(desk: Desk) -> Do:
    desk.log_in()
    return lambda: desk.services.access.end_sessions(SHELL, "alice", "left the desk")


def _lock(desk: Desk) -> Do:
    desk.log_in()
    return lambda: desk.services.access.lock(SHELL, "alice", timedelta(hours=2), "card lost")


def _activate(desk: Desk) -> Do:
    return lambda: desk.services.accounts.activate(SHELL, "bob", display_name="Bob")


def _renew_activation(desk: Desk) -> Do:
    _activate(desk)()
    return lambda: desk.services.accounts.renew_activation(SHELL, "bob")


def _edit(desk: Desk) -> Do:
    return lambda: desk.services.accounts.edit(SHELL, "alice", display_name="Alice", number=NUMBER)


def _set_role(desk: Desk) -> Do:
    return lambda: desk.services.accounts.set_role(SHELL, "alice", "operator")


def _require_change(desk: Desk) -> Do:
    desk.log_in()
    return lambda: desk.services.passwords.require_change(SHELL, "alice", "seen on a note")


def _reset_password(desk: Desk) -> Do:
    desk.log_in()
    return lambda: desk.services.passwords.reset(SHELL, "alice", "forgot it")


def _change_after_activation(desk: Desk) -> Do:
    password = desk.services.accounts.activate(SHELL, "bob").password
    token = desk.log_in("bob", password)
    return lambda: desk.services.passwords.change(token, password, NEW_PASSWORD)


def _forward(desk: Desk) -> Do:
    token = desk.log_in()
    return lambda: desk.services.call_forwarding.forward(token, NUMBER)


def _switch_off(desk: Desk) -> Do:
    token = desk.log_in()
    desk.services.call_forwarding.forward(token, NUMBER)
    return lambda: desk.services.call_forwarding.switch_off(token)


def _cover(desk: Desk) -> Do:
    token = desk.log_in()
    return lambda: desk.services.covering.cover(token)


def _uncover(desk: Desk) -> Do:
    token = desk.log_in()
    desk.services.covering.cover(token)
    return lambda: desk.services.covering.uncover(token, PASSWORD, "")


def full_session(desk: Desk) -> SessionToken:
    """Return a session that stays stepped up: one begun with a backup code."""
    outcome = _backup_code(desk)()
    assert isinstance(outcome, LoggedIn)
    return outcome.token


ACTS = [
    Act("log in", "logged in", _log_in),
    Act("wrong password", "password checked", _wrong_password, done=False),
    Act("right password", "password checked", _half),
    Act("right code", "logged in", _code),
    Act("wrong code", "code checked", _wrong_code, done=False),
    Act("step up", "stepped up", _step_up),
    Act("step up by password", "stepped up", _step_up_by_password),
    Act("backup code", "logged in", _backup_code),
    Act("last backup code", "backup code checked", _last_code),
    Act("set after the last code", "backup codes shown", _set_after_last),
    Act("agree after the last code", "last backup code used", _agree_after_last),
    Act("begin", "enrollment begun", _begin),
    Act("confirm", "enrollment code checked", _confirm),
    Act("cancel", "change of second factor left", _cancel),
    Act("agree", "2FA enabled", _agree),
    Act("agree to a new app", "authenticator replaced", _replace),
    Act("new codes", "backup codes shown", _new_codes),
    Act("agree to new codes", "backup codes replaced", _agree_to_new_codes),
    Act("disable", "2FA disabled", _disable),
    Act("change password", "password changed", _change_password),
    Act("wrong current password", "password asked again", _wrong_current, done=False),
    Act("reset", "2FA reset", _reset),
    Act("reset code", "reset code checked", _reset_code),
    Act("agree after a reset", "2FA enabled after a reset", _agree_after_reset),
    Act("open a case", "recovery opened", _open_case),
    Act("open a case of a theft", "2FA suspended", _open_case_of_a_theft),
    Act("approve a case", "recovery approved", _approve_case),
    Act("complete a case", "recovery completed", _complete_case),
    Act("cancel a case", "recovery cancelled", _cancel_case),
    Act("cancel a case by a log-in", "recovery cancelled by a log-in", _cancel_case_by_log_in),
    Act("cover", "page covered", _cover),
    Act("uncover", "page uncovered", _uncover),
    Act("log out", "session ended", _log_out),
    Act("create", "account created", _create),
    Act("import accounts", "account created", _import),
    Act("import calls", "calls recorded", _import_calls),
    Act("unlock", "account unlocked", _unlock),
    Act("disable an account", "account disabled", _disable_account),
    Act("enable an account", "account enabled", _enable_account),
    Act("lock an account", "account locked", _lock),
    Act("activate", "account created", _activate),
    Act("renew an activation", "activation renewed", _renew_activation),
    Act("edit", "account edited", _edit),
    Act("make an operator", "role changed", _set_role),
    Act("require a change", "password change asked", _require_change),
    Act("reset a password", "password reset", _reset_password),
    Act("change an activation password", "password changed", _change_after_activation),
    Act("set the policy", "policy changed", _set_policy),
    Act("end a session", "sessions ended", _end_session),
    Act("end all sessions", "sessions ended", _end_sessions),
    Act("forward", "call forwarding set", _forward),
    Act("switch off", "call forwarding switched off", _switch_off),
]
