"""Where the phone was stolen the second factor opens nothing, until the case is closed (issue 4)."""

from collections.abc import Callable

import pytest

from store.errors import CaseState, EndReason, FactorDisabled, FactorSuspended, SessionEnded
from store.services.principals import SessionToken, Shell
from store.services.views import LoggedIn, Notice, NoticeKind
from tests.bound import spend
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.test_recovery_cases import PROOF, opened
from tests.services.tries import NO_CODE, fresh_code, wrong_code
from tests.tables import change, content, events, one

K = NoticeKind


def stolen(desk: Desk) -> int:
    return opened(desk, stolen=True)


def state(desk: Desk, number: int = 1) -> CaseState:
    return desk.services.recovery.show(SHELL, number).state


def log_in(desk: Desk) -> tuple[Notice, ...]:
    outcome = desk.services.second_factor.verify(desk.half(), fresh_code(desk))
    return outcome.notices


def kinds(notices: tuple[Notice, ...]) -> list[NoticeKind]:
    return [each.kind for each in notices]


def test_no_code_and_no_backup_code_is_accepted_and_none_is_counted(desk: Desk) -> None:
    stolen(desk)
    half = desk.half()
    before = content(desk)
    tries: list[Callable[[], object]] = [
        lambda: desk.services.second_factor.verify(half, fresh_code(desk)),
        lambda: desk.services.second_factor.verify(half, wrong_code(desk)),
        lambda: desk.services.second_factor.use_backup_code(half, desk.codes["alice"][0]),
        lambda: desk.services.second_factor.use_backup_code(half, NO_CODE),
        lambda: desk.services.reset.use_code(half, NO_CODE),
    ]
    for each in tries:
        with pytest.raises(FactorSuspended):
            each()
    assert content(desk) == before
    assert [(each.outcome, each.detail) for each in events(desk)[-5:]] == [("refused", "suspended")] * 5
    assert state(desk) is CaseState.OPEN, "no log-in cancels it"


def test_sessions_that_are_open_end_at_once_half_ones_too(desk: Desk) -> None:
    desk.enable()
    full, half = desk.log_in(), desk.half()
    desk.services.recovery.open(SHELL, "alice", PROOF, stolen=True)
    calls: list[Callable[[], object]] = [
        lambda: desk.services.home.look(full),
        lambda: desk.services.second_factor.verify(half, fresh_code(desk)),
    ]
    for call in calls:
        with pytest.raises(SessionEnded) as ended:
            call()
        assert ended.value.reason is EndReason.ENDED_BY_OPERATOR


def test_a_case_that_is_not_of_a_theft_ends_no_session_and_suspends_nothing(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    desk.services.recovery.open(SHELL, "alice", PROOF)
    assert desk.services.home.look(token).two_factor_on
    assert desk.services.second_factor.verify(token, fresh_code(desk))
    assert state(desk) is CaseState.CANCELLED, "what was lost is there after all"


def test_cancelling_gives_back_exactly_what_was(desk: Desk) -> None:
    number = stolen(desk)
    desk.services.recovery.cancel(SHELL, number, "found the phone")
    log_in(desk)
    assert isinstance(
        desk.services.second_factor.use_backup_code(desk.half(), desk.codes["alice"][0]), LoggedIn
    )


def test_what_a_hundred_failures_switched_off_stays_off(desk: Desk) -> None:
    desk.enable()
    change(desk, "UPDATE authenticator SET disabled_at = 1")
    number = desk.services.recovery.open(SHELL, "alice", PROOF, stolen=True).number
    desk.services.recovery.cancel(SHELL, number, "found the phone")
    with pytest.raises(FactorDisabled):
        desk.services.second_factor.verify(desk.half(), fresh_code(desk))


def test_a_reset_code_from_before_the_theft_opens_nothing_either(desk: Desk) -> None:
    desk.enable()
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    half = desk.services.sign_in.check_password(HERE, "alice", PASSWORD).token
    enrolling = desk.services.reset.use_code(half, code)
    number = desk.services.recovery.open(SHELL, "alice", PROOF, stolen=True).number
    with pytest.raises(SessionEnded):
        desk.services.enrollment.begin(enrolling)
    half = desk.services.sign_in.check_password(HERE, "alice", PASSWORD).token
    with pytest.raises(FactorSuspended):
        desk.services.reset.use_code(half, code)
    new = desk.services.recovery.complete(SHELL, number)
    half = desk.services.sign_in.check_password(HERE, "alice", PASSWORD).token
    assert isinstance(desk.services.reset.use_code(half, new), SessionToken)


def test_waiting_a_week_brings_nothing_back(desk: Desk) -> None:
    stolen(desk)
    desk.clock.move(days=8)
    with pytest.raises(FactorSuspended):
        log_in(desk)
    again = desk.services.recovery.open(SHELL, "alice", PROOF)
    assert again.stolen, "the new case suspends what the old one did"
    with pytest.raises(FactorSuspended):
        log_in(desk)
    desk.services.recovery.cancel(SHELL, again.number, "found the phone")
    assert log_in(desk)


@pytest.mark.parametrize("by", ["code", "backup code"])
def test_a_log_in_with_both_factors_cancels_the_case_and_says_so_once(desk: Desk, by: str) -> None:
    desk.enable()
    log_in(desk)
    desk.services.recovery.open(SHELL, "alice", PROOF)
    half = desk.half()
    assert state(desk) is CaseState.OPEN, "a password alone proves nothing that was lost"
    if by == "code":
        outcome = desk.services.second_factor.verify(half, fresh_code(desk))
    else:
        outcome = desk.services.second_factor.use_backup_code(half, desk.codes["alice"][0])  # type: ignore[assignment]
    assert kinds(outcome.notices) == [K.RECOVERY_OPENED, K.RECOVERY_CANCELLED_BY_LOGIN]
    case = desk.services.recovery.show(SHELL, 1)
    assert (case.state, case.closed_by, case.closed_at) == (CaseState.CANCELLED, "alice", desk.clock.now())
    [event] = events(desk, "recovery cancelled by a log-in")
    assert (event.actor, event.detail, event.account_id) == ("alice", "case 1", 1)
    assert log_in(desk) == ()


def test_the_last_backup_code_cancels_it_with_the_agree_that_spends_it(desk: Desk) -> None:
    opened(desk)
    spend(desk.services, range(1, 10))
    half = desk.half()
    desk.services.second_factor.use_backup_code(half, desk.codes["alice"][9])
    desk.services.backup_codes.set_after_last_code(half)
    assert state(desk) is CaseState.OPEN
    desk.services.backup_codes.agree(half)
    assert state(desk) is CaseState.CANCELLED


def test_somebody_elses_log_in_cancels_nothing(desk: Desk) -> None:
    opened(desk)
    desk.create("bob")
    desk.enable("bob")
    desk.log_in("bob")
    assert state(desk) is CaseState.OPEN


def test_the_owner_is_told_of_each_step(desk: Desk) -> None:
    desk.enable()
    log_in(desk)
    services = desk.services.recovery
    services.cancel(SHELL, services.open(SHELL, "alice", PROOF, stolen=True).number, "found the phone")
    assert set(kinds(log_in(desk))) == {K.RECOVERY_OPENED, K.SUSPENDED, K.RECOVERY_CANCELLED, K.RESTORED}
    number = services.open(SHELL, "alice", PROOF).number
    services.approve(Shell("backup", "host"), number)
    code = services.complete(SHELL, number)
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    token = desk.services.reset.use_code(outcome.token, code)
    desk.show_codes(token)
    desk.services.backup_codes.agree(token)
    assert kinds(log_in(desk)) == [
        K.RECOVERY_OPENED,
        K.RECOVERY_APPROVED,
        K.RECOVERY_COMPLETED,
        K.RESET,
        K.ENABLED,
    ]
    assert one(desk, "SELECT second_factor FROM account") == "on"
