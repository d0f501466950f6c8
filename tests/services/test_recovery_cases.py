"""A recovery case leads from who proved what to the reset code, and is what everybody can see it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from store.errors import (
    AlreadyOff,
    ApprovalNeeded,
    CaseNeeded,
    CaseOpenAlready,
    CaseState,
    NoProof,
    NoReason,
    NoSuchAccount,
    NoSuchCase,
    NotAllowed,
    NotInThatState,
    OwnApproval,
    OwnCase,
    StepUpNeeded,
    TwofoldError,
    UnsafeText,
)
from store.services import recovery
from store.services.principals import SessionToken, Shell
from store.services.views import RecoveryCaseView, ResetCodeNeeded
from tests.desk import HERE, PASSWORD, SHELL, Desk
from tests.services.racers import completes, opens_case, race_at
from tests.tables import change, content, events, one

PROOF = "showed a passport at the front desk"
OTHER_SHELL = Shell("backup", "host")


def opened(desk: Desk, *, stolen: bool = False) -> int:
    """Turn 2FA of alice on and open a case for her."""
    desk.enable()
    return desk.services.recovery.open(SHELL, "alice", PROOF, stolen=stolen).number


def demand_two(desk: Desk) -> None:
    change(
        desk, "INSERT INTO policy (id, second_factor_for, grace, second_approval) VALUES (1, 'nobody', 0, 1)"
    )


def operator(desk: Desk, username: str) -> SessionToken:
    desk.create(username, operator=True)
    desk.enable(username)
    return desk.log_in(username)


def cases(desk: Desk, *, open_only: bool = True) -> list[RecoveryCaseView]:
    return list(desk.services.recovery.list(SHELL, open_only=open_only))


def refused(desk: Desk, error: type[TwofoldError], act: Callable[[], object]) -> None:
    """See that it is refused and that nothing changes."""
    before = content(desk)
    with pytest.raises(error):
        act()
    assert content(desk) == before


def test_a_case_says_who_opened_it_when_and_what_was_proven(desk: Desk) -> None:
    desk.enable()
    case = desk.services.recovery.open(SHELL, " Alice", f"  {PROOF}\n by the badge  ")
    assert (case.number, case.username, case.state, case.stolen) == (1, "alice", CaseState.OPEN, False)
    assert case.proof == f"{PROOF} by the badge"
    assert (case.opened_by, case.opened_at) == ("shell:root@host", desk.clock.now())
    assert case.expires_at == desk.clock.now() + timedelta(days=7)
    assert case.live
    assert not case.approval_needed
    assert desk.services.recovery.show(SHELL, 1) == case
    assert cases(desk) == [case]
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.actor) == ("recovery opened", "done", "shell:root@host")
    assert last.detail == f"case 1: {PROOF} by the badge"


def test_it_ends_in_a_reset_code_like_any_reset(desk: Desk) -> None:
    number = opened(desk)
    session = desk.services.sign_in.check_password(HERE, "alice", PASSWORD).token
    code = desk.services.recovery.complete(SHELL, number)
    with pytest.raises(TwofoldError):
        desk.services.second_factor.verify(session, desk.code())
    assert one(desk, "SELECT second_factor FROM account") == "reset"
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    assert isinstance(outcome, ResetCodeNeeded)
    token = desk.services.reset.use_code(outcome.token, code)
    desk.show_codes(token)
    desk.services.backup_codes.agree(token)
    desk.log_in()
    [case] = cases(desk, open_only=False)
    assert (case.state, case.closed_by) == (CaseState.DONE, "shell:root@host"), "no log-in cancels it"
    assert [each.event for each in events(desk) if "reco" in each.event or "reset" in each.event] == [
        "recovery opened",
        "recovery completed",
        "2FA reset",
        "reset code checked",
        "2FA enabled after a reset",
    ]
    assert code not in repr(content(desk, but=())) + repr(case)


def test_the_reset_code_is_good_for_an_hour(desk: Desk) -> None:
    code = desk.services.recovery.complete(SHELL, opened(desk))
    desk.clock.move(hours=1)
    outcome = desk.services.sign_in.check_password(HERE, "alice", PASSWORD)
    with pytest.raises(TwofoldError):
        desk.services.reset.use_code(outcome.token, code)
    assert desk.services.recovery.open(SHELL, "alice", PROOF).number == 2, "then it takes a new case"


@pytest.mark.parametrize(
    ("username", "proof", "error"),
    [
        ("nobody", PROOF, NoSuchAccount),
        ("alice", " \n", NoProof),
        ("alice", "a\u202eb", UnsafeText),
        ("bob", PROOF, AlreadyOff),
    ],
)
def test_what_makes_no_case_is_refused(
    desk: Desk, username: str, proof: str, error: type[TwofoldError]
) -> None:
    desk.create("bob")
    desk.enable()
    refused(desk, error, lambda: desk.services.recovery.open(SHELL, username, proof))


def test_an_account_has_one_open_case(desk: Desk) -> None:
    number = opened(desk)
    before = content(desk)
    with pytest.raises(CaseOpenAlready) as already:
        desk.services.recovery.open(SHELL, "alice", PROOF, stolen=True)
    assert already.value.number == number
    assert content(desk) == before
    desk.services.recovery.cancel(SHELL, number, "found the phone")
    assert desk.services.recovery.open(SHELL, "alice", PROOF).number == number + 1


def test_a_closed_case_takes_no_step_more(desk: Desk) -> None:
    services = desk.services.recovery
    number = opened(desk)
    services.cancel(SHELL, number, "found the phone")
    for act, state in (
        (lambda: services.approve(OTHER_SHELL, number), CaseState.CANCELLED),
        (lambda: services.complete(SHELL, number), CaseState.CANCELLED),
        (lambda: services.cancel(SHELL, number, "again"), CaseState.CANCELLED),
    ):
        before = content(desk)
        with pytest.raises(NotInThatState) as error:
            act()
        assert error.value.state is state
        assert content(desk) == before
    for missing in (0, 99, -1):
        refused(desk, NoSuchCase, lambda number=missing: services.complete(SHELL, number))  # type: ignore[misc]


def test_who_cancels_says_why(desk: Desk) -> None:
    number = opened(desk)
    refused(desk, NoReason, lambda: desk.services.recovery.cancel(SHELL, number, " "))
    desk.services.recovery.cancel(SHELL, number, "found the phone")
    assert events(desk)[-1].detail == f"case {number}: found the phone"
    assert cases(desk) == []


def test_where_policy_says_so_a_second_operator_approves_first(desk: Desk) -> None:
    first, second = operator(desk, "carol"), operator(desk, "dave")
    desk.enable()
    demand_two(desk)
    services = desk.services.recovery
    number = services.open(first, "alice", PROOF).number
    assert services.show(first, number).approval_needed
    for who in (first, second):
        refused(desk, ApprovalNeeded, lambda who=who: services.complete(who, number))  # type: ignore[misc]
    refused(desk, OwnApproval, lambda: services.approve(first, number))
    refused(desk, OwnApproval, lambda: services.approve(Shell("carol", "elsewhere"), number))
    approved = services.approve(second, number)
    assert (approved.state, approved.approved_by) == (CaseState.APPROVED, "dave")
    assert not approved.approval_needed
    refused(desk, NotInThatState, lambda: services.approve(SHELL, number))
    assert services.complete(first, number)
    [case] = cases(desk, open_only=False)
    assert (case.opened_by, case.approved_by, case.closed_by) == ("carol", "dave", "carol")
    told = [(each.event, each.outcome) for each in events(desk) if each.event == "recovery completed"]
    assert told == [("recovery completed", "refused")] * 2 + [("recovery completed", "done")]


def test_at_the_shell_the_second_is_another_user_of_the_machine(desk: Desk) -> None:
    demand_two(desk)
    number = opened(desk)
    for same in (SHELL, Shell("root", "another host")):
        refused(desk, OwnApproval, lambda same=same: desk.services.recovery.approve(same, number))  # type: ignore[misc]
    desk.services.recovery.approve(OTHER_SHELL, number)
    assert desk.services.recovery.complete(OTHER_SHELL, number)


def test_where_policy_demands_two_no_session_goes_around_the_case_but_the_shell_does(desk: Desk) -> None:
    token = operator(desk, "carol")
    demand_two(desk)
    desk.enable()
    act = desk.services.reset.reset_two_factor
    refused(desk, CaseNeeded, lambda: act(token, "alice", "lost phone and codes"))
    last = events(desk)[-1]
    assert (last.event, last.outcome, last.detail) == ("2FA reset", "refused", "takes two operators")
    assert act(SHELL, "alice", "lost phone and codes")


def test_a_reset_without_it_closes_the_case(desk: Desk) -> None:
    number = opened(desk, stolen=True)
    code = desk.services.reset.reset_two_factor(SHELL, "alice", "lost phone and codes")
    assert cases(desk) == []
    assert desk.services.recovery.show(SHELL, number).state is CaseState.CANCELLED
    half = desk.services.sign_in.check_password(HERE, "alice", PASSWORD).token
    desk.services.reset.use_code(half, code)


def test_nobody_recovers_their_own_account(desk: Desk) -> None:
    token = operator(desk, "carol")
    services = desk.services.recovery
    refused(desk, OwnCase, lambda: services.open(token, "carol", PROOF))
    number = services.open(SHELL, "carol", PROOF).number
    refused(desk, OwnCase, lambda: services.approve(token, number))
    refused(desk, OwnCase, lambda: services.complete(token, number))
    assert [each.detail for each in events(desk) if each.outcome == "refused"] == ["their own account"] * 3
    assert services.cancel(token, number, "I never asked for it").state is CaseState.CANCELLED


def test_the_last_operator_comes_back_by_the_reset_code(desk: Desk) -> None:
    operator(desk, "carol")
    code = desk.services.recovery.complete(SHELL, desk.services.recovery.open(SHELL, "carol", PROOF).number)
    outcome = desk.services.sign_in.check_password(HERE, "carol", PASSWORD)
    token = desk.services.reset.use_code(outcome.token, code)
    desk.show_codes(token, "carol")
    desk.services.backup_codes.agree(token)
    assert desk.services.accounts.show(desk.log_in("carol"), "carol").role == "operator"


def test_users_may_not_and_operators_prove_their_factor_first(desk: Desk) -> None:
    token = operator(desk, "carol")
    number = opened(desk)
    services = desk.services.recovery
    for act in (
        lambda who: services.open(who, "alice", PROOF),
        lambda who: services.approve(who, number),
        lambda who: services.complete(who, number),
        lambda who: services.cancel(who, number, "why"),
    ):
        refused(desk, NotAllowed, lambda act=act: act(HERE))  # type: ignore[misc]
        desk.clock.move(minutes=5)
        with pytest.raises(StepUpNeeded):
            act(token)
        desk.services.sessions.check(token, active=True)
    assert services.show(token, number).state is CaseState.OPEN
    assert [each.number for each in services.list(token)] == [number]


def test_a_case_left_open_for_a_week_can_only_be_closed(desk: Desk) -> None:
    number = opened(desk)
    services = desk.services.recovery
    desk.clock.move(days=7, microseconds=-1)
    assert cases(desk)[0].state is CaseState.OPEN
    desk.clock.move(microseconds=1)
    assert [each.state for each in cases(desk)] == [CaseState.EXPIRED]
    assert not cases(desk)[0].live
    for act in (services.complete, services.approve):
        before = content(desk)
        with pytest.raises(NotInThatState) as error:
            act(OTHER_SHELL, number)
        assert error.value.state is CaseState.EXPIRED
        assert content(desk) == before
    new = services.open(SHELL, "alice", PROOF)
    assert [each.number for each in cases(desk)] == [new.number]
    assert services.show(SHELL, number).state is CaseState.CANCELLED
    assert services.complete(SHELL, new.number)


def test_2fa_turned_off_meanwhile_leaves_nothing_to_complete(desk: Desk) -> None:
    desk.enable()
    token = desk.log_in()
    number = desk.services.recovery.open(SHELL, "alice", PROOF).number
    desk.services.two_factor.disable(token, PASSWORD)
    refused(desk, AlreadyOff, lambda: desk.services.recovery.complete(SHELL, number))
    desk.log_in()
    assert cases(desk)[0].state is CaseState.OPEN, "a password alone proves nothing that was lost"


def test_cases_come_the_latest_first_a_page_at_a_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recovery, "PAGE", 2)
    desk.enable()
    for _ in range(5):
        number = desk.services.recovery.open(SHELL, "alice", PROOF).number
        desk.services.recovery.cancel(SHELL, number, "found the phone")
    assert [each.number for each in cases(desk, open_only=False)] == [5, 4, 3, 2, 1]
    assert cases(desk) == []


def test_of_two_operators_at_once_one_opens_and_one_completes(desk: Desk) -> None:
    desk.enable()
    assert sorted(race_at(desk, opens_case, [(), ()])) == ["CaseOpenAlready", "RecoveryCaseView"]
    assert sorted(race_at(desk, completes, [(), ()])) == ["NotInThatState", "code"]
    assert one(desk, "SELECT count(*) FROM reset_code") == 1
    assert len([each for each in events(desk, "recovery completed") if each.outcome == "done"]) == 1
