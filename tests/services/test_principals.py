"""No public method of any service lets in who may not: the list is read off the services themselves."""

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from store.errors import EndReason, NotAllowed, SessionEnded, StoreNotFresh, TwofoldError
from store.services.bundle import Services
from store.services.principals import Principal, SessionToken, Visitor
from store.services.views import ResetCodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.tables import content, events

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
}
"""What takes no principal: before log-in there is none."""
INSIDE = {"Passwords.settle"}
"""What services call on each other, inside a unit that has proven its principal."""
SHELL_ONLY = {
    "Access.disable",
    "Access.enable",
    "Access.end_session",
    "Access.end_sessions",
    "Access.sessions",
    "AuditLog.events",
    "AuditLog.page",
    "Accounts.create",
    "Accounts.check_new",
    "Accounts.list",
    "Accounts.show",
    "Accounts.unlock",
    "AuditLog.verify",
    "CallHistory.record",
    "Keys.rotate",
    "Overview.look",
    "Overview.low_on_codes",
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
HALF_MAY = {
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
ENROLLING_MAY = {
    "EnrollmentService.begin",
    "EnrollmentService.confirm",
    "EnrollmentService.cancel",
    "BackupCodes.prepare",
    "BackupCodes.agree",
    "Sessions.check",
    "Sessions.end",
}


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
    code = desk.services.reset.reset_two_factor(SHELL, "alice")
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, ResetCodeNeeded)
    return desk.services.reset.use_code(outcome.token, code)


def refused(desk: Desk, name: str, principal: Principal) -> TwofoldError:
    before = content(desk)
    with pytest.raises((NotAllowed, SessionEnded)) as error:
        call(desk, name, principal)
    assert content(desk) == before, name
    return error.value


def not_allowed(desk: Desk, name: str, principal: Principal) -> None:
    """See that the call is refused, changes nothing and is recorded."""
    recorded = len(events(desk))
    assert isinstance(refused(desk, name, principal), NotAllowed), name
    added = [(each.event, each.outcome) for each in events(desk)[recorded:]]
    assert added == [("access refused", "refused")], name


def test_the_list_is_of_every_service() -> None:
    assert len({name.partition(".")[0] for name in NAMES}) >= 14
    assert set(NAMES) >= SHELL_ONLY | HALF_MAY | ENROLLING_MAY


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
        "console",
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


@pytest.mark.parametrize("name", sorted(HALF_MAY - {"Sessions.end"}))
def test_what_a_half_session_may_call_makes_nothing_true(desk: Desk, name: str) -> None:
    """But for the count of the attempt, nothing changes without a right code."""
    token = half(desk)
    logs = ("audit_event", "audit_head", "session", "throttle", "failed_hour")
    before = content(desk, but=logs)
    with suppress(TwofoldError):
        call(desk, name, token)
    assert content(desk, but=logs) == before
    with pytest.raises(NotAllowed):
        desk.services.home.look(token)
