"""No public method of any service lets in who may not: the list is read off the services themselves."""

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from store.errors import (
    EndReason,
    EnrollmentNeeded,
    NoSuchApproval,
    NoSuchCase,
    NotAllowed,
    PasswordChangeNeeded,
    SessionEnded,
    StepUpNeeded,
    StoreNotFresh,
    TwofoldError,
)
from store.rules.policy import PolicyChanges, Whom
from store.services.bundle import Services
from store.services.principals import Principal, SessionToken, Visitor
from store.services.views import ResetCodeNeeded
from tests.bound import bind_again
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.tables import LOGS, change, content, events

ARGUMENTS: dict[str, object] = {
    "username": "alice",
    "password": PASSWORD,
    "current": PASSWORD,
    "new": "marble ladder comet soup",
    "active": True,
    "first": 1,
    "size": 5,
    "calls": (),
    "path": Path("/nowhere"),
    "session_id": 1,
    "reason": "left the company",
    "proof": "showed a passport",
    "case_id": 1,
    "approval_id": 1,
    "length": timedelta(hours=1),
    "role": "operator",
    "display_name": "Alice",
    "number": None,
    "rows": (),
    "keep": lambda _: None,
    "code": "123456",
    "then": lambda *_: None,
    "changes": PolicyChanges(second_factor_for=Whom.NOBODY),
}
TYPED = {
    "SecondFactor.verify": "123456",
    "EnrollmentService.confirm": "123456",
    "CallForwardingService.forward": "+306971234567",
}
BACKUP_CODE = "7K3Q-9WZD-M2FT-XA5C"

OPEN_DOORS = {
    "SignIn.check_password",
    "Accounts.create_first_operator",
    "Accounts.is_fresh",
    "Sessions.record_crash",
    "PolicyService.brand",
}
"""What takes no principal: before log-in there is none."""
INSIDE = {"Passwords.settle"}
"""What services call on each other, inside a unit that has proven its principal."""
SHELL_ONLY = {
    "Approvals.approve",
    "Approvals.decline",
    "Approvals.list",
    "Approvals.propose_enable",
    "Approvals.propose_lift",
    "Approvals.propose_one_operator",
    "Approvals.propose_role",
    "Approvals.show",
    "Approvals.standing",
    "Access.disable",
    "Access.enable",
    "Access.end_session",
    "Access.end_sessions",
    "Access.lock",
    "Access.sessions",
    "AuditLog.events",
    "AuditLog.page",
    "Accounts.activate",
    "Accounts.create",
    "Accounts.check_new",
    "Accounts.edit",
    "Accounts.list",
    "Accounts.renew_activation",
    "Accounts.set_role",
    "Accounts.show",
    "Accounts.unlock",
    "AccountImport.rehearse",
    "AccountImport.run",
    "AuditLog.verify",
    "Directory.counts",
    "Directory.page",
    "CallHistory.record",
    "CallImport.rehearse",
    "CallImport.run",
    "Keys.rotate",
    "Overview.look",
    "Passwords.require_change",
    "Passwords.reset",
    "PolicyService.set",
    "PolicyService.show",
    "PolicyService.without_second_factor",
    "StoreCheck.backup",
    "StoreCheck.check",
    "Reset.reset_two_factor",
    "Recovery.open",
    "Recovery.approve",
    "Recovery.complete",
    "Recovery.cancel",
    "Recovery.show",
    "Recovery.list",
}
HOSTS_ALONE = {
    "Accounts.create",
    "Accounts.check_new",
    "AccountImport.rehearse",
    "AccountImport.run",
    "AuditLog.verify",
    "CallHistory.record",
    "CallImport.rehearse",
    "CallImport.run",
    "Keys.rotate",
    "Passwords.reset",
    "StoreCheck.backup",
    "StoreCheck.check",
}
"""What no session may, not even an operator's."""
LOOKS = {
    "Approvals.list",
    "Approvals.show",
    "Approvals.standing",
    "Access.sessions",
    "AuditLog.events",
    "AuditLog.page",
    "Directory.counts",
    "Directory.page",
    "Accounts.list",
    "Accounts.show",
    "Overview.look",
    "PolicyService.show",
    "PolicyService.without_second_factor",
    "Recovery.show",
    "Recovery.list",
}
"""What an operator may without a fresh proof: it changes nothing."""
ON_OTHERS = SHELL_ONLY - HOSTS_ALONE - LOOKS
BEFORE_CHANGE_MAY = {
    "Passwords.change",
    "Passwords.choose_first",
    "Passwords.check",
    "Passwords.step_up",
    "SecondFactor.check",
    "SecondFactor.verify",
    "SecondFactor.use_backup_code",
    "Covering.cover",
    "Covering.uncover",
    "Sessions.check",
    "Sessions.end",
}
"""What somebody may who has to choose a new password first."""
BEFORE_ENROLLMENT_MAY = {
    "Passwords.change",
    "Passwords.choose_first",
    "Passwords.check",
    "Passwords.step_up",
    "EnrollmentService.begin",
    "EnrollmentService.confirm",
    "EnrollmentService.cancel",
    "BackupCodes.prepare",
    "BackupCodes.agree",
    "Covering.cover",
    "Covering.uncover",
    "Sessions.check",
    "Sessions.end",
}
"""What somebody may who must have 2FA and has it off, past the time of grace."""
HALF_MAY = {
    "Covering.cover",
    "SecondFactor.check",
    "SecondFactor.verify",
    "SecondFactor.use_backup_code",
    "Reset.use_code",
    "BackupCodes.set_after_last_code",
    "BackupCodes.prepare",
    "BackupCodes.agree",
    "EnrollmentService.cancel",
    "Sessions.check",
    "Sessions.end",
}
OF_ONES_OWN = {
    "BackupCodes.new_set",
    "CallForwardingService.forward",
    "CallForwardingService.look",
    "CallForwardingService.switch_off",
    "CallHistory.page",
    "HomeService.look",
    "Sessions.end_one",
    "Sessions.end_others",
    "Sessions.list",
    "TwoFactor.disable",
}
"""What takes a full session, and is about its own account alone."""
ENROLLING_MAY = {
    "Covering.cover",
    "EnrollmentService.begin",
    "EnrollmentService.confirm",
    "EnrollmentService.cancel",
    "BackupCodes.prepare",
    "BackupCodes.agree",
    "Sessions.check",
    "Sessions.end",
}
COVERED_MAY = {
    "Covering.cover",
    "Covering.uncover",
    "EnrollmentService.cancel",
    "Sessions.check",
    "Sessions.end",
}
"""What a session may whose page of secrets is covered: leave, and be uncovered by who began it."""
UNCOVERED_MAY = COVERED_MAY | {"EnrollmentService.confirm", "BackupCodes.prepare", "BackupCodes.agree"}
"""And once it was uncovered, for its whole life: finish as well."""


def methods(services: Services) -> Iterator[tuple[str, Callable[..., object]]]:
    for field in dataclasses.fields(services):
        service = getattr(services, field.name)
        if field.name == "core" or not type(service).__module__.startswith("store.services."):
            continue
        for name, method in inspect.getmembers(service, inspect.ismethod):
            if not name.startswith("_"):
                yield f"{type(service).__name__}.{name}", method


def names() -> list[str]:
    types = inspect.get_annotations(Services, eval_str=True)
    found = [
        f"{kind.__name__}.{name}"
        for field, kind in types.items()
        if field != "core" and isinstance(kind, type) and kind.__module__.startswith("store.services.")
        for name, _ in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    ]
    return sorted(set(found) - OPEN_DOORS - INSIDE)


NAMES = names()


def call(desk: Desk, name: str, principal: Principal) -> object:
    method = dict(methods(desk.services))[name]
    parameters = inspect.signature(method).parameters
    assert "principal" in parameters, f"{name} takes no principal"
    given: dict[str, object] = {"principal": principal}
    for parameter in parameters.values():
        if parameter.name == "typed":
            given["typed"] = TYPED.get(name, BACKUP_CODE)
        elif parameter.name != "principal" and parameter.default is parameter.empty:
            given[parameter.name] = ARGUMENTS[parameter.name]
    result = method(**given)
    return list(result) if isinstance(result, Iterator) else result


def half(desk: Desk) -> SessionToken:
    desk.enable()
    return desk.half()


def ended(desk: Desk) -> SessionToken:
    token = desk.log_in()
    desk.services.sessions.end(token)
    return token


def expired(desk: Desk) -> SessionToken:
    token = desk.log_in()
    desk.clock.move(hours=1)
    return token


def enrolling(desk: Desk) -> SessionToken:
    desk.enable()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, ResetCodeNeeded)
    return desk.services.reset.use_code(outcome.token, code)


def operator(desk: Desk) -> SessionToken:
    """Return the session of an operator with 2FA who proved it just now."""
    desk.create("root", operator=True)
    desk.enable("root")
    return desk.log_in("root")


def refused(desk: Desk, name: str, principal: Principal) -> TwofoldError:
    before = content(desk)
    with pytest.raises((NotAllowed, SessionEnded, StepUpNeeded, PasswordChangeNeeded)) as error:
        call(desk, name, principal)
    assert content(desk) == before, name
    return error.value


def refused_and_recorded(
    desk: Desk, name: str, principal: Principal, kind: type[TwofoldError], event: str
) -> None:
    recorded = len(events(desk))
    assert isinstance(refused(desk, name, principal), kind), name
    assert [each.event for each in events(desk)[recorded:]] == [event], name


def not_allowed(desk: Desk, name: str, principal: Principal) -> None:
    """See that the call is refused, changes nothing and is recorded."""
    refused_and_recorded(desk, name, principal, NotAllowed, "access refused")
    assert events(desk)[-1].outcome == "refused"


def test_the_list_is_of_every_service() -> None:
    assert len({name.partition(".")[0] for name in NAMES}) >= 14
    some_may = HALF_MAY | ENROLLING_MAY | BEFORE_CHANGE_MAY | BEFORE_ENROLLMENT_MAY
    # Every method stands in a list, so that nobody adds one without saying who may call it.
    assert set(NAMES) == SHELL_ONLY | some_may | OF_ONES_OWN
    assert not OF_ONES_OWN & (SHELL_ONLY | some_may)
    assert SHELL_ONLY >= HOSTS_ALONE | LOOKS


def test_whatever_is_done_to_somebody_by_name_is_an_operators(desk: Desk) -> None:
    """So that a new method meets the tests below before anybody thinks of them."""
    named = {
        name for name, method in methods(desk.services) if "username" in inspect.signature(method).parameters
    }
    assert named - OPEN_DOORS <= SHELL_ONLY


def test_an_open_door_opens_nothing(desk: Desk) -> None:
    before = content(desk)
    with pytest.raises(StoreNotFresh):
        desk.services.accounts.create_first_operator(HERE, "mallory", PASSWORD)
    desk.services.sessions.record_crash(HERE, "ValueError at x.py:1")
    assert content(desk) == before
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.actor, last.source) == (
        "crashed",
        "refused",
        "(console)",
        HERE.source,
    )


@pytest.mark.parametrize("stranger", [HERE, Visitor("", kiosk=True)], ids=["visitor", "kiosk"])
def test_a_visitor_is_refused_and_recorded(desk: Desk, stranger: Visitor) -> None:
    for name in NAMES:
        not_allowed(desk, name, stranger)


def test_the_shell_has_no_session(desk: Desk) -> None:
    for name in sorted(set(NAMES) - SHELL_ONLY):
        not_allowed(desk, name, SHELL)


def test_a_forged_an_ended_and_an_expired_token_are_refused(desk: Desk) -> None:
    for token, reason in (
        (SessionToken("forged"), EndReason.RENEWED),
        (ended(desk), EndReason.LOGGED_OUT),
        (expired(desk), EndReason.IDLE),
    ):
        for name in NAMES:
            error = refused(desk, name, token)
            assert isinstance(error, SessionEnded), name
            assert error.reason is reason, name


def test_a_half_session_reaches_nothing(desk: Desk) -> None:
    token = half(desk)
    for name in sorted(set(NAMES) - HALF_MAY):
        not_allowed(desk, name, token)
    assert desk.services.sessions.check(token, active=False).time_left


def test_an_enrolling_session_reaches_nothing_else(desk: Desk) -> None:
    token = enrolling(desk)
    for name in sorted(set(NAMES) - ENROLLING_MAY):
        not_allowed(desk, name, token)


@pytest.mark.parametrize("username", ["alice", "root"])
def test_a_full_session_does_not_do_what_the_shell_does(desk: Desk, username: str) -> None:
    desk.create("root", operator=True)
    token = desk.log_in(username)
    for name in sorted(SHELL_ONLY):
        not_allowed(desk, name, token)


def too_late(desk: Desk) -> None:
    desk.clock.move(minutes=5)


def by_backup_code(desk: Desk) -> None:
    """For the operator's own account that would hold for the session's whole life."""
    change(desk, "UPDATE session SET by_backup_code = 1")
    bind_again(desk.services)
    desk.clock.move(minutes=5)


def never(desk: Desk) -> None:
    change(desk, "UPDATE session SET stepped_up_at = NULL")
    bind_again(desk.services)


@pytest.mark.parametrize("undo", [too_late, by_backup_code, never])
def test_without_a_fresh_proof_an_operator_only_looks(desk: Desk, undo: Callable[[Desk], object]) -> None:
    token = operator(desk)
    undo(desk)
    for name in sorted(ON_OTHERS):
        refused_and_recorded(desk, name, token, StepUpNeeded, "step-up asked")
    before = content(desk, but=())
    for name in sorted(LOOKS):
        with suppress(NoSuchCase, NoSuchApproval):
            call(desk, name, token)
    assert content(desk, but=()) == before


def test_with_a_fresh_proof_an_operator_acts_but_is_never_the_hosts_shell(desk: Desk) -> None:
    token = operator(desk)
    desk.clock.move(minutes=4, seconds=59)
    for name in sorted(ON_OTHERS):
        try:
            call(desk, name, token)
        except (NotAllowed, StepUpNeeded, SessionEnded):
            raise
        except TwofoldError:
            pass  # There is nothing to do it to.
    for name in sorted(HOSTS_ALONE):
        not_allowed(desk, name, token)


def test_an_operator_who_is_demoted_or_without_2fa_is_none_at_the_next_call(desk: Desk) -> None:
    token = operator(desk)
    for sql in (
        "UPDATE account SET role = 'user' WHERE username = 'root'",
        "UPDATE account SET role = 'operator', second_factor = 'off' WHERE username = 'root'",
    ):
        change(desk, sql)
        for name in sorted(SHELL_ONLY):
            not_allowed(desk, name, token)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE account SET enabled = 0", EndReason.DISABLED),
        ("UPDATE account SET locked_until = 4000000000000000", EndReason.LOCKED),
    ],
)
@pytest.mark.parametrize("username", ["alice", "root"])
def test_a_session_ends_with_its_account_at_the_next_call(
    desk: Desk, username: str, sql: str, reason: EndReason
) -> None:
    tokens = {"root": operator(desk), "alice": desk.log_in()}
    change(desk, f"{sql} WHERE username = ?", username)
    for name in NAMES:
        # As if nobody had called before.
        change(desk, "UPDATE session SET ended_at = NULL, end_reason = NULL WHERE end_reason = ?", reason)
        recorded = len(events(desk))
        error = refused(desk, name, tokens[username])
        assert isinstance(error, SessionEnded), name
        assert error.reason is reason, name
        assert [(each.event, each.detail) for each in events(desk)[recorded:]] == [("session ended", reason)]


@pytest.mark.parametrize("username", ["alice", "root"])
def test_whoever_has_to_choose_a_new_password_reaches_nothing_else(desk: Desk, username: str) -> None:
    tokens = {"root": operator(desk), "alice": desk.log_in()}
    # Past the services, which would end the session: it is the account that decides, at each call.
    change(desk, "UPDATE account SET must_change_password = 1 WHERE username = ?", username)
    for name in sorted(set(NAMES) - BEFORE_CHANGE_MAY - {"Reset.use_code"}):
        refused_and_recorded(desk, name, tokens[username], PasswordChangeNeeded, "access refused")
    assert desk.services.sessions.check(tokens[username], active=True).time_left


@pytest.mark.parametrize("username", ["alice", "root"])
def test_whoever_has_to_enroll_reaches_nothing_else(desk: Desk, username: str) -> None:
    desk.create("root", operator=True)
    token = desk.log_in(username)
    desk.services.policy.set(SHELL, PolicyChanges(second_factor_for=Whom.EVERYBODY))
    for name in sorted(set(NAMES) - BEFORE_ENROLLMENT_MAY - {"Reset.use_code"}):
        refused_and_recorded(desk, name, token, EnrollmentNeeded, "access refused")
    assert desk.services.sessions.check(token, active=True).time_left


@pytest.mark.parametrize("username", ["alice", "root"])
@pytest.mark.parametrize("uncovered", [False, True], ids=["covered", "uncovered"])
def test_a_session_that_was_covered_finishes_or_leaves_and_does_nothing_else(
    desk: Desk, username: str, *, uncovered: bool
) -> None:
    desk.create("root", operator=True)
    desk.enable("root")
    token = desk.log_in(username)
    desk.services.covering.cover(token)
    if uncovered:
        desk.clock.move(seconds=30)
        code = desk.code(username) if username == "root" else ""
        desk.services.covering.uncover(token, PASSWORD, code)
    may = UNCOVERED_MAY if uncovered else COVERED_MAY
    for name in sorted(set(NAMES) - may):
        not_allowed(desk, name, token)
    assert desk.services.sessions.check(token, active=True).time_left


@pytest.mark.parametrize("name", sorted(HALF_MAY - {"Sessions.end"}))
def test_what_a_half_session_may_call_makes_nothing_true(desk: Desk, name: str) -> None:
    """But for the count of the attempt, nothing changes without a right code."""
    token = half(desk)
    logs = (*LOGS, "throttle")
    before = content(desk, but=logs)
    with suppress(TwofoldError):
        call(desk, name, token)
    assert content(desk, but=logs) == before
    with pytest.raises(NotAllowed):
        desk.services.home.look(token)
